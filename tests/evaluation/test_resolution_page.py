"""The assembly adopts the proposal as it is; where it departs, it says where and why."""

from decimal import Decimal
from typing import Any

import pytest

from services.evaluation.models import AllocationRun, Resolution, db
from tests.evaluation.browser import BASE, Browser
from tests.evaluation.house import CALL, House, case_id

PATH = f"/calls/{CALL}/resolution"
ADOPT = "Zapsat usnesení"
ADD = "Přidat odchylku od návrhu"
VOTE = {
    "number": "VH 1/2026",
    "entitled": "40",
    "present": "30",
    "in_favour": "30",
    "against": "0",
    "abstained": "0",
}
P12, P13 = str(case_id("p12")), str(case_id("p13"))
REJECTED = {"project": P12, "verdict": "rejected", "reason": "žadatel odstoupil od záměru"}


@pytest.fixture
def assembly(house: House) -> Browser:
    house.reach_meeting(["p12", "p13"])
    house.move("2026-07-20")
    house.meet(["p12", "p13"])
    house.run()
    return Browser(house, "assembly")


def adopt(assembly: Browser, *deviations: dict[str, str]) -> int:
    """Fill the form, asking for a line for each deviation as a person does; return the status."""
    assembly.open(PATH)
    lines: dict[str, str] = {}
    for number, deviation in enumerate(deviations):
        post(assembly, ADD, lines)
        lines = {f"deviations-{number}-{name}": value for name, value in deviation.items()}
    return post(assembly, ADOPT, {**VOTE, **lines})


def post(assembly: Browser, button: str, values: dict[str, str]) -> int:
    """Send the present page, which is not opened anew, so that nothing written is lost."""
    fields = assembly.fields(button)
    for name, value in values.items():
        fields[name] = value
    assembly.answer = assembly.client.post(PATH, data=fields, base_url=BASE)
    return assembly.answer.status_code


def stored(house: House) -> Resolution | None:
    with house.app.app_context():
        found: Any = db.session.query(Resolution).one_or_none()
        return found


def test_a_proposal_is_adopted_as_it_is(house: House, assembly: Browser) -> None:
    page = assembly.open(PATH)
    assert page.count("<fieldset") == 0

    assert adopt(assembly) == 303

    resolution = stored(house)
    assert resolution is not None
    assert {line["verdict"] for line in resolution.lines} == {"approved"}


def test_a_departure_is_kept_with_its_reason(house: House, assembly: Browser) -> None:
    assert adopt(assembly, REJECTED) == 303

    resolution = stored(house)
    assert resolution is not None
    lines = {line["application_id"]: line for line in resolution.lines}
    assert (lines[P12]["verdict"], lines[P12]["explanation"]) == ("rejected", REJECTED["reason"])
    assert Decimal(lines[P12]["amount"]["amount"]) == 0
    assert lines[P13]["verdict"] == "approved"


@pytest.mark.parametrize(
    ("deviation", "said"),
    [
        (
            {"project": P12, "verdict": "rejected"},
            ["Důvod odchylky: Odchylku od návrhu odůvodněte."],
        ),
        ({"reason": "jen tak"}, ["Projekt: Vyberte projekt.", "Rozhodnutí: Vyberte rozhodnutí."]),
        (
            {"project": P12, "verdict": "approved", "reason": "jinak"},
            ["Dotace: Částku má právě schválený projekt."],
        ),
        (
            {"project": P12, "verdict": "rejected", "amount": "1"},
            [
                "Dotace: Částku má právě schválený projekt.",
                "Důvod odchylky: Odchylku od návrhu odůvodněte.",
            ],
        ),
        ({"project": P12, "verdict": "approved", "amount": "peníze", "reason": "x"}, ["Dotace: "]),
    ],
)
def test_a_departure_is_refused_while_it_is_not_whole(
    house: House, assembly: Browser, deviation: dict[str, str], said: list[str]
) -> None:
    assert adopt(assembly, deviation) == 422

    assert [one for one in said if one not in assembly.said] == []
    kept = assembly.fields(ADOPT)
    lost = [
        name
        for name, value in deviation.items()
        if not kept[f"deviations-0-{name}"].startswith(value)
    ]
    assert lost == []
    assert stored(house) is None


def test_a_project_is_named_once(house: House, assembly: Browser) -> None:
    assert adopt(assembly, REJECTED, {**REJECTED, "verdict": "reserve"}) == 422

    assert "Projekt je uveden dvakrát." in assembly.said
    assert stored(house) is None


def test_what_was_proposed_is_no_departure(house: House, assembly: Browser) -> None:
    with house.app.app_context():
        run = db.session.query(AllocationRun).one()
    proposed = next(line for line in run.result["lines"] if line["application_id"] == P12)
    amount = proposed["granted"]["amount"]
    same = {"project": P12, "verdict": "approved", "amount": amount, "reason": "podle návrhu"}

    assert adopt(assembly, same) == 422

    assert "Tak už zní návrh. Údaje této odchylky vymažte." in assembly.said
    assert stored(house) is None


def test_who_comes_second_is_told_that_it_was_decided(house: House, assembly: Browser) -> None:
    assembly.open(PATH)
    post(assembly, ADD, {})
    house.resolve()
    lines = {f"deviations-0-{name}": value for name, value in REJECTED.items()}

    assert post(assembly, ADOPT, {**VOTE, **lines}) == 409

    assert "rozhodla" in assembly.said


def test_an_empty_line_is_left_out(house: House, assembly: Browser) -> None:
    assert adopt(assembly, {}) == 303

    assert stored(house) is not None
