"""Messages of the outbox that could not be handed over: seen by people, tried again by them."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.domain.roles import Act
from services.registry.models import Outbox
from services.registry.service.loading import own
from services.registry.service.work import Work
from shared import outbox


def stuck_messages(work: Work) -> Sequence[outbox.OutboxMixin]:
    """Return the messages that nobody tries any more, the oldest first.

    Raises:
        NotEntitled.
    """
    work.entitled(Act.MANAGE_PEOPLE)
    return outbox.stuck_messages(work.session, Outbox, work.organisation_id)


def count_stuck(work: Work) -> int:
    """Return how many messages wait for a person's help."""
    return outbox.count_stuck(work.session, Outbox, work.organisation_id)


def try_again(work: Work, message_id: UUID) -> None:
    """Put the message back to those that are tried.

    Raises:
        NotEntitled, RecordUnknown.
    """
    work.entitled(Act.MANAGE_PEOPLE)
    row = own(work, Outbox, message_id)
    if outbox.revive(row):
        work.audit("try_again", ("outbox", message_id), kind=row.kind)
