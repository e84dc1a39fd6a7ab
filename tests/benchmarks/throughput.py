"""Documents per second, end to end, beside typesetting alone and beside the usual stack.

``python -m tests.benchmarks throughput growth``. End to end is the product's own worker on a
running batch: typeset, fields reserved, sealed with a time stamp (B-T), two files and the facts
stored with fsync, registered with audit trail and evidence, issued. The time stamps come over HTTP
from the development authority in a process of its own on the same machine.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from asn1crypto import pem
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select

from services.documents.batching import _drawn_up
from services.documents.models import Document, db
from services.documents.rendering.port import RenderRequest
from services.documents.service.batch_making import claimed, sealing_of
from services.documents.service.batches import batch_of, item_of
from services.documents.service.printing import print_request
from services.documents.service.register import registered
from services.documents.service.work import Work
from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.mechanisms import key_on_hand
from services.documents.tools import press_of
from services.documents.verifying import judge_own
from shared.db import read_only
from tests.databases import sqlite_address
from tests.documents.batch_office import confirm, counts
from tests.documents.offices import DIRECTOR, ORGANISATION, Office, open_office

from .lines import Run, alone, authority, product, stock, together
from .papers import LETTERHEAD, PAPERS, Paper, notice

COUNT = int(os.environ.get("BENCH_DOCUMENTS", "100"))
ROUNDS = 3
STOCK = 20
"""Documents of the usual stack for each process; it is that slow."""
TO_TYPESETTING, TO_STOCK = 0.9, 10.0
GROWTH = (100, 5000, 4900)
"""Documents of the batches that are made one after another: 10 000 in all."""


@dataclass(frozen=True)
class Place:
    """Where the product of a benchmark lives."""

    office: Office
    var: Path
    database: str
    authority: str
    roots: str

    @property
    def given(self) -> tuple[Any, ...]:
        return self.var, self.database, self.authority, self.roots


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def opened(folder: Path, address: str = "") -> Place:
    """Open a product on SQLite with the authority at the address."""
    office = open_office(folder / "var", sqlite_address(folder))
    given = office.service("PUT", "/letterhead", LETTERHEAD)
    assert given.status_code == 200, given.json
    tools = office.app.extensions["documents-tools"]
    roots = folder / "roots.pem"
    told = [pem.armor("CERTIFICATE", one).decode() for one in tools.pki.authorities.values()]
    roots.write_text("".join(told))
    return Place(office, folder / "var", sqlite_address(folder), address, str(roots))


def fill(office: Office, paper: Paper, count: int) -> tuple[str, list[str]]:
    """Prepare a batch; return its id and those of its documents."""
    batch, keys = str(uuid4()), [str(uuid4()) for _ in range(count)]
    office.service("PUT", f"/batches/{batch}", {"title": "Měření"})
    for start in range(0, count, 100):
        part = list(enumerate(keys))[start : start + 100]
        items = [{"document_id": key, "request": paper(n)} for n, key in part]
        added = office.service("PUT", f"/batches/{batch}/items", {"items": items})
        assert added.status_code == 200, added.json
    return batch, keys


def requests_of(place: Place, batch: str, keys: list[str]) -> list[RenderRequest]:
    """Return what the product will typeset, for typesetting alone and for the usual stack."""
    tools = place.office.app.extensions["documents-tools"]
    with place.office.context(), read_only(db.session()) as session:
        work = Work(session, DIRECTOR, tools.clock)
        row, sealing = batch_of(work, UUID(batch)), sealing_of(work)
        found = [claimed(row, item_of(work, UUID(batch), UUID(key)), sealing) for key in keys]
    return [print_request(press_of(tools), _drawn_up(one)) for one in found]


def throughput() -> bool:
    """Measure both documents in one and two processes; return whether the targets are met."""
    is_met = True
    for name, paper in PAPERS.items():
        for processes in (1, 2):
            is_met &= _measured(name, paper, processes)
    _keys()
    return is_met


def _measured(name: str, paper: Paper, processes: int) -> bool:
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory() as folder:
        place = opened(Path(folder))
        pki = place.office.app.extensions["documents-tools"].pki
        pki.seal_identity(ORGANISATION, DIRECTOR.organisation_name)
        with authority(place.var / "documents" / "pki") as (address, _):
            place = Place(place.office, place.var, place.database, address, place.roots)
            for _ in range(ROUNDS):
                rounds.append(_one_round(place, paper, processes))
        size = _verified(place.office)
    ratio = middle(one.product.rate / one.alone.rate for one in rounds)
    to_stock = middle(one.product.rate / one.stock.rate for one in rounds if one.stock)
    by_cpu = middle(one.alone.each / one.product.each for one in rounds)
    stock_by_cpu = middle(one.stock.each / one.product.each for one in rounds if one.stock)
    say(
        f"{name}, {processes} process(es): {middle(r.product.rate for r in rounds):.1f}/s end to "
        f"end ({middle(r.product.each for r in rounds):.1f} ms cpu), typesetting alone "
        f"{middle(r.alone.rate for r in rounds):.1f}/s "
        f"({middle(r.alone.each for r in rounds):.1f} ms): ratio {ratio:.2f}, by cpu "
        f"{by_cpu:.2f}; usual stack {middle(r.stock.rate for r in rounds if r.stock):.2f}/s "
        f"({middle(r.stock.each for r in rounds if r.stock):.1f} ms): ratio {to_stock:.1f}, by cpu "
        f"{stock_by_cpu:.1f}; peak {max(r.product.memory for r in rounds):.0f} MB; {size}"
    )
    return ratio >= TO_TYPESETTING and to_stock >= TO_STOCK


@dataclass(frozen=True)
class Round:
    """The three sides, one after another."""

    alone: Run
    product: Run
    stock: Run | None
    """``None`` where the usual stack is not installed."""


def middle(values: Iterable[float]) -> float:
    """Return the median; 0 of nothing."""
    found = list(values)
    return median(found) if found else 0.0


def _one_round(place: Place, paper: Paper, processes: int) -> Round:
    count = COUNT * processes
    batch, keys = fill(place.office, paper, count)
    printed = requests_of(place, batch, keys)
    shares = [printed[n::processes] for n in range(processes)]
    typeset = together(alone, [(share,) for share in shares])
    confirm(place.office, batch, count)
    made = together(product, [(printed[0], *place.given)] * processes)
    assert counts(place.office, batch)["made"] == count
    if not has_stock():
        return Round(typeset, made, None)
    key = next((place.var / "documents" / "pki").glob("seal-*.pem"))
    address = place.authority.replace("/stamp", "/now")
    usual = together(stock, [(share[:STOCK], key, address) for share in shares])
    return Round(typeset, made, usual)


def has_stock() -> bool:
    """Tell whether the usual stack is installed (``make bench-throughput`` does it)."""
    try:
        import weasyprint  # noqa: F401, PLC0415
    except (ImportError, OSError):
        return False
    return True


def _verified(office: Office) -> str:
    """Have some of the files judged; every one must be issued, sealed and pass."""
    tools = office.app.extensions["documents-tools"]
    with office.context():
        found = db.session().scalars(select(Document).limit(5)).all()
        asked = [(registered(db.session(), one), tools.files.get(one.sha256)) for one in found]
        assert {one.state for one in found} == {"issued"}
        judge_own(tools, *asked[0])
        begun = time.perf_counter()
        verdicts = [judge_own(tools, *one).verdict.value for one in asked]
    each = (time.perf_counter() - begun) / len(asked) * 1000
    return f"{len(asked[0][1]) / 1024:.0f} kB a file, judged in {each:.0f} ms ({set(verdicts)})"


def _rate(work: Callable[[], object], seconds: float = 1.0) -> float:
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - begun)


def _keys() -> None:
    """Print what one processor signs when it does nothing else: the physical limit."""
    with tempfile.TemporaryDirectory() as folder:
        pki = DevelopmentPki(Path(folder) / "pki", is_production=False)
        identity = pki.seal_identity(ORGANISATION, "X")
        digest = b"x" * 32
        token = rsa.generate_private_key(65537, 3072)
        key = key_on_hand(token)
        say(
            f"raw keys: P-256 {_rate(lambda: identity.key.sign(digest)):.0f}/s, RSA-3072 "
            f"{_rate(lambda: key.sign(digest)):.0f}/s; CMS without time stamp, P-256 "
            f"{_rate(lambda: identity.container(digest)):.0f}/s"
        )


def growth() -> bool:
    """Make 10 000 documents in one database; cost and memory must not grow with them."""
    marks: list[tuple[int, Run]] = []
    with tempfile.TemporaryDirectory() as folder:
        place = opened(Path(folder))
        with authority(place.var / "documents" / "pki") as (address, _):
            place = Place(place.office, place.var, place.database, address, place.roots)
            there = 0
            for count in GROWTH:
                batch, keys = fill(place.office, notice, count)
                first = requests_of(place, batch, keys[:1])[0]
                confirm(place.office, batch, count)
                run = together(product, [(first, *place.given)])
                there += count
                marks.append((there, run))
                say(
                    f"growth: up to {there} documents {run.rate:.1f}/s, "
                    f"{run.cpu / run.made * 1000:.1f} ms cpu each, peak {run.memory:.0f} MB"
                )
    early, late = marks[1][1], marks[-1][1]
    return late.cpu / late.made < 1.25 * early.cpu / early.made
