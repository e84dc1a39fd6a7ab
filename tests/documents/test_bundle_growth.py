"""Ten times as many documents: the memory of making a bundle grows by the lines of its index."""

import os
import tempfile
import tracemalloc
from uuid import UUID, uuid4

from sqlalchemy import select

from services.documents.acts import Bench
from services.documents.bundling.making import open_bindery, write_bundle
from services.documents.models import Bundle, Document, db
from services.documents.service import bundle_making
from services.documents.service.work import worker_actor
from tests.documents.offices import ORGANISATION, Office
from tests.documents.test_bundles import ask, wanted

FEW, MANY = 30, 300
FILE = 200_000
"""Octets of a document, too random to be packed."""
MOST_FOR_EACH = 12_000
"""Octets that a document may leave in memory: its lines in three indexes and two manifests."""


def _fill(office: Office, call: UUID, count: int) -> None:
    files = office.app.extensions["documents-tools"].files
    for number in range(count):
        sha256 = files.put(os.urandom(FILE))
        db.session.add(
            Document(
                id=uuid4(),
                organisation_id=ORGANISATION,
                number=f"MAS-{call.int}-{number:06}",
                kind="intake_record",
                layout="record",
                language="cs",
                title="Příjem žádosti",
                state="signed",
                call_id=call,
                fingerprint="0" * 64,
                content={},
                facts={},
                preview_sha256="0" * 64,
                sha256=sha256,
                pages=1,
                created_at=office.clock.now(),
                created_by="Výzva",
                template=1,
                printing={},
                template_sha256="0" * 64,
                facts_sha256="0" * 64,
            )
        )
    db.session.commit()


def _peak(office: Office, call: UUID) -> int:
    """Return the octets of Python objects at the worst moment of making a bundle."""
    ask(office, wanted(kind="call", call_id=str(call), case_ids=[], parts=[], expected=[]))
    tools = office.app.extensions["documents-tools"]
    bench = Bench(db.session, tools, worker_actor(ORGANISATION))
    key = db.session.scalars(select(Bundle.id).where(Bundle.call_id == call)).one()
    claim = bundle_making.claim_bundle(bench.work(db.session()), key)
    db.session.commit()
    assert claim is not None
    tracemalloc.start()
    with tempfile.TemporaryFile() as file:
        bindery = open_bindery(bench, claim, file, b"key")
        assert bindery is not None
        for _ in write_bundle(bindery):
            pass
        assert file.seek(0, 2) > FILE * FEW
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_files(office: Office) -> None:
    first, few, many = UUID(int=9), UUID(int=10), UUID(int=11)
    with office.context():
        _fill(office, first, FEW)
        _peak(office, first)  # what is read once for the whole process
        _fill(office, few, FEW)
        _fill(office, many, MANY)
        small, large = _peak(office, few), _peak(office, many)

    added = (large - small) / (MANY - FEW)
    print(f"{FEW} documents {small} B, {MANY} documents {large} B, {added:.0f} B for each")
    assert added < MOST_FOR_EACH
    assert large < FILE * MANY / 4
