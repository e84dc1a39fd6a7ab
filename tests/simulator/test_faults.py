"""The simulator fails in each way that it is told to, and then works again."""

import time
from typing import Any

import pytest
import requests
from lxml import etree

from .conftest import FARMER, TOWN, Simulator
from .wire import PATIENCE, Control, Wire


def count(control: Control) -> int:
    return int(control.get("ledger")["messages"])


def test_accept_then_drop_loses_the_answer_and_keeps_the_message(
    mas: Wire, control: Control
) -> None:
    control.fault("CreateMessage", "drop", times=1)

    with pytest.raises(requests.ConnectionError):
        mas.send(TOWN, dmSenderRefNumber="MAS-1")

    assert count(control) == 1
    assert mas.list_sent().text("dmSenderRefNumber") == "MAS-1"
    assert mas.send(TOWN, dmSenderRefNumber="MAS-1").code == "0000"
    assert control.get("ledger")["duplicates"][0]["copies"] == 2


def test_a_connection_may_be_dropped_before_the_work_or_within_the_answer(
    mas: Wire, control: Control
) -> None:
    control.fault("CreateMessage", "drop", params={"when": "before"}, times=1)
    with pytest.raises(requests.ConnectionError):
        mas.send(TOWN)
    assert count(control) == 0

    control.fault("CreateMessage", "drop", params={"after_bytes": 100}, times=1)
    with pytest.raises(requests.RequestException):
        mas.send(TOWN)
    assert count(control) == 1


@pytest.mark.parametrize(
    ("params", "status", "kept"),
    [
        pytest.param({"when": "before"}, 503, 0, id="maintenance"),
        pytest.param({"when": "after"}, 503, 1, id="503 although accepted"),
        pytest.param({"body": "html"}, 503, 1, id="503 with a page"),
        pytest.param({"body": "empty", "when": "before"}, 503, 0, id="503 with nothing"),
        pytest.param({"status": 502, "body": "html", "when": "after"}, 502, 1, id="502 as a page"),
        pytest.param({"status": 599, "body": "empty", "when": "before"}, 599, 0, id="599"),
    ],
)
def test_http_errors_come_before_or_after_the_work(
    mas: Wire, control: Control, params: dict[str, Any], status: int, kept: int
) -> None:
    control.fault("CreateMessage", "http", params=params, times=1)

    answer = mas.send(TOWN)

    assert answer.http.status_code == status
    assert count(control) == kept
    has_fault = params.get("body") is None
    assert ("údržba" in answer.http.text) is ("faultstring" in answer.http.text) is has_fault
    assert mas.send(TOWN).code == "0000"


@pytest.mark.parametrize("code", ["3008", "3009", "9204"])
def test_a_status_is_given_instead_of_the_work(mas: Wire, control: Control, code: str) -> None:
    control.fault("CreateMessage", "status", params={"code": code}, times=1)

    assert mas.send(TOWN).code == code
    assert count(control) == 0
    assert mas.send(TOWN).code == "0000"


def test_a_success_may_lack_the_id(mas: Wire, control: Control) -> None:
    control.fault("CreateMessage", "no_id", times=1)

    answer = mas.send(TOWN)

    assert (answer.code, answer.text("dmID"), count(control)) == ("0000", None, 1)


@pytest.mark.parametrize("kind", ["truncated", "garbled"])
def test_an_answer_may_be_unreadable_although_the_work_is_done(
    mas: Wire, control: Control, kind: str
) -> None:
    control.fault("CreateMessage", kind, times=1)

    with pytest.raises(etree.XMLSyntaxError):
        mas.send(TOWN)

    assert count(control) == 1
    assert mas.send(TOWN).code == "0000"


def test_an_answer_may_go_on_and_on(mas: Wire, control: Control) -> None:
    control.fault("DummyOperation", "huge", params={"bytes": 300_000}, times=1)

    assert len(mas.call("dz", "DummyOperation").http.content) == 300_000


