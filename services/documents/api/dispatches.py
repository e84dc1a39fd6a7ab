"""Approving the dispatch of paid messages, and following, pausing and resuming it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.documents.api.blueprint import LEADERS, READERS, blp
from services.documents.desk import looking, tools, working
from services.documents.models import Dispatch, DispatchStop
from services.documents.schemas import dispatches as schemas
from services.documents.service import dispatches as service
from services.documents.service.dispatches import Proposal
from services.documents.service.work import Work
from shared.auth import access


@blp.get("/dispatches")
@blp.arguments(schemas.DispatchQuery, location="query")
@blp.response(200, schemas.DispatchPageOut)
@access(READERS)
def get_dispatches(query: dict[str, Any]) -> dict[str, Any]:
    """Return what was approved before, the newest first."""
    work, page, size = looking(), query["page"], query["page_size"]
    mine = select(Dispatch).where(Dispatch.organisation_id == work.organisation_id)
    total = work.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    ordered = mine.order_by(Dispatch.approved_at.desc(), Dispatch.id)
    rows = work.session.scalars(ordered.limit(size).offset((page - 1) * size)).all()
    return {"items": rows, "total": total, "page": page, "page_size": size}


@blp.get("/dispatches/proposal")
@blp.response(200, schemas.ProposalOut)
@access(LEADERS)
def get_proposal() -> Proposal:
    """Return how many messages wait for an approval, what they cost, and what stands for them."""
    return service.proposal(looking(), tools().settings.paid_price)


@blp.get("/dispatches/stop")
@blp.response(200, schemas.StopOut)
@access(READERS)
def get_stop() -> dict[str, DispatchStop | None]:
    """Return the stop of everything, if it lasts."""
    return {"stop": service.stop_of(looking())}


@blp.post("/dispatches/stop")
@blp.arguments(schemas.StopIn)
@blp.response(200, schemas.StopOut)
@access(LEADERS)
def post_stop(body: dict[str, Any]) -> dict[str, DispatchStop | None]:
    """Let nothing leave the data box until somebody goes on; the same stop twice is one."""
    with working() as work:
        service.stop_everything(work, body["reason"])
    return {"stop": service.stop_of(looking())}


@blp.post("/dispatches/stop/end")
@blp.arguments(schemas.HoldIn)
@blp.response(200, schemas.StopOut)
@access(LEADERS)
def post_stop_end(body: dict[str, Any]) -> dict[str, DispatchStop | None]:
    """End the stop of the named version; without one nothing changes."""
    with working() as work:
        service.go_on(work, body["reason"], body["version"])
    return {"stop": service.stop_of(looking())}


@blp.put("/dispatches/<uuid:dispatch_id>")
@blp.arguments(schemas.DispatchIn)
@blp.response(200, schemas.DispatchWithProgressOut)
@access(LEADERS)
def put_dispatch(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Let exactly the proposed messages go; the same approval twice is one."""
    price, typed, shown = tools().settings.paid_price, body["count"], body["digest"].lower()
    return _told(
        lambda work: service.approve_dispatch(work, dispatch_id, price, typed=typed, shown=shown)
    )


@blp.get("/dispatches/<uuid:dispatch_id>")
@blp.response(200, schemas.DispatchWithProgressOut)
@access(READERS)
def get_dispatch(dispatch_id: UUID) -> dict[str, Any]:
    """Return an approval with how far its messages are."""
    work = looking()
    return _shown(work, service.dispatch_of(work, dispatch_id))


@blp.post("/dispatches/<uuid:dispatch_id>/pause")
@blp.arguments(schemas.HoldIn)
@blp.response(200, schemas.DispatchWithProgressOut)
@access(LEADERS)
def post_dispatch_pause(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Send no further message of the approval for now."""
    why, version = body["reason"], body["version"]
    return _told(lambda work: service.pause_dispatch(work, dispatch_id, why, version))


@blp.post("/dispatches/<uuid:dispatch_id>/resumption")
@blp.arguments(schemas.HoldIn)
@blp.response(200, schemas.DispatchWithProgressOut)
@access(LEADERS)
def post_dispatch_resumption(body: dict[str, Any], dispatch_id: UUID) -> dict[str, Any]:
    """Go on after a pause."""
    why, version = body["reason"], body["version"]
    return _told(lambda work: service.resume_dispatch(work, dispatch_id, why, version))


def _told(act: Callable[[Work], Dispatch]) -> dict[str, Any]:
    with working() as work:
        return _shown(work, act(work))


def _shown(work: Work, found: Dispatch) -> dict[str, Any]:
    work.session.flush()
    told = {name: getattr(found, name) for name in schemas.DispatchOut().fields}
    return {**told, "progress": service.progress_of_dispatch(work, found.id)}
