"""Pausing the sending of a batch's letters, whatever they cost, and going on."""

from uuid import UUID

from sqlalchemy import select

from services.documents.domain.channels import check_reason
from services.documents.domain.deliveries import HELD, READY
from services.documents.domain.dispatches import DISPATCH, PAUSED
from services.documents.domain.postage import HOLD_PAUSE
from services.documents.domain.records import check_named_version
from services.documents.models import Audit, Batch, BatchItem, Delivery, Dispatch
from services.documents.service.batches import batch_of
from services.documents.service.dispatches import change_many, end_pauses, of_batch
from services.documents.service.work import Work
from shared.audit import AuditMixin

PAUSE, RESUME = "pause_sending", "resume_sending"
"""Acts in the audit trail."""


def pause_sending(work: Work, batch_id: UUID, reason: str, version: int | None) -> Batch:
    """Send no further letter of the batch for now, not even one that is made later.

    What is being sent, and what is of unknown fate, is left alone. What waits for something else
    keeps that reason; should it end, the letter waits for the pause.

    Raises:
        RecordUnknown: no such batch.
        RecordChanged: it is no more as the person saw it.
        ReasonMissing: nobody stands behind it.
        ActNotAllowed: its sending is paused.
    """
    why = check_reason(reason)
    batch = _changed(work, batch_id, "pause", version)
    ready = (of_batch(batch_id), Delivery.state == READY)
    count = change_many(work, ready, {"state": HELD, "hold": HOLD_PAUSE})
    work.audit(PAUSE, ("batch", batch_id), count=count, why=why)
    return batch


def resume_sending(work: Work, batch_id: UUID, reason: str, version: int | None) -> Batch:
    """Go on after a pause; what waits for another pause, too, goes on waiting.

    Raises:
        RecordUnknown: no such batch.
        RecordChanged: it is no more as the person saw it.
        ReasonMissing: nobody stands behind it.
        ActNotAllowed: its sending is not paused.
    """
    why = check_reason(reason)
    batch = _changed(work, batch_id, "resume", version)
    count = end_pauses(work, of_batch(batch_id))
    work.audit(RESUME, ("batch", batch_id), count=count, why=why)
    return batch


def sending_pause_of(work: Work, batch: Batch) -> AuditMixin | None:
    """Return who paused the sending of a batch that stands still, when and why."""
    if batch.sending != PAUSED:
        return None
    mine = Audit.organisation_id == work.organisation_id, Audit.subject_id == batch.id
    query = select(Audit).where(*mine, Audit.act == PAUSE)
    return work.session.scalar(query.order_by(Audit.recorded_at.desc()).limit(1))


def pausing_batch(work: Work, delivery: Delivery) -> UUID | None:
    """Return the batch whose pause keeps a letter here; ``None`` if none does."""
    query = select(Batch.id).join(BatchItem, BatchItem.batch_id == Batch.id)
    mine = Batch.organisation_id == work.organisation_id, BatchItem.id == delivery.document_id
    return work.session.scalar(query.where(*mine, Batch.sending == PAUSED))


def pausing_dispatch(work: Work, delivery: Delivery) -> UUID | None:
    """Return the approval whose pause keeps a letter here; ``None`` if none does."""
    mine = Dispatch.organisation_id == work.organisation_id, Dispatch.id == delivery.dispatch_id
    return work.session.scalar(select(Dispatch.id).where(*mine, Dispatch.state == PAUSED))


def _changed(work: Work, batch_id: UUID, act: str, version: int | None) -> Batch:
    batch = batch_of(work, batch_id, lock=True)
    check_named_version(shown=version, present=batch.version)
    batch.sending = DISPATCH.apply(batch.sending, act)
    work.session.flush()
    return batch
