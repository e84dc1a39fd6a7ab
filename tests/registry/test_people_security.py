"""Nobody becomes somebody else: roles, passwords, links, the last director."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from services.registry.models import Audit, PasswordLink, Person, db
from services.registry.service import people
from shared.tokens import make_person_token

from .browser import Browser
from .office import PASSWORD, Office, expect, problem_of
from .office import Person as Colleague

NEW = "úplně jiné heslo osoby"
LINK = re.compile(r"http://mas\.test(/registry/sign-in/password/[\w-]+)")


def facts(name: str, *roles: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "email": f"{name.lower()}@szk.cz", "roles": list(roles), **more}


def change(who: Colleague, whom: Colleague, body: dict[str, Any]) -> Any:
    return who.call("PATCH", f"/people/{whom.actor.person_id}", {"version": 1, **body})


def messages(folder: Path) -> list[tuple[str, str]]:
    """Return the addressee and the text of each message that left."""
    found = []
    for file in sorted((folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        found.append((str(message["To"]), message.get_content()))
    return found


def link_for(office: Office, folder: Path, address: str) -> str:
    """Return the path of the last link that was sent to the address."""
    office.run_worker()
    texts = [text for to, text in messages(folder) if to == address]
    match = LINK.search(texts[-1])
    assert match is not None
    return match[1]


def can_sign_in(office: Office, login: str, password: str) -> bool:
    body = {"login": login, "password": password}
    return office.client.post("/api/v1/sessions", json=body).status_code == 201


# Roles


@pytest.fixture
def operator(office: Office) -> Colleague:
    return office.hire("spravce", "operator")


@pytest.mark.parametrize(
    "role",
    [
        "director",
        "committee",
        "programme_committee",
        "assembly",
        "controller",
        "evaluator",
        "registrar",
        "assistant",
    ],
)
def test_operator_neither_gives_nor_takes_a_deciding_role(
    office: Office, operator: Colleague, role: str
) -> None:
    auditor, holder = office.hire("auditor", "auditor"), office.hire("drzitel", role)
    newcomer = {**facts("Nova", role), "login": "szk.nova", "password": PASSWORD}

    refused = [
        change(operator, auditor, facts("Auditor", "auditor", role)),
        change(operator, holder, facts("Drzitel", "auditor")),
        change(operator, holder, facts("Drzitel", role, is_active=False)),
        operator.call("PUT", f"/people/{uuid4()}", newcomer),
    ]

    assert {problem_of(reply) for reply in refused} == {(403, "deciding-roles-by-director")}
    assert {
        tuple(p["roles"])
        for p in office.director.get("/people")
        if p["name"] in ("Auditor", "Drzitel")
    } == {("auditor",), (role,)}


def test_operator_still_cares_for_accounts_that_decide_nothing(
    office: Office, operator: Colleague
) -> None:
    newcomer = {**facts("Nova", "auditor"), "login": "szk.nova", "password": PASSWORD}
    operator.put(f"/people/{uuid4()}", newcomer)

    renamed = change(
        operator, office.evaluator, facts("Jinak", "evaluator", email="hodnotitel@szk.cz")
    )

    assert can_sign_in(office, "szk.nova", PASSWORD)
    assert expect(renamed, 200)["name"] == "Jinak"


@pytest.mark.parametrize("roles", [["operator", "director"], ["operator", "auditor"], []])
def test_nobody_but_the_director_changes_the_own_roles(
    office: Office, operator: Colleague, roles: list[str]
) -> None:
    reply = change(operator, operator, facts("Spravce", *roles))

    assert problem_of(reply) == (403, "own-roles")


def test_other_directors_hear_of_a_director_who_changes_the_own_roles(
    office: Office, tmp_path: Path
) -> None:
    office.hire("druha", "director")

    expect(
        change(
            office.director,
            office.director,
            facts("Jana", "director", "evaluator", email="reditelka@szk.cz"),
        ),
        200,
    )
    office.run_worker()

    told = [text for to, text in messages(tmp_path) if to == "druha@szk.cz"]
    assert len(told) == 1 and "director, evaluator" in told[0]
    with office.app.app_context():
        entry = db.session.scalars(select(Audit).where(Audit.act == "change_person")).one()
        assert entry.details["former_roles"] == ["director"]


def test_each_director_removing_the_other_leaves_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = office.hire("druha", "director")
    both_have_looked = threading.Barrier(2)
    look = people._keep_a_director

    def look_and_wait(*given: Any) -> None:
        look(*given)
        try:
            both_have_looked.wait(timeout=2)  # the lock lets only one get here
        except threading.BrokenBarrierError:
            return

    monkeypatch.setattr(people, "_keep_a_director", look_and_wait)
    replies = at_once(
        lambda: demote(office, office.director, second),
        lambda: demote(office, second, office.director),
    )

    assert sorted(replies) == [200, 403]
    with office.app.app_context():
        assert sum("director" in person.roles for person in db.session.scalars(select(Person))) == 1


def demote(office: Office, who: Colleague, whom: Colleague) -> int:
    """Take the role away, in a request of its own."""
    headers = {"Authorization": f"Bearer {make_person_token(office.keys, who.actor)}"}
    path = f"/api/v1/people/{whom.actor.person_id}"
    body = facts("X", "auditor", version=1)
    return office.app.test_client().patch(path, json=body, headers=headers).status_code


def at_once(*acts: Callable[[], int]) -> list[int]:
    done: list[int] = []
    threads = [threading.Thread(target=lambda act=act: done.append(act())) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return done


# Passwords


def test_nobody_sets_the_password_of_somebody_else(office: Office, operator: Colleague) -> None:
    for who in (operator, office.director):
        body = {"present": PASSWORD, "password": NEW}
        reply = who.call("POST", f"/people/{office.evaluator.actor.person_id}/password", body)
        assert problem_of(reply) == (403, "not-entitled")

    assert can_sign_in(office, office.evaluator.login, PASSWORD)


def test_a_link_goes_to_the_person_only_and_works_once(
    office: Office, operator: Colleague, tmp_path: Path
) -> None:
    path = f"/people/{office.evaluator.actor.person_id}/password-link"
    opened = expect(
        office.client.post(
            "/api/v1/sessions", json={"login": office.evaluator.login, "password": PASSWORD}
        ),
        201,
    )
    assert operator.call("POST", path).status_code == 204
    link = link_for(office, tmp_path, "hodnotitel@szk.cz")
    assert can_sign_in(office, office.evaluator.login, PASSWORD)  # asking changes nothing

    browser = Browser(office.app)
    assert browser.get(link).status == browser.get(link).status == 200  # looking neither
    page = browser.get(link)
    done = browser.submit(page, "Nastavit heslo", password=NEW, repeated=NEW)
    again = browser.submit(page, "Nastavit heslo", password=PASSWORD, repeated=PASSWORD)

    assert (done.status, again.status) == (303, 410)
    assert "Odkaz už neplatí" in browser.get(link).text
    assert can_sign_in(office, office.evaluator.login, NEW)
    assert not can_sign_in(office, office.evaluator.login, PASSWORD)
    renewal = {"session": opened["session"]}
    assert office.client.post("/api/v1/sessions/renewal", json=renewal).status_code == 401


def test_a_link_is_over_after_a_day_and_when_another_was_sent(
    office: Office, operator: Colleague, tmp_path: Path
) -> None:
    path = f"/people/{office.evaluator.actor.person_id}/password-link"
    assert operator.call("POST", path).status_code == 204
    first = link_for(office, tmp_path, "hodnotitel@szk.cz")
    assert operator.call("POST", path).status_code == 204
    second = link_for(office, tmp_path, "hodnotitel@szk.cz")
    browser = Browser(office.app)

    assert "Odkaz už neplatí" in browser.get(first).text
    page = browser.get(second)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24, minutes=1)):
        late = browser.submit(page, "Nastavit heslo", password=NEW, repeated=NEW)
    assert late.status == 410
    assert can_sign_in(office, office.evaluator.login, PASSWORD)


def test_the_secret_of_a_link_is_nowhere_kept(
    office: Office, operator: Colleague, tmp_path: Path
) -> None:
    assert (
        operator.call(
            "POST", f"/people/{office.evaluator.actor.person_id}/password-link"
        ).status_code
        == 204
    )
    secret = link_for(office, tmp_path, "hodnotitel@szk.cz").rpartition("/")[2]

    with office.app.app_context():
        link = db.session.scalars(select(PasswordLink)).one()
        assert link.secret_hash and secret not in link.secret_hash
        for table in db.metadata.sorted_tables:
            assert secret not in str(db.session.execute(select(table)).all())


def test_a_guessable_password_uses_no_link_up(
    office: Office, operator: Colleague, tmp_path: Path
) -> None:
    assert (
        operator.call(
            "POST", f"/people/{office.evaluator.actor.person_id}/password-link"
        ).status_code
        == 204
    )
    browser = Browser(office.app)
    page = browser.get(link_for(office, tmp_path, "hodnotitel@szk.cz"))

    short = browser.submit(page, "Nastavit heslo", password="krátké", repeated="krátké")
    good = browser.submit(page, "Nastavit heslo", password=NEW, repeated=NEW)

    assert (short.status, good.status) == (422, 303)


def test_without_an_email_no_link_is_sent(office: Office, operator: Colleague) -> None:
    newcomer = {**facts("Nova", email=None), "login": "szk.nova", "password": PASSWORD}
    person_id = uuid4()
    operator.put(f"/people/{person_id}", newcomer)

    reply = operator.call("POST", f"/people/{person_id}/password-link")

    assert problem_of(reply) == (409, "person-without-email")


def test_links_cannot_be_led_to_another_mailbox(
    office: Office, operator: Colleague, tmp_path: Path
) -> None:
    away = facts("Hodnotitel", "evaluator", email="spravce@jinam.cz")

    assert problem_of(change(operator, office.evaluator, away)) == (403, "email-by-director")

    nowhere = facts("Hodnotitel", "evaluator", email=None)
    version = expect(change(office.director, office.evaluator, nowhere), 200)["version"]
    again = change(operator, office.evaluator, {**away, "version": version})
    assert problem_of(again) == (403, "email-by-director")
    office.run_worker()
    (told,) = [text for to, text in messages(tmp_path) if to == "hodnotitel@szk.cz"]
    assert "Jana Malá změnil(a) e-mail" in told


def test_a_password_of_the_operator_opens_no_account_that_decides(
    office: Office, operator: Colleague, tmp_path: Path
) -> None:
    newcomer = {**facts("Nova"), "login": "szk.nova", "password": PASSWORD}
    person_id = uuid4()
    operator.put(f"/people/{person_id}", newcomer)

    body = {**facts("Nova", "evaluator"), "version": 1}
    expect(office.director.call("PATCH", f"/people/{person_id}", body), 200)

    assert not can_sign_in(office, "szk.nova", PASSWORD)
    browser = Browser(office.app)
    page = browser.get(link_for(office, tmp_path, "nova@szk.cz"))
    browser.submit(page, "Nastavit heslo", password=NEW, repeated=NEW)
    assert can_sign_in(office, "szk.nova", NEW)


def test_the_link_is_asked_for_on_the_page_of_the_person(office: Office, tmp_path: Path) -> None:
    browser = Browser(office.app).sign_in(office.director.login)
    page = browser.get(f"/registry/office/people/{office.evaluator.actor.person_id}")

    done = browser.submit(page, "Poslat odkaz k nastavení hesla")

    assert done.status == 303
    assert link_for(office, tmp_path, "hodnotitel@szk.cz")


# Names of others


def test_a_taken_name_does_not_say_who_has_it(office: Office, found: Callable[[str], None]) -> None:
    found("jina")
    answers = set()
    for login in ("jina.reditelka", office.evaluator.login):
        body = {**facts("Nova"), "login": login, "password": PASSWORD}
        reply = office.director.call("PUT", f"/people/{uuid4()}", body)
        assert login not in reply.get_data(as_text=True)
        answers.add((problem_of(reply), reply.get_json()["detail"]))

    assert [problem for problem, _ in answers] == [(409, "login-unusable")]
