"""One person signs 500 and then 5 000 documents with one secret, killed in the middle once.

``python -m tests.benchmarks signing``. The documents are real ones that the product's worker made
for one signer; the job runs in a process of its own, as in a web process, with its agent that
holds the key (ADR 19) and a time stamp over HTTP for each signature. The larger job is killed with
SIGKILL once half of it is signed, and goes on in another process.
"""

import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psutil
from asn1crypto import pem
from sqlalchemy import func, select, update

from services.documents.acts import Bench
from services.documents.app import create_app
from services.documents.models import Audit, BatchItem, SigningItem, SigningJob, db
from services.documents.service.signing_jobs import prepare_job
from services.documents.service.work import Work
from services.documents.signing_many import begin, break_off_lost
from shared.actors import Actor
from shared.clock import FrozenClock, SystemClock
from shared.db import reading, transaction
from tests.databases import chosen_kind, sqlite_address, start_cluster
from tests.documents.batch_office import confirm, counts
from tests.documents.offices import DIRECTOR, NOW, SECRET, open_office, record

from .lines import SPAWN, authority, product, settings_of, together
from .memory import peak_memory
from .throughput import Place, fill, requests_of, say

FEW = int(os.environ.get("BENCH_FEW", "500"))
MANY = int(os.environ.get("BENCH_MANY", "5000"))
MOST_GROWTH = 1.25
"""Times that a document of the large job may cost what one of the small job costs."""
MOST_MEMORY = 1.25
"""Times that the large job may take the memory of the small one."""
LOOK = 0.2
"""Seconds between two looks at the agent's memory and at the progress."""


@dataclass(frozen=True)
class Signed:
    """What one run of a job did."""

    count: int
    seconds: float
    cpu: float
    """Processor seconds of the process and its agent."""
    memory: float
    """Most resident memory of the process, megabytes; the agent is told apart."""
    agent: float

    @property
    def each(self) -> float:
        """Milliseconds of processor time for each document."""
        return self.cpu / self.count * 1000

    def told(self) -> str:
        """Return the figures."""
        return (
            f"{self.count} documents, {self.count / self.seconds:.1f}/s, {self.each:.1f} ms cpu "
            f"each, peak {self.memory:.0f} MB, agent {self.agent:.0f} MB"
        )


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """Give the address of an empty database of the kind that ``VYZVA_TEST_DATABASE`` names."""
    if chosen_kind() == "sqlite":
        yield sqlite_address(folder)
        return
    cluster = start_cluster()
    try:
        yield cluster.create_database()
    finally:
        cluster.stop()


def signing() -> bool:
    """Sign a small and a large batch; return whether neither cost nor memory grows with it."""
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as address:
        place = _place(Path(folder), address)
        with authority(place.var / "documents" / "pki") as (stamps, _):
            place = Place(place.office, place.var, place.database, stamps, place.roots)
            small, large = (_prepared(place, count) for count in (FEW, MANY))
            say(f"signing on {chosen_kind()}: {FEW} and {MANY} documents are made and listed")
            first = _run(place, small, FEW)
            say(f"signing: {first.told()}")
            rest = _broken_run(place, large)
            say(f"signing, the rest after the kill: {rest.told()}")
            _check(place, (small, FEW), (large, MANY))
    growth, memory = rest.each / first.each, rest.memory / first.memory
    say(f"signing: growth {growth:.2f} in processor time for each document, {memory:.2f} in memory")
    return growth <= MOST_GROWTH and memory <= MOST_MEMORY


def _place(folder: Path, address: str) -> Place:
    office = open_office(folder / "var", address)
    office.make_key(DIRECTOR)
    authorities = office.app.extensions["documents-tools"].pki.authorities
    roots = folder / "roots.pem"
    told = [pem.armor("CERTIFICATE", one).decode() for one in authorities.values()]
    roots.write_text("".join(told))
    return Place(office, folder / "var", address, "", str(roots))


def _prepared(place: Place, count: int) -> UUID:
    """Have the product make documents for one signer, and list them in a job."""
    batch, keys = fill(place.office, lambda _n: record(DIRECTOR), count)
    first = requests_of(place, batch, keys[:1])[0]
    confirm(place.office, batch, count)
    together(product, [(first, *place.given)])
    assert counts(place.office, batch)["made"] == count
    job = uuid4()
    with place.office.context(), transaction(db.session()) as session:
        clock = place.office.clock
        prepare_job(Work(session, DIRECTOR, clock), job, UUID(batch))
    return job


def _run(place: Place, job: UUID, typed: int | None) -> Signed:
    mine, theirs = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_sign, args=(place.given, DIRECTOR, job, typed, theirs))
    process.start()
    theirs.close()
    found: Signed = mine.recv()  # EOFError when the process died
    process.join()
    return found


def _broken_run(place: Place, job: UUID) -> Signed:
    """Kill the process in the middle; return what the second one did."""
    given = (place.given, DIRECTOR, job, MANY, SPAWN.Pipe(duplex=False)[1])
    process = SPAWN.Process(target=_sign, args=given)
    process.start()
    while _signed(place, job) < MANY // 2:
        time.sleep(LOOK)
    process.kill()
    process.join()
    before = _signed(place, job)
    with place.office.context():
        # The two minutes of its lease are not waited for.
        late = SystemClock().now() - timedelta(seconds=1)
        with transaction(db.session()) as session:
            session.execute(update(SigningJob).values(leased_until=late))
        assert break_off_lost(db.session, place.office.app.extensions["documents-tools"]) == 1
    say(f"signing: killed with {before} of {MANY} signed")
    return _run(place, job, None)


def _signed(place: Place, job: UUID) -> int:
    query = select(func.count()).where(SigningItem.job_id == job, SigningItem.state == "signed")
    with place.office.context(), reading():
        return db.session().scalar(query) or 0


def _check(place: Place, *jobs: tuple[UUID, int]) -> None:
    """Every document of the jobs was signed, and exactly once."""
    for job, count in jobs:
        assert _signed(place, job) == count
    with place.office.context(), reading():
        session = db.session()
        acts = session.scalars(select(Audit.subject_id).where(Audit.act == "sign")).all()
        items = session.scalar(select(func.count()).select_from(BatchItem))
    assert len(acts) == len(set(acts)) == items == FEW + MANY


def _sign(
    given: tuple[Any, ...], person: Actor, job: UUID, typed: int | None, answers: Any
) -> None:
    """Run a job in this process to its end, and tell what it cost."""
    app = create_app(settings_of(*given), FrozenClock(NOW))
    threads: list[Thread] = []

    def background(act: Any) -> None:
        def run() -> None:
            with app.app_context(), reading():
                act()

        threads.append(Thread(target=run))
        threads[0].start()

    with app.app_context():
        left = select(func.count()).where(SigningItem.job_id == job, SigningItem.state == "waiting")
        with reading():
            count = db.session().scalar(left) or 0
            db.session().rollback()
        begun, cpu = time.perf_counter(), time.process_time()
        bench = Bench(db.session, app.extensions["documents-tools"], person)
        begin(bench, job, typed, SECRET, background)
        agent = _watched(threads[0])
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu += children.ru_utime + children.ru_stime
    answers.send(Signed(count, seconds, cpu, peak_memory(), agent))


def _watched(thread: Thread) -> float:
    """Wait for a thread; return the most memory that a child of this process took meanwhile."""
    most = 0.0
    while thread.is_alive():
        for child in psutil.Process().children():
            try:
                most = max(most, peak_memory(child.pid))
            except (OSError, ValueError):
                continue  # it has just ended
        thread.join(LOOK)
    return most
