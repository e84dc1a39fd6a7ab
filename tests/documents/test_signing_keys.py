"""Who may change with what a person signs: a session alone, a guessed password, a colleague."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.documents.config import DocumentsSettings
from shared.actors import Actor
from shared.config import load

from .offices import (
    ASSISTANT,
    CONTROLLER,
    DIRECTOR,
    SECRET,
    STRANGER,
    Office,
    open_office,
    person,
    record,
)

OTHER_SECRET = "jiné-heslo-123"
SECOND_DIRECTOR = person("Mgr. Druhá Ředitelka", "director")
OPERATOR = person("Správce Systému", "operator")


def long_signed_in(actor: Actor) -> Actor:
    """Return the person whose session lives on although the password was typed long ago."""
    return replace(actor, password_at=datetime.now(UTC) - timedelta(minutes=6))


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    return open_office(tmp_path / "var", database_url, new_key_wait_hours=24)


def make_another(office: Office, actor: Actor) -> None:
    """Put the person's key away and make another one with another secret."""
    office.make_key(actor)
    assert office.browser(actor).post("/my-signature/retirement", data={}).status_code == 303
    office.make_key(actor, OTHER_SECRET)


def waiting_key(office: Office, actor: Actor) -> str | None:
    """Return the address under which the person may confirm somebody's key."""
    page = office.browser(actor).get("/").text
    start = page.find("/signing-keys/")
    return page[start : page.index('"', start)] if start >= 0 else None


def sign_with_other(office: Office, actor: Actor) -> int:
    document = office.put(record(actor))
    return office.sign(document["id"], actor, OTHER_SECRET).status_code


@pytest.mark.parametrize(
    "step",
    [
        lambda browser: browser.post("/my-signature/retirement", data={}),
        lambda browser: browser.get("/my-signature?next=/documents/"),
        lambda browser: browser.post(
            "/my-signature", data={"signing_secret": OTHER_SECRET, "repeated": OTHER_SECRET}
        ),
    ],
    ids=["retirement", "page of a new key", "new key"],
)
@pytest.mark.parametrize("has_key", [True, False])
def test_a_session_alone_changes_no_key(
    office: Office, step: Callable[[FlaskClient], TestResponse], has_key: bool
) -> None:
    if has_key:
        office.make_key(DIRECTOR)
    before = office.events(("signing_key",))

    reply = step(office.browser(long_signed_in(DIRECTOR)))

    assert office.events(("signing_key",)) == before
    if not (has_key and reply.status_code == 200):  # the page of a present key changes nothing
        assert reply.location.startswith("/registry/sign-in?next=%2F")
        assert reply.location.endswith("&again=1")


def test_the_api_takes_no_new_key_of_an_old_password(office: Office) -> None:
    reply = office.api("POST", "/signing-key", long_signed_in(DIRECTOR), {"signing_secret": SECRET})

    assert (reply.status_code, reply.json["type"].rpartition(":")[2]) == (403, "password-not-typed")
    assert office.api("GET", "/signing-key", DIRECTOR).status_code == 409


def test_the_first_key_signs_at_once(office: Office) -> None:
    office.make_key(CONTROLLER)
    document = office.put(record(CONTROLLER))

    assert office.sign(document["id"], CONTROLLER).status_code == 201


def test_another_key_waits_its_time(office: Office) -> None:
    make_another(office, CONTROLLER)

    assert sign_with_other(office, CONTROLLER) == 409
    assert "platí až od" in office.browser(CONTROLLER).get("/my-signature").text
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25)):
        assert sign_with_other(office, CONTROLLER) == 201
    assert office.events(("signing_key",)) == [
        "signing_key.made",
        "signing_key.retired",
        "signing_key.made",
    ]


def test_the_director_confirms_the_key_of_a_colleague(office: Office) -> None:
    make_another(office, CONTROLLER)
    address = waiting_key(office, DIRECTOR)
    assert address is not None

    shown = office.browser(DIRECTOR).get(address).text
    asked = office.browser(long_signed_in(DIRECTOR)).post(address)
    still = sign_with_other(office, CONTROLLER)
    done = office.browser(DIRECTOR).post(address)

    assert CONTROLLER.name in shown
    assert asked.location.endswith("&again=1")
    assert (still, done.status_code) == (409, 303)
    assert sign_with_other(office, CONTROLLER) == 201
    assert waiting_key(office, DIRECTOR) is None


@pytest.mark.parametrize(
    ("owner", "other", "status"),
    [
        (CONTROLLER, CONTROLLER, 403),
        (CONTROLLER, ASSISTANT, 403),
        (CONTROLLER, OPERATOR, 404),
        (CONTROLLER, STRANGER, 404),
        (DIRECTOR, DIRECTOR, 404),
        (DIRECTOR, OPERATOR, 303),
        (DIRECTOR, SECOND_DIRECTOR, 303),
    ],
)
def test_only_another_person_in_charge_confirms(
    office: Office, owner: Actor, other: Actor, status: int
) -> None:
    make_another(office, owner)
    address = waiting_key(office, DIRECTOR if owner is CONTROLLER else SECOND_DIRECTOR)

    reply = office.browser(other).post(str(address))

    assert reply.status_code == status
    assert sign_with_other(office, owner) == (201 if status == 303 else 409)


def test_another_key_does_not_open_the_lock(tmp_path: Path, database_url: str) -> None:
    office = open_office(tmp_path / "var", database_url, new_key_wait_hours=0)
    office.make_key(CONTROLLER)
    document = office.put(record(CONTROLLER))
    for _ in range(5):
        office.sign(document["id"], CONTROLLER, "hádané-heslo-1")

    office.browser(CONTROLLER).post("/my-signature/retirement", data={})
    office.make_key(CONTROLLER, OTHER_SECRET)

    assert sign_with_other(office, CONTROLLER) == 429
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert sign_with_other(office, CONTROLLER) == 201


@pytest.mark.parametrize(
    ("given", "hours"),
    [({}, 0), ({"new_key_wait_hours": 2}, 2)],
)
def test_only_development_does_not_wait(given: dict[str, int], hours: int) -> None:
    assert load(DocumentsSettings, **given).new_key_wait == timedelta(hours=hours)


def test_an_installation_waits_a_day(tmp_path: Path) -> None:
    settings = load(
        DocumentsSettings,
        mode="trial",
        secret_key="x" * 32,
        database_url="sqlite://",
        keys=tmp_path,
        public_url="https://vyzva.test",
    )

    assert settings.new_key_wait == timedelta(hours=24)
