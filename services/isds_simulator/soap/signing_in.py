"""Basic authentication as the real system does it."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.rows import Account
from services.isds_simulator.service.office import Office
from services.isds_simulator.service.passwords import password_digest


@dataclass(frozen=True)
class SignIn:
    """Who is calling, or why nobody is let in."""

    account: Account | None
    blocked_until: datetime | None = None


def sign_in(office: Office, username: str | None, password: str | None, *, now: datetime) -> SignIn:
    """Check a name and a password; too many wrong ones block the login.

    Args:
        office: The simulator.
        username: From the Authorization header.
        password: From the Authorization header.
        now: Aware instant.

    Returns:
        The account, or none and perhaps until when the login is blocked.
    """
    if username is None or password is None:
        return SignIn(None)
    with office.ledger.reading() as connection:
        account = boxes.find_account(connection, username)
    if account is None:
        return SignIn(None)
    if account.blocked_until is not None and now < account.blocked_until:
        return SignIn(None, account.blocked_until)
    given = password_digest(password, account.salt)
    if not hmac.compare_digest(given, account.password_digest):
        return SignIn(None, _note_failure(office, account, now))
    if account.failures:
        with office.ledger.writing() as connection:
            boxes.forget_failed_logins(connection, username)
    return SignIn(account)


def _note_failure(office: Office, account: Account, now: datetime) -> datetime | None:
    until = now + office.settings.login_block
    most = office.settings.login_attempts
    with office.ledger.writing() as connection:
        boxes.note_failed_login(connection, account.username, most=most, blocked_until=until)
    return until if account.failures + 1 >= most else None
