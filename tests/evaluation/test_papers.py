"""What the papers of an evaluation say: need and accord, points."""

from typing import Any

import pytest

from tests.evaluation.house import House


@pytest.fixture
def assigned(house: House) -> House:
    """One project that waits for its two evaluators."""
    house.open_call(["p12"])
    house.freeze_lists(["F8"])
    house.pass_control(["p12"])
    house.notify(["p12"])
    house.set_committee()
    house.assign("p12")
    return house


def papers_of(house: House, kind: str) -> list[tuple[dict[str, Any], str]]:
    """Return request and words of every document of a kind."""
    made = house.documents.documents.items()
    return [
        (found["request"], house.documents.text(key))
        for key, found in made
        if found["request"]["kind"] == kind
    ]


def test_r50_r51_need_and_accord_are_judged_on_site(assigned: House) -> None:
    assigned.visit("p12")

    ((request, text),) = papers_of(assigned, "onsite_record")

    assert "Potřebnost projektu" in text
    assert "potřebný" in text
    assert "Soulad se strategickým plánem, jeho cíli a prioritami" in text
    assert "v souladu" in text
    assert [one["name"] for one in request["signers"]] == ["Evaluator 1", "Evaluator 2"]
    assert ["Soulad se strategickým plánem", "Cíl 2 Živá obec"] in table_rows(request)


def table_rows(request: dict[str, Any]) -> list[list[str]]:
    """Return the rows of all tables of a document."""
    return [row for block in request["content"]["blocks"] for row in block.get("rows", ())]


def test_r51_each_criterion_of_the_score_sheet_names_the_goal_it_serves(assigned: House) -> None:
    assigned.score("p12", "evaluator 2", 68)

    ((request, _text),) = papers_of(assigned, "score_sheet")

    names = [row[0] for row in table_rows(request)]
    assert names == [
        "Potřebnost projektu",
        "Soulad se strategickým plánem (cíl strategického plánu: Cíl 2 Živá obec)",
    ]
    assert request["facts"]["spl_goals"] == {"K2": "Cíl 2 Živá obec"}


def test_r52_the_score_sheet_says_points_and_reasons_and_is_signed_by_its_evaluator(
    assigned: House,
) -> None:
    assigned.score("p12", "evaluator 2", 68)

    ((request, text),) = papers_of(assigned, "score_sheet")

    for words in ("Potřebnost projektu", "přínos pro obec", "naplňuje cíl 2", "Celkem"):
        assert words in text
    assert [one["name"] for one in request["signers"]] == ["Evaluator 2"]
