"""Approving the dispatch of one or thousands of paid messages with one act. Pure.

Source: no law; an organisation's money is spent by its people (ADR 27).
"""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from shared.errors import DomainError
from shared.states import StateMachine, Transition

RUNNING, PAUSED = "running", "paused"

DISPATCH = StateMachine(
    name="dispatch",
    states=(RUNNING, PAUSED),
    initial=RUNNING,
    transitions=(
        Transition("pause", (RUNNING,), PAUSED),
        Transition("resume", (PAUSED,), RUNNING),
    ),
)


class DispatchEmpty(DomainError):
    """No message waits for an approval."""


class DispatchCountDiffers(DomainError):
    """The typed number is not that of the messages. Params: ``count``, ``typed``."""


class DispatchChanged(DomainError):
    """The messages or their price are not those that were shown any more."""


class PriceUnknown(DomainError):
    """What a message costs is set nowhere, so nobody can approve it."""


class DispatchIdReused(DomainError):
    """The id belongs to an approval of other messages."""


def digest_of(deliveries: Iterable[UUID], price_in_hundredths: int) -> str:
    """Return what stands for exactly these messages at this price, in whatever order.

    Source:
        No law; what is approved is what was shown.
    """
    lines = [str(price_in_hundredths), *sorted(str(one) for one in deliveries)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def check_dispatch(*, count: int, typed: int, digest: str, shown: str) -> None:
    """Refuse an approval of something else than the person saw.

    Args:
        count: How many messages wait now.
        typed: What the person typed.
        digest: What stands for the messages and their price now; see :func:`digest_of`.
        shown: The same when the page was shown.

    Raises:
        DispatchEmpty, DispatchChanged, DispatchCountDiffers: see above.

    Source:
        No law; what is approved is what was shown.
    """
    if count == 0:
        raise DispatchEmpty()
    if digest != shown:
        raise DispatchChanged()
    if count != typed:
        raise DispatchCountDiffers(count=count, typed=typed)
