"""The general assembly's resolution."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange

from services.evaluation import desk, words
from services.evaluation.domain.resolution import Line, Verdict, Vote, departs
from services.evaluation.letters.parts import points
from services.evaluation.models import AllocationRun
from services.evaluation.service import allocations, overviews, resolutions
from services.evaluation.service.errors import NoSuchRow
from services.evaluation.service.resolutions import ResolutionInput
from services.evaluation.web.pages import Page, attempt, go_sign, page, this_call
from shared.auth import access, roles
from shared.money import Money
from shared.web.attempts import Attempt
from shared.web.forms import DayField, FreshIdField, MoneyField, PageForm, not_always, required

blueprint = Blueprint("resolutions", __name__)
count = [required, NumberRange(min=0, max=100_000)]
MOST_DEVIATIONS = 100


class DeviationForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One project about which the assembly decided otherwise than was proposed."""

    project = SelectField(N_("Projekt"), [not_always])
    verdict = SelectField(
        N_("Rozhodnutí"),
        [not_always],
        choices=[
            ("", N_("vyberte")),
            *((key, label) for key, (label, _) in words.VERDICTS.items()),
        ],
    )
    amount = MoneyField(
        N_("Dotace"),
        [not_always],
        description=N_("Vyplňte jen u schváleného projektu."),
    )
    reason = StringField(N_("Důvod odchylky"), [not_always, Length(max=2000)])

    @property
    def is_filled(self) -> bool:
        """Whether anything was written; an empty line is left out."""
        given = (self.project, self.verdict, self.amount)
        return any(one.data or one.errors for one in given) or bool(self._said)

    @property
    def line(self) -> Line:
        """The decision about the project."""
        project, verdict = UUID(self.project.data), Verdict(self.verdict.data)
        return Line(project, verdict, self._amount, self._said)

    @property
    def _said(self) -> str:
        return (self.reason.data or "").strip()

    def check(self, proposed: Mapping[UUID, Line]) -> bool:
        """Ask for what is missing or contradicts itself; tell whether the line is in order."""
        faults: list[tuple[Any, str]] = []
        if not self.project.data:
            faults.append((self.project, gettext("Vyberte projekt.")))
        if not self.verdict.data:
            faults.append((self.verdict, gettext("Vyberte rozhodnutí.")))
        elif not self.amount.errors and self._is_approved != (self._amount > Money.zero()):
            faults.append((self.amount, gettext("Částku má právě schválený projekt.")))
        before = proposed.get(UUID(self.project.data)) if self.project.data else None
        if before and departs(self._amount, before.amount) and not self._said:
            faults.append((self.reason, gettext("Odchylku od návrhu odůvodněte.")))
        if before and not faults and not self.errors and self._repeats(before):
            faults.append((self.project, gettext("Tak už zní návrh. Údaje této odchylky vymažte.")))
        for field, sentence in faults:
            field.errors = [*field.errors, sentence]
        return not faults

    def _repeats(self, before: Line) -> bool:
        given = self.line
        return (given.verdict, given.amount) == (before.verdict, before.amount)

    @property
    def _is_approved(self) -> bool:
        return bool(self.verdict.data == Verdict.APPROVED.value)

    @property
    def _amount(self) -> Money:
        return self.amount.data or Money.zero()


