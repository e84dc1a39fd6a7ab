"""Messages whose fate nobody knows: what a person may decide, and nothing that sends twice."""

from uuid import UUID

from services.documents.domain import deliveries
from services.documents.domain.deliveries import (
    DELIVERY,
    MessageKnown,
    Moment,
    check_message_number,
    look_is_allowed,
)
from services.documents.domain.records import LookNotAllowed
from services.documents.models import Delivery
from services.documents.service.concluding import has_own_copy
from services.documents.service.deliveries import at_version, begin_search
from services.documents.service.loading import delivery_of
from services.documents.service.work import Work
from shared.clock import SystemClock


def look_again(
    work: Work, delivery_id: UUID, why: str, *, named: str = "", version: int | None = None
) -> Delivery:
    """Have the list of sent messages read at once.

    Args:
        named: Number of the message that a person found among the sent ones; it is taken over only
            if its sealed copy carries our file. Empty when none was found.

    Raises:
        RecordUnknown: no such delivery.
        LookNotAllowed: its fate is known.
        MessageNumberWrong: that is no number of a message.
        MessageKnown: another message is known to be ours.
    """
    delivery = at_version(delivery_of(work, delivery_id), version)
    if not may_look(delivery):
        raise LookNotAllowed(reason=delivery.reason)
    number = _number(delivery, check_message_number(named))
    if delivery.state != deliveries.UNKNOWN:
        delivery.state = DELIVERY.apply(delivery.state, "doubt")
        begin_search(delivery, Moment(SystemClock().now(), None))
    # Whoever was looked for a moment ago would only be waited for.
    delivery.reason, delivery.next_at, delivery.last_look_at = None, None, None
    delivery.message_id = number
    delivery.message_state = None  # whatever the proofs said, they are asked for afresh
    work.session.flush()
    work.audit("look_again", ("delivery", delivery.id), why=why, message_id=number)
    return delivery


def _number(delivery: Delivery, named: str | None) -> str | None:
    """Return the number to look for: what was known or named before is not forgotten.

    Without it the message could be taken for one that was never sent, and be sent again.
    """
    known = delivery.message_id
    if known and (delivery.reason == deliveries.TOO_EARLY or has_own_copy(delivery)):
        if named not in (None, known):
            raise MessageKnown(number=known)
        return known
    return named or (known if delivery.state == deliveries.UNKNOWN else None)


def may_look(delivery: Delivery) -> bool:
    """Tell whether another look can say more than is known."""
    return look_is_allowed(delivery.state, delivery.reason)
