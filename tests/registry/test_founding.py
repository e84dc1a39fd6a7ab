"""The first page of an empty installation, and everything that it refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from services.registry.domain.accounts import WrongFoundingCode
from services.registry.founding import FoundingOffer, offer_founding
from services.registry.models import Audit, Organisation, Person, SignInAttempt, db
from services.registry.service.bootstrap import (
    AlreadyFounded,
    NewOrganisation,
    found_first_organisation,
)
from shared.clock import FrozenClock

from .browser import Browser, Page
from .office import PASSWORD, Office

VALUES = {
    "name": "MAS Sokolovsko",
    "slug": "sokolovsko",
    "director_name": "Jana Malá",
    "email": "reditelka@sokolovsko.cz",
    "login": "reditelka",
    "password": PASSWORD,
    "again": PASSWORD,
}
BUTTON = "Založit organizaci"


@pytest.fixture
def code(app: Flask) -> str:
    found = offer_founding(app)
    assert found is not None
    return found


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def send(browser: Browser, **changes: str) -> Page:
    return browser.submit(browser.get("/registry/setup"), BUTTON, **{**VALUES, **changes})


def count(app: Flask, kind: type[Organisation | Person | SignInAttempt]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_person_founds_the_organisation_and_goes_on(
    app: Flask, code: str, browser: Browser
) -> None:
    assert browser.get("/registry/").location == "/registry/setup"

    done = send(browser, code=code, ic="26594129", data_box_id="VQBAB52")

    assert done.location == "/registry/sign-in?next=/registry/office/people", done.errors()
    signing_in = browser.follow(done)
    assert "Organizace je založená" in signing_in.text
    inside = browser.submit(signing_in, "Přihlásit", login="reditelka", password=PASSWORD)
    assert inside.status == 302
    assert "Jana Malá" in browser.get("/registry/office/people").text
    with app.app_context():
        organisation = db.session.scalars(select(Organisation)).one()
        assert (organisation.slug, organisation.ic) == ("sokolovsko", "26594129")
        acts = [entry.act for entry in db.session.scalars(select(Audit))]
        assert acts == ["found_organisation", "sign_in"]


@pytest.mark.parametrize("written", ["upper", "without dashes", "with blanks"])
def test_the_code_may_be_copied_by_hand(
    app: Flask, code: str, browser: Browser, written: str
) -> None:
    forms = {
        "upper": code.upper(),
        "without dashes": code.replace("-", ""),
        "with blanks": f" {code.replace('-', ' ')} ",
    }

    assert send(browser, code=forms[written]).status == 303


def test_without_an_offer_there_is_no_such_page(app: Flask, browser: Browser) -> None:
    path = "/registry/setup"
    assert browser.get(path).status == 404
    assert browser.post(path, VALUES).status in (400, 404)
    assert count(app, Organisation) == 0
    assert "Zatím tu není žádná organizace" in browser.get("/registry/").text


def test_a_wrong_code_founds_nothing(app: Flask, code: str, browser: Browser) -> None:
    refused = send(browser, code="aaaa-bbbb-cccc-dddd")
    empty = send(browser, code="")

    assert (refused.status, empty.status) == (403, 422)
    assert "Kód nesouhlasí" in refused.errors()
    assert PASSWORD not in refused.reply.get_data(as_text=True)
    assert count(app, Organisation) == 0


def test_guessing_the_code_is_slowed_down_even_for_the_right_one(
    app: Flask, code: str, browser: Browser
) -> None:
    for number in range(5):
        assert send(browser, code=f"aaaa-bbbb-cccc-ddd{number}").status == 403

    stopped = send(browser, code=code)

    assert stopped.status == 429
    assert count(app, Organisation) == 0
    with app.app_context():
        for attempt in db.session.scalars(select(SignInAttempt)):
            attempt.at -= timedelta(minutes=16)
        db.session.commit()
    assert send(browser, code=code).status == 303


def test_the_code_works_once(app: Flask, code: str, browser: Browser) -> None:
    page = browser.get("/registry/setup")
    assert send(browser, code=code).status == 303

    again = browser.submit(page, BUTTON, **{**VALUES, "code": code, "slug": "x", "login": "druha"})

    assert again.status == 404
    assert browser.get("/registry/setup").status == 404
    assert (count(app, Organisation), count(app, Person)) == (1, 1)
    assert offer_founding(app) is None


def test_an_offer_ends_when_the_operator_founds_by_command(
    app: Flask, code: str, browser: Browser, found: Callable[[str], None]
) -> None:
    page = browser.get("/registry/setup")
    found("szk")

    late = browser.submit(page, BUTTON, **{**VALUES, "code": code})

    assert (late.status, browser.get("/registry/setup").status) == (404, 404)
    assert count(app, Organisation) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "krátké", "again": "krátké"}, "aspoň 12 znaků"),
        ({"again": "jiné dlouhé heslo"}, "Hesla se liší"),
        ({"slug": "Velká písmena"}, "malá písmena"),
        ({"login": "Ž"}, "Přihlašovací jméno"),
        ({"email": "nikam"}, "není e-mailová adresa"),
        ({"name": " "}, "Vyplňte prosím"),
        ({"ic": "123"}, "IČO"),
        ({"data_box_id": "?"}, "není datová schránka"),
    ],
)
def test_bad_input_founds_nothing_and_the_code_stays(
    app: Flask, code: str, browser: Browser, changes: dict[str, str], words: str
) -> None:
    refused = send(browser, code=code, **changes)

    assert refused.status == 422
    assert words in refused.errors()
    assert (count(app, Organisation), count(app, Person)) == (0, 0)
    assert send(browser, code=code).status == 303


def test_a_form_of_another_site_is_refused(app: Flask, code: str, browser: Browser) -> None:
    reply = browser.post("/registry/setup", {**VALUES, "code": code})

    assert reply.status == 400
    assert count(app, Organisation) == 0


def test_only_one_request_holds_the_offer() -> None:
    offer = FoundingOffer("abcd-efgh")
    with offer.taken("ABCD efgh"):
        pass

    with pytest.raises(WrongFoundingCode), offer.taken("abcd-efgh"):
        raise AssertionError("a spent code must not open anything")


def test_a_failed_founding_leaves_the_offer_open() -> None:
    offer = FoundingOffer("abcd-efgh")
    with pytest.raises(ZeroDivisionError), offer.taken("abcd-efgh"):
        raise ZeroDivisionError

    with offer.taken("abcd-efgh"):
        pass
    assert not offer.is_open


def test_the_database_lets_one_first_founding_through(app: Flask, clock: FrozenClock) -> None:
    new = NewOrganisation(
        name="MAS",
        slug="prvni",
        login="prvni",
        director_name="Jana Malá",
        password=PASSWORD,
        email="a@b.cz",
    )
    with app.app_context():
        found_first_organisation(db.session(), new, clock.now())
        with pytest.raises(AlreadyFounded):
            found_first_organisation(db.session(), new, clock.now())


def test_guessing_from_one_address_under_many_names_is_slowed_down(office: Office) -> None:
    def attempt(login: str, address: str) -> int:
        body = {"login": login, "password": "něco jiného"}
        where = {"REMOTE_ADDR": address}
        return office.client.post(
            "/api/v1/sessions", json=body, environ_overrides=where
        ).status_code

    assert {attempt(f"jmeno{number}", "192.0.2.7") for number in range(20)} == {401}

    assert attempt("nikdy-nezkousene", "192.0.2.7") == 429
    assert attempt("nikdy-nezkousene", "192.0.2.8") == 401
