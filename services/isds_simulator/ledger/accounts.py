"""Reading and writing logins, their passwords, certificates and sessions."""

from datetime import datetime

from services.isds_simulator.ledger.connection import (
    Connection,
    Row,
    maybe_from_ms,
    maybe_to_ms,
    to_ms,
)
from services.isds_simulator.ledger.rows import Account, Certificate


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
        password_expires=maybe_from_ms(row["password_expires"]),
        next_salt=row["next_salt"],
        next_digest=row["next_digest"],
        next_from=maybe_from_ms(row["next_from"]),
        one_time_code=row["one_time_code"],
    )


def find_account(connection: Connection, username: str) -> Account | None:
    """Return a login, or ``None``."""
    row = connection.execute("SELECT * FROM login WHERE username = ?", (username,)).fetchone()
    return None if row is None else _account(row)


def accounts_of(connection: Connection, box_id: str) -> list[Account]:
    """Return the logins of a box."""
    rows = connection.execute("SELECT * FROM login WHERE box_id = ? ORDER BY username", (box_id,))
    return [_account(row) for row in rows]


def some_accounts(connection: Connection, most: int) -> list[Account]:
    """Return the first logins by name, for the greeting of the program."""
    rows = connection.execute("SELECT * FROM login ORDER BY username LIMIT ?", (most,))
    return [_account(row) for row in rows]


def add_account(connection: Connection, account: Account) -> None:
    """Enter a login, or replace the one of the same name."""
    connection.execute(
        "INSERT INTO login (username, box_id, salt, password_digest, rights, user_type, person, "
        "password_expires, one_time_code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (username) DO UPDATE SET "
        "box_id = excluded.box_id, salt = excluded.salt, failures = 0, blocked_until = NULL, "
        "password_digest = excluded.password_digest, rights = excluded.rights, "
        "user_type = excluded.user_type, person = excluded.person, "
        "password_expires = excluded.password_expires, one_time_code = excluded.one_time_code, "
        "next_salt = NULL, next_digest = NULL, next_from = NULL",
        (
            account.username,
            account.box_id,
            account.salt,
            account.password_digest,
            account.rights,
            account.user_type,
            account.person,
            maybe_to_ms(account.password_expires),
            account.one_time_code,
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


def change_password(connection: Connection, account: Account) -> None:
    """Store the next password of a login and remember the present one as used."""
    connection.execute(
        "INSERT INTO used_password (username, salt, digest) VALUES (?, ?, ?)",
        (account.username, account.salt, account.password_digest),
    )
    connection.execute(
        "UPDATE login SET salt = ?, password_digest = ?, next_salt = ?, next_digest = ?, "
        "next_from = ?, password_expires = ? WHERE username = ?",
        (
            account.salt,
            account.password_digest,
            account.next_salt,
            account.next_digest,
            maybe_to_ms(account.next_from),
            maybe_to_ms(account.password_expires),
            account.username,
        ),
    )


def used_passwords(connection: Connection, username: str, most: int) -> list[tuple[bytes, bytes]]:
    """Return salts and digests of earlier passwords, newest first."""
    rows = connection.execute(
        "SELECT salt, digest FROM used_password WHERE username = ? ORDER BY id DESC LIMIT ?",
        (username, most),
    )
    return [(bytes(row["salt"]), bytes(row["digest"])) for row in rows]


def add_certificate(connection: Connection, certificate: Certificate) -> None:
    """Register a TLS client certificate."""
    connection.execute(
        "INSERT OR REPLACE INTO certificate VALUES (?, ?, ?, ?, ?)",
        (
            certificate.fingerprint,
            certificate.kind,
            certificate.box_id,
            certificate.username,
            certificate.subject,
        ),
    )


def find_certificate(connection: Connection, fingerprint: str) -> Certificate | None:
    """Return a registered certificate, or ``None``."""
    row = connection.execute(
        "SELECT * FROM certificate WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    return None if row is None else Certificate(*row)


def open_session(connection: Connection, cookie: str, username: str, *, now: datetime) -> None:
    """Remember that somebody has signed in with a one-time password."""
    connection.execute("INSERT INTO session VALUES (?, ?, ?)", (cookie, username, to_ms(now)))


def use_session(
    connection: Connection, cookie: str, *, now: datetime, idle_since: datetime
) -> str | None:
    """Return whose session a cookie stands for, unless it was idle for too long."""
    row = connection.execute(
        "UPDATE session SET used_at = ? WHERE cookie = ? AND used_at >= ? RETURNING username",
        (to_ms(now), cookie, to_ms(idle_since)),
    ).fetchone()
    return None if row is None else str(row["username"])


def close_session(connection: Connection, cookie: str) -> None:
    """Forget a session."""
    connection.execute("DELETE FROM session WHERE cookie = ?", (cookie,))
