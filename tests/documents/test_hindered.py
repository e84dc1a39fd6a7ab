"""The page of a delivery tells why a letter has not left, and nobody else hears why all stopped."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from services.documents.models import Delivery, LoginBreaker, db
from shared.clock import SystemClock
from shared.db import transaction
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import AUDITOR, CONTROLLER, DIRECTOR, Office
from tests.documents.paid_office import issue, open_paid_office

WHY = "Ověřujeme adresy žadatelů."


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    return open_paid_office(simulator, tmp_path, database_url)


def ready(office: Office, **values: Any) -> str:
    """Put a letter that could leave, as it stands; return the path of its page."""
    made = issue(office, TOWN)
    with office.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(**{"state": "ready", **values}))
    return f"/deliveries/{office.view(made['id'])['delivery']['id']}"


def stop(office: Office) -> None:
    assert office.api("POST", "/dispatches/stop", DIRECTOR, {"reason": WHY}).status_code == 200


def section(page: str) -> str:
    return page.split('id="hindered"')[1].split("</section>", maxsplit=1)[0]


def test_the_last_step_and_the_next_try_are_told(sender: Office) -> None:
    later = SystemClock().now() + timedelta(hours=1)
    path = ready(sender, last_error="verifier_busy", next_at=later)

    told = section(sender.browser(AUDITOR).get(path).text)

    assert "Ověřování souborů mělo právě moc práce" in told
    assert "Další pokus" in told
    assert "během chvíle" not in told


def test_without_any_hindrance_its_turn_comes_soon(sender: Office) -> None:
    path = ready(sender)
    with sender.context(), transaction(db.session()) as session:
        row = session.query(Delivery).one()
        row.document.level, row.document.trouble = "B-LTA", None

    told = section(sender.browser(AUDITOR).get(path).text)

    assert "nic, zatím na něj nepřišla řada" in told
    assert "během chvíle" in told
    assert "Jak dopadl" not in told


def test_a_stop_and_a_refused_login_are_both_told(sender: Office) -> None:
    path = ready(sender, last_error="not_created 401", next_at=SystemClock().now())
    stop(sender)
    now = SystemClock().now()
    account = sender.app.extensions["documents-tools"].settings.isds_account
    with sender.context(), transaction(db.session()) as session:
        organisation_id = session.query(Delivery).one().organisation_id
        times = {"refused_at": now, "next_trial_at": now}
        row = LoginBreaker(account=account, organisation_id=organisation_id, code="401", **times)
        row.refusals = 1
        session.add(row)

    told = section(sender.browser(AUDITOR).get(path).text)

    assert WHY in told
    assert "systém datových schránek odmítá naše přihlášení" in told
    assert "ISDS odmítl naše přihlášení (kód 401)" in told
    assert "sám, jakmile to pomine" in told


def test_a_held_letter_tells_what_it_waits_for(sender: Office) -> None:
    path = ready(sender, state="held", hold="credit")
    browser = sender.browser(AUDITOR)

    assert "čeká na kredit nebo oprávnění schránky" in section(browser.get(path).text)
    assert "pozdrženo" in browser.get("/deliveries").text


def test_what_is_sent_has_no_such_section(sender: Office) -> None:
    path = ready(sender, state="sent")

    assert 'id="hindered"' not in sender.browser(AUDITOR).get(path).text


def test_who_stopped_all_and_why_is_told_to_readers_alone(sender: Office) -> None:
    stop(sender)

    told = sender.browser(DIRECTOR).get("/").text
    others = sender.browser(CONTROLLER).get("/").text

    assert WHY in told
    assert "Všechno odesílání je zastavené." in others
    assert WHY not in others
    assert "Jana Malá" not in others
