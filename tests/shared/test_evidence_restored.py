"""A restored backup is noticed at start, refused, and owned up to in the log itself (D9, T5)."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click import ClickException
from sqlalchemy import Engine, select

from shared.evidence.checking import check_logs
from shared.evidence.checkpoints import read
from shared.evidence.keeping import Desk, Keeper, current_epoch
from shared.evidence.restoring import (
    BehindItsCopies,
    NothingRestored,
    record_restoration,
    refuse_when_behind,
)
from shared.serving import refuse_lost_evidence
from tests.databases import sqlite_address
from tests.shared.evidence_world import closed, desk_of, do, exported, signed
from tests.shared.toy import ORGANISATION, create_app, engine_for

pytestmark = pytest.mark.one_database


@dataclass
class Drill:
    """A toy on an SQLite file that can be put back."""

    desk: Desk
    folder: Path

    @property
    def _file(self) -> Path:
        return self.folder / "test.sqlite"

    def _close(self) -> None:
        """Let go of the file; SQLite then has all of it in one place."""
        engine = self.desk.session().get_bind()
        closed(self.desk)
        assert isinstance(engine, Engine)
        engine.dispose()

    def back_up(self) -> None:
        self._close()
        shutil.copy(self._file, self.folder / "backup")

    def restore(self) -> None:
        self._close()
        shutil.copy(self.folder / "backup", self._file)
        for rest in self.folder.glob("test.sqlite-*"):
            rest.unlink()

    def verify(self, *words: object, name: str = "export") -> tuple[int, str]:
        target = exported(self.desk, self.folder / name)
        command = [sys.executable, "-I", target / "verify.py", target, *words]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    with engine_for(sqlite_address(tmp_path)) as engine:
        drill = Drill(desk_of(engine, tmp_path), tmp_path)
        do(drill.desk, "receive", "check")
        signed(drill.desk)
        drill.back_up()
        do(drill.desk, "register", "approve", "pay")
        signed(drill.desk)
        yield drill
        closed(drill.desk)


def test_a_database_that_has_everything_starts(drill: Drill) -> None:
    refuse_when_behind(drill.desk)
    with pytest.raises(NothingRestored):
        record_restoration(drill.desk, "drill")


def test_a_backup_newer_than_the_newest_checkpoint_is_owned_up_to_even_so(drill: Drill) -> None:
    assert record_restoration(drill.desk, "drill", even_so=True) == 1
    refuse_when_behind(drill.desk)
    assert current_epoch(drill.desk.session(), drill.desk.ledger) == 1


def test_a_restored_backup_is_refused_and_found_and_nothing_is_signed(drill: Drill) -> None:
    drill.restore()

    with pytest.raises(BehindItsCopies, match=str(ORGANISATION)):
        refuse_when_behind(drill.desk)
    do(drill.desk, "other")
    assert signed(drill.desk) == 0
    assert [one.verdict for one in check_logs(drill.desk)] == [("cut", 3)]
    status, said = drill.verify()
    assert (status, "PORUŠENO od záznamu 2" in said and "3: konec knihy chybí" in said) == (1, True)


def test_also_when_it_has_grown_past_the_old_length_again(drill: Drill) -> None:
    drill.restore()
    do(drill.desk, "other", "other", "other", "other")

    with pytest.raises(BehindItsCopies):
        refuse_when_behind(drill.desk)
    assert signed(drill.desk) == 0
    assert [one.verdict for one in check_logs(drill.desk)] == [("rewritten", 2)]
    assert drill.verify()[0] == 1


def test_what_is_owned_up_to_begins_an_epoch_and_stays_visible(drill: Drill) -> None:
    kept = drill.folder / "kept.txt"
    kept.write_text(list(drill.desk.copies.notes(ORGANISATION))[-1], "utf-8")
    drill.restore()

    assert record_restoration(drill.desk, "disk failure, decided by the director") == 1

    refuse_when_behind(drill.desk)
    session = drill.desk.session()
    assert current_epoch(session, drill.desk.ledger) == 1
    audit = drill.desk.ledger.audit
    row = session.scalars(select(audit).where(audit.act == "restore_backup")).one()
    assert (row.details["restored_size"], row.details["signed_size"]) == (2, 5)
    assert row.details["reason"] == "disk failure, decided by the director"
    closed(drill.desk)
    do(drill.desk, "register")
    assert signed(drill.desk) == 1
    found = [read(note, drill.desk.keys) for note in drill.desk.copies.notes(ORGANISATION)]
    assert [(one.epoch, one.size) for one in found] == [(0, 2), (0, 5), (1, 3), (1, 4)]
    assert [one.verdict for one in check_logs(drill.desk)] == [(None, None)]
    status, said = drill.verify("--mark", kept)
    assert (status, "obnovena záloha; zapsáno jako záznam 2" in said) == (3, True)


def test_a_second_restoration_is_told_from_the_first(drill: Drill) -> None:
    drill.restore()
    record_restoration(drill.desk, "first")
    do(drill.desk, "register")
    signed(drill.desk)
    drill.restore()  # back before the first restoration

    with pytest.raises(BehindItsCopies):
        refuse_when_behind(drill.desk)
    assert drill.verify(name="not owned up to")[0] == 1
    assert record_restoration(drill.desk, "second") == 2

    assert [one.verdict for one in check_logs(drill.desk)] == [(None, None)]
    assert drill.verify(name="owned up to")[0] == 3


def test_a_tampering_after_a_restoration_is_still_found(drill: Drill) -> None:
    drill.restore()
    record_restoration(drill.desk, "drill")
    do(drill.desk, "register")
    signed(drill.desk)
    target = exported(drill.desk, drill.folder / "out")
    entries = next(target.glob("*/*/entries.jsonl"))
    lines = entries.read_bytes().splitlines(keepends=True)
    entries.write_bytes(b"".join([lines[0], lines[1].replace(b'"check"', b'"chech"'), *lines[2:]]))

    done = subprocess.run(
        [sys.executable, "-I", target / "verify.py", target],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, "PORUŠENO od záznamu 1" in done.stdout) == (1, True)


def test_a_service_does_not_start_behind_its_copies(tmp_path: Path) -> None:
    app = create_app(tmp_path, sqlite_address(tmp_path))
    desk = app.extensions["vyzva-evidence"]
    with app.app_context():
        do(desk, "receive")
        Keeper(desk).keep(ORGANISATION)
    refuse_lost_evidence(app)
    (tmp_path / "test.sqlite").rename(tmp_path / "gone")
    for rest in tmp_path.glob("test.sqlite-*"):
        rest.unlink()
    later = create_app(tmp_path, sqlite_address(tmp_path))

    with pytest.raises(ClickException, match="evidence restored"):
        refuse_lost_evidence(later)
