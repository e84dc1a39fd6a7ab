"""Ask documents for a record or letter, and follow what becomes of it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.models import Outbox, Record
from shared.contracts.codec import to_json
from shared.contracts.documents import DocumentRequest
from shared.outbox import enqueue

from .acting import Acting


def request_record(
    session: Session,
    acting: Acting,
    request: DocumentRequest,
    *,
    subject_id: UUID,
    due: date | None = None,
) -> Record:
    """Note that a document is wanted; documents is asked after the commit."""
    if request.call_id is None:
        raise ValueError("A record of evaluation belongs to a call.")
    record = Record(
        id=uuid4(),
        organisation_id=acting.organisation_id,
        call_id=request.call_id,
        case_id=request.case_id,
        kind=request.kind,
        title=request.title,
        subject_id=subject_id,
        signer_ids=[str(one.person_id) for one in request.signers],
        request=to_json(request),
        state="requested",
        requested_at=acting.now,
        due=due,
    )
    session.add(record)
    enqueue(
        session,
        Outbox,
        organisation_id=acting.organisation_id,
        kind="document",
        payload={"record_id": str(record.id)},
    )
    return record


def live_record(
    session: Session, organisation_id: UUID, kind: str, subject_id: UUID
) -> Record | None:
    """Return the record of a subject that was not cancelled."""
    query = select(Record).where(
        Record.organisation_id == organisation_id,
        Record.kind == kind,
        Record.subject_id == subject_id,
        Record.state != "cancelled",
    )
    return session.scalars(query.order_by(Record.requested_at.desc(), Record.id)).first()


def live_records(
    session: Session, organisation_id: UUID, kind: str, subject_ids: Sequence[UUID]
) -> dict[UUID, Record]:
    """Return the records of several subjects that were not cancelled, by subject."""
    query = select(Record).where(
        Record.organisation_id == organisation_id,
        Record.kind == kind,
        Record.subject_id.in_(subject_ids),
        Record.state != "cancelled",
    )
    return {row.subject_id: row for row in session.scalars(query.order_by(Record.requested_at))}


def mark_made(session: Session, record_id: UUID) -> None:
    """Note that documents has the document now."""
    record = session.get_one(Record, record_id)
    if record.state == "requested":
        record.state = "waiting"
