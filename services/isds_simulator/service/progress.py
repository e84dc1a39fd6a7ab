"""How messages move on: by themselves as time passes, or because the recipient does something."""

from dataclasses import replace
from datetime import datetime

from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.domain.box_types import BoxState
from services.isds_simulator.domain.fiction import erasure_instant, fiction_instant
from services.isds_simulator.domain.refusals import NO_SUCH_MESSAGE, Refused
from services.isds_simulator.domain.states import (
    WAITING_FOR_RECIPIENT,
    Event,
    State,
    may_follow,
)
from services.isds_simulator.ledger import boxes, messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Message

BATCH = 500
ACCEPTANCE_EVENTS = (
    Event.FICTION,
    Event.FICTION_NO_USER,
    Event.LOGIN_PRIMARY,
    Event.LOGIN_ENTRUSTED,
    Event.LOGIN_APPLICATION,
)


def let_time_pass(connection: Connection, now: datetime, settings: SimulatorSettings) -> None:
    """Do every automatic change of state that is due, in the order of time.

    Args:
        connection: A write transaction.
        now: Aware instant up to which time passes; changes carry their own earlier times.
        settings: Delays of the states.
    """
    while due := messages.due_messages(connection, now, BATCH):
        for message in due:
            _step(connection, message, settings)


def _step(connection: Connection, message: Message, settings: SimulatorSettings) -> None:
    """Do the one automatic change that a message waits for."""
    due_at = message.due_at
    if due_at is None:
        return
    if message.state is State.SUBMITTED:
        due_next = due_at + settings.antivirus_delay
        _move(connection, message, State.STAMPED, at=due_at, due_at=due_next)
    elif message.state is State.STAMPED:
        _finish_antivirus(connection, message, at=due_at)
    elif message.state is State.DELIVERED and _is_fiction_due(message):
        _deliver_by_fiction(connection, message, at=due_at)
    else:
        _move(connection, message, State.ERASED, at=due_at, due_at=None)
        messages.erase_document(connection, message.id)


def _finish_antivirus(connection: Connection, message: Message, *, at: datetime) -> None:
    if message.is_infected:
        # The real system writes the time of submission, not of the check.
        messages.add_event(connection, message.id, Event.INFECTED, at=message.submitted_at)
        erased_at = erasure_instant(State.INFECTED, at)
        _move(connection, message, State.INFECTED, at=at, due_at=erased_at)
        return
    messages.add_event(connection, message.id, Event.DELIVERED, at=at)
    due_at = (
        fiction_instant(at) if message.fiction_allowed else erasure_instant(State.DELIVERED, at)
    )
    delivered = replace(message, delivered_at=at)
    _move(connection, delivered, State.DELIVERED, at=at, due_at=due_at)


def _is_fiction_due(message: Message) -> bool:
    return message.fiction_allowed and message.accepted_at is None


def _deliver_by_fiction(connection: Connection, message: Message, *, at: datetime) -> None:
    recipient = boxes.find_box(connection, message.recipient_id)
    has_user = recipient is None or recipient.has_user
    kind = Event.FICTION if has_user else Event.FICTION_NO_USER
    messages.add_event(connection, message.id, kind, at=at)
    erased_at = erasure_instant(State.FICTION, message.delivered_at or at)
    accepted = replace(message, accepted_at=at)
    _move(connection, accepted, State.FICTION, at=at, due_at=erased_at)


def _move(
    connection: Connection,
    message: Message,
    state: State,
    *,
    at: datetime,
    due_at: datetime | None,
) -> None:
    if not may_follow(message.state, state):
        raise AssertionError(f"A message cannot pass from {message.state!r} to {state!r}.")
    messages.move_message(connection, replace(message, state=state, due_at=due_at), at=at)


def may_read(message: Message, *, reads_all: bool, reads_some: bool = True) -> bool:
    """Tell whether a user may read a message.

    Args:
        message: A received message.
        reads_all: Whether the user may read messages for the addressee's own hands.
        reads_some: Whether the user may read the others.

    Returns:
        Whether one of the rights covers the message.

    Source:
        Act No. 300/2008 Coll., s. 8; ISDS Operating Rules, rights of users.
    """
    is_personal = message.envelope.fields.get("dmPersonalDelivery") == "true"
    return reads_all or (reads_some and not is_personal)


