"""Reading and writing messages, their events and changes of state."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from services.isds_simulator.domain.states import REPORTED_CHANGES, Event, State, as_sender_sees
from services.isds_simulator.ledger.connection import (
    Connection,
    Row,
    from_ms,
    maybe_from_ms,
    maybe_to_ms,
    to_ms,
)
from services.isds_simulator.ledger.rows import (
    AttachmentRow,
    Author,
    Envelope,
    Message,
    MessageEvent,
    StateChange,
)

SEARCHED = ("dmAnnotation", "dmSenderRefNumber", "dmSenderIdent", "dmRecipientRefNumber")


def next_message_id(connection: Connection) -> str:
    """Take the next message id; a number, as in the real system."""
    row = connection.execute(
        "UPDATE counter SET value = value + 1 WHERE name = 'message' RETURNING value"
    ).fetchone()
    return str(row["value"])


def message_from(row: Row) -> Message:
    """Return a row of the table as a value."""
    return Message(
        id=row["id"],
        sender_id=row["sender_id"],
        recipient_id=row["recipient_id"],
        kind=row["kind"],
        state=State(row["state"]),
        submitted_at=from_ms(row["submitted_at"]),
        delivered_at=maybe_from_ms(row["delivered_at"]),
        accepted_at=maybe_from_ms(row["accepted_at"]),
        due_at=maybe_from_ms(row["due_at"]),
        envelope=Envelope(**json.loads(row["envelope"])),
        digest=row["digest"],
        stamp=row["stamp"],
        attachment_kb=row["attachment_kb"],
        is_infected=bool(row["is_infected"]),
        fiction_allowed=bool(row["fiction_allowed"]),
        is_big=bool(row["is_big"]),
        author=Author(**json.loads(row["author"])),
    )


def add_message(
    connection: Connection,
    message: Message,
    *,
    document: bytes,
    attachments: Iterable[AttachmentRow],
) -> None:
    """Enter a new message with its content."""
    fields = message.envelope.fields
    cursor = connection.execute(
        "INSERT INTO message (id, sender_id, recipient_id, kind, state, submitted_at, due_at, "
        "envelope, sender_ref, recipient_ref, annotation, digest, stamp, attachment_kb, "
        "is_infected, fiction_allowed, is_big, author) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message.id,
            message.sender_id,
            message.recipient_id,
            message.kind,
            message.state,
            to_ms(message.submitted_at),
            maybe_to_ms(message.due_at),
            json.dumps(asdict(message.envelope), ensure_ascii=False),
            fields.get("dmSenderRefNumber"),
            fields.get("dmRecipientRefNumber"),
            fields.get("dmAnnotation") or "",
            message.digest,
            message.stamp,
            message.attachment_kb,
            message.is_infected,
            message.fiction_allowed,
            message.is_big,
            json.dumps(asdict(message.author), ensure_ascii=False),
        ),
    )
    connection.execute(
        "INSERT INTO message_text (rowid, text) VALUES (?, ?)",
        (cursor.lastrowid, _words(message)),
    )
    connection.execute("INSERT INTO content VALUES (?, ?)", (message.id, document))
    connection.executemany(
        "INSERT INTO attachment VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (row.message_id, ordinal, row.name, row.mime, row.meta, row.size, row.sha256)
            for ordinal, row in enumerate(attachments)
        ),
    )


def _words(message: Message) -> str:
    """Return what a person may search a message by."""
    envelope = message.envelope
    sent = (envelope.fields.get(name) for name in SEARCHED)
    parts = (message.id, message.sender_id, message.recipient_id)
    names = (envelope.sender_name, envelope.recipient_name)
    return " ".join((*parts, *names, *(text for text in sent if text)))


def find_message(connection: Connection, message_id: str) -> Message | None:
    """Return a message, or ``None``."""
    row = connection.execute("SELECT * FROM message WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else message_from(row)


def find_document(connection: Connection, message_id: str) -> bytes | None:
    """Return the raw ``dmDm`` of a message, or ``None`` when it has been erased."""
    row = connection.execute(
        "SELECT document FROM content WHERE message_id = ?", (message_id,)
    ).fetchone()
    return None if row is None else bytes(row["document"])


def erase_document(connection: Connection, message_id: str) -> None:
    """Forget the content of a message; its envelope and events stay."""
    connection.execute("DELETE FROM content WHERE message_id = ?", (message_id,))


def is_anything_due(connection: Connection, now: datetime) -> bool:
    """Tell whether a message should change its state by itself by now."""
    row = connection.execute(
        "SELECT 1 FROM message WHERE due_at <= ? LIMIT 1", (to_ms(now),)
    ).fetchone()
    return row is not None


def due_messages(connection: Connection, now: datetime, most: int) -> list[Message]:
    """Return messages that should change their state by now, earliest first."""
    rows = connection.execute(
        "SELECT * FROM message WHERE due_at <= ? ORDER BY due_at, id LIMIT ?",
        (to_ms(now), most),
    )
    return [message_from(row) for row in rows]


def move_message(connection: Connection, message: Message, *, at: datetime) -> None:
    """Store a message's new state and times, and report the change to the sender."""
    connection.execute(
        "UPDATE message SET state = ?, delivered_at = ?, accepted_at = ?, due_at = ? WHERE id = ?",
        (
            message.state,
            maybe_to_ms(message.delivered_at),
            maybe_to_ms(message.accepted_at),
            maybe_to_ms(message.due_at),
            message.id,
        ),
    )
    if message.state in REPORTED_CHANGES:
        connection.execute(
            "INSERT INTO change (message_id, sender_id, at, state) VALUES (?, ?, ?, ?)",
            (message.id, message.sender_id, to_ms(at), message.state),
        )


