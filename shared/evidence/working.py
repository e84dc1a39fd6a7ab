"""What the worker of every service does for its evidence log."""

from datetime import timedelta
from time import monotonic

from flask import Flask
from sqlalchemy import func, select

from shared.clock import SystemClock
from shared.config import Settings
from shared.evidence.anchoring import Anchoring, Stamper
from shared.evidence.checking import check_and_record
from shared.evidence.keeping import Desk, Keeper
from shared.worker import Task

LOOK_SECONDS = 60
"""Pause between two looks whether the logs must be verified."""


def evidence_tasks(app: Flask, stamper: Stamper) -> list[Task]:
    """Return the tasks that sign checkpoints, have them stamped and verify the logs."""
    settings: Settings = app.extensions["vyzva-settings"]
    desk: Desk = app.extensions["vyzva-evidence"]
    every = timedelta(hours=settings.evidence_check_hours)
    anchoring = Anchoring(desk, stamper)
    return [Keeper(desk).run_once, anchoring.run_once, _seldom(lambda: _check(desk, every))]


def _seldom(task: Task) -> Task:
    """Let a task run at most once in ``LOOK_SECONDS``."""
    due = [0.0]

    def run() -> int:
        if monotonic() < due[0]:
            return 0
        due[0] = monotonic() + LOOK_SECONDS
        return task()

    return run


def _check(desk: Desk, every: timedelta) -> int:
    """Verify all logs when the last verification is old; return how many were read."""
    session, table = desk.session(), desk.ledger.check
    last = session.scalar(select(func.max(table.at)))
    session.rollback()
    if last is not None and SystemClock().now() - last < every:
        return 0
    return len(check_and_record(desk))
