"""What time it is at ISDS, by the Date of its answers.

Our own clock may be set by anybody, and another machine has another one. The clock of ISDS is the
one by which messages are listed, it is the same for all workers, and it survives their ends.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime


class ToldTime:
    """The clock of ISDS; between two answers a clock goes on that nobody can set."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._told: tuple[datetime, float] | None = None

    def hear(self, date: str | None) -> None:
        """Take over the Date of an answer that has just come; without one nothing is learnt."""
        told = _instant(date)
        if told is not None:
            self._told = told, self._steady()

    def now(self) -> datetime | None:
        """Return what the clock of ISDS shows now, to the second; ``None`` before it was told."""
        if self._told is None:
            return None
        told, heard_at = self._told
        return told + timedelta(seconds=self._steady() - heard_at)


def _instant(date: str | None) -> datetime | None:
    """Read the Date of an answer; anything else says no time."""
    if date is None:
        return None
    try:
        found = parsedate_to_datetime(date)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
