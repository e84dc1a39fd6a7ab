"""A conflict that came out after the points: nothing is decided on them (R42, R44, R45)."""

from typing import Any
from uuid import uuid4

import pytest

from services.evaluation.domain import states
from services.evaluation.models import Audit, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id, person_id

NUMBER = "p01"
CASE = f"/cases/{case_id(NUMBER)}"


def slug(answer: Any) -> str:
    found: str = answer.json["type"].rsplit(":")[-1]
    return found


def tie(house: House, number: int = 1) -> None:
    body = {
        "person_id": str(person_id(f"evaluator {number}")),
        "type": "employee",
        "source": "register",
        "application_id": str(case_id(NUMBER)),
        "evidence": "obchodní rejstřík",
    }
    house.do("assistant", "PUT", f"/interest-links/{uuid4()}", body)


def exclude(house: House, number: int = 1, who: str = "director", reason: str = "střet") -> Any:
    path = f"{CASE}/score-sheets/{person_id(f'evaluator {number}')}/exclusion"
    return house.ask(who, "POST", path, {"reason": reason})


def vote(house: House) -> Any:
    body = {
        "is_recommended": True,
        "reason": "podle bodů",
        "in_favour": 3,
        "against": 0,
        "abstained": 0,
        "version": house.seen_recommendation(NUMBER),
    }
    return house.ask("member", "PUT", f"{CASE}/recommendation", body)


def head(house: House) -> None:
    present = [str(person_id(f"evaluator {number}")) for number in (2, 3, 4)]
    body = {
        "held_at": house.clock.now().isoformat(),
        "place": "Kancelář MAS",
        "present_ids": present,
        "chair_id": present[0],
    }
    house.do("member", "PUT", f"/calls/{CALL}/meeting", body)


def close(house: House) -> Any:
    return house.ask("member", "POST", f"/calls/{CALL}/meeting/closing", {})


@pytest.fixture
def ready(house: House) -> House:
    house.once("one project before the committee", lambda: house.reach_meeting([NUMBER]))
    house.move("2026-07-20")
    head(house)
    return house


def test_the_way_on_is_an_exclusion_and_somebody_else(ready: House) -> None:
    tie(ready)
    refused = vote(ready)
    assert (refused.status_code, slug(refused)) == (409, "sheet-of-conflicted")
    assert "Evaluator 1" in refused.json["detail"]

    assert exclude(ready).status_code == 200
    assert slug(vote(ready)) == "too-few-sheets"
    ready.assign(NUMBER, "evaluator 2", "evaluator 3")
    ready.score(NUMBER, "evaluator 3", 80)

    assert vote(ready).status_code == 200
    ready.sign(close(ready).json)
    assert ready.state(NUMBER) == states.RECOMMENDED
    records = ready.do("director", "GET", CASE)["records"]
    sheets = sorted(one["state"] for one in records if one["kind"] == "score_sheet")
    assert sheets == ["issued", "issued", "void"], "the excluded one stays in the record"
    (line,) = [e for e in ready.registry.entries if e["kind"] == "exclude_sheet"]
    assert "Evaluator 1" in line["text"]
    with ready.app.app_context():
        entry = db.session.query(Audit).filter_by(act="exclude_sheet").one()
        assert entry.details["reason"] == "střet"


def test_a_vote_on_tainted_points_does_not_close(ready: House) -> None:
    vote(ready)
    tie(ready)

    assert slug(close(ready)) == "sheet-of-conflicted"
    exclude(ready)
    assert slug(close(ready)) == "project-not-discussed"


def test_money_is_not_divided_by_tainted_points(ready: House) -> None:
    vote(ready)
    ready.sign(close(ready).json)
    tie(ready)
    runs = f"/calls/{CALL}/allocation-runs"

    assert slug(ready.ask("director", "PUT", f"{runs}/{uuid4()}", {})) == "sheet-of-conflicted"
    exclude(ready)
    assert slug(ready.ask("director", "PUT", f"{runs}/{uuid4()}", {})) == "too-few-sheets"
    ready.assign(NUMBER, "evaluator 2", "evaluator 3")
    ready.score(NUMBER, "evaluator 3", 40)

    run = ready.do("director", "PUT", f"{runs}/{uuid4()}", {})
    second = next(c for c in ready.do("director", "GET", CASE)["records"])
    assert second is not None
    assert (
        run["result"]["lines"][0]["points"]
        != ready.do("director", "GET", f"/calls/{CALL}/meeting")["recommendations"][0]["points"]
    )


@pytest.mark.parametrize(
    ("number", "who", "reason", "expected"),
    [
        pytest.param(2, "director", "nelíbí se", (409, "nothing-to-exclude"), id="no conflict"),
        pytest.param(7, "director", "střet", (404, "not-found"), id="no sheet"),
        pytest.param(1, "director", " ", (422, "exclusion-without-reason"), id="no reason"),
        pytest.param(1, "assistant", "střet", (403, "not-allowed"), id="not the director"),
    ],
)
def test_nobody_chooses_among_points(
    ready: House, number: int, who: str, reason: str, expected: tuple[int, str]
) -> None:
    tie(ready)

    answer = exclude(ready, number, who, reason)

    assert (answer.status_code, slug(answer)) == expected


def test_closed_minutes_are_opened_first(ready: House) -> None:
    vote(ready)
    close(ready)
    tie(ready)

    assert slug(exclude(ready)) == "meeting-already-closed"


def test_the_director_excludes_in_the_pages(ready: House) -> None:
    tie(ready)
    browser = Browser(ready, "director")

    assert "bodoval(a) a je ve střetu zájmů" in browser.open(CASE)
    path = f"{CASE}/sheets/{person_id('evaluator 1')}"
    browser.send(path, {"reason": "zaměstnanec žadatele"}, button="Vyřadit bodovací list")
    assert "zaměstnanec žadatele" in browser.open(CASE)
