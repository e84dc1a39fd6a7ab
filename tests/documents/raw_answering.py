"""A server that answers one operation with bytes as they are, whatever HTTP says of them."""

import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from services.documents.delivery.operations import Operation
from tests.documents.isds_calls import CALLS, good_answer

Raw = bytes | Iterable[bytes]
LENGTH = re.compile(rb"Content-Length: (\d+)", re.IGNORECASE)
CALLED = re.compile(rb'<(\w+) xmlns="http://isds\.czechpoint\.cz/v20"')
BY_NAME = {operation.called: operation for operation in Operation}


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole HTTP answer; with headers given, they stand instead of the usual ones."""
    usual = ("Content-Type: text/xml; charset=utf-8", f"Content-Length: {len(body)}")
    head = "\r\n".join([f"HTTP/1.1 {status}", *(headers or usual), "", ""])
    return head.encode("latin-1") + body


@dataclass
class Spoiling:
    """What one operation is answered with; the others get good answers."""

    address: str = ""
    spoils: Operation | None = None
    answer: Callable[[bytes], Raw] = bytes
    """Makes the raw answer of a good body."""
    asked: list[Operation] = field(default_factory=list)
    mistakes: list[Exception] = field(default_factory=list)
    """What went wrong in the test itself; else a silent server would pass for a hostile one."""

    def reply(self, operation: Operation, request: bytes) -> Raw:
        """Return what goes back over the wire."""
        if operation is self.spoils:
            return self.answer(good_answer(operation, request))
        before = {} if self.spoils is None else CALLS[self.spoils].before
        return http(before.get(operation) or good_answer(operation, request))


def _read_request(line: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += line.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    while length is not None and len(body) < int(length[1]):
        body += line.recv(65_536)
    return body


def _answer(line: socket.socket, raw: Spoiling) -> Raw:
    request = _read_request(line)
    found = CALLED.search(request)
    assert found is not None, request
    operation = BY_NAME[found[1].decode()]
    raw.asked.append(operation)
    return raw.reply(operation, request)


def _serve(line: socket.socket, raw: Spoiling) -> None:
    # Whoever is refused hangs up; that is the client's right.
    with line, suppress(OSError):
        try:
            answer = _answer(line, raw)
        except (ValueError, AssertionError, LookupError) as error:
            raw.mistakes.append(error)
            return
        for piece in [answer] if isinstance(answer, bytes) else answer:
            line.sendall(piece)
        line.shutdown(socket.SHUT_WR)
        line.settimeout(1)
        while line.recv(65_536):
            continue


@contextmanager
def raw_answering(raw: Spoiling | None = None) -> Iterator[Spoiling]:
    """Serve on a free port, each connection in a thread of its own."""
    raw = raw or Spoiling()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        raw.address = f"http://127.0.0.1:{server.getsockname()[1]}"

        def accept() -> None:
            with suppress(OSError):  # the server was closed
                while True:
                    line, _ = server.accept()
                    threading.Thread(target=_serve, args=(line, raw), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield raw
        finally:
            server.shutdown(socket.SHUT_RDWR)
    assert not raw.mistakes
