"""A server that answers SOAP requests with what a test prepared, and remembers them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services.documents.delivery.operations import Operation

V20 = "http://isds.czechpoint.cz/v20"
XML = "text/xml; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Prepared:
    """What the next requests are answered with, and what was asked."""

    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    """Bytes of an answer, a pair of status and bytes, or a function of the handler."""


def soap(operation: Operation, inner: str = "", code: str = "0000", attributes: str = "") -> bytes:
    """Return the answer of an operation with a status last."""
    family = "db" if operation.service in ("df", "DsManage") else "dm"
    status = f"<{family}StatusCode>{code}</{family}StatusCode>"
    status += f"<{family}StatusMessage>text</{family}StatusMessage>"
    return (
        f'<s:Envelope xmlns:s="{operation.soap}"><s:Body>'
        f'<{operation.called}Response xmlns="{V20}"{attributes}>{inner}'
        f"<{family}Status>{status}</{family}Status>"
        f"</{operation.called}Response></s:Body></s:Envelope>"
    ).encode()


@contextmanager
def answering() -> Iterator[Prepared]:
    """Serve on a free port; each request takes the next prepared answer, the last one stays."""
    prepared = Prepared()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            prepared.asked.append(Asked(self.path, dict(self.headers), body))
            answers = prepared.answers
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if callable(answer):
                answer(self)
                return
            status, content = answer if isinstance(answer, tuple) else (200, answer)
            self.send_response(status)
            self.send_header("Content-Type", XML)
            self.send_header("Content-Length", str(len(content)))
            if status in (301, 302, 307, 308):
                self.send_header("Location", f"{prepared.address}/elsewhere")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    prepared.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield prepared
    finally:
        server.shutdown()
        server.server_close()
