"""Notices per second from signed bytes to stored proof, beside the bare cost of the same calls.

The simulator runs in a process of its own, and so does what proves, as in an installation.
``delivery`` takes turns between a loop that does nothing but call, through the same client, and the
worker, which sends real sealed letters past the real gate: their files were judged while they
waited for their turn, and in the last rounds while they are sent. ``delivery-growth`` compares
1 000 with 50 000 queued, in one process.
``VYZVA_TEST_DATABASE=postgresql`` does both on PostgreSQL, with durable commits.
"""

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import psutil  # type: ignore[import-untyped]  # it has no types
import requests
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from services.documents.batching import make_batches
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.judging import JudgingAhead
from services.documents.domain import deliveries
from services.documents.leaving import Gate
from services.documents.models import Delivery, Document, db
from services.documents.tools import Tools
from services.documents.verifying import sandbox
from services.documents.worker import (
    asking_ahead,
    create_prover,
    delivery_tasks,
    outbox,
    sending_tasks,
)
from shared.db import read_only, reading, transaction
from tests.databases import DURABLE, chosen_kind, sqlite_address, start_cluster
from tests.documents.batch_office import confirm, counts, fill
from tests.documents.conftest import BOXES, SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import Office, letter, open_office
from tests.house.tree import ROOT
from tests.simulation.episode import delivery_row, document_row

ROUNDS, NOTICES = 5, 400
STEPS, MEASURED = (1_000, 50_000), 200
LEAST_RATIO = 0.7
WAIT = 0.01
"""Pause of the sender while only proofs are missing."""
SLOWER_AT_MOST = 1.3
MORE_MEMORY_AT_MOST = 64 * 1024
PDF = b"%PDF-1.7 " + b"notice " * 14_000
"""As large as a usual letter, about 100 kB."""


class Unguarded(DispatchDesk):
    """The file of a long queue is one and no document; growth is measured without the verifier."""

    @property
    def gate(self) -> Gate:
        """Nothing is judged."""
        return cast(Gate, SimpleNamespace(check=lambda *_given: None))


