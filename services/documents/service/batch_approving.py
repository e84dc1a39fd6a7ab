"""The director's approval of every document of a batch, before anybody signs them."""

from uuid import UUID

from sqlalchemy import Select, func, select

from services.documents.domain.batches import NothingToApprove, check_count, check_ended
from services.documents.domain.documents import DOCUMENT
from services.documents.models import BatchItem, Document
from services.documents.service.approving import release
from services.documents.service.batches import batch_of
from services.documents.service.estimates import Seen, agreed, of_query
from services.documents.service.loading import documents_to_approve
from services.documents.service.payloads import document_payload
from services.documents.service.work import Work


def count_to_approve(work: Work, batch_id: UUID) -> int:
    """Return how many documents of a batch wait for the director's approval."""
    counted = to_approve(work, batch_id).with_only_columns(func.count())
    return work.session.scalar(counted) or 0


def approve_batch(work: Work, batch_id: UUID, typed: int, seen: Seen) -> int:
    """Approve every document of a batch that waits for it; return how many that was.

    The batch has ended, so no other document can come in between; each approval is of the bytes
    that were made, and says so in the audit trail.

    Raises:
        RecordUnknown: no such batch.
        BatchNotEnded: documents are still being made.
        NothingToApprove, CountDiffers: the director means another number of documents.
        PostageGrew: the messages may cost more than was shown.
    """
    check_ended(batch_of(work, batch_id, lock=True).state)
    query = to_approve(work, batch_id).order_by(Document.number)
    found = work.session.scalars(query.with_for_update(of=Document)).all()
    if not found:
        raise NothingToApprove()
    check_count(len(found), typed)
    postage = agreed(of_query(work, to_approve(work, batch_id), seen.price), seen)
    for document in found:
        document.state = DOCUMENT.apply(document.state, "approve")
        document.approved_at, document.approved_by = work.now, work.actor.name
        work.audit("approve", ("document", document.id), sha256=document.sha256)
    work.session.flush()
    work.audit("approve_batch", ("batch", batch_id), count=len(found), **postage)
    work.tell_all(("document.approved", one.id, document_payload(one)) for one in found)
    for document in found:
        if not document.signatures:
            release(work, document)
    return len(found)


def to_approve(work: Work, batch_id: UUID) -> Select[Document]:
    """Return the query of the documents of a batch that wait for the director's approval."""
    mine = select(BatchItem.id).where(
        BatchItem.organisation_id == work.organisation_id, BatchItem.batch_id == batch_id
    )
    return documents_to_approve(work).where(Document.id.in_(mine))
