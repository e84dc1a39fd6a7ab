"""PostgreSQL is stopped and started again and again while letters leave (D1, D2).

``VYZVA_TEST_STOPS=80`` stops it more often, ``VYZVA_TEST_SEED=7`` at other moments.
"""

import io
import json
import os
import queue
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest
import time_machine
from sqlalchemy import select

from services.documents.models import Delivery, db
from services.isds_simulator.seal.authority import SEAL_NAME
from shared.db import read_only
from tests.conftest import IS_CI
from tests.crashes.stage import AFTER_REST
from tests.databases import DURABLE, Cluster, PostgresMissing, start_cluster
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.meanwhile import open_sender, told_of
from tests.documents.offices import Office, letter
from tests.documents.patience import PATIENCE
from tests.documents.test_fail_over import refuse
from tests.house.tree import ROOT

pytestmark = pytest.mark.one_database
SEED = int(os.environ.get("VYZVA_TEST_SEED", "12"))
STOPS = int(os.environ.get("VYZVA_TEST_STOPS", "8"))
MOST_BETWEEN = 3
LETTERS = STOPS * (MOST_BETWEEN + 2)
"""Enough for every stop: what leaves before it and at it, and one that is left in doubt."""
CREATE = b"CreateMessage"
CALLS_AFTER = 5
"""So often the worker has asked ISDS again before it counts as working."""
FAILED = b"worker task failed"
MOST_ROUNDS = 30


@dataclass(frozen=True)
class Strike:
    """When and how the database is stopped."""

    messages: int
    """After so many more messages."""
    is_sending: bool
    """While ISDS takes another one; else at whatever the worker asks next."""
    is_before: bool
    """Before ISDS does its work; else after it, with the answer still to come."""
    mode: Literal["fast", "immediate"]
    is_noticed: bool
    """It stays away until a process of the worker has failed with it."""


def draw(chance: random.Random, number: int) -> Strike:
    """Draw one: two at once, then two in order; every second one hits a message on its way."""
    return Strike(
        chance.randint(1, MOST_BETWEEN),
        is_sending=number % 2 == 0,
        is_before=chance.random() < 0.5,
        mode="immediate" if number % 4 < 2 else "fast",
        is_noticed=chance.random() < 0.6,
    )


