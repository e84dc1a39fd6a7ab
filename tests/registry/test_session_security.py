"""A session that ended is over at once; guessing is slow for strangers and not for others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, select

from services.registry.models import Audit, SignInAttempt, db
from services.registry.service.sign_in import Candidate
from shared.auth import COOKIE
from shared.tokens import make_person_token

from .browser import Browser
from .office import PASSWORD, Office, Person, expect, problem_of

NEW = "úplně jiné heslo osoby"
STRANGER = "203.0.113.7"
HOME = "127.0.0.1"


def sign_in(office: Office, login: str, password: str = PASSWORD, address: str = HOME) -> Any:
    body = {"login": login, "password": password}
    place = {"REMOTE_ADDR": address}
    return office.app.test_client().post("/api/v1/sessions", json=body, environ_base=place)


# Sessions that ended


def bearer(office: Office, person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_person_token(office.keys, person.actor)}"}


def asks(office: Office, headers: dict[str, str]) -> set[int]:
    paths = ("/api/v1/people", "/api/v1/calls", "/api/v1/people/me")
    return {office.client.get(path, headers=headers).status_code for path in paths}


def test_a_token_is_over_with_its_session(office: Office) -> None:
    stolen = bearer(office, office.registrar)
    assert asks(office, stolen) == {200}

    assert office.registrar.call("DELETE", "/sessions").status_code == 204

    assert asks(office, stolen) == {401}


def test_a_token_is_over_with_its_account(office: Office) -> None:
    kept = bearer(office, office.registrar)
    path = f"/people/{office.registrar.actor.person_id}"
    facts = {"name": "Prijem", "roles": [], "is_active": False, "version": 1}

    expect(office.director.call("PATCH", path, facts), 200)

    assert asks(office, kept) == {401}


def test_a_cookie_is_over_with_its_session(office: Office) -> None:
    client = office.app.test_client()
    client.set_cookie(COOKIE, make_person_token(office.keys, office.registrar.actor))
    assert client.get("/account").status_code == 200

    office.registrar.call("DELETE", "/sessions")

    assert client.get("/account").location.startswith("/registry/sign-in/renew")
    assert office.registrar.actor.name not in client.get("/").get_data(as_text=True)


def test_one_query_asks_whether_the_session_lives(office: Office) -> None:
    headers = bearer(office, office.registrar)
    asked: list[str] = []
    with office.app.app_context():
        engine = db.engine

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        office.client.get("/api/v1/people/me", headers=headers)
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert len(asked) == 1 and "sign_in_session" in asked[0]


# One's own password


def test_a_borrowed_session_changes_no_password(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.registrar.login)
    page = browser.get("/registry/account")

    refused = browser.submit(page, "Změnit heslo", present="?", password=NEW, repeated=NEW)
    path = f"/people/{office.registrar.actor.person_id}/password"
    again = office.registrar.call("POST", path, {"present": "?", "password": NEW})

    assert refused.status == 422 and "Dosavadní heslo nesouhlasí" in refused.errors()
    assert problem_of(again) == (422, "wrong-present-password")
    expect(sign_in(office, office.registrar.login), 201)


def test_the_present_password_cannot_be_guessed_there_either(office: Office) -> None:
    path = f"/people/{office.registrar.actor.person_id}/password"
    for _ in range(5):
        office.registrar.call("POST", path, {"present": "?", "password": NEW})

    right = office.registrar.call("POST", path, {"present": PASSWORD, "password": NEW})

    assert problem_of(right) == (429, "too-many-attempts")


# Guessing


def test_strangers_lock_nobody_out_of_a_known_place(office: Office) -> None:
    for _ in range(8):
        sign_in(office, office.director.login, "?", STRANGER)

    assert problem_of(sign_in(office, office.director.login, PASSWORD, STRANGER))[0] == 429
    expect(sign_in(office, office.director.login), 201)


def test_a_good_guess_elsewhere_does_not_clear_the_count_of_a_stranger(office: Office) -> None:
    for _ in range(5):
        sign_in(office, office.director.login, "?", STRANGER)

    expect(sign_in(office, office.director.login), 201)

    assert problem_of(sign_in(office, office.director.login, "?", STRANGER))[0] == 429


def test_many_strange_places_share_one_count_under_a_name(office: Office) -> None:
    answers = [
        sign_in(office, office.director.login, "?", f"203.0.113.{n}").status_code for n in range(7)
    ]

    assert answers == [401] * 5 + [429] * 2


def test_spraying_names_from_one_place_is_slowed_down(office: Office) -> None:
    answers = [sign_in(office, f"szk.{n}", "?", STRANGER).status_code for n in range(25)]

    assert answers == [401] * 20 + [429] * 5


def test_waiting_grows_with_each_failure(office: Office) -> None:
    start = datetime.now(UTC)
    for second, expected in ((0, 401), (29, 429), (31, 401), (62, 429), (95, 401), (150, 429)):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            if second == 0:
                for _ in range(4):
                    sign_in(office, office.director.login, "?", STRANGER)
            reply = sign_in(office, office.director.login, "?", STRANGER)
        assert reply.status_code == expected, second


@contextmanager
def everybody_waits_to_verify(monkeypatch: pytest.MonkeyPatch, count: int) -> Iterator[None]:
    """Let requests get as far as the check of the password before any of them is checked."""
    barrier = threading.Barrier(count)
    verify = Candidate.verify

    def wait(self: Candidate, password: str) -> bool:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(timeout=3)
        return verify(self, password)

    monkeypatch.setattr(Candidate, "verify", wait)
    yield


def test_parallel_guesses_count_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[int] = []

    def guess() -> None:
        reply = sign_in(office, office.director.login, "?", STRANGER)
        answers.append(reply.status_code)

    with everybody_waits_to_verify(monkeypatch, 12):
        threads = [threading.Thread(target=guess) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    assert len(answers) == 12
    assert answers.count(401) <= 5


def test_a_refused_attempt_makes_nobody_wait_longer(office: Office) -> None:
    for _ in range(9):
        sign_in(office, office.director.login, "?", STRANGER)

    with office.app.app_context():
        assert len(db.session.scalars(select(SignInAttempt)).all()) == 5


# The audit trail


def test_signing_in_and_out_and_failing_is_audited(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.registrar.login)
    sign_in(office, office.registrar.login, "hádané heslo", STRANGER)
    browser.post("/registry/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
    office.registrar.call("DELETE", "/sessions")

    person_id = office.registrar.actor.person_id
    with office.app.app_context():
        mine = select(Audit).where(Audit.subject_id == person_id).order_by(Audit.recorded_at)
        entries = list(db.session.scalars(mine))
        told = [(entry.act, entry.actor_id, entry.details) for entry in entries]
    home = {"network": "127.0.0.0/24"}
    assert told[-5:] == [
        ("sign_in", person_id, home),
        ("sign_in", person_id, {}),
        ("sign_in_failed", None, {"network": "203.0.113.0/24"}),
        ("sign_out", person_id, {}),
        ("sign_out_everywhere", person_id, {}),
    ]
    assert "hádané" not in str(told) and STRANGER not in str(told)
