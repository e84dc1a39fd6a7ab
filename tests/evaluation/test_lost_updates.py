"""Who decides on what somebody else has changed meanwhile is told so."""

from typing import Any

import pytest

from tests.evaluation.browser import BASE, Browser
from tests.evaluation.house import CALL, House, case_id, person_id

NUMBER = "p01"
COMMITTEE, CASE = f"/calls/{CALL}/committee", f"/cases/{case_id(NUMBER)}"


def people(*numbers: int) -> list[str]:
    return [str(person_id(f"evaluator {number}")) for number in numbers]


@pytest.fixture
def told(house: House) -> House:
    house.open_call([NUMBER])
    house.freeze_lists()
    house.pass_control([NUMBER])
    house.notify([NUMBER])
    return house


def slug(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["type"].rsplit(":")[-1]


def test_the_committee(told: House) -> None:
    body = {"member_ids": people(*range(1, 8)), "version": 0}
    assert told.ask("director", "PUT", COMMITTEE, body).json["version"] == 1

    assert slug(told.ask("director", "PUT", COMMITTEE, body)) == (409, "stale")
    silent = {"member_ids": people(*range(1, 8))}
    assert slug(told.ask("director", "PUT", COMMITTEE, silent)) == (422, "invalid")
    assert told.seen_committee() == 1


def test_the_evaluators(told: House) -> None:
    told.set_committee()
    first = {"evaluator_ids": people(1, 2), "version": 0}
    assert told.ask("director", "PUT", f"{CASE}/assignment", first).status_code == 200

    late = {"evaluator_ids": people(3, 4), "version": 0}
    assert slug(told.ask("director", "PUT", f"{CASE}/assignment", late)) == (409, "stale")
    silent = {"evaluator_ids": people(3, 4)}
    assert slug(told.ask("director", "PUT", f"{CASE}/assignment", silent)) == (422, "invalid")
    names = [row["evaluator_name"] for row in told.do("director", "GET", f"{CASE}/assignment")]
    assert names == ["Evaluator 1", "Evaluator 2"]


def test_the_page_of_assignments_carries_what_was_shown(told: House) -> None:
    told.set_committee()
    late = Browser(told, "director")
    path = f"/calls/{CALL}/assignments"
    late.open(path)
    shown = late.fields("Přidělit projekty")
    told.assign(NUMBER, "evaluator 6", "evaluator 7")

    answer = late.client.post(path, data=shown, base_url=BASE)

    assert answer.status_code == 409
    names = [row["evaluator_name"] for row in told.do("director", "GET", f"{CASE}/assignment")]
    assert names == ["Evaluator 6", "Evaluator 7"]


def test_the_vote(house: House) -> None:
    house.reach_meeting([NUMBER])
    house.move("2026-07-20")
    head = {
        "held_at": house.clock.now().isoformat(),
        "place": "Kancelář MAS",
        "present_ids": people(2, 3, 4),
        "chair_id": people(2)[0],
    }
    house.do("member", "PUT", f"/calls/{CALL}/meeting", head)
    yes = {
        "is_recommended": True,
        "reason": "ano",
        "in_favour": 3,
        "against": 0,
        "abstained": 0,
        "version": 0,
    }
    no = {**yes, "is_recommended": False, "in_favour": 0, "against": 3}
    path = f"{CASE}/recommendation"
    assert house.do("member", "PUT", path, yes)["version"] == 1

    assert slug(house.ask("member", "PUT", path, no)) == (409, "stale")
    del no["version"]
    assert slug(house.ask("member", "PUT", path, no)) == (422, "invalid")
    (row,) = house.do("member", "GET", f"/calls/{CALL}/meeting")["recommendations"]
    assert row["is_recommended"] is True