def log_recipient_in(
    connection: Connection,
    box_id: str,
    *,
    kind: Event,
    at: datetime,
    reads_all: bool = True,
    reads_some: bool = True,
) -> list[str]:
    """Deliver what waits in a box, because somebody entitled has logged in.

    Args:
        connection: A write transaction.
        box_id: The recipient's box.
        kind: Who logged in: a primary user, an entrusted user or an application.
        at: Aware instant of the login.
        reads_all: Whether the person may read messages for the addressee's own hands.
        reads_some: Whether the person may read the others; without a right nothing is delivered.

    Returns:
        Ids of the messages that passed to state 6.

    Source:
        Act No. 300/2008 Coll., s. 17(3); fiction keeps its earlier acceptance time.
    """
    delivered = []
    for message in messages.messages_waiting_for(connection, box_id):
        if not may_read(message, reads_all=reads_all, reads_some=reads_some):
            continue
        messages.add_event(connection, message.id, kind, at=at)
        accepted = replace(message, accepted_at=message.accepted_at or at)
        erased_at = erasure_instant(State.LOGIN, at)
        _move(connection, accepted, State.LOGIN, at=at, due_at=erased_at)
        delivered.append(message.id)
    return delivered


def mark_read(connection: Connection, message_id: str, *, at: datetime) -> None:
    """Note that the recipient has read a message; the sender will not learn of it.

    Args:
        connection: A write transaction.
        message_id: A message.
        at: Aware instant.

    Raises:
        Refused: 1219, there is no such message, or it has not been delivered by a login.
    """
    message = messages.find_message(connection, message_id)
    if message is None or message.state not in {State.LOGIN, State.READ}:
        raise Refused(NO_SUCH_MESSAGE)
    if message.state is State.LOGIN:
        _move(connection, message, State.READ, at=at, due_at=message.due_at)


def close_retroactively(connection: Connection, message_id: str, *, at: datetime) -> None:
    """Make a message undeliverable, because its box should have been closed before it came.

    Args:
        connection: A write transaction.
        message_id: A message in state 4 or 5.
        at: Aware instant of the change.

    Raises:
        Refused: 1219, there is no such message or it is in another state.

    Source:
        Act No. 300/2008 Coll., s. 11; EV3 takes the place of an earlier EV2.
    """
    message = messages.find_message(connection, message_id)
    if message is None or message.state not in WAITING_FOR_RECIPIENT:
        raise Refused(NO_SUCH_MESSAGE)
    _undeliver(connection, message, at=at)


def close_box_retroactively(connection: Connection, box_id: str, *, at: datetime) -> list[str]:
    """Close a box as of a past day: it receives nothing more, and what waits in it comes back.

    Args:
        connection: A write transaction.
        box_id: A box.
        at: Aware instant of the change.

    Returns:
        Ids of the messages that became undeliverable.

    Source:
        Act No. 300/2008 Coll., s. 11.
    """
    boxes.set_box_state(connection, box_id, BoxState.PERMANENTLY_INACCESSIBLE)
    waiting = messages.messages_waiting_for(connection, box_id)
    for message in waiting:
        _undeliver(connection, message, at=at)
    return [message.id for message in waiting]


def move_to_vault(connection: Connection, message_id: str, *, at: datetime) -> None:
    """Let a recipient keep a message in the Data Vault, where nothing is erased by itself.

    Args:
        connection: A write transaction.
        message_id: A message.
        at: Aware instant of the change.

    Raises:
        Refused: 1219, there is no such message or nobody has logged in for it.
    """
    message = messages.find_message(connection, message_id)
    if message is None or message.state not in {State.LOGIN, State.READ}:
        raise Refused(NO_SUCH_MESSAGE)
    _move(connection, message, State.VAULT, at=at, due_at=None)


def erase_from_vault(connection: Connection, message_id: str, *, at: datetime) -> None:
    """Erase the content of a message that is kept in the Data Vault.

    Args:
        connection: A write transaction.
        message_id: A message in state 10.
        at: Aware instant.

    Raises:
        Refused: 1219, there is no such message in the vault.
    """
    message = messages.find_message(connection, message_id)
    if message is None or message.state is not State.VAULT:
        raise Refused(NO_SUCH_MESSAGE)
    _move(connection, message, State.ERASED, at=at, due_at=None)
    messages.erase_document(connection, message_id)


def _undeliver(connection: Connection, message: Message, *, at: datetime) -> None:
    messages.drop_events(connection, message.id, ACCEPTANCE_EVENTS)
    messages.add_event(connection, message.id, Event.UNDELIVERABLE, at=at)
    undelivered = replace(message, accepted_at=None)
    erased_at = erasure_instant(State.UNDELIVERABLE, at)
    _move(connection, undelivered, State.UNDELIVERABLE, at=at, due_at=erased_at)