@dataclass
class Bench:
    """A worker with its database, and ISDS in another process."""

    office: Office
    desk: DispatchDesk
    gateway: IsdsGateway
    simulator: int
    """The process of the simulator."""
    prover: int = 0
    """The process that proves; 0 while this one does that, too."""
    filled: int = 0
    pdf: bytes = PDF
    """What the bare calls carry."""

    @property
    def app(self) -> Flask:
        """The service."""
        return self.office.app

    def make(self, count: int) -> None:
        """Queue so many notices: typeset, sealed, stamped, issued."""
        requests: dict[str, Any] = {"layout": "letter", "delivery": letter(box=TOWN)["delivery"]}
        batch, made = fill(self.office, count, **requests)
        confirm(self.office, batch, count)
        with self.app.app_context():
            while counts(self.office, batch)["made"] < count:
                make_batches(db.session, self.desk.tools)
            outbox(self.desk.tools).run_once()
            with read_only(db.session()) as session:
                document = session.get_one(Document, UUID(made[0]))
                self.pdf = self.desk.tools.files.get(document.sha256)

    def judge(self) -> float:
        """Have all files judged that wait; return the seconds."""
        begun = time.perf_counter()
        with self.app.app_context():
            judging = JudgingAhead(self.desk)
            while judging.run_once():
                pass
        return time.perf_counter() - begun

    def fill(self, count: int) -> None:
        """Queue so many notices with one file."""
        tools, now = self.desk.tools, datetime.now(UTC)
        file = tools.files.put(PDF)
        with self.app.app_context(), transaction(db.session()) as session:
            for number in range(self.filled + 1, self.filled + count + 1):
                document = document_row(uuid4(), number, file, now)
                session.add_all((document, delivery_row(uuid4(), document, TOWN)))
        self.filled += count

    def work(self, wanted: int) -> float:
        """Let the worker deliver so many more; return the seconds."""
        begun, until = time.perf_counter(), self._delivered() + wanted
        with self.app.app_context():
            apart = bool(self.prover)
            if apart and self.desk.ahead is None:
                asking_ahead(self.desk)  # as the sender of an installation does
            tasks = sending_tasks(self.desk) if apart else delivery_tasks(self.desk)
            while self._delivered() < until:
                done = 0
                for task in tasks:
                    with reading():
                        done += task()
                if not done:
                    time.sleep(WAIT)
        return time.perf_counter() - begun

    def processor_seconds(self) -> tuple[float, float, float]:
        """Return what this process, the one that proves, and the simulator used so far."""
        others = [_processor(pid) if pid else 0.0 for pid in (self.prover, self.simulator)]
        return time.process_time(), others[0], others[1]

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Let the process that proves stand still meanwhile: it would judge what is made."""
        if self.prover:
            os.kill(self.prover, signal.SIGSTOP)
        try:
            yield
        finally:
            if self.prover:
                os.kill(self.prover, signal.SIGCONT)

    @contextmanager
    def proving(self) -> Iterator[None]:
        """Prove in another process, as an installation does."""
        with self.app.app_context():
            db.session.rollback()
            db.engine.dispose()
        self.prover = os.fork()
        if not self.prover:
            # Its parent is told nothing: it ends when it is killed. It verifies by itself.
            sandbox.cache_clear()
            create_prover(self.app).run()
        try:
            yield
        finally:
            os.kill(self.prover, signal.SIGKILL)
            os.waitpid(self.prover, 0)
            self.prover = 0

    def call(self, count: int) -> float:
        """Do nothing but the calls of so many notices; return the seconds."""
        begun = time.perf_counter()
        for number in range(count):
            self.gateway.find_box(box_id=TOWN)
            self.gateway.can_receive(TOWN)
            reference = f"BARE-{uuid4().hex[:20]}-{number}"
            message = OutgoingMessage(
                TOWN, "Oznámení", reference, "", "Obec", "dopis.pdf", self.pdf
            )
            made = self.gateway.create_message(message).message_id or ""
            self.gateway.signed_sent_message(made)
            self.gateway.signed_delivery_info(made)
        return time.perf_counter() - begun

    def _delivered(self) -> int:
        with self.app.app_context(), read_only(db.session()) as session:
            return _count(session)


def _count(session: Session) -> int:
    done = select(func.count()).select_from(Delivery).where(Delivery.state == deliveries.DELIVERED)
    return session.scalar(done) or 0


@contextmanager
def simulator_apart(folder: Path) -> Iterator[tuple[Simulator, int]]:
    """Run ISDS in a process of its own; give it with its number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ["-m", "services.isds_simulator", "--port", str(port), "--data", str(folder)]
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            running = Simulator(f"http://127.0.0.1:{port}")
            _wait(running)
            for box in BOXES:
                running.control("POST", "/boxes", box)
            yield running, process.pid
        finally:
            process.terminate()


