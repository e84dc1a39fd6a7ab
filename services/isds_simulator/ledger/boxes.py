"""Reading and writing boxes, logins and credit."""

from dataclasses import asdict
from datetime import datetime

from services.isds_simulator.ledger.connection import (
    Connection,
    Row,
    from_ms,
    maybe_from_ms,
    to_ms,
)
from services.isds_simulator.ledger.rows import Account, Box, CreditChange

FLAGS = ("accepts_paid", "has_contract", "has_user")


def _box(row: Row) -> Box:
    values = {key: row[key] for key in row.keys()}  # noqa: SIM118  # a Row iterates over values
    return Box(**{**values, **{flag: bool(values[flag]) for flag in FLAGS}})


def find_box(connection: Connection, box_id: str) -> Box | None:
    """Return a box, or ``None``."""
    row = connection.execute("SELECT * FROM box WHERE id = ?", (box_id,)).fetchone()
    return None if row is None else _box(row)


def all_boxes(connection: Connection) -> list[Box]:
    """Return every box by name."""
    return [_box(row) for row in connection.execute("SELECT * FROM box ORDER BY name, id")]


def add_box(connection: Connection, box: Box) -> bool:
    """Enter a box; return ``False`` if its id is taken."""
    values = asdict(box)
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    # The names are those of the dataclass, never a caller's text.
    statement = f"INSERT OR IGNORE INTO box ({names}) VALUES ({marks})"  # noqa: S608
    return connection.execute(statement, values).rowcount == 1


def set_box_state(connection: Connection, box_id: str, state: int) -> None:
    """Make a box accessible or inaccessible."""
    connection.execute("UPDATE box SET state = ? WHERE id = ?", (state, box_id))


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
        "SELECT * FROM credit_change WHERE box_id = ? AND at >= ? AND at < ? ORDER BY id",
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


def _account(row: Row) -> Account:
    return Account(
        username=row["username"],
        box_id=row["box_id"],
        rights=row["rights"],
        user_type=row["user_type"],
        person=row["person"],
        failures=row["failures"],
        blocked_until=maybe_from_ms(row["blocked_until"]),
        salt=row["salt"],
        password_digest=row["password_digest"],
    )


def find_account(connection: Connection, username: str) -> Account | None:
    """Return a login, or ``None``."""
    row = connection.execute("SELECT * FROM login WHERE username = ?", (username,)).fetchone()
    return None if row is None else _account(row)


def add_account(connection: Connection, account: Account) -> None:
    """Enter a login, or replace the one of the same name."""
    connection.execute(
        "INSERT INTO login (username, box_id, salt, password_digest, rights, user_type, person) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (username) DO UPDATE SET "
        "box_id = excluded.box_id, salt = excluded.salt, failures = 0, blocked_until = NULL, "
        "password_digest = excluded.password_digest, rights = excluded.rights, "
        "user_type = excluded.user_type, person = excluded.person",
        (
            account.username,
            account.box_id,
            account.salt,
            account.password_digest,
            account.rights,
            account.user_type,
            account.person,
        ),
    )


def note_failed_login(
    connection: Connection, username: str, *, most: int, blocked_until: datetime
) -> None:
    """Count a wrong password; the last one allowed blocks the login."""
    connection.execute(
        "UPDATE login SET failures = failures + 1, blocked_until = "
        "CASE WHEN failures + 1 >= ? THEN ? ELSE blocked_until END WHERE username = ?",
        (most, to_ms(blocked_until), username),
    )


def forget_failed_logins(connection: Connection, username: str) -> None:
    """Start counting wrong passwords anew."""
    connection.execute(
        "UPDATE login SET failures = 0, blocked_until = NULL WHERE username = ?", (username,)
    )
