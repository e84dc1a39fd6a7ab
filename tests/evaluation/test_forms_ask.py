"""Forms ask for everything at once, at the field, and choose nothing that cannot be undone."""

import pytest

from services.evaluation.models import Control, DeficiencyCall, OnsiteCheck, PresentationSession, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id

CASE = f"/cases/{case_id('p12')}"


@pytest.fixture
def controlled(house: House) -> House:
    house.open_call(["p12"])
    house.freeze_lists()
    house.appoint(["p12"])
    return house


@pytest.fixture
def faulty(controlled: House) -> House:
    for name in ("controller", "controller 2"):
        made = controlled.conclude("p12", name, defect="součet nesedí", code="P1-spravna")
        controlled.sign(made)
    return controlled


def test_a_control_that_is_closed_too_early_names_every_gap_at_its_field(controlled: House) -> None:
    browser = Browser(controlled, "controller")

    browser.send(f"{CASE}/control", {"verdict_1": "no"}, button="Uzavřít kontrolu", status=422)

    page = browser.answer.text if browser.answer else ""
    for anchor, said in (
        ("#verdict_0", "Projekt leží v území MAS: Vyberte"),
        ("#note_1", "Zjištění: Žadatel je oprávněný: Popište, v čem je nedostatek."),
        ("#verdict_3", "Rozpočet: obsahuje všechny údaje: Vyberte"),
        ("#conclusion", "administrativní kontroly: Vyberte"),
    ):
        assert f'<a href="{anchor}">' in page
        assert said in browser.said
    with controlled.app.app_context():
        assert all(control.concluded_at is None for control in db.session.query(Control))


def test_a_letter_is_proposed_in_words_of_the_attachment(faulty: House) -> None:
    page = Browser(faulty, "assistant")
    page.open(f"{CASE}/deficiency")

    assert page.fields("Připravit")["deficiencies"].strip() == "Rozpočet: součet nesedí"


def test_whose_signature_is_waited_for_is_said(faulty: House) -> None:
    assistant = Browser(faulty, "assistant")
    assistant.send(f"{CASE}/deficiency", button="Připravit výzvu")

    assert "Na podpis čeká: Director." in assistant.open(CASE)


def test_a_repair_before_the_delivery_is_confirmed_and_described(faulty: House) -> None:
    assistant = Browser(faulty, "assistant")
    assistant.send(f"{CASE}/deficiency", button="Připravit výzvu")
    day = faulty.clock.today()
    written = f"{day.day}. {day.month}. {day.year}"

    assert "zatím nebyla doručena" in assistant.open(f"{CASE}/repair")
    assistant.send(f"{CASE}/repair", button="Zapsat odstranění", status=422)
    for name in ("Den, kdy", "Co žadatel doplnil", "ještě před doručením"):
        assert name in assistant.said
    values = {"repaired_on": written, "note": "nový rozpočet", "is_early": True}
    assistant.send(f"{CASE}/repair", values, button="Zapsat odstranění")

    with faulty.app.app_context():
        assert db.session.query(DeficiencyCall).one().repaired_on == day


@pytest.fixture
def evaluated(controlled: House) -> House:
    for name in ("controller", "controller 2"):
        controlled.sign(controlled.conclude("p12", name))
    controlled.notify(["p12"])
    controlled.set_committee()
    controlled.assign("p12")
    return controlled


def test_a_sheet_that_is_closed_too_early_names_every_criterion(evaluated: House) -> None:
    browser = Browser(evaluated, "evaluator 1")
    values = {"has_studied": True, "points_1": "12,345"}

    browser.send(f"{CASE}/score", values, button="Uzavřít bodovací list", status=422)

    for said in (
        "Body: Potřebnost projektu: Vyplňte",
        "Důvod: Potřebnost projektu: Vyplňte",
        "Body: Soulad se strategickým plánem: Pište nejvýše dvě desetinná místa.",
        "Důvod: Soulad se strategickým plánem: Vyplňte",
    ):
        assert said in browser.said
    assert "K1" not in browser.said


def test_a_deduction_above_the_maximum_is_refused(evaluated: House) -> None:
    browser = Browser(evaluated, "evaluator 1")
    values = {
        "claims-0-statement": "Stavba má povolení.",
        "claims-0-verdict": "not_true",
        "claims-0-note": "nemá",
        "claims-0-effect": "points",
        "claims-0-deduction": "500",
        "need": "potřebný",
        "accord": "v souladu",
    }

    browser.send(f"{CASE}/onsite", values, button="Zapsat kontrolu", status=422)

    assert "může mít nejvýše 100" in browser.said
    with evaluated.app.app_context():
        assert db.session.query(OnsiteCheck).count() == 0


def test_the_record_of_presentations_chooses_nothing_beforehand(evaluated: House) -> None:
    evaluated.move("2026-07-15", 15)
    assistant = Browser(evaluated, "assistant")
    page = f"/calls/{CALL}/presentations/record"

    assistant.send(page, button="Zapsat průběh", status=422)

    assert "Projekt 8/012: Vyberte" in assistant.said
    assert "z veřejnosti: Vyplňte" in assistant.said
    with evaluated.app.app_context():
        assert db.session.query(PresentationSession).count() == 0


def test_every_project_has_its_own_place_in_the_order(house: House) -> None:
    house.open_call(["p12", "p13"])
    house.freeze_lists()
    house.pass_control(["p12", "p13"])
    house.notify(["p12", "p13"])
    assistant = Browser(house, "assistant")
    same = {f"place_{case_id(number).hex}": "1" for number in ("p12", "p13")}

    page = f"/calls/{CALL}/presentations/order"
    assistant.send(page, same, button="Uložit pořadí", status=422)

    assert "Projekt 8/012: Stejné pořadí má i jiný projekt (Projekt 8/013)." in assistant.said


def test_nobody_is_present_and_nobody_has_voted_before_it_is_written(house: House) -> None:
    house.reach_meeting(["p12"])
    member = Browser(house, "member")
    member.open(f"/calls/{CALL}/meeting/head")
    assert member.fields("Zahájit").getlist("present") == []

    member.open(f"{CASE}/recommendation")
    votes = member.fields("Zapsat doporučení")

    assert [votes[name] for name in ("in_favour", "against", "abstained")] == ["", "", ""]
    assert "decision" not in votes


def test_presentations_are_not_moved_into_the_past(evaluated: House) -> None:
    director = Browser(evaluated, "director")
    values = {"new_at": "2026-05-01T16:00", "reason": "nemoc"}

    director.send(f"/calls/{CALL}/presentations/change", values, button="Změnit", status=422)

    assert "Nový termín už uplynul" in director.said


def test_a_second_letter_is_not_offered(faulty: House) -> None:
    assistant = Browser(faulty, "assistant")
    assistant.send(f"{CASE}/deficiency", button="Připravit výzvu")

    page = assistant.open(f"{CASE}/deficiency")

    assert "už je připravená" in page
    assert "Připravit výzvu k odstranění" not in page
