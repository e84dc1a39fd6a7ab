"""Appointment of controllers, the control itself, the director's decision."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, SubmitField, TextAreaField
from wtforms.validators import Length, Optional

from services.evaluation import desk
from services.evaluation.domain.controls import ControlItem, Finding, Verdict
from services.evaluation.domain.states import ADMIN_CONTROL, REGISTERED
from services.evaluation.models import Case, Control
from services.evaluation.service import control_end, controls, declarations, overviews
from services.evaluation.web.case_lists import (
    APPLICANT,
    FICHE,
    ListForm,
    listed_cases,
    page_address,
)
from services.evaluation.web.pages import (
    ChoicesField,
    NotAlone,
    Page,
    attempt,
    go_sign,
    page,
    this_call,
    this_case,
)
from shared.auth import access, delegates, roles
from shared.web.forms import PageForm, Required, required
from shared.web.tables import Column, Filter

appointments = Blueprint("appointments", __name__)
blueprint = Blueprint("controls", __name__)
decisions = Blueprint("decisions", __name__)

VERDICTS = [
    (Verdict.YES.value, N_("ano")),
    (Verdict.NO.value, N_("ne")),
    (Verdict.NOT_APPLICABLE.value, N_("netýká se")),
]
YES, NO = "yes", "no"
VERDICT_MISSING = N_("Ke zjištění vyberte odpověď, bez ní ho nelze uložit.")


class AppointmentForm(ListForm):
    """Two people for chosen applications."""

    cases = ChoicesField(N_("Žádosti"))
    first = SelectField(N_("První kontrolující"), [required])
    second = SelectField(N_("Druhý kontrolující"), [required])


APPOINTMENT_COLUMNS = (
    Column("choose", N_("Vybrat")),
    Column("number", N_("Žádost"), Case.received_order),
    APPLICANT,
    FICHE,
    Column("registrar", N_("Kdo přijal")),
    Column("appointed", N_("Pověřeni")),
)
BY_APPOINTMENT = Filter(
    "state",
    N_("Pověření"),
    lambda text: Case.state == text,
    [(REGISTERED, N_("čeká na pověření")), (ADMIN_CONTROL, N_("kontrola probíhá"))],
)


@appointments.route("/calls/<uuid:call_id>/controllers", methods=["GET", "POST"])
@access(roles("director"), delegates("appoint_controllers"))
def edit(call_id: UUID) -> Response | Page:
    """Appoint the two controllers of one or more applications."""
    session, _ = desk.looking()
    call = this_call(call_id)
    listed = listed_cases(
        session, call, (REGISTERED, ADMIN_CONTROL), APPOINTMENT_COLUMNS, filters=[BY_APPOINTMENT]
    )
    cases = listed.items
    people = desk.people()
    form = AppointmentForm()
    form.cases.choices = [(str(case.id), case.number) for case in cases]
    controllers = [p for p in people.values() if "controller" in p.roles]
    offered = [("", gettext("vyberte"))] + [(str(p.id), p.name) for p in controllers]
    form.first.choices = form.second.choices = offered
    if not form.is_submitted():
        form.cases.data = [str(case.id) for case in cases if case.state == REGISTERED]

    def act() -> int:
        with desk.working() as (writing, acting):
            return len(
                controls.appoint_controllers(
                    writing,
                    acting=acting,
                    call_id=call_id,
                    case_ids=form.cases.chosen,
                    controller_ids=[UUID(form.first.data), UUID(form.second.data)],
                    people=people,
                )
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "controls/appoint.html",
            tried,
            form,
            call=call,
            listed=listed,
            appointed=overviews.controllers_of(session, cases),
            waiting=overviews.count_of(session, call, Case.state == REGISTERED),
        )
    text = ngettext(
        "Kontrolou %(num)s žádosti jsou pověřeny dvě osoby.",
        "Kontrolou %(num)s žádostí jsou pověřeny dvě osoby.",
        tried.result,
    )
    flash(text, "good")
    if overviews.count_of(session, call, Case.state == REGISTERED):
        return redirect(page_address("appointments.edit", call, listed), 303)
    return redirect(url_for("calls.show", call_id=call_id), 303)


class WhenClosing(Required):
    """A draft may be kept half filled; what is closed must be whole."""

    def __call__(self, form: Any, field: Any) -> None:
        """Ask for the answer when the control is being closed."""
        if form.conclude.data:
            super().__call__(form, field)


class WhenNo(Required):
    """A defect that was found must be described before the control is closed."""

    def __init__(self, verdict_field: str) -> None:
        super().__init__(N_("Popište, v čem je nedostatek."))
        self._verdict_field = verdict_field
        self.field_flags: dict[str, bool] = {}

    def __call__(self, form: Any, field: Any) -> None:
        """Ask for the description beside the answer "no"."""
        if form.conclude.data and form[self._verdict_field].data == Verdict.NO.value:
            super().__call__(form, field)


class ControlForm(PageForm):
    """Ground of the control list's form; its lines are added for each fiche."""

    conclusion = RadioField(
        N_("Podle mého zjištění je projekt v rámci administrativní kontroly"),
        [WhenClosing(), Optional()],
        choices=[(YES, N_("přijatelný")), (NO, N_("nepřijatelný"))],
    )
    save = SubmitField(N_("Uložit rozpracované"))
    conclude = SubmitField(N_("Uzavřít kontrolu a podepsat"))


