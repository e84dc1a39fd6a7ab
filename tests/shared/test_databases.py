"""The databases of tests: fresh, of both kinds, and nothing beyond this machine."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError
from sqlalchemy import create_engine, text

from shared.db import engine_options


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
@pytest.mark.filterwarnings("ignore:A test tried to use")
def test_no_test_reaches_beyond_this_machine() -> None:
    with socket.socket() as probe, pytest.raises(SocketConnectBlockedError):
        probe.connect(("192.0.2.1", 80))
