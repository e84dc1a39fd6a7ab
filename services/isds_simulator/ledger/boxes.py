"""Reading and writing boxes, their credit and who else pays for their messages."""

from dataclasses import asdict
from datetime import datetime

from services.isds_simulator.domain.matching import plain
from services.isds_simulator.ledger.connection import (
    Connection,
    Row,
    from_ms,
    maybe_from_ms,
    maybe_to_ms,
    to_ms,
)
from services.isds_simulator.ledger.rows import Box, CreditChange, Subsidy

FLAGS = ("accepts_paid", "has_contract", "has_user")
FIELDS = frozenset(Box.__dataclass_fields__)


def box_from(row: Row) -> Box:
    """Return a row of the table as a value."""
    values = {key: row[key] for key in FIELDS}
    return Box(**{**values, **{flag: bool(values[flag]) for flag in FLAGS}})


def find_box(connection: Connection, box_id: str) -> Box | None:
    """Return a box, or ``None``."""
    row = connection.execute("SELECT * FROM box WHERE id = ?", (box_id,)).fetchone()
    return None if row is None else box_from(row)


def all_boxes(connection: Connection) -> list[Box]:
    """Return every box by name; for the control interface only."""
    rows = connection.execute("SELECT * FROM box ORDER BY plain_name, id")
    return [box_from(row) for row in rows]


def is_taken(connection: Connection, box_id: str) -> bool:
    """Tell whether there is a box of this id."""
    return connection.execute("SELECT 1 FROM box WHERE id = ?", (box_id,)).fetchone() is not None


def add_box(connection: Connection, box: Box) -> bool:
    """Enter a box; return ``False`` if its id is taken."""
    values = {
        **asdict(box),
        "plain_name": plain(box.name),
        "plain_last_name": plain(box.last_name or ""),
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    # The names are those of the dataclass, never a caller's text.
    statement = f"INSERT OR IGNORE INTO box ({names}) VALUES ({marks})"  # noqa: S608
    if connection.execute(statement, values).rowcount != 1:
        return False
    connection.execute(
        "INSERT INTO box_text (name, address, ident, box_id) VALUES (?, ?, ?, ?)",
        (
            " ".join(part for part in (box.name, box.given_names, box.last_name) if part),
            box.address,
            f"{box.id} {box.ic or ''}",
            box.id,
        ),
    )
    return True


def set_box_state(connection: Connection, box_id: str, state: int) -> None:
    """Make a box accessible or inaccessible."""
    connection.execute("UPDATE box SET state = ? WHERE id = ?", (state, box_id))


def set_throttle(connection: Connection, box_id: str, milliseconds: int) -> None:
    """Let a box wait before each watched request, as the operator does to heavy users."""
    connection.execute("UPDATE box SET throttle_ms = ? WHERE id = ?", (milliseconds, box_id))


def change_credit(
    connection: Connection,
    box_id: str,
    amount: int,
    *,
    at: datetime,
    recipient_id: str | None = None,
    message_id: str | None = None,
) -> bool:
    """Add to, or take from, the credit of a box; return ``False`` if there is too little."""
    row = connection.execute(
        "UPDATE box SET credit = credit + :amount "
        "WHERE id = :box AND credit + :amount >= 0 RETURNING credit",
        {"amount": amount, "box": box_id},
    ).fetchone()
    if row is None:
        return False
    connection.execute(
        "INSERT INTO credit_change (box_id, at, amount, credit_after, recipient_id, message_id) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (box_id, to_ms(at), amount, row["credit"], recipient_id, message_id),
    )
    return True


def credit_changes(
    connection: Connection, box_id: str, *, since: datetime, until: datetime
) -> list[CreditChange]:
    """Return the movements of credit in an interval, oldest first."""
    rows = connection.execute(
        "SELECT * FROM credit_change WHERE box_id = ? AND at >= ? AND at < ? ORDER BY at, id",
        (box_id, to_ms(since), to_ms(until)),
    )
    return [
        CreditChange(
            from_ms(row["at"]),
            row["amount"],
            row["credit_after"],
            row["recipient_id"],
            row["message_id"],
        )
        for row in rows
    ]


def add_subsidy(connection: Connection, subsidy: Subsidy) -> None:
    """Let somebody pay for paid messages of a box."""
    connection.execute(
        "INSERT INTO subsidy (box_id, payer_id, recipient_id, remaining, expires_at) "
        "VALUES (?, ?, ?, ?, ?)",
        (
            subsidy.box_id,
            subsidy.payer_id,
            subsidy.recipient_id,
            subsidy.remaining,
            maybe_to_ms(subsidy.expires_at),
        ),
    )


def subsidies_of(
    connection: Connection, box_id: str, *, now: datetime, recipient_id: str | None = None
) -> list[Subsidy]:
    """Return the subsidies of a box that still hold, for one recipient if one is given."""
    rows = connection.execute(
        "SELECT * FROM subsidy WHERE box_id = :box AND (remaining IS NULL OR remaining > 0) "
        "AND (expires_at IS NULL OR expires_at > :now) AND (:recipient IS NULL "
        "OR recipient_id IS NULL OR recipient_id = :recipient) ORDER BY id",
        {"box": box_id, "now": to_ms(now), "recipient": recipient_id},
    )
    return [
        Subsidy(
            box_id=row["box_id"],
            payer_id=row["payer_id"],
            recipient_id=row["recipient_id"],
            remaining=row["remaining"],
            expires_at=maybe_from_ms(row["expires_at"]),
            id=row["id"],
        )
        for row in rows
    ]


def use_subsidy(connection: Connection, subsidy_id: int) -> bool:
    """Spend one message of a subsidy; return ``False`` if none is left."""
    cursor = connection.execute(
        "UPDATE subsidy SET remaining = remaining - 1 "
        "WHERE id = ? AND (remaining IS NULL OR remaining > 0)",
        (subsidy_id,),
    )
    return cursor.rowcount == 1
