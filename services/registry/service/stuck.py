"""Messages of the outbox that could not be handed over: seen by people, tried again by them."""

from uuid import UUID

from sqlalchemy import func, select

from services.registry.domain.roles import Act
from services.registry.models import Outbox
from services.registry.service.loading import own
from services.registry.service.work import Work
from shared.clock import SystemClock
from shared.outbox import needs_help


def stuck_messages(work: Work) -> list[Outbox]:
    """Return the messages that need a person's help, the oldest first.

    Raises:
        NotEntitled.
    """
    work.entitled(Act.MANAGE_PEOPLE)
    query = select(Outbox).where(Outbox.organisation_id == work.organisation_id, needs_help(Outbox))
    return list(work.session.scalars(query.order_by(Outbox.created_at, Outbox.id).limit(200)))


def count_stuck(work: Work) -> int:
    """Return how many messages wait for a person's help."""
    query = select(func.count()).where(
        Outbox.organisation_id == work.organisation_id, needs_help(Outbox)
    )
    return work.session.scalar(query) or 0


def try_again(work: Work, message_id: UUID) -> None:
    """Put the message back to those that are tried.

    Raises:
        NotEntitled, RecordUnknown.
    """
    work.entitled(Act.MANAGE_PEOPLE)
    row = own(work, Outbox, message_id)
    if row.delivered_at is not None:
        return
    row.dead_at, row.attempts, row.available_at = None, 0, SystemClock().now()
    work.audit("try_again", ("outbox", message_id), kind=row.kind)
