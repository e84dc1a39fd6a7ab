"""The call to remove deficiencies, and how it ended."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from services.evaluation import desk
from services.evaluation.domain.controls import NextStep
from services.evaluation.domain.deficiency import proposed_date
from services.evaluation.domain.states import ADMIN_CONTROL, DEFICIENCY_OPEN
from services.evaluation.models import Case, Record
from services.evaluation.service import control_end
from services.evaluation.web.pages import Page, attempt, filled, go_sign, page, this_case
from shared.auth import access, current_actor, roles
from shared.web.forms import DayField, PageForm, required
from shared.web.reasons import why

blueprint = Blueprint("deficiencies", __name__)
OFFICE = roles("director", "assistant")


class DeficiencyForm(PageForm):
    """What to repair and until when."""

    deficiencies = TextAreaField(
        N_("Nedostatky"),
        [required, Length(max=20_000)],
        description=N_("Každý nedostatek na samostatný řádek, tak jak ho má číst žadatel."),
    )
    fixed_date = DayField(N_("Pevný termín"), [required])

    def lines(self) -> list[str]:
        """Return one deficiency per line."""
        return [line.strip() for line in self.deficiencies.data.splitlines() if line.strip()]


@blueprint.route("/cases/<uuid:case_id>/deficiency", methods=["GET", "POST"])
@access(OFFICE)
def create(case_id: UUID) -> Response | Page:
    """Compose the call, with the earliest safe date proposed."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    deadline = proposed_date(acting_now.today, case.call.deadlines)
    form = DeficiencyForm(
        data={
            "deficiencies": "\n".join(control_end.found_defects(session, case)),
            "fixed_date": deadline.due,
        }
    )

    def act() -> UUID:
        signer = desk.signing_director()
        with desk.working() as (writing, acting):
            return control_end.call_deficiency(
                writing,
                acting=acting,
                case_id=case_id,
                deficiencies=form.lines(),
                fixed_date=filled(form.fixed_date.data),
                signer=signer,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "deficiencies/create.html",
            tried,
            form,
            case=case,
            call=case.call,
            deadline=deadline,
            why=why(deadline),
            existing=_made(session, case),
            is_due=_is_due(session, case),
        )
    back = url_for("cases.show", case_id=case_id)
    return go_sign([tried.result], back, is_own=current_actor().has_role("director"))


def _made(session: Session, case: Case) -> Record | None:
    """Return the letter of this round, if somebody composed it already."""
    if case.state != DEFICIENCY_OPEN:
        return None
    call = control_end.open_deficiency(session, case)
    return session.get(Record, call.record_id)


def _is_due(session: Session, case: Case) -> bool:
    if case.state != ADMIN_CONTROL:
        return False
    return control_end.next_step(session, case) is NextStep.DEFICIENCY_CALL


class RepairForm(PageForm):
    """The applicant's repair."""

    repaired_on = DayField(N_("Den, kdy žadatel nedostatky odstranil"), [required])
    note = TextAreaField(N_("Co žadatel doplnil nebo opravil"), [required, Length(max=5000)])
    is_early = BooleanField(N_("Žadatel nedostatky odstranil ještě před doručením výzvy"))


@blueprint.route("/cases/<uuid:case_id>/repair", methods=["GET", "POST"])
@access(OFFICE)
def finish(case_id: UUID) -> Response | Page:
    """Record the repair."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    call = control_end.open_deficiency(session, case)
    form = RepairForm()
    if call.delivered_on is None:
        form.is_early.validators = [required]
    else:
        del form.is_early

    def act() -> Any:
        day = filled(form.repaired_on.data)
        with desk.working() as (writing, acting):
            return control_end.record_repair(
                writing, acting=acting, case_id=case_id, repaired_on=day, note=form.note.data or ""
            )

    tried = attempt(form, act)
    if not tried.is_done:
        is_over = acting_now.today > call.fixed_date
        return page(
            "deficiencies/finish.html",
            tried,
            form,
            case=case,
            call=case.call,
            deficiency=call,
            is_over=is_over,
        )
    flash(
        gettext(
            "Nedostatky jsou odstraněné, kontrola žádosti %(number)s pokračuje.", number=case.number
        ),
        "good",
    )
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.post("/cases/<uuid:case_id>/expire")
@access(OFFICE)
def expire(case_id: UUID) -> Response:
    """Close the case, because nothing was repaired in time."""
    with desk.working() as (session, acting):
        control_end.expire_deficiency(session, acting=acting, case_id=case_id)
    flash(gettext("Případ je uzavřený: nedostatky nebyly v termínu odstraněny."), "good")
    return redirect(url_for("cases.show", case_id=case_id), 303)
