"""HTTP to ISDS: no repetition, no redirects, bounded time and size."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)
from urllib3.util.retry import Retry

CONNECT_SECONDS = 10
READ_SECONDS = 120
MOST_BYTES = 64 * 1024 * 1024
AGENT = "Vyzva-documents/1"


@dataclass(frozen=True)
class IsdsAccount:
    """How a sender logs in. A system certificate is preferred; names are for test accounts."""

    base_url: str
    """Address up to and without the service, such as ``https://ws1.datovka.gov.cz/DS``."""
    user: str = ""
    password: str = ""
    client_certificate: Path | None = None
    """PEM file with certificate and key."""
    trusted: Path | None = None
    """Certificates of the server; ``None`` takes the usual ones."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    content: bytes


class NotStarted(Exception):
    """Certainly not one byte of the request has left."""


class Interrupted(Exception):
    """The request may have been received; no complete answer came."""


class SoapTransport:
    """Posts one request at a time, each on a connection of its own.

    A kept connection may be closed by the server just when the next request starts, and the
    outcome would be unknown for no reason.
    """

    def __init__(self, account: IsdsAccount) -> None:
        self._account = account

    def post(self, service: str, body: bytes) -> Reply:
        """Post a SOAP request.

        Raises:
            NotStarted: name, connection or certificate check failed.
            Interrupted: anything that happened after the first byte.
        """
        with requests.Session() as session:
            adapter = HTTPAdapter(max_retries=Retry(0, redirect=False))
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            session.trust_env = False
            try:
                with self._send(session, service, body) as response:
                    return Reply(response.status_code, _content(response))
            except requests.RequestException as error:
                if _is_not_started(error):
                    raise NotStarted(str(error)) from error
                raise Interrupted(str(error)) from error

    def _send(self, session: requests.Session, service: str, body: bytes) -> requests.Response:
        account = self._account
        return session.post(
            f"{account.base_url.rstrip('/')}/{service}",
            data=body,
            headers={
                "Content-Type": "text/xml; charset=utf-8",
                "SOAPAction": '""',
                "User-Agent": AGENT,
                "Connection": "close",
            },
            auth=(account.user, account.password) if account.user else None,
            cert=str(account.client_certificate) if account.client_certificate else None,
            verify=str(account.trusted) if account.trusted else True,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )


def _content(response: requests.Response) -> bytes:
    """Read the body up to the limit; a longer one counts as no answer."""
    content = bytearray()
    for piece in response.iter_content(65_536):
        content += piece
        if len(content) > MOST_BYTES:
            raise Interrupted("The answer is too long.")
    return bytes(content)


def _is_not_started(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    inner = error.args[0] if error.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    if isinstance(reason, (NewConnectionError, ConnectTimeoutError, NameResolutionError)):
        return True
    # Only a refused certificate is certain; other TLS trouble may come in the middle.
    return isinstance(reason, SSLError) and any(
        isinstance(item, ssl.SSLCertVerificationError) for item in reason.args
    )
