"""Declarations, the register of interests, and the matrix of conflicts."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from services.evaluation import desk, words
from services.evaluation.domain.conflicts import ConflictReason, LinkSource, LinkType
from services.evaluation.models import Call, Case, InterestLink
from services.evaluation.service import declarations as declaring
from services.evaluation.service import interests
from services.evaluation.service.acting import Acting
from services.evaluation.service.cases import cases_of
from services.evaluation.service.interests import ConflictPicture, LinkInput, party_key
from services.evaluation.web.case_lists import PROJECT_COLUMNS, listed_cases
from services.evaluation.web.interest_list import interest_list, links_of, origins_of
from services.evaluation.web.pages import Page, attempt, filled, go_sign, page, this_call, view
from shared.auth import access, roles
from shared.web.attempts import Attempt
from shared.web.forms import DayField, FreshIdField, PageForm, required
from shared.web.tables import read_page

blueprint = Blueprint("interests", __name__)
declarations = Blueprint("declarations", __name__)
conflicts = Blueprint("conflicts", __name__)
OFFICE = roles("director", "assistant")
YES, NO = "yes", "no"
MOST_TIES = 30


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


def read_tie(form: Any, cases: dict[str, Case], source: LinkSource) -> LinkInput:
    """Return the tie of a form as the use case takes it."""
    kind, _, key = (form.target.data or "").partition(":")
    case = cases.get(key)
    return LinkInput(
        id=form.link_id.id_value,
        type=LinkType(form.type.data),
        source=source,
        party_key=party_key(case) if case and kind == "applicant" else None,
        party_name=case.applicant_name if case else "",
        application_id=case.id if case and kind == "project" else None,
        municipality=(form.municipality.data or "").strip() or None,
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
        evidence=(form.evidence.data or "").strip(),
    )


def _values(said: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, word) for key, word in said.items()]


class TieFields:
    """A tie to an applicant, a project or a municipality."""

    link_id = FreshIdField()
    target = SelectField(N_("K žadateli nebo projektu"), [Optional()])
    municipality = StringField(
        N_("Obec bydliště"),
        [Optional(), Length(max=200)],
        description=N_("Vyplňte jen u vztahu „bydlí v obci, kde má žadatel sídlo“."),
    )
    valid_from = DayField(N_("Od"), [Optional()])
    valid_to = DayField(N_("Do"), [Optional()])
    evidence = TextAreaField(N_("Čím je vztah doložen"), [Optional(), Length(max=5000)])


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


class OwnTieForm(TieFields, Form):  # type: ignore[misc]  # WTForms has no types
    """One tie as the person declares it; one without anything written is left out."""

    type = SelectField(
        N_("Můj vztah"),
        [Optional()],
        choices=[("", N_("vyberte")), *_values(words.OWN_LINKS)],
    )
    municipality = StringField(
        N_("Obec bydliště"),
        [Optional(), Length(max=200)],
        description=N_("Vyplňte jen u vztahu „bydlím v obci, kde má žadatel sídlo“."),
    )
    evidence = TextAreaField(N_("Upřesnění"), [Optional(), Length(max=5000)])

    @property
    def is_filled(self) -> bool:
        """Whether anything was written about the tie."""
        given = (self.type, self.target, self.valid_from, self.valid_to)
        written = (self.evidence, self.municipality)
        return any(field.data or field.errors for field in given) or any(
            (field.data or "").strip() for field in written
        )


class DeclarationForm(PageForm):
    """The declaration of an evaluator or a controller."""

    has_link = RadioField(
        N_("Vztah k žadatelům a projektům této výzvy"),
        [required],
        choices=[
            (NO, N_("nemám vztah k žádnému žadateli ani projektu")),
            (YES, N_("mám vztah k některému žadateli nebo projektu")),
        ],
    )
    links = FieldList(FormField(OwnTieForm), min_entries=1, max_entries=MOST_TIES)
    is_true = BooleanField(
        N_("Prohlašuji, že jde o všechny mé vztahy, které by mohly založit střet zájmů"),
        [required],
    )
    add = SubmitField(N_("Přidat další vztah"))
    declare = SubmitField(N_("Podat prohlášení o střetu zájmů"))

    @property
    def ties(self) -> list[OwnTieForm]:
        """The ties about which something was written."""
        return [line.form for line in self.links if line.form.is_filled]

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse a declaration that contradicts itself; nothing written is thrown away."""
        is_valid = super().validate(extra_validators)
        contradiction = ""
        if self.has_link.data == NO and self.ties:
            contradiction = gettext(
                "Uvedli jste, že vztah nemáte, ale níže je vyplněný. Opravte jedno z toho."
            )
        elif self.has_link.data == YES and not self.ties:
            contradiction = gettext("Vyplňte níže, o jaký vztah jde.")
        if contradiction:
            self.has_link.errors = [*self.has_link.errors, contradiction]
        untold = [tie.type for tie in self.ties if not tie.type.data]
        for field in untold:
            field.errors = [gettext("Vyberte, o jaký vztah jde.")]
        return is_valid and not contradiction and not untold


