"""The ground of an app: headers on every answer, sessions apart, forms and API kept apart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from flask import Blueprint as Pages
from flask import Flask, request
from flask.testing import FlaskClient
from flask_babel import gettext
from flask_smorest import Blueprint
from werkzeug.test import Client

from shared.app import SECURITY_HEADERS, add_blueprints, make_clock
from shared.auth import PUBLIC, access
from shared.clock import ShiftedClock, SystemClock
from shared.openapi import ServiceApi
from shared.serving import mounted
from tests.databases import sqlite_address
from tests.shared.toy import (
    DocumentsSettings,
    EvaluationSettings,
    ToySettings,
    create_app,
    db,
    person,
)

SignIn = Callable[[FlaskClient, object], None]
KINDS = (ToySettings, EvaluationSettings, DocumentsSettings)


@pytest.fixture
def apps(tmp_path: Path) -> Iterator[dict[str, Flask]]:
    """Three apps in one process, each with its own database, one folder of keys."""
    made = {}
    for kind in KINDS:
        folder = tmp_path / kind.service
        folder.mkdir()
        made[kind.service] = create_app(
            folder, sqlite_address(folder), kind=kind, keys=tmp_path / "keys"
        )
    yield made
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/healthz", 200),
        ("GET", "/desk", 302),
        ("POST", "/desk", 307),
        ("GET", "/nowhere", 404),
        ("POST", "/healthz", 405),
        ("GET", "/broken", 500),
        ("GET", "/file.pdf", 200),
        ("GET", "/api/v1/broken", 500),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/forgotten", 401),
        ("GET", "/language/en", 302),
        ("GET", "/shared_web/static/none.css", 404),
        ("OPTIONS", "/", 200),
    ],
)
def test_every_answer_carries_the_security_headers(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    reply = client.open(path, method=method)

    assert reply.status_code == status
    for name, value in SECURITY_HEADERS.items():
        assert reply.headers[name] == value
    assert reply.headers["Cache-Control"] == "no-store"
    assert len(reply.headers["X-Request-Id"]) == 32
    assert "Strict-Transport-Security" not in reply.headers


def test_policy_allows_neither_inline_nor_foreign_things() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    for loose in ("unsafe", "*", "http:", "https:"):
        assert loose not in policy


def test_asset_may_be_kept_but_not_its_absence(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        place = app.url_for("shared_web.static", filename="theme.css")
        library = app.url_for("bootstrap.static", filename="css/bootstrap.min.css")

    for address in (place, library):
        assert client.get(address).headers["Cache-Control"] == "public, max-age=3600"
    assert client.get(place + ".none").headers["Cache-Control"] == "no-store"


def test_https_is_pinned_and_cookies_are_secure(tmp_path: Path) -> None:
    app = create_app(tmp_path, sqlite_address(tmp_path), public_url="https://vyzva.example")

    reply = app.test_client().get("/", base_url="https://vyzva.example")

    assert reply.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Secure" in reply.headers["Set-Cookie"]


def test_sessions_of_three_apps_do_not_overwrite_one_another(apps: dict[str, Flask]) -> None:
    browser = Client(mounted(apps, "registry"))
    cookies = {}
    for name in apps:
        reply = browser.get(f"/{name}/")
        cookies[name] = reply.headers["Set-Cookie"]
        assert f"vyzva_{name}=" in cookies[name]
        assert f"Path=/{name}" in cookies[name]
        assert "HttpOnly" in cookies[name]
        assert "SameSite=Lax" in cookies[name]

    for name in apps:
        browser.get(f"/{name}/")
        assert browser.get_cookie(f"vyzva_{name}", path=f"/{name}") is not None
    assert len({cookie.split(";")[0].split("=")[0] for cookie in cookies.values()}) == 3


def test_form_session_survives_a_visit_to_the_others(apps: dict[str, Flask]) -> None:
    browser = Client(mounted(apps, "registry"))
    for _ in range(2):
        for name in apps:
            browser.get(f"/{name}/")

    for name, app in apps.items():
        cookie = browser.get_cookie(f"vyzva_{name}", path=f"/{name}")
        assert cookie is not None
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        assert serializer.loads(cookie.value)["seen"] == 2


def test_root_leads_to_the_first_service_and_other_paths_nowhere(
    apps: dict[str, Flask],
) -> None:
    browser = Client(mounted(apps, "registry"))

    root, lost, similar = browser.get("/"), browser.get("/lost"), browser.get("/registryx/")

    assert (root.status_code, root.headers["Location"]) == (302, "/registry/")
    assert (lost.status_code, similar.status_code) == (404, 404)
    assert browser.get("/registry").headers["Location"] == "http://localhost/registry/"
    for reply in (root, lost):
        assert set(SECURITY_HEADERS) <= set(reply.headers.keys())


def test_api_outside_its_place_is_refused_at_start(app: Flask) -> None:
    """It would take the cookie of a page and no form token."""
    stray = Blueprint("stray", "stray", url_prefix="/elsewhere")
    app._got_first_request = False
    stray.add_url_rule("/x", view_func=access(PUBLIC)(lambda: "x"), endpoint="x")

    with pytest.raises(ValueError, match=r"/elsewhere/x"):
        add_blueprints(app, _api_of(app), pages=[], api_parts=[stray])


def test_page_inside_the_api_is_refused_at_start(app: Flask) -> None:
    stray = Pages("stray", __name__, url_prefix="/api/v1/stray")
    stray.add_url_rule("/x", view_func=access(PUBLIC)(lambda: "x"), endpoint="x")

    with pytest.raises(ValueError, match=r"/api/v1/stray/x"):
        add_blueprints(app, _api_of(app), pages=[stray], api_parts=[])


def _api_of(app: Flask) -> ServiceApi:
    api: ServiceApi = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api


def test_api_needs_no_form_token(
    client: FlaskClient, call_of: Callable[..., dict[str, str]]
) -> None:
    reply = client.post("/api/v1/service-only", headers=call_of("evaluation", person()))

    assert reply.status_code == 200


def test_language_is_remembered_and_the_way_back_stays_here(client: FlaskClient) -> None:
    good = client.get("/language/de?next=/registry/%3Fa%3D1")
    evil = client.get("/language/de?next=/%09/evil.example")

    assert good.headers["Location"] == "/registry/?a=1"
    assert evil.headers["Location"] == "/"
    assert 'lang="de"' in client.get("/").get_data(as_text=True)
    assert client.get("/language/xx").headers.get("Set-Cookie") is None


def test_worker_speaks_czech_outside_any_request(app: Flask) -> None:
    with app.app_context():
        assert gettext("Vítejte") == "Vítejte"


def test_health_says_which_service_is_well(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok", "service": "registry"}


def test_templates_leave_no_blank_lines_of_tags(app: Flask) -> None:
    assert app.jinja_env.trim_blocks
    assert app.jinja_env.lstrip_blocks


@pytest.mark.one_database
@pytest.mark.parametrize("mode", ["production", "trial"])
def test_clock_can_be_moved_in_development_only(
    tmp_path: Path, mode: Literal["production", "trial"]
) -> None:
    development = ToySettings(var=tmp_path)
    production = ToySettings(
        mode=mode,
        public_url="https://vyzva.test",
        var=tmp_path,
        secret_key="s" * 40,  # type: ignore[arg-type]  # pydantic wraps it
        database_url="sqlite://",
        keys=tmp_path,
    )

    assert isinstance(make_clock(development), ShiftedClock)
    assert isinstance(make_clock(production), SystemClock)


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [
        (0, "192.0.2.1", "http"),
        (1, "10.0.0.9", "https"),
        (2, "6.6.6.6", "http"),
    ],
)
def test_only_own_proxies_say_where_a_request_came_from(
    tmp_path: Path, proxies: int, address: str, scheme: str
) -> None:
    app = create_app(tmp_path, "sqlite:///:memory:", trusted_proxies=proxies)
    seen: list[tuple[str | None, str, str]] = []
    app.before_request(lambda: seen.append((request.remote_addr, request.scheme, request.host)))
    spoofed = {
        "X-Forwarded-For": "6.6.6.6, 10.0.0.9",
        "X-Forwarded-Proto": "http, https",
        "X-Forwarded-Host": "evil.example",
    }

    app.test_client().get("/", headers=spoofed, environ_base={"REMOTE_ADDR": "192.0.2.1"})

    assert seen == [(address, scheme, "localhost")]
