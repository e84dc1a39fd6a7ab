"""The general assembly's resolution."""

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from services.evaluation import desk, words
from services.evaluation.domain.resolution import Line, Verdict, Vote
from services.evaluation.letters.parts import points
from services.evaluation.models import AllocationRun
from services.evaluation.service import allocations, meetings, resolutions
from services.evaluation.service.errors import NoSuchRow
from services.evaluation.service.resolutions import ResolutionInput
from services.evaluation.web.pages import Page, attempt, go_sign, page, this_call
from shared.auth import access, roles
from shared.money import Money
from shared.web.forms import DayField, FreshIdField, MoneyField, PageForm, Required, required

blueprint = Blueprint("resolutions", __name__)
count = [required, NumberRange(min=0, max=100_000)]


class ResolutionForm(PageForm):
    """Ground of the resolution's form; a line for each project is added."""

    resolution_id = FreshIdField()
    run_id = HiddenField()
    number = StringField(N_("Číslo usnesení"), [required, Length(max=60)])
    decided_on = DayField(N_("Den konání"), [required])
    entitled = IntegerField(N_("Hlasů celkem"), count)
    present = IntegerField(N_("Přítomno"), count)
    in_favour = IntegerField(N_("Pro"), count)
    against = IntegerField(N_("Proti"), count)
    abstained = IntegerField(N_("Zdrželo se"), count)
    amount_change_reason = TextAreaField(
        N_("Důvod zvýšení částky výzvy"),
        [Optional(), Length(max=5000)],
        description=N_("Vyplňte, jen když schválené dotace převyšují částku výzvy."),
    )


class Agrees:
    """An approved project has an amount, another one has none."""

    def __init__(self, verdict_field: str) -> None:
        self._verdict_field = verdict_field

    def __call__(self, form: Any, field: Any) -> None:
        """Compare the amount with the decision beside it."""
        is_approved = form[self._verdict_field].data == Verdict.APPROVED.value
        if isinstance(field.data, Money) and is_approved != (field.data > Money.zero()):
            raise ValidationError(gettext("Částku má právě schválený projekt."))


class Explains(Required):
    """Whatever differs from the proposal is explained."""

    def __init__(self, line: Line, verdict_field: str, amount_field: str) -> None:
        super().__init__(N_("Odchylku od návrhu odůvodněte."))
        self.field_flags: dict[str, bool] = {}
        self._line, self._names = line, (verdict_field, amount_field)

    def __call__(self, form: Any, field: Any) -> None:
        """Ask for the reason beside a decision that is not the proposed one."""
        given = tuple(form[name].data for name in self._names)
        if given != (self._line.verdict.value, self._line.amount):
            super().__call__(form, field)


def resolution_form(run: AllocationRun | None, today: Any) -> Any:
    """Build the form with the decision about each project, as the run proposes."""
    fields: dict[str, Any] = {}
    numbers = (
        {line["application_id"]: line["number"] for line in run.result["lines"]} if run else {}
    )
    for line in resolutions.proposed_lines(run) if run else ():
        key, number = line.application_id.hex, numbers[str(line.application_id)]
        fields[f"verdict_{key}"] = SelectField(
            gettext("Projekt %(number)s: rozhodnutí", number=number),
            choices=[(value, label) for value, (label, _) in words.VERDICTS.items()],
            default=line.verdict.value,
        )
        fields[f"amount_{key}"] = MoneyField(
            gettext("Projekt %(number)s: dotace", number=number),
            [required, Agrees(f"verdict_{key}")],
            default=line.amount,
        )
        fields[f"reason_{key}"] = StringField(
            gettext("Projekt %(number)s: důvod odchylky", number=number),
            [Explains(line, f"verdict_{key}", f"amount_{key}"), Optional(), Length(max=2000)],
        )
    kind = type("FilledResolutionForm", (ResolutionForm,), fields)
    return kind(data={"run_id": str(run.id) if run else "", "decided_on": today})


def read_resolution(form: Any, run: AllocationRun) -> ResolutionInput:
    """Return the resolution as the use case takes it."""
    lines = [
        Line(
            line.application_id,
            Verdict(form[f"verdict_{line.application_id.hex}"].data),
            form[f"amount_{line.application_id.hex}"].data,
            form[f"reason_{line.application_id.hex}"].data or "",
        )
        for line in resolutions.proposed_lines(run)
    ]
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
        lines=lines,
        amount_change_reason=form.amount_change_reason.data or "",
    )


@blueprint.route("/calls/<uuid:call_id>/resolution", methods=["GET", "POST"])
@access(roles("assembly", "director", "assistant", "auditor"))
def show(call_id: UUID) -> Response | Page:
    """Show the resolution, or let the assembly's recorder write it down."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    resolution = resolutions.resolution_of(session, call)
    runs = allocations.runs_of(session, call)
    form = resolution_form(runs[0] if runs else None, acting_now.today)
    may_write = acting_now.actor.has_role("assembly")
    is_listed = resolution is not None or (may_write and bool(runs))
    discussed = meetings.discussed(session, call) if is_listed else []
    cases = {str(case.id): case for case in discussed}

    def act() -> UUID:
        if not may_write or not runs or form.run_id.data != str(runs[0].id):
            raise NoSuchRow(id=call_id)
        given = read_resolution(form, runs[0])
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

    tried = attempt(form, act)
    if tried.is_done:
        return go_sign([tried.result], url_for("resolutions.show", call_id=call_id))
    run = runs[0] if runs else None
    return page(
        "resolutions/show.html",
        tried,
        form,
        call=call,
        resolution=resolution,
        run=run,
        lines=run.result["lines"] if run else [],
        cases=cases,
        may_write=may_write,
        money=Money.from_json,
        points=points,
    )
