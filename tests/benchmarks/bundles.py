"""The evidence bundle of a call: 50 projects with 500 documents, then 500 with 5 000.

``python -m tests.benchmarks bundles``. Registry and evaluation hold a finished call with all its
records; the product's worker made every document of these records (sealed, with a time stamp),
three of ten are letters that were delivered, with two proofs each, and a nightly tree covers
everything. Evaluation asks for the bundle, a worker in a process of its own makes it, and
the ``check.py`` in it judges the whole in the unpacked folder, and once more with one octet of one
document changed, which it names. Then a second bundle is asked for, as for another reader: the
verifier's words are still known, its maker is killed with SIGKILL in the middle, and another one
goes on.
"""

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
from sqlalchemy import select, update

from services.documents.__main__ import SERVICE as DOCUMENTS
from services.documents.archiving import Archivist
from services.documents.batching import make_batches
from services.documents.bundling.maker import BundleMaker
from services.documents.bundling.notes import read_notes
from services.documents.models import Bundle, BundleStretch, Delivery, Letterhead, Proof
from services.documents.models import db as documents_db
from services.documents.schemas.incoming import DocumentIn, document_facts
from services.documents.service.batches import Requested, add_items, confirm_batch, put_batch
from services.documents.service.estimates import Seen
from services.documents.service.work import Work, worker_actor
from services.documents.tools import press_of
from services.evaluation.models import Record
from services.evaluation.models import db as evaluation_db
from shared.auth import COOKIE
from shared.clock import FrozenClock, SystemClock
from shared.config import load
from shared.contracts.codec import to_json
from shared.db import reading, transaction
from shared.document_kinds import LETTER, layout_of
from shared.tokens import make_person_token

from .lines import SPAWN
from .memory import peak_memory
from .product import Product, filled_product
from .throughput import say
from .world import NOW, ORGANISATION, PEOPLE, BenchCall, Phase, World, key

FEW = int(os.environ.get("BENCH_FEW", "500"))
MANY = int(os.environ.get("BENCH_MANY", "5000"))
OF_A_PROJECT = 10
CALLS = 5
LETTERS = ("control_notice", "result_notice", "registration_receipt")
PROOFS = ("sent_message", "delivery_info")
PROOF_SIZE = 6_000
MOST_GROWTH = 1.25
"""Times that a document of the large bundle may cost what one of the small bundle costs."""
MOST_MEMORY_EACH = 0.02
"""Megabytes that a further document may cost in memory: its lines in indexes and manifests."""
LOOK = 0.1


@dataclass(frozen=True)
class Cost:
    """What a step took."""

    seconds: float
    cpu: float
    memory: float
    """Most resident megabytes of one process."""

    def told(self, count: int) -> str:
        """Return the figures."""
        each = self.cpu / count * 1000
        return f"{self.seconds:.1f} s, cpu {each:.1f} ms a document, peak {self.memory:.0f} MB"


@dataclass(frozen=True)
class Measured:
    """A bundle of so many documents."""

    count: int
    made: Cost
    again: Cost
    """What another worker did for the second bundle after the first one was killed."""
    checked: Cost
    """By ``check.py``, in the unpacked folder."""
    octets: int


def bundles() -> bool:
    """Make and check both bundles; return whether cost and memory of a document stay."""
    small, large = _measured(FEW), _measured(MANY)
    made = large.made.cpu / large.count / (small.made.cpu / small.count)
    checked = large.checked.cpu / large.count / (small.checked.cpu / small.count)
    more = large.count - small.count
    memory = [
        (large.made.memory - small.made.memory) / more,
        (large.checked.memory - small.checked.memory) / more,
    ]
    say(
        f"bundles: growth from {small.count} to {large.count} documents, processor time each: "
        f"made {made:.2f}, checked {checked:.2f}; memory for a further document: "
        f"made {memory[0] * 1024:.1f} kB, checked {memory[1] * 1024:.1f} kB; "
        f"octets {large.octets / large.count / (small.octets / small.count):.2f}"
    )
    return max(made, checked) <= MOST_GROWTH and max(memory) <= MOST_MEMORY_EACH


def _measured(count: int) -> Measured:
    projects = count // OF_A_PROJECT
    world = World(projects * CALLS, CALLS)
    call = world.call(Phase.OVER)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        addresses = {s: f"sqlite:///{folder / s}.sqlite" for s in ("registry", "evaluation")}
        addresses["documents"] = f"sqlite:///{folder / 'documents.sqlite'}"
        with filled_product(
            folder / "var", addresses, world, fillers={"documents": _letterhead}
        ) as product:
            begun = time.perf_counter()
            _fill(product, call)
            say(f"bundles: {count} documents made in {time.perf_counter() - begun:.0f} s")
            bundle = _asked(product, call)
            given = folder / "var", addresses["documents"]
            made = _made(given)
            say(f"bundles: {count} documents: made {made.told(count)}")
            container = folder / "bundle.asice"
            _fetch(product, bundle, container)
            page, seconds = _page(product, call)
            second = _asked(product, call)
            half = _killed(product, second, given)
            again = _made(given)
            say(f"bundles: the other {count - half} once more: {again.told(max(count - half, 1))}")
            other = folder / "second.asice"
            _fetch(product, second, other)
        checked = _checked(container)
        octets = container.stat().st_size
        _compare(container, other)
    say(
        f"bundles: {count} documents: {octets / 2**20:.0f} MB; page of the call "
        f"{seconds * 1000:.0f} ms, {page // 1024} kB; check.py {checked.told(count)}"
    )
    return Measured(count, made, again, checked, octets)


