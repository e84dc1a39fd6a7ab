"""Steps of a scenario that wait for their time."""

import json
from datetime import datetime
from typing import Any

from services.isds_simulator.ledger.connection import Connection, Row, from_ms, to_ms
from services.isds_simulator.ledger.rows import Step


def _step(row: Row) -> Step:
    return Step(row["id"], from_ms(row["at"]), json.loads(row["action"]), row["outcome"])


def add_step(connection: Connection, at: datetime, action: dict[str, Any]) -> None:
    """Remember what to do at an instant."""
    connection.execute(
        "INSERT INTO step (at, action) VALUES (?, ?)",
        (to_ms(at), json.dumps(action, ensure_ascii=False)),
    )


def next_step(connection: Connection, now: datetime) -> Step | None:
    """Return the earliest step that is due and not done, or ``None``."""
    row = connection.execute(
        "SELECT * FROM step WHERE outcome IS NULL AND at <= ? ORDER BY at, id LIMIT 1",
        (to_ms(now),),
    ).fetchone()
    return None if row is None else _step(row)


def finish_step(connection: Connection, step_id: int, outcome: str) -> None:
    """Note how a step ended."""
    connection.execute("UPDATE step SET outcome = ? WHERE id = ?", (outcome, step_id))


def all_steps(connection: Connection) -> list[Step]:
    """Return all steps in the order of their times."""
    return [_step(row) for row in connection.execute("SELECT * FROM step ORDER BY at, id")]


def drop_steps(connection: Connection) -> None:
    """Forget the whole scenario."""
    connection.execute("DELETE FROM step")
