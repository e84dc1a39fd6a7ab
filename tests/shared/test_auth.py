"""Access: a route without a rule answers nobody, and nobody gets in by another door."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from shared.actors import Actor, Delegation
from shared.app import REPLAY_MEMORY
from shared.auth import COOKIE, is_local_path
from shared.clock import SystemClock
from shared.tokens import PERSON_LIFE, SERVICE_LIFE, SKEW
from tests.shared.toy import SeenToken, db, person

Bearer = Callable[[Actor], dict[str, str]]
CallOf = Callable[[str, Actor], dict[str, str]]
SignIn = Callable[[FlaskClient, Actor], None]
THING = f"/api/v1/things/{uuid4()}"
RENEWED = timedelta(minutes=1) + PERSON_LIFE


def test_route_without_a_rule_answers_nobody(
    client: FlaskClient, bearer: Bearer, call_of: CallOf, sign_in: SignIn
) -> None:
    place = "/api/v1/forgotten"

    assert client.get(place).status_code == 401
    assert client.get(place, headers=bearer(person("director", "operator"))).status_code == 403
    assert client.get(place, headers=call_of("evaluation", person())).status_code == 403
    assert client.get("/forgotten").status_code == 302
    sign_in(client, person("director", "operator"))
    assert client.get("/forgotten").status_code == 403


@pytest.mark.parametrize(
    ("names", "status"), [((), 403), (("assistant",), 403), (("assistant", "director"), 200)]
)
def test_role_opens_the_route(
    client: FlaskClient, bearer: Bearer, sign_in: SignIn, names: tuple[str, ...], status: int
) -> None:
    actor = person(*names)

    assert client.get(THING, headers=bearer(actor)).status_code == status
    sign_in(client, actor)
    assert client.get("/desk").status_code == status


@pytest.mark.parametrize(
    ("act", "status"), [(None, 403), ("assign_evaluators", 403), ("appoint_controllers", 200)]
)
def test_delegation_of_the_act_opens_the_route_to_the_person_alone(
    client: FlaskClient, bearer: Bearer, call_of: CallOf, act: str | None, status: int
) -> None:
    day = SystemClock().today()
    given = () if act is None else (Delegation(uuid4(), act, day, day),)
    actor = replace(person("assistant"), delegations=given)
    place = "/api/v1/director-or-delegate"

    assert client.post(place, headers=bearer(actor)).status_code == status
    assert client.post(place, headers=call_of("evaluation", actor)).status_code == 403


def test_program_without_a_token_is_told_401_and_never_led_away(client: FlaskClient) -> None:
    reply = client.get(THING)

    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert "Location" not in reply.headers


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Basic eDp4", "Token é", "bearer a.b.c"]
)
def test_malformed_header_is_401(client: FlaskClient, header: str) -> None:
    assert client.get(THING, headers={"Authorization": header}).status_code == 401


def test_cookie_does_not_open_the_api(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, person("director"))

    assert client.get(THING).status_code == 401
    assert client.post("/api/v1/people-only").status_code == 401


def test_bearer_token_does_not_open_pages(client: FlaskClient, bearer: Bearer) -> None:
    assert client.get("/desk", headers=bearer(person("director"))).status_code == 302


def test_service_may_not_use_peoples_routes(
    client: FlaskClient, bearer: Bearer, call_of: CallOf
) -> None:
    director = person("director")
    token = bearer(director)["Authorization"].removeprefix("Bearer ")
    carried = Actor(organisation_id=director.organisation_id, name="x", token=token)

    for actor in (director, carried):
        reply = client.post("/api/v1/people-only", headers=call_of("evaluation", actor))
        assert reply.status_code == 403


def test_person_may_not_use_service_routes(
    client: FlaskClient, bearer: Bearer, sign_in: SignIn
) -> None:
    director = person("director", "operator")

    assert client.post("/api/v1/service-only", headers=bearer(director)).status_code == 403
    sign_in(client, director)
    assert client.get("/service-page").status_code == 403


def test_only_the_named_service_gets_in(client: FlaskClient, call_of: CallOf) -> None:
    for service, status in (("evaluation", 200), ("documents", 403)):
        reply = client.post("/api/v1/service-only", headers=call_of(service, person()))
        assert reply.status_code == status


def test_used_token_writes_no_second_time(client: FlaskClient, call_of: CallOf) -> None:
    headers = call_of("evaluation", person())

    first = client.post("/api/v1/service-only", headers=headers)
    replayed = client.post("/api/v1/service-only", headers=headers)

    assert (first.status_code, replayed.status_code) == (200, 401)


def test_used_token_stays_used_as_long_as_skew_is_forgiven(
    client: FlaskClient, call_of: CallOf
) -> None:
    start = SystemClock().now()
    with time_machine.travel(start, tick=False):
        headers = call_of("evaluation", person())
        assert client.post("/api/v1/service-only", headers=headers).status_code == 200
    last = start + SERVICE_LIFE + timedelta(seconds=SKEW - 1)

    with time_machine.travel(last, tick=False):
        # Another call makes the table forget what it may forget.
        other = call_of("evaluation", person())
        assert client.post("/api/v1/service-only", headers=other).status_code == 200
        assert client.post("/api/v1/service-only", headers=headers).status_code == 401


def test_remembered_tokens_do_not_pile_up(app: Flask, client: FlaskClient, call_of: CallOf) -> None:
    start = SystemClock().now()
    for minute in range(0, 60, 10):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            headers = call_of("evaluation", person())
            assert client.post("/api/v1/service-only", headers=headers).status_code == 200

    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SeenToken)) == 1
    assert timedelta(seconds=SKEW) < REPLAY_MEMORY


def test_visitor_is_led_to_sign_in_and_back_with_the_query(client: FlaskClient) -> None:
    reply = client.get("/desk?state=open&q=a%26b%3D%C5%99", base_url="http://x/evaluation")

    where = urlsplit(reply.headers["Location"])
    assert (reply.status_code, where.netloc, where.path) == (302, "", "/registry/sign-in")
    [target] = parse_qs(where.query)["next"]
    assert urlsplit(target).path == "/evaluation/desk"
    assert parse_qs(urlsplit(target).query) == {"state": ["open"], "q": ["a&b=ř"]}
    assert is_local_path(target)


def test_expired_visitor_is_led_to_renewal(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, person("director"))

    with time_machine.travel(SystemClock().now() + RENEWED):
        reply = client.get("/desk")

    assert reply.status_code == 302
    assert reply.headers["Location"] == "/registry/sign-in/renew?next=%2Fdesk"


@pytest.mark.parametrize("is_expired", [True, False], ids=["expired", "cookie is gone"])
def test_posted_form_is_kept_on_the_way_to_renewal(
    client: FlaskClient, sign_in: SignIn, is_expired: bool
) -> None:
    if is_expired:
        sign_in(client, person("director"))

    with time_machine.travel(SystemClock().now() + RENEWED):
        reply = client.post("/desk", data={"name": "long text"})

    assert reply.status_code == 307
    assert reply.headers["Location"].startswith("/registry/sign-in/renew?next=")


def test_post_without_the_form_token_does_nothing(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, person("director"))

    reply = client.post("/desk", data={"name": "forged elsewhere"})

    assert reply.status_code == 400


def test_forged_cookie_is_nobody(client: FlaskClient) -> None:
    client.set_cookie(COOKIE, "a.b.c")

    assert client.get("/desk").status_code == 302
    assert client.get("/").status_code == 200


def test_head_and_options_are_no_way_round(client: FlaskClient) -> None:
    assert client.head("/desk").status_code == 302
    assert client.options("/desk").status_code == 302
    assert client.options(THING).status_code == 401


@pytest.mark.one_database
@pytest.mark.parametrize(
    "path",
    [
        "",
        "relative",
        "//evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "\t//evil.example",
        " //evil.example",
        "https://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: a=b",
        "/\x00/evil.example",
    ],
)
def test_way_out_of_this_site_is_refused(path: str) -> None:
    assert not is_local_path(path)


@pytest.mark.one_database
@pytest.mark.parametrize("path", ["/", "/registry/", "/evaluation/?x=//a&y=http://b", "/a b/ř"])
def test_way_within_this_site_is_taken(path: str) -> None:
    assert is_local_path(path)


@pytest.mark.one_database
@given(st.text(alphabet="/\\\t\n\r .:@?#evil", max_size=12))
def test_browser_stays_here_wherever_it_is_sent(path: str) -> None:
    """Read the path as the URL standard tells browsers to."""
    if is_local_path(path):
        seen = "".join(sign for sign in path if sign not in "\t\n\r").strip().replace("\\", "/")
        assert seen.startswith("/")
        assert not seen.startswith("//")
