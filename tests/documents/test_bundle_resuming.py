"""A bundle that is stopped anywhere goes on where it stopped, and nothing is written twice."""

import io
import os
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from services.documents import failpoints, passing
from services.documents.bundling.maker import Bounds, BundleMaker
from services.documents.domain.bundles import CHAPTERS
from services.documents.models import Audit, Bundle, BundlePiece, BundleStretch, db
from services.documents.service.bundle_making import MOST_ATTEMPTS
from services.documents.tools import Tools
from shared.clock import SystemClock
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    NOW,
    STRANGER,
    Office,
    open_office,
)
from tests.documents.test_bundles import ask, fetch, opened, signed
from tests.house.tree import ROOT

DOCUMENTS = 4
WORKER = """
import sys
from datetime import timedelta
from pathlib import Path
from services.documents.app import create_app
from services.documents.bundling.maker import Bounds, BundleMaker
from services.documents.config import DocumentsSettings
from services.documents.models import db
from shared.clock import FrozenClock
from shared.config import load
from tests.documents.offices import NOW
given = {"var": Path(sys.argv[1]), "database_url": sys.argv[2], "public_url": "http://localhost"}
app = create_app(load(DocumentsSettings, **given), FrozenClock(NOW + timedelta(days=1)))
with app.app_context():
    maker = BundleMaker(db.session, app.extensions["documents-tools"], bounds=Bounds(octets=1))
    while maker.run_once():
        pass
"""
PLACES = [("bundle.stored", 2), ("bundle.kept", 7), ("bundle.committed", 10)]
"""Among the documents, between two chapters, after the seal."""
TOLD_ANEW = ("index.", "log/", "verification/")
"""Names what is told of the moment: the bundle itself, the newest checkpoint."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Office:
    """Give an office with a few issued documents of one project, in a tree of the night."""
    office = open_office(tmp_path_factory.mktemp("filled") / "var", module_database_url)
    fill(office)
    office.clock.move_to(office.clock.now() + timedelta(days=1))
    office.work(2)
    office.clock.move_to(NOW + timedelta(days=1))
    return office


def fill(office: Office, count: int = DOCUMENTS) -> None:
    office.make_key(DIRECTOR)
    for _ in range(count):
        signed(office)
    office.work(3)


def maker(office: Office) -> BundleMaker:
    """Return a worker that keeps every document as a stretch of its own."""
    tools: Tools = office.app.extensions["documents-tools"]
    return BundleMaker(db.session, tools, slice_seconds=0, bounds=Bounds(octets=1))


def make(office: Office, steps: int | None = None) -> None:
    """Work on bundles to their end, or for so many steps; the lease of others has ended."""
    with office.context():
        end_lease()
        working, done = maker(office), 0
        while done != steps and working.run_once():
            done += 1
        working._close()


def end_lease() -> None:
    ended = SystemClock().now().replace(year=2020)
    db.session.execute(update(Bundle).values(leased_until=ended, next_at=ended))
    db.session.commit()


def view(office: Office, bundle: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = office.service("GET", f"/bundles/{bundle['id']}").json
    return found


def pieces(office: Office, bundle: dict[str, Any]) -> list[str]:
    with office.context():
        own = select(BundlePiece.sha256).where(BundlePiece.bundle_id == UUID(bundle["id"]))
        return list(db.session.scalars(own.order_by(BundlePiece.ordinal)))


def stretches(office: Office, bundle: dict[str, Any]) -> int:
    with office.context():
        own = select(BundleStretch.id).where(BundleStretch.bundle_id == UUID(bundle["id"]))
        return len(db.session.scalars(own).all())


def contents(office: Office, bundle: dict[str, Any]) -> dict[str, bytes]:
    reply = fetch(office, bundle["id"])
    assert reply.status_code == 200, reply.json
    return opened(reply.data)


def steer(office: Office, bundle: dict[str, Any], act: str) -> Any:
    return office.service("POST", f"/bundles/{bundle['id']}/{act}")


def work_until(office: Office, failpoint: str) -> subprocess.CompletedProcess[str]:
    settings = office.app.extensions["vyzva-settings"]
    words = [sys.executable, "-c", WORKER, str(settings.var), settings.database_url]
    environment = {**os.environ, failpoints.VARIABLE: failpoint}
    return subprocess.run(
        words, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize(("place", "when"), PLACES)
def test_killed_anywhere_another_worker_ends_the_same_bundle(
    filled: Office, place: str, when: int
) -> None:
    whole = ask(filled)
    make(filled)
    bundle = ask(filled)

    killed = work_until(filled, f"{place}:kill:{when}")
    half, kept = view(filled, bundle), pieces(filled, bundle)
    written = stretches(filled, bundle)
    make(filled)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert half["state"] == "making"
    assert written == when - (place != "bundle.committed")
    assert pieces(filled, bundle)[: len(kept)] == kept
    found, other = contents(filled, bundle), contents(filled, whole)
    told = [name for name in found if not name.startswith((*TOLD_ANEW, "META-INF/"))]
    assert {n: found[n] for n in told} == {n: other[n] for n in told}
    assert len([n for n in told if n.endswith(".pdf")]) == 2 * DOCUMENTS
    assert found.keys() == other.keys()
    assert check_script(filled, bundle).returncode == 0
    assert stretches(filled, bundle) == 0
    with filled.context():
        made = select(Audit).where(Audit.act == "make", Audit.subject_id == UUID(bundle["id"]))
        assert len(db.session.scalars(made).all()) == 1


def check_script(office: Office, bundle: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Have the script in the bundle judge it."""
    folder = office.app.extensions["vyzva-settings"].var / "checked"
    folder.mkdir(exist_ok=True)
    container, script = folder / "bundle.asice", folder / "check.py"
    container.write_bytes(fetch(office, bundle["id"]).data)
    with zipfile.ZipFile(io.BytesIO(container.read_bytes())) as archive:
        script.write_bytes(archive.read("check.py"))
    words = [sys.executable, "-I", str(script), str(container)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_without_a_failpoint_the_same_worker_ends_well(filled: Office) -> None:
    """Otherwise the kills above would prove nothing."""
    bundle = ask(filled)

    done = work_until(filled, "nowhere:kill:1")

    assert done.returncode == 0, done.stderr
    assert view(filled, bundle)["state"] == "ready"


def test_every_chapter_ends_a_stretch(filled: Office) -> None:
    """Even a bundle that is far smaller than a piece loses no whole chapter."""
    bundle = ask(filled)
    with filled.context():
        end_lease()
        tools: Tools = filled.app.extensions["documents-tools"]
        working, seen = BundleMaker(db.session, tools, slice_seconds=0), list[str]()
        while working.run_once():
            own = select(BundleStretch.chapter).where(BundleStretch.bundle_id == UUID(bundle["id"]))
            row = db.session.scalars(own.order_by(BundleStretch.ordinal.desc()).limit(1)).first()
            db.session.rollback()
            seen += [row] if row and row not in seen else []

    assert seen == list(CHAPTERS[1:])


def test_a_bundle_is_paused_and_goes_on(filled: Office) -> None:
    bundle = ask(filled)
    make(filled, 6)
    half = view(filled, bundle)
    with filled.context():
        end_lease()
        working = maker(filled)
        working.run_once()

        paused = steer(filled, bundle, "pause").json
        for _ in range(3):
            working.run_once()
        kept = pieces(filled, bundle)
        assert maker(filled).run_once() == 0

    assert 0 < half["done"] < DOCUMENTS
    assert (paused["state"], view(filled, bundle)["state"]) == ("paused", "paused")
    assert steer(filled, bundle, "pause").status_code == 409
    assert steer(filled, bundle, "resumption").json["state"] == "waiting"
    make(filled)
    assert view(filled, bundle)["state"] == "ready"
    assert pieces(filled, bundle)[: len(kept)] == kept
    assert check_script(filled, bundle).returncode == 0


def test_a_bundle_is_cancelled_and_stays_so(filled: Office) -> None:
    bundle = ask(filled)
    make(filled, 6)

    cancelled = steer(filled, bundle, "cancellation").json
    make(filled)

    assert (cancelled["state"], view(filled, bundle)["state"]) == ("cancelled", "cancelled")
    assert fetch(filled, bundle["id"]).status_code == 409
    for act in ("pause", "resumption", "cancellation"):
        assert steer(filled, bundle, act).status_code == 409
    assert stretches(filled, bundle) == 0
    with filled.context():
        acts = select(Audit.act).where(Audit.subject_id == UUID(bundle["id"]))
        assert db.session.scalars(acts.order_by(Audit.recorded_at)).all() == ["ask_for", "cancel"]


def test_only_who_may_have_it_may_steer_it(filled: Office) -> None:
    bundle = ask(filled)
    path = f"/bundles/{bundle['id']}/pause"

    assert filled.api("POST", path, ASSISTANT).status_code == 403
    assert filled.api("POST", path, STRANGER).status_code == 404
    assert filled.api("POST", path, AUDITOR).status_code == 200


@pytest.mark.parametrize("column", ["notes", "chapter"])
def test_what_somebody_wrote_into_the_database_is_not_sealed(filled: Office, column: str) -> None:
    """Notes about a stretch that lack our mark are not believed: the bundle is begun anew."""
    bundle = ask(filled)
    make(filled, 6)
    with filled.context():
        own = select(BundleStretch).where(BundleStretch.bundle_id == UUID(bundle["id"]))
        rows = db.session.scalars(own.order_by(BundleStretch.ordinal)).all()
        if column == "notes":
            rows[0].notes = rows[1].notes
        else:  # where to go on is what the last stretch says
            assert rows[-1].chapter == CHAPTERS[0]
            rows[-1].chapter = CHAPTERS[-2]
        db.session.commit()

    make(filled)

    assert view(filled, bundle)["state"] == "ready"
    assert len([n for n in contents(filled, bundle) if n.endswith(".pdf")]) == 2 * DOCUMENTS
    assert check_script(filled, bundle).returncode == 0


def test_what_kills_every_worker_is_given_up_and_may_be_tried_again(filled: Office) -> None:
    bundle = ask(filled)
    with filled.context():
        db.session.get_one(Bundle, UUID(bundle["id"])).attempts = MOST_ATTEMPTS
        db.session.commit()

    make(filled)
    given_up = view(filled, bundle)["state"]
    steer(filled, bundle, "resumption")
    make(filled)

    assert given_up == "failed"
    assert view(filled, bundle)["state"] == "ready"


def another_verifier(_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "edition", lambda: "another")


def days_later(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    office.clock.move_to(office.clock.now() + timedelta(days=7))


def a_revocation(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    tools: Tools = office.app.extensions["documents-tools"]
    assert tools.pki is not None
    tools.pki.revoke(4711, office.clock.now())


CHANGES = [another_verifier, days_later, a_revocation]


def test_the_verifiers_report_is_used_again_until_something_changes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    judge = passing.judge_own

    def counted(tools: Any, known: Any, pdf: bytes) -> Any:
        judged.append(known.number)
        return judge(tools, known, pdf)

    monkeypatch.setattr(passing, "judge_own", counted)
    fill(office, 2)
    bundles = [ask(office) for _ in range(2)]
    make(office)

    assert len(judged) == 2
    one, two = (contents(office, bundle) for bundle in bundles)
    names = [name for name in one if name.startswith("verification/")]
    assert [one[name] for name in names] == [two[name] for name in names]
    assert all(b"judged_at" in one[name] or b"Posouzeno" in one[name] for name in names)
    for count, change in enumerate(CHANGES, start=2):
        change(office, monkeypatch)
        ask(office)
        make(office)
        assert len(judged) == 2 * count, change.__name__
