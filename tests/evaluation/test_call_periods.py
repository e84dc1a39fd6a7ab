"""The periods that registry gives with a call are those that bind its cases (R35, R36, R59)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.evaluation.house import CALL, House, call_view, case_id

DAYS, WORKING = "calendar_days", "working_days"
SLOW = {
    "repair": {"count": 14, "unit": DAYS},
    "notice": {"count": 10, "unit": WORKING},
    "presentation_change": {"count": 21, "unit": DAYS},
}


@pytest.fixture
def slow(house: House) -> House:
    house.open_call(["p12"])
    house.registry.feed.add("call.published", CALL, replace(call_view(), deadlines=SLOW))
    house.work()
    house.freeze_lists()
    return house


def call_deficiency(house: House, fixed_date: str) -> Any:
    house.appoint(["p12"])
    house.sign(house.conclude("p12", "controller", defect="chybí podpis"))
    house.sign(house.conclude("p12", "controller 2", defect="není podepsáno"))
    body = {"deficiencies": ["Doplňte podpis."], "fixed_date": fixed_date}
    return house.ask("assistant", "POST", f"/cases/{case_id('p12')}/deficiency-calls", body)


def test_r36_the_notice_is_due_by_the_period_of_the_call(slow: House) -> None:
    slow.pass_control(["p12"])

    case = slow.do("director", "GET", f"/cases/{case_id('p12')}")
    assert case["notice_due"] == "2026-06-15"  # ten working days from Monday 1 June


def test_r35_the_fixed_date_leaves_the_period_of_the_call(slow: House) -> None:
    early = call_deficiency(slow, "2026-06-18")

    assert (early.status_code, early.json["type"].rpartition(":")[2]) == (
        422,
        "fixed-date-too-early",
    )
    proposal = slow.do("assistant", "GET", f"/cases/{case_id('p12')}/deficiency-proposal")
    assert proposal["fixed_date"] == "2026-06-25"  # fourteen days after delivery by fiction


def test_r35_a_late_delivery_is_judged_by_the_period_of_the_call(slow: House) -> None:
    made = call_deficiency(slow, "2026-06-25")
    slow.sign(made.json)
    slow.documents.deliver(made.json["document_ids"][0], date(2026, 6, 12))
    slow.work()
    slow.move("2026-06-26")

    answer = slow.ask("assistant", "POST", f"/cases/{case_id('p12')}/expiry", {})

    assert answer.json["type"].endswith("delivered-too-late")


def test_r59_a_change_of_presentations_is_told_by_the_period_of_the_call(slow: House) -> None:
    path = f"/calls/{CALL}/presentation-changes/{uuid4()}"
    body = {
        "new_at": "2026-06-21T09:00:00+02:00",
        "new_place": "Kulturní dům",
        "reason": "nemoc",
    }

    answer = slow.ask("director", "PUT", path, body)

    assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (422, "change-too-late")
    assert "21 kalendářních dnů" in answer.json["detail"].replace("\u00a0", " ")


def test_a_call_without_periods_has_those_of_the_seed(house: House) -> None:
    house.open_call(["p12"])
    house.freeze_lists()
    house.pass_control(["p12"])

    case = house.do("director", "GET", f"/cases/{case_id('p12')}")
    assert case["notice_due"] == "2026-06-08"  # five working days from Monday 1 June
