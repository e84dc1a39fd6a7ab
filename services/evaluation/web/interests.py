"""Declarations, the register of interests, and the matrix of conflicts."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from services.evaluation import desk, words
from services.evaluation.domain.conflicts import ConflictReason, LinkSource, LinkType
from services.evaluation.models import Call, Case
from services.evaluation.service import declarations as declaring
from services.evaluation.service import interests
from services.evaluation.service.cases import cases_of
from services.evaluation.service.interests import ConflictPicture, LinkInput, party_key
from services.evaluation.web.case_lists import PROJECT_COLUMNS, listed_cases
from services.evaluation.web.pages import Page, attempt, filled, go_sign, page, this_call, view
from shared.auth import access, roles
from shared.web.forms import DayField, FreshIdField, PageForm, required

blueprint = Blueprint("interests", __name__)
declarations = Blueprint("declarations", __name__)
conflicts = Blueprint("conflicts", __name__)
OFFICE = roles("director", "assistant")


def explain(picture: ConflictPicture, reasons: Iterable[ConflictReason]) -> list[str]:
    """Say in words why somebody may not evaluate: rule, link, project."""
    sentences = []
    for reason in reasons:
        other = picture.case_by_id.get(reason.because_of.application_id)
        said = gettext(
            "Pravidlo %(rule)s: %(words)s. "
            "Vztah: %(link)s (%(source)s), žádost %(number)s, %(name)s.",
            rule=int(reason.rule),
            words=str(words.CONFLICT_RULES[reason.rule]),
            link=str(words.LINK_TYPES[reason.link.type]),
            source=str(words.LINK_SOURCES[reason.link.source]),
            number=other.number if other else "",
            name=other.applicant_name if other else "",
        )
        sentences.append(said)
    return sentences


@conflicts.get("/calls/<uuid:call_id>/conflicts")
@access(roles("director", "assistant", "committee", "auditor"))
def show(call_id: UUID) -> str:
    """Show who may evaluate what, and why not."""
    session, acting = desk.looking()
    call = this_call(call_id)
    listed = listed_cases(session, call, None, PROJECT_COLUMNS)
    picture = interests.conflict_picture(session, call, acting.today, listed.items)
    return view(
        "interests/matrix.html",
        call=call,
        listed=listed,
        picture=picture,
        explain=lambda person, case: explain(picture, picture.verdict(person, case).reasons),
    )


class LinkFields(PageForm):
    """A tie to an applicant, a project or a municipality."""

    link_id = FreshIdField()
    type = SelectField(N_("Vztah"), choices=[(k.value, v) for k, v in words.LINK_TYPES.items()])
    target = SelectField(N_("K žadateli nebo projektu"), [Optional()])
    municipality = StringField(
        N_("Obec bydliště"),
        [Optional(), Length(max=200)],
        description=N_("Vyplňte jen u vztahu „bydlí v obci, kde má žadatel sídlo“."),
    )
    valid_from = DayField(N_("Od"), [Optional()])
    valid_to = DayField(N_("Do"), [Optional()])
    evidence = TextAreaField(N_("Čím je vztah doložen"), [Optional(), Length(max=5000)])

    def read(self, cases: dict[str, Case], source: LinkSource) -> LinkInput:
        """Return the link as the use case takes it."""
        kind, _, key = (self.target.data or "").partition(":")
        case = cases.get(key)
        return LinkInput(
            id=self.link_id.id_value,
            type=LinkType(self.type.data),
            source=source,
            party_key=party_key(case) if case and kind == "applicant" else None,
            party_name=case.applicant_name if case else "",
            application_id=case.id if case and kind == "project" else None,
            municipality=(self.municipality.data or "").strip() or None,
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            evidence=(self.evidence.data or "").strip(),
        )


def targets(cases: list[Case]) -> list[tuple[str, str]]:
    """Return the applicants and projects of a call as choices."""
    people = [(f"applicant:{case.id}", f"{case.applicant_name} ({case.number})") for case in cases]
    projects = [
        (
            f"project:{case.id}",
            gettext("jen projekt %(number)s %(title)s", number=case.number, title=case.title),
        )
        for case in cases
    ]
    return [("", gettext("žádný")), *people, *projects]


class DeclarationForm(LinkFields):
    """The declaration of an evaluator or a controller."""

    has_link = BooleanField(N_("Mám vztah k některému žadateli nebo projektu této výzvy"))
    is_true = BooleanField(
        N_("Prohlašuji, že jsem uvedl(a) všechny vztahy, které by mohly založit střet zájmů"),
        [required],
    )


@declarations.route("/calls/<uuid:call_id>/declaration", methods=["GET", "POST"])
@access(roles("evaluator", "committee", "controller"))
def create(call_id: UUID) -> Response | Page:
    """Declare the acting person's interests."""
    call, cases = _call_and_cases(call_id)
    form = DeclarationForm()
    form.target.choices = targets(list(cases.values()))

    def act() -> Any:
        links = [form.read(cases, LinkSource.DECLARATION)] if form.has_link.data else []
        signer = desk.own_signer()
        with desk.working() as (writing, acting):
            return declaring.declare_interests(
                writing, acting=acting, call_id=call_id, links=links, signer=signer
            )[1]

    tried = attempt(form, act)
    if not tried.is_done:
        return page("interests/declare.html", tried, form, call=call, cases=list(cases.values()))
    return go_sign([tried.result], url_for("home.dashboard"))