def _compare(one: Path, other: Path) -> None:
    """Both hold the same, but for what is told of the moment, and all of it can be read."""
    found = []
    for place in (one, other):
        with zipfile.ZipFile(place) as archive:
            assert archive.testzip() is None
            found.append({entry.filename: entry.CRC for entry in archive.infolist()})
    first, second = (
        {
            name: crc
            for name, crc in entries.items()
            if not name.startswith(("index.", "log/", "META-INF/"))
        }
        for entries in found
    )
    assert first == second
    # That the first bundle was asked for is itself in the log of the second one.
    rest = [{name for name in one if not name.startswith("log/")} for one in found]
    assert rest[0] == rest[1], rest[0] ^ rest[1]


def _letterhead(session: Any, _world: World) -> None:
    name = PEOPLE["reditelka"].organisation_name
    head = Letterhead(
        organisation_id=ORGANISATION, name=name, code="SZK", lines=[], accent="#205080"
    )
    session.add(head)
    session.commit()


def _papers(product: Product, call: BenchCall) -> Iterator[tuple[UUID, str, UUID, str]]:
    """Give id, kind, project and title of each document: evaluation's, and one of registry's."""
    with product.apps["evaluation"].app_context(), reading():
        query = select(Record.id, Record.kind, Record.case_id, Record.title)
        found = evaluation_db.session().execute(query.where(Record.call_id == call.id)).all()
    yield from ((one.id, one.kind, one.case_id, one.title) for one in found if one.case_id)
    for one in call.applications:
        yield key("document", one.id, 1), "registration_receipt", one.id, f"Potvrzení {one.number}"


def _fill(product: Product, call: BenchCall) -> None:
    """Have the worker make every document, deliver the letters, gather all in a tree."""
    app = product.apps["documents"]
    tools = app.extensions["documents-tools"]
    requests = [_request(call, *paper) for paper in _papers(product, call)]
    with app.app_context():
        actor, batch = worker_actor(ORGANISATION), uuid4()
        with transaction(documents_db.session()) as session:
            work = Work(session, actor, tools.clock)
            put_batch(work, press_of(tools), batch, "Měření")
            add_items(work, batch, requests)
            confirm_batch(work, batch, len(requests), Seen(None))
        while make_batches(documents_db.session, tools):
            pass
        with transaction(documents_db.session()) as session:
            _deliver(session, tools)
        tools.clock.move_to(NOW + timedelta(days=1))
        assert Archivist(documents_db.session, tools).run_once() == 1


def _request(call: BenchCall, own: UUID, kind: str, case_id: UUID, title: str) -> Requested:
    recipient = {"name": f"Žadatel {case_id}", "address": ["Náměstí 1", "431 00 Stará Huť"]}
    is_letter = kind in LETTERS
    blocks = [
        {"type": "facts", "rows": [["Žádost", title], ["Označení", str(case_id)]]},
        *({"type": "paragraph", "text": "Slova dopisu. " * 20} for _ in range(4)),
    ]
    body = {
        "kind": kind,
        "layout": LETTER if is_letter else layout_of(kind),
        "title": title,
        "case_id": str(case_id),
        "call_id": str(call.id),
        "content": {"reference": [], "blocks": blocks},
        "facts": {"case": str(case_id), "document": str(own)},
        "signers": [],
        "delivery": {"recipient": recipient, "subject": title[:200]} if is_letter else None,
    }
    loaded = DocumentIn().load(body)
    return Requested(own, document_facts(loaded), to_json(loaded))


def _deliver(session: Any, tools: Any) -> None:
    for delivery in session.scalars(select(Delivery)):
        delivery.state, delivery.channel, delivery.delivery_basis = "delivered", "data_box", "login"
        delivery.dispatched_at, delivery.delivered_on = NOW, NOW.date()
        for ordinal, kind in enumerate(PROOFS, start=1):
            session.add(
                Proof(
                    id=uuid4(),
                    organisation_id=ORGANISATION,
                    delivery_id=delivery.id,
                    ordinal=ordinal,
                    kind=kind,
                    sha256=tools.files.put(os.urandom(PROOF_SIZE)),
                    file_name=f"{kind}.zfo",
                    media_type="application/octet-stream",
                    obtained_at=NOW,
                    facts={},
                )
            )


def _client(product: Product) -> Any:
    app = product.apps["evaluation"]
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.set_cookie(COOKIE, make_person_token(product.keys, PEOPLE["reditelka"]))
    return client


