"""What the control interface shows, as JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.isds_simulator.ledger import controls, messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Box, CallRow, Fault, Message, Step
from services.isds_simulator.service.clock import ClockReading

Json = dict[str, Any]


def instant_json(instant: datetime | None) -> str | None:
    """Return an instant in RFC 3339."""
    return None if instant is None else instant.isoformat(timespec="milliseconds")


def clock_json(reading: ClockReading) -> Json:
    """Return what the clock says."""
    return {
        "now": instant_json(reading.now),
        "offset_seconds": reading.offset.total_seconds(),
        "stopped": reading.is_stopped,
        "speed": reading.speed,
    }


def box_json(box: Box) -> Json:
    """Return a box."""
    return {**asdict(box), "address": box.address}


def message_json(connection: Connection, message: Message) -> Json:
    """Return a message with its files and events; the state is the true one."""
    fields = message.envelope.fields
    return {
        "id": message.id,
        "sender_id": message.sender_id,
        "recipient_id": message.recipient_id,
        "kind": message.kind,
        "is_big": message.is_big,
        "state": int(message.state),
        "annotation": fields.get("dmAnnotation"),
        "sender_reference": fields.get("dmSenderRefNumber"),
        "submitted_at": instant_json(message.submitted_at),
        "delivered_at": instant_json(message.delivered_at),
        "accepted_at": instant_json(message.accepted_at),
        "sha256": message.digest.hex(),
        "files": [
            {
                "name": file.name,
                "mime": file.mime,
                "meta": file.meta,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in messages.attachments_of(connection, message.id)
        ],
        "events": [
            {"kind": str(event.kind), "at": instant_json(event.at)}
            for event in messages.events_of(connection, message.id)
        ],
    }


def fault_json(fault: Fault) -> Json:
    """Return a fault switch."""
    return asdict(fault)


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
    return {"at": instant_json(step.at), **step.action, "outcome": step.outcome}


def call_json(call: CallRow) -> Json:
    """Return a call of the log."""
    return {**asdict(call), "at": instant_json(call.at)}
