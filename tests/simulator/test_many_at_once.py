"""Several callers at once: nothing is lost, doubled or paid twice."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.isds_simulator.app import create_app

from .conftest import FARMER, MAS, TOWN, Simulator
from .wire import Control, Wire


def together(work: Any, times: int) -> list[Any]:
    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(work, range(times)))


def test_four_senders_get_different_ids(mas: Wire, control: Control) -> None:
    def send(number: int) -> str:
        return mas.sent_id(TOWN, dmSenderRefNumber=f"MAS-{number}")

    ids = together(send, 40)

    summary = control.get("ledger")
    assert len(set(ids)) == 40
    assert (summary["messages"], summary["duplicates"]) == (40, [])
    assert sorted(mas.list_sent().texts("dmID")) == sorted(ids)


def test_credit_for_three_pays_for_three(mas: Wire, control: Control) -> None:
    codes = together(lambda _: mas.send(FARMER).code, 12)

    assert sorted(codes) == ["0000"] * 3 + ["1233"] * 9
    assert control.get(f"boxes/{MAS}")["credit"] == 0
    assert control.get("ledger")["messages"] == 3


def test_a_fault_for_one_call_hits_one_call(mas: Wire, control: Control) -> None:
    control.fault("DummyOperation", "status", params={"code": "3008"}, times=5)

    codes = together(lambda _: mas.call("dz", "DummyOperation").code, 20)

    assert sorted(codes) == ["0000"] * 15 + ["3008"] * 5


def test_time_passes_once_for_each_message(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T12:00:00+01:00")
    ids = [mas.sent_id(TOWN) for _ in range(10)]
    control.post("clock", advance_seconds=11 * 86400)

    together(lambda number: mas.delivery_info(ids[number % 10]), 20)

    for message_id in ids:
        events = control.get(f"messages/{message_id}")["events"]
        assert [event["kind"] for event in events] == ["EV0", "EV5", "EV2"]


def test_two_simulators_share_one_ledger(simulator: Simulator, mas: Wire) -> None:
    other = create_app(simulator.settings).test_client()

    def send(number: int) -> str:
        if number % 2:
            return mas.sent_id(TOWN)
        return str(other.get("/control/ledger").status_code)

    results = together(send, 20)

    assert results.count("200") == 10
    summary = other.get("/control/ledger").json
    assert summary is not None and summary["messages"] == 10
