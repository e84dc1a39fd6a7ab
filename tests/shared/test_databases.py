"""The databases of tests: fresh, of both kinds, and nothing beyond this machine."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from shared.db import engine_options, is_conflict


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_an_empty_database(each_database_url: str, turn: str) -> None:
    engine = create_engine(each_database_url, **engine_options(each_database_url))

    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mark (turn VARCHAR(10))"))
        connection.execute(text("INSERT INTO mark VALUES (:turn)"), {"turn": turn})
        found = connection.scalars(text("SELECT turn FROM mark")).all()
    engine.dispose()

    assert found == [turn]


@pytest.mark.one_database
def test_nobody_waits_without_end_for_a_lock_or_a_statement(postgres_url: str) -> None:
    usual = create_engine(postgres_url, **engine_options(postgres_url))
    own = f"{postgres_url}?options=-c%20statement_timeout%3D30000"
    hasty = create_engine(own, **engine_options(own, 0.1))
    limits = [text(f"SHOW {name}") for name in ("lock_timeout", "statement_timeout")]

    with usual.connect() as holding, hasty.connect() as waiting:
        told = [one.scalar(limit) for one in (holding, waiting) for limit in limits]
        holding.execute(text("SELECT pg_advisory_lock(1)"))
        with pytest.raises(OperationalError) as kept_out:
            waiting.execute(text("SELECT pg_advisory_lock(1)"))
        waiting.rollback()
        waiting.execute(text("SET statement_timeout = '100ms'"))
        with pytest.raises(OperationalError) as too_slow:
            waiting.execute(text("SELECT pg_sleep(600)"))
    usual.dispose()
    hasty.dispose()

    assert told == ["20s", "5min", "100ms", "30s"]
    assert (is_conflict(kept_out.value), is_conflict(too_slow.value)) == (True, False)


@pytest.mark.one_database
@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_no_test_reaches_beyond_this_machine() -> None:
    with socket.socket() as probe, pytest.raises(SocketConnectBlockedError):
        probe.connect(("192.0.2.1", 80))
