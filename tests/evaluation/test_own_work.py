"""What a person has finished is shown to him, and asked of him no more; tasks come in time."""

from datetime import timedelta

import pytest

from services.evaluation.models import Call, DeficiencyCall, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id

CASE = f"/cases/{case_id('p12')}"


@pytest.fixture
def controlled(house: House) -> House:
    house.open_call(["p12"])
    house.freeze_lists()
    house.appoint(["p12"])
    return house


def test_a_controller_who_has_concluded_sees_his_answers_and_no_button(controlled: House) -> None:
    browser = Browser(controlled, "controller")
    assert "Vyplnit kontrolní list" in browser.open(CASE)

    controlled.sign(controlled.conclude("p12", "controller", defect="mimo území", code="A1"))

    page = browser.open(CASE)
    assert "Vyplnit kontrolní list" not in page
    assert "Moje odpovědi" in page
    assert "mimo území" in browser.open(f"{CASE}/control")
    hidden = Browser(controlled, "controller 2").open(CASE)
    assert "závěr podepsán, uvidíte ho po svém" in hidden
    assert "mimo území" not in hidden


def test_an_evaluator_who_has_closed_his_sheet_sees_it_and_no_button(controlled: House) -> None:
    for name in ("controller", "controller 2"):
        controlled.sign(controlled.conclude("p12", name))
    controlled.notify(["p12"])
    controlled.set_committee()
    controlled.assign("p12")
    browser = Browser(controlled, "evaluator 1")
    assert "Bodovat projekt" in browser.open(CASE)

    controlled.score("p12", "evaluator 1", 77)

    page = browser.open(CASE)
    assert "Bodovat projekt" not in page
    assert "Moje body s odůvodněním" in page
    assert "přínos pro obec" in browser.open(f"{CASE}/score")


def test_a_locked_control_list_can_be_read_by_everybody_inside(controlled: House) -> None:
    page = Browser(controlled, "auditor").open(f"/calls/{CALL}/control-lists/F8/items")

    assert "Projekt leží v území MAS." in page
    assert "příloha: Rozpočet" in page


def test_a_document_is_a_link_only_for_whoever_may_open_it(controlled: House) -> None:
    controlled.sign(controlled.conclude("p12", "controller"))
    link = 'href="/documents/'

    assert link in Browser(controlled, "director").open(CASE)
    page = Browser(controlled, "member").open(CASE)
    assert "Kontrolní list" in page
    assert link not in page.split("<main", 1)[1]


def test_the_committee_is_asked_for_once_the_intake_has_ended(controlled: House) -> None:
    director = Browser(controlled, "director")
    assert "Ustavit komisi" in director.open("/")

    with controlled.app.app_context():
        call = db.session.query(Call).one()
        later = controlled.clock.now() + timedelta(days=2)
        call.facts = {**call.facts, "closes_at": later.isoformat()}
        db.session.commit()

    assert "Ustavit komisi" not in director.open("/")


def test_a_repair_is_asked_for_only_after_the_delivery(controlled: House) -> None:
    for name in ("controller", "controller 2"):
        controlled.sign(controlled.conclude("p12", name, defect="nesedí", code="P1-spravna"))
    assistant = Browser(controlled, "assistant")
    assistant.send(f"{CASE}/deficiency", button="Připravit výzvu")
    assert "Zapsat odstranění" not in assistant.open("/")

    with controlled.app.app_context():
        db.session.query(DeficiencyCall).one().delivered_on = controlled.clock.today()
        db.session.commit()

    assert "Zapsat odstranění" in assistant.open("/")


def test_a_control_has_a_day_by_which_it_must_be_done(controlled: House) -> None:
    page = Browser(controlled, "controller").open("/")

    assert "do dne veřejných prezentací" in page
