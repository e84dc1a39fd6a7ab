"""Checkpoints: the format that others read, made over what is new, and never over a broken log."""

import os
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import DBAPIError

from shared.config import SettingsError
from shared.db import reading
from shared.evidence import keeping
from shared.evidence.checking import check_and_record, check_logs
from shared.evidence.checkpoints import BadCheckpoint, Checkpoint, read, sign, verifier_keys
from shared.evidence.copies import Copies, DamagedCopy, checkpoint_line
from shared.evidence.entries import FaultKind
from shared.evidence.keeping import Desk, Keeper, newest
from shared.evidence.log import PAGE
from shared.evidence.offline import arithmetic
from shared.evidence.offline.notes import Bad, read_keys, read_note
from shared.keys import EvidenceKeys, make_development_keys, make_key_folders
from tests.databases import sqlite_address
from tests.shared.evidence_world import LOG, NOW, closed, desk_of, do, signed
from tests.shared.toy import LEDGER, ORGANISATION, engine_for

ROOT = bytes(range(32))
ONE = Checkpoint("registry/00000000-0000-0000-0000-000000000007", 0, 12, ROOT)


@pytest.fixture
def engine(each_database_url: str) -> Iterator[Engine]:
    with engine_for(each_database_url) as engine:
        yield engine


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Iterator[Desk]:
    desk = desk_of(engine, tmp_path)
    yield desk
    closed(desk)


@pytest.fixture
def keys(tmp_path: Path) -> EvidenceKeys:
    make_development_keys(tmp_path / "keys")
    return EvidenceKeys(tmp_path / "keys", "registry")


def notes(desk: Desk) -> list[str]:
    table = desk.ledger.checkpoint
    found = list(desk.session().scalars(select(table.note).order_by(table.epoch, table.size)))
    desk.session().rollback()
    return found


def verdict(desk: Desk) -> tuple[str | None, int | None]:
    [found] = check_logs(desk)
    return found.verdict


def without_guard(engine: Engine, *statements: str) -> None:
    """Do what an administrator of the database can do."""
    with engine.begin() as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if engine.dialect.name == "sqlite":
            for name in connection.scalars(text(names)).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


# --- The format ----------------------------------------------------------------------------


