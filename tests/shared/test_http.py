"""Calls between services: typed errors, no second POST, one request id, no shared transaction."""

import gc
import json
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from shared import http
from shared.actors import Actor
from shared.db import transaction
from shared.http import (
    ClientError,
    Conflict,
    HttpTransport,
    InProcessTransport,
    Invalid,
    NotFound,
    Refused,
    Reply,
    ServiceClient,
    Unavailable,
)
from shared.keys import KeyRing, make_development_keys
from shared.request_id import begin_request
from tests.shared.toy import ORGANISATION, Thing, db

WORKER = Actor(organisation_id=ORGANISATION, name="Výzva")


@dataclass(frozen=True)
class Answer:
    id: UUID
    name: str


class ToyClient(ServiceClient):
    """The client of the toy, which is registry."""

    called = "registry"

    def put(self, key: UUID, name: str) -> Answer:
        return self._call("PUT", f"/things/{key}", Answer, actor=WORKER, body={"name": name})

    def get(self, key: UUID) -> Answer:
        return self._call("GET", f"/things/{key}", Answer, actor=WORKER)

    def post(self) -> Answer:
        return self._call("POST", "/service-only", Answer, actor=WORKER, body={})

    def people_only(self) -> Answer:
        return self._call("POST", "/people-only", Answer, actor=WORKER)

    def nothing(self) -> Answer:
        return self._call("GET", "/nothing", Answer, actor=WORKER)

    def broken(self) -> Answer:
        return self._call("GET", "/broken", Answer, actor=WORKER)

    def request_id(self) -> bytes:
        return self._bytes("/request-id", actor=WORKER)


class Recorder:
    """A transport that answers from a list and remembers what was sent."""

    def __init__(self, *answers: Reply | Exception) -> None:
        self.answers, self.sent = list(answers), list[tuple[str, Mapping[str, str]]]()

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        self.sent.append((method, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def reply(status: int, body: Any = None, kind: str = "application/json") -> Reply:
    return Reply(status, json.dumps(body).encode(), kind)


GOOD = reply(200, {"id": str(uuid4()), "name": "x"})


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    make_development_keys(tmp_path / "keys")
    return KeyRing(tmp_path / "keys", "evaluation")


@pytest.fixture
def toy(app: Flask, keys: KeyRing) -> ToyClient:
    return ToyClient(InProcessTransport(app), keys)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PAUSES", (0.0, 0.0))


def test_answer_is_typed(toy: ToyClient) -> None:
    key = uuid4()

    assert toy.put(key, "x") == Answer(key, "x")
    assert toy.get(key).id == key


def test_errors_of_the_provider_are_typed(toy: ToyClient) -> None:
    toy.put(uuid4(), "x")

    with pytest.raises(Conflict) as conflict:
        toy.put(uuid4(), "x")
    with pytest.raises(Invalid):
        toy.put(uuid4(), "")
    with pytest.raises(NotFound):
        toy.nothing()
    with pytest.raises(Refused) as refused:
        toy.people_only()
    with pytest.raises(Unavailable):
        toy.broken()
    assert (conflict.value.status, conflict.value.slug) == (409, "conflict")
    assert (refused.value.status, refused.value.slug) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(401), Refused),
        (reply(418), ClientError),
        (reply(302, kind="text/html"), Unavailable),
        (reply(200, None), Unavailable),
        (reply(200, {"id": "no uuid", "name": "x"}), Unavailable),
        (reply(200, ["unexpected"]), Unavailable),
        (Reply(200, b"<html>", "text/html"), Unavailable),
        (Reply(200, b"", "application/json"), Unavailable),
        (Reply(409, b"not json", "application/problem+json"), Conflict),
        (Reply(422, b"[]", "application/problem+json"), Invalid),
    ],
)
def test_no_failure_is_ever_a_value(keys: KeyRing, answer: Reply, error: type[ClientError]) -> None:
    with pytest.raises(error) as failure:
        ToyClient(Recorder(answer), keys).post()

    assert failure.value.called == "registry"


def test_post_is_sent_once_whatever_happens(keys: KeyRing) -> None:
    for failure in (ConnectionError("reset"), reply(502), reply(503), reply(504)):
        transport = Recorder(failure, GOOD)

        with pytest.raises(Unavailable):
            ToyClient(transport, keys).post()

        assert len(transport.sent) == 1


def test_get_and_put_are_repeated_with_a_token_of_their_own(keys: KeyRing) -> None:
    for call in (lambda c: c.get(uuid4()), lambda c: c.put(uuid4(), "x")):
        transport = Recorder(ConnectionError("reset"), reply(503), GOOD)

        assert call(ToyClient(transport, keys)).name == "x"

        tokens = {headers["Authorization"] for _method, headers in transport.sent}
        assert len(tokens) == 3


