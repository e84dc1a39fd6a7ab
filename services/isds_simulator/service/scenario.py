"""A scenario: what happens in the world of the simulator at which time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.domain.attachments import Attachment
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.domain.states import Event
from services.isds_simulator.ledger import boxes, controls
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.finding import MessageQuery, find_messages
from services.isds_simulator.ledger.rows import Fault, Step
from services.isds_simulator.seal.authority import Authority
from services.isds_simulator.service import clock, progress
from services.isds_simulator.service.documents import SUBMITTED_FIELDS
from services.isds_simulator.service.sending import Desk, Draft, submit

DONE = "done"
BY_HAND = b"%PDF-1.7\n% Written by a person in the scenario.\n%%EOF\n"


@dataclass(frozen=True)
class Turn:
    """One step that is being done."""

    connection: Connection
    at: datetime
    action: dict[str, Any]
    settings: SimulatorSettings
    authority: Authority


def do_step(
    connection: Connection, step: Step, settings: SimulatorSettings, authority: Authority
) -> str:
    """Do one step at its own time.

    Args:
        connection: A write transaction in which time has passed up to the step.
        step: What to do.
        settings: Of the simulator.
        authority: Keys, for a message that the step sends.

    Returns:
        ``done`` or the code with which the system refused it.
    """
    turn = Turn(connection, step.at, step.action, settings, authority)
    try:
        ACTIONS[step.action["do"]](turn)
    except Refused as refusal:
        return f"refused {refusal.code}"
    return DONE


def _log_in(turn: Turn) -> None:
    progress.log_recipient_in(
        turn.connection,
        turn.action["box"],
        kind=Event(turn.action["event"]),
        at=turn.at,
        reads_all=turn.action["reads_all"],
    )


def _named(turn: Turn) -> list[str]:
    """Return the messages that a step names by the sender's reference."""
    query = MessageQuery(reference=turn.action["reference"])
    return [message.id for message in find_messages(turn.connection, query)]


def _read(turn: Turn) -> None:
    for message_id in _named(turn):
        progress.mark_read(turn.connection, message_id, at=turn.at)


def _close_message(turn: Turn) -> None:
    for message_id in _named(turn):
        progress.close_retroactively(turn.connection, message_id, at=turn.at)


def _close_box(turn: Turn) -> None:
    progress.close_box_retroactively(turn.connection, turn.action["box"], at=turn.at)


def _set_state(turn: Turn) -> None:
    boxes.set_box_state(turn.connection, turn.action["box"], turn.action["state"])


def _add_credit(turn: Turn) -> None:
    boxes.change_credit(turn.connection, turn.action["box"], turn.action["amount"], at=turn.at)


def _throttle(turn: Turn) -> None:
    milliseconds = round(turn.action["seconds"] * 1000)
    boxes.set_throttle(turn.connection, turn.action["box"], milliseconds)


def _set_fault(turn: Turn) -> None:
    fault: Fault = Fault(**turn.action["fault"])
    controls.add_fault(turn.connection, fault)


def _clear_faults(turn: Turn) -> None:
    controls.drop_faults(turn.connection)


def _send(turn: Turn) -> None:
    """Let a person send a message by hand, as he could in the program Datovka."""
    action = turn.action
    fields: dict[str, str | None] = dict.fromkeys(SUBMITTED_FIELDS)
    fields["dbIDRecipient"] = action["to"]
    fields["dmAnnotation"] = action["annotation"]
    fields["dmSenderRefNumber"] = action["reference"]
    fields["dmPersonalDelivery"], fields["dmAllowSubstDelivery"] = "false", "true"
    file = Attachment("pisemnost.pdf", "application/pdf", "main", BY_HAND)
    desk = Desk(turn.connection, turn.settings, turn.authority)
    submit(desk, action["box"], Draft(fields, (file,), None), now=turn.at)


def _move_clock(turn: Turn) -> None:
    reading = clock.read_clock(turn.connection)
    speed = reading.speed if turn.action["speed"] is None else turn.action["speed"]
    target = reading.now + timedelta(seconds=turn.action["advance_seconds"])
    clock.set_clock(turn.connection, target, speed=speed)


ACTIONS: dict[str, Callable[[Turn], None]] = {
    "login": _log_in,
    "read": _read,
    "close_message": _close_message,
    "close_box": _close_box,
    "box_state": _set_state,
    "credit": _add_credit,
    "throttle": _throttle,
    "fault": _set_fault,
    "clear_faults": _clear_faults,
    "send": _send,
    "clock": _move_clock,
}
