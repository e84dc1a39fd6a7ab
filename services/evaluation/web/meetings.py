"""The selection committee's meeting."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from services.evaluation import desk
from services.evaluation.domain.recommendation import Transfer
from services.evaluation.domain.states import PRESENTED
from services.evaluation.letters.book import KIND as BOOK
from services.evaluation.letters.parts import points as points_in_words
from services.evaluation.models import Case, CommitteeMember
from services.evaluation.service import evaluations, interests, meetings, overviews, scoring, visits
from services.evaluation.service.meetings import HeadInput, VoteInput
from services.evaluation.service.records import live_record
from services.evaluation.service.seeing import sees_meeting
from services.evaluation.web.case_lists import APPLICANT, FICHE, listed_cases
from services.evaluation.web.interests import explain
from services.evaluation.web.pages import (
    ChoicesField,
    Page,
    attempt,
    filled,
    go_sign,
    page,
    this_call,
    this_case,
    view,
)
from shared.auth import access, roles
from shared.web.forms import MomentField, PageForm, required
from shared.web.tables import Column, Filter

blueprint = Blueprint("meetings", __name__)
MINUTES = roles("committee", "assistant")
YES, NO = "yes", "no"
HEAD = "předsed"
"""How the function of a committee's chair begins, of a man and of a woman."""
count = [required, NumberRange(min=0, max=1000)]


MOST_NUMBERS = 20
MEETING_COLUMNS = (
    FICHE,
    Column("number", N_("Projekt"), Case.received_order),
    APPLICANT,
    Column("points", N_("Body"), Case.points, "right"),
    Column("requested", N_("Požaduje"), Case.requested, "right"),
    Column("decision", N_("Doporučení")),
    Column("reason", N_("Důvod")),
)
WAITING, RECOMMENDED, REFUSED = "waiting", "recommended", "refused"
DECISIONS = {
    WAITING: ~overviews.is_decided(),
    RECOMMENDED: overviews.is_decided(True),
    REFUSED: overviews.is_decided(False),
}
BY_DECISION = Filter(
    "decision",
    N_("Doporučení"),
    DECISIONS.__getitem__,
    [
        (WAITING, N_("čeká na rozhodnutí")),
        (RECOMMENDED, N_("doporučen")),
        (REFUSED, N_("nedoporučen")),
    ],
)


@blueprint.get("/calls/<uuid:call_id>/meeting")
@access(roles("committee", "assistant", "director", "auditor", "assembly"))
def show(call_id: UUID) -> str:
    """Show the meeting: who was there, every project with its points and recommendation."""
    session, acting = desk.looking()
    call = this_call(call_id)
    meeting = meetings.meeting_of(session, call)
    if not sees_meeting(acting, meeting):
        return view("meetings/unsigned.html", call=call)
    listed = listed_cases(
        session,
        call,
        meetings.DISCUSSED,
        MEETING_COLUMNS,
        filters=[BY_DECISION],
        default_sort="fiche",
        tie=overviews.BEST_FIRST,
    )
    keys = [case.id for case in listed.items]
    missing, missing_count = overviews.open_numbers(session, call, MOST_NUMBERS)
    before_committee = Case.state.in_(meetings.DISCUSSED)
    return view(
        "meetings/show.html",
        call=call,
        meeting=meeting,
        listed=listed,
        rows=meetings.recommendations_of(session, meeting, keys) if meeting else {},
        points=scoring.points_of(session, listed.items),
        shown=points_in_words,
        missing=missing,
        missing_count=missing_count,
        total=overviews.count_of(session, call, before_committee),
        decided=overviews.count_of(session, call, before_committee, overviews.is_decided()),
        following=overviews.next_undecided(session, call),
        book=live_record(session, call.organisation_id, BOOK, call.id),
        may_make_book=acting.actor.has_role("director", "assistant"),
        may_write=desk.acting().actor.has_role("committee", "assistant"),
        presented=PRESENTED,
    )


class MeetingForm(PageForm):
    """The head of the minutes."""

    held_at = MomentField(N_("Začátek jednání"), [required])
    place = StringField(N_("Místo"), [required, Length(max=300)])
    present = ChoicesField(N_("Přítomní členové"))
    chair = SelectField(N_("Předsedající"), [required])
    repeats_votes = BooleanField(
        N_("Hlasování, která novým údajům neodpovídají, zrušit a hlasovat o nich znovu")
    )


