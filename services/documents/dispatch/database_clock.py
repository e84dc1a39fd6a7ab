"""The clock of the database's computer, held against ours (C4).

Periods do not hang on it: what passed is told by our clock and that of ISDS. But times in the log
of the database and in ours cannot be laid side by side while the two differ.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from services.documents.dispatch.desk import DispatchDesk
from shared.clock import SystemClock
from shared.db import read_only

TOLERANCE = timedelta(seconds=60)
ONCE_AN_HOUR = 3600.0

log = logging.getLogger(__name__)


class DatabaseClock:
    """Tells the operator, once an hour, that the database's computer has another time."""

    def __init__(
        self, desk: DispatchDesk, steady_seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk, self._steady_seconds = desk, steady_seconds
        self._compare_next = steady_seconds()

    def run_once(self) -> int:
        """Compare once an hour; there is never more to do, so return 0."""
        if self._steady_seconds() < self._compare_next:
            return 0
        self._compare_next = self._steady_seconds() + ONCE_AN_HOUR
        with read_only(self._desk.session()) as session:
            if session.get_bind().dialect.name != "postgresql":
                return 0  # the database is a file of this very computer
            theirs: datetime = session.scalars(select(func.clock_timestamp())).one()
        apart = SystemClock().now() - theirs
        if abs(apart) >= TOLERANCE:
            seconds = round(apart.total_seconds())
            log.warning("the clock of the database is another one", extra={"seconds": seconds})
        return 0
