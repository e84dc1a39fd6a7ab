"""Checkpoints get time stamps that openssl accepts; without an authority they wait, visibly."""

import itertools
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.stamp_desk import StampDesk
from services.documents.stamping import DeskStamper
from shared.evidence import anchoring, authorities
from shared.evidence.anchoring import Anchoring, Stamp, StampUnavailable
from shared.evidence.authorities import StampJudge
from shared.evidence.checking import check_logs
from shared.evidence.export import proof_of
from shared.evidence.keeping import Desk, last_anchor, newest
from shared.evidence.offline import verify as offline
from tests.databases import sqlite_address
from tests.shared.evidence_world import LOG, always_stamped, desk_in, do, exported, signed
from tests.shared.toy import ORGANISATION

pytestmark = pytest.mark.one_database
NEEDS_OPENSSL = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is not installed"
)
END = "-----END CERTIFICATE-----\n"


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
    work = Anchoring(desk, stamper)

    assert (work.run_once(), work.run_once()) == (1, 0)

    note = desk.copies.newest(ORGANISATION)
    assert note is not None and stamper.asked == [sha256(note.encode()).digest()]
    assert desk.copies.newest(ORGANISATION, "anchor") == note
    assert last_anchor(desk, ORGANISATION) is not None
    do(desk, "register")
    signed(desk)
    assert work.run_once() == 0  # the last stamp is young
    assert work.anchor(ORGANISATION) == 1  # but after a batch it may be asked for
    assert Anchoring(always_stamped(desk), stamper).run_once() == 0
    assert [one.verdict for one in check_logs(desk)] == [(None, None)]


def test_an_authority_that_is_away_is_asked_again_until_it_answers(
    desk: Desk, stamper: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    stamper.is_away = True
    work = Anchoring(desk, stamper)

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
    work = Anchoring(desk, stamper)
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
    work = Anchoring(desk, stamper)

    with pytest.raises(StampUnavailable):
        work.anchor(ORGANISATION)
    stamper.answer = replace(other, token=other.token[:-9])
    with pytest.raises(StampUnavailable):
        work.anchor(ORGANISATION)
    assert anchored(desk) == []


@NEEDS_OPENSSL
def test_openssl_accepts_the_stamp_over_the_checkpoint(
    desk: Desk, stamper: Counting, tmp_path: Path
) -> None:
    Anchoring(desk, stamper).run_once()
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


@NEEDS_OPENSSL
def test_a_flipped_stamp_is_found_offline(desk: Desk, stamper: Counting, tmp_path: Path) -> None:
    """In one of both places; what is flipped alike in both must still verify to pass."""
    Anchoring(desk, stamper).run_once()
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
    Anchoring(desk, stamper).run_once()
    do(desk, "late")
    signed(desk)
    early = proof_of(desk, ORGANISATION, [UUID(int=1)])
    late = proof_of(desk, ORGANISATION, [UUID(int=0)])

    assert offline.judge_proof(early, {}, []).anchors and late["anchor"] is None
    early["anchor"]["token"] = early["anchor"]["token"][:400]
    with pytest.raises((offline.Bad, ValueError)):
        offline.judge_proof(early, {}, [])


def both_places(folder: Path) -> list[Path]:
    return [folder / LOG / f"{name}.jsonl" for name in ("checkpoints", "copies")]


def stamped_and_signed(desk: Desk, stamper: Counting) -> None:
    """Have the log stamped, and the entry that says so signed."""
    assert Anchoring(desk, stamper).run_once() == 1
    signed(desk)


def run_script(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(folder / "verify.py"), str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_stamps_that_were_taken_away_are_missed(
    desk: Desk, stamper: Counting, tmp_path: Path
) -> None:
    """In the database and among its copies alike: the log itself says that there was one."""
    stamped_and_signed(desk, stamper)
    folder = exported(desk, tmp_path / "out")
    assert verdict(folder).faults == []
    for path in both_places(folder):
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(one for one in lines if '"anchor"' not in one), "utf-8")

    assert verdict(folder).faults == [(2, "stripped")]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE evidence_anchor SET token = x'00'",
        "UPDATE evidence_anchor SET token = x'3000'",
        "DELETE FROM evidence_anchor",
    ],
)
def test_a_stamp_that_was_overwritten_is_found_within(
    desk: Desk, stamper: Counting, change: str
) -> None:
    stamped_and_signed(desk, stamper)
    assert [one.is_whole for one in check_logs(desk)] == [True]
    session = desk.session()
    for act in ("update", "delete"):
        session.execute(text(f"DROP TRIGGER evidence_anchor_no_{act}"))

    session.execute(text(change))
    session.commit()

    assert [one.verdict for one in check_logs(desk)] == [("anchor", 2)]


