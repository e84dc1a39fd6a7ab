"""Setting the clock as the control interface, the pages and the seed do."""

from datetime import timedelta
from typing import Any

from marshmallow import ValidationError

from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.seal.authority import VALID_FROM, VALID_UNTIL
from services.isds_simulator.service import clock

WAYS = ("now", "offset_seconds", "advance_seconds", "reset")


def apply_clock(connection: Connection, wanted: dict[str, Any]) -> None:
    """Set the clock.

    Args:
        connection: A write transaction.
        wanted: What ``ClockIn`` loaded.

    Raises:
        ValidationError: Two ways at once, none, or a time at which no certificate is valid.
    """
    given = [name for name in WAYS if wanted[name] is not None]
    has_pace = wanted["stopped"] is not None or wanted["speed"] is not None
    if len(given) > 1 or not (given or has_pace):
        raise ValidationError("Give one of now, offset_seconds, advance_seconds, reset.")
    if wanted["stopped"] is not None and wanted["speed"] is not None:
        raise ValidationError("Give stopped or speed, not both.")
    present = clock.read_clock(connection)
    if wanted["reset"]:
        clock.reset_clock(connection)
        return
    target = wanted["now"] or present.now
    if wanted["offset_seconds"] is not None:
        real_now = clock.reset_clock(connection).now
        target = real_now + timedelta(seconds=wanted["offset_seconds"])
    target += timedelta(seconds=wanted["advance_seconds"] or 0)
    if not VALID_FROM <= target <= VALID_UNTIL:
        raise ValidationError("The certificates of the simulator are not valid then.")
    clock.set_clock(connection, target, speed=_speed(wanted, present.speed))


def _speed(wanted: dict[str, Any], present: float) -> float:
    if wanted["speed"] is not None:
        return float(wanted["speed"])
    if wanted["stopped"] is None:
        return present
    return 0.0 if wanted["stopped"] else (present or 1.0)
