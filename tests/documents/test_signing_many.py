"""One person signs many documents with one secret: counted, each once, the key forgotten."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from services.documents import failpoints
from services.documents.domain.secrets import WrongSecret
from services.documents.holding.held_key import HeldKey, KeyGone, Term
from services.documents.models import Audit, Base, SigningItem, SigningJob, SigningKey, db
from services.documents.signing.port import PersonKey, SigningUnavailable
from shared.actors import Actor
from tests.documents.batch_office import confirm, fill
from tests.documents.offices import (
    ASSISTANT,
    CONTROLLER,
    DIRECTOR,
    SECRET,
    Office,
    record,
)
from tests.house.tree import ROOT

ENOUGH = 30.0
SIGNER = """
import sys
from pathlib import Path
from threading import Thread
from uuid import UUID
from services.documents.acts import Bench
from services.documents.app import create_app
from services.documents.config import DocumentsSettings
from services.documents.models import SigningJob, db
from services.documents.signing_many import begin
from shared.actors import Actor
from shared.clock import FrozenClock
from shared.config import load
from shared.db import reading
from tests.documents.offices import NOW, SECRET
given = {"var": Path(sys.argv[1]), "database_url": sys.argv[2], "public_url": "http://localhost"}
app, job, threads = create_app(load(DocumentsSettings, **given), FrozenClock(NOW)), None, []
def background(act):
    def run():
        with app.app_context(), reading():
            act()
    threads.append(Thread(target=run))
    threads[0].start()
with app.app_context():
    job = db.session().get_one(SigningJob, UUID(sys.argv[3]))
    count, organisation, person, name = 3, job.organisation_id, job.person_id, job.name
    db.session().rollback()
    actor = Actor(organisation_id=organisation, name=name, person_id=person,
                  roles=frozenset({"director"}))
    bench = Bench(db.session, app.extensions["documents-tools"], actor)
    begin(bench, UUID(sys.argv[3]), count, SECRET, background)
threads[0].join()
"""
PLACES = ["many.claimed", "many.made", "many.kept", "many.committed"]


def prepare(office: Office, actor: Actor = DIRECTOR, batch: str = "") -> str:
    """List what waits for the person; return the job's id."""
    key = uuid4()
    data = {"job_id": str(key), "batch_id": batch}
    reply = office.browser(actor).post("/signings", data=data)
    assert reply.headers.get("Location") == f"/signings/{key}", reply.text
    return str(key)


def begin(
    office: Office,
    job: str,
    actor: Actor = DIRECTOR,
    secret: str = SECRET,
    count: int | None = None,
) -> Any:
    data = {"signing_secret": secret} | ({"count": str(count)} if count else {})
    return office.browser(actor).post(f"/signings/{job}/beginning", data=data)


def row(office: Office, job: str) -> tuple[str, str | None, dict[str, int]]:
    """Return a job's state, its trouble, and how many documents are in each state."""
    with office.context():
        session = db.session()
        found = session.get_one(SigningJob, UUID(job))
        told = found.state, found.trouble
        counts: dict[str, int] = {}
        for item in session.query(SigningItem).filter_by(job_id=UUID(job)):
            counts[item.state] = counts.get(item.state, 0) + 1
    return (*told, counts)


def wait_for(is_so: Callable[[], bool]) -> None:
    end = monotonic() + ENOUGH
    while not is_so():
        assert monotonic() < end, "it took too long"
        sleep(0.05)


def ended(office: Office, job: str) -> tuple[str, str | None, dict[str, int]]:
    wait_for(lambda: row(office, job)[0] != "running")
    for thread in threading.enumerate():
        if thread.name == "signing":
            thread.join(ENOUGH)
    return row(office, job)


def signed_once(office: Office, ids: list[str]) -> bool:
    """Tell whether each document bears exactly one act of signing in the audit trail."""
    with office.context():
        acts = db.session().query(Audit.subject_id).filter(Audit.act == "sign").all()
    return sorted(str(one.subject_id) for one in acts) == sorted(ids)


def drafts(office: Office, count: int, *signers: Actor) -> list[str]:
    wanted = [record(*signers, title=f"Záznam {n}") for n in range(count)]
    return [str(office.put(one)["id"]) for one in wanted]