def test_a_stamp_of_which_the_log_knows_nothing_is_found_within(
    desk: Desk, stamper: Counting
) -> None:
    """Whoever may write into the database puts a good stamp in, past the log."""
    note = newest(desk.session(), desk.ledger, ORGANISATION)
    assert note is not None
    stamp = stamper.stamp(ORGANISATION, sha256(note.note.encode()).digest())
    row = desk.ledger.anchor(
        organisation_id=ORGANISATION,
        checkpoint_id=note.id,
        token=stamp.token,
        roots=stamp.roots,
        stamped_at=note.made_at,
    )
    desk.session().add(row)
    desk.session().commit()

    assert [one.verdict for one in check_logs(desk)] == [("anchor", 2)]


def test_a_stamp_is_no_reason_for_the_next_one(desk: Desk, stamper: Counting) -> None:
    always = Anchoring(always_stamped(desk), stamper)

    assert always.run_once() == 1
    signed(desk)
    assert always.run_once() == 0
    do(desk, "register")
    signed(desk)
    assert always.run_once() == 1


def believing(desk: Desk, roots: str) -> Desk:
    """Return the desk of an installation that believes these authorities only."""
    return replace(desk, judge=StampJudge(lambda: roots))


def their_authority(folder: Path, at: datetime) -> Counting:
    """Return an authority that somebody made for himself and that stamps at any time he wants."""
    pki = DevelopmentPki(folder / "theirs", is_production=False, now=lambda: at)
    theirs = StampDesk([pki.stamp_source()], folder / "queue", now=lambda: at)
    return Counting(DeskStamper(theirs))


@NEEDS_OPENSSL
def test_a_log_anchored_by_a_stranger_is_not_whole_to_who_knows_his_authorities(
    desk: Desk, stamper: Counting, tmp_path: Path
) -> None:
    """Whoever holds server and key anchors a forged log in the past, his own root beside it."""
    roots = stamper.stamp(ORGANISATION, sha256(b"").digest()).roots
    past = datetime(2019, 5, 5, tzinfo=UTC)
    assert Anchoring(desk, their_authority(tmp_path, past)).anchor(ORGANISATION) == 1
    do(desk, "register")
    signed(desk)
    assert Anchoring(desk, stamper).anchor(ORGANISATION) == 1  # and the newest one is genuine

    (blind,) = check_logs(desk)
    (told,) = check_logs(believing(desk, roots))

    assert (blind.verdict, blind.are_stamps_believed) == ((None, None), False)
    assert (told.verdict, told.are_stamps_believed) == (("stranger", 2), True)


@NEEDS_OPENSSL
def test_genuine_stamps_are_judged_by_the_authorities_of_the_settings_once(
    desk: Desk, stamper: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = stamper.stamp(ORGANISATION, sha256(b"").digest()).roots
    root = StampJudge(lambda: roots.partition("-----END CERTIFICATE-----")[0] + END)
    Anchoring(desk, stamper).anchor(ORGANISATION)
    judged = replace(desk, judge=root)  # the root alone: what is between lies beside the stamp

    (first,) = check_logs(judged)
    monkeypatch.setattr(authorities, "stamped", None)
    (second,) = check_logs(judged)

    assert first == second
    assert (first.verdict, first.are_stamps_believed) == ((None, None), True)


def test_without_openssl_no_stamp_is_said_to_be_believed(
    desk: Desk, stamper: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    Anchoring(desk, stamper).anchor(ORGANISATION)
    monkeypatch.setenv("PATH", "")

    (found,) = check_logs(believing(desk, "-----BEGIN CERTIFICATE-----"))

    assert (found.verdict, found.are_stamps_believed) == ((None, None), False)


@NEEDS_OPENSSL
def test_an_authority_of_one_s_own_proves_nothing_to_who_names_his(
    desk: Desk, stamper: Counting, tmp_path: Path
) -> None:
    """The log is written anew with stolen keys, and stamped by a self-made authority."""
    trusted, past = tmp_path / "trusted.pem", datetime(2019, 5, 5, tzinfo=UTC)
    genuine = stamper.stamp(ORGANISATION, sha256(b"").digest())
    trusted.write_text(genuine.roots, "ascii")
    stamped_and_signed(desk, their_authority(tmp_path, past))
    folder = exported(desk, tmp_path / "out")

    blind, told = run_script(folder), run_script(folder, "--trust", str(trusted))

    assert (blind.returncode, told.returncode) == (0, 1)
    assert "kořenů z této složky" in blind.stdout
    assert "časové razítko neplatí" in told.stdout


@NEEDS_OPENSSL
def test_who_names_an_authority_is_told_whether_it_stamped(
    desk: Desk, stamper: Counting, tmp_path: Path
) -> None:
    bare = exported(desk, tmp_path / "bare")
    stamped_and_signed(desk, stamper)
    folder, trusted = exported(desk, tmp_path / "out"), tmp_path / "trusted.pem"
    trusted.write_text(stamper.stamp(ORGANISATION, sha256(b"").digest()).roots, "ascii")

    without, with_one = (run_script(one, "--trust", str(trusted)) for one in (bare, folder))

    assert (without.returncode, with_one.returncode) == (4, 0)
    assert "ČASOVĚ NEDOLOŽENO" in without.stdout
    assert "kořenů z této složky" not in with_one.stdout
