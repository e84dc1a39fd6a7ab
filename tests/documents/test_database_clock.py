"""Another time at the computer of the database is told to the operator (C4)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from services.documents.dispatch.database_clock import DatabaseClock
from services.documents.models import db
from services.documents.worker import desk_of
from tests.documents.offices import Office

TOLD = "the clock of the database is another one"


def test_another_time_at_the_database_is_told_once_an_hour(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    steady = [0.0]
    clock = DatabaseClock(desk_of(office.app), lambda: steady[0])
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)), office.context():
        for at in (0.0, 60.0, 3601.0):
            steady[0] = at
            clock.run_once()
        name = db.engine.dialect.name

    assert caplog.messages.count(TOLD) == (2 if name == "postgresql" else 0)


def test_the_same_time_at_the_database_is_not_told(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with office.context():
        DatabaseClock(desk_of(office.app)).run_once()

    assert TOLD not in caplog.messages
