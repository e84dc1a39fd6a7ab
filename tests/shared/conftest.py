"""The toy service and its tokens for the kernel's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.actors import Actor
from shared.auth import COOKIE
from shared.keys import KeyRing
from shared.tokens import make_person_token, make_service_token
from tests.shared.toy import create_app, db


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    app = create_app(tmp_path, database_url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def bearer(app: Flask) -> Callable[[Actor], dict[str, str]]:
    """Return the header with which a person's program signs in."""
    keys = KeyRing(app.extensions["vyzva-settings"].keys_folder, "registry")
    return lambda actor: {"Authorization": f"Bearer {make_person_token(keys, actor)}"}


@pytest.fixture
def call_of(app: Flask) -> Callable[[str, Actor], dict[str, str]]:
    """Return the header with which a service calls the toy (which is registry)."""
    folder = app.extensions["vyzva-settings"].keys_folder

    def make(service: str, actor: Actor) -> dict[str, str]:
        token = make_service_token(KeyRing(folder, service), callee="registry", actor=actor)
        return {"Authorization": f"Bearer {token}"}

    return make


@pytest.fixture
def sign_in(app: Flask) -> Callable[[FlaskClient, Actor], None]:
    """Give a browser the cookie that registry sets."""
    keys = KeyRing(app.extensions["vyzva-settings"].keys_folder, "registry")

    def give(client: FlaskClient, actor: Actor) -> None:
        client.set_cookie(COOKIE, make_person_token(keys, actor))

    return give
