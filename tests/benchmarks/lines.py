"""Processes of a throughput benchmark: each prepares itself, waits, works, and tells its cost."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from services.documents.app import create_app
from services.documents.batching import make_batches
from services.documents.config import DocumentsSettings
from services.documents.models import db
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.signing.development_pki import DevelopmentPki
from shared.clock import FrozenClock
from shared.config import load
from tests.documents.offices import NOW

from .memory import peak_memory
from .stock import Stock

SPAWN = multiprocessing.get_context("spawn")
LONGEST = 1800
Work = Callable[[], int]


@dataclass(frozen=True)
class Run:
    """What some processes did together."""

    made: int
    seconds: float
    cpu: float
    """Processor seconds of all of them."""
    memory: float
    """Most resident memory of one process, megabytes."""

    @property
    def rate(self) -> float:
        """Documents per second."""
        return self.made / self.seconds

    @property
    def each(self) -> float:
        """Processor milliseconds of a document."""
        return self.cpu / self.made * 1000


def settings_of(var: Path, database: str, authority: str, roots: str) -> DocumentsSettings:
    """Return the settings with one time stamp authority elsewhere."""
    stamps = [{"name": "Benchmark", "url": authority, "trusted": roots}] if authority else []
    return load(
        DocumentsSettings,
        var=var,
        database_url=database,
        public_url="http://localhost",
        time_stamps=stamps,
    )


def product(first: Any, var: Path, database: str, authority: str, roots: str) -> Work:
    """Return the work of a worker on the running batches, to their end.

    It has typeset one document before, as :func:`alone` has.
    """
    app = create_app(settings_of(var, database, authority, roots), FrozenClock(NOW))
    app.extensions["documents-tools"].renderer._compile(first)

    def work() -> int:
        made = 0
        with app.app_context():
            while done := make_batches(db.session, app.extensions["documents-tools"]):
                made += done
        return made

    return work


def alone(requests: list[Any]) -> Work:
    """Return the work of typesetting and nothing else: no fields, no seal, nothing stored."""
    renderer = TypstRenderer()
    renderer._compile(requests[0])

    def work() -> int:
        for request in requests:
            renderer._compile(request)
        return len(requests)

    return work


def stock(requests: list[Any], key: Path, authority: str) -> Work:
    """Return the work of the usual stack."""
    line = Stock(key, authority)
    line.make(requests[0])

    def work() -> int:
        for request in requests:
            line.make(request)
        return len(requests)

    return work


def together(prepare: Callable[..., Work], given: list[tuple[Any, ...]]) -> Run:
    """Let a process for each of the arguments work at the same time."""
    barrier, answers = SPAWN.Barrier(len(given) + 1), SPAWN.SimpleQueue()
    processes = [
        SPAWN.Process(target=_child, args=(prepare, one, barrier, answers)) for one in given
    ]
    for process in processes:
        process.start()
    barrier.wait(LONGEST)
    begun = time.perf_counter()
    told = [answers.get() for _ in processes]
    seconds = time.perf_counter() - begun
    for process in processes:
        process.join()
    return Run(
        sum(one[0] for one in told), seconds, sum(one[1] for one in told), max(o[2] for o in told)
    )


def _child(
    prepare: Callable[..., Work], given: tuple[Any, ...], barrier: Any, answers: Any
) -> None:
    work = prepare(*given)
    barrier.wait(LONGEST)
    begun = time.process_time()
    made = work()
    answers.put((made, time.process_time() - begun, peak_memory()))


class _Authority(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave in one packet
    disable_nagle_algorithm = True
    pki: DevelopmentPki

    def do_POST(self) -> None:
        request = self.rfile.read(int(self.headers["Content-Length"]))
        at = datetime.now(UTC) if self.path == "/now" else NOW
        answer = self.pki.time_stamp(request, at)
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _serve(folder: Path, port: Any, ready: Any, cpu: Any) -> None:
    _Authority.pki = DevelopmentPki(folder, now=lambda: NOW, is_production=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Authority)
    server.daemon_threads = True
    port.value = server.server_address[1]
    ready.set()
    while True:
        server.handle_request()
        cpu.value = time.process_time()


@contextmanager
def authority(folder: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    """Run the development time stamp authority (RFC 3161 over HTTP) in a process of its own.

    Gives its address, and what tells its processor time when a connection is opened.
    """
    port, ready, cpu = SPAWN.Value("i", 0), SPAWN.Event(), SPAWN.Value("d", 0.0)
    process = SPAWN.Process(target=_serve, args=(folder, port, ready, cpu), daemon=True)
    process.start()
    ready.wait(60)
    try:
        yield f"http://127.0.0.1:{port.value}/stamp", lambda: float(cpu.value)
    finally:
        process.terminate()
        process.join()
