"""Moving the demonstration clock over HTTP: by whom it may be, and only in development."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.actors import Actor
from shared.clock import ShiftedClock
from shared.keys import KeyRing
from shared.tokens import make_person_token
from tests.databases import sqlite_address
from tests.shared.toy import create_app, person

pytestmark = pytest.mark.one_database
PLACE = "/api/v1/clock"
THERE = "2027-05-01T08:00:00+02:00"


@pytest.fixture
def clock(tmp_path: Path) -> ShiftedClock:
    return ShiftedClock(tmp_path / "clock.json")


@pytest.fixture
def app(tmp_path: Path, clock: ShiftedClock) -> Flask:
    return create_app(tmp_path, sqlite_address(tmp_path), clock=clock)


def test_director_moves_and_resets_it(
    client: FlaskClient, clock: ShiftedClock, bearer: Callable[[Actor], dict[str, str]]
) -> None:
    headers = bearer(person("director"))

    moved = client.put(PLACE, json={"at": THERE}, headers=headers)
    there = clock.now()
    back = client.delete(PLACE, headers=headers)

    assert (moved.status_code, back.status_code) == (200, 200)
    assert abs(there - datetime.fromisoformat(THERE)) < timedelta(seconds=5)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_others_may_only_look(
    client: FlaskClient, clock: ShiftedClock, bearer: Callable[[Actor], dict[str, str]]
) -> None:
    headers = bearer(person("assistant"))

    assert client.get(PLACE, headers=headers).status_code == 200
    assert client.put(PLACE, json={"at": THERE}, headers=headers).status_code == 403
    assert client.delete(PLACE, headers=headers).status_code == 403
    assert client.get(PLACE).status_code == 401
    assert clock.offset() == timedelta(0)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        "2027",
        {"at": 5},
        {"at": "soon"},
        {"at": "2027-05-01T08:00:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59Z"},
    ],
)
def test_what_is_no_instant_moves_nothing(
    client: FlaskClient,
    clock: ShiftedClock,
    bearer: Callable[[Actor], dict[str, str]],
    body: object,
) -> None:
    reply = client.put(PLACE, json=body, headers=bearer(person("director")))

    assert reply.status_code in (400, 415)
    assert clock.offset() == timedelta(0)


def test_production_has_no_such_address(tmp_path: Path, app: Flask) -> None:
    """The keys of the development app serve; what counts is the mode."""
    keys = tmp_path / "keys"
    real = create_app(
        tmp_path,
        sqlite_address(tmp_path),
        mode="production",
        secret_key="s" * 40,
        keys=keys,
        public_url="https://vyzva.test",
    )
    token = make_person_token(KeyRing(keys, "registry"), person("director"))
    headers = {"Authorization": f"Bearer {token}"}

    assert real.test_client().get(PLACE, headers=headers).status_code == 404
