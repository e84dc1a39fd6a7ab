"""The clock of the simulator: real time moved by an offset, faster, or standing still."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.isds_simulator.ledger import controls
from services.isds_simulator.ledger.connection import Connection, from_ms, to_ms

SHOWN = "clock_shown_ms"
"""What the clock showed when it was set."""
SET_AT = "clock_set_at_ms"
"""Real time when it was set."""
SPEED = "clock_speed"
"""Seconds of the simulator in one real second; zero stands still."""


@dataclass(frozen=True)
class ClockReading:
    """What the clock says and how it is set."""

    now: datetime
    offset: timedelta
    speed: float

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands still."""
        return self.speed == 0


def read_clock(connection: Connection) -> ClockReading:
    """Return the simulator's time, an aware UTC instant in whole milliseconds."""
    real_now = _real_now()
    values = controls.get_settings(connection, (SHOWN, SET_AT, SPEED))
    if SHOWN not in values:
        return ClockReading(from_ms(to_ms(real_now)), timedelta(0), 1.0)
    speed = float(values[SPEED])
    passed = (real_now - from_ms(int(values[SET_AT]))) * speed
    now = from_ms(to_ms(from_ms(int(values[SHOWN])) + passed))
    return ClockReading(now, now - from_ms(to_ms(real_now)), speed)


def set_clock(connection: Connection, now: datetime, *, speed: float) -> ClockReading:
    """Make the clock show an instant and run on from it.

    Args:
        connection: A write transaction.
        now: Aware instant to be shown.
        speed: Seconds of the simulator in one real second; zero stands still.

    Returns:
        The new reading.
    """
    controls.put_setting(connection, SHOWN, str(to_ms(now)))
    controls.put_setting(connection, SET_AT, str(to_ms(_real_now())))
    controls.put_setting(connection, SPEED, str(speed))
    return read_clock(connection)


def reset_clock(connection: Connection) -> ClockReading:
    """Make the clock show real time again."""
    for key in (SHOWN, SET_AT, SPEED):
        controls.put_setting(connection, key, None)
    return read_clock(connection)


def _real_now() -> datetime:
    return datetime.now(UTC)
