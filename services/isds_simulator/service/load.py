"""How many requests of a box run at once: real counting, in this process."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from services.isds_simulator.domain.refusals import (
    THROTTLED,
    TOO_MANY_ARCHIVES,
    TOO_MANY_REQUESTS,
    Refused,
)

UNSTAMPED_WINDOW = timedelta(minutes=20)
UNSTAMPED_TRIES = 2
MOST_REMEMBERED = 10_000


class Load:
    """Counts what runs. Two processes over one ledger count each for itself."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()
        self._archives: Counter[str] = Counter()
        self._unstamped: dict[tuple[str, str], list[datetime]] = {}

    @contextmanager
    def watched(self, box_id: str, *, most: int, throttle_ms: int) -> Iterator[None]:
        """Count a watched request for as long as the block lasts.

        Args:
            box_id: Box of the caller.
            most: How many may run at once.
            throttle_ms: How long each request of a throttled box is held back; zero for
                a box that is not throttled.

        Raises:
            Refused: 3008, too many run already; 3009, the box is throttled and another
                request of it is running.
        """
        with self._lock:
            running = self._running[box_id]
            if throttle_ms and running:
                raise Refused(THROTTLED, f"DS {box_id}")
            if running >= most:
                raise Refused(TOO_MANY_REQUESTS, f"pro DS {box_id}")
            self._running[box_id] += 1
        try:
            time.sleep(throttle_ms / 1000)
            yield
        finally:
            with self._lock:
                self._running[box_id] -= 1

    @contextmanager
    def archiving(self, box_id: str, *, most: int, most_of_box: int) -> Iterator[None]:
        """Count a request for an archive stamp.

        Raises:
            Refused: 2210, too many run already, of this box or of all.
        """
        with self._lock:
            if self._archives[box_id] >= most_of_box or self._archives.total() >= most:
                raise Refused(TOO_MANY_ARCHIVES)
            self._archives[box_id] += 1
        try:
            yield
        finally:
            with self._lock:
                self._archives[box_id] -= 1

    @staticmethod
    def wait(pause: timedelta) -> None:
        """Hold a request back, in real time."""
        time.sleep(pause.total_seconds())

    def is_tried_too_often(self, box_id: str, message_id: str, now: datetime) -> bool:
        """Tell whether an unstamped document was given twice within the last 20 minutes."""
        with self._lock:
            tries = self._unstamped.get((box_id, message_id), [])
            return sum(now - at < UNSTAMPED_WINDOW for at in tries) >= UNSTAMPED_TRIES

    def note_unstamped(self, box_id: str, message_id: str, now: datetime) -> None:
        """Remember that a document was given without a time stamp."""
        with self._lock:
            if len(self._unstamped) >= MOST_REMEMBERED:
                self._unstamped.clear()
            tries = self._unstamped.setdefault((box_id, message_id), [])
            tries[:] = [*tries[-UNSTAMPED_TRIES:], now]
