"""Every paper and every act names the version of the regulation it was done under (R55, R100)."""

import ast
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.evaluation.models import Audit, Event, db
from services.evaluation.words import RECORD_KINDS
from tests.evaluation.house import CALL, House, case_id, on, person_id
from tests.house.tree import ROOT, name, parsed, python_files

LINE = ["Postup podle předpisu, verze", "2.1"]
MADE_IN_ONE_PLACE = {
    "record_act": "services/evaluation/service/cases.py",
    "DocumentRequest": "services/evaluation/letters/parts.py",
}


def play(house: House) -> None:
    """Play a story in which every kind of paper is made."""
    case, call = f"/cases/{case_id('p12')}", f"/calls/{CALL}"
    house.open_call(["p12"])
    house.freeze_lists(["F8"])
    house.appoint(["p12"])
    for who in ("controller", "controller 2"):
        house.sign(house.conclude("p12", who, defect="chybí podpis"))
    deficiency = {"deficiencies": ["Doplňte podpis."], "fixed_date": "2026-06-18"}
    made = house.do("assistant", "POST", f"{case}/deficiency-calls", deficiency)
    house.sign(made)
    house.documents.deliver(made["document_ids"][0], on("2026-06-05"))
    house.move("2026-06-10")
    house.work()
    house.do("assistant", "POST", f"{case}/repairs", {"repaired_on": "2026-06-10"})
    for who in ("controller", "controller 2"):
        house.sign(house.conclude("p12", who))
    house.notify(["p12"])
    house.set_committee()
    tie = {"person_id": str(person_id("evaluator 3")), "type": "employee", "source": "register"}
    link = f"/interest-links/{uuid4()}"
    house.do("director", "PUT", link, {**tie, "party_key": "ic-p12"})
    today = house.clock.today().isoformat()
    house.do("director", "POST", f"{link}/end", {"valid_to": today, "evidence": "výpověď"})
    house.assign("p12")
    house.do("evaluator 1", "POST", f"{case}/print-request")
    house.sign(house.hand_over("p12", "evaluator 1"))
    change = {"new_at": "2026-07-17T09:00:00+02:00", "new_place": "Sál", "reason": "nemoc"}
    house.sign(house.do("director", "PUT", f"{call}/presentation-changes/{uuid4()}", change))
    house.score("p12", "evaluator 1", 67)
    house.score("p12", "evaluator 2", 69)
    house.visit("p12")
    house.move("2026-07-17", 15)
    house.present(["p12"])
    house.meet(["p12"])
    house.run()
    house.resolve()
    notice = {"case_ids": [str(case_id("p12"))]}
    house.sign(house.do("director", "POST", f"{call}/result-notices", notice))


@pytest.fixture
def played(house: House) -> House:
    house.once("every kind of paper", lambda: play(house))
    return house


def test_r55_every_paper_names_the_version(played: House) -> None:
    papers = [made["request"] for made in played.documents.documents.values()]

    without = {paper["kind"] for paper in papers if LINE not in paper["content"]["reference"]}
    silent = {p["kind"] for p in papers if p["facts"].get("regulation_version") != "2.1"}
    assert {paper["kind"] for paper in papers} == set(RECORD_KINDS)
    assert (without, silent) == (set(), set())


def test_r55_r100_every_act_and_every_event_names_the_version(played: House) -> None:
    with played.app.app_context():
        acts = list(db.session.scalars(select(Audit)))
        events = list(db.session.scalars(select(Event)))

    assert {act.act for act in acts if act.details.get("regulation_version") != "2.1"} == set()
    assert {e.kind for e in events if e.payload.get("regulation_version") != "2.1"} == set()
    assert {"take_over_call", "add_link", "end_link", "approve", "close_meeting"} <= {
        act.act for act in acts
    }


@pytest.mark.parametrize("made", MADE_IN_ONE_PLACE)
def test_papers_and_audit_entries_are_made_in_one_place(made: str) -> None:
    places = {
        name(path) for path in python_files("services/evaluation") if made in _called(parsed(path))
    }

    assert places == {MADE_IN_ONE_PLACE[made]}
    assert (ROOT / MADE_IN_ONE_PLACE[made]).is_file()


def _called(tree: ast.AST) -> Iterator[Any]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
