"""Calling ISDS: one operation, one answer, every trouble as an error of the port."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from lxml import etree

from services.documents.delivery import multipart
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.multipart import Packed
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import (
    BROKEN_OFF,
    NO_CONNECTION,
    UNREADABLE,
    GatewayRefused,
    GatewayUnavailable,
    LoginFault,
    Permit,
)
from services.documents.delivery.soap import (
    Answer,
    BadAnswer,
    element,
    read_answer,
    request_body,
)
from services.documents.delivery.transport import (
    Interrupted,
    NotStarted,
    Reply,
    SoapTransport,
)
from services.documents.domain.isds_outcome import Exchange
from services.documents.failpoints import hit
from shared.clock import PRAGUE

OK = 200
UNAUTHORISED = (401, 403)

T = TypeVar("T")


class Caller:
    """One account that calls operations."""

    def __init__(self, account: IsdsAccount) -> None:
        self._transport = SoapTransport(account)

    def now(self) -> datetime | None:
        """Return what the clock of ISDS shows now; ``None`` before any good answer."""
        return self._transport.told_time.now()

    def call(self, operation: Operation, children: Sequence[etree._Element] = ()) -> Answer:
        """Call an operation that changes nothing, and return its good answer.

        Raises:
            GatewayUnavailable: no complete answer came; a LoginFault: by a certificate.
            GatewayRefused: the answer is no.
        """
        return self.send(operation, multipart.plain(operation, request_body(operation, children)))

    def send(self, operation: Operation, request: Packed) -> Answer:
        """The same for a request that was packed before."""
        try:
            reply = self._transport.post(operation, request)
        except (NotStarted, Interrupted) as error:
            if error.login_fault:
                raise LoginFault(error.login_fault) from error
            fault = BROKEN_OFF if isinstance(error, Interrupted) else NO_CONNECTION
            raise GatewayUnavailable(str(error), fault) from error
        if reply.status in UNAUTHORISED:
            raise GatewayRefused(str(reply.status), "The login was refused.")
        if reply.status != OK:
            raise GatewayUnavailable(f"HTTP {reply.status}", f"http_{reply.status}")
        answer = reading(lambda: read_answer(reply.content, operation))
        if not answer.status.code.startswith("00"):
            raise GatewayRefused(answer.status.code, answer.status.message)
        return answer

    def attempt(
        self,
        operation: Operation,
        children: Sequence[etree._Element],
        permit: Permit | None = None,
    ) -> tuple[Exchange, Answer | None]:
        """Call an operation that creates messages; tell exactly what was seen, never raise for it.

        Returns:
            What was seen, and the answer if a complete one came. The exchange has the code of
            the whole answer and no message number.
        """
        request = multipart.plain(operation, request_body(operation, children))
        try:
            reply = self._transport.post(operation, request, permit)
        except (NotStarted, Interrupted) as error:
            has_started = isinstance(error, Interrupted)
            return Exchange(has_started, login_fault=error.login_fault), None
        hit("call.answered")
        return _seen(reply, operation)


class Part:
    """What one account can be asked; the parts together make the gateway."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller


def _seen(reply: Reply, operation: Operation) -> tuple[Exchange, Answer | None]:
    nothing = Exchange(request_started=True, http_status=reply.status)
    if reply.status != OK:
        return nothing, None
    try:
        answer = read_answer(reply.content, operation)
    except BadAnswer:
        return nothing, None
    return Exchange(True, reply.status, answer.status.code), answer


def reading(read: Callable[[], T]) -> T:
    """Turn an unreadable answer into the port's error.

    Raises:
        GatewayUnavailable: the answer is nonsense; asking later may help.
    """
    try:
        return read()
    except BadAnswer as error:
        raise GatewayUnavailable(str(error), UNREADABLE) from error


def children_of(values: Mapping[str, str | None]) -> list[etree._Element]:
    """Return one element for each value, in order."""
    return [element(name, text) for name, text in values.items()]


def time_text(at: datetime) -> str:
    """Write an instant as ISDS does, in Czech time with its offset and milliseconds."""
    return at.astimezone(PRAGUE).isoformat(timespec="milliseconds")
