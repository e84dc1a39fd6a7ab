"""The guard before a letter leaves: the whole verifier each time, against its kept word."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from uuid import UUID

from services.documents.desk import gate, tools
from services.documents.models import Delivery, Document, db
from services.documents.service.register import registered
from services.documents.verification.report import Verdict
from services.documents.verifying import judge_own
from tests.documents.offices import DIRECTOR, Office, letter, open_office

LETTERS = 30
MASS = 5_000
MOST_MINUTES = 60
MOST_OF_BEFORE = 0.25
"""What a later look may cost of what each look cost before."""


def guard() -> bool:
    """Measure and print; tell whether a mass notice needs less than an hour of guarding."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'documents.db'}"
        office = open_office(Path(folder) / "var", url)
        office.make_key(DIRECTOR)
        ids = [_issued(office) for _ in range(LETTERS)]
        with office.context():
            _each(ids[:1], _whole)  # starts the process that verifies
            before = _each(ids, _whole)
            first, later = _each(ids, _guarded), _each(ids, _guarded)
    sys.stdout.write("| look at a letter | ms | 5 000 letters, minutes |\n|---|---|---|\n")
    for name, took in (("verifier each time", before), ("first", first), ("later", later)):
        sys.stdout.write(f"| {name} | {1000 * took:.1f} | {took * MASS / 60:.1f} |\n")
    return first * MASS / 60 < MOST_MINUTES and later < before * MOST_OF_BEFORE


def _issued(office: Office) -> UUID:
    made = office.put(letter(DIRECTOR))
    office.sign(made["id"], DIRECTOR)
    office.work(2)
    delivery = office.view(made["id"])["delivery"]
    assert delivery["state"] == "needs_person"  # issued, and no box is known
    return UUID(delivery["id"])


def _each(ids: list[UUID], look: Callable[[Delivery, bytes], None]) -> float:
    """Return the seconds of one look, the reading of file and row included."""
    begun = monotonic()
    for delivery_id in ids:
        delivery = db.session().get_one(Delivery, delivery_id)
        pdf = tools().files.get(delivery.document.sha256)
        db.session().expunge_all()
        look(delivery, pdf)
    return (monotonic() - begun) / len(ids)


def _whole(delivery: Delivery, pdf: bytes) -> None:
    """What was done at each dispatch before words were kept."""
    known = registered(db.session(), db.session().get_one(Document, delivery.document_id))
    if judge_own(tools(), known, pdf).verdict is not Verdict.PASSED:
        raise RuntimeError("The letter does not pass.")


def _guarded(delivery: Delivery, pdf: bytes) -> None:
    gate().check(delivery, delivery.document.sha256, pdf)