def _call_and_cases(call_id: UUID) -> tuple[Call, dict[str, Case]]:
    session, _ = desk.looking()
    call = this_call(call_id)
    return call, {str(case.id): case for case in session.scalars(cases_of(call))}


class LinkForm(LinkFields):
    """A tie of another person that became known."""

    person = SelectField(N_("Osoba"), [required])
    source = SelectField(N_("Zdroj"), choices=[(k.value, v) for k, v in words.LINK_SOURCES.items()])


@blueprint.route("/calls/<uuid:call_id>/interests", methods=["GET", "POST"])
@access(OFFICE)
def index(call_id: UUID) -> Response | Page:
    """Show the register of interests, and add a tie to it."""
    session, _ = desk.looking()
    call, cases = _call_and_cases(call_id)
    people = desk.people()
    form = LinkForm()
    form.target.choices = targets(list(cases.values()))
    form.person.choices = [(str(person.id), person.name) for person in people.values()]

    def act() -> Any:
        link = form.read(cases, LinkSource(form.source.data))
        with desk.working() as (writing, acting):
            return interests.add_link(
                writing, acting=acting, person_id=UUID(form.person.data), people=people, link=link
            )

    tried = attempt(form, act)
    if not tried.is_done:
        links = interests.links_of(session, call.organisation_id)
        numbers = {case.id: case.number for case in cases.values()}
        changes = interests.changes_of_links(session, call.organisation_id)
        return page(
            "interests/index.html",
            tried,
            form,
            call=call,
            links=links,
            numbers=numbers,
            changes=changes,
        )
    flash(gettext("Vztah je zapsaný v registru zájmů."), "good")
    return redirect(url_for("interests.index", call_id=call_id), 303)


class LinkEndForm(PageForm):
    """The last day of a tie, and what proves it."""

    valid_to = DayField(N_("Poslední den vztahu"), [required])
    evidence = TextAreaField(N_("Čím je konec vztahu doložen"), [required, Length(max=5000)])


@blueprint.route("/calls/<uuid:call_id>/interests/<uuid:link_id>/end", methods=["GET", "POST"])
@access(OFFICE)
def end(call_id: UUID, link_id: UUID) -> Response | Page:
    """Say on which day a tie ended."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    form = LinkEndForm(data={"valid_to": acting_now.today})

    def act() -> Any:
        with desk.working() as (writing, acting):
            return interests.end_link(
                writing,
                acting=acting,
                link_id=link_id,
                valid_to=filled(form.valid_to.data),
                evidence=form.evidence.data,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        links = {link.id: link for link in interests.links_of(session, call.organisation_id)}
        return page("interests/end.html", tried, form, call=call, link=links.get(link_id))
    flash(gettext("Konec vztahu je zapsaný."), "good")
    return redirect(url_for("interests.index", call_id=call_id), 303)
