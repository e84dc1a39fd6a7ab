"""Clocks at the worker's desk: what certainly passed, and whether ours may be believed (C1, C4)."""

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.documents.dispatch.outage import NotNow
from services.documents.domain.deliveries import Moment, are_apart
from services.documents.failpoints import hit
from services.documents.service.clocks import note_apart, note_right
from services.documents.tools import Tools
from shared.clock import SystemClock
from shared.db import transaction

log = logging.getLogger(__name__)

SAID_AGAIN = 60.0
"""Seconds after which a worker writes down again that its clock is wrong."""
LOOKED_AGAIN = 60.0
"""Seconds after which one letter asks ISDS for the time again."""


class ClockApart(NotNow):
    """Our clock and that of ISDS differ too much; nothing is sent until somebody sets ours."""


@dataclass
class Clocks:
    """Our clock, that of ISDS, and one that nobody can set."""

    session: Callable[[], Session]
    tools: Tools
    steady: Callable[[], float] = time.monotonic
    machine: str = field(default_factory=socket.gethostname)
    started_at: datetime = field(default_factory=lambda: SystemClock().now())
    _started: float = field(init=False)
    _is_apart: bool | None = None
    _said: float = 0.0
    _apart: ClockApart | None = None
    _apart_until: float = 0.0

    def __post_init__(self) -> None:
        """Begin to count."""
        self._started = self.steady()

    def isds_now(self) -> datetime | None:
        """Return what the clock of ISDS shows now; ``None`` if it was not told yet."""
        return self.tools.gateway.now() if self.tools.gateway is not None else None

    def moment(self, ours: datetime, steady: float) -> Moment:
        """Return an instant of a moment ago on both clocks, now that ISDS has answered.

        Args:
            ours: What our clock showed then.
            steady: What the steady clock showed then.

        Whoever slept since the answer came is not told a later time by this. If ISDS tells no
        time at all, the steady clock stands for its clock as long as this process lives.
        """
        since = timedelta(seconds=self.steady() - steady)
        told = self.isds_now()
        if told is None:
            told = self.started_at + timedelta(seconds=self.steady() - self._started)
        return Moment(ours, told - since)

    def apart(self) -> ClockApart | None:
        """Return what was found a moment ago; then nobody needs to ask ISDS to find it again."""
        return self._apart if self.steady() < self._apart_until else None

    def check(self) -> None:
        """Have nothing sent while our clock is wrong, and tell people.

        Deadlines, days of delivery and what an operator reads in a log hang on it.

        Raises:
            ClockApart: see above.
        """
        told = self.isds_now()
        if told is None:
            return
        apart = self.tools.clock.now() - told
        is_apart = are_apart(apart, self.tools.settings.clock_tolerance)
        self._say(is_apart, apart, told)
        self._apart = None
        if is_apart:
            text = f"Our clock is {apart.total_seconds():.0f} s ahead of that of ISDS."
            # A wrong clock can tell no instant to wait for: what it calls soon may be far away once
            # somebody sets it. So everything is due, and this worker alone leaves it for a while.
            self._apart = ClockApart(text, SystemClock().now() - max(apart, timedelta(0)))
            self._apart_until = self.steady() + LOOKED_AGAIN
            raise self._apart

    def _say(self, is_apart: bool, apart: timedelta, told: datetime) -> None:
        is_known = self._is_apart == is_apart
        if is_known and (not is_apart or self.steady() - self._said < SAID_AGAIN):
            return
        seconds = round(apart.total_seconds())
        if is_apart:
            log.error("our clock is wrong, nothing is sent", extra={"seconds_ahead": seconds})
        with transaction(self.session()) as session:
            if is_apart:
                note_apart(session, self.machine, seconds, told)
            else:
                note_right(session, self.machine, told)
            hit("clock.noted.written")
        hit("clock.noted.committed")
        self._is_apart, self._said = is_apart, self.steady()
