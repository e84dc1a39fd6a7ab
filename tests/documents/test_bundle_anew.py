"""What of a bundle cannot stay is written anew: the old, the lost, what is not ours any more."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.documents.acts import Bench
from services.documents.bundling.maker import BundleMaker
from services.documents.bundling.making import open_bindery
from services.documents.domain.bundles import RECORDS
from services.documents.domain.soundness import MOST_AGE_IN_BUNDLES
from services.documents.models import Bundle, BundlePiece, BundleStretch, db
from services.documents.passing import marking_key
from services.documents.service import bundle_making
from services.documents.service.bundle_making import MOST_LOSSES
from services.documents.service.work import worker_actor
from services.documents.tools import Tools
from shared.calendar_cz import prague_day
from tests.documents.offices import NOW, ORGANISATION, Office, open_office
from tests.documents.test_bundle_resuming import (
    DOCUMENTS,
    check_script,
    contents,
    end_lease,
    fill,
    make,
    maker,
    pieces,
    steer,
    stretches,
    view,
)
from tests.documents.test_bundles import ask, wanted

PAUSE = timedelta(days=9)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Office:
    """Give an office with a few issued documents of one project."""
    office = open_office(tmp_path_factory.mktemp("filled") / "var", module_database_url)
    fill(office)
    return office


@pytest.fixture(autouse=True)
def a_day(filled: Office) -> None:
    filled.clock.move_to(NOW + timedelta(days=1))


def work_while(office: Office, goes_on: Callable[[], bool]) -> None:
    """Have one worker work on bundles while that holds; then it lets them go."""
    with office.context():
        end_lease()
        working = maker(office)
        while goes_on():
            db.session.rollback()
            assert working.run_once()
        working._close()


def half_made(office: Office, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a bundle of which some documents are kept."""
    bundle: dict[str, Any] = ask(office, body)
    work_while(office, lambda: len(pieces(office, bundle)) < DOCUMENTS - 1)
    return bundle


def last_chapter(office: Office, bundle: dict[str, Any]) -> str | None:
    with office.context():
        own = select(BundleStretch.chapter).where(BundleStretch.bundle_id == UUID(bundle["id"]))
        return db.session.scalars(own.order_by(BundleStretch.ordinal.desc()).limit(1)).first()


def kept_file(office: Office, sha256: str) -> Path:
    var: Path = office.app.extensions["vyzva-settings"].var
    return var / "documents" / "files" / sha256[:2] / sha256


def row_of(bundle: dict[str, Any]) -> Bundle:
    return db.session.get_one(Bundle, UUID(bundle["id"]), populate_existing=True)


def test_after_days_of_pause_it_tells_one_day_and_judges_deadlines_by_the_day_of_asking(
    filled: Office,
) -> None:
    asked_at = filled.clock.now()
    due = prague_day(asked_at) + timedelta(days=2)
    line = {**wanted()["deadlines"][0], "due": due.isoformat(), "done": None}
    bundle = half_made(filled, wanted(deadlines=[line]))
    before = pieces(filled, bundle)
    steer(filled, bundle, "pause")

    filled.clock.move_to(asked_at + PAUSE)
    steer(filled, bundle, "resumption")
    make(filled)

    found = contents(filled, bundle)
    index = json.loads(found["index.json"])
    (told,) = csv.DictReader(io.StringIO(found["deadlines.csv"].decode("utf-8-sig")))
    assert (told["verdict"], told["margin_days"]) == ("running", "2")
    day = prague_day(asked_at)
    assert told["judged_on"] == index["deadlines_judged_on"] == day.isoformat()
    assert f"{day.day}. {day.month}. {day.year}" in found["index.html"].decode().replace(
        "\xa0", " "
    )
    assert index["begun_at"] == index["made_at"]
    words = [json.loads(found[n]) for n in found if n.startswith("verif") and n.endswith("json")]
    made_at = datetime.fromisoformat(index["made_at"])
    ages = [made_at - datetime.fromisoformat(one["judged_at"]) for one in words]
    assert len(ages) == DOCUMENTS and max(ages) < MOST_AGE_IN_BUNDLES
    assert not set(before) & set(pieces(filled, bundle))
    assert check_script(filled, bundle).returncode == 0


def test_what_is_sealed_stays_as_old_as_it_is(filled: Office) -> None:
    bundle = ask(filled)
    work_while(filled, lambda: last_chapter(filled, bundle) != RECORDS)
    before = pieces(filled, bundle)

    filled.clock.move_to(filled.clock.now() + PAUSE)
    make(filled)

    assert pieces(filled, bundle)[: len(before)] == before
    assert check_script(filled, bundle).returncode == 0