@pytest.mark.one_database
def test_a_published_note_is_read_by_the_verifier() -> None:
    """The example of the C2SP specification of signed notes, and its key."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqd"
        "ngotpRZb6KE6RyyBwJnAM=\n"
    )
    ((name, short),) = (known := read_keys(key))
    body, _, line = note.rpartition("\n\n")
    signature = b64decode(line.split(" ")[2])

    assert (name, short) == ("PeterNeumann", signature[:4])
    assert arithmetic.is_signed(known[name, short], f"{body}\n".encode(), signature[4:])
    assert not arithmetic.is_signed(known[name, short], body.encode(), signature[4:])


@pytest.mark.one_database
def test_a_note_has_three_lines_and_the_signature_of_the_log(keys: EvidenceKeys) -> None:
    note = sign(ONE, keys)

    origin, size, root, blank, signature, end = note.split("\n")
    assert (origin, size, root) == (ONE.log, "12", b64encode(ROOT).decode())
    assert (blank, end) == ("", "")
    assert signature.startswith(f"— {ONE.log} ")
    assert read(note, keys) == ONE
    theirs = read_note(note, read_keys("\n".join(verifier_keys(ONE.log, keys.public))))
    assert (theirs.log, theirs.epoch, theirs.size, theirs.root) == (ONE.log, 0, 12, ROOT)


@pytest.mark.one_database
def test_a_restored_log_has_a_name_of_its_own(keys: EvidenceKeys) -> None:
    later = replace(ONE, epoch=2)

    assert later.origin == f"{ONE.log}/2"
    assert read(sign(later, keys), keys) == later


@pytest.mark.one_database
def test_every_flipped_bit_of_a_note_is_seen_by_both(keys: EvidenceKeys) -> None:
    note = sign(ONE, keys).encode()
    known = read_keys("\n".join(verifier_keys(ONE.log, keys.public)))
    for place in range(len(note) * 8):
        bad = bytearray(note)
        bad[place // 8] ^= 1 << place % 8
        changed = bytes(bad).decode(errors="replace")

        with pytest.raises(BadCheckpoint):
            read(changed, keys)
        with pytest.raises(Bad):
            read_note(changed, known)


@pytest.mark.one_database
def test_a_note_of_somebody_else_is_refused(keys: EvidenceKeys, tmp_path: Path) -> None:
    make_development_keys(tmp_path / "other")
    other = EvidenceKeys(tmp_path / "other", "registry")

    with pytest.raises(BadCheckpoint):
        read(sign(ONE, other), keys)


@pytest.mark.one_database
def test_what_a_former_key_signed_stays_good(tmp_path: Path, keys: EvidenceKeys) -> None:
    folder = tmp_path / "keys"
    old = sign(ONE, keys)
    former = (folder / "registry-evidence.pub.pem").read_text()
    for name in ("key", "pub"):
        (folder / f"registry-evidence.{name}.pem").unlink()
    make_development_keys(folder)
    public = folder / "registry-evidence.pub.pem"
    public.write_text(public.read_text() + former)
    rotated = EvidenceKeys(folder, "registry")

    new = sign(replace(ONE, size=13), rotated)

    assert read(old, rotated) == ONE
    assert read(new, rotated).size == 13
    with pytest.raises(BadCheckpoint):
        read(new, keys)
    known = read_keys("\n".join(verifier_keys(ONE.log, rotated.public)))
    assert [read_note(note, known).size for note in (old, new)] == [12, 13]


@pytest.mark.one_database
def test_the_key_of_tokens_signs_no_evidence(tmp_path: Path) -> None:
    make_key_folders(tmp_path)
    own = tmp_path / "registry"

    assert (own / "registry-evidence.key.pem").read_bytes() != (
        own / "registry.key.pem"
    ).read_bytes()
    assert not (tmp_path / "documents" / "registry-evidence.key.pem").exists()
    assert (tmp_path / "documents" / "registry-evidence.pub.pem").exists()
    (own / "registry-evidence.pub.pem").write_bytes((own / "registry.pub.pem").read_bytes())
    with pytest.raises(SettingsError, match="registry-evidence"):
        EvidenceKeys(own, "registry")


# --- Making them ---------------------------------------------------------------------------


def test_each_checkpoint_covers_what_was_done_until_then(desk: Desk) -> None:
    do(desk, "receive", "check")
    assert signed(desk) == 1
    do(desk, "register")
    assert (signed(desk), signed(desk)) == (1, 0)

    found = [read(note, desk.keys) for note in notes(desk)]

    assert [(one.log, one.epoch, one.size) for one in found] == [(LOG, 0, 2), (LOG, 0, 3)]
    assert list(desk.copies.notes(ORGANISATION)) == notes(desk)
    assert verdict(desk) == (None, None)


def test_making_one_reads_only_what_is_new(desk: Desk, engine: Engine) -> None:
    do(desk, *(f"act {number}" for number in range(300)))
    signed(desk)
    do(desk, "late")
    begins: list[object] = []

    def note(
        _connection: object, _cursor: object, statement: str, given: object, *_: object
    ) -> None:
        if "FROM evidence LEFT" in statement.replace("\n", ""):
            values = given.values() if isinstance(given, dict) else given
            assert isinstance(values, Iterable)
            begins.extend(one for one in values if isinstance(one, int) and one not in (0, PAGE))

    event.listen(engine, "after_cursor_execute", note)
    assert signed(desk) == 1
    event.remove(engine, "after_cursor_execute", note)

    assert begins == [299, 300]


def test_the_worker_signs_after_so_many_entries_or_so_long(desk: Desk) -> None:
    many = replace(desk, rules=replace(NOW, entries=3, age=timedelta(hours=1)))
    do(desk, "receive", "check")
    assert Keeper(many).run_once() == 0
    do(desk, "register")
    assert Keeper(many).run_once() == 1

    do(desk, "late")
    assert Keeper(many).run_once() == 0
    assert Keeper(replace(desk, rules=replace(NOW, entries=3))).run_once() == 1


def test_rows_of_evidence_cannot_be_changed(desk: Desk, engine: Engine) -> None:
    do(desk, "receive")
    signed(desk)
    check_and_record(desk)

    for statement in (
        "UPDATE evidence_checkpoint SET size = 2",
        "DELETE FROM evidence_checkpoint",
        "UPDATE evidence_check SET fault = 'cut'",
        "DELETE FROM evidence_check",
    ):
        with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))


# --- Never over a broken log ---------------------------------------------------------------

TAMPERINGS = {
    "an entry before": ("UPDATE audit SET act = 'approve' WHERE act = 'check'", 1, "changed", 1),
    "a new entry": ("UPDATE audit SET act = 'approve' WHERE act = 'late'", 0, "changed", 3),
    "the tail": ("DELETE FROM evidence WHERE place >= 2", 0, "cut", 2),
    "the end of the signed part": (
        "UPDATE evidence SET hash = content WHERE place = 2",
        0,
        "changed",
        2,
    ),
    "all checkpoints": ("DELETE FROM evidence_checkpoint", 0, None, None),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_nothing_is_signed_over_what_does_not_continue_the_last_one(
    desk: Desk, engine: Engine, what: str
) -> None:
    statement, made, kind, place = TAMPERINGS[what]
    do(desk, "receive", "check", "register")
    signed(desk)
    do(desk, "late")
    without_guard(engine, statement)

    assert signed(desk) == made
    assert verdict(desk) == (kind, place)
    table = desk.ledger.check
    alarms = list(desk.session().scalars(select(table.fault)))
    desk.session().rollback()
    assert len(alarms) == 1 - made
    signed(desk)
    assert len(list(desk.session().scalars(select(table.fault)))) == 1 - made


@pytest.mark.parametrize("peaks", [bytes(64), bytes(32), b""], ids=len)
def test_nothing_is_signed_on_a_tree_that_was_changed(
    desk: Desk, engine: Engine, peaks: bytes
) -> None:
    do(desk, "receive", "check", "register")
    signed(desk)
    do(desk, "late")
    without_guard(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE evidence_checkpoint SET frontier = :peaks"), {"peaks": peaks}
        )

    assert signed(desk) == 0
    assert len(notes(desk)) == 1


def test_a_rewritten_log_is_found_by_what_was_signed_before(desk: Desk, engine: Engine) -> None:
    do(desk, "receive", "check")
    signed(desk)
    copied = list(desk.copies.notes(ORGANISATION))
    without_guard(
        engine, "DELETE FROM evidence_checkpoint", "DELETE FROM evidence", "DELETE FROM audit"
    )
    do(desk, "receive", "approve", "pay")

    assert signed(desk) == 0
    assert verdict(desk) == ("rewritten", 0)
    assert list(desk.copies.notes(ORGANISATION)) == copied


# --- Copies --------------------------------------------------------------------------------


@pytest.mark.one_database
def test_a_copy_that_was_torn_is_written_again(desk: Desk) -> None:
    do(desk, "receive")
    signed(desk)
    path = desk.copies.path(ORGANISATION)
    whole = path.read_bytes()
    do(desk, "check")
    path.write_bytes(whole + b'{"checkpoint": "toy/0000')

    assert desk.copies.newest(ORGANISATION) == notes(desk)[-1]
    signed(desk)

    assert path.read_bytes().startswith(whole)
    assert list(desk.copies.notes(ORGANISATION)) == notes(desk)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.one_database
def test_an_idle_worker_does_not_read_the_copies_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0)
    do(desk, "receive")
    worker = Keeper(desk)
    assert [worker.run_once() for _ in range(3)] == [1, 0, 0]
    read_files: list[UUID] = []
    monkeypatch.setattr(Copies, "newest", lambda _self, one, _kind="": read_files.append(one))

    assert worker.run_once() == 0

    assert read_files == []


@pytest.mark.one_database
def test_copies_that_are_gone_or_lack_a_line_are_missed(desk: Desk) -> None:
    for name in ("receive", "check", "register"):
        do(desk, name)
        signed(desk)
    path = desk.copies.path(ORGANISATION)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], lines[2]]))
    assert verdict(desk) == ("copies", 2)
    path.unlink()
    assert verdict(desk) == ("copies", 0)

    Keeper(desk).lay_copies(ORGANISATION)

    assert path.read_bytes() == b"".join(lines)
    assert verdict(desk) == (None, None)


GONE = "copies of checkpoints were gone and are written anew"


@pytest.mark.one_database
def test_copies_that_are_gone_are_warned_of(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOMENT", timedelta(0))
    for name in ("receive", "check"):
        do(desk, name)
        signed(desk)
    assert GONE not in caplog.text
    desk.copies.path(ORGANISATION).unlink()

    Keeper(desk).lay_copies(ORGANISATION)

    assert GONE in caplog.text


@pytest.mark.one_database
def test_a_busy_log_never_had_its_copies_gone(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Acts that come while the first checkpoint is made get a second one at once."""
    monkeypatch.setattr(keeping, "MOMENT", timedelta(0))
    do(desk, "receive")
    plain, later = Keeper._continue, ["check", "register"]

    def while_others_act(self: Keeper, organisation_id: UUID) -> bool:
        is_made = plain(self, organisation_id)
        if later:
            do(desk, later.pop())
        return is_made

    monkeypatch.setattr(Keeper, "_continue", while_others_act)

    assert signed(desk) == 3
    assert GONE not in caplog.text
    assert list(desk.copies.notes(ORGANISATION)) == notes(desk)


