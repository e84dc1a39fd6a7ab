"""Calls: preparing, money, announcing."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registry.api.blueprint import EVALUATION, INSIDE, attributes, blp, call_json
from services.registry.desk import looking, make_documents, working
from services.registry.models import AllocationDecision, Snapshot
from services.registry.reading_rules import fiches_facts
from services.registry.schemas import calls as schemas
from services.registry.schemas.people import VersionIn
from services.registry.service import announcing, calls
from services.registry.service.call_papers import make_call_text
from services.registry.service.calls import PlanFacts
from services.registry.service.loading import call_of
from shared.auth import SIGNED_IN, access, roles

PREPARES = roles("director", "assistant")


@blp.get("/calls")
@blp.arguments(schemas.CallQuery, location="query")
@blp.response(200, schemas.CallListOut)
@access(INSIDE, EVALUATION)
def get_calls(query: dict[str, str]) -> dict[str, Any]:
    """Return the calls, the newest number first."""
    work = looking()
    states = [query["state"]] if "state" in query else []
    return {"items": [call_json(work, call) for call in calls.calls(work, *states)]}


@blp.get("/calls/<uuid:call_id>")
@blp.response(200, schemas.CallOut)
@access(INSIDE, EVALUATION)
def get_call(call_id: UUID) -> dict[str, Any]:
    """Return one call."""
    work = looking()
    return call_json(work, call_of(work, call_id))


@blp.put("/calls/<uuid:call_id>")
@blp.arguments(schemas.NewCallIn)
@blp.response(200, schemas.CallOut)
@access(PREPARES)
def put_call(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Begin a call as a draft; the same request twice makes one."""
    with working() as work:
        call = calls.create_call(work, call_id, **body)
        work.session.flush()
        return call_json(work, call)


@blp.put("/calls/<uuid:call_id>/plan")
@blp.arguments(schemas.PlanIn)
@blp.response(200, schemas.CallOut)
@access(PREPARES)
def put_plan(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Set dates, places and texts."""
    version = body.pop("version")
    with working() as work:
        call = calls.edit_plan(work, call_id, PlanFacts(**body), version)
        work.session.flush()
        return call_json(work, call)


@blp.put("/calls/<uuid:call_id>/fiches")
@blp.arguments(schemas.FichesIn)
@blp.response(200, schemas.CallOut)
@access(PREPARES)
def put_fiches(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Set fiches, rule and formal lines of a draft."""
    version = body.pop("version")
    with working() as work:
        call = calls.edit_fiches(work, call_id, fiches_facts(body), version)
        work.session.flush()
        return call_json(work, call)


@blp.post("/calls/<uuid:call_id>/allocation-recommendation")
@blp.arguments(schemas.RecommendationIn)
@blp.response(200, schemas.AllocationDecisionOut)
@access(roles("director"))
def post_recommendation(body: dict[str, Any], call_id: UUID) -> AllocationDecision:
    """Recommend the amount of the call and of its fiches."""
    limits = {item["code"]: item["allocation"] for item in body.pop("fiches")}
    with working() as work:
        return calls.recommend_allocation(work, call_id, limits=limits, **body)


@blp.post("/calls/<uuid:call_id>/allocation-decision")
@blp.arguments(schemas.AllocationDecisionIn)
@blp.response(200, schemas.AllocationDecisionOut)
@access(roles("programme_committee"))
def post_allocation_decision(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Record what the programme committee decided; its record waits for a signature."""
    is_approved = body.pop("outcome") == "approved"
    with working() as work:
        decision = calls.decide_allocation(work, call_id, is_approved=is_approved, **body)
        answer = attributes(decision, schemas.AllocationDecisionOut)
    make_documents((answer["document_id"],))
    return answer


@blp.get("/calls/<uuid:call_id>/allocation-decisions")
@blp.response(200, schemas.AllocationDecisionOut(many=True))
@access(INSIDE, EVALUATION)
def get_allocation_decisions(call_id: UUID) -> list[AllocationDecision]:
    """Return every recommendation and decision, the oldest first."""
    work = looking()
    return calls.allocation_decisions(work, call_of(work, call_id))


@blp.post("/calls/<uuid:call_id>/reopening")
@blp.arguments(VersionIn)
@blp.response(200, schemas.CallOut)
@access(roles("director"))
def post_reopening(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Take an approved call back to a draft."""
    with working() as work:
        call = calls.reopen(work, call_id, body["version"])
        work.session.flush()
        return call_json(work, call)


@blp.post("/calls/<uuid:call_id>/discarding")
@blp.arguments(VersionIn)
@blp.response(200, schemas.CallOut)
@access(PREPARES)
def post_discarding(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Put away a call begun by mistake; its number is free again."""
    with working() as work:
        call = calls.discard(work, call_id, body["version"])
        work.session.flush()
        return call_json(work, call)


@blp.post("/calls/<uuid:call_id>/announcement")
@blp.arguments(VersionIn)
@blp.response(200, schemas.CallOut)
@access(SIGNED_IN)
def post_announcement(body: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Announce the call: the director, or the person whom she delegated."""
    with working() as work:
        call = announcing.announce_call(work, call_id, body["version"])
        work.session.flush()
        return call_json(work, call)


@blp.post("/calls/<uuid:call_id>/text-document")
@blp.response(200, schemas.CallTextOut)
@access(SIGNED_IN)
def post_text_document(call_id: UUID) -> dict[str, Any]:
    """Have the announced text of the call made into a document; asking again makes one."""
    with working() as work:
        document_id = make_call_text(work, call_id)
    return {"document_id": document_id, "is_document_made": make_documents((document_id,))}


@blp.get("/calls/<uuid:call_id>/snapshots")
@blp.response(200, schemas.SnapshotOut(many=True))
@access(INSIDE, EVALUATION)
def get_snapshots(call_id: UUID) -> list[Snapshot]:
    """Return everything that was published about the call, the oldest first."""
    work = looking()
    call = call_of(work, call_id)
    query = select(Snapshot).where(Snapshot.call_id == call.id)
    return list(work.session.scalars(query.order_by(Snapshot.published_at, Snapshot.id)))
