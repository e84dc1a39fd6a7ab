"""Batches: prepared with their numbers, confirmed with their count, ended with an explanation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, update

from services.documents.domain.batches import (
    BATCH,
    FAILED,
    ITEM,
    PAUSED,
    VOID,
    WAITING,
    BatchExists,
    NotForBatch,
    NothingToCancel,
    check_count,
    check_room_in_batch,
)
from services.documents.domain.channels import check_reason
from services.documents.domain.content_rules import check_content
from services.documents.domain.documents import check_signers
from services.documents.domain.records import IdReused, RecordUnknown, check_named_version
from services.documents.models import Audit, Batch, BatchItem, Document
from services.documents.rendering.templates import CURRENT
from services.documents.service.creating import DocumentFacts, check_delivery
from services.documents.service.estimates import Seen, agreed, of_batch
from services.documents.service.letterheads import letterhead_of, take_numbers
from services.documents.service.printing import Press, printing_of
from services.documents.service.work import Work
from shared.audit import AuditMixin

IDS_AT_ONCE = 500
"""Of one question to the database."""


@dataclass(frozen=True)
class Requested:
    """A document that is to be part of a batch."""

    document_id: UUID
    facts: DocumentFacts
    raw: Mapping[str, Any]
    """The request as JSON, kept until the document is made."""


def put_batch(work: Work, press: Press, batch_id: UUID, title: str) -> Batch:
    """Begin a batch; the same id returns the batch that exists.

    Raises:
        RecordUnknown: the id belongs to another organisation.
    """
    found = work.session.get(Batch, batch_id)
    if found is not None:
        return batch_of(work, batch_id)
    batch = Batch(
        id=batch_id,
        organisation_id=work.organisation_id,
        title=title,
        state=BATCH.initial,
        created_at=work.now,
        created_by=work.actor.name,
        printing=printing_of(press, letterhead_of(work)),
        template=CURRENT,
    )
    work.session.add(batch)
    work.session.flush()
    work.audit("prepare_batch", ("batch", batch_id))
    return batch


def prepare_batch(
    work: Work,
    press: Press,
    batch_id: UUID,
    title: str,
    requested: Sequence[Requested],
    source: str,
) -> Batch:
    """Begin and fill a batch in one act; the same id with the same documents returns it.

    Args:
        source: SHA-256 of the table that it was prepared from, for the audit trail.

    Raises:
        BatchExists: the id belongs to a batch of other documents.
        RecordUnknown, BatchTooLarge, IdReused, NotForBatch: see ``put_batch``, ``add_items``.
    """
    if work.session.get(Batch, batch_id) is not None:
        batch = batch_of(work, batch_id)
        there = items(work, batch_id).with_only_columns(BatchItem.fingerprint)
        found = work.session.scalars(there.order_by(BatchItem.position)).all()
        if list(found) != [one.facts.fingerprint for one in requested]:
            raise BatchExists()
        return batch
    batch = put_batch(work, press, batch_id, title)
    add_items(work, batch_id, requested)
    first, last = _ends(work, batch_id)
    told = {"count": len(requested), "first": first, "last": last, "table_sha256": source}
    work.audit("fill_batch", ("batch", batch_id), **told)
    return batch


def add_items(work: Work, batch_id: UUID, requested: Sequence[Requested]) -> Batch:
    """Add documents in their order and give each its number; what is there already stays.

    Raises:
        RecordUnknown: no such batch.
        ActNotAllowed: the batch is confirmed or cancelled.
        BatchTooLarge: more than a batch holds.
        IdReused: an id belongs to a document, or to another request.
        NotForBatch: a correction.
        SignerNamedTwice, TooManySigners, TableUneven, ContentTooLong, BadBoxId,
        DataBoxMustBeUsed: bad content.
    """
    batch = batch_of(work, batch_id, lock=True)
    BATCH.apply(batch.state, "confirm")
    new = _new(work, batch, requested)
    there = count_items(work, batch_id)
    check_room_in_batch(there, len(new))
    for one in new:
        _check(one.facts)
    numbers = take_numbers(work, letterhead_of(work), len(new))
    work.session.add_all(
        _item(work, batch, one, there + n, number)
        for n, (one, number) in enumerate(zip(new, numbers, strict=True), start=1)
    )
    work.session.flush()
    return batch


def confirm_batch(work: Work, batch_id: UUID, typed: int, seen: Seen) -> Batch:
    """Have all documents made.

    Args:
        seen: What the messages may cost as it was shown; the audit entry keeps it.

    Raises:
        RecordUnknown: no such batch.
        ActNotAllowed: it is confirmed or cancelled.
        BatchEmpty, CountDiffers: somebody means another number of documents.
        PostageGrew: the messages may cost more than was shown.
    """
    batch = batch_of(work, batch_id, lock=True)
    state = BATCH.apply(batch.state, "confirm")
    count = count_items(work, batch_id)
    check_count(count, typed)
    postage = agreed(of_batch(work, batch_id, seen.price), seen)
    batch.state, batch.confirmed_at, batch.confirmed_by = state, work.now, work.actor.name
    first, last = _ends(work, batch_id)
    told = {"count": count, "first": first, "last": last, **postage}
    work.audit("confirm_batch", ("batch", batch_id), **told)
    return batch


def pause_batch(work: Work, batch_id: UUID, reason: str, version: int | None) -> Batch:
    """Make no further document until somebody resumes.

    Raises:
        RecordUnknown, ActNotAllowed: no such batch, or it is not running.
        RecordChanged: it is no more as the person saw it.
        ReasonMissing: nobody stands behind it.
    """
    return _change(work, batch_id, "pause", reason, version)


def resume_batch(work: Work, batch_id: UUID, reason: str, version: int | None) -> Batch:
    """Go on after a pause.

    Raises:
        RecordUnknown, ActNotAllowed: no such batch, or it is not paused.
        RecordChanged: it is no more as the person saw it.
        ReasonMissing: nobody stands behind it.
    """
    return _change(work, batch_id, "resume", reason, version)


def pause_of(work: Work, batch: Batch) -> AuditMixin | None:
    """Return who paused a batch that stands still, when and why."""
    if batch.state != PAUSED:
        return None
    mine = Audit.organisation_id == work.organisation_id, Audit.subject_id == batch.id
    query = select(Audit).where(*mine, Audit.act == "pause_batch")
    return work.session.scalar(query.order_by(Audit.recorded_at.desc()).limit(1))


def retry_items(work: Work, batch_id: UUID, item_id: UUID | None = None) -> int:
    """Have what failed tried again, all or one; return how many that is.

    Raises:
        RecordUnknown, ActNotAllowed: no such batch, or it cannot go on.
    """
    batch = batch_of(work, batch_id, lock=True)
    state = BATCH.apply(batch.state, "retry")
    wanted = (BatchItem.batch_id == batch_id) & (BatchItem.state == FAILED)
    if item_id is not None:
        wanted &= BatchItem.id == item_id
    again = update(BatchItem).where(wanted)
    values = {"state": ITEM.apply(FAILED, "retry"), "attempts": 0, "problem": {}}
    count = len(work.session.scalars(again.values(**values).returning(BatchItem.id)).all())
    if count:
        batch.state, batch.ended_at = state, None
        work.audit("retry_batch", ("batch", batch_id), count=count)
    return count


def cancel_rest(work: Work, batch_id: UUID, reason: str) -> Batch:
    """Give up what is not made; its numbers stay used, with the reason.

    Raises:
        RecordUnknown, ActNotAllowed: no such batch, or it is cancelled.
        NothingToCancel: every document is made.
    """
    batch = batch_of(work, batch_id, lock=True)
    state = BATCH.apply(batch.state, "cancel")
    rest = (BatchItem.batch_id == batch_id) & BatchItem.state.in_((WAITING, FAILED))
    given_up = (
        update(BatchItem).where(rest).values(state=VOID, reason=reason, problem={}, request={})
    )
    gone = work.session.execute(given_up.returning(BatchItem.number, BatchItem.id)).all()
    numbers = sorted(row.number for row in gone)
    for row in gone:
        # Whoever asked for it must learn that it will never be; nothing else tells.
        told = {"document_id": row.id, "number": row.number, "state": "cancelled"}
        work.tell("document.cancelled", row.id, told)
    if not numbers and count_items(work, batch_id):
        raise NothingToCancel()
    batch.state, batch.ended_at = state, work.now
    batch.cancel_reason, batch.trouble = reason, None
    work.audit("cancel_batch", ("batch", batch_id), numbers=numbers)
    return batch


def batch_of(work: Work, batch_id: UUID, *, lock: bool = False) -> Batch:
    """Return a batch of the organisation.

    Raises:
        RecordUnknown: there is none of this id.
    """
    query = batches(work).where(Batch.id == batch_id)
    found = work.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise RecordUnknown()
    return found


def batches(work: Work) -> Select[Batch]:
    """Return the query of the organisation's batches."""
    return select(Batch).where(Batch.organisation_id == work.organisation_id)


