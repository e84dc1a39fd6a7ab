"""No place of the worker of deliveries is missing from the table of places."""

import ast
from collections.abc import Iterator

import pytest

from tests.crashes.scenarios import PLACES, SCENARIOS
from tests.house.tree import ROOT

pytestmark = pytest.mark.one_database
FOLDERS = ("dispatch", "delivery")
INSIDE_DESK = ("f'{step}.written'", "f'{step}.committed'")
"""How the desk itself names the two places of each of its transactions."""
STEP_AT = {"change": 2, "change_all": 1}
"""Where the step is named that the desk takes."""


def _calls() -> Iterator[ast.Call]:
    for folder in FOLDERS:
        for path in sorted((ROOT / "services/documents" / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield node


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _places() -> Iterator[str]:
    for call in _calls():
        if _name(call) == "hit" and ast.unparse(call.args[0]) not in INSIDE_DESK:
            yield ast.literal_eval(call.args[0])
        place = STEP_AT.get(_name(call), len(call.args))
        if place < len(call.args):
            step = ast.literal_eval(call.args[place])
            yield from (f"{step}.written", f"{step}.committed")


def test_every_place_has_a_scenario_that_comes_there() -> None:
    assert set(_places()) == set(PLACES)
    assert len(PLACES) >= 25


def test_every_transaction_of_the_worker_has_its_two_places() -> None:
    """Whoever writes past the desk must name the places itself, before and after the commit."""
    for folder in FOLDERS:
        for path in sorted((ROOT / "services/documents" / folder).glob("*.py")):
            if path.name == "desk.py":
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.With) and _writes(node):
                    assert any(_name(call) == "hit" for call in _calls_in(node)), path.name


def _writes(node: ast.With) -> bool:
    entered = [ast.unparse(item.context_expr) for item in node.items]
    return any(one.startswith("transaction(") for one in entered)


def _calls_in(node: ast.With) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def test_every_scenario_is_played_somewhere() -> None:
    assert set(PLACES.values()) == set(SCENARIOS)
