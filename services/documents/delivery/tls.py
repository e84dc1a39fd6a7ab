"""TLS to ISDS: our certificate and the trust store, and which of the two is why it fails.

A network that fails is tried again by itself. What is told here is not: an ended certificate or
an unknown server stays so until a person has mended it.
"""

import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509
from urllib3.util.ssl_ import create_urllib3_context

from services.documents.delivery.account import IsdsAccount
from services.documents.domain.refused_logins import (
    CERTIFICATE_ENDED,
    CERTIFICATE_FILE,
    CERTIFICATE_KEY,
    CERTIFICATE_REFUSED,
    SERVER_UNKNOWN,
    TRUST_FILE,
)

ALERT = "ALERT_"
ABOUT_OUR_CERTIFICATE = frozenset(
    {
        "ACCESS_DENIED",
        "BAD_CERTIFICATE",
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_REQUIRED",
        "CERTIFICATE_REVOKED",
        "CERTIFICATE_UNKNOWN",
        "NO_CERTIFICATE",
        "UNKNOWN_CA",
        "UNSUPPORTED_CERTIFICATE",
    }
)
"""Alerts that speak of the certificate that was shown to the server (RFC 8446, 6.2)."""


class UnusableFile(Exception):
    """A file of ours cannot be used."""

    def __init__(self, fault: str, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def context_for(account: IsdsAccount, now: datetime) -> ssl.SSLContext:
    """Return TLS as the account shakes hands.

    Raises:
        UnusableFile: our certificate, its key or the trust store cannot be used.
    """
    context = create_urllib3_context()
    if account.trusted is not None:
        try:
            context.load_verify_locations(account.trusted)
        except OSError as error:  # what is no certificate is one too
            raise UnusableFile(TRUST_FILE, str(error)) from error
    if account.client_certificate is not None:
        _show(context, account.client_certificate, now)
    return context


def certificate_end(path: Path) -> datetime:
    """Return until when the certificate of a login is valid.

    Raises:
        UnusableFile: there is none.
    """
    try:
        ours, *_above = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UnusableFile(CERTIFICATE_FILE, str(error)) from error
    return ours.not_valid_after_utc


def told_by_tls(error: BaseException) -> str | None:
    """Return the fault of a login by which TLS failed; ``None``: something else is wrong."""
    for one in _causes(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            return SERVER_UNKNOWN
        if isinstance(one, ssl.SSLError):
            told = str(getattr(one, "reason", "")).partition(ALERT)[2]
            if told in ABOUT_OUR_CERTIFICATE:
                return CERTIFICATE_REFUSED
    return None


def _show(context: ssl.SSLContext, path: Path, now: datetime) -> None:
    if certificate_end(path) < now:
        raise UnusableFile(CERTIFICATE_ENDED, "The certificate has ended.")
    try:
        # Without a password given here a key that has one would be asked for at the terminal.
        context.load_cert_chain(path, password="")
    except OSError as error:
        raise UnusableFile(CERTIFICATE_KEY, str(error)) from error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Return the error and everything behind it; libraries keep a cause in different places."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        behind = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [item for item in behind if isinstance(item, BaseException)]
