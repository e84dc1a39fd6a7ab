"""The world under control: clock, scenario, seed files, boxes closed after the fact."""

import csv
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings, UnknownSetting, parsed
from services.isds_simulator.ledger.connection import ForeignLedger, Ledger

from .conftest import FARMER, MAS, TOWN
from .wire import PATIENCE, Control, Wire

NOON = "2026-11-23T12:00:00+01:00"


def kinds(control: Control, message_id: str) -> list[str]:
    return [event["kind"] for event in control.get(f"messages/{message_id}")["events"]]


def play(control: Control, *steps: dict[str, Any]) -> None:
    control.post("scenario", 201, steps=list(steps))


def outcomes(control: Control) -> list[str | None]:
    return [step["outcome"] for step in control.get("scenario")["steps"]]


def test_a_scenario_is_played_as_the_clock_passes(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    first = mas.sent_id(FARMER, dmSenderRefNumber="MAS-1")
    second = mas.sent_id(TOWN, dmSenderRefNumber="MAS-2")
    play(
        control,
        {"at": "+3d", "do": "login", "box": TOWN, "event": "EV12"},
        {"at": "+3d1h", "do": "read", "reference": "MAS-2"},
        {"at": "2026-12-05T00:00:00+01:00", "do": "close_message", "reference": "MAS-1"},
        {"at": "+13d", "do": "login", "box": FARMER},
    )
    assert outcomes(control) == [None] * 4

    control.advance(days=14)

    assert kinds(control, first) == ["EV0", "EV5", "EV3"]
    assert kinds(control, second) == ["EV0", "EV5", "EV12"]
    assert control.get(f"messages/{second}")["state"] == 7
    assert outcomes(control) == ["done"] * 4
    event = control.get(f"messages/{second}")["events"][-1]
    assert event["at"] == "2026-11-26T11:00:00.000+00:00"


def test_fiction_and_steps_keep_their_order(mas: Wire, control: Control) -> None:
    """The fiction of day 10 comes before a login of day 11, even in one jump of the clock."""
    control.stop_clock(NOON)
    message_id = mas.sent_id(FARMER)
    play(control, {"at": "+11d", "do": "login", "box": FARMER})

    control.advance(days=30)

    assert kinds(control, message_id) == ["EV0", "EV5", "EV2", "EV11"]


def test_a_person_sends_by_hand_and_the_operator_interferes(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    by_hand = {"box": MAS, "to": TOWN, "annotation": "Ručně", "reference": "MAS-9"}
    play(
        control,
        {"at": "+1m", "do": "send", **by_hand},
        {"at": "+2m", "do": "fault", "operation": "DummyOperation", "kind": "blocked"},
        {"at": "+3m", "do": "throttle", "box": MAS, "seconds": 0.1},
        {"at": "+4m", "do": "credit", "box": MAS, "amount": 500},
        {"at": "+5m", "do": "credit", "box": MAS, "amount": -500},
        {"at": "+6m", "do": "box_state", "box": TOWN, "state": 2},
        {"at": "+7m", "do": "send", **by_hand},
        {"at": "+8m", "do": "close_box", "box": TOWN},
        {"at": "+9m", "do": "clock", "advance_seconds": 3600},
    )

    control.advance(minutes=10)

    assert outcomes(control) == ["done"] * 6 + ["refused 1205"] + ["done"] * 2
    (message,) = control.get("messages", reference="MAS-9")["messages"]
    assert (message["annotation"], message["state"]) == ("Ručně", 8)
    assert control.get(f"boxes/{MAS}")["throttle_ms"] == 100
    assert control.get("clock")["now"] == "2026-11-23T12:10:00.000+00:00"
    assert mas.call("dz", "DummyOperation").http.status_code == 401
    play(control, {"at": "+0s", "do": "clear_faults"})
    assert mas.call("dz", "DummyOperation").code == "0000"


@pytest.mark.parametrize(
    "step",
    [
        {"at": "+1d", "do": "dance"},
        {"at": "soon", "do": "clear_faults"},
        {"at": "2026-11-23T12:00:00", "do": "clear_faults"},
        {"at": "+1d", "do": "login", "box": "abcdefg"},
        {"at": "+1d", "do": "fault", "kind": "delay", "params": {"second": 1}},
        {"at": "+1d", "do": "box_state", "box": TOWN},
        "no object",
    ],
)
def test_a_wrong_step_is_named_and_nothing_is_entered(control: Control, step: Any) -> None:
    body = {"steps": [{"at": "+1d", "do": "clear_faults"}, step]}

    reply = requests.post(f"{control.url}/control/scenario", json=body, timeout=PATIENCE)

    assert (reply.status_code, list(reply.json()["detail"])) == (422, ["1"])
    assert outcomes(control) == []


def test_the_clock_may_run_faster(mas: Wire, control: Control) -> None:
    control.post("clock", now=NOON, speed=86_400)
    message_id = mas.sent_id(FARMER)

    time.sleep(0.3)

    control.post("clock", stopped=True)
    assert control.get(f"messages/{message_id}")["state"] == 4
    passed = control.get("clock")["offset_seconds"]
    time.sleep(0.05)
    assert control.get("clock")["offset_seconds"] < passed
    control.post("clock", speed=1_000_000)
    time.sleep(1.2)
    assert control.get(f"messages/{message_id}")["state"] == 5


def test_a_box_closed_after_the_fact_gives_everything_back(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    fictional = mas.sent_id(FARMER)
    control.advance(days=11)
    fresh = mas.sent_id(FARMER)

    closed = control.post(f"boxes/{FARMER}/closure")

    assert closed == {"undeliverable": [fictional, fresh]}
    assert kinds(control, fictional) == ["EV0", "EV5", "EV3"]
    assert mas.send(FARMER).code == "1205"
    answer = mas.call("dx", "GetMessageStateChanges", "<dmFromTime/><dmToTime/>")
    assert answer.texts("dmMessageStatus")[-2:] == ["8", "8"]


def test_downloading_what_came_back_is_a_setting(start: Any) -> None:
    simulator = start(undeliverable_downloadable=False)
    message_id = simulator.wire().sent_id(FARMER)
    simulator.control.post(f"boxes/{FARMER}/closure")

    assert simulator.wire().download_sent(message_id).code == "1229"


def test_a_seed_holds_a_whole_world_and_is_planted_once(
    settings: SimulatorSettings, tmp_path: Path
) -> None:
    login = {"username": "obec", "password": "heslo"}
    seed = {
        "boxes": [
            {"id": TOWN, "type": "OVM", "name": "Město", "logins": [login]},
            {"id": MAS, "type": "PO", "name": "MAS"},
        ],
        "subsidies": [{"box_id": MAS, "payer_id": TOWN, "remaining": 5}],
        "faults": [{"kind": "delay", "params": {"seconds": 0.01}}],
        "clock": {"now": NOON, "stopped": True},
        "scenario": {"steps": [{"at": "+1d", "do": "clear_faults"}]},
    }
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(seed), encoding="utf-8")

    for _ in range(2):
        client = create_app(replace(settings, seed_file=path)).test_client()

    def got(what: str) -> Any:
        return client.get(f"/control/{what}").json

    assert len(got("boxes")["boxes"]) == 2
    assert len(got("faults")["faults"]) == 1
    assert len(got("scenario")["steps"]) == 1
    assert got("clock")["now"] == "2026-11-23T11:00:00.000+00:00"


def test_a_table_of_boxes_is_a_seed_too(settings: SimulatorSettings, tmp_path: Path) -> None:
    path = tmp_path / "boxes.csv"
    fields = ["type", "name", "ic", "accepts_paid", "credit", "username", "password", "rights"]
    rows = [
        ["OVM", "Obec Vejprty", "00262170", "", "", "obec", "heslo", "31"],
        ["OVM", "Obec Vejprty", "00262170", "", "", "obec2", "heslo", ""],
        ["FO", "Eva Malá", "", "ano", "", "", "", ""],
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([fields, *rows])

    app = create_app(replace(settings, seed_file=path))

    boxes = app.test_client().get("/control/boxes").json
    assert boxes is not None
    assert [(box["name"], box["accepts_paid"]) for box in boxes["boxes"]] == [
        ("Eva Malá", True),
        ("Obec Vejprty", False),
    ]


def test_settings_are_read_from_words() -> None:
    assert parsed("parallel_limit=3") == ("parallel_limit", 3)
    assert parsed("seal_pss=no") == ("seal_pss", False)
    assert parsed("codes=1210:1204,1205:1203") == ("codes", {"1210": "1204", "1205": "1203"})
    assert parsed("stamp_delay=1.5")[1].total_seconds() == 1.5
    assert parsed("control_token=tajne") == ("control_token", "tajne")
    for wrong in ("speed=1", "seal_pss=maybe", "parallel_limit=x", "codes=1210"):
        with pytest.raises(UnknownSetting):
            parsed(wrong)


def test_a_ledger_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)
    with ledger.writing() as connection:
        connection.execute("PRAGMA user_version = 1")
    ledger.close()

    with pytest.raises(ForeignLedger, match="version 1"):
        Ledger(path)


def test_the_log_of_calls_is_bounded_and_the_counts_are_not(start: Any) -> None:
    simulator = start(most_calls=5)
    mas = simulator.wire()

    for _ in range(12):
        mas.call("dz", "DummyOperation")

    calls = simulator.control.get("calls")["calls"]
    assert len(calls) == 5
    assert {(call["operation"], call["outcome"]) for call in calls} == {("DummyOperation", "0000")}
    assert simulator.control.get("ledger")["calls"][0]["calls"] == 12
