"""The only place from which one service calls another.

A :class:`Transport` moves bytes: over HTTP, or into a WSGI app of the same process. Both carry
the same headers, tokens and bodies. :class:`ServiceClient` adds the token, the request id and
typed answers; it raises a :class:`ClientError` and never returns ``None`` for a failure.
"""

import contextvars
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry
from werkzeug.test import Client as WsgiClient

from shared.actors import Actor
from shared.contracts.codec import from_json
from shared.keys import KeyRing
from shared.request_id import request_id
from shared.tokens import make_service_token

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 60
T = TypeVar("T")


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
    """Over the network, with pooled connections; only idempotent requests are repeated."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url
        self._session = requests.Session()
        retry = Retry(
            total=2,
            backoff_factor=0.2,
            allowed_methods=("GET", "HEAD", "PUT"),
            status_forcelist=(502, 503, 504),
            raise_on_status=False,
            redirect=0,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry, pool_maxsize=16))

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Send over HTTP."""
        reply = self._session.request(
            method,
            self._base + path,
            data=body,
            headers=dict(headers),
            timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
            allow_redirects=False,
        )
        return Reply(reply.status_code, reply.content, reply.headers.get("Content-Type", ""))


class InProcessTransport:
    """Into a WSGI app of this process: same bytes, same checks, no socket.

    The call runs in a fresh context, as if it came from outside: otherwise the callee would find
    the caller's app context and commit the caller's transaction.
    """

    def __init__(self, wsgi_app: Callable[..., Any]) -> None:
        self._client = WsgiClient(wsgi_app, use_cookies=False)

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        """Call the app."""
        return contextvars.Context().run(self._open, method, path, body, headers)

    def _open(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        reply = self._client.open(path, method=method, data=body, headers=dict(headers))
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
        return from_json(kind, json.loads(reply.body or b"null"))

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
        token = make_service_token(self._keys, callee=self.called, actor=actor)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if request_id():
            headers["X-Request-Id"] = request_id()
        data = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            data = json.dumps(body).encode()
        given = {k: str(v) for k, v in (query or {}).items() if v is not None}
        address = f"/api/v1{path}" + (f"?{urlencode(given)}" if given else "")
        try:
            reply = self._transport.send(method, address, data, headers)
        except (OSError, requests.RequestException) as error:
            raise Unavailable(self.called, 503, "unreachable", str(error)) from error
        if reply.status >= 400:
            raise _error(self.called, reply)
        return reply


def _error(called: str, reply: Reply) -> ClientError:
    slug = detail = ""
    if reply.content_type.startswith("application/problem+json"):
        problem = json.loads(reply.body)
        slug, detail = problem["type"].rsplit(":", 1)[-1], problem.get("detail", "")
    kind = Unavailable if reply.status >= 500 else _ERRORS.get(reply.status, ClientError)
    return kind(called, reply.status, slug, detail)
