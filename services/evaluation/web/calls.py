"""Calls and the cases of a call."""

from uuid import UUID

from flask import Blueprint
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import func, select

from services.evaluation import desk, words
from services.evaluation.models import Call, Case
from services.evaluation.web.case_lists import (
    APPLICANT,
    FICHE,
    NUMBER,
    REQUESTED,
    TITLE,
    listed_cases,
)
from services.evaluation.web.pages import this_call, view
from shared.auth import access, roles
from shared.web.tables import Column, Filter

blueprint = Blueprint("calls", __name__)
READ = roles(*desk.READERS)


@blueprint.get("/calls")
@access(READ)
def index() -> str:
    """List the calls of the organisation."""
    session, acting = desk.looking()
    query = select(Call).where(Call.organisation_id == acting.organisation_id)
    counted = select(Case.call_id, func.count()).where(
        Case.organisation_id == acting.organisation_id
    )
    counts = {key: number for key, number in session.execute(counted.group_by(Case.call_id))}
    calls = list(session.scalars(query.order_by(Call.number.desc(), Call.id).limit(200)))
    return view("calls/index.html", calls=calls, counts=counts)


@blueprint.get("/calls/<uuid:call_id>")
@access(READ)
def show(call_id: UUID) -> str:
    """Show where a call stands."""
    session, _ = desk.looking()
    call = this_call(call_id)
    counted = select(Case.state, func.count()).where(Case.call_id == call.id)
    counts = {state: number for state, number in session.execute(counted.group_by(Case.state))}
    ordered = [(state, counts[state]) for state in words.STATES if state in counts]
    by_fiche = session.execute(
        select(Case.fiche, func.count(), func.sum(Case.requested))
        .where(Case.call_id == call.id)
        .group_by(Case.fiche)
    )
    requested = {fiche: (number, amount) for fiche, number, amount in by_fiche}
    return view(
        "calls/show.html",
        call=call,
        counts=ordered,
        requested=requested,
        total=sum(counts.values()),
    )


CASE_COLUMNS = (NUMBER, APPLICANT, TITLE, FICHE, REQUESTED, Column("state", N_("Stav"), Case.state))
BY_STATE = Filter(
    "state",
    N_("Stav"),
    lambda text: Case.state == text,
    [(state, word) for state, (word, _tone) in words.STATES.items()],
)


@blueprint.get("/calls/<uuid:call_id>/cases")
@access(READ)
def cases(call_id: UUID) -> str:
    """List the cases of a call."""
    session, _ = desk.looking()
    call = this_call(call_id)
    found = listed_cases(session, call, None, CASE_COLUMNS, filters=[BY_STATE])
    return view("calls/cases.html", call=call, page=found)
