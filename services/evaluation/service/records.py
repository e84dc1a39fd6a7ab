"""Ask documents for a record or letter, and follow what becomes of it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from services.evaluation.models import DEAD, Case, Outbox, Record
from shared.contracts.codec import to_json
from shared.contracts.documents import DocumentRequest
from shared.outbox import enqueue

from .acting import Acting

TAKEN_BACK = "Úkon byl vzat zpět."


def request_record(
    session: Session,
    acting: Acting,
    request: DocumentRequest,
    *,
    subject_id: UUID,
    due: date | None = None,
    batch_id: UUID | None = None,
) -> Record:
    """Note that a document is wanted; documents is asked after the commit.

    Args:
        batch_id: The batch with which it goes; it is asked for together with the others.
    """
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
        batch_id=batch_id,
    )
    session.add(record)
    if batch_id is not None:
        return record
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
    """Return the record of a subject that still counts."""
    query = select(Record).where(
        Record.organisation_id == organisation_id,
        Record.kind == kind,
        Record.subject_id == subject_id,
        Record.state.not_in(DEAD),
    )
    return session.scalars(query.order_by(Record.requested_at.desc(), Record.id)).first()


def live_records(
    session: Session, organisation_id: UUID, kind: str, subject_ids: Sequence[UUID]
) -> dict[UUID, Record]:
    """Return the records of several subjects that still count, by subject."""
    query = select(Record).where(
        Record.organisation_id == organisation_id,
        Record.kind == kind,
        Record.subject_id.in_(subject_ids),
        Record.state.not_in(DEAD),
    )
    return {row.subject_id: row for row in session.scalars(query.order_by(Record.requested_at))}


def has_live_record(kind: str) -> ColumnElement[bool]:
    """Return the condition that a case has a document of the kind that still counts."""
    query = select(Record.id).where(
        Record.case_id == Case.id, Record.kind == kind, Record.state.not_in(DEAD)
    )
    return query.exists()


def withdraw_record(session: Session, record: Record, reason: str) -> None:
    """Take a document back together with the act behind it.

    Nobody can sign it any more; one that carries a signature stays and counts for nothing.
    """
    if record.state in DEAD:
        return
    if record.state not in {"requested", "waiting"}:
        record.state = "void"
        return
    record.state = "cancelled"
    ask_to_cancel(session, record, reason)


def ask_to_cancel(session: Session, record: Record, reason: str) -> None:
    """Have documents cancel the document after the commit."""
    enqueue(
        session,
        Outbox,
        organisation_id=record.organisation_id,
        kind="cancellation",
        payload={"record_id": str(record.id), "reason": reason},
    )


def mark_made(session: Session, record_id: UUID) -> str:
    """Note that documents has the document now; return where the record stands."""
    # One statement: the feed may have learnt of the signature in the meantime.
    waiting = update(Record).where(Record.id == record_id, Record.state == "requested")
    session.execute(waiting.values(state="waiting").execution_options(synchronize_session=False))
    return session.scalars(select(Record.state).where(Record.id == record_id)).one()
