"""The clock of the simulator: real time moved by an offset, or standing still."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.isds_simulator.ledger import controls
from services.isds_simulator.ledger.connection import Connection, from_ms, to_ms

OFFSET = "clock_offset_ms"
STOPPED = "clock_stopped_at_ms"
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class ClockReading:
    """What the clock says and how it is set."""

    now: datetime
    offset: timedelta
    is_stopped: bool


def read_clock(connection: Connection) -> ClockReading:
    """Return the simulator's time, an aware UTC instant in whole milliseconds."""
    offset = timedelta(milliseconds=int(controls.get_setting(connection, OFFSET) or 0))
    stopped = controls.get_setting(connection, STOPPED)
    if stopped is not None:
        return ClockReading(from_ms(int(stopped)), offset, is_stopped=True)
    return ClockReading(from_ms(to_ms(_real_now() + offset)), offset, is_stopped=False)


def set_clock(connection: Connection, now: datetime, *, stopped: bool) -> ClockReading:
    """Make the clock show an instant, and run on from it or stand still.

    Args:
        connection: A write transaction.
        now: Aware instant to be shown.
        stopped: Whether the clock stands still from now on.

    Returns:
        The new reading.
    """
    offset = (now - _real_now()) // MILLISECOND
    controls.put_setting(connection, OFFSET, str(offset))
    controls.put_setting(connection, STOPPED, str(to_ms(now)) if stopped else None)
    return read_clock(connection)


def reset_clock(connection: Connection) -> ClockReading:
    """Make the clock show real time again."""
    controls.put_setting(connection, OFFSET, None)
    controls.put_setting(connection, STOPPED, None)
    return read_clock(connection)


def _real_now() -> datetime:
    return datetime.now(UTC)
