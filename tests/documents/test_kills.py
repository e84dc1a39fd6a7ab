"""The worker is killed at every named place between a request and an issued document (T5)."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select

from services.documents import failpoints
from services.documents.adapters.files import StoreFull, StoreUnavailable
from services.documents.app import create_app
from services.documents.config import DocumentsSettings
from services.documents.models import BatchItem, Revision, db
from services.documents.storage.checking import Found, check_store, named_files
from shared.config import SettingsError, load
from tests.documents.batch_office import check_numbers, confirm, counts, fill, listed, state
from tests.documents.offices import DIRECTOR, Office, record
from tests.house.tree import ROOT

WORKER = """
import sys
from pathlib import Path
from services.documents.app import create_app
from services.documents.config import DocumentsSettings
from services.documents.worker import create_worker
from shared.clock import FrozenClock
from shared.config import load
from tests.documents.offices import NOW
given = {"var": Path(sys.argv[1]), "database_url": sys.argv[2], "public_url": "http://localhost"}
loop = create_worker(create_app(load(DocumentsSettings, **given), FrozenClock(NOW)))
for _ in range(4):
    loop.run_once()
"""
SEALING = ["seal.made", "seal.stored", "seal.kept", "seal.committed"]
PLACES = ["batch.claimed", "batch.stored", "batch.kept", "batch.committed", *SEALING]


def work_until(office: Office, failpoint: str) -> subprocess.CompletedProcess[str]:
    """Let a worker in a process of its own do what is due, until a failpoint ends it."""
    settings = office.app.extensions["vyzva-settings"]
    words = [sys.executable, "-c", WORKER, str(settings.var), settings.database_url]
    environment = {**os.environ, failpoints.VARIABLE: failpoint}
    return subprocess.run(
        words,
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("place", PLACES)
def test_killed_anywhere_the_job_goes_on_and_every_number_is_used_once(
    office: Office, place: str
) -> None:
    batch, ids = fill(office, 3)
    confirm(office, batch, 3)
    reserved = [item["number"] for item in listed(office, batch)]

    killed = work_until(office, f"{place}:kill:2")
    half = {item["document_id"]: item["state"] for item in listed(office, batch)}
    known = {key for key in ids if office.service("GET", f"/documents/{key}").status_code == 200}
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        office.work(5)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    # Before the worker came back: a document is there if, and only if, its batch says so.
    assert known == {key for key, told in half.items() if told == "made"}
    assert (state(office, batch), counts(office, batch)["made"]) == ("done", 3)
    views = [office.view(key) for key in ids]
    assert [view["state"] for view in views] == ["issued"] * 3
    assert [view["number"] for view in views] == reserved
    assert office.events(("document",)).count("document.issued") == 3
    check_numbers(office)
    assert _files(office).is_good


def test_without_a_failpoint_the_same_worker_ends_well(office: Office) -> None:
    """Otherwise the kills above would prove nothing."""
    batch, _ = fill(office, 3)
    confirm(office, batch, 3)

    done = work_until(office, "nowhere:kill:1")

    assert done.returncode == 0, done.stderr
    assert counts(office, batch)["made"] == 3


@pytest.mark.parametrize("place", SEALING)
def test_killed_while_it_seals_what_people_signed_the_document_is_issued_once(
    office: Office, place: str
) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))
    assert office.sign(made["id"], DIRECTOR).status_code == 201

    killed = work_until(office, f"{place}:kill:1")
    half = office.view(made["id"])["state"]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=15)):
        office.clock.move_to(office.clock.now() + timedelta(minutes=15))
        office.work(3)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert half == ("issued" if place == "seal.committed" else "signed")
    view = office.view(made["id"])
    assert (view["state"], view["trouble"], view["number"]) == ("issued", None, made["number"])
    assert office.events(("document",)) == ["document.signed", "document.issued"]
    with office.context():
        issued = select(Revision).where(Revision.document_id == UUID(made["id"]))
        assert [row.sha256 for row in db.session.scalars(issued)] == [view["sha256"]]
    assert _files(office).is_good


def test_broken_off_before_it_counts_a_signature_is_none_and_can_be_made_anew(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signed file lies in the store already; nothing names it."""
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))
    before = office.stored()

    with monkeypatch.context() as patched:
        patched.setattr(failpoints, "_asked", "sign.stored:raise:1")
        patched.setattr(failpoints, "_reached", Counter())
        broken = office.sign(made["id"], DIRECTOR)
    after = office.stored()

    assert (broken.status_code, after) == (500, before)
    assert office.sign(made["id"], DIRECTOR).status_code == 201
    office.work(2)
    assert office.view(made["id"])["state"] == "issued"
    assert office.events(("document",)) == ["document.signed", "document.issued"]


def test_what_kills_every_worker_fails_at_last(office: Office) -> None:
    batch, ids = fill(office, 2)
    confirm(office, batch, 2)
    with office.context():
        session = db.session()
        session.get_one(BatchItem, UUID(ids[0])).attempts = 5
        session.commit()

    office.work(2)

    assert counts(office, batch) == {"waiting": 0, "made": 1, "failed": 1, "void": 0}
    told = {item["document_id"]: item["reason"] for item in listed(office, batch)}
    assert "opakovaně skončila bez výsledku" in told[ids[0]]
    assert not told[ids[1]]
    assert office.service("GET", f"/documents/{ids[0]}").status_code == 404
    check_numbers(office)


@pytest.mark.parametrize("kind", [StoreFull, StoreUnavailable])
def test_without_room_for_the_sealed_file_nothing_is_issued_until_there_is(
    office: Office, monkeypatch: pytest.MonkeyPatch, kind: type[StoreFull | StoreUnavailable]
) -> None:
    made = office.put(record())
    store = office.app.extensions["documents-tools"].files

    def refuse(_content: bytes) -> str:
        raise kind(reason="test")

    with monkeypatch.context() as patched:
        patched.setattr(store, "put", refuse)
        office.work(2)
        hindered = office.view(made["id"])
    office.clock.move_to(office.clock.now() + timedelta(minutes=31))
    office.work(2)
    issued = office.view(made["id"])

    assert (hindered["state"], hindered["trouble"]) == ("signed", "no_store")
    assert (issued["state"], issued["trouble"]) == ("issued", None)
    assert issued["number"] == made["number"]


def test_a_real_installation_cannot_be_made_to_fail(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failpoints, "_asked", "seal.made:kill:1")
    real = {"mode": "trial", "secret_key": "x" * 32, "keys": "keys"}
    settings = office.app.extensions["vyzva-settings"]
    given = {**real, "var": settings.var, "database_url": settings.database_url}

    with pytest.raises(SettingsError, match=failpoints.VARIABLE):
        create_app(load(DocumentsSettings, **given, public_url="https://vyzva.example.org"))


def test_an_unknown_place_or_act_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "_asked", "here:raise:2")
    failpoints.hit("there")
    failpoints.hit("here")

    with pytest.raises(failpoints.FailpointReached):
        failpoints.hit("here")


def _files(office: Office) -> Found:
    store = office.app.extensions["documents-tools"].files
    with office.context():
        *_, found = check_store(store, named_files(db.session()))
    return found
