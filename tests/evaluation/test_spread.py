"""A15: evaluators whose points lie far apart; the director decides, and nothing goes on before."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.evaluation.domain import states
from services.evaluation.models import Audit, Outbox, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id, person_id

CASE = f"/cases/{case_id('p12')}"
FAR = (40, 80)
"""Points of the two evaluators; the threshold is 30 of 100."""


@pytest.fixture
def apart(house: House) -> House:
    """One project whose two evaluators differ by forty points; everything else is done."""

    def play() -> None:
        house.open_call(["p12"])
        house.freeze_lists(["F8"])
        house.pass_control(["p12"])
        house.notify(["p12"])
        house.set_committee()
        house.move("2026-07-01")
        house.assign("p12")
        house.visit("p12")
        house.score("p12", "evaluator 1", FAR[0])
        house.score("p12", "evaluator 2", FAR[1])
        house.move("2026-07-15", 15)
        house.present(["p12"])

    house.once("points far apart", play)
    return house


def decide(house: House, outcome: str, reason: str = "rozdílný výklad potřebnosti") -> Any:
    body = {"outcome": outcome, "reason": reason}
    return house.ask("director", "POST", f"{CASE}/spread-decision", body)


def step(house: House) -> str:
    found: str = house.do("director", "GET", f"{CASE}/spread")["step"]
    return found


def slug(answer: Any) -> str:
    found: str = answer.json["type"].rsplit(":")[-1]
    return found


def test_the_project_waits_and_the_committee_cannot_meet(apart: House) -> None:
    body = {
        "held_at": apart.clock.now().isoformat(),
        "place": "Kancelář MAS",
        "present_ids": [str(person_id("evaluator 1"))],
        "chair_id": str(person_id("evaluator 1")),
    }

    assert apart.state("p12") == states.ASSIGNED
    assert apart.do("director", "GET", f"{CASE}/spread") == {
        "points": "40",
        "threshold": "30",
        "step": "director_decision",
    }
    assert slug(apart.ask("member", "PUT", f"/calls/{CALL}/meeting", body)) == "meeting-too-early"


@pytest.mark.parametrize(("second", "expected"), [(70, states.EVALUATED), (71, states.ASSIGNED)])
def test_only_a_difference_above_the_threshold_stops_the_project(
    house: House, second: int, expected: str
) -> None:
    def play() -> None:
        house.open_call(["p12"])
        house.freeze_lists(["F8"])
        house.pass_control(["p12"])
        house.notify(["p12"])
        house.set_committee()
        house.assign("p12")

    house.once("one project assigned", play)
    house.score("p12", "evaluator 1", 40)
    house.score("p12", "evaluator 2", second)

    assert house.state("p12") == expected


def test_without_a_threshold_no_difference_is_too_big(house: House) -> None:
    house.app.extensions["vyzva-settings"].spread_percent = None
    house.open_call(["p12"])
    house.freeze_lists(["F8"])
    house.pass_control(["p12"])
    house.notify(["p12"])
    house.set_committee()
    house.assign("p12")
    house.score("p12", "evaluator 1", 0)
    house.score("p12", "evaluator 2", 100)

    assert house.state("p12") == states.EVALUATED


def test_an_accepted_difference_lets_the_project_go_on(apart: House) -> None:
    assert decide(apart, "accept").status_code == 200

    assert (apart.state("p12"), step(apart)) == (states.PRESENTED, "settled")
    with apart.app.app_context():
        audit = db.session.scalars(select(Audit).where(Audit.act == "decide_spread")).one()
        entries = db.session.scalars(select(Outbox).where(Outbox.kind == "folder_entry"))
        told = [row.payload["entry"]["text"] for row in entries]
    assert audit.details["outcome"] == "accept" and audit.details["spread"] == "40"
    assert "Ředitelka rozhodla o rozdílu bodů: rozdíl se přijímá" in told


def test_all_score_together_again_and_sign_again(apart: House) -> None:
    before = set(apart.documents.documents)
    decide(apart, "joint")

    assert (apart.state("p12"), step(apart)) == (states.ASSIGNED, "joint_scoring")
    apart.score("p12", "evaluator 1", 60)
    assert apart.state("p12") == states.ASSIGNED
    apart.score("p12", "evaluator 2", 62)

    assert (apart.state("p12"), step(apart)) == (states.PRESENTED, "settled")
    assert len(set(apart.documents.documents) - before) == 2, "the former sheets stay"
    records = apart.do("director", "GET", CASE)["records"]
    sheets = sorted(one["state"] for one in records if one["kind"] == "score_sheet")
    assert sheets == ["issued", "issued", "void", "void"]


def test_a_third_evaluator_settles_it(apart: House) -> None:
    decide(apart, "third")

    assert (apart.state("p12"), step(apart)) == (states.ASSIGNED, "third_evaluator")
    apart.assign("p12", "evaluator 1", "evaluator 2", "evaluator 3")
    apart.score("p12", "evaluator 3", 60)

    assert (apart.state("p12"), step(apart)) == (states.PRESENTED, "settled")


def test_who_scored_before_is_not_taken_off_while_all_score_together(apart: House) -> None:
    decide(apart, "joint")
    ids = [str(person_id(name)) for name in ("evaluator 1", "evaluator 3")]

    answer = apart.ask(
        "director", "PUT", f"{CASE}/assignment", {"evaluator_ids": ids, "version": 1}
    )

    assert slug(answer) == "evaluator-has-scored"


@pytest.mark.parametrize(
    ("outcome", "reason", "expected"),
    [
        ("accept", " ", (422, "spread-decision-without-reason")),
        ("accept", "", (422, "invalid")),
        ("both", "důvod", (422, "invalid")),
    ],
)
def test_a_decision_that_cannot_be_changes_nothing(
    apart: House, outcome: str, reason: str, expected: tuple[int, str]
) -> None:
    answer = decide(apart, outcome, reason)

    assert (answer.status_code, slug(answer)) == expected
    assert step(apart) == "director_decision"


def test_it_is_decided_once_and_by_the_director_only(apart: House) -> None:
    body = {"outcome": "accept", "reason": "důvod"}
    assert apart.ask("assistant", "POST", f"{CASE}/spread-decision", body).status_code == 403
    decide(apart, "accept")

    assert slug(decide(apart, "joint")) == "no-spread-to-decide"


def test_a_difference_that_appears_late_stops_the_recommendation(house: House) -> None:
    house.reach_meeting(["p12"])
    house.assign("p12", "evaluator 1", "evaluator 2", "evaluator 3")
    house.score("p12", "evaluator 3", 10)
    house.move("2026-07-20")
    head = {
        "held_at": house.clock.now().isoformat(),
        "place": "Kancelář MAS",
        "present_ids": [str(person_id(f"evaluator {n}")) for n in range(1, 6)],
        "chair_id": str(person_id("evaluator 1")),
    }
    house.do("member", "PUT", f"/calls/{CALL}/meeting", head)
    vote = {
        "is_recommended": True,
        "reason": "x",
        "in_favour": 5,
        "against": 0,
        "abstained": 0,
        "version": 0,
    }

    assert slug(house.ask("member", "PUT", f"{CASE}/recommendation", vote)) == "spread-undecided"
    decide(house, "accept")
    assert house.ask("member", "PUT", f"{CASE}/recommendation", vote).status_code == 200


def test_the_director_decides_in_the_pages(apart: House) -> None:
    director, member = Browser(apart, "director"), Browser(apart, "member")
    page = f"{CASE}/spread"
    assert page in director.open("/")
    assert page in director.open(CASE)
    assert "liší o 40" in member.open(CASE)
    assert "liší o" not in Browser(apart, "evaluator 1").open(CASE)
    assert page not in member.open(CASE)

    director.send(page, {"outcome": "joint", "reason": ""}, button="Rozhodnout", status=422)
    director.send(page, {"outcome": "joint", "reason": "výklad"}, button="Rozhodnout")

    assert page not in director.open("/")
    shown = director.open(CASE)
    assert "ohodnotí projekt znovu společně" in shown and "výklad" in shown
    evaluator = Browser(apart, "evaluator 1")
    assert "Obodovat projekt" in evaluator.open("/")
    assert "společně s ostatními" in evaluator.open(f"{CASE}/score")
    assert evaluator.fields("Uzavřít")["points_0"] == "40"


def test_a_decision_of_another_organisation_is_out_of_reach(apart: House) -> None:
    body = {"outcome": "accept", "reason": "důvod"}
    foreign = UUID(int=5)

    answer = apart.ask("director", "POST", f"{CASE}/spread-decision", body, organisation=foreign)

    assert answer.status_code == 404