def test_a_worker_that_lost_its_lease_takes_nothing_away(filled: Office) -> None:
    """It slept before it began; meanwhile another writes, and something there looks foreign."""
    bundle = ask(filled)
    tools: Tools = filled.app.extensions["documents-tools"]
    with filled.context():
        bench = Bench(db.session, tools, worker_actor(ORGANISATION))
        asleep = bundle_making.claim_bundle(bench.work(db.session()), UUID(bundle["id"]))
        db.session.commit()
        assert asleep is not None
    work_while(filled, lambda: stretches(filled, bundle) < DOCUMENTS - 1)
    before = pieces(filled, bundle)

    with filled.context():
        assert open_bindery(bench, asleep, io.BytesIO(), b"another key") is None
        db.session.rollback()

    assert pieces(filled, bundle) == before
    assert stretches(filled, bundle) == len(before)
    make(filled)
    assert pieces(filled, bundle)[: len(before)] == before


def test_only_what_follows_the_first_foreign_stretch_is_written_anew(filled: Office) -> None:
    bundle = half_made(filled)
    before = pieces(filled, bundle)
    swap(bundle, filled, 1, 2)
    tools: Tools = filled.app.extensions["documents-tools"]

    with filled.context():
        end_lease()
        bench = Bench(db.session, tools, worker_actor(ORGANISATION))
        claim = bundle_making.claim_bundle(bench.work(db.session()), UUID(bundle["id"]))
        db.session.commit()
        assert claim is not None
        open_bindery(bench, claim, io.BytesIO(), marking_key(tools.settings))

    assert pieces(filled, bundle) == before[:1]
    make(filled)
    assert pieces(filled, bundle)[: len(before)] == before
    assert check_script(filled, bundle).returncode == 0


def swap(bundle: dict[str, Any], office: Office, one: int, other: int) -> None:
    """Let two pieces change places in the database."""
    with office.context():
        own = select(BundlePiece).where(BundlePiece.bundle_id == UUID(bundle["id"]))
        rows = db.session.scalars(own.order_by(BundlePiece.ordinal)).all()
        rows[one].sha256, rows[other].sha256 = rows[other].sha256, rows[one].sha256
        db.session.commit()


def test_pieces_swapped_under_the_worker_are_no_bundle(filled: Office) -> None:
    bundle = ask(filled)
    with filled.context():
        end_lease()
        working = maker(filled)
        while last_chapter(filled, bundle) != RECORDS:
            working.run_once()
    swap(bundle, filled, 0, 2)

    with filled.context():
        while working.run_once():
            pass
    half = view(filled, bundle)
    make(filled)

    assert (half["state"], half["trouble"]) == ("making", "piece-lost")
    assert (view(filled, bundle)["state"], view(filled, bundle)["trouble"]) == ("ready", "")
    assert check_script(filled, bundle).returncode == 0


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_a_kept_piece_that_the_store_lost_is_written_anew(filled: Office, harm: str) -> None:
    bundle = half_made(filled)
    before = pieces(filled, bundle)
    path = kept_file(filled, before[1])
    path.unlink() if harm == "lost" else path.write_bytes(b"PK damaged")

    make(filled)
    half = view(filled, bundle)
    stayed = pieces(filled, bundle)
    make(filled)

    assert (half["state"], half["trouble"]) == ("making", "piece-lost")
    assert "Sestaví se znovu" in half["trouble_words"]
    assert stayed == before[:1]
    assert view(filled, bundle)["state"] == "ready"
    assert pieces(filled, bundle)[: len(before)] == before
    assert check_script(filled, bundle).returncode == 0


def test_a_store_that_loses_again_and_again_is_told_and_may_be_tried_later(
    filled: Office,
) -> None:
    bundle = ask(filled)
    for _ in range(MOST_LOSSES):
        work_while(filled, lambda: last_chapter(filled, bundle) != "sum")
        kept_file(filled, pieces(filled, bundle)[0]).unlink()
        make(filled)
    given_up = view(filled, bundle)

    steer(filled, bundle, "resumption")
    make(filled)

    assert (given_up["state"], given_up["trouble"]) == ("failed", "piece-lost")
    assert view(filled, bundle)["state"] == "ready"
    with filled.context():
        assert (row_of(bundle).losses, row_of(bundle).trouble) == (0, "")


def test_a_request_that_the_store_lost_is_told(filled: Office) -> None:
    bundle = ask(filled, wanted(title="Ztracená"))
    with filled.context():
        request = row_of(bundle).request_sha256
    kept_file(filled, request).unlink()

    make(filled)

    shown = view(filled, bundle)
    assert (shown["state"], shown["trouble"]) == ("making", "request-lost")
    assert "zadání" in shown["trouble_words"]
    steer(filled, bundle, "cancellation")


def test_a_fault_of_the_program_is_told_as_one(
    filled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = ask(filled)
    with filled.context(), monkeypatch.context() as patch:
        end_lease()
        patch.setattr("services.documents.bundling.making.read_notes", lambda _notes: 1 / 0)
        working: BundleMaker = maker(filled)
        assert working.run_once() == 1

    shown = view(filled, bundle)
    assert (shown["state"], shown["trouble"]) == ("making", "program-failed")
    make(filled)
    assert (view(filled, bundle)["state"], view(filled, bundle)["trouble"]) == ("ready", "")
