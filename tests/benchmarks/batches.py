"""How fast a batch is made: ``python -m tests.benchmarks.batches [COUNT]``.

Documents of one page, typeset, stored and registered by one worker on SQLite in a temporary folder,
beside typesetting alone in the same run. Prints documents per second, the ratio and memory.
"""

import gc
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

import psutil

from services.documents.batching import make_batches
from services.documents.models import db
from services.documents.schemas.incoming import DocumentIn, document_facts
from services.documents.service.batches import batch_of, item_of
from services.documents.service.creating import Reserved, draft
from services.documents.service.printing import print_request
from services.documents.service.work import Work
from services.documents.tools import press_of
from shared.db import reading, transaction
from tests.databases import sqlite_address
from tests.documents.batch_office import confirm, counts, fill
from tests.documents.offices import DIRECTOR, Office, open_office

MEGABYTE = 1024 * 1024
ALONE = 100


def memory() -> float:
    """Return this process's memory in megabytes."""
    gc.collect()
    return float(psutil.Process().memory_info().rss) / MEGABYTE


def alone(office: Office, batch: str, item: str) -> float:
    """Return how many of these documents are only typeset in a second."""
    tools = office.app.extensions["documents-tools"]
    with office.context():
        with reading(), transaction(db.session()) as session:
            work = Work(session, DIRECTOR, tools.clock)
            row = item_of(work, UUID(batch), UUID(item))
            facts = document_facts(DocumentIn().load(row.request))
            found = batch_of(work, UUID(batch))
            reserved = Reserved("X-2026-1", row.reserved_at, "X", found.printing, found.template)
            document = draft(work, row.id, facts, reserved)
        request = print_request(press_of(tools), document)
        tools.renderer.render(request)
        begun = time.perf_counter()
        for _ in range(ALONE):
            tools.renderer.render(request)
    return ALONE / (time.perf_counter() - begun)


def main(count: int) -> None:
    """Measure a batch of *count* documents."""
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder) / "var", sqlite_address(Path(folder)))
        begun = time.perf_counter()
        batch, ids = fill(office, count, DIRECTOR)
        prepared = time.perf_counter() - begun
        typeset = alone(office, batch, ids[0])
        confirm(office, batch, count)
        tools, marks = office.app.extensions["documents-tools"], [memory()]
        begun = time.perf_counter()
        with office.context():
            while make_batches(db.session, tools):
                if counts(office, batch)["made"] * 2 >= count and len(marks) == 1:
                    marks.append(memory())
        rate = count / (time.perf_counter() - begun)
        marks.append(memory())
        assert counts(office, batch)["made"] == count
    sys.stdout.write(
        f"{count} documents: prepared in {prepared:.1f} s, made at {rate:.1f}/s; typesetting alone "
        f"{typeset:.1f}/s, ratio {rate / typeset:.2f}; memory {marks[0]:.0f} MB before, "
        f"{marks[1]:.0f} MB half-way, {marks[-1]:.0f} MB after\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
