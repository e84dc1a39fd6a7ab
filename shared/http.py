"""The only place from which one service calls another.

A :class:`Transport` moves bytes: over HTTP, or into a WSGI app of the same process. Both carry
the same headers, tokens and bodies. :class:`ServiceClient` adds the token, the request id and
typed answers; it raises a :class:`ClientError` and never returns ``None`` for a failure.
"""

import contextvars
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

import requests
from cattrs.errors import BaseValidationError
from flask_babel import get_locale
from requests.adapters import HTTPAdapter
from werkzeug.test import Client as WsgiClient

from shared.actors import Actor
from shared.contracts.codec import from_json
from shared.db import is_inside_transaction
from shared.keys import KeyRing
from shared.request_id import request_id
from shared.tokens import make_service_token

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 60
REPEATABLE = ("GET", "HEAD", "PUT")
"""Verbs that do the same however often they are sent."""
PAUSES = (0.2, 0.6)
"""Seconds before the second and the third attempt."""
PATIENCE = 10
"""Seconds after which a call is not repeated: a page or a lease waits for it."""
SOON = 0.01
"""The shortest time to wait for an answer; the network library takes no zero."""
AT_ONCE = 10
"""Seconds that a page waits for all documents of one act together; the worker makes the rest."""
T = TypeVar("T")
_give_up_at: contextvars.ContextVar[float | None] = contextvars.ContextVar("give_up", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Give all calls made inside together this long; later ones fail without being sent."""
    token = _give_up_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _give_up_at.reset(token)


def _time_left(most: float) -> float:
    """Return how long a call may take now, in seconds."""
    give_up_at = _give_up_at.get()
    return most if give_up_at is None else max(0.0, min(most, give_up_at - time.monotonic()))


class ClientError(Exception):
    """A call to another service failed; ``slug`` and ``detail`` are its own words."""

    def __init__(self, called: str, status: int, slug: str = "", detail: str = "") -> None:
        super().__init__(f"{called}: {status} {slug} {detail}".strip())
        self.called, self.status, self.slug, self.detail = called, status, slug, detail


class Unavailable(ClientError):
    """The service could not be reached or failed by itself; trying later may help."""


class NotFound(ClientError):
    """The service knows no such thing (404)."""


class Conflict(ClientError):
    """The thing is in another state than the call expected (409)."""


class Invalid(ClientError):
    """The service did not accept the values (400, 413, 415, 422)."""


class Refused(ClientError):
    """The caller or the person may not do this (401, 403)."""


_ERRORS: dict[int, type[ClientError]] = {
    401: Refused,
    403: Refused,
    404: NotFound,
    409: Conflict,
    400: Invalid,
    413: Invalid,
    415: Invalid,
    422: Invalid,
}


@dataclass(frozen=True)
class Reply:
    """A raw answer."""

    status: int
    body: bytes
    content_type: str


class Transport(Protocol):
    """Moves one request to a service and its answer back."""

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Send the request; raise ``OSError`` when the service cannot be reached."""
        ...


class HttpTransport:
    """Over the network, with pooled connections; each request is sent once."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._session = requests.Session()
        # Neither proxies nor ~/.netrc of the machine may touch a call between our services.
        self._session.trust_env = False
        # The session is shared by threads; a callee's cookie must not travel with another call.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0, pool_maxsize=16))

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Send over HTTP."""
        reply = self._session.request(
            method,
            self._base + path,
            data=body,
            headers=dict(headers),
            timeout=(_time_left(CONNECT_TIMEOUT) or SOON, _time_left(READ_TIMEOUT) or SOON),
            allow_redirects=False,
        )
        return Reply(reply.status_code, reply.content, reply.headers.get("Content-Type", ""))


class InProcessTransport:
    """Into a WSGI app of this process: same bytes, same checks, no socket.

    The call runs in a fresh context, as if it came from outside: otherwise the callee would find
    the caller's app context and commit the caller's transaction.
    """

    def __init__(self, wsgi_app: Callable[..., Any], root: str = "") -> None:
        """Call *wsgi_app*, which people reach under the path *root*, e.g. ``/registry``."""
        self._client, self._root = WsgiClient(wsgi_app, use_cookies=False), root

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Call the app."""
        return contextvars.Context().run(self._open, method, path, body, headers)

    def _open(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        # Buffered: the body is read and its file closed before the answer is handed on.
        reply = self._client.open(
            path,
            base_url=f"http://localhost{self._root}",
            method=method,
            data=body,
            headers=dict(headers),
            buffered=True,
        )
        return Reply(reply.status_code, reply.get_data(), reply.headers.get("Content-Type", ""))


class ServiceClient:
    """Ground of the typed clients: one per called service."""

    called = ""

    def __init__(self, transport: Transport, keys: KeyRing) -> None:
        self._transport, self._keys = transport, keys

    def _call(
        self,
        method: str,
        path: str,
        kind: type[T],
        *,
        actor: Actor,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> T:
        """Call and return the answer as *kind*."""
        reply = self._send(method, path, actor=actor, body=body, query=query)
        try:
            return from_json(kind, json.loads(reply.body))
        except (ValueError, TypeError, KeyError, BaseValidationError) as error:
            raise Unavailable(self.called, reply.status, "unreadable") from error

    def _bytes(self, path: str, *, actor: Actor) -> bytes:
        """Fetch a file."""
        return self._send("GET", path, actor=actor).body

    def _send(
        self,
        method: str,
        path: str,
        *,
        actor: Actor,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        if is_inside_transaction():
            raise RuntimeError("No service may be called inside a transaction.")
        data = None if body is None else json.dumps(body).encode()
        given = {k: str(v) for k, v in (query or {}).items() if v is not None}
        address = f"/api/v1{path}" + (f"?{urlencode(given)}" if given else "")
        answer = self._attempt(method, address, data, actor)
        give_up = time.monotonic() + _time_left(PATIENCE)
        for pause in PAUSES if method in REPEATABLE else ():
            if not _may_pass(answer) or time.monotonic() > give_up:
                break
            time.sleep(pause)
            answer = self._attempt(method, address, data, actor)
        if isinstance(answer, Unavailable):
            raise answer
        if answer.status >= 300:
            raise _error(self.called, answer)
        return answer

    def _attempt(
        self, method: str, address: str, data: bytes | None, actor: Actor
    ) -> Reply | Unavailable:
        """Send once, with a token of its own: the callee takes each token for one write only."""
        if not _time_left(READ_TIMEOUT):
            return Unavailable(self.called, 503, "out-of-time")
        token = make_service_token(self._keys, callee=self.called, actor=actor)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if request_id():
            headers["X-Request-Id"] = request_id()
        if locale := get_locale():
            headers["Accept-Language"] = str(locale)
        if data is not None:
            headers["Content-Type"] = "application/json"
        try:
            return self._transport.send(method, address, data, headers)
        except (OSError, requests.RequestException) as error:
            failure = Unavailable(self.called, 503, "unreachable", str(error))
            failure.__cause__ = error
            return failure


def _may_pass(answer: Reply | Unavailable) -> bool:
    return isinstance(answer, Unavailable) or answer.status in (502, 503, 504)


def _error(called: str, reply: Reply) -> ClientError:
    slug = detail = ""
    if reply.content_type.startswith("application/problem+json"):
        try:
            problem = json.loads(reply.body)
            slug, detail = str(problem["type"]).rsplit(":", 1)[-1], str(problem.get("detail", ""))
        except (ValueError, TypeError, KeyError, AttributeError):
            slug = "unreadable"
    # An answer that leads elsewhere is no answer of an API.
    is_fault = reply.status >= 500 or reply.status < 400
    kind = Unavailable if is_fault else _ERRORS.get(reply.status, ClientError)
    return kind(called, reply.status, slug, detail)
