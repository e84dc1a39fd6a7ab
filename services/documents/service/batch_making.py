"""Documents of one batch, group by group; what needs no database happens between the steps."""

from collections.abc import Iterator, Mapping, Sequence
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
from services.documents.models import Batch, BatchItem, Document, Letterhead, Revision
from services.documents.service.approving import mark_released, needs_approval, release
from services.documents.service.batches import batch_of, batches, items
from services.documents.service.creating import Reserved, be_typeset
from services.documents.service.epochs import mark_epoch
from services.documents.service.issuing import issue_new
from services.documents.service.payloads import document_payload
from services.documents.service.printing import Typeset
from services.documents.service.revisions import KeptFile
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.errors import DomainError, noted

LEASE = timedelta(minutes=2)
"""Two groups of documents take some seconds; whoever takes so long was killed."""

Event = tuple[str, UUID, dict[str, Any]]


@dataclass(frozen=True)
class Sealing:
    """In whose name documents are sealed, and how that is shown."""

    organisation_id: UUID
    organisation: str
    accent: str


@dataclass(frozen=True)
class Claimed:
    """A document that this worker makes now."""

    item_id: UUID
    raw: dict[str, Any]
    reserved: Reserved
    preview: Typeset | None
    """The file that somebody looked at, if anybody did."""
    sealing: Sealing


@dataclass(frozen=True)
class Made:
    """A document with its files in the store; nothing of it counts before it is taken over."""

    item_id: UUID
    document: Document
    """Belongs to the transaction that takes it over, and to nobody after it."""
    typeset: Typeset
    sealed: KeptFile | None
    """The file with the seal; ``None`` when others sign first, or no seal could be had."""


@dataclass(frozen=True)
class _Settled:
    """What is written beside a new document, and told of it."""

    revision: Revision | None = None
    events: tuple[Event, ...] = ()


def is_only_sealed(document: Document) -> bool:
    """Tell whether nobody has to do anything before the seal."""
    return not document.signatures and not needs_approval(document)


def begin_items(work: Work, batch_id: UUID, most: int) -> list[Claimed]:
    """Take the next documents in hand, or end the batch when none is left.

    What was in hand when a worker was killed is taken alone: it may be what kills the workers,
    and its neighbours must not fail with it. After several attempts it fails.
    """
    batch = batch_of(work, batch_id, lock=True)
    if batch.state != RUNNING:
        return []
    found = _next(work, batch_id, most)
    while found and found[0].attempts >= MOST_ATTEMPTS:
        _end_item(found[0], "fail")
        found[0].problem = noted(NoOutcome())
        work.session.flush()
        found = _next(work, batch_id, most)
    if not found:
        _finish(work, batch)
        return []
    taken = list(_together(found))
    leased_until = SystemClock().now() + LEASE
    for item in taken:
        item.attempts, item.leased_until = item.attempts + 1, leased_until
    sealing = sealing_of(work)
    return [claimed(batch, item, sealing) for item in taken]


def _together(found: Sequence[BatchItem]) -> Iterator[BatchItem]:
    """Return what is made together: those that were never tried, or the first one alone."""
    yield found[0]
    for item in found[1:]:
        if found[0].attempts or item.attempts:
            return
        yield item


def sealing_of(work: Work) -> Sealing:
    """Return in whose name the organisation's documents are sealed."""
    letterhead = work.session.get_one(Letterhead, work.organisation_id)
    return Sealing(work.organisation_id, letterhead.name, letterhead.accent)


def claimed(batch: Batch, item: BatchItem, sealing: Sealing) -> Claimed:
    """Return what a document of a batch is made from."""
    reserved = Reserved(
        number=item.number,
        at=item.reserved_at,
        by=batch.confirmed_by or batch.created_by,
        printing=batch.printing,
        template=batch.template,
        fingerprint=item.fingerprint,
    )
    return Claimed(item.id, item.request, reserved, _preview(item), sealing)


def take_over(work: Work, batch_id: UUID, made: Sequence[Made], wait: timedelta) -> list[UUID]:
    """Take over documents whose files are kept, all in this transaction; return which.

    What was cancelled or made by another worker meanwhile is left alone.

    Args:
        wait: After this the worker raises the level of what is issued.
    """
    rows = _locked(work, batch_id, [one.item_id for one in made])
    kept = [one for one in made if rows[one.item_id].state == WAITING]
    for one in kept:
        be_typeset(one.document, one.typeset)
        _end_item(rows[one.item_id], "make")
        rows[one.item_id].request = {}
    settled = [_settle(work, batch_id, one, wait) for one in kept]
    mark_epoch(work, [one.document for one in kept])
    work.session.add_all(one.document for one in kept)
    work.session.flush()
    work.session.add_all(one.revision for one in settled if one.revision is not None)
    for one in kept:
        if one.sealed is None and is_only_sealed(one.document):
            release(work, one.document)
    _finish_unless_held(work, batch_id)
    work.tell_all(event for one in settled for event in one.events)
    return [one.item_id for one in kept]


