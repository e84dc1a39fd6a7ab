"""People declare their interests for a call and sign the declaration (R42, A5)."""

from collections.abc import Mapping
from typing import Any

from services.demonstration.people import DIRECTOR, Person
from services.demonstration.stage import Stage
from services.demonstration.web import wait_for


def declare(stage: Stage, ties: Mapping[Person, list[dict[str, Any]]]) -> None:
    """Let each person declare these ties, sign, and wait until the declarations count."""
    call = f"/calls/{stage.id_of('call')}"
    for person, links in ties.items():
        made = stage.as_(person).post("evaluation", f"{call}/declarations", {"links": links})
        stage.sign(person, made["document_ids"])
    wanted = {stage.id_of(person.login) for person in ties}

    def have_declared() -> bool:
        return wanted <= set(stage.as_(DIRECTOR).get("evaluation", f"{call}/conflicts")["declared"])

    wait_for("signed declarations", have_declared)