def test_a_whole_batch_is_signed_with_one_secret(office: Office) -> None:
    office.make_key(DIRECTOR)
    batch, ids = fill(office, 60, DIRECTOR)
    confirm(office, batch, 60)
    office.work(4)
    other = drafts(office, 1, DIRECTOR)

    job = prepare(office, batch=batch)
    before = office.browser(DIRECTOR).get(f"/signings/{job}").text
    wrong = begin(office, job, count=59)
    right = begin(office, job, count=60)
    told = ended(office, job)

    assert "Podepsat všechny dokumenty: 60" in before
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "K podpisu je 60 dokumentů, napsali jste 59." in wrong.text
    assert told == ("done", None, {"signed": 60})
    assert signed_once(office, ids)
    assert office.view(other[0])["state"] == "draft"
    assert "Podepsáno 60 z 60." in office.browser(DIRECTOR).get(f"/signings/{job}").text


def test_a_wrong_secret_signs_nothing_and_counts(office: Office) -> None:
    office.make_key(DIRECTOR)
    drafts(office, 2, DIRECTOR)
    job = prepare(office)

    refused = begin(office, job, secret="jiné heslo než ono", count=2)

    assert refused.status_code in (403, 422)
    assert row(office, job) == ("prepared", None, {"waiting": 2})
    with office.context():
        assert db.session().query(SigningKey).one().failures == 1


def test_what_cannot_be_signed_is_listed_with_its_reason_and_the_rest_goes_on(
    office: Office,
) -> None:
    office.make_key(DIRECTOR)
    ids = drafts(office, 3, DIRECTOR)
    job = prepare(office)
    assert office.sign(ids[0], DIRECTOR).status_code == 201
    cancelled = office.service("POST", f"/documents/{ids[1]}/cancellation", {"reason": "Omyl."})

    begin(office, job, count=3)
    told = ended(office, job)
    page = office.browser(DIRECTOR).get(f"/signings/{job}").text
    german = office.browser(DIRECTOR).get(f"/signings/{job}", headers={"Accept-Language": "de"})

    assert cancelled.status_code == 200
    assert told == ("done", None, {"signed": 1, "refused": 2})
    assert "už máte podepsaný" in page
    assert "už na žádný podpis nečeká" in page
    assert "steht keine Signatur mehr aus" in german.text


def test_two_people_sign_the_same_documents_at_the_same_time(office: Office) -> None:
    office.make_key(DIRECTOR)
    office.make_key(CONTROLLER)
    ids = drafts(office, 8, DIRECTOR, CONTROLLER)
    first, second = prepare(office, DIRECTOR), prepare(office, CONTROLLER)

    begin(office, first, DIRECTOR, count=8)
    begin(office, second, CONTROLLER, count=8)

    assert ended(office, first) == ("done", None, {"signed": 8})
    assert ended(office, second) == ("done", None, {"signed": 8})
    assert {office.view(key)["state"] for key in ids} == {"signed"}


