"""The ways to sign in, as the real system has them: told apart by the path."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509

from services.isds_simulator.domain.box_types import BoxState
from services.isds_simulator.ledger import accounts, boxes
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Account, Certificate
from services.isds_simulator.seal.certificates import fingerprint
from services.isds_simulator.service.office import Office
from services.isds_simulator.service.passwords import password_digest

APPLICATION_RIGHTS = 159
"""A program with a system certificate may do everything but manage the box."""


class Way(StrEnum):
    """Prefixes of the path; the first one is none."""

    BASIC = ""
    SYSTEM_CERTIFICATE = "cert"
    USER_CERTIFICATE = "certds"
    HOSTED = "hspis"
    COOKIE = "apps"


@dataclass(frozen=True)
class Credentials:
    """What came with a request."""

    way: Way = Way.BASIC
    username: str | None = None
    password: str | None = None
    certificate: str | None = None
    """PEM of the TLS client certificate."""
    cookie: str | None = None


@dataclass(frozen=True)
class SignIn:
    """Who is calling, or why nobody is let in."""

    account: Account | None
    blocked_until: datetime | None = None
    is_forbidden: bool = False
    """Whether the certificate is missing or unknown."""


NOBODY = SignIn(None)
FORBIDDEN = SignIn(None, is_forbidden=True)


def sign_in(office: Office, given: Credentials, *, now: datetime) -> SignIn:
    """Find out who is calling.

    Args:
        office: The simulator.
        given: What came with the request.
        now: Aware instant.

    Returns:
        The account, or none and why.
    """
    if given.way is Way.BASIC:
        return _by_password(office, given.username, given.password, now=now)
    if given.way is Way.COOKIE:
        return _by_cookie(office, given.cookie, now=now)
    with office.ledger.reading() as connection:
        certificate = _certificate(connection, given.certificate)
    if certificate is None:
        return FORBIDDEN
    if given.way is Way.SYSTEM_CERTIFICATE:
        return _by_system_certificate(certificate)
    if given.way is Way.HOSTED:
        return _by_hosted_service(office, certificate, given)
    if certificate.kind != "user" or certificate.username != given.username:
        return FORBIDDEN
    return _by_password(office, given.username, given.password, now=now)


def _certificate(connection: Connection, pem: str | None) -> Certificate | None:
    if pem is None:
        return None
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return accounts.find_certificate(connection, fingerprint(certificate))


def _by_system_certificate(certificate: Certificate) -> SignIn:
    if certificate.kind != "system" or certificate.box_id is None:
        return FORBIDDEN
    return SignIn(_application(certificate, certificate.box_id))


def _by_hosted_service(office: Office, certificate: Certificate, given: Credentials) -> SignIn:
    """The hosted service names the box that it serves as the user, with an empty password."""
    if certificate.kind != "hosted":
        return FORBIDDEN
    if not given.username or given.password:
        return NOBODY
    with office.ledger.reading() as connection:
        box = boxes.find_box(connection, given.username)
    if box is None or box.state == BoxState.DELETED:
        return NOBODY
    is_served = certificate.box_id is None or certificate.box_id == box.id
    return SignIn(_application(certificate, box.id)) if is_served else FORBIDDEN


def _application(certificate: Certificate, box_id: str) -> Account:
    return Account(
        username=certificate.subject,
        box_id=box_id,
        rights=APPLICATION_RIGHTS,
        user_type="OFFICIAL_CERT",
        person=certificate.subject,
        failures=0,
        blocked_until=None,
        salt=b"",
        password_digest=b"",
        is_application=True,
    )


def _by_cookie(office: Office, cookie: str | None, *, now: datetime) -> SignIn:
    if cookie is None:
        return NOBODY
    with office.ledger.writing() as connection:
        username = accounts.use_session(
            connection, cookie, now=now, idle_since=now - office.settings.session_idle
        )
        account = None if username is None else accounts.find_account(connection, username)
    return SignIn(account)


def _by_password(
    office: Office, username: str | None, password: str | None, *, now: datetime
) -> SignIn:
    """Check a name and a password; too many wrong ones block the login."""
    if username is None or password is None:
        return NOBODY
    with office.ledger.reading() as connection:
        account = accounts.find_account(connection, username)
    if account is None:
        return NOBODY
    if account.blocked_until is not None and now < account.blocked_until:
        return SignIn(None, account.blocked_until)
    if not is_password(account, password, now=now):
        return SignIn(None, _note_failure(office, account, now))
    if account.password_expires is not None and now >= account.password_expires:
        return NOBODY
    if account.failures:
        with office.ledger.writing() as connection:
            accounts.forget_failed_logins(connection, username)
    return SignIn(account)


def is_password(account: Account, password: str, *, now: datetime) -> bool:
    """Tell whether a password is the one in force; a changed one is after a while."""
    salt, digest = account.salt, account.password_digest
    if account.next_salt is not None and account.next_digest is not None:
        is_next_in_force = account.next_from is None or now >= account.next_from
        if is_next_in_force:
            salt, digest = account.next_salt, account.next_digest
    return hmac.compare_digest(password_digest(password, salt), digest)


def _note_failure(office: Office, account: Account, now: datetime) -> datetime | None:
    until = now + office.settings.login_block
    most = office.settings.login_attempts
    with office.ledger.writing() as connection:
        accounts.note_failed_login(connection, account.username, most=most, blocked_until=until)
    return until if account.failures + 1 >= most else None
