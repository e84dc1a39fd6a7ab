"""What time it is. Rules never ask; use cases get a ``Clock`` handed in.

Deadlines and documents follow the *process clock*. Tokens, sessions and leases follow real time
(``SystemClock``), so that moving the demonstration clock never signs anybody out.
"""

import json
import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

PRAGUE = ZoneInfo("Europe/Prague")


class Clock(Protocol):
    """Source of the present moment."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        ...

    def today(self) -> date:
        """Return the present calendar day in Prague."""
        ...


class SystemClock:
    """The real clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return datetime.now(UTC)

    def today(self) -> date:
        """Return the present calendar day in Prague."""
        return self.now().astimezone(PRAGUE).date()


class FrozenClock:
    """A clock that stands still until it is moved; for tests of use cases."""

    def __init__(self, at: datetime) -> None:
        self._at = _aware(at)

    def now(self) -> datetime:
        """Return the instant at which the clock stands (aware UTC)."""
        return self._at

    def today(self) -> date:
        """Return the Prague day at which the clock stands."""
        return self._at.astimezone(PRAGUE).date()

    def move_to(self, at: datetime) -> None:
        """Set the clock to another instant."""
        self._at = _aware(at)


class ShiftedClock:
    """The demonstration clock: real time plus an offset kept in one small file.

    All processes of a demonstration read the same file, so one move is seen by all. It exists in
    development mode only; a production service is given ``SystemClock``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cached: tuple[tuple[int, int], timedelta] = ((-1, -1), timedelta(0))

    def now(self) -> datetime:
        """Return real time moved by the stored offset (aware UTC)."""
        return datetime.now(UTC) + self.offset()

    def today(self) -> date:
        """Return the Prague day of the moved clock."""
        return self.now().astimezone(PRAGUE).date()

    def offset(self) -> timedelta:
        """Return the stored offset; zero when the clock was never moved."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return timedelta(0)
        # Two moves within one tick of the file system's clock differ in the file itself.
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._cached[0]:
            seconds = json.loads(self._path.read_text("utf-8"))["offset_seconds"]
            self._cached = (stamp, timedelta(seconds=seconds))
        return self._cached[1]

    def move_to(self, at: datetime) -> None:
        """Store the offset that makes *at* the present moment."""
        self._store(_aware(at) - datetime.now(UTC))

    def reset(self) -> None:
        """Return to real time."""
        self._store(timedelta(0))

    def _store(self, offset: timedelta) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Readers in other processes must see the old or the new file, never half of one.
        handle, temporary = tempfile.mkstemp(dir=self._path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"offset_seconds": offset.total_seconds()}, file)
        os.replace(temporary, self._path)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("A naive datetime says no instant.")
    return at.astimezone(UTC)