def control_form(items: list[ControlItem], control: Control) -> Any:
    """Build the form with two fields for each line of the control list."""
    fields: dict[str, Any] = {}
    found = control.finding_values
    for number, item in enumerate(items):
        old = found.get(item.code)
        fields[f"verdict_{number}"] = RadioField(
            item.text,
            [WhenClosing(), NotAlone(f"note_{number}", VERDICT_MISSING), Optional()],
            choices=VERDICTS,
            default=old.verdict.value if old else None,
        )
        fields[f"note_{number}"] = TextAreaField(
            gettext("Zjištění: %(item)s", item=item.text),
            [WhenNo(f"verdict_{number}"), Optional(), Length(max=2000)],
            default=old.note if old else "",
        )
    kind = type("FilledControlForm", (ControlForm,), fields)
    return kind(data={"version": control.version})


def read_findings(form: Any, items: list[ControlItem]) -> dict[str, Finding]:
    """Return the findings of the lines that were judged."""
    return {
        item.code: Finding(
            Verdict(form[f"verdict_{number}"].data), (form[f"note_{number}"].data or "").strip()
        )
        for number, item in enumerate(items)
        if form[f"verdict_{number}"].data
    }


@blueprint.route("/cases/<uuid:case_id>/control", endpoint="edit", methods=["GET", "POST"])
@access(roles("controller"))
def edit_control(case_id: UUID) -> Response | Page:
    """Fill the control list, and conclude."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    control = controls.own_control(session, acting_now, case)
    items = controls.frozen_items(session, case)
    form = control_form(items, control)

    def act() -> list[UUID]:
        findings, version = read_findings(form, items), form.expected_version()
        with desk.working() as (writing, acting):
            if not form.conclude.data:
                controls.save_findings(
                    writing, acting=acting, case_id=case_id, findings=findings, version=version
                )
                return []
            return controls.conclude(
                writing,
                acting=acting,
                case_id=case_id,
                findings=findings,
                is_acceptable=form.conclusion.data == YES,
                version=version,
            )

    tried = attempt(form, act)
    back = url_for("cases.show", case_id=case_id)
    if not tried.is_done:
        files = case.view.files
        return page(
            "controls/fill.html",
            tried,
            form,
            case=case,
            call=case.call,
            items=items,
            control=control,
            files=files,
            needs_declaration=declarations.needs_declaration(
                session, case.call, acting_now.person_id
            ),
        )
    if tried.result:
        return go_sign(tried.result, back)
    flash(gettext("Rozpracovaný kontrolní list je uložený."), "good")
    return redirect(url_for("controls.edit", case_id=case_id), 303)


class DecisionForm(PageForm):
    """The director's decision about a disagreement."""

    decision = RadioField(
        N_("Projekt je"),
        [required],
        choices=[(YES, N_("přijatelný")), (NO, N_("nepřijatelný"))],
    )
    reason = TextAreaField(N_("Odůvodnění"), [required, Length(max=5000)])


@decisions.route("/cases/<uuid:case_id>/decision", methods=["GET", "POST"])
@access(roles("director"))
def create(case_id: UUID) -> Response | Page:
    """Decide about two controllers who disagree."""
    session, _ = desk.looking()
    case = this_case(case_id)
    form = DecisionForm()

    def act() -> Any:
        with desk.working() as (writing, acting):
            return control_end.decide_disagreement(
                writing,
                acting=acting,
                case_id=case_id,
                is_acceptable=form.decision.data == YES,
                reason=form.reason.data,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "controls/decide.html",
            tried,
            form,
            case=case,
            call=case.call,
            controls=controls.controls_of(session, case),
            items=controls.frozen_items(session, case),
        )
    flash(gettext("Rozhodnutí o žádosti %(number)s je zapsané.", number=case.number), "good")
    return redirect(url_for("cases.show", case_id=case_id), 303)
