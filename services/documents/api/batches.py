"""Batches: filled, confirmed, followed, paused, cancelled."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.documents.api.blueprint import CALLERS, LEADERS, blp
from services.documents.batching import preview_item
from services.documents.desk import bench, looking, press, tools, working
from services.documents.domain.batches import ITEM
from services.documents.models import Batch, BatchItem
from services.documents.problems import why_not_made
from services.documents.schemas import batches as schemas
from services.documents.schemas.dispatches import HoldIn
from services.documents.schemas.incoming import CancellationIn, document_facts
from services.documents.service import batches as service
from services.documents.service.batch_sending import pause_sending, resume_sending
from services.documents.service.batches import Requested
from services.documents.service.dispatches import progress_of_batch
from services.documents.service.estimates import Seen
from services.documents.service.work import Work
from shared.auth import access
from shared.contracts.codec import to_json


@blp.put("/batches/<uuid:batch_id>")
@blp.arguments(schemas.BatchIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def put_batch(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Begin a batch; the same id returns the batch that exists."""
    return _told(lambda work: service.put_batch(work, press(), batch_id, body["title"]))


@blp.put("/batches/<uuid:batch_id>/items")
@blp.arguments(schemas.BatchItemsIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def put_batch_items(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Add documents; each gets its number now. What is there already stays as it is."""
    requested = [
        Requested(item["document_id"], document_facts(item["request"]), to_json(item["request"]))
        for item in body["items"]
    ]
    return _told(lambda work: service.add_items(work, batch_id, requested))


@blp.get("/batches/<uuid:batch_id>")
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def get_batch(batch_id: UUID) -> dict[str, Any]:
    """Return where a batch stands."""
    work = looking()
    return _shown(work, service.batch_of(work, batch_id))


@blp.get("/batches/<uuid:batch_id>/items")
@blp.arguments(schemas.BatchItemsQuery, location="query")
@blp.response(200, schemas.BatchItemPageOut)
@access(CALLERS, LEADERS)
def get_batch_items(query: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Return the documents of a batch in the order of their numbers."""
    work = looking()
    service.batch_of(work, batch_id)
    conditions = [BatchItem.state == query["state"]] if "state" in query else []
    page, size = query["page"], query["page_size"]
    found = service.items(work, batch_id).where(*conditions).order_by(BatchItem.position)
    rows = work.session.scalars(found.limit(size).offset((page - 1) * size)).all()
    total = service.count_items(work, batch_id, *conditions)
    shown = [_item(row) for row in rows]
    return {"items": shown, "total": total, "page": page, "page_size": size}


@blp.post("/batches/<uuid:batch_id>/items/<uuid:item_id>/preview")
@blp.response(200, schemas.BatchItemOut)
@access(CALLERS, LEADERS)
def post_batch_preview(batch_id: UUID, item_id: UUID) -> dict[str, Any]:
    """Typeset one document to be looked at; it will be this very file."""
    preview_item(bench(), batch_id, item_id)
    return _item(service.item_of(looking(), batch_id, item_id))


@blp.post("/batches/<uuid:batch_id>/confirmation")
@blp.arguments(schemas.ConfirmationIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def post_batch_confirmation(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Have all documents of the batch made by the worker."""
    count, seen = body["count"], Seen(tools().settings.paid_price, body["expected_most"])
    return _told(lambda work: service.confirm_batch(work, batch_id, count, seen))


@blp.post("/batches/<uuid:batch_id>/pause")
@blp.arguments(HoldIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def post_batch_pause(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Make no further document until it is resumed."""
    why, version = body["reason"], body["version"]
    return _told(lambda work: service.pause_batch(work, batch_id, why, version))


@blp.post("/batches/<uuid:batch_id>/resumption")
@blp.arguments(HoldIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def post_batch_resumption(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Go on after a pause."""
    why, version = body["reason"], body["version"]
    return _told(lambda work: service.resume_batch(work, batch_id, why, version))


@blp.post("/batches/<uuid:batch_id>/sending/pause")
@blp.arguments(HoldIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def post_sending_pause(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Send no further letter of the batch until its sending is resumed."""
    why, version = body["reason"], body["version"]
    return _told(lambda work: pause_sending(work, batch_id, why, version))


@blp.post("/batches/<uuid:batch_id>/sending/resumption")
@blp.arguments(HoldIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def post_sending_resumption(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Go on sending after a pause."""
    why, version = body["reason"], body["version"]
    return _told(lambda work: resume_sending(work, batch_id, why, version))


@blp.post("/batches/<uuid:batch_id>/retry")
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def post_batch_retry(batch_id: UUID) -> dict[str, Any]:
    """Try again what failed."""

    def act(work: Work) -> Batch:
        service.retry_items(work, batch_id)
        return service.batch_of(work, batch_id)

    return _told(act)


@blp.post("/batches/<uuid:batch_id>/cancellation")
@blp.arguments(CancellationIn)
@blp.response(200, schemas.BatchOut)
@access(CALLERS, LEADERS)
def post_batch_cancellation(body: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Give up what is not made; its numbers stay used, with the reason."""
    return _told(lambda work: service.cancel_rest(work, batch_id, body["reason"]))


def _item(row: BatchItem) -> dict[str, Any]:
    named = ("position", "number", "title", "state")
    told = {name: getattr(row, name) for name in named}
    return {**told, "document_id": row.id, "reason": why_not_made(row)}


def _told(act: Callable[[Work], Batch]) -> dict[str, Any]:
    with working() as work:
        return _shown(work, act(work))


def _shown(work: Work, batch: Batch) -> dict[str, Any]:
    work.session.flush()
    counts = service.states_of(work, [batch.id])[batch.id]
    return {
        "id": batch.id,
        "version": batch.version,
        "title": batch.title,
        "state": batch.state,
        "created_at": batch.created_at,
        "confirmed_at": batch.confirmed_at,
        "ended_at": batch.ended_at,
        "trouble": batch.trouble,
        "sending": batch.sending,
        "progress": progress_of_batch(work, batch.id),
        "counts": {state: counts.get(state, 0) for state in ITEM.states},
    }