def add_event(connection: Connection, message_id: str, kind: Event, *, at: datetime) -> None:
    """Add a line to the delivery info of a message."""
    connection.execute(
        "INSERT INTO event (message_id, at, kind) VALUES (?, ?, ?)", (message_id, to_ms(at), kind)
    )


def drop_events(connection: Connection, message_id: str, kinds: Iterable[Event]) -> None:
    """Take lines out of the delivery info, as a retroactive closure does."""
    connection.executemany(
        "DELETE FROM event WHERE message_id = ? AND kind = ?",
        [(message_id, kind) for kind in kinds],
    )


def events_of(connection: Connection, message_id: str) -> list[MessageEvent]:
    """Return the events of a message in the order in which they happened."""
    rows = connection.execute(
        "SELECT at, kind FROM event WHERE message_id = ? ORDER BY id", (message_id,)
    )
    return [MessageEvent(from_ms(row["at"]), Event(row["kind"])) for row in rows]


@dataclass(frozen=True)
class ListQuery:
    """Which messages of a box a list shows, newest first."""

    states: frozenset[State] = frozenset(State) - {State.ERASED}
    since: datetime | None = None
    """Earliest time of delivery, or of submission while there is none; likewise ``until``."""
    until: datetime | None = None
    submitted_until: datetime | None = None
    """Latest time of submission; how a list lags."""
    offset: int = 0
    limit: int = 1000


def sent_messages(connection: Connection, box_id: str, query: ListQuery) -> list[Message]:
    """Return messages that a box has sent."""
    return _listed(connection, "sender_id", box_id, query)


def received_messages(connection: Connection, box_id: str, query: ListQuery) -> list[Message]:
    """Return messages that a box has received."""
    return _listed(connection, "recipient_id", box_id, query)