@pytest.mark.one_database
def test_what_a_killed_process_did_not_copy_was_never_there(
    desk: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOMENT", timedelta(0))
    do(desk, "receive")
    assert Keeper(desk)._continue(ORGANISATION)  # killed before its copy
    do(desk, "check")

    assert signed(desk) == 1
    assert GONE not in caplog.text
    assert list(desk.copies.notes(ORGANISATION)) == notes(desk)


@pytest.mark.one_database
def test_two_processes_that_copy_at_once_lay_each_record_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(desk, "receive")
    assert Keeper(desk)._continue(ORGANISATION)
    plain, both = keeping._missing_lines, threading.Barrier(2, timeout=60)

    def at_once(*given: Any) -> list[str]:
        lines = plain(*given)
        if not threading.current_thread().copied:  # type: ignore[attr-defined]  # set below
            threading.current_thread().copied = True  # type: ignore[attr-defined]
            both.wait()
        return lines

    monkeypatch.setattr(keeping, "_missing_lines", at_once)

    def copy() -> None:
        threading.current_thread().copied = False  # type: ignore[attr-defined]
        with reading():
            Keeper(desk).lay_copies(ORGANISATION)
        closed(desk)

    threads = [threading.Thread(target=copy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert list(desk.copies.notes(ORGANISATION)) == notes(desk)


@pytest.mark.one_database
def test_a_copy_that_says_more_than_the_database_is_an_alarm(desk: Desk) -> None:
    do(desk, "receive")
    signed(desk)
    more = Checkpoint(LOG, 0, 9, ROOT)
    desk.copies.append(ORGANISATION, [checkpoint_line(sign(more, desk.keys))])
    do(desk, "check")

    assert signed(desk) == 0
    assert verdict(desk) == (FaultKind.CUT.value, 2)


@pytest.mark.one_database
@pytest.mark.parametrize("size", [1, 60_000, 200_000])
def test_the_last_copy_is_found_without_reading_the_file(tmp_path: Path, size: int) -> None:
    copies = Copies(tmp_path, "toy")
    assert copies.newest(ORGANISATION) is None
    copies.append(ORGANISATION, [checkpoint_line("first")])
    assert copies.newest(ORGANISATION) == "first"
    copies.append(ORGANISATION, [checkpoint_line("x" * size), checkpoint_line("last")])
    assert copies.newest(ORGANISATION) == "last"
    assert copies.newest(ORGANISATION, "anchor") is None

    copies.append(ORGANISATION, ["no record"])
    with pytest.raises(DamagedCopy):
        copies.newest(ORGANISATION)


KILLED = """
import os, signal, sys
from pathlib import Path
from shared.evidence.copies import Adding
from tests.shared.evidence_world import desk_of, do, signed
from tests.shared.toy import engine_for

folder, address, place = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def killed(*_arguments): os.kill(os.getpid(), signal.SIGKILL)
with engine_for(address, is_new=False) as engine:
    desk = desk_of(engine, folder)
    do(desk, "check", "register")
    if place == "before the checkpoint":
        killed()
    if place == "before the copy":
        Adding.lines = killed
    if place == "in the copy":
        write = os.write
        os.write = lambda file, text: (write(file, text[:20]), killed())
    signed(desk)
"""


@pytest.mark.one_database
@pytest.mark.parametrize("place", ["before the checkpoint", "before the copy", "in the copy"])
def test_killed_anywhere_the_next_run_signs_and_copies_without_a_gap(
    tmp_path: Path, place: str
) -> None:
    address = sqlite_address(tmp_path)
    with engine_for(address) as engine:
        desk = desk_of(engine, tmp_path)
        do(desk, "receive")
        signed(desk)

        words = [sys.executable, "-c", KILLED, str(tmp_path), address, place]
        child = subprocess.run(words, env=os.environ, check=False, timeout=60)
        Keeper(desk).run_once()

        assert child.returncode == -9
        sizes = [read(note, desk.keys).size for note in notes(desk)]
        assert sizes == [1, 3]
        assert list(desk.copies.notes(ORGANISATION)) == notes(desk)
        assert verdict(desk) == (None, None)
        closed(desk)


def test_the_newest_checkpoint_is_found_by_its_epoch_first(desk: Desk) -> None:
    do(desk, "receive", "check")
    signed(desk)
    session = desk.session()
    session.add(LEDGER.epoch(number=1, began_at=newest_at(desk), reason="drill"))
    later = Checkpoint(LOG, 1, 1, ROOT)
    row = {"epoch": 1, "size": 1, "made_at": newest_at(desk), "frontier": ROOT}
    session.add(LEDGER.checkpoint(organisation_id=ORGANISATION, note=sign(later, desk.keys), **row))
    session.flush()

    found = newest(session, LEDGER, ORGANISATION)

    assert found is not None and (found.epoch, found.size) == (1, 1)
    assert newest(session, LEDGER, UUID(int=99)) is None
    session.rollback()


def newest_at(desk: Desk) -> object:
    found = newest(desk.session(), LEDGER, ORGANISATION)
    assert found is not None
    return found.made_at