def item_of(work: Work, batch_id: UUID, item_id: UUID) -> BatchItem:
    """Return one document of a batch.

    Raises:
        RecordUnknown: there is none of this id.
    """
    found = work.session.scalar(items(work, batch_id).where(BatchItem.id == item_id))
    if found is None:
        raise RecordUnknown()
    return found


def items(work: Work, batch_id: UUID) -> Select[BatchItem]:
    """Return the query of a batch's documents."""
    return all_items(work).where(BatchItem.batch_id == batch_id)


def all_items(work: Work) -> Select[BatchItem]:
    """Return the query of the documents of every batch of the organisation."""
    return select(BatchItem).where(BatchItem.organisation_id == work.organisation_id)


def count_items(work: Work, batch_id: UUID, *conditions: ColumnElement[bool]) -> int:
    """Return how many documents of a batch meet the conditions."""
    query = items(work, batch_id).where(*conditions).with_only_columns(func.count())
    return work.session.scalar(query) or 0


def states_of(work: Work, batch_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Return how many documents of each batch are in each state."""
    found: dict[UUID, dict[str, int]] = {key: {} for key in batch_ids}
    query = select(BatchItem.batch_id, BatchItem.state, func.count())
    mine = BatchItem.organisation_id == work.organisation_id, BatchItem.batch_id.in_(batch_ids)
    grouped = query.where(*mine).group_by(BatchItem.batch_id, BatchItem.state)
    for key, state, count in work.session.execute(grouped):
        found[key][state] = count
    return found


def _change(work: Work, batch_id: UUID, act: str, reason: str, version: int | None) -> Batch:
    why = check_reason(reason)
    batch = batch_of(work, batch_id, lock=True)
    check_named_version(shown=version, present=batch.version)
    batch.state = BATCH.apply(batch.state, act)
    work.session.flush()
    work.audit(f"{act}_batch", ("batch", batch_id), why=why)
    return batch


def _new(work: Work, batch: Batch, requested: Sequence[Requested]) -> list[Requested]:
    """Return what is not in this batch already.

    Raises:
        IdReused: an id belongs to a document, or to another request.
    """
    there: dict[UUID, tuple[UUID, str]] = {}
    for start in range(0, len(requested), IDS_AT_ONCE):
        ids = [one.document_id for one in requested[start : start + IDS_AT_ONCE]]
        made = select(Document.id).where(Document.id.in_(ids)).limit(1)
        taken = work.session.scalar(made)
        if taken is not None:
            raise IdReused(number=str(taken))
        columns = BatchItem.id, BatchItem.batch_id, BatchItem.fingerprint
        for row in work.session.execute(select(*columns).where(BatchItem.id.in_(ids))):
            there[row.id] = row.batch_id, row.fingerprint
    for one in requested:
        if there.get(one.document_id) not in (None, (batch.id, one.facts.fingerprint)):
            raise IdReused(number=str(one.document_id))
    return [one for one in requested if one.document_id not in there]


def _check(facts: DocumentFacts) -> None:
    if facts.corrects_id is not None:
        raise NotForBatch()
    check_signers(facts.signers)
    check_content(facts.content)
    check_delivery(facts.delivery)


def _item(work: Work, batch: Batch, one: Requested, position: int, number: str) -> BatchItem:
    delivery = one.facts.delivery
    return BatchItem(
        id=one.document_id,
        organisation_id=work.organisation_id,
        batch_id=batch.id,
        position=position,
        number=number,
        title=one.facts.title,
        recipient=delivery.recipient.name if delivery else "",
        request=dict(one.raw),
        fingerprint=one.facts.fingerprint,
        reserved_at=work.now,
        state=ITEM.initial,
    )


def _ends(work: Work, batch_id: UUID) -> tuple[str, str]:
    numbers = items(work, batch_id).with_only_columns(BatchItem.number)
    first = work.session.scalar(numbers.order_by(BatchItem.position).limit(1))
    last = work.session.scalar(numbers.order_by(BatchItem.position.desc()).limit(1))
    return first or "", last or ""
