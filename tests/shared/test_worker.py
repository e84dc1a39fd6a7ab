"""The worker loop: every task has its turn, whatever happens to the others."""

import logging
import threading

import pytest
from flask import Flask, has_app_context
from sqlalchemy import select

from shared.audit import record_act
from shared.db import transaction
from shared.request_id import request_id
from shared.worker import WorkerLoop
from tests.shared.toy import NOON, Audit, Thing, db, person

SOON = 0.01


def test_failing_task_does_not_stop_the_others(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fail() -> int:
        raise ConnectionError("down")

    def work() -> int:
        assert has_app_context()
        done.append("work")
        return 3

    with caplog.at_level(logging.WARNING):
        count = WorkerLoop(app, [fail, work], SOON).run_once()

    assert (count, done) == (3, ["work"])
    assert "worker task failed" in caplog.text


def test_failed_task_leaves_no_open_session_behind(app: Flask) -> None:
    def spoil() -> int:
        db.session.add(Thing(name="half"))
        raise ConnectionError

    def look() -> int:
        return len(db.session.new) + len(db.session.scalars(select(Thing)).all())

    assert WorkerLoop(app, [spoil, look], SOON).run_once() == 0


def test_loop_ends_when_told_and_finishes_its_task(app: Flask) -> None:
    turns: list[int] = []
    is_working = threading.Event()

    def work() -> int:
        is_working.set()
        turns.append(1)
        return 0

    loop = WorkerLoop(app, [work], SOON)
    thread = loop.start_thread()
    is_working.wait(60)
    loop.stop()
    thread.join(60)

    assert not thread.is_alive()
    assert thread.name == "worker-registry"
    assert turns


def test_loop_does_not_pause_while_there_is_work(app: Flask) -> None:
    left = [5]

    def work() -> int:
        left[0] -= 1
        if left[0] == 0:
            loop.stop()
        return 1

    loop = WorkerLoop(app, [work], interval=60)
    thread = loop.start_thread()
    thread.join(60)

    assert not thread.is_alive()


def test_each_turn_has_an_id_that_the_audit_trail_keeps(app: Flask) -> None:
    ids: list[str] = []
    actor = person("director")

    def act() -> int:
        ids.append(request_id())
        with transaction(db.session()) as session:
            thing = Thing(organisation_id=actor.organisation_id, name=f"t{len(ids)}")
            session.add(thing)
            session.flush()
            record_act(
                session,
                Audit,
                actor=actor,
                act="make_thing",
                subject=("thing", thing.id),
                at=NOON,
                details={"name": "x"},
            )
        return 1

    loop = WorkerLoop(app, [act], SOON)
    loop.run_once()
    loop.run_once()

    with app.app_context():
        entries = db.session.scalars(select(Audit).order_by(Audit.recorded_at)).all()
    assert [entry.request_id for entry in entries] == ids
    assert len(set(ids)) == 2
    assert {entry.actor_id for entry in entries} == {actor.person_id}
    assert {entry.at for entry in entries} == {NOON}
    assert all(entry.recorded_at > NOON for entry in entries)


def test_audit_entry_disappears_with_a_failed_act(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), transaction(db.session()) as session:
            actor = person()
            subject = ("thing", actor.organisation_id)
            record_act(session, Audit, actor=actor, act="x", subject=subject, at=NOON)
            raise ZeroDivisionError

        assert db.session.scalars(select(Audit)).all() == []