def test_a_pause_forgets_the_key_and_going_on_asks_for_the_secret(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.make_key(DIRECTOR)
    ids = drafts(office, 3, DIRECTOR)
    job = prepare(office)
    stamps = office.app.extensions["documents-tools"].stamps
    with monkeypatch.context() as silent:
        silent.setattr(stamps, "stamp", _silent)
        begin(office, job, count=3)
        wait_for(lambda: row(office, job)[1] == "no_stamp")
        paused = office.browser(DIRECTOR).post(f"/signings/{job}/pause", data={})
    asked = office.browser(DIRECTOR).get(f"/signings/{job}").text
    unasked = begin(office, job, secret="")
    again = begin(office, job)

    assert paused.status_code == 303
    assert "Podepsat zbytek: 3" in asked
    assert unasked.status_code == 422
    assert again.status_code == 303
    assert ended(office, job) == ("done", None, {"signed": 3})
    assert signed_once(office, ids)


def _silent(*_given: Any, **_more: Any) -> bytes:
    raise SigningUnavailable("nobody answers")


@pytest.mark.parametrize("place", PLACES)
def test_killed_anywhere_the_job_pauses_and_goes_on_with_the_secret(
    office: Office, place: str
) -> None:
    office.make_key(DIRECTOR)
    ids = drafts(office, 3, DIRECTOR)
    job = prepare(office)
    settings = office.app.extensions["vyzva-settings"]
    words = [sys.executable, "-c", SIGNER, str(settings.var), settings.database_url, job]
    environment = {**os.environ, failpoints.VARIABLE: f"{place}:kill:2"}

    killed = subprocess.run(
        words, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    half = row(office, job)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        office.work()
    lost = row(office, job)
    begin(office, job)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (half[0], lost[:2]) == ("running", ("paused", "lost"))
    assert ended(office, job) == ("done", None, {"signed": 3})
    assert signed_once(office, ids)


def test_neither_the_secret_nor_the_key_is_anywhere_but_in_the_agent(
    office: Office, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    caplog.set_level("DEBUG")
    office.make_key(DIRECTOR)
    drafts(office, 2, DIRECTOR)
    job = prepare(office)

    begin(office, job, count=2)
    ended(office, job)

    stored = " ".join(office.stored().values())
    folder = office.app.extensions["vyzva-settings"].var
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert SECRET not in stored
    assert SECRET not in caplog.text
    assert files
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
    assert {"signing_job", "signing_item"} <= set(Base.metadata.tables)


def test_a_person_without_a_kept_key_is_told_and_cannot(office: Office) -> None:
    drafts(office, 2, DIRECTOR)
    job = prepare(office)

    page = office.browser(DIRECTOR).get(f"/signings/{job}").text
    refused = begin(office, job, count=2)

    assert "kartou nebo tokenem podepisujte po jednom" in page
    assert refused.status_code == 409


def test_a_job_is_its_persons_own(office: Office) -> None:
    office.make_key(DIRECTOR)
    drafts(office, 2, DIRECTOR)
    job = prepare(office)

    assert office.browser(ASSISTANT).get(f"/signings/{job}").status_code == 404
    assert begin(office, job, ASSISTANT, count=2).status_code == 404
    assert row(office, job)[0] == "prepared"


def test_a_job_can_be_left(office: Office) -> None:
    office.make_key(DIRECTOR)
    ids = drafts(office, 2, DIRECTOR)
    job = prepare(office)

    office.browser(DIRECTOR).post(f"/signings/{job}/cancellation", data={})

    assert row(office, job) == ("cancelled", None, {"left": 2})
    assert office.view(ids[0])["state"] == "draft"


def kept_key(office: Office) -> tuple[PersonKey, UUID]:
    office.make_key(DIRECTOR)
    with office.context():
        found = db.session().query(SigningKey).one()
        return PersonKey(found.certificate, found.locked), found.person_id


def test_the_agent_signs_its_number_and_ends(office: Office) -> None:
    key, person = kept_key(office)

    with HeldKey(key, SECRET, person, Term(seconds=30, most=2)) as held:
        first, second = held.sign(b"one"), held.sign(b"two")
        with pytest.raises(KeyGone):
            held.sign(b"three")

    assert first != second


def test_the_agent_ends_with_its_time(office: Office) -> None:
    key, person = kept_key(office)

    with HeldKey(key, SECRET, person, Term(seconds=2, most=99)) as held:
        held.sign(b"in time")
        sleep(2.2)
        with pytest.raises(KeyGone):
            held.sign(b"too late")


def test_the_agent_does_not_open_with_another_secret_or_for_another_person(office: Office) -> None:
    key, person = kept_key(office)

    for secret, who in (("something else 1", person), (SECRET, uuid4())):
        with pytest.raises(WrongSecret):
            HeldKey(key, secret, who, Term(seconds=30, most=1))


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of processes is Linux's")
def test_nobody_of_the_same_account_reads_the_agents_memory(office: Office) -> None:
    key, person = kept_key(office)

    with HeldKey(key, SECRET, person, Term(seconds=30, most=1)) as held:
        folder = Path(f"/proc/{held._process.pid}")
        told = {name: (folder / name).read_text() for name in ("cmdline", "status", "limits")}
        owner = (folder / "environ").stat().st_uid

    assert SECRET not in told["cmdline"]
    assert "Seccomp:\t2" in told["status"]
    assert re.search(r"Max core file size +0 +0 ", told["limits"])
    # What may not be looked into belongs to root; whoever runs this as root cannot tell.
    assert owner == 0
