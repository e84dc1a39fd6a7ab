"""HTTP to ISDS: no repetition, no redirects, bounded time and size."""

import io
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

import requests
from urllib3.exceptions import HTTPError

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.multipart import Packed
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import Permit
from services.documents.delivery.tls import UnusableFile, context_for, told_by_tls
from services.documents.delivery.told_time import ToldTime
from services.documents.delivery.watch import Watch, WatchedAdapter
from services.documents.failpoints import hit
from shared.clock import SystemClock

MEBIBYTE = 1024 * 1024
MOST_BYTES = 16 * MEBIBYTE
"""An answer that holds no message: a page of a list has 1 000 records of some 4 kB."""
MOST_WITH_MESSAGE = {
    Operation.SIGNED_SENT_MESSAGE_DOWNLOAD: 96 * MEBIBYTE,
    Operation.SIGNED_SENT_BIG_MESSAGE_DOWNLOAD: 192 * MEBIBYTE,
    Operation.ARCHIVE_DOCUMENT: 192 * MEBIBYTE,
}
"""A sealed message of 50 MB, a large one of 100 MB: its files are in Base64 inside the message,
and the sealed message is in Base64 again, which makes 16 bytes of 9."""
PIECE = 65_536
OK = 200
AGENT = "Vyzva-documents/1"


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    content: bytes


class _Trouble(Exception):
    def __init__(self, text: str, login_fault: str | None = None) -> None:
        super().__init__(text)
        self.login_fault = login_fault
        """One of ``refused_logins.LOGIN_FAULTS``, if that is why."""


class NotStarted(_Trouble):
    """Certainly not one byte of the body has left, so ISDS can have done nothing."""


class Interrupted(_Trouble):
    """The request may have been received; no complete answer came."""


class _Body:
    """A request body that asks at the last moment whether it may go."""

    def __init__(self, content: bytes, permit: Permit | None) -> None:
        self._content, self._permit = content, permit
        self.has_started = False
        """Whether a byte of it may have left."""

    def __len__(self) -> int:
        """Return the length, which goes out before the content."""
        return len(self._content)

    def __iter__(self) -> Iterator[bytes]:
        """Give the content after the head of the request has left.

        What may create a message goes in two pieces: whoever stood still after the first one
        must not complete the request, because somebody else may have sent the message meanwhile.
        """
        if self._permit is not None and not self._permit.may_start():
            raise NotStarted("It may not start any more.")
        self.has_started = True
        if self._permit is None:
            yield self._content
            return
        middle = max(len(self._content) // 2, len(self._content) - PIECE)
        yield self._content[:middle]
        hit("call.half_sent")
        if not self._permit.may_end():
            raise Interrupted("It may not end any more.")
        yield self._content[middle:]
        hit("call.sent")


class SoapTransport:
    """Posts one request at a time, each on a connection of its own.

    A kept connection may be closed by the server just when the next request starts, and the
    outcome would be unknown for no reason.
    """

    def __init__(self, account: IsdsAccount) -> None:
        self._account = account
        self.told_time = ToldTime()

    def post(self, operation: Operation, request: Packed, permit: Permit | None = None) -> Reply:
        """Post a SOAP request.

        Args:
            operation: What is called.
            request: The body.
            permit: For what creates a message: asked when the connection stands.

        Raises:
            NotStarted: not one byte of the body has left: name, connection, certificate or the
                head of the request failed, or it may not start.
            Interrupted: anything that happened after the first byte.
        """
        body = _Body(request.body, permit)
        most, asked_at = MOST_WITH_MESSAGE.get(operation, MOST_BYTES), self.told_time.ask()
        context = self._context(operation)
        with Watch(self._account.whole_seconds) as watch, requests.Session() as session:
            for scheme in ("https://", "http://"):
                session.mount(scheme, WatchedAdapter(watch, context))
            session.trust_env = False
            try:
                with self._send(session, operation, request.content_type, body) as response:
                    if response.status_code == OK:
                        self.told_time.hear(response.headers.get("Date"), asked_at)
                    return Reply(response.status_code, _content(response, most, watch))
            except (requests.RequestException, HTTPError, OSError) as error:
                kind = Interrupted if body.has_started else NotStarted
                raise kind(str(error), told_by_tls(error)) from error

    def _context(self, operation: Operation) -> ssl.SSLContext | None:
        """Return TLS with our certificate; ``None`` where the address has none.

        Raises:
            NotStarted: a file of ours cannot be used.
        """
        account = self._account
        url = account.url(operation.service, is_large=operation.is_large)
        if not url.startswith("https://"):
            return None
        try:
            return context_for(account, SystemClock().now())
        except UnusableFile as error:
            raise NotStarted(str(error), error.fault) from error

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
                "Accept": "application/soap+xml, application/xml, text/xml",
                "User-Agent": AGENT,
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
            auth=(account.user, account.password) if account.user else None,
            verify=str(account.trusted) if account.trusted else True,
            timeout=(account.connect_seconds, account.read_seconds),
            allow_redirects=False,
            stream=True,
        )


def _content(response: requests.Response, most: int, watch: Watch) -> bytes:
    """Read the body as it comes, up to the limits; what is longer or slower is no answer."""
    if (response.raw.length_remaining or 0) > most:
        raise Interrupted("The answer says that it is too long.")
    content = io.BytesIO()
    while piece := response.raw.read1(PIECE, decode_content=False):
        content.write(piece)
        if content.tell() > most:
            raise Interrupted("The answer is too long.")
    if watch.is_over:
        raise Interrupted("The answer takes too long.")
    return content.getvalue()
