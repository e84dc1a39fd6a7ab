"""Letters that one act makes for many applicants: one batch in documents, confirmed there."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.evaluation.models import Call, LetterBatch, Outbox, Record
from shared.outbox import enqueue

from .acting import Acting
from .cases import trace
from .errors import NoSuchRow


def begin_batch(
    session: Session, acting: Acting, call: Call, batch_id: UUID, *, kind: str, title: str
) -> LetterBatch:
    """Begin a batch into which the letters of an act are put; documents learns after the commit."""
    batch = LetterBatch(
        id=batch_id,
        organisation_id=acting.organisation_id,
        call_id=call.id,
        kind=kind,
        title=title,
        created_at=acting.now,
        created_by=acting.actor.name,
    )
    session.add(batch)
    session.flush()
    trace(session, acting, "prepare_letters", call, {"batch_id": str(batch_id)})
    enqueue(
        session,
        Outbox,
        organisation_id=acting.organisation_id,
        kind="letter_batch",
        payload={"batch_id": str(batch_id)},
    )
    return batch


def get_batch(session: Session, call: Call, batch_id: UUID) -> LetterBatch:
    """Return a batch of the call's letters.

    Raises:
        NoSuchRow: The call has none of this id.
    """
    query = select(LetterBatch).where(LetterBatch.call_id == call.id, LetterBatch.id == batch_id)
    found = session.scalar(query)
    if found is None:
        raise NoSuchRow(id=batch_id)
    return found


def batches_of(session: Session, call: Call, kind: str) -> Sequence[LetterBatch]:
    """Return the call's batches of a kind of letters, the newest first."""
    query = select(LetterBatch).where(LetterBatch.call_id == call.id, LetterBatch.kind == kind)
    return session.scalars(query.order_by(LetterBatch.created_at.desc(), LetterBatch.id)).all()


def letters_of(batch: LetterBatch) -> Select[Record]:
    """Return the query of a batch's letters."""
    return select(Record).where(Record.batch_id == batch.id)


def channels_of(session: Session, batch: LetterBatch) -> dict[bool, int]:
    """Return how many letters go to a data box (``True``) and how many on paper."""
    asked = session.scalars(letters_of(batch).with_only_columns(Record.request))
    counts = {True: 0, False: 0}
    for request in asked:
        recipient = (request.get("delivery") or {}).get("recipient") or {}
        counts[bool(recipient.get("data_box_id"))] += 1
    return counts
