"""Documents of a batch are made group by group: what that costs, and what it must not cost."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import event, select

from services.documents.adapters.files import StoreFull
from services.documents.batching import make_batches
from services.documents.models import BatchItem, db
from services.documents.schemas.incoming import DocumentIn, document_facts, kept_facts
from services.documents.service.batch_making import begin_items
from services.documents.service.work import Work, worker_actor
from services.documents.signing.port import SigningUnavailable
from shared.contracts.codec import to_json
from shared.db import read_only, transaction
from tests.documents.batch_office import check_numbers, confirm, counts, fill, state
from tests.documents.offices import DIRECTOR, ORGANISATION, Office, letter, record
from tests.documents.test_kills import ROOT, WORKER

DOCUMENTS = 60


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the statements and the transactions of the block."""
    found: Counter[str] = Counter()

    def note(_c: object, _cursor: object, _s: str, _p: object, _x: object, many: bool) -> None:
        found["many" if many else "single"] += 1

    def commit(_connection: object) -> None:
        found["commits"] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    event.listen(db.engine, "commit", commit)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        event.remove(db.engine, "commit", commit)


def test_a_document_costs_few_statements_and_no_transaction_of_its_own(office: Office) -> None:
    """The measure behind the throughput (docs/performance.md); a loop over rows would show."""
    batch, _ = fill(office, DOCUMENTS)
    confirm(office, batch, DOCUMENTS)

    with office.context(), counted() as found:
        make_batches(db.session, office.app.extensions["documents-tools"])

    assert counts(office, batch)["made"] == DOCUMENTS
    statements = found["single"] + found["many"]
    assert statements / DOCUMENTS < 1.25, found
    assert found["commits"] / DOCUMENTS < 0.2, found


def test_the_end_comes_with_the_last_document(office: Office) -> None:
    batch, _ = fill(office, 3)
    confirm(office, batch, 3)

    office.work()

    assert (state(office, batch), counts(office, batch)["made"]) == ("done", 3)


def test_what_was_in_hand_of_a_killed_worker_is_taken_alone(office: Office) -> None:
    """Otherwise one document that kills its workers would make its neighbours fail."""
    batch, _ = fill(office, 6)
    confirm(office, batch, 6)
    taken = []

    with office.context():
        for minutes in (0, 3, 4, 4.5):
            with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutes)):
                taken.append(begin(office, batch))

    assert taken == [[1, 2, 3, 4], [1], [2], [3]]


def begin(office: Office, batch: str) -> list[int]:
    """Take documents in hand, as a worker does that is killed right after."""
    clock = office.app.extensions["documents-tools"].clock
    with transaction(db.session()) as session:
        begun = begin_items(Work(session, worker_actor(ORGANISATION), clock), UUID(batch), 4)
        ids = [one.item_id for one in begun]
        found = select(BatchItem.position).where(BatchItem.id.in_(ids))
        return sorted(session.scalars(found))


def test_without_a_time_stamp_documents_are_made_and_issued_when_there_is_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, ids = fill(office, 5)
    confirm(office, batch, 5)
    seal = office.app.extensions["documents-tools"].seal

    def refuse(*_given: object) -> bytes:
        raise SigningUnavailable("no time stamp")

    with monkeypatch.context() as patched:
        patched.setattr(type(seal), "seal", refuse)
        office.work(2)
        before = {office.view(key)["state"] for key in ids}
    office.clock.move_to(office.clock.now() + timedelta(hours=2))
    office.work(2)

    assert before == {"signed"}
    assert {office.view(key)["state"] for key in ids} == {"issued"}
    assert Counter(office.events(("document",))) == told_once(5)


def told_once(count: int) -> dict[str, int]:
    """Return what the feed tells of documents that were made and issued, each once."""
    return {f"document.{act}": count for act in ("signed", "made", "issued")}


def test_several_workers_share_a_batch(office: Office) -> None:
    batch, ids = fill(office, 50)
    confirm(office, batch, 50)
    settings = office.app.extensions["vyzva-settings"]
    words = [sys.executable, "-c", WORKER, str(settings.var), settings.database_url]

    workers = [
        subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [worker.communicate(timeout=120)[1] for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0], told
    assert (state(office, batch), counts(office, batch)["made"]) == ("done", 50)
    assert {office.view(key)["state"] for key in ids} == {"issued"}
    assert Counter(office.events(("document",))) == told_once(50)
    check_numbers(office)


def test_documents_that_people_sign_are_only_drawn_up(office: Office) -> None:
    batch, ids = fill(office, 3, DIRECTOR)
    confirm(office, batch, 3)

    office.work(2)

    assert {office.view(key)["state"] for key in ids} == {"draft"}
    assert office.events(("document",)) == ["document.made"] * 3


def test_a_seal_may_ask_the_database_from_its_thread(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seals of the settings do: which organisation they are for."""
    batch, ids = fill(office, 5)
    confirm(office, batch, 5)
    kind = type(office.app.extensions["documents-tools"].seal)
    seal, sessions = kind.seal, []

    def asking(*given: Any) -> bytes:
        with read_only(db.session()) as session:
            session.scalar(select(BatchItem.position).limit(1))
            sessions.append(session)
        return bytes(seal(*given))

    monkeypatch.setattr(kind, "seal", asking)
    office.work(2)

    assert {office.view(key)["state"] for key in ids} == {"issued"}
    assert len({id(one) for one in sessions}) == 5


def test_a_kept_request_is_read_as_it_came(office: Office) -> None:
    """It is checked once, when it comes; what is made of it later must be the same document."""
    for request in (
        record(),
        record(DIRECTOR, case_id=str(uuid4())),
        letter(box="aaaaaab", dispatch_by="2026-05-04"),
    ):
        came = DocumentIn().load(request)

        assert kept_facts(to_json(came)) == document_facts(came)


def test_files_of_a_group_are_kept_together_or_the_group_waits(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, ids = fill(office, 5)
    confirm(office, batch, 5)
    store = office.app.extensions["documents-tools"].files
    asked: list[int] = []

    def refuse(contents: Sequence[bytes]) -> list[str]:
        asked.append(len(contents))
        raise StoreFull(reason="test")

    with monkeypatch.context() as patched:
        patched.setattr(store, "put_all", refuse)
        office.work(1)
        hindered = counts(office, batch)
    office.work(2)

    assert (asked[0], hindered["waiting"]) == (15, 5)
    assert {office.view(key)["state"] for key in ids} == {"issued"}
    check_numbers(office)
