"""Calls: control lists, appointments, notices."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy import func, select

from services.evaluation import desk
from services.evaluation.domain.controls import ControlItem
from services.evaluation.models import Call, Case
from services.evaluation.schemas.cases import (
    CallOut,
    CaseIdsIn,
    CasePageOut,
    CaseQueryIn,
    CasesOut,
    DocumentsOut,
)
from services.evaluation.schemas.controls import (
    AppointmentIn,
    ControlListIn,
    ControlListOut,
    ControlListsOut,
)
from services.evaluation.service import control_end, controls
from services.evaluation.service.cases import cases_of, get_call
from services.evaluation.service.errors import UnknownFiche
from shared.auth import access, delegates, roles

blp = Blueprint("calls_api", __name__, url_prefix="/api/v1/calls", description="Calls")
READ = roles(*desk.READERS)


@blp.get("")
@blp.response(200, CallOut(many=True))
@access(READ)
def list_calls() -> Any:
    """Return the calls of the organisation, newest first."""
    session, acting = desk.looking()
    query = select(Call).where(Call.organisation_id == acting.organisation_id)
    return list(session.scalars(query.order_by(Call.number.desc(), Call.id)))


@blp.get("/<uuid:call_id>")
@blp.response(200, CallOut)
@access(READ)
def show_call(call_id: UUID) -> Any:
    """Return one call with the number of cases in each state."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    counts = select(Case.state, func.count()).where(Case.call_id == call.id).group_by(Case.state)
    view = {name: getattr(call, name) for name in CallOut().fields if name != "counts"}
    return {**view, "counts": {state: number for state, number in session.execute(counts)}}


@blp.get("/<uuid:call_id>/cases")
@blp.arguments(CaseQueryIn, location="query")
@blp.response(200, CasePageOut)
@access(READ)
def list_cases(query: dict[str, Any], call_id: UUID) -> Any:
    """Return a page of the call's cases in the order received."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    wanted = cases_of(call, [query["state"]] if "state" in query else None)
    if "fiche" in query:
        wanted = wanted.where(Case.fiche == query["fiche"])
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery()))
    size, page = query["page_size"], query["page"]
    rows = session.scalars(wanted.limit(size).offset((page - 1) * size))
    return {"items": list(rows), "total": total or 0, "page": page, "page_size": size}


@blp.get("/<uuid:call_id>/control-lists")
@blp.response(200, ControlListsOut)
@access(READ)
def list_control_lists(call_id: UUID) -> Any:
    """Return the control lists prepared for the call."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    found = controls.templates_of(session, call)
    return {"items": [found[fiche] for fiche in sorted(found)]}


@blp.put("/<uuid:call_id>/control-lists/<fiche>")
@blp.arguments(ControlListIn)
@blp.response(200, ControlListOut)
@access(roles("assistant"))
def put_control_list(body: dict[str, Any], call_id: UUID, fiche: str) -> Any:
    """Prepare the control list of a fiche; without items it is made from the call."""
    with desk.working() as (session, acting):
        items = [ControlItem(**item) for item in body.get("items", ())]
        if "items" not in body:
            opened = get_call(session, acting.organisation_id, call_id).fiche(fiche)
            if opened is None:
                raise UnknownFiche(fiche=fiche)
            items = controls.proposed_items(opened)
        return controls.prepare_template(
            session,
            acting=acting,
            call_id=call_id,
            fiche=fiche,
            items=items,
            version=body.get("version"),
        )


@blp.post("/<uuid:call_id>/control-lists/<fiche>/freezing")
@blp.response(200, ControlListOut)
@access(roles("assistant"))
def freeze_control_list(call_id: UUID, fiche: str) -> Any:
    """Freeze the control list; controls may begin."""
    with desk.working() as (session, acting):
        return controls.freeze_template(session, acting=acting, call_id=call_id, fiche=fiche)


@blp.post("/<uuid:call_id>/controller-appointments")
@blp.arguments(AppointmentIn)
@blp.response(200, CasesOut)
@access(roles("director"), delegates("appoint_controllers"))
def appoint_controllers(body: dict[str, Any], call_id: UUID) -> Any:
    """Appoint the two controllers of chosen applications."""
    people = desk.people()
    with desk.working() as (session, acting):
        cases = controls.appoint_controllers(
            session,
            acting=acting,
            call_id=call_id,
            case_ids=body["case_ids"],
            controller_ids=body["controller_ids"],
            people=people,
        )
    return {"items": cases}


@blp.post("/<uuid:call_id>/control-notices")
@blp.arguments(CaseIdsIn)
@blp.response(200, DocumentsOut)
@access(roles("director", "assistant"))
def make_control_notices(body: dict[str, Any], call_id: UUID) -> Any:
    """Make the notices about the administrative control, for the director's signature."""
    signer = desk.signing_director()
    with desk.working() as (session, acting):
        ids = control_end.prepare_notices(
            session, acting=acting, call_id=call_id, case_ids=body["case_ids"], signer=signer
        )
    return {"document_ids": ids, "are_made": desk.make_documents(ids)}
