"""What is looked for in the list of sent messages, and what a list without it says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.documents.domain import deliveries
from services.documents.domain.channels import check_reason
from services.documents.domain.deliveries import DELIVERY, Moment, begun_again, certainly_passed
from services.documents.domain.records import RetryNotAllowed
from services.documents.models import Delivery, Document
from services.documents.service.deliveries import at_version, begin_search
from services.documents.service.loading import delivery_of
from services.documents.service.work import Work


def retry_delivery(
    work: Work, delivery_id: UUID, reason: str, version: int | None = None
) -> Delivery:
    """Let the worker try the data box once more, by a person's decision and for a reason.

    First it looks for the message: it may have been listed late, or a person may have sent it by
    hand since.

    Raises:
        RecordUnknown: no such delivery.
        ActNotAllowed: nothing is to be tried now.
        RetryNotAllowed: ISDS holds a message already.
        RecordChanged: it is no more as the person saw it.
        ReasonMissing: nobody stands behind it.
    """
    why = check_reason(reason)
    delivery = at_version(delivery_of(work, delivery_id), version)
    asked_for = delivery.reason
    if delivery.state == deliveries.NEEDS_PERSON and not deliveries.retry_is_allowed(
        asked_for, delivery.message_id
    ):
        raise RetryNotAllowed(reason=asked_for)
    delivery.state = DELIVERY.apply(delivery.state, "retry")
    delivery.reason, delivery.file_fault = None, None
    delivery.attempts, delivery.failures = 0, 0
    # After any other reason no attempt of ours is in doubt.
    _look_for(delivery, _loss_of(delivery) if asked_for == deliveries.NOT_FOUND else None)
    work.session.flush()
    work.audit("retry", ("delivery", delivery.id), why=why)
    return delivery


def suspect(work: Work, delivery: Delivery) -> None:
    """Write down that the list of sent messages shows our reference, though we sent nothing."""
    delivery.state = DELIVERY.apply(delivery.state, "suspect")
    _look_for(delivery, None)
    work.session.flush()
    work.audit("suspect", ("delivery", delivery.id))


def _look_for(delivery: Delivery, lost: Moment | None) -> None:
    """Have the message looked for since its document was made, with whatever file of it."""
    begin_search(delivery, lost)
    delivery.sha256, delivery.intent_shown_at = None, delivery.document.created_at


def _loss_of(delivery: Delivery) -> Moment | None:
    return Moment(delivery.lost_at, delivery.lost_isds_at) if delivery.lost_at else None


def note_look(delivery: Delivery, asked: Moment) -> None:
    """Write down that a list which was asked for at a moment does not show the message."""
    before = _loss_of(delivery)
    if before is not None:
        lost = begun_again(before, asked)
        delivery.lost_at, delivery.lost_isds_at = lost.ours, lost.theirs
        passed = certainly_passed(lost, asked)
        delivery.looked_after = max(delivery.looked_after, int(passed.total_seconds()))
    delivery.last_look_at = asked.ours


@dataclass(frozen=True)
class Waiting:
    """A ready delivery that had to wait."""

    delivery_id: UUID
    organisation_id: UUID
    reference: str
    was_put_off: bool
    rested_until: datetime | None
    """Real time; ``None`` if it was never said."""
    made_at: datetime
    """When its document was made (process clock)."""


def to_look_for(work: Work, ids: list[UUID]) -> list[Waiting]:
    """Return, of ready deliveries, those that are looked for before they leave by data box."""
    query = (
        select(Delivery.id, Delivery.organisation_id, Delivery.sender_reference, Delivery.failures)
        .add_columns(Delivery.next_at, Document.created_at, Document.issued_at)
        .join(Document, Document.id == Delivery.document_id)
        .where(Delivery.id.in_(ids))
    )
    found = []
    for row in work.session.execute(query):
        if _looks_first(work, row, row):
            told = (row.id, row.organisation_id, row.sender_reference)
            found.append(Waiting(*told, _was_put_off(row), row.next_at, row.created_at))
    return found


def is_to_look_for(work: Work, delivery: Delivery) -> bool:
    """Tell whether a ready delivery has to be looked for before it leaves by data box."""
    return _looks_first(work, delivery, delivery.document)


def _looks_first(work: Work, delivery: Any, document: Any) -> bool:
    waited = work.now - (document.issued_at or document.created_at)
    return deliveries.looks_first(was_put_off=_was_put_off(delivery), waited=waited)


def _was_put_off(delivery: Any) -> bool:
    return delivery.failures > 0 or delivery.next_at is not None
