"""Searching boxes and messages: every search walks an index, none reads a whole table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.isds_simulator.domain.matching import plain
from services.isds_simulator.ledger.boxes import box_from
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.messages import message_from
from services.isds_simulator.ledger.rows import Box, Message

AFTER_ALL = "\U0010ffff"
"""Sorts after every text that begins with the same letters."""
WORD = re.compile(r"\w+")
BOX_ORDERS = {
    "name": "plain_name, id",
    "id": "id",
    "type": "type, id",
    "ic": "ic, id",
}
MESSAGE_ORDERS = {
    "submitted": "submitted_at DESC, id DESC",
    "oldest": "submitted_at, id",
    "delivered": "coalesce(delivered_at, submitted_at) DESC, id DESC",
    "state": "state, submitted_at, id",
}


def words_query(text: str, column: str | None = None) -> str | None:
    """Return a full-text query for the beginnings of words, ``None`` if there is no word."""
    words = WORD.findall(plain(text))
    if not words:
        return None
    query = " ".join(f'"{word}"*' for word in words)
    return query if column is None else f"{{{column}}} : ({query})"


@dataclass(frozen=True)
class BoxQuery:
    """Which boxes to find."""

    words: str | None = None
    """A full-text query, see ``words_query``."""
    exact: tuple[tuple[str, str], ...] = ()
    """Columns with their values."""
    beginnings: tuple[tuple[str, str], ...] = ()
    """Columns of plain text with the beginnings of their values."""
    types: frozenset[str] | None = None
    order: str = "name"
    limit: int = 100
    offset: int = 0


def find_boxes(connection: Connection, query: BoxQuery) -> list[Box]:
    """Return one page of the boxes that a query finds."""
    where, values = _box_conditions(query)
    # Only our own column names are put into the statement.
    statement = (
        f"SELECT * FROM box{where} ORDER BY {BOX_ORDERS[query.order]} "  # noqa: S608
        "LIMIT ? OFFSET ?"
    )
    rows = connection.execute(statement, [*values, query.limit, query.offset])
    return [box_from(row) for row in rows]


def count_boxes(connection: Connection, query: BoxQuery) -> int:
    """Return how many boxes a query finds."""
    where, values = _box_conditions(query)
    statement = f"SELECT count(*) FROM box{where}"  # noqa: S608  # as above
    return int(connection.execute(statement, values).fetchone()[0])


def _box_conditions(query: BoxQuery) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if query.words is not None:
        conditions.append("id IN (SELECT box_id FROM box_text WHERE box_text MATCH ?)")
        values.append(query.words)
    for column, value in query.exact:
        conditions.append(f"{column} = ?")
        values.append(value)
    for column, start in query.beginnings:
        conditions.append(f"{column} >= ? AND {column} < ?")
        values.extend((start, start + AFTER_ALL))
    if query.types is not None:
        conditions.append(f"type IN ({', '.join('?' * len(query.types))})")
        values.extend(sorted(query.types))
    return _where(conditions), values


@dataclass(frozen=True)
class MessageQuery:
    """Which messages to find."""

    sender: str | None = None
    recipient: str | None = None
    box: str | None = None
    """Sent or received by this box."""
    reference: str | None = None
    state: int | None = None
    words: str | None = None
    """A full-text query, see ``words_query``."""
    order: str = "oldest"
    limit: int = 1000
    offset: int = 0


def find_messages(connection: Connection, query: MessageQuery) -> list[Message]:
    """Return one page of the messages that a query finds."""
    where, values = _message_conditions(query)
    statement = (
        f"SELECT * FROM message{where} "  # noqa: S608  # only our own column names
        f"ORDER BY {MESSAGE_ORDERS[query.order]} LIMIT ? OFFSET ?"
    )
    rows = connection.execute(statement, [*values, query.limit, query.offset])
    return [message_from(row) for row in rows]


def count_found(connection: Connection, query: MessageQuery) -> int:
    """Return how many messages a query finds."""
    where, values = _message_conditions(query)
    statement = f"SELECT count(*) FROM message{where}"  # noqa: S608  # as above
    return int(connection.execute(statement, values).fetchone()[0])


def _message_conditions(query: MessageQuery) -> tuple[str, list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    columns = (
        ("sender_id", query.sender),
        ("recipient_id", query.recipient),
        ("sender_ref", query.reference),
        ("state", query.state),
    )
    for column, value in columns:
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if query.box is not None:
        conditions.append("(sender_id = ? OR recipient_id = ?)")
        values.extend((query.box, query.box))
    if query.words is not None:
        conditions.append("rowid IN (SELECT rowid FROM message_text WHERE message_text MATCH ?)")
        values.append(query.words)
    return _where(conditions), values


def _where(conditions: Iterable[str]) -> str:
    joined = " AND ".join(conditions)
    return f" WHERE {joined}" if joined else ""