@blueprint.route("/calls/<uuid:call_id>/meeting/head", methods=["GET", "POST"])
@access(MINUTES)
def head(call_id: UUID) -> Response | Page:
    """Open the meeting, or correct its head."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    meeting = meetings.meeting_of(session, call)
    members = interests.committee_of(session, call)
    start = {
        "held_at": acting_now.now,
        "place": call.presentation_place,
        "chair": _head_of(members),
    }
    if meeting is not None:
        start = {
            "held_at": meeting.held_at,
            "place": meeting.place,
            "chair": str(meeting.chair_id),
            "version": meeting.version,
        }
    form = MeetingForm(data=start)
    choices = [(str(m.person_id), m.name) for m in members]
    form.present.choices, form.chair.choices = choices, [("", gettext("vyberte")), *choices]
    if not form.is_submitted() and meeting:
        form.present.data = [p["id"] for p in meeting.present]

    def act() -> Any:
        with desk.working() as (writing, acting):
            return meetings.open_meeting(
                writing,
                acting=acting,
                call_id=call_id,
                head=HeadInput(
                    held_at=filled(form.held_at.data),
                    place=form.place.data.strip(),
                    present_ids=form.present.chosen,
                    chair_id=UUID(form.chair.data),
                    repeats_votes=form.repeats_votes.data,
                ),
                version=form.expected_version(),
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page("meetings/head.html", tried, form, call=call, members=members, meeting=meeting)
    flash(gettext("Jednání je zahájené. Rozhodněte o každém projektu zvlášť."), "good")
    return redirect(url_for("meetings.show", call_id=call_id), 303)


def _head_of(members: list[CommitteeMember]) -> str:
    """Return who heads the committee by the function written down; nobody where none says so."""
    heads = [m for m in members if m.function.casefold().startswith(HEAD)]
    return str(heads[0].person_id) if len(heads) == 1 else ""


class VoteForm(PageForm):
    """The vote about one project."""

    decision = RadioField(
        N_("Komise projekt"),
        [required],
        choices=[(YES, N_("doporučuje")), (NO, N_("nedoporučuje"))],
    )
    reason = TextAreaField(N_("Důvod"), [required, Length(max=5000)])
    in_favour = IntegerField(N_("Pro"), count)
    against = IntegerField(N_("Proti"), count)
    abstained = IntegerField(N_("Zdrželo se"), count)
    recused = ChoicesField(N_("Hlasování se pro střet zájmů nezúčastnili"))

    def read(self) -> VoteInput:
        """Return the vote as the use case takes it."""
        return VoteInput(
            is_recommended=self.decision.data == YES,
            reason=self.reason.data,
            in_favour=self.in_favour.data,
            against=self.against.data,
            abstained=self.abstained.data,
            recused_ids=self.recused.chosen,
        )


@blueprint.route("/cases/<uuid:case_id>/recommendation", methods=["GET", "POST"])
@access(MINUTES)
def recommend(case_id: UUID) -> Response | Page:
    """Record the recommendation about one project."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    meeting = meetings.meeting_of(session, case.call)
    present = meeting.present if meeting else []
    picture = interests.conflict_picture(session, case.call, acting_now.today, [case])
    conflicted = {str(member.person_id) for member in picture.conflicted(case.id)}
    must_leave = [p for p in present if p["id"] in conflicted]
    form = VoteForm()
    form.recused.choices = [(p["id"], p["name"]) for p in present]
    if not form.is_submitted():
        form.recused.data = [p["id"] for p in must_leave]
        voted = meetings.recommendations_of(session, meeting, [case.id]) if meeting else {}
        form.version.data = voted[case.id].version if case.id in voted else 0

    def act() -> Any:
        with desk.working() as (writing, acting):
            return meetings.recommend(
                writing,
                acting=acting,
                case_id=case_id,
                vote=form.read(),
                version=form.expected_version(),
            )

    tried = attempt(form, act)
    if not tried.is_done:
        why = {
            p["id"]: explain(picture, picture.verdict(UUID(p["id"]), case.id).reasons)
            for p in must_leave
        }
        return page(
            "meetings/recommend.html",
            tried,
            form,
            case=case,
            call=case.call,
            points=scoring.points_of(session, [case]).get(case.id),
            voters=len(present) - len(must_leave),
            shown=points_in_words,
            sheets=[one for one in evaluations.sheets_of(session, case) if one.counts],
            onsite=visits.onsite_of(session, case),
            why=why,
        )
    following = overviews.next_undecided(session, case.call)
    flash(gettext("Doporučení k žádosti %(number)s je zapsané.", number=case.number), "good")
    if following is not None:
        return redirect(url_for("meetings.recommend", case_id=following.id), 303)
    return redirect(url_for("meetings.show", call_id=case.call_id), 303)


class TransferForm(Form):  # type: ignore[misc]  # WTForms has no types
    """A proposed transfer; a line without a fiche is left out."""

    from_fiche = SelectField(N_("Z fiche"), [Optional()])
    to_fiche = SelectField(N_("Na fichi"), [Optional()])
    projects = ChoicesField(N_("Projekty"))
    reason = TextAreaField(N_("Důvod"), [Optional(), Length(max=5000)])


class CloseForm(PageForm):
    """The end of the meeting, with proposed transfers."""

    transfers = FieldList(FormField(TransferForm), min_entries=1, max_entries=20)


@blueprint.route("/calls/<uuid:call_id>/meeting/close", methods=["GET", "POST"])
@access(MINUTES)
def close(call_id: UUID) -> Response | Page:
    """Close the minutes; the chair signs them."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    meeting = meetings.meeting_of(session, call)
    cases = meetings.discussed(session, call)
    form = CloseForm()
    fiches = [("", gettext("žádný převod"))] + [
        (f.number, f"{f.number} {f.name}") for f in call.view.fiches
    ]
    for line in form.transfers:
        line.form.from_fiche.choices = line.form.to_fiche.choices = fiches
        line.form.projects.choices = [(str(c.id), f"{c.number} {c.title}") for c in cases]

    def act() -> UUID:
        transfers = [
            Transfer(
                line.form.from_fiche.data,
                line.form.to_fiche.data,
                tuple(line.form.projects.chosen),
                (line.form.reason.data or "").strip(),
            )
            for line in form.transfers
            if line.form.from_fiche.data
        ]
        with desk.working() as (writing, acting):
            return meetings.close_meeting(
                writing, acting=acting, call_id=call_id, transfers=transfers
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page("meetings/close.html", tried, form, call=call, meeting=meeting, cases=cases)
    is_chair = meeting is not None and meeting.chair_id == acting_now.actor.person_id
    return go_sign([tried.result], url_for("meetings.show", call_id=call_id), is_own=is_chair)
