"""What was typed is not thrown away: it is stored, or it comes back with the reason why not."""

import pytest

from services.evaluation.models import Control, ScoreSheet, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import House, case_id


@pytest.fixture
def controlled(house: House) -> House:
    house.open_call(["p12"])
    house.freeze_lists()
    house.appoint(["p12"])
    return house


@pytest.fixture
def assigned(controlled: House) -> House:
    for name in ("controller", "controller 2"):
        controlled.sign(controlled.conclude("p12", name))
    controlled.notify(["p12"])
    controlled.set_committee()
    controlled.assign("p12")
    return controlled


def test_a_reason_without_points_comes_back(assigned: House) -> None:
    browser = Browser(assigned, "evaluator 1")
    values = {"points_0": "10", "reason_0": "potřebný", "reason_1": "místní suroviny"}
    path = f"/cases/{case_id('p12')}/score"

    browser.send(path, values, button="Uložit rozpracované", status=422)

    assert "K důvodu doplňte body" in browser.said
    kept = browser.fields("Uložit")
    assert (kept["points_0"], kept["reason_1"].strip()) == ("10", "místní suroviny")
    with assigned.app.app_context():
        assert db.session.query(ScoreSheet).count() == 0


def test_a_half_filled_sheet_is_stored_for_its_evaluator_only(assigned: House) -> None:
    path = f"/cases/{case_id('p12')}/score"
    values = {"points_0": "10,5", "reason_0": "potřebný", "note": "podívat se znovu"}

    Browser(assigned, "evaluator 1").send(path, values, button="Uložit rozpracované")

    mine, other = Browser(assigned, "evaluator 1"), Browser(assigned, "evaluator 2")
    assert "podívat se znovu" in mine.open(path)
    assert mine.fields("Uložit")["points_0"] == "10,5"
    assert "podívat se znovu" not in other.open(path)
    for who in ("director", "evaluator 2", "auditor"):
        page = Browser(assigned, who).open(f"/cases/{case_id('p12')}")
        assert "10,5" not in page
        assert "podívat se znovu" not in page


def test_a_finding_without_an_answer_comes_back(controlled: House) -> None:
    browser = Browser(controlled, "controller")
    values = {"verdict_0": "yes", "note_1": "chybí razítko"}
    path = f"/cases/{case_id('p12')}/control"

    browser.send(path, values, button="Uložit rozpracované", status=422)

    assert "Ke zjištění vyberte odpověď" in browser.said
    assert browser.fields("Uložit")["note_1"].strip() == "chybí razítko"
    with controlled.app.app_context():
        assert all(not control.findings for control in db.session.query(Control))