def _asked(product: Product, call: BenchCall) -> UUID:
    bundle, begun = uuid4(), time.perf_counter()
    data = {"bundle_id": str(bundle)}
    reply = _client(product).post(f"/calls/{call.id}/evidence", data=data)
    assert reply.status_code == 303, (reply.status_code, reply.text[:3000])
    say(f"bundles: asked for in {time.perf_counter() - begun:.1f} s")
    return bundle


def _page(product: Product, call: BenchCall) -> tuple[int, float]:
    begun = time.perf_counter()
    reply = _client(product).get(f"/calls/{call.id}/evidence")
    assert reply.status_code == 200
    return len(reply.data), time.perf_counter() - begun


def _killed(product: Product, bundle: UUID, given: tuple[Path, str]) -> int:
    """Kill a maker once half of the documents are in, and let its lease end.

    Returns:
        How many documents need not be put in again.
    """
    process = SPAWN.Process(target=_make, args=(*given, None))
    process.start()
    while True:
        with product.apps["documents"].app_context(), reading():
            row = documents_db.session().get_one(Bundle, bundle)
            if row.total and row.done >= row.total // 2:
                break
        time.sleep(LOOK)
    process.kill()
    process.join()
    with product.apps["documents"].app_context():
        session = documents_db.session()
        late = SystemClock().now() - timedelta(seconds=1)
        with transaction(session):
            session.execute(update(Bundle).values(leased_until=late))
        state = session.get_one(Bundle, bundle)
        notes = select(BundleStretch.notes).where(BundleStretch.bundle_id == bundle)
        stretches = session.scalars(notes.order_by(BundleStretch.ordinal)).all()
        kept = len(read_notes(stretches)[0].papers)
        say(f"bundles: a maker was killed at {state.done} of {state.total}, {kept} are kept")
        session.rollback()
    return kept


def _made(given: tuple[Path, str]) -> Cost:
    mine, theirs = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_make, args=(*given, theirs))
    process.start()
    theirs.close()
    cost: Cost = mine.recv()
    process.join()
    return cost


def _make(var: Path, address: str, told: Any) -> None:
    """Make the bundle that waits, as a worker does; its verifiers are children of this process."""
    given = {"var": var, "database_url": address, "public_url": "http://localhost"}
    clock = FrozenClock(NOW + timedelta(days=1))
    app = DOCUMENTS.create_app(load(DOCUMENTS.settings, **given), clock=clock)
    begun, cpu = time.perf_counter(), time.process_time()
    with app.app_context():
        maker = BundleMaker(documents_db.session, app.extensions["documents-tools"])
        while maker.run_once():
            pass
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    children = sum(
        sum(one.cpu_times()[:4])  # with what its own children took
        for one in psutil.Process().children(recursive=True)
    )
    told.send(Cost(seconds, cpu + children, peak_memory()))


def _fetch(product: Product, bundle: UUID, target: Path) -> None:
    """Write the container to a file, piece by piece, as the download does."""
    app = product.apps["documents"]
    with app.app_context(), reading():
        row = documents_db.session().get_one(Bundle, bundle)
        assert row.state == "ready", (row.state, row.last_error)
        pieces = [piece.sha256 for piece in row.pieces]
    files = app.extensions["documents-tools"].files
    with target.open("wb") as file:
        for piece in pieces:
            file.write(files.get(piece))


def _checked(container: Path) -> Cost:
    """Judge a bundle as somebody does who has unpacked it, then with one octet changed."""
    folder = container.with_name("unpacked")
    with zipfile.ZipFile(container) as archive:
        archive.extractall(folder)
    status, said, cost = _judged(folder)
    assert (status, said[-1]) == (0, "VŠE PLATÍ"), said
    papers = sorted((folder / "documents").glob("*.pdf"))
    name = _change_one_octet(papers[len(papers) // 2])
    status, said, _ = _judged(folder)
    wrong = [line for line in said if line.startswith("documents/")]
    assert (status, said[-1], len(wrong)) == (1, "NEPLATÍ", 1), said
    assert wrong[0].startswith(f"documents/{name}: soubor byl změněn"), said
    say(f"bundles: one octet of {len(papers)} documents changed: {said[1:4]}, {wrong[0]}")
    return cost


def _change_one_octet(path: Path) -> str:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path.name


def _judged(folder: Path) -> tuple[int, list[str], Cost]:
    """Run the script in the folder, without any package that is installed."""
    begun = time.perf_counter()
    with psutil.Popen(
        [sys.executable, "-I", "-S", "check.py"], cwd=folder, stdout=subprocess.PIPE
    ) as process:
        most, cpu = 0.0, 0.0
        while process.poll() is None:
            try:
                most = max(most, peak_memory(process.pid))
                spent = process.cpu_times()
                cpu = spent.user + spent.system + spent.children_user + spent.children_system
            except (psutil.Error, OSError, ValueError):
                break  # it has just ended
            time.sleep(LOOK)
        said = process.stdout.read().decode().splitlines()
        status = process.wait()
    return status, said, Cost(time.perf_counter() - begun, cpu, most)
