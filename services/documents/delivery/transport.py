"""HTTP to ISDS: no repetition, no redirects, bounded time and size."""

import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)
from urllib3.util.retry import Retry

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.multipart import Packed
from services.documents.delivery.operations import Operation
from services.documents.failpoints import hit

MOST_BYTES = 64 * 1024 * 1024
"""An ordinary answer holds at most one message of 50 MB in Base64."""
MOST_LARGE_BYTES = 192 * 1024 * 1024
"""The same for a large message of 100 MB."""
PIECE = 65_536
AGENT = "Vyzva-documents/1"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    content: bytes


class NotStarted(Exception):
    """Certainly not one byte of the request has left."""


class Interrupted(Exception):
    """The request may have been received; no complete answer came."""


class _Body:
    """A request body that asks at the last moment whether it may go."""

    def __init__(self, content: bytes, may_start: Callable[[], bool] | None) -> None:
        self._content, self._may_start = content, may_start

    def __len__(self) -> int:
        """Return the length, which goes out before the content."""
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        """Give the content after the head of the request has left.

        What may create a message goes in two pieces, so that tests can break off between them.
        """
        if self._may_start is None:
            yield self._content
            return
        if not self._may_start():
            raise NotStarted("It may not start any more.")
        middle = len(self._content) // 2
        yield self._content[:middle]
        hit("call.half_sent")
        yield self._content[middle:]
        hit("call.sent")


class SoapTransport:
    """Posts one request at a time, each on a connection of its own.

    A kept connection may be closed by the server just when the next request starts, and the
    outcome would be unknown for no reason.
    """

    def __init__(self, account: IsdsAccount) -> None:
        self._account = account

    def post(
        self, operation: Operation, request: Packed, may_start: Callable[[], bool] | None = None
    ) -> Reply:
        """Post a SOAP request.

        Args:
            operation: What is called.
            request: The body.
            may_start: Asked when the connection stands, right before the first byte of the body.

        Raises:
            NotStarted: name, connection or certificate check failed, or it may not start.
            Interrupted: anything that happened after the first byte.
        """
        deadline = time.monotonic() + self._account.whole_seconds
        with requests.Session() as session:
            adapter = HTTPAdapter(max_retries=Retry(0, redirect=False))
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            session.trust_env = False
            try:
                body = _Body(request.body, may_start)
                with self._send(session, operation, request.content_type, body) as response:
                    most = MOST_LARGE_BYTES if operation.is_large else MOST_BYTES
                    return Reply(response.status_code, _content(response, most, deadline))
            except requests.RequestException as error:
                if _is_not_started(error):
                    raise NotStarted(str(error)) from error
                raise Interrupted(str(error)) from error

    def _send(
        self, session: requests.Session, operation: Operation, content_type: str, body: "_Body"
    ) -> requests.Response:
        account = self._account
        return session.post(
            account.url(operation.service, is_large=operation.is_large),
            data=body,
            headers={
                "Content-Type": content_type,
                "SOAPAction": '""',
                "User-Agent": AGENT,
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
            auth=(account.user, account.password) if account.user else None,
            cert=str(account.client_certificate) if account.client_certificate else None,
            verify=str(account.trusted) if account.trusted else True,
            timeout=(account.connect_seconds, account.read_seconds),
            allow_redirects=False,
            stream=True,
        )


def _content(response: requests.Response, most: int, deadline: float) -> bytes:
    """Read the body as it comes, up to the limits; what is longer or slower is no answer."""
    content = bytearray()
    try:
        while piece := response.raw.read1(PIECE, decode_content=False):
            content += piece
            if len(content) > most:
                raise Interrupted("The answer is too long.")
            if time.monotonic() > deadline:
                raise Interrupted("The answer takes too long.")
    except (HTTPError, OSError) as error:
        raise Interrupted(str(error)) from error
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
