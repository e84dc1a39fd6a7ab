"""What the control interface shows, as JSON."""

from typing import Any

from marshmallow import Schema, fields

from services.isds_simulator.ledger import controls, messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Message, Step
from services.isds_simulator.soap.faults import FaultKind

Json = dict[str, Any]


class Instant(fields.AwareDateTime):
    """An instant in RFC 3339, to the millisecond."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value.isoformat(timespec="milliseconds")


def _text(**options: Any) -> fields.String:
    return fields.String(required=True, **options)


def _number() -> fields.Integer:
    return fields.Integer(required=True)


class ProblemOut(Schema):
    """An error by RFC 9457; ``detail`` is a sentence, or what is wrong with each value."""

    type = _text()
    title = _text()
    status = _number()
    detail = fields.Raw(required=True)


class ClockOut(Schema):
    """What the clock says."""

    now = Instant(required=True)
    offset_seconds = fields.Function(
        lambda reading: reading.offset.total_seconds(), required=True, metadata={"type": "number"}
    )
    stopped = fields.Boolean(required=True, attribute="is_stopped")
    speed = fields.Float(required=True)


class BoxOut(Schema):
    """A box."""

    id = _text()
    type = _text()
    name = _text()
    ic = _text(allow_none=True)
    given_names = _text(allow_none=True)
    last_name = _text(allow_none=True)
    street = _text(allow_none=True)
    house = _text(allow_none=True)
    city = _text(allow_none=True)
    zip_code = _text(allow_none=True)
    country = _text()
    state = _number()
    accepts_paid = fields.Boolean(required=True)
    has_contract = fields.Boolean(required=True)
    credit = _number()
    has_user = fields.Boolean(required=True)
    attachment_limit = _number()
    throttle_ms = _number()
    address = _text()


class BoxesOut(Schema):
    """The directory."""

    boxes = fields.List(fields.Nested(BoxOut), required=True)


class FileOut(Schema):
    """A file of a message; it is remembered after its content was erased."""

    name = _text()
    mime = _text()
    meta = _text()
    size = _number()
    sha256 = _text()


class EventOut(Schema):
    """A line of a delivery info."""

    kind = _text()
    at = Instant(required=True)


class MessageOut(Schema):
    """A message with its files and events; the state is the true one."""

    id = _text()
    sender_id = _text()
    recipient_id = _text()
    kind = _text()
    is_big = fields.Boolean(required=True)
    state = _number()
    annotation = _text(allow_none=True)
    sender_reference = _text(allow_none=True)
    submitted_at = Instant(required=True)
    delivered_at = Instant(required=True, allow_none=True)
    accepted_at = Instant(required=True, allow_none=True)
    sha256 = _text()
    files = fields.List(fields.Nested(FileOut), required=True)
    events = fields.List(fields.Nested(EventOut), required=True)


class MessagesOut(Schema):
    """Messages of the ledger."""

    messages = fields.List(fields.Nested(MessageOut), required=True)


class FaultOut(Schema):
    """A fault switch."""

    id = _number()
    operation = _text()
    kind = _text()
    box_id = _text(allow_none=True)
    params = fields.Dict(keys=fields.String(), required=True)
    every = _number()
    hits = _number()
    remaining = fields.Integer(required=True, allow_none=True)


class FaultsOut(Schema):
    """The fault switches that are set."""

    faults = fields.List(fields.Nested(FaultOut), required=True)


FaultKindsOut = Schema.from_dict(
    {str(kind): fields.Dict(keys=fields.String(), required=True) for kind in FaultKind},
    name="FaultKindsOut",
)
"""Every kind of fault with its parameters and what they are unless they are given."""


class FaultAddedOut(Schema):
    """Number of a new fault switch."""

    id = _number()


class StepsOut(Schema):
    """The steps of the scenario, each with its time, its details and how it ended."""

    steps = fields.List(fields.Dict(keys=fields.String()), required=True)


class NumberOfStepsOut(Schema):
    """How many steps a scenario has."""

    steps = _number()


class DuplicateOut(Schema):
    """A reference that was sent more than once to one box."""

    sender_id = _text()
    recipient_id = _text()
    reference = _text(allow_none=True)
    copies = _number()


class CallCountOut(Schema):
    """How many calls of an operation ended so."""

    operation = _text()
    outcome = _text()
    calls = _number()


class SummaryOut(Schema):
    """The counts by which a test judges a run."""

    messages = _number()
    states = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    duplicates = fields.List(fields.Nested(DuplicateOut), required=True)
    calls = fields.List(fields.Nested(CallCountOut), required=True)


class CallOut(Schema):
    """A call of the log."""

    at = Instant(required=True)
    operation = _text()
    box_id = _text(allow_none=True)
    outcome = _text()
    milliseconds = _number()


class CallsOut(Schema):
    """The newest calls."""

    calls = fields.List(fields.Nested(CallOut), required=True)


class DeliveredOut(Schema):
    """The messages that a login has delivered."""

    delivered = fields.List(fields.String(), required=True)


class UndeliverableOut(Schema):
    """The messages that a closure has made undeliverable."""

    undeliverable = fields.List(fields.String(), required=True)


class CertificateOut(Schema):
    """A client certificate with its key, in PEM."""

    certificate = _text()
    key = _text()


def message_json(connection: Connection, message: Message) -> Json:
    """Return a message with its files and events."""
    given = message.envelope.fields
    return {
        **vars(message),
        "state": int(message.state),
        "annotation": given.get("dmAnnotation"),
        "sender_reference": given.get("dmSenderRefNumber"),
        "sha256": message.digest.hex(),
        "files": messages.attachments_of(connection, message.id),
        "events": messages.events_of(connection, message.id),
    }


def summary_json(connection: Connection) -> Json:
    """Return the counts by which a test judges a run."""
    states = controls.count_messages(connection)
    return {
        "messages": sum(states.values()),
        "states": {str(state): count for state, count in states.items()},
        "duplicates": [
            {"sender_id": sender, "recipient_id": recipient, "reference": ref, "copies": copies}
            for sender, recipient, ref, copies in controls.count_duplicates(connection)
        ],
        "calls": [
            {"operation": operation, "outcome": outcome, "calls": calls}
            for operation, outcome, calls in controls.count_calls(connection)
        ],
    }


def step_json(step: Step) -> Json:
    """Return a step of the scenario."""
    at = step.at.isoformat(timespec="milliseconds")
    return {"at": at, **step.action, "outcome": step.outcome}
