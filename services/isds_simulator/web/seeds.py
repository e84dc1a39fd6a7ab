"""Reading the seed and the scenario at start."""

import csv
import json
from pathlib import Path
from typing import Any

from services.isds_simulator.ledger import boxes, controls, steps
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Subsidy
from services.isds_simulator.service.clock import read_clock
from services.isds_simulator.service.directory import seed_box
from services.isds_simulator.service.office import Office
from services.isds_simulator.web.clock_setting import apply_clock
from services.isds_simulator.web.scenarios import plan
from services.isds_simulator.web.schemas import SeedIn

LOGIN_FIELDS = ("username", "password", "rights", "user_type", "person", "one_time_code")
TRUTHS = frozenset({"accepts_paid", "has_contract", "has_user"})
IS_SEEDED = "is_seeded"
"""Set once the faults, the clock and the scenario of the seed are in the ledger."""


def plant(office: Office) -> None:
    """Enter what the files of the settings hold.

    Boxes are entered at every start unless they are known. Faults, the clock, subsidies and
    the scenario are entered once, or a restart would repeat them.
    """
    seed_file, scenario_file = office.settings.seed_file, office.settings.scenario_file
    seed = SeedIn().load({} if seed_file is None else read_seed(seed_file))
    with office.ledger.writing() as connection:
        for draft in seed["boxes"]:
            seed_box(connection, draft)
        if controls.get_setting(connection, IS_SEEDED) is None:
            _plant_once(connection, seed)
            if scenario_file is not None:
                _plan(connection, json.loads(scenario_file.read_text(encoding="utf-8")))
            if seed_file is not None or scenario_file is not None:
                controls.put_setting(connection, IS_SEEDED, "yes")


def _plant_once(connection: Connection, seed: dict[str, Any]) -> None:
    for subsidy in seed["subsidies"]:
        boxes.add_subsidy(connection, Subsidy(**subsidy))
    for fault in seed["faults"]:
        controls.add_fault(connection, fault)
    if seed["clock"] is not None:
        apply_clock(connection, seed["clock"])
    if seed["scenario"] is not None:
        _plan(connection, seed["scenario"])


def _plan(connection: Connection, scenario: Any) -> None:
    if not steps.all_steps(connection):
        plan(connection, scenario, now=read_clock(connection).now)


def read_seed(path: Path) -> Any:
    """Return a seed file as JSON; a CSV file holds one box, with one login or none, a line.

    Args:
        path: A file that ends in ``.csv``, or a JSON file.

    Returns:
        What the schema of seeds takes.
    """
    if path.suffix.lower() != ".csv":
        return json.loads(path.read_text(encoding="utf-8"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {"boxes": _merged([_box(row) for row in csv.DictReader(file)])}


def _box(row: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: value.strip() for name, value in row.items() if value}
    login = {name: given.pop(name) for name in LOGIN_FIELDS if name in given}
    for name in TRUTHS & given.keys():
        given[name] = given[name].lower() in {"1", "yes", "true", "ano"}
    return given | ({"logins": [login]} if login else {})


def _merged(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put lines of the same box together: each further line adds a login."""
    merged: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row.get("id"), row.get("type"), row.get("ic"), row.get("name"))
        known = merged.setdefault(key, row)
        if known is not row:
            known["logins"] = [*known.get("logins", ()), *row.get("logins", ())]
    return list(merged.values())
