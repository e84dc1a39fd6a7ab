"""Calls and the cases of a call."""

from uuid import UUID

from flask import Blueprint, request
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, func, or_, select

from services.evaluation import desk, words
from services.evaluation.models import Call, Case
from services.evaluation.service.cases import cases_of
from services.evaluation.web.pages import this_call, view
from shared.auth import access, roles
from shared.web.tables import Column, Filter, Listing, read_page

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


def _state_is(text: str) -> ColumnElement[bool] | None:
    return Case.state == text if text in words.STATES else None


def _fiche_is(text: str) -> ColumnElement[bool] | None:
    return Case.fiche == text[:20]


def _says(text: str) -> ColumnElement[bool] | None:
    like = f"%{text[:100]}%"
    return or_(Case.title.ilike(like), Case.applicant_name.ilike(like), Case.number.ilike(like))


@blueprint.get("/calls/<uuid:call_id>/cases")
@access(READ)
def cases(call_id: UUID) -> str:
    """List the cases of a call."""
    session, _ = desk.looking()
    call = this_call(call_id)
    fiches = [(fiche.number, f"{fiche.number} {fiche.name}") for fiche in call.view.fiches]
    listing = Listing(
        columns=[
            Column("number", N_("Číslo"), Case.received_order),
            Column("applicant", N_("Žadatel"), Case.applicant_name),
            Column("title", N_("Projekt"), Case.title),
            Column("fiche", N_("Fiche"), Case.fiche),
            Column("requested", N_("Požadovaná dotace"), Case.requested, "right"),
            Column("state", N_("Stav"), Case.state),
        ],
        default_sort="number",
        tie=Case.id,
        filters=[
            Filter("state", N_("Stav"), _state_is, [(k, v[0]) for k, v in words.STATES.items()]),
            Filter("fiche", N_("Fiche"), _fiche_is, fiches),
            Filter("q", N_("Hledat"), _says),
        ],
    )
    found = read_page(session, cases_of(call), listing, request.args)
    return view("calls/cases.html", call=call, page=found)
