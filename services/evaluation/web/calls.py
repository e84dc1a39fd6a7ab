"""Calls and the cases of a call."""

from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
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
    all_cases,
    listed_cases,
)
from services.evaluation.web.pages import this_call, view
from shared.auth import access, roles
from shared.web.csv_files import crowns, csv_response
from shared.web.tables import Column, Filter, Listing, read_page, text_search

blueprint = Blueprint("calls", __name__)
OPEN, CLOSED = "open", "closed"
READ = roles(*desk.READERS)
CALLS = Listing(
    columns=(
        Column("number", N_("Výzva"), Call.number),
        Column("amount", N_("Částka"), Call.amount, "right"),
        Column("cases", N_("Žádostí"), align="right"),
        Column("presentation", N_("Prezentace"), Call.presentation_at),
    ),
    default_sort="-number",
    tie=Call.id,
    filters=(
        Filter(
            "state",
            N_("Stav"),
            lambda code: Call.is_closed.is_(code == CLOSED),
            [(OPEN, N_("příjem ještě trvá")), (CLOSED, N_("příjem ukončen"))],
        ),
        text_search(Call.title),
    ),
)


@blueprint.get("/calls")
@access(READ)
def index() -> str:
    """List the calls of the organisation, sorted, filtered and paged in the database."""
    session, acting = desk.looking()
    query = select(Call).where(Call.organisation_id == acting.organisation_id)
    listed = read_page(session, query, CALLS, request.args)
    shown = [call.id for call in listed.items]
    counted = select(Case.call_id, func.count()).where(Case.call_id.in_(shown))
    counts = {key: number for key, number in session.execute(counted.group_by(Case.call_id))}
    return view("calls/index.html", listed=listed, counts=counts)


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


@blueprint.get("/calls/<uuid:call_id>/cases.csv")
@access(READ)
def cases_table(call_id: UUID) -> Response:
    """Give the cases as a file: exactly what the filters leave, on all pages."""
    session, _ = desk.looking()
    call = this_call(call_id)
    heads = [str(column.label) for column in CASE_COLUMNS]
    heads[4] = gettext("Požadovaná dotace (Kč)")
    rows = [
        (
            case.number,
            case.applicant_name,
            case.title,
            case.fiche,
            crowns(case.requested),
            str(words.STATES[case.state][0]),
        )
        for case in all_cases(session, call, CASE_COLUMNS, [BY_STATE])
    ]
    return csv_response(f"zadosti-{call.number}", heads, rows)
