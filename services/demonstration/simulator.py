"""Boxes of the applicants and of the MAS in the data-box simulator."""

from typing import Any

import requests

from services.demonstration.people import ORGANISATION
from services.demonstration.projects import OFFICE_BOX, PROJECTS
from services.demonstration.stage import Stage

TYPES = {"farmer": "PFO", "company": "PO", "municipality": "OVM", "ngo": "PO"}
CREDIT = 100_000
"""Prepaid messages of the MAS, in hellers: those to private boxes are paid ones."""


def prepare_simulator(stage: Stage) -> None:
    """Enter the boxes; those that are there already stay as they are."""
    known = {box["id"] for box in _get(stage, "/boxes")["boxes"]}
    for project in PROJECTS:
        if not project.data_box or project.data_box in known:
            continue
        box = {
            "id": project.data_box,
            "type": TYPES[project.kind],
            "name": project.applicant,
            "ic": project.ic,
            "street": project.municipality,
            "house": "1",
            "city": project.municipality,
            "zip_code": "43100",
        }
        if box["type"] == "PFO":
            box |= {"given_names": "Jan", "last_name": "Ukázkový"}
        _post(stage, "/boxes", box)
    if OFFICE_BOX not in known:
        _post(stage, "/boxes", office_box())


def office_box(username: str = "mas", password: str = "mas-demo") -> dict[str, Any]:  # noqa: S107
    """Return the box of the MAS with the login of the documents worker."""
    return {
        "id": OFFICE_BOX,
        "type": "PO",
        "name": ORGANISATION,
        "ic": "90007298",
        "street": "Náměstí",
        "house": "1",
        "city": "Stará Huť",
        "zip_code": "43100",
        "credit": CREDIT,
        "logins": [{"username": username, "password": password, "rights": 28, "person": "Výzva"}],
    }


def _get(stage: Stage, path: str) -> Any:
    reply = requests.get(f"{stage.simulator_url}/control{path}", timeout=10)
    reply.raise_for_status()
    return reply.json()


def _post(stage: Stage, path: str, body: dict[str, Any]) -> None:
    reply = requests.post(f"{stage.simulator_url}/control{path}", json=body, timeout=10)
    if reply.status_code >= 400:
        raise requests.HTTPError(f"{path}: {reply.text}")
