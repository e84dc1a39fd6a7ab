"""One document of a batch, step by step; the typesetting happens between, outside the database."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from services.documents.domain.batches import (
    BATCH,
    ITEM,
    MOST_ATTEMPTS,
    RUNNING,
    WAITING,
    NoOutcome,
)
from services.documents.models import Batch, BatchItem
from services.documents.service.batches import batch_of, count_items, item_of, items
from services.documents.service.creating import DocumentFacts, Reserved, draft, keep
from services.documents.service.printing import Typeset
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.errors import DomainError, noted

LEASE = timedelta(seconds=60)
"""Typesetting takes some tens of milliseconds; who takes so long was killed."""


@dataclass(frozen=True)
class Claimed:
    """A document that this worker makes now."""

    item_id: UUID
    raw: dict[str, Any]
    reserved: Reserved
    preview: Typeset | None
    """The file that somebody looked at, if anybody did."""


def begin_item(work: Work, batch_id: UUID) -> Claimed | None:
    """Take the next document in hand, or end the batch when none is left.

    What ended several times without an outcome fails, so that it does not kill every worker.
    """
    batch = batch_of(work, batch_id, lock=True)
    if batch.state != RUNNING:
        return None
    item = _next(work, batch_id)
    while item is not None and item.attempts >= MOST_ATTEMPTS:
        item.state, item.problem = ITEM.apply(item.state, "fail"), noted(NoOutcome())
        work.session.flush()
        item = _next(work, batch_id)
    if item is None:
        _finish(work, batch)
        return None
    item.attempts += 1
    item.leased_until = SystemClock().now() + LEASE
    return claimed(batch, item)


def claimed(batch: Batch, item: BatchItem) -> Claimed:
    """Return what a document of a batch is made from."""
    reserved = Reserved(
        number=item.number,
        at=item.reserved_at,
        by=batch.confirmed_by or batch.created_by,
        printing=batch.printing,
        template=batch.template,
    )
    return Claimed(item.id, item.request, reserved, _preview(item))


def make_item(
    work: Work, batch_id: UUID, begun: Claimed, facts: DocumentFacts, made: Typeset
) -> bool:
    """Take the typeset document over; ``False`` when it was cancelled or made meanwhile."""
    batch_of(work, batch_id, lock=True)
    item = item_of(work, batch_id, begun.item_id)
    if item.state != WAITING:
        return False
    keep(work, draft(work, item.id, facts, begun.reserved), made)
    item.state, item.request = ITEM.apply(item.state, "make"), {}
    item.leased_until = None
    work.tell("document.made", item.id, {"document_id": item.id, "batch_id": batch_id})
    return True


def fail_item(work: Work, batch_id: UUID, item_id: UUID, error: DomainError) -> None:
    """Note why a document cannot be made; the others go on."""
    batch_of(work, batch_id, lock=True)
    item = item_of(work, batch_id, item_id)
    if item.state == WAITING:
        item.state, item.problem = ITEM.apply(item.state, "fail"), noted(error)
        item.leased_until = None
        work.audit("fail_batch_item", ("batch", batch_id), number=item.number)


def give_back(work: Work, batch_id: UUID, item_id: UUID, trouble: str) -> None:
    """Put a document back whose making the surroundings hindered: it is not its fault."""
    batch = batch_of(work, batch_id, lock=True)
    item = item_of(work, batch_id, item_id)
    item.attempts, item.leased_until = max(0, item.attempts - 1), None
    batch.trouble = trouble


def forget_trouble(work: Work, batch_id: UUID) -> None:
    """Note that the surroundings are well again."""
    batch_of(work, batch_id, lock=True).trouble = None


def pin_preview(work: Work, batch_id: UUID, item_id: UUID, made: Typeset) -> None:
    """Keep the file that somebody will look at; the document will be this very file."""
    item = item_of(work, batch_id, item_id)
    if item.state != WAITING:
        return
    item.preview_sha256, item.preview_facts_sha256 = made.sha256, made.facts_sha256
    item.preview_pages = made.pages


def _preview(item: BatchItem) -> Typeset | None:
    if item.preview_sha256 is None or item.preview_facts_sha256 is None:
        return None
    return Typeset(item.preview_sha256, item.preview_facts_sha256, item.preview_pages or 0)


def _next(work: Work, batch_id: UUID) -> BatchItem | None:
    is_free = or_(BatchItem.leased_until.is_(None), BatchItem.leased_until < SystemClock().now())
    query = items(work, batch_id).where(BatchItem.state == WAITING, is_free)
    return work.session.scalar(query.order_by(BatchItem.position).limit(1))


def _finish(work: Work, batch: Batch) -> None:
    """End the batch once nothing waits, not even in another worker's hands."""
    if count_items(work, batch.id, BatchItem.state == WAITING):
        return
    batch.state, batch.ended_at = BATCH.apply(batch.state, "finish"), work.now
    batch.trouble = None
    work.audit("finish_batch", ("batch", batch.id))


def running_batches() -> Any:
    """Return the query of id and organisation of the batches to be worked on, the oldest first."""
    query = select(Batch.id, Batch.organisation_id).where(Batch.state == RUNNING)
    return query.order_by(Batch.confirmed_at, Batch.id)
