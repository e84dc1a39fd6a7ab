"""What a scenario file holds: steps with their times."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.isds_simulator.domain.states import LOGIN_EVENTS
from services.isds_simulator.ledger import steps
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.web.schemas import (
    BOX_STATES,
    HALF_A_CENTURY,
    MOST_CREDIT,
    FaultIn,
    Strict,
    box_id_field,
)

DELAY = re.compile(r"\+(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,8})s)?\Z")


class LoginStep(Strict):
    """The recipient logs in."""

    box = box_id_field(required=True)
    event = fields.String(load_default="EV11", validate=validate.OneOf(sorted(LOGIN_EVENTS)))
    reads_all = fields.Boolean(load_default=True)


class ReferenceStep(Strict):
    """Something happens to the messages with one reference of the sender."""

    reference = fields.String(required=True, validate=validate.Length(1, 50))


class BoxStep(Strict):
    """Something happens to a box."""

    box = box_id_field(required=True)


class StateStep(BoxStep):
    """A box gets another state."""

    state = fields.Integer(required=True, validate=validate.OneOf(BOX_STATES))


class CreditStep(BoxStep):
    """Somebody pays in, or takes out, credit in haléře."""

    amount = fields.Integer(required=True, validate=validate.Range(-MOST_CREDIT, MOST_CREDIT))


class ThrottleStep(BoxStep):
    """The operator slows a box down."""

    seconds = fields.Float(required=True, validate=validate.Range(0, 600))


class SendStep(BoxStep):
    """A person sends a message by hand."""

    to = box_id_field(required=True)
    annotation = fields.String(required=True, validate=validate.Length(1, 255))
    reference = fields.String(load_default=None, validate=validate.Length(0, 50))


class ClockStep(Strict):
    """The clock jumps, or runs at another speed from now on."""

    advance_seconds = fields.Float(load_default=0.0, validate=HALF_A_CENTURY)
    speed = fields.Float(load_default=None, validate=validate.Range(0, 1_000_000))


class NoDetails(Strict):
    """A step that needs no details."""


SCHEMAS: dict[str, type[Strict]] = {
    "login": LoginStep,
    "read": ReferenceStep,
    "close_message": ReferenceStep,
    "close_box": BoxStep,
    "box_state": StateStep,
    "credit": CreditStep,
    "throttle": ThrottleStep,
    "send": SendStep,
    "clock": ClockStep,
    "clear_faults": NoDetails,
}


def plan(connection: Connection, scenario: Any, *, now: datetime) -> int:
    """Enter the steps of a scenario.

    Args:
        connection: A write transaction.
        scenario: ``{"steps": [{"at": ..., "do": ..., ...}]}``; a time is RFC 3339 with its
            zone, or ``+1d2h3m4s`` after ``now``.
        now: Aware instant at which the scenario begins.

    Returns:
        How many steps there are.

    Raises:
        ValidationError: With the number of the step that is wrong; nothing is entered.
    """
    given = scenario.get("steps") if isinstance(scenario, dict) else None
    if not isinstance(given, list):
        raise ValidationError({"steps": ["A list of steps is missing."]})
    planned = []
    for number, step in enumerate(given):
        try:
            planned.append(_planned(step, now))
        except ValidationError as error:
            raise ValidationError({str(number): error.messages}) from error
    for at, action in planned:
        steps.add_step(connection, at, action)
    return len(planned)


def _planned(step: Any, now: datetime) -> tuple[datetime, dict[str, Any]]:
    if not isinstance(step, dict):
        raise ValidationError("A step is an object.")
    details = {name: value for name, value in step.items() if name not in {"at", "do"}}
    at, do = _instant(step.get("at"), now), step.get("do")
    if do == "fault":
        return at, {"do": do, "fault": vars(FaultIn().load(details))}
    schema = SCHEMAS.get(str(do))
    if schema is None:
        raise ValidationError({"do": [f"One of fault, {', '.join(SCHEMAS)}."]})
    return at, {"do": do, **schema().load(details)}


def _instant(text: Any, now: datetime) -> datetime:
    found = DELAY.match(str(text))
    if found is not None:
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise ValidationError({"at": ["No time: RFC 3339 or +1d2h3m4s."]}) from None
    if moment.tzinfo is None:
        raise ValidationError({"at": ["The time zone is missing."]})
    return moment.astimezone(UTC)