@declarations.route("/calls/<uuid:call_id>/declaration", methods=["GET", "POST"])
@access(roles("evaluator", "committee", "controller"))
def create(call_id: UUID) -> Response | Page:
    """Declare the acting person's interests."""
    session, acting_now = desk.looking()
    call, cases = _call_and_cases(call_id)
    form = DeclarationForm()
    is_longer = form.is_submitted() and form.add.data and len(form.links) < MOST_TIES
    if is_longer:
        form.links.append_entry()
    for line in form.links:
        line.form.target.choices = targets(list(cases.values()))

    def act() -> UUID:
        links = [read_tie(tie, cases, LinkSource.DECLARATION) for tie in form.ties]
        signer = desk.own_signer()
        with desk.working() as (writing, acting):
            return declaring.declare_interests(
                writing, acting=acting, call_id=call_id, links=links, signer=signer
            )[1]

    tried = Attempt[UUID]() if form.add.data else attempt(form, act)
    if not tried.is_done:
        return page(
            "interests/declare.html",
            tried,
            form,
            call=call,
            cases=list(cases.values()),
            made=interests.declarations_of(session, call).get(acting_now.person_id),
            known=_own_links(session, acting_now, call),
            numbers={case.id: case.number for case in cases.values()},
        )
    flash(_what_was_declared(form), "good")
    return go_sign([tried.value], url_for("home.dashboard"))


def _own_links(session: Session, acting: Acting, call: Call) -> list[InterestLink]:
    links = interests.links_of(session, call.organisation_id)
    return [link for link in links if link.person_id == acting.person_id]


def _what_was_declared(form: DeclarationForm) -> str:
    """Say back what the person declared."""
    said = []
    for tie in form.ties:
        chosen = dict(tie.target.choices).get(tie.target.data, "") if tie.target.data else ""
        whom = chosen or (tie.municipality.data or "").strip()
        said.append(f"{words.OWN_LINKS[LinkType(tie.type.data)]} – {whom}")
    if not said:
        return str(gettext("Zapsali jsme: nemáte vztah k žádnému žadateli ani projektu výzvy."))
    return str(gettext("Zapsali jsme: %(ties)s.", ties="; ".join(said)))


def _call_and_cases(call_id: UUID) -> tuple[Call, dict[str, Case]]:
    session, _ = desk.looking()
    call = this_call(call_id)
    return call, {str(case.id): case for case in session.scalars(cases_of(call))}


class LinkForm(TieFields, PageForm):
    """A tie of another person that became known; nothing is chosen beforehand."""

    type = SelectField(
        N_("Vztah"), [required], choices=[("", N_("vyberte")), *_values(words.LINK_TYPES)]
    )
    person = SelectField(N_("Osoba"), [required])
    source = SelectField(
        N_("Zdroj"), [required], choices=[("", N_("vyberte")), *_values(words.LINK_SOURCES)]
    )


@blueprint.route("/calls/<uuid:call_id>/interests", methods=["GET", "POST"])
@access(OFFICE)
def index(call_id: UUID) -> Response | Page:
    """Show the register of interests, and add a tie to it."""
    session, acting_now = desk.looking()
    call, cases = _call_and_cases(call_id)
    people = desk.people()
    form = LinkForm()
    form.target.choices = targets(list(cases.values()))
    everybody = [(str(person.id), person.name) for person in people.values()]
    form.person.choices = [("", gettext("vyberte")), *everybody]

    def act() -> Any:
        link = read_tie(form, cases, LinkSource(form.source.data))
        with desk.working() as (writing, acting):
            return interests.add_link(
                writing, acting=acting, person_id=UUID(form.person.data), people=people, link=link
            )

    tried = attempt(form, act)
    if not tried.is_done:
        listed = read_page(session, links_of(acting_now), interest_list(acting_now), request.args)
        numbers, origins = origins_of(session, listed.items)
        changes = interests.changes_of_links(session, [link.id for link in listed.items])
        return page(
            "interests/index.html",
            tried,
            form,
            call=call,
            listed=listed,
            numbers=numbers,
            origins=origins,
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
        link = session.scalar(links_of(acting_now).where(InterestLink.id == link_id))
        return page("interests/end.html", tried, form, call=call, link=link)
    flash(gettext("Konec vztahu je zapsaný."), "good")
    return redirect(url_for("interests.index", call_id=call_id), 303)
