"""What a list of sent messages showed, and how long that is believed."""

from dataclasses import dataclass
from datetime import datetime

from services.documents.service.looking import Waiting

SERVES_FOR = 60.0
"""Seconds for which it serves further messages, so that thousands do not ask for it each."""
HOLDS_FOR = 300.0
"""Seconds; longer than the worker needs for what it takes on at once."""


@dataclass(frozen=True)
class SentList:
    """What the list of sent messages showed."""

    asked_at: float
    """On the steady clock."""
    asked_on: datetime
    """On the real one."""
    since: datetime
    references: frozenset[str]

    def serves(self, since: datetime, now: float) -> bool:
        """Tell whether it is fresh and goes back far enough."""
        return self.since <= since and now - self.asked_at < SERVES_FOR

    def is_after(self, one: Waiting) -> bool:
        """Tell whether it was asked for after a message had rested.

        It may be older than what kept the message, and than what somebody did meanwhile.
        """
        if not one.was_put_off:
            return True
        return one.rested_until is not None and one.rested_until <= self.asked_on

    def is_fresh(self, now: float) -> bool:
        """Tell whether it still says what was sent."""
        return now - self.asked_at < HOLDS_FOR
