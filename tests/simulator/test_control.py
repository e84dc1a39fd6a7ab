"""The control interface and the pages: what tests and people may do from outside."""

import json
from dataclasses import replace
from typing import Any

import pytest
import requests

from services.isds_simulator.app import create_app

from .conftest import FARMER, MAS, TOWN, Simulator
from .wire import PATIENCE, Control, Wire


def test_the_clock_moves_stops_and_returns(control: Control) -> None:
    control.post("clock", now="2030-05-01T12:00:00+02:00", stopped=True)
    assert control.get("clock")["now"] == "2030-05-01T10:00:00.000+00:00"

    control.post("clock", advance_seconds=90)
    stopped = control.get("clock")
    assert (stopped["now"], stopped["stopped"]) == ("2030-05-01T10:01:30.000+00:00", True)

    control.post("clock", offset_seconds=-86400, stopped=False)
    assert round(control.get("clock")["offset_seconds"]) == -86400

    control.post("clock", reset=True)
    assert control.get("clock")["offset_seconds"] == 0


def test_the_clock_outlives_a_restart(start: Any, simulator: Simulator) -> None:

    simulator.control.stop_clock("2030-05-01T12:00:00+02:00")

    again = create_app(simulator.settings).test_client().get("/control/clock").json

    assert again is not None and again["now"] == "2030-05-01T10:00:00.000+00:00"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {}),
        ("clock", {"reset": True, "advance_seconds": 1}),
        ("clock", {"now": "2030-05-01T12:00:00"}),
        ("clock", {"now": "2060-01-01T12:00:00+01:00"}),
        ("clock", {"advance_seconds": 1e30}),
        ("boxes", {"type": "PO"}),
        ("boxes", {"type": "XX", "name": "x"}),
        ("boxes", {"type": "PO", "name": "x", "id": "abcdefg"}),
        ("boxes", {"type": "PO", "name": "x", "colour": "red"}),
        ("boxes", {"type": "PO", "name": "x", "ic": "123"}),
        ("faults", {"kind": "earthquake"}),
        (f"boxes/{TOWN}/state", {"state": 9}),
        (f"boxes/{MAS}/credit", {"amount": -3001}),
        (f"boxes/{MAS}/recipient-login", {"event": "EV99"}),
    ],
)
def test_bad_input_changes_nothing(control: Control, path: str, body: dict[str, Any]) -> None:
    before = control.get("boxes"), control.get("faults")

    reply = requests.post(f"{control.url}/control/{path}", json=body, timeout=PATIENCE)

    assert reply.status_code == 422
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert (control.get("boxes"), control.get("faults")) == before


def test_unknown_things_are_not_found_and_forms_not_read(control: Control) -> None:
    assert requests.get(f"{control.url}/control/messages/1", timeout=PATIENCE).status_code == 404
    path = f"{control.url}/control/boxes/{FARMER}"
    assert (
        requests.post(f"{path[:-1]}a/recipient-login", json={}, timeout=PATIENCE).status_code == 404
    )
    assert requests.post(f"{path}/recipient-login", data={}, timeout=PATIENCE).status_code == 415


def test_a_box_id_is_made_with_its_check_character_and_never_twice(control: Control) -> None:
    one = control.post("boxes", 201, type="PO", name="Sad, s. r. o.")
    two = control.post("boxes", 201, type="PO", name="Sad, s. r. o.")

    assert one["id"] != two["id"]
    control.post("boxes", 409, type="PO", name="Jiný", id=one["id"])


def test_logins_may_be_added_and_replaced(control: Control, simulator: Simulator) -> None:
    login = {"username": "nova", "password": "prvni"}
    control.post(f"boxes/{TOWN}/logins", 204, **login)
    assert simulator.wire("nova", "prvni").call("dz", "DummyOperation").code == "0000"

    control.post(f"boxes/{TOWN}/logins", 204, **{**login, "password": "druhe"})

    assert simulator.wire("nova", "prvni").call("dz", "DummyOperation").http.status_code == 401
    assert simulator.wire("nova", "druhe").call("dz", "DummyOperation").code == "0000"


def test_the_ledger_counts_what_was_called(mas: Wire, control: Control) -> None:
    mas.send(TOWN)
    mas.send("abcdefg")
    mas.list_sent()

    calls = {
        (row["operation"], row["outcome"]): row["calls"] for row in control.get("ledger")["calls"]
    }

    assert calls == {
        ("CreateMessage", "0000"): 1,
        ("CreateMessage", "1007"): 1,
        ("GetListOfSentMessages", "0000"): 1,
    }


def test_the_control_interface_may_ask_for_a_token(settings: Any) -> None:

    client = create_app(replace(settings, control_token="tajne")).test_client()

    assert client.get("/control/boxes").status_code == 401
    headers = {"Authorization": "Bearer tajne"}
    assert client.get("/control/boxes", headers=headers).status_code == 200


def test_a_seed_file_is_read_at_every_start_and_enters_each_box_once(
    settings: Any, tmp_path: Any
) -> None:

    seed = tmp_path / "seed.json"
    login = {"username": "obec", "password": "heslo"}
    box = {"type": "OVM", "name": "Obec Kryštofovy Hamry", "ic": "00261475", "logins": [login]}
    seed.write_text(json.dumps({"boxes": [box]}), encoding="utf-8")

    for _ in range(2):
        app = create_app(replace(settings, seed_file=seed))

    boxes = app.test_client().get("/control/boxes").json
    assert boxes is not None
    assert [found["name"] for found in boxes["boxes"]] == ["Obec Kryštofovy Hamry"]


def test_an_act_that_has_nothing_to_say_says_nothing(control: Control) -> None:
    reply = requests.delete(f"{control.url}/control/faults", timeout=PATIENCE)

    assert (reply.status_code, reply.content) == (204, b"")
    assert "Content-Type" not in reply.headers