@dataclass
class Watched:
    """The simulator, one call of which waits at each strike until the database is away."""

    inner: Callable[..., Iterable[bytes]]
    struck: queue.Queue[threading.Event] = field(default_factory=queue.Queue)
    """Of each strike whose moment has come what lets the call go on."""
    calls: int = 0
    _strike: Strike | None = None
    _left: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, strike: Strike) -> None:
        """Wait for the moment of the next strike."""
        with self._lock:
            self._strike, self._left = strike, strike.messages

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the simulator does, before or after the database is stopped."""
        strike = self._due(environ) if environ["PATH_INFO"].startswith("/DS/") else None
        if strike is not None and strike.is_before:
            self._hold()
        answer: Iterable[bytes] = self.inner(environ, start_response)
        if strike is not None and not strike.is_before:
            self._hold()
        return answer

    def _due(self, environ: dict[str, Any]) -> Strike | None:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        environ["wsgi.input"] = io.BytesIO(body)
        is_sending = CREATE in body
        with self._lock:
            self.calls += 1
            strike = self._strike
            if strike is not None and self._left <= 0 and is_sending >= strike.is_sending:
                self._strike = None
                return strike
            self._left -= is_sending
        return None

    def _hold(self) -> None:
        is_away = threading.Event()
        self.struck.put(is_away)
        is_away.wait(PATIENCE)


class Worker:
    """The command ``worker``, both of its processes, as an installation runs it."""

    def __init__(self, office: Office, simulator: Simulator, log: Path) -> None:
        settings = office.app.extensions["vyzva-settings"]
        own = {
            "VAR": settings.var,
            "DATABASE_URL": settings.database_url,
            "PUBLIC_URL": settings.public_url,
            "ISDS_URL": simulator.base_url,
            "ISDS_LOGIN": "password",
            "ISDS_USER": SENDER_LOGIN[0],
            "ISDS_PASSWORD": SENDER_LOGIN[1],
            "ISDS_SEAL_ROOTS": settings.isds_seal_roots,
            "ISDS_SEAL_HOLDERS": json.dumps([{"name": SEAL_NAME}]),
            "ISDS_CLOCK_SECONDS": 3600,
            "QUIET_SECONDS": 0,
            "POLL_SECONDS": 1,
        }
        self._log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services.documents", "worker"],
                cwd=ROOT,
                env=os.environ | {f"VYZVA_{name}": str(value) for name, value in own.items()},
                stderr=errors,
            )

    def failures(self) -> int:
        """Return how many tasks have failed."""
        return self._log.read_bytes().count(FAILED)

    def has_failed_since(self, failures: int) -> bool:
        """Tell whether more tasks have failed than had at some time."""
        return self.failures() > failures

    def told(self) -> str:
        """Return what it said."""
        return self._log.read_text(errors="replace")[-4000:]

    def end(self) -> int:
        """Let it end in order; return its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it, if it still lives."""
        self.process.kill()
        self.process.wait()


def until(worker: Worker, is_so: Callable[[], bool]) -> None:
    """Wait until something is so, as long as the worker lives."""
    latest = time.monotonic() + PATIENCE
    while not is_so():
        assert worker.process.poll() is None, worker.told()
        assert time.monotonic() < latest, worker.told()
        time.sleep(0.01)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with ExitStack() as stack:
        try:
            # On a socket alone: its port would be free for others whenever it is stopped.
            own = start_cluster({**DURABLE, "listen_addresses": ""})
        except PostgresMissing as error:
            if IS_CI:
                pytest.fail(f"{error} CI must run on both databases.")
            pytest.skip(str(error))
        stack.callback(own.stop)
        yield own


def test_however_often_the_database_is_stopped_each_letter_is_sent_once_and_proved(
    cluster: Cluster, simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = cluster.on_socket(cluster.create_database())
    office = open_sender(simulator, tmp_path, address, told_of(simulator), look_up_seconds=1800)
    references = {f"{office.put(letter(box=TOWN))['number']}/1" for _ in range(LETTERS)}
    simulator.fault("drop", params={"when": "after"}, every=6)
    assert simulator.app is not None
    watched = Watched(simulator.app.wsgi_app)
    monkeypatch.setattr(simulator.app, "wsgi_app", watched)
    worker = Worker(office, simulator, tmp_path / "worker.txt")
    try:
        strike_all(cluster, watched, worker)
        seen = watched.calls
        until(worker, lambda: watched.calls >= seen + CALLS_AFTER)
        assert worker.end() in (0, -signal.SIGTERM), worker.told()
    finally:
        worker.kill()
    simulator.control("DELETE", "/faults")
    refuse(office)
    finish(office)

    check_ledger(simulator, references)
    check_proofs(office, simulator)


def strike_all(cluster: Cluster, watched: Watched, worker: Worker) -> None:
    """Stop the database and start it again, as often as was drawn."""
    chance = random.Random(SEED)
    for number in range(STOPS):
        strike = draw(chance, number)
        watched.expect(strike)
        until(worker, lambda: not watched.struck.empty())
        is_away, failed = watched.struck.get(), worker.failures()
        cluster.halt(strike.mode)
        is_away.set()
        if strike.is_noticed:
            until(worker, partial(worker.has_failed_since, failed))
        cluster.start()


def open_letters(office: Office) -> Counter[str]:
    """Return how many letters are not told yet, by their state."""
    with office.context(), read_only(db.session()) as session:
        states = session.scalars(select(Delivery.state).where(Delivery.state != "delivered"))
        return Counter(states)


def finish(office: Office) -> None:
    """Let workers, each later than the one before, bring everything to its end."""
    with time_machine.travel(datetime.now(UTC)) as hands:
        for _ in range(MOST_ROUNDS):
            hands.shift(AFTER_REST)
            office.clock.move_to(datetime.now(UTC))
            office.work(3)
            left = open_letters(office)
            if not left:
                return
    raise AssertionError(left)


def ledger(simulator: Simulator) -> list[dict[str, Any]]:
    found = simulator.control("GET", f"/messages?limit={2 * LETTERS}")
    return list(found["messages"])


def check_ledger(simulator: Simulator, references: set[str]) -> None:
    """Expect each letter there exactly once, and nothing else."""
    found = Counter(message["sender_reference"] for message in ledger(simulator))
    assert found == Counter(references), found


def check_proofs(office: Office, simulator: Simulator) -> None:
    """Expect of each letter both sealed proofs, and the number that ISDS gave it."""
    numbers = {one["sender_reference"]: one["id"] for one in ledger(simulator)}
    with office.context(), read_only(db.session()) as session:
        rows = session.scalars(select(Delivery)).all()
        found = [(row.sender_reference, row.message_id) for row in rows]
        kinds = {frozenset(proof.kind for proof in row.proofs) for row in rows}
    assert dict(found) == numbers
    assert kinds == {frozenset({"delivery_info", "sent_message"})}