def _settle(work: Work, batch_id: UUID, made: Made, wait: timedelta) -> _Settled:
    """Bring a new document to where it can go by itself; everything is written afterwards."""
    document, about = made.document, ("document", made.item_id)
    work.audit("create", about, number=document.number, kind=document.kind)
    told = {"document_id": made.item_id, "batch_id": batch_id}
    of_batch = ("document.made", made.item_id, told)
    if made.sealed is None:
        return _Settled(events=(of_batch,))
    mark_released(work, document)
    signed = ("document.signed", made.item_id, document_payload(document))
    revision = issue_new(work, document, made.sealed, wait)
    work.audit("issue", about, sha256=made.sealed.sha256)
    issued = ("document.issued", made.item_id, document_payload(document))
    return _Settled(revision, (signed, of_batch, issued))


def fail_items(work: Work, batch_id: UUID, errors: Mapping[UUID, DomainError]) -> None:
    """Note why documents cannot be made; the others go on."""
    for item in _locked(work, batch_id, list(errors)).values():
        if item.state == WAITING:
            _end_item(item, "fail")
            item.problem = noted(errors[item.id])
            work.audit("fail_batch_item", ("batch", batch_id), number=item.number)


def give_back(work: Work, batch_id: UUID, item_ids: Sequence[UUID], trouble: str) -> None:
    """Put documents back whose making the surroundings hindered: it is not their fault."""
    batch_of(work, batch_id, lock=True).trouble = trouble
    for item in _locked(work, batch_id, item_ids).values():
        item.attempts, item.leased_until = max(0, item.attempts - 1), None


def pin_preview(work: Work, batch_id: UUID, item_id: UUID, made: Typeset) -> None:
    """Keep the file that somebody will look at; the document will be this very file."""
    for item in _locked(work, batch_id, [item_id]).values():
        if item.state == WAITING:
            item.preview_sha256, item.preview_facts_sha256 = made.sha256, made.facts_sha256
            item.preview_pages = made.pages


def _locked(work: Work, batch_id: UUID, item_ids: Sequence[UUID]) -> dict[UUID, BatchItem]:
    """Return documents of a batch, held in one order by whoever takes over or cancels."""
    query = items(work, batch_id).where(BatchItem.id.in_(item_ids)).order_by(BatchItem.position)
    return {item.id: item for item in work.session.scalars(query.with_for_update())}


def _end_item(item: BatchItem, act: str) -> None:
    item.state, item.leased_until = ITEM.apply(item.state, act), None


def _preview(item: BatchItem) -> Typeset | None:
    if item.preview_sha256 is None or item.preview_facts_sha256 is None:
        return None
    return Typeset(item.preview_sha256, item.preview_facts_sha256, item.preview_pages or 0)


def _next(work: Work, batch_id: UUID, most: int) -> list[BatchItem]:
    is_free = or_(BatchItem.leased_until.is_(None), BatchItem.leased_until < SystemClock().now())
    query = items(work, batch_id).where(BatchItem.state == WAITING, is_free)
    ordered = query.order_by(BatchItem.position).limit(most)
    # Rows that another worker is just taking over are none of ours.
    return list(work.session.scalars(ordered.with_for_update(skip_locked=True)))


def _finish_unless_held(work: Work, batch_id: UUID) -> None:
    """End the batch with its last document; whoever holds it now ends or cancels it instead.

    Waiting for the batch here, with its documents in hand, could be waiting for each other.
    """
    mine = batches(work).where(Batch.id == batch_id, Batch.state == RUNNING)
    batch = work.session.scalar(mine.with_for_update(skip_locked=True))
    if batch is not None:
        _finish(work, batch)


def _finish(work: Work, batch: Batch) -> None:
    """End the batch once nothing waits, not even in another worker's hands."""
    waiting = items(work, batch.id).where(BatchItem.state == WAITING).limit(1)
    if work.session.scalar(waiting.with_only_columns(BatchItem.id)) is not None:
        return
    batch.state, batch.ended_at = BATCH.apply(batch.state, "finish"), work.now
    batch.trouble = None
    work.audit("finish_batch", ("batch", batch.id))


def running_batches() -> Any:
    """Return the query of id and organisation of the batches to be worked on, the oldest first."""
    query = select(Batch.id, Batch.organisation_id).where(Batch.state == RUNNING)
    return query.order_by(Batch.confirmed_at, Batch.id)
