"""Checkpoints get time stamps that openssl accepts; without an authority they wait, visibly."""

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.stamp_desk import StampDesk
from services.documents.stamping import DeskStamper
from shared.evidence import anchoring
from shared.evidence.anchoring import Anchoring, Stamp, StampUnavailable
from shared.evidence.checking import check_logs
from shared.evidence.export import proof_of
from shared.evidence.keeping import Desk, last_anchor
from shared.evidence.offline import verify as offline
from tests.databases import sqlite_address
from tests.shared.evidence_world import LOG, desk_in, do, exported, signed
from tests.shared.toy import ORGANISATION

pytestmark = pytest.mark.one_database
DAY = timedelta(days=1)


@dataclass
class Counting:
    """A stamper that counts, and fails while it is told to."""

    inner: DeskStamper
    is_away: bool = False
    answer: Stamp | None = None
    asked: list[bytes] = field(default_factory=list)

    def stamp(self, organisation_id: UUID, digest: bytes) -> Stamp:
        self.asked.append(digest)
        if self.is_away:
            raise StampUnavailable("away")
        return self.answer or self.inner.stamp(organisation_id, digest)


@pytest.fixture(scope="module")
def stamps(tmp_path_factory: pytest.TempPathFactory) -> StampDesk:
    folder = tmp_path_factory.mktemp("pki")
    pki = DevelopmentPki(folder / "pki", is_production=False)
    return StampDesk([pki.stamp_source()], folder / "stamps")


@pytest.fixture
def stamper(stamps: StampDesk) -> Counting:
    return Counting(DeskStamper(stamps))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(anchoring, "LOOK_SECONDS", 0)
    with desk_in(tmp_path, sqlite_address(tmp_path)) as desk:
        do(desk, "receive", "check")
        signed(desk)
        yield desk


def anchored(desk: Desk) -> list[bytes]:
    table = desk.ledger.anchor
    found = list(desk.session().scalars(select(table.token).order_by(table.stamped_at)))
    desk.session().rollback()
    return found


def verdict(folder: Path) -> offline.Report:
    keys = offline.read_keys((folder / "keys.txt").read_text("utf-8"))
    return offline.judge(folder / LOG, keys, [])


def test_the_newest_checkpoint_is_stamped_once_and_copied(desk: Desk, stamper: Counting) -> None:
    work = Anchoring(desk, stamper, DAY)

    assert (work.run_once(), work.run_once()) == (1, 0)

    note = desk.copies.newest(ORGANISATION)
    assert note is not None and stamper.asked == [sha256(note.encode()).digest()]
    assert desk.copies.newest(ORGANISATION, "anchor") == note
    assert last_anchor(desk, ORGANISATION) is not None
    do(desk, "register")
    signed(desk)
    assert work.run_once() == 0  # the last stamp is young
    assert work.anchor(ORGANISATION) == 1  # but after a batch it may be asked for
    assert Anchoring(desk, stamper, timedelta(0)).run_once() == 0
    assert [one.verdict for one in check_logs(desk)] == [(None, None)]


def test_an_authority_that_is_away_is_asked_again_until_it_answers(
    desk: Desk, stamper: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    stamper.is_away = True
    work = Anchoring(desk, stamper, DAY)

    assert (work.run_once(), work.run_once(), anchored(desk)) == (0, 0, [])
    assert "no time stamp for the evidence log" in caplog.text
    assert last_anchor(desk, ORGANISATION) is None
    stamper.is_away = False
    assert (work.run_once(), len(anchored(desk))) == (1, 1)


def test_while_it_is_away_it_is_asked_more_and_more_seldom(
    desk: Desk, stamper: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(anchoring, "LOOK_SECONDS", 30)
    monkeypatch.setattr(anchoring, "monotonic", lambda: now[0])
    stamper.is_away = True
    work = Anchoring(desk, stamper, DAY)
    tried = []
    for second in range(0, 24 * 3600, 10):
        now[0] = 1000.0 + second
        before = len(stamper.asked)
        work.run_once()
        tried += [second] if len(stamper.asked) > before else []

    pauses = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert pauses[:4] == [60, 120, 240, 480]
    assert set(pauses[6:]) == {3600}


def test_a_stamp_over_something_else_is_not_kept(desk: Desk, stamper: Counting) -> None:
    other = stamper.inner.stamp(ORGANISATION, sha256(b"something else").digest())
    stamper.answer = other
    work = Anchoring(desk, stamper, DAY)

    with pytest.raises(StampUnavailable):
        work.anchor(ORGANISATION)
    stamper.answer = replace(other, token=other.token[:-9])
    with pytest.raises(StampUnavailable):
        work.anchor(ORGANISATION)
    assert anchored(desk) == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_the_stamp_over_the_checkpoint(
    desk: Desk, stamper: Counting, tmp_path: Path
) -> None:
    Anchoring(desk, stamper, DAY).run_once()
    [token] = anchored(desk)
    roots = desk.session().scalars(select(desk.ledger.anchor.roots)).one()
    note, stamp, trusted = (tmp_path / name for name in ("note", "token.der", "roots.pem"))
    note.write_text(desk.copies.newest(ORGANISATION) or "", "utf-8")
    stamp.write_bytes(token)
    trusted.write_text(roots)
    words = ["openssl", "ts", "-verify", "-data", note, "-in", stamp, "-token_in"]

    done = subprocess.run(
        [*map(str, words), "-CAfile", str(trusted)], capture_output=True, check=False
    )
    note.write_text("another note", "utf-8")
    other = subprocess.run(
        [*map(str, words), "-CAfile", str(trusted)], capture_output=True, check=False
    )

    assert (done.returncode, other.returncode) == (0, 1)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_flipped_stamp_is_found_offline(desk: Desk, stamper: Counting, tmp_path: Path) -> None:
    """In one of both places; what is flipped alike in both must still verify to pass."""
    Anchoring(desk, stamper, DAY).run_once()
    folder = exported(desk, tmp_path / "out")
    assert verdict(folder).faults == []
    assert len(verdict(folder).anchors) == 1 and not verdict(folder).is_unchecked
    both = [folder / LOG / f"{name}.jsonl" for name in ("checkpoints", "copies")]
    whole = both[0].read_bytes()
    begin = whole.index(b'"token": "') + 10
    for place in range(begin, len(whole) - 5, 97):
        bad = bytearray(whole)
        bad[place] ^= 1
        both[0].write_bytes(bad)
        assert verdict(folder).faults, place
        both[1].write_bytes(bad)
        report = verdict(folder)
        assert report.faults or len(report.anchors) == 1
        for path in both:
            path.write_bytes(whole)


def test_an_extract_carries_the_stamp(desk: Desk, stamper: Counting) -> None:
    Anchoring(desk, stamper, DAY).run_once()
    do(desk, "late")
    signed(desk)
    early = proof_of(desk, ORGANISATION, [UUID(int=1)])
    late = proof_of(desk, ORGANISATION, [UUID(int=0)])

    assert offline.judge_proof(early, {}, []).anchors and late["anchor"] is None
    early["anchor"]["token"] = early["anchor"]["token"][:400]
    with pytest.raises((offline.Bad, ValueError)):
        offline.judge_proof(early, {}, [])
