"""Reading and writing what the control interface sets: clock, faults, the record of calls."""

import json

from services.isds_simulator.ledger.connection import Connection, Row, from_ms, to_ms
from services.isds_simulator.ledger.rows import CallRow, Fault


def get_setting(connection: Connection, key: str) -> str | None:
    """Return a stored setting, or ``None``."""
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row["value"])


def get_settings(connection: Connection, keys: tuple[str, ...]) -> dict[str, str]:
    """Return those of some settings that are stored."""
    marks = ", ".join("?" * len(keys))
    statement = f"SELECT key, value FROM setting WHERE key IN ({marks})"  # noqa: S608  # marks
    return {row["key"]: row["value"] for row in connection.execute(statement, keys)}


def put_setting(connection: Connection, key: str, value: str | None) -> None:
    """Store a setting; ``None`` removes it."""
    if value is None:
        connection.execute("DELETE FROM setting WHERE key = ?", (key,))
        return
    connection.execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def _fault(row: Row) -> Fault:
    return Fault(
        id=row["id"],
        operation=row["operation"],
        kind=row["kind"],
        box_id=row["box_id"],
        params=json.loads(row["params"]),
        every=row["every"],
        hits=row["hits"],
        remaining=row["remaining"],
    )


def add_fault(connection: Connection, fault: Fault) -> int:
    """Set a fault switch and return its number."""
    cursor = connection.execute(
        "INSERT INTO fault (operation, kind, box_id, params, every, remaining) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            fault.operation,
            fault.kind,
            fault.box_id,
            json.dumps(fault.params),
            fault.every,
            fault.remaining,
        ),
    )
    return int(cursor.lastrowid or 0)


def all_faults(connection: Connection) -> list[Fault]:
    """Return every fault switch that is still set."""
    rows = connection.execute(
        "SELECT * FROM fault WHERE remaining IS NULL OR remaining > 0 ORDER BY id"
    )
    return [_fault(row) for row in rows]


def drop_faults(connection: Connection, fault_id: int | None = None) -> None:
    """Take back one fault switch, or all of them."""
    if fault_id is None:
        connection.execute("DELETE FROM fault")
    else:
        connection.execute("DELETE FROM fault WHERE id = ?", (fault_id,))


def is_any_fault_set(connection: Connection, operation: str) -> bool:
    """Tell whether a fault switch may concern an operation."""
    row = connection.execute(
        "SELECT 1 FROM fault WHERE operation IN (?, '*') "
        "AND (remaining IS NULL OR remaining > 0) LIMIT 1",
        (operation,),
    ).fetchone()
    return row is not None


def is_kind_set(connection: Connection, kind: str) -> bool:
    """Tell whether a fault switch of a kind is set."""
    row = connection.execute(
        "SELECT 1 FROM fault WHERE kind = ? AND (remaining IS NULL OR remaining > 0) LIMIT 1",
        (kind,),
    ).fetchone()
    return row is not None


def claim_faults(
    connection: Connection,
    operation: str,
    box_id: str | None,
    *,
    kind: str | None = None,
    besides: str = "",
) -> list[Fault]:
    """Return the faults that hit this call, and count the call for each of them.

    Args:
        connection: A write transaction.
        operation: What is called.
        box_id: Box of the caller, if it is known.
        kind: The only kind to look for, ``None`` for all.
        besides: A kind that is left out.

    Returns:
        Faults in the order in which they were set.
    """
    rows = connection.execute(
        "UPDATE fault SET hits = hits + 1 WHERE operation IN (:operation, '*') "
        "AND (box_id IS NULL OR box_id = :box) AND (remaining IS NULL OR remaining > 0) "
        "AND (:kind IS NULL OR kind = :kind) AND kind != :besides RETURNING *",
        {"operation": operation, "box": box_id, "kind": kind, "besides": besides},
    ).fetchall()
    hitting = sorted(
        (fault for fault in map(_fault, rows) if fault.hits % fault.every == 0),
        key=lambda fault: fault.id,
    )
    connection.executemany(
        "UPDATE fault SET remaining = remaining - 1 WHERE id = ? AND remaining IS NOT NULL",
        [(fault.id,) for fault in hitting],
    )
    return hitting


def record_call(connection: Connection, call: CallRow, *, most: int) -> None:
    """Count a call, and keep it in the log; the log forgets all but the newest ``most``."""
    connection.execute(
        "INSERT INTO call_count VALUES (?, ?, 1) "
        "ON CONFLICT (operation, outcome) DO UPDATE SET calls = calls + 1",
        (call.operation, call.outcome),
    )
    cursor = connection.execute(
        "INSERT INTO call (at, operation, box_id, outcome, milliseconds) VALUES (?, ?, ?, ?, ?)",
        (to_ms(call.at), call.operation, call.box_id, call.outcome, call.milliseconds),
    )
    connection.execute("DELETE FROM call WHERE id <= ?", ((cursor.lastrowid or 0) - most,))


def newest_calls(connection: Connection, *, limit: int, offset: int) -> list[CallRow]:
    """Return one page of the log, newest first."""
    rows = connection.execute(
        "SELECT at, operation, box_id, outcome, milliseconds FROM call "
        "ORDER BY id DESC LIMIT ? OFFSET ?",
        (limit, offset),
    )
    return [CallRow(from_ms(row["at"]), *tuple(row)[1:]) for row in rows]


def count_logged(connection: Connection) -> int:
    """Return how many calls the log holds."""
    return int(connection.execute("SELECT count(*) FROM call").fetchone()[0])


def count_calls(connection: Connection) -> list[tuple[str, str, int]]:
    """Return how often each operation ended in each way."""
    rows = connection.execute(
        "SELECT operation, outcome, calls FROM call_count ORDER BY operation, outcome"
    )
    return [(row["operation"], row["outcome"], row["calls"]) for row in rows]


def count_duplicates(connection: Connection) -> list[tuple[str, str, str, int]]:
    """Return (sender, recipient, reference, count) of references that were sent twice."""
    rows = connection.execute(
        "SELECT sender_id, recipient_id, sender_ref, count(*) AS copies FROM message "
        "WHERE sender_ref IS NOT NULL GROUP BY sender_id, recipient_id, sender_ref "
        "HAVING count(*) > 1 ORDER BY sender_id, recipient_id, sender_ref"
    )
    return [tuple(row) for row in rows]


def count_messages(connection: Connection) -> dict[int, int]:
    """Return the number of messages in each state."""
    rows = connection.execute(
        "SELECT state, count(*) AS messages FROM message GROUP BY state ORDER BY state"
    )
    return {row["state"]: row["messages"] for row in rows}
