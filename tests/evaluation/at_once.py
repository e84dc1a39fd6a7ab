"""Two people at once, in an order that the test decides."""

import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from services.evaluation.models import db
from tests.evaluation.house import House

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
Act = Callable[[], TestResponse]


def act(house: House, who: str, method: str, path: str, body: Any = None) -> Act:
    """Return a request that has a client of its own, to be sent from a thread."""
    token = house.token(who)

    def send() -> TestResponse:
        return house.app.test_client().open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )

    return send


def overtake(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    first: Act,
    second: Act,
    *,
    after: tuple[object, str],
) -> tuple[TestResponse, TestResponse]:
    """Stop the first act right after a function, let the second run as far as it can, go on.

    The second has ended or waits for a lock of the first when the first goes on.

    Args:
        house: The service, on PostgreSQL.
        monkeypatch: To stop the first act.
        first: Stopped; its thread is the only one that is.
        second: Comes in between.
        after: Module and name of the function.
    """
    module, name = after
    real = getattr(module, name)
    is_there, go_on = threading.Event(), threading.Event()

    def stopping(*values: Any, **named: Any) -> Any:
        result = real(*values, **named)
        if threading.current_thread().name == "first":
            is_there.set()
            assert go_on.wait(20)
        return result

    monkeypatch.setattr(module, name, stopping)
    answers: dict[str, TestResponse] = {}

    def run(which: str, one: Act) -> None:
        answers[which] = one()

    threads = [
        threading.Thread(name=which, target=run, args=(which, one))
        for which, one in (("first", first), ("second", second))
    ]
    threads[0].start()
    assert is_there.wait(20)
    threads[1].start()
    _wait(house, threads[1])
    go_on.set()
    for thread in threads:
        thread.join(20)
    return answers["first"], answers["second"]


def _wait(house: House, thread: threading.Thread) -> None:
    end = monotonic() + 20
    with house.app.app_context(), db.engine.connect() as connection:
        while thread.is_alive() and monotonic() < end:
            if connection.execute(WAITS).scalar():
                return
            connection.rollback()
            sleep(0.01)