def test_a_login_may_be_blocked_from_outside(mas: Wire, control: Control) -> None:
    control.fault("*", "blocked", times=1)

    answer = mas.send(TOWN)

    assert answer.http.status_code == 401
    assert "Login blocked until" in answer.http.text


def test_an_answer_may_be_late(mas: Wire, control: Control) -> None:
    control.fault("DummyOperation", "delay", params={"seconds": 0.3, "when": "before"})
    begun = time.monotonic()

    assert mas.call("dz", "DummyOperation").code == "0000"

    assert time.monotonic() - begun >= 0.3


def test_a_slow_answer_times_out_although_accepted(mas: Wire, control: Control) -> None:
    control.fault("CreateMessage", "delay", params={"seconds": 20}, times=1)
    mas.timeout = 0.3

    with pytest.raises(requests.ReadTimeout):
        mas.send(TOWN)

    until = time.monotonic() + PATIENCE
    while count(control) == 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert count(control) == 1


def test_the_list_may_lag(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T12:00:00+01:00")
    control.fault("GetListOfSentMessages", "list_lag", params={"seconds": 60})
    message_id = mas.sent_id(TOWN)

    control.advance(seconds=59)
    assert mas.list_sent().texts("dmID") == []

    control.advance(seconds=1)
    assert mas.list_sent().texts("dmID") == [message_id]


def test_a_sent_message_may_not_be_downloadable_yet(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T12:00:00+01:00")
    control.fault("SignedSentMessageDownload", "not_yet", params={"seconds": 30})
    message_id = mas.sent_id(TOWN)

    assert mas.download_sent(message_id).code == "1229"
    control.advance(seconds=30)
    assert mas.download_sent(message_id).code == "0000"


def test_a_message_may_fail_the_antivirus_check(mas: Wire, control: Control) -> None:
    control.fault("CreateMessage", "infected", times=1)

    message_id = mas.sent_id(TOWN)

    assert mas.delivery_info(message_id).text("dmMessageStatus") == "3"
    assert mas.list_sent().texts("dmID") == [message_id]


def test_a_download_may_lack_the_stamp(mas: Wire, control: Control) -> None:
    control.fault("SignedSentMessageDownload", "unstamped", times=1)
    message_id = mas.sent_id(TOWN)

    without = mas.download_sent(message_id)
    with_stamp = mas.download_sent(message_id)

    assert (without.code, with_stamp.code) == ("0005", "0000")
    assert len(without.binary("dmSignature")) < len(with_stamp.binary("dmSignature")) - 500


def test_a_fault_hits_every_nth_call_of_one_box_so_many_times(
    mas: Wire, town: Wire, control: Control, simulator: Simulator
) -> None:
    box = control.get("boxes")["boxes"]
    mas_id = next(found["id"] for found in box if found["type"] == "PO")
    control.fault(
        "DummyOperation", "status", params={"code": "3009"}, every=3, times=2, box_id=mas_id
    )

    codes = [mas.call("dz", "DummyOperation").code for _ in range(10)]

    assert codes == ["0000", "0000", "3009", "0000", "0000", "3009", *["0000"] * 4]
    assert town.call("dz", "DummyOperation").code == "0000"
    assert control.get("faults") == {"faults": []}


def test_a_fault_hits_its_operation_only(mas: Wire, control: Control) -> None:
    control.fault("CreateMessage", "status", params={"code": "3008"})
    control.fault("GetListOfSentMessages", "http")

    assert mas.call("dz", "DummyOperation").code == "0000"
    assert mas.call("DsManage", "GetPasswordInfo").code == "0000"
    assert mas.send(TOWN).code == "3008"
    assert mas.list_sent().http.status_code == 503


def test_faults_are_taken_back(mas: Wire, control: Control) -> None:
    control.fault("*", "status", params={"code": "3008"})
    assert mas.send(FARMER).code == "3008"

    assert requests.delete(f"{control.url}/control/faults", timeout=PATIENCE).status_code == 204

    assert mas.send(FARMER).code == "0000"
