"""Two processes write one SQLite database, and one is killed in the commit again and again (D8).

``VYZVA_TEST_KILLS=500`` kills more often.
"""

import os
import signal
import time
from pathlib import Path
from uuid import UUID

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import select

from services.documents.models import Delivery, db
from tests.crashes.playing import MOST_WORKERS, PAUSE
from tests.crashes.stage import AFTER_REST, Stage, open_stage
from tests.databases import sqlite_address

pytestmark = pytest.mark.one_database
KILLS = int(os.environ.get("VYZVA_TEST_KILLS", "40"))
STEP = 0.0002
"""Seconds by which a process dies later in its commit than the one before, up to ten steps."""
UNTIL_KILLED = 1000
DONE = ("sent", "delivered")


def test_whoever_is_killed_in_a_commit_damages_and_loses_nothing(
    tmp_path: Path, socket_enabled: None
) -> None:
    with open_stage(tmp_path, sqlite_address(tmp_path)) as stage:
        acknowledged = stage.orders().acknowledged
        acknowledged.touch()
        seen: dict[UUID, int] = {}
        for number in range(KILLS):
            _kill_one(stage, number)
            _check_file(tmp_path / "test.sqlite")
            now = _versions(stage)
            assert {UUID(line) for line in acknowledged.read_text().split()} <= now.keys()
            assert all(now[key] >= version for key, version in seen.items())
            seen = now
        _finish(stage)
        counts = [len(stage.messages({"id": str(key)})) for key in seen]
        total = len(stage.simulator.messages())

    assert {*counts} == {1}
    assert total == len(seen)


def _kill_one(stage: Stage, number: int) -> None:
    """Let a worker and somebody who asks for letters write; one of them dies in a commit."""
    dies = {"dies_in": 1 + number // 2 % 4, "dies_after": STEP * (number % 10)}
    if number % 2:
        living = stage.zygote.start(stage.orders(letters=2))
        killed = stage.zygote.start(stage.orders(rounds=UNTIL_KILLED, guard=False, **dies))
    else:
        living = stage.zygote.start(stage.orders(rounds=2, guard=False))
        killed = stage.zygote.start(stage.orders(letters=UNTIL_KILLED, **dies))
    assert stage.zygote.wait(killed) == -signal.SIGKILL
    assert stage.zygote.wait(living) == 0


def _check_file(path: Path) -> None:
    with sqlite.connect(path, timeout=20) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def _versions(stage: Stage) -> dict[UUID, int]:
    """Return the version of each letter's delivery."""
    with stage.office.context():
        rows = db.session().execute(select(Delivery.document_id, Delivery.version)).all()
        db.session.remove()
    return {row.document_id: row.version for row in rows}


def _finish(stage: Stage) -> None:
    """Let workers, each later than the one before, send all that was not sent."""
    for _ in range(MOST_WORKERS):
        stage.ahead += AFTER_REST
        stage.work(rounds=4, guard=False)
        with stage.office.context():
            left = db.session().scalars(select(Delivery).where(Delivery.state.not_in(DONE))).all()
            db.session.remove()
        if not left:
            return
        time.sleep(PAUSE)
    raise AssertionError([(row.state, row.reason, row.last_error) for row in left])
