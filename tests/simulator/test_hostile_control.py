"""Generated requests, good and bad, against the control interface; and its description."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.service.clock import read_clock, set_clock
from services.isds_simulator.web.description import described
from tests.contracts.hostile import METHODS, Attack

from .conftest import BOXES, FARMER, MAS, TOWN
from .test_hostile_operations import ledger_of
from .world import enter_recipients, send_many

EACH = 12
"""Good and bad requests per operation."""
UNTIL_DONE = 20
TOKEN = "tajne"
NOON = "2026-04-01T12:00:00+02:00"


@pytest.fixture
def app(tmp_path: Path, pki: Path) -> Flask:
    """Open a simulator with boxes, messages, a fault and a plan."""
    (tmp_path / "pki").symlink_to(pki)
    app = create_app(SimulatorSettings(data_dir=tmp_path, control_token=TOKEN))
    for path, body in (
        *(("boxes", box) for box in BOXES),
        ("clock", {"now": NOON, "stopped": True}),
        ("faults", {"operation": "CreateMessage", "kind": "delay"}),
        ("scenario", {"steps": [{"at": "+1d", "do": "clear_faults"}]}),
    ):
        post(app, path, body)
    office = app.extensions[EXTENSION]
    send_many(office, MAS, 3, [TOWN, FARMER])
    # Messages to a box that the requests do not know stay as they are until they are named.
    send_many(office, TOWN, 6, enter_recipients(office, 2)[1:])
    return app


def post(app: Flask, path: str, body: Any) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    reply = app.test_client().post(f"/control/{path}", json=body, headers=headers)
    assert reply.status_code < 300, reply.text


def settled(app: Flask) -> Any:
    """Return the whole ledger once all that was due has happened; no time passes after it.

    A request may have set the clock going; what time alone does, no request did.
    """
    office = app.extensions[EXTENSION]
    now = office.now()
    with office.ledger.writing() as connection:
        if not read_clock(connection).is_stopped:
            set_clock(connection, now, speed=0.0)
    office.now()
    return ledger_of(app.test_client())


def test_control_takes_whatever_comes(app: Flask) -> None:
    messages = [row[0] for row in ledger_of(app.test_client())["message"]]
    boxes = [box["id"] for box in BOXES]
    known: dict[str, list[Any]] = {
        "box_id": boxes,
        "message_id": messages,
        "fault_id": [1],
        "payer_id": boxes,
        "username": ["mas", None],
        "kind": ["system", "hosted", "drop"],
        "now": [NOON],
        "speed": [1.0],
        "steps": [[{"at": "+1d", "do": "login", "box": TOWN}]],
    }
    attack = Attack(app, described(app), known, lambda: settled(app))

    attack.run(lambda: f"Bearer {TOKEN}", EACH, until_done=UNTIL_DONE)

    print(dict(sorted(attack.statuses.items())))
    assert not attack.faults, "\n\n".join(f"{at}\n{text}" for at, text in attack.faults.items())
    assert attack.never_done() == set()


def test_every_route_of_the_control_interface_is_described(app: Flask) -> None:
    routes = {
        (method.lower(), re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("control.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert routes == {
        (method, path)
        for path, operations in described(app)["paths"].items()
        for method in METHODS & operations.keys()
    }