def _listed(connection: Connection, side: str, box_id: str, query: ListQuery) -> list[Message]:
    states = ", ".join(str(int(state)) for state in sorted(query.states))
    conditions = [f"{side} = ?", f"state IN ({states})"]
    values: list[Any] = [box_id]
    bounds = (
        ("coalesce(delivered_at, submitted_at) >= ?", query.since),
        ("coalesce(delivered_at, submitted_at) <= ?", query.until),
        ("submitted_at <= ?", query.submitted_until),
    )
    for condition, instant in bounds:
        if instant is not None:
            conditions.append(condition)
            values.append(to_ms(instant))
    # Only our own column names, comparisons and numbers are put into the statement.
    statement = (
        f"SELECT * FROM message WHERE {' AND '.join(conditions)} "  # noqa: S608
        "ORDER BY coalesce(delivered_at, submitted_at) DESC, id DESC LIMIT ? OFFSET ?"
    )
    rows = connection.execute(statement, [*values, query.limit, query.offset])
    return [message_from(row) for row in rows]


def messages_waiting_for(connection: Connection, box_id: str) -> list[Message]:
    """Return messages that a login of the recipient would deliver, oldest first."""
    rows = connection.execute(
        "SELECT * FROM message WHERE recipient_id = ? AND state IN (4, 5) "
        "ORDER BY delivered_at, id",
        (box_id,),
    )
    return [message_from(row) for row in rows]


def count_waiting(connection: Connection, box_ids: Iterable[str]) -> dict[str, int]:
    """Return how many messages wait for a login in each of some boxes."""
    return {
        box_id: connection.execute(
            # Written as in the index, so that SQLite sees that it fits.
            "SELECT count(*) FROM message WHERE recipient_id = ? AND state IN (4, 5)",
            (box_id,),
        ).fetchone()[0]
        for box_id in box_ids
    }


def changes_for(
    connection: Connection, box_id: str, *, since: datetime, until: datetime
) -> list[StateChange]:
    """Return changes of state of a sender's messages, oldest first."""
    rows = connection.execute(
        "SELECT message_id, at, state FROM change "
        "WHERE sender_id = ? AND at >= ? AND at <= ? ORDER BY at, id",
        (box_id, to_ms(since), to_ms(until)),
    )
    return [
        StateChange(row["message_id"], from_ms(row["at"]), as_sender_sees(State(row["state"])))
        for row in rows
    ]


def attachments_of(connection: Connection, message_id: str) -> list[AttachmentRow]:
    """Return what is remembered about the files of a message."""
    rows = connection.execute(
        "SELECT message_id, name, mime, meta, size, sha256 FROM attachment "
        "WHERE message_id = ? ORDER BY ordinal",
        (message_id,),
    )
    return [AttachmentRow(*row) for row in rows]


def open_initiating_message(
    connection: Connection, *, sender_id: str, recipient_id: str, reference: str
) -> str | None:
    """Return a prepaid question of ``sender_id`` that ``recipient_id`` has not answered yet."""
    row = connection.execute(
        "SELECT id FROM message WHERE sender_id = ? AND recipient_id = ? AND sender_ref = ? "
        "AND kind IN ('I', 'A') AND answered_by IS NULL ORDER BY submitted_at, id LIMIT 1",
        (sender_id, recipient_id, reference),
    ).fetchone()
    return None if row is None else str(row["id"])


def questions_to(connection: Connection, recipient_id: str) -> list[Message]:
    """Return prepaid questions that a box has not answered yet, oldest first."""
    rows = connection.execute(
        "SELECT * FROM message WHERE recipient_id = ? AND kind IN ('I', 'A') "
        "AND answered_by IS NULL ORDER BY submitted_at, id",
        (recipient_id,),
    )
    return [message_from(row) for row in rows]


def use_initiating_message(connection: Connection, message_id: str, answer_id: str) -> bool:
    """Spend a prepaid answer; return ``False`` if somebody was faster."""
    cursor = connection.execute(
        "UPDATE message SET answered_by = ?, kind = CASE kind WHEN 'A' THEN 'B' ELSE 'Y' END "
        "WHERE id = ? AND answered_by IS NULL",
        (answer_id, message_id),
    )
    return cursor.rowcount == 1