class ResolutionForm(PageForm):
    """The vote about the proposal of a run, and where the assembly departed from it."""

    resolution_id = FreshIdField()
    run_id = HiddenField()
    number = StringField(N_("Číslo usnesení"), [required, Length(max=60)])
    decided_on = DayField(N_("Den konání"), [required])
    entitled = IntegerField(N_("Hlasů celkem"), count)
    present = IntegerField(N_("Přítomno"), count)
    in_favour = IntegerField(N_("Pro"), count)
    against = IntegerField(N_("Proti"), count)
    abstained = IntegerField(N_("Zdrželo se"), count)
    deviations = FieldList(FormField(DeviationForm), max_entries=MOST_DEVIATIONS)
    amount_change_reason = TextAreaField(
        N_("Důvod zvýšení částky výzvy"),
        [not_always, Length(max=5000)],
        description=N_("Vyplňte, jen když schválené dotace převyšují částku výzvy."),
    )
    add = SubmitField(N_("Přidat odchylku od návrhu"))
    adopt = SubmitField(N_("Zapsat usnesení valné hromady"))
    proposed: Mapping[UUID, Line]

    @property
    def departures(self) -> list[DeviationForm]:
        """The lines in which anything was written."""
        return [line.form for line in self.deviations if line.form.is_filled]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each deviation against the proposal; no project is named twice."""
        is_valid = super().validate(extra_validators)
        are_whole = [line.check(self.proposed) for line in self.departures]
        named: set[str] = set()
        for line in self.departures:
            if line.project.data and line.project.data in named:
                are_whole.append(False)
                sentence = gettext("Projekt je uveden dvakrát.")
                line.project.errors = [*line.project.errors, sentence]
            named.add(line.project.data)
        return bool(is_valid) and all(are_whole)


def resolution_form(
    run: AllocationRun | None, titles: Mapping[str, str], today: Any
) -> ResolutionForm:
    """Build the form about the proposal of a run, with a line more where one was asked for."""
    form = ResolutionForm(data={"run_id": str(run.id) if run else "", "decided_on": today})
    form.proposed = {
        line.application_id: line for line in (resolutions.proposed_lines(run) if run else ())
    }
    if form.is_submitted() and form.add.data and len(form.deviations) < MOST_DEVIATIONS:
        form.deviations.append_entry()
    lines = run.result["lines"] if run else []
    projects = [
        (line["application_id"], f"{line['number']} {titles.get(line['application_id'], '')}")
        for line in lines
    ]
    for line in form.deviations:
        line.form.project.choices = [("", gettext("vyberte")), *projects]
    return form


def read_resolution(form: Any, run: AllocationRun) -> ResolutionInput:
    """Return the resolution as the use case takes it: the proposal with the deviations."""
    changed = {line.application_id: line for line in (one.line for one in form.departures)}
    return ResolutionInput(
        run_id=run.id,
        number=form.number.data.strip(),
        decided_on=form.decided_on.data,
        vote=Vote(
            form.entitled.data,
            form.present.data,
            form.in_favour.data,
            form.against.data,
            form.abstained.data,
        ),
        lines=[changed.get(key, line) for key, line in form.proposed.items()],
        amount_change_reason=form.amount_change_reason.data or "",
    )


@blueprint.route("/calls/<uuid:call_id>/resolution", methods=["GET", "POST"])
@access(roles("assembly", "director", "assistant", "auditor"))
def show(call_id: UUID) -> Response | Page:
    """Show the resolution, or let the assembly's recorder write it down."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    resolution = resolutions.resolution_of(session, call)
    may_write = acting_now.actor.has_role("assembly")
    # Who sends the form though somebody else was faster is told so, and so it is read whole.
    is_open = resolution is None or request.method == "POST"
    run = allocations.newest_run(session, call) if is_open else None
    is_listed = resolution is not None or (may_write and run is not None)
    titles = overviews.titles_of(session, call) if is_listed else {}
    form = resolution_form(run if may_write else None, titles, acting_now.today)

    def act() -> UUID:
        if not may_write or run is None or form.run_id.data != str(run.id):
            raise NoSuchRow(id=call_id)
        given = read_resolution(form, run)
        signer = desk.own_signer()
        with desk.working() as (writing, acting):
            return resolutions.adopt(
                writing,
                acting=acting,
                call_id=call_id,
                resolution_id=form.resolution_id.id_value,
                given=given,
                signer=signer,
            )

    tried = Attempt[UUID]() if form.add.data else attempt(form, act)
    if tried.is_done:
        return go_sign([tried.result], url_for("resolutions.show", call_id=call_id))
    return page(
        "resolutions/show.html",
        tried,
        form,
        call=call,
        resolution=resolution,
        run=run,
        lines=run.result["lines"] if is_listed and run else [],
        proposed={str(key): line for key, line in form.proposed.items()},
        titles=titles,
        may_write=may_write,
        money=Money.from_json,
        points=points,
    )