def _wait(running: Simulator) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            running.control("GET", "/clock")
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _processor(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def _bench(kind: type[DispatchDesk] = DispatchDesk) -> Iterator[Bench]:
    with (
        tempfile.TemporaryDirectory() as name,
        simulator_apart(Path(name) / "isds") as (running, pid),
        chosen_database(Path(name)) as address,
    ):
        folder = Path(name)
        roots = folder / "roots.pem"
        roots.write_bytes(running.control("GET", "/root.pem"))
        more: dict[str, Any] = {"isds_seal_roots": roots, "poll_seconds": 60}
        more["isds_clock_seconds"] = 86_400  # the process clock stands still, that of ISDS goes on
        office: Office = open_office(folder / "var", address, None, **more)
        office.clock.move_to(datetime.now(UTC))
        gateway = IsdsGateway(IsdsAccount(running.base_url, *SENDER_LOGIN))
        tools: Tools = replace(office.app.extensions["documents-tools"], gateway=gateway)
        office.app.extensions["documents-tools"] = tools
        yield Bench(office, kind(db.session, tools), gateway, pid)


@contextmanager
def chosen_database(folder: Path) -> Iterator[str]:
    """Give the address of an empty database of this round's kind."""
    if chosen_kind() == "sqlite":
        yield sqlite_address(folder)
        return
    cluster = start_cluster(DURABLE)
    try:
        yield cluster.create_database()
    finally:
        cluster.stop()


@dataclass(frozen=True)
class Turn:
    """So many notices in one way."""

    seconds: float
    used: tuple[float, ...]
    """Processor time of this process, of the one that proves, and of the simulator."""


def _turn(bench: Bench, act: Callable[[int], float], count: int) -> Turn:
    before = bench.processor_seconds()
    seconds = act(count)
    after = bench.processor_seconds()
    return Turn(seconds, tuple(b - a for a, b in zip(before, after, strict=True)))


def delivery() -> bool:
    """Print both rates and their ratio, with and without a process that proves.

    Returns:
        Whether the ratio with it is good enough.
    """
    with _bench() as bench:
        bench.make(50)
        bench.judge()
        bench.work(50)
        bench.call(20)
        _compare(bench, "one process", 2, NOTICES)
        with bench.proving():
            ratio = _compare(bench, "proofs apart", ROUNDS, NOTICES)
            _compare(bench, "proofs apart, files judged meanwhile", 2, NOTICES // 4, is_early=False)
        return ratio >= LEAST_RATIO


def _compare(bench: Bench, name: str, rounds: int, count: int, *, is_early: bool = True) -> float:
    turns, judged = list[tuple[Turn, Turn]](), 0.0
    for _ in range(rounds):
        bare = _turn(bench, bench.call, count)
        with bench.resting():
            bench.make(count)
            judged += bench.judge() if is_early else 0.0
        turns.append((bare, _turn(bench, bench.work, count)))
    print(f"{name}, {count} a turn, {chosen_kind()}, load {os.getloadavg()[0]:.1f}")
    if is_early:
        print(f"  judged before: {1000 * judged / rounds / count:.1f} ms a notice")
    for side, words in enumerate(("only the calls", "end to end")):
        best = min((turn[side] for turn in turns), key=lambda turn: turn.seconds)
        used = [f"{1000 * seconds / count:.1f}" for seconds in best.used]
        print(
            f"  {words:<15} {count / best.seconds:6.1f} notices/s (best of {rounds}); processor "
            f"ms a notice: {used[0]} worker, {used[1]} proofs, {used[2]} simulator"
        )
    ratios = sorted(bare.seconds / whole.seconds for bare, whole in turns)
    middle = ratios[len(ratios) // 2]
    print(
        f"  ratio           {middle:6.2f} in the middle of {', '.join(f'{r:.2f}' for r in ratios)}"
    )
    return middle


def delivery_growth() -> bool:
    """Print seconds, statements and memory of a notice at both sizes; return whether flat."""
    seconds, statements, memory = list[float](), list[float](), list[int]()
    with _bench(Unguarded) as bench:
        for size in STEPS:
            bench.fill(size - bench.filled)
            bench.work(50)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            with bench.app.app_context(), _counting() as counted:
                seconds.append(bench.work(MEASURED) / MEASURED)
            statements.append(counted() / MEASURED)
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    for order, size in enumerate(STEPS):
        print(
            f"{size:>7} queued: {seconds[order] * 1000:6.1f} ms and {statements[order]:5.1f} "
            f"statements a notice, {memory[order] / 1024:.1f} MB more memory"
        )
    print(f"slower {seconds[1] / seconds[0]:.2f} times")
    is_flat = statements[1] <= statements[0] + 1 and seconds[1] <= seconds[0] * SLOWER_AT_MOST
    return is_flat and memory[1] <= MORE_MEMORY_AT_MOST


@contextmanager
def _counting() -> Iterator[Callable[[], int]]:
    count = [0]

    def note(*_given: Any) -> None:
        count[0] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    yield lambda: count[0]
    event.remove(db.engine, "before_cursor_execute", note)
