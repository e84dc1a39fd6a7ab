"""Pages about the money of a call: the director recommends, the programme committee decides."""

from datetime import date
from typing import cast
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.registry.desk import looking, make_documents, working
from services.registry.models import Call
from services.registry.service import calls
from services.registry.service.drawdown import limits_for, present_drawdown
from services.registry.service.loading import call_of
from services.registry.service.work import Work
from services.registry.tasks import sign_address
from services.registry.web.forms_allocations import (
    DecisionForm,
    DivisionForm,
    RecommendationForm,
)
from services.registry.web.pages import attempt, page
from shared.auth import access, roles
from shared.money import Money
from shared.web.forms import MoneyField

blueprint = Blueprint("allocations", __name__, url_prefix="/office/calls")


@blueprint.route("/<uuid:call_id>/recommendation", methods=["GET", "POST"])
@access(roles("director"))
def recommend(call_id: UUID) -> Response | tuple[str, int]:
    """Recommend the amount to the programme committee."""
    work = looking()
    call = call_of(work, call_id)
    form = RecommendationForm.for_fiches(call.fiches, obj=call)
    wanted = _amount_to_divide()
    if not form.is_submitted():
        _propose(work, call, form, wanted.data)
    tried = attempt(form, lambda: _recommend(form, call_id))
    if not tried.is_done:
        present = {row.fiche: row for row in present_drawdown(work).fiches}
        return page("calls/recommend.html", tried, form, call=call, present=present, wanted=wanted)
    flash(gettext("Doporučení čeká na programový výbor."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


@blueprint.route("/<uuid:call_id>/decision", methods=["GET", "POST"])
@access(roles("programme_committee"))
def decide(call_id: UUID) -> Response | tuple[str, int]:
    """Record what the programme committee decided."""
    work = looking()
    call = call_of(work, call_id)
    form = DecisionForm(obj=call)
    if not form.is_submitted():
        form.decided_on.data, form.note.data = work.today, ""
    tried = attempt(form, lambda: _decide(form, call_id))
    if not tried.is_done:
        decisions = calls.allocation_decisions(work, call)
        return page("calls/decide.html", tried, form, call=call, decisions=decisions)
    flash(gettext("Rozhodnutí programového výboru je zaznamenané."), "good")
    back = url_for("calls.show", call_id=call_id)
    if make_documents((tried.value,)):
        return redirect(sign_address([str(tried.value)], back), 303)
    return redirect(back, 303)


def _amount_to_divide() -> MoneyField:
    """Return the amount that the director wants divided by the drawdown, if she typed one."""
    asked = DivisionForm(request.args, meta={"csrf": False})
    asked.validate()
    return asked.divide


def _propose(work: Work, call: Call, form: RecommendationForm, amount: Money | None) -> None:
    """Fill in limits that follow from the drawdown; what the fiches already have comes first."""
    limits: dict[str, Money | None] = {**limits_for(work, call, amount)}
    if amount is None:
        stated = {f.code: f.allocation for f in call.fiches if f.allocation is not None}
        limits.update(stated)
    form.fill_limits(limits)
    form.amount.data = amount or Money.total(limit for limit in limits.values() if limit)


def _recommend(form: RecommendationForm, call_id: UUID) -> bool:
    with working() as work:
        calls.recommend_allocation(
            work,
            call_id,
            amount=cast("Money", form.amount.data),  # required, and the form was checked
            reason=form.reason.data,
            limits=form.limits(),
            version=form.expected_version(),
        )
    return True


def _decide(form: DecisionForm, call_id: UUID) -> UUID:
    with working() as work:
        decision = calls.decide_allocation(
            work,
            call_id,
            is_approved=form.outcome.data == "approved",
            decided_on=cast("date", form.decided_on.data),  # likewise
            note=form.note.data or "",
            version=form.expected_version(),
        )
        return cast("UUID", decision.document_id)