def test_repeating_ends(keys: KeyRing) -> None:
    transport = Recorder(*[ConnectionError("down")] * 9)

    with pytest.raises(Unavailable) as failure:
        ToyClient(transport, keys).get(uuid4())

    assert len(transport.sent) == 3
    assert isinstance(failure.value.__cause__, ConnectionError)


def test_answer_that_came_late_is_not_awaited_again(
    keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PATIENCE", -1)
    transport = Recorder(ConnectionError("timed out"), GOOD)

    with pytest.raises(Unavailable):
        ToyClient(transport, keys).get(uuid4())

    assert len(transport.sent) == 1


def test_calls_of_one_act_share_their_time(keys: KeyRing) -> None:
    class Slow(Recorder):
        def send(self, *call: Any) -> Reply:
            time.sleep(0.15)
            return super().send(*call)

    transport = Slow(*[GOOD] * 9)
    client = ToyClient(transport, keys)

    with pytest.raises(Unavailable), http.within(0.4):
        for _ in range(9):
            client.get(uuid4())

    assert len(transport.sent) <= 3, "the rest is not even sent"
    assert client.get(uuid4()).name == "x", "later calls have their own time"


def test_refusal_is_not_repeated(keys: KeyRing) -> None:
    transport = Recorder(reply(404), GOOD)

    with pytest.raises(NotFound):
        ToyClient(transport, keys).get(uuid4())

    assert len(transport.sent) == 1


def test_request_id_is_passed_on(toy: ToyClient) -> None:
    own = begin_request("abcdef-0123456789")

    assert toy.request_id() == own.encode() == b"abcdef-0123456789"


@pytest.mark.parametrize(
    "given", [None, "short", "x" * 65, "a b c d e f", "ééééééééé", "a\tbcdefgh"]
)
def test_strange_request_id_is_replaced(given: str | None) -> None:
    made = begin_request(given)

    assert made != given
    assert len(made) == 32


def test_language_of_the_reader_is_passed_on(app: Flask, keys: KeyRing) -> None:
    transport = Recorder(GOOD)

    with app.test_request_context("/", headers={"Accept-Language": "de"}):
        ToyClient(transport, keys).get(uuid4())

    assert transport.sent[0][1]["Accept-Language"] == "de"


def test_call_in_the_same_process_leaves_the_callers_transaction_alone(
    app: Flask, toy: ToyClient
) -> None:
    """The caller has unsaved work in its session; the callee is even the same app."""
    with app.app_context():
        session = db.session()
        session.add(Thing(organisation_id=ORGANISATION, name="unsaved"))

        toy.put(uuid4(), "theirs")

        assert [row.name for row in session.new] == ["unsaved"]
        session.rollback()
        assert session.scalars(select(Thing.name)).all() == ["theirs"]


def test_no_service_is_called_inside_a_transaction(app: Flask, toy: ToyClient) -> None:
    with (
        app.app_context(),
        pytest.raises(RuntimeError, match="inside a transaction"),
        transaction(db.session()),
    ):
        toy.get(uuid4())


def test_files_of_in_process_answers_are_closed(app: Flask) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        answer = InProcessTransport(app).send("GET", "/file.pdf", None, {})
        gc.collect()

    assert answer.status == 200
    assert answer.body.startswith(b'"""A toy service')


@pytest.fixture
def server() -> Iterator[tuple[str, list[Any]]]:
    """A real server on the loopback that records what it gets."""
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            got.append((self.path, dict(self.headers), self.client_address))
            is_moved = self.path.endswith("/moved")
            self.send_response(302 if is_moved else 200)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Set-Cookie", "a=b")
            body = b"hello"
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_GET  # noqa: N815 - names of http.server

        def log_message(self, *_args: Any) -> None:
            """Stay quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}/registry", got
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def test_connection_is_used_again_and_carries_nothing_over(
    server: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    address, got = server
    transport = HttpTransport(address)

    for _ in range(3):
        answer = transport.send("GET", "/api/v1/x?a=1", None, {"Authorization": "Bearer t"})

    assert answer.body == b"hello"
    assert {path for path, _h, _a in got} == {"/registry/api/v1/x?a=1"}
    assert {headers["Authorization"] for _p, headers, _a in got} == {"Bearer t"}
    assert not any("Cookie" in headers for _p, headers, _a in got)
    assert len({client for _p, _h, client in got}) == 1


def test_redirect_is_not_followed(server: tuple[str, list[Any]]) -> None:
    address, got = server

    assert HttpTransport(address).send("GET", "/moved", None, {}).status == 302
    assert len(got) == 1


def test_unreachable_service_is_unavailable(keys: KeyRing) -> None:
    with pytest.raises(Unavailable) as failure:
        ToyClient(HttpTransport("http://127.0.0.1:9/registry"), keys).post()

    assert (failure.value.status, failure.value.slug) == (503, "unreachable")
