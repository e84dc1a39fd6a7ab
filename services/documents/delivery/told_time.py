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
        self._asked_at = self._steady()

    def ask(self) -> float:
        """Return what names a request that begins now, for :meth:`hear`."""
        return self._steady()

    def hear(self, date: str | None, asked_at: float | None = None) -> None:
        """Take over the Date of an answer that has just come; without one nothing is learnt.

        Args:
            asked_at: When the request began. An answer that took longer than that to a later
                request is older, and is not heard.
        """
        told = _instant(date)
        begun = self._steady() if asked_at is None else asked_at
        if told is not None and begun >= self._asked_at:
            self._told, self._asked_at = (told, self._steady()), begun

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
