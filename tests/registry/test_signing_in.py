"""Signing in and out: one sign-in for three services, sessions that end on the server."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.wrappers import Response

from services.registry.models import SignInAttempt, SignInSession, db
from shared.auth import COOKIE, FORM_COOKIE, LOCK_COOKIE, SIGN_IN, lock
from shared.tokens import TokenExpired, make_person_token, read_person_token

from .browser import Browser, Page
from .office import PASSWORD, Office, expect, problem_of


def sign_in(office: Office, password: str = PASSWORD, login: str | None = None) -> object:
    body = {"login": login or office.director.login, "password": password}
    return office.client.post("/api/v1/sessions", json=body)


def test_token_vouches_for_person_roles_and_organisation(office: Office) -> None:
    actor = office.director.actor

    assert (actor.name, actor.roles) == ("Jana Malá", frozenset({"director"}))
    assert actor.organisation_name == "MAS szk"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        (None, "špatné heslo"),
        ("nikdo", PASSWORD),
        ("' or 1=1 --", PASSWORD),
    ],
)
def test_wrong_name_and_wrong_password_sound_the_same(
    office: Office, login: str | None, password: str
) -> None:
    reply = sign_in(office, password, login)

    assert problem_of(reply) == (401, "wrong-credentials")  # type: ignore[arg-type]  # a reply


def test_guessing_stops_and_the_right_password_has_to_wait_too(office: Office) -> None:
    for _ in range(5):
        sign_in(office, "špatné heslo")

    assert problem_of(sign_in(office)) == (429, "too-many-attempts")  # type: ignore[arg-type]
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        expect(sign_in(office), 201)  # type: ignore[arg-type]
    with office.app.app_context():
        assert db.session.scalars(select(SignInAttempt)).all() == []


def test_session_renews_the_token_until_it_ends(office: Office) -> None:
    opened = expect(sign_in(office), 201)  # type: ignore[arg-type]
    renewal = {"session": opened["session"]}

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        with pytest.raises(TokenExpired):
            read_person_token(office.keys, opened["token"])
        fresh = expect(office.client.post("/api/v1/sessions/renewal", json=renewal), 200)
        assert read_person_token(office.keys, fresh["token"]).name == "Jana Malá"
        headers = {"Authorization": f"Bearer {fresh['token']}"}
        office.client.delete("/api/v1/sessions/current", headers=headers)
        ended = office.client.post("/api/v1/sessions/renewal", json=renewal)
    assert problem_of(ended) == (401, "session-over")


def test_sleeping_session_ends(office: Office) -> None:
    opened = expect(sign_in(office), 201)  # type: ignore[arg-type]

    with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
        renewal = {"session": opened["session"]}
        reply = office.client.post("/api/v1/sessions/renewal", json=renewal)

    assert problem_of(reply) == (401, "session-over")


def test_secret_of_a_session_is_nowhere_kept(office: Office) -> None:
    opened = expect(sign_in(office), 201)  # type: ignore[arg-type]

    with office.app.app_context():
        kept = {row.secret_hash for row in db.session.scalars(select(SignInSession))}
    assert opened["session"] not in kept


def test_changed_roles_end_sessions_everywhere(office: Office) -> None:
    opened = expect(sign_in(office, login=office.assistant.login), 201)  # type: ignore[arg-type]
    facts = {"name": "Asistentka", "roles": ["registrar"], "version": 1}
    path = f"/people/{office.assistant.actor.person_id}"

    office.director.call("PATCH", path, facts)

    renewal = {"session": opened["session"]}
    reply = office.client.post("/api/v1/sessions/renewal", json=renewal)
    assert problem_of(reply) == (401, "session-over")


def test_everywhere_means_every_device(office: Office) -> None:
    secrets = [expect(sign_in(office), 201)["session"] for _ in range(2)]  # type: ignore[arg-type]

    office.director.call("DELETE", "/sessions")

    for secret in secrets:
        reply = office.client.post("/api/v1/sessions/renewal", json={"session": secret})
        assert reply.status_code == 401


# In the browser


def test_page_leads_to_sign_in_and_back(office: Office) -> None:
    browser = Browser(office.app)
    page = browser.get("/registry/office/calls")
    assert page.location == "/registry/sign-in?next=%2Fregistry%2Foffice%2Fcalls"

    form = browser.get(page.location)
    done = browser.submit(form, "Přihlásit", login=office.director.login, password=PASSWORD)

    assert done.location == "/registry/office/calls"
    assert browser.follow(done).status == 200


def test_wrong_password_is_told_in_words(office: Office) -> None:
    browser = Browser(office.app)
    form = browser.get("/registry/sign-in")

    page = browser.submit(form, "Přihlásit", login=office.director.login, password="x")

    assert page.status == 401
    assert "Jméno a heslo k sobě nepatří" in page.errors()


@pytest.mark.parametrize("target", ["https://zlo.cz/", "//zlo.cz", "/\\zlo.cz", "javascript:1"])
def test_sign_in_never_leads_elsewhere(office: Office, target: str) -> None:
    browser = Browser(office.app)
    form = browser.get("/registry/sign-in", query_string={"next": target})

    values = {**form.values("Přihlásit"), "login": office.director.login, "password": PASSWORD}
    done = browser.post("/registry/sign-in", values, query_string={"next": target})

    assert done.location == "/evaluation/"


def test_expired_token_is_renewed_on_the_way(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.director.login)

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=20)):
        page = browser.get("/registry/office/calls")
        assert page.location.startswith("/registry/sign-in/renew?next=")
        page = browser.follow(page)
        assert (page.status, page.location) == (302, "/registry/office/calls")
        assert browser.follow(page).status == 200


FORM = "/registry/office/calls/new"


def locked(office: Office) -> Browser:
    """Return a browser as ``shared.auth.lock`` leaves it after it showed the page of FORM."""
    browser = Browser(office.app).sign_in(office.director.login)
    with office.app.test_request_context(
        FORM.removeprefix("/registry"), "http://localhost/registry"
    ):
        answer = lock(Response())
    for line in answer.headers.getlist("Set-Cookie"):
        name, _, value = line.partition(";")[0].partition("=")
        if name == LOCK_COOKIE:
            browser.keep(LOCK_COOKIE, value, path=SIGN_IN)
    browser.forget(COOKIE)
    return browser


def renewed(browser: Browser, page: str) -> Page:
    return browser.post("/registry/sign-in/renew", {}, query_string={"next": page})


def test_a_browser_that_lost_its_token_gets_no_new_one_by_an_address(office: Office) -> None:
    """Documents takes it away before the recipient holds the tablet; only a form is renewed."""
    browser = locked(office)

    typed = browser.get("/registry/sign-in/renew", query_string={"next": FORM})
    sent = renewed(browser, FORM)

    assert (typed.status, typed.location) == (303, f"/registry/sign-in?next={FORM}")
    assert (sent.status, sent.location) == (307, FORM)


@pytest.mark.parametrize("page", ["/registry/account", "/registry/office", f"{FORM}/", "/"])
def test_a_locked_browser_gets_a_token_for_its_own_form_only(office: Office, page: str) -> None:
    browser = locked(office)

    sent = renewed(browser, page)

    assert (sent.status, sent.location) == (303, f"/registry/sign-in?next={page}")
    assert sent.reply.headers.getlist("Set-Cookie") == []


def test_no_lock_and_a_forged_one_renew_nothing(office: Office) -> None:
    browser = locked(office)
    browser.forget(LOCK_COOKIE, path=SIGN_IN)
    without = renewed(browser, FORM)
    browser.keep(LOCK_COOKIE, "a.b.c", path=SIGN_IN)
    forged = renewed(browser, FORM)
    person = make_person_token(office.keys, office.director.actor, form=FORM)
    browser.keep(LOCK_COOKIE, person, path=SIGN_IN)
    other = renewed(browser, FORM)

    for reply in (without, forged, other):
        asked_for = f"/registry/sign-in?next={FORM}"
        assert (reply.status, reply.location.removesuffix("&ended=yes")) == (303, asked_for)
        assert reply.reply.headers.getlist("Set-Cookie") == []


def test_signing_in_ends_the_lock(office: Office) -> None:
    browser = locked(office).sign_in(office.director.login)

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=20)):
        page = browser.get("/registry/sign-in/renew", query_string={"next": "/registry/office"})

    assert (page.status, page.location) == (302, "/registry/office")


def test_what_is_left_of_a_form_that_never_arrived_opens_nothing(office: Office) -> None:
    """The connection breaks between the renewal and the form: the token is good for no page."""
    browser = locked(office)

    sent = renewed(browser, FORM)
    given = sent.reply.headers.getlist("Set-Cookie")
    pages = [browser.get(path) for path in (FORM, "/registry/office", "/registry/account")]
    typed = browser.get("/registry/sign-in/renew", query_string={"next": "/registry/office"})
    other = browser.post("/registry/account", {})

    assert [one.partition("=")[0] for one in given] == [FORM_COOKIE]
    assert f"Path={FORM}" in given[0]
    for reply in (*pages, typed):
        assert reply.location.startswith("/registry/sign-in?next=")
    assert other.location.startswith("/registry/sign-in/renew?next=")


def test_form_sent_with_an_expired_token_is_not_lost(office: Office) -> None:
    call_id = office.draft_call()
    browser = Browser(office.app).sign_in(office.director.login)
    form = browser.get(f"/registry/office/calls/{call_id}/plan")
    values = {**form.values("Zapsat termíny a místa"), "intake_place": "Jinde"}

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=20)):
        first = browser.post(f"/registry/office/calls/{call_id}/plan", values)
        assert first.status == 307
        second = browser.post(first.location, values)
        assert second.status == 307
        third = browser.post(second.location, values)

    assert third.status == 303
    assert office.director.get(f"/calls/{call_id}")["intake_place"] == "Jinde"


def test_sign_out_ends_the_session_on_the_server(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.director.login)

    done = browser.post("/registry/sign-out", headers={"Sec-Fetch-Site": "same-origin"})

    assert done.status == 303
    assert browser.get("/registry/office").location.startswith("/registry/sign-in")
    with office.app.app_context():
        ended = select(SignInSession).where(SignInSession.ended_at.is_not(None))
        assert len(db.session.scalars(ended).all()) == 1


def test_foreign_site_cannot_sign_anybody_out(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.director.login)

    browser.post("/registry/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    browser.post("/registry/sign-out", headers={"Origin": "https://zlo.cz"})

    assert browser.get("/registry/office").status == 200


def test_form_without_its_token_is_refused(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.director.login)

    page = browser.post("/registry/office/calls/new", {"number": "9", "title": "x"})

    assert page.status == 400
    assert office.director.get("/calls")["items"] == []


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(office: Office) -> None:
    browser = Browser(office.app)
    form = browser.get("/registry/sign-in")

    done = browser.submit(form, "Přihlásit", login=office.director.login, password=PASSWORD)

    cookies = done.reply.headers.getlist("Set-Cookie")
    person = next(cookie for cookie in cookies if cookie.startswith(f"{COOKIE}="))
    session = next(cookie for cookie in cookies if cookie.startswith("vyzva_session="))
    for cookie in (person, session):
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Path=/;" in person + ";" and "Path=/registry" in session


def test_own_password_is_changed_and_everything_signed_out(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.director.login)
    page = browser.get("/registry/account")

    new = "úplně jiné heslo"
    done = browser.submit(page, "Změnit heslo", present=PASSWORD, password=new, repeated=new)

    assert done.location == "/registry/sign-in"
    assert browser.get("/registry/office").status == 302
    expect(sign_in(office, new), 201)  # type: ignore[arg-type]


def test_a_form_that_outlived_its_sign_in_leads_back_to_the_page_on_which_it_stands(
    office: Office,
) -> None:
    address = "/sign-in/renew?next=/evaluation/cases/1/expire"
    page = "http://localhost/evaluation/cases/1/repair"

    reply = office.app.test_client().post(address, headers={"Referer": page})
    foreign = office.app.test_client().post(address, headers={"Referer": "http://elsewhere/x"})

    assert "next=/evaluation/cases/1/repair" in reply.location
    assert "next=/evaluation/cases/1/expire" in foreign.location
    assert "mezitím skončilo" in office.app.test_client().get(reply.location).text
