"""What may have been sent already is looked for before it is sent: by us, or by hand (F10, R38)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from services.documents.delivery import transport
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage
from services.documents.models import Delivery, db
from services.documents.worker import create_worker
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.meanwhile import open_sender, told_of
from tests.documents.offices import DIRECTOR, Office, letter, open_office
from tests.documents.test_dispatch import change, delivery_of, issue, long_ago

pytestmark = pytest.mark.one_database


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    return open_sender(simulator, tmp_path, database_url, told_of(simulator))


def by_hand(simulator: Simulator, office: Office, made: dict[str, Any], file: bytes = b"") -> None:
    """Send the letter with our reference, as a person in another program does."""
    with office.context():
        reference = f"{made['number']}/1"
        row = db.session().query(Delivery).filter_by(sender_reference=reference).one()
        kept = office.app.extensions["documents-tools"].files.get(row.document.sha256)
        message = OutgoingMessage(TOWN, row.subject, reference, "", "", "dopis.pdf", file or kept)
    other = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    assert other.create_message(message).message_id


def retry(office: Office, made: dict[str, Any]) -> None:
    reply = office.retry(delivery_of(office, made)["id"])
    assert reply.status_code == 200, reply.json


def test_what_isds_refused_and_a_person_sent_is_adopted_at_the_next_try(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("status", params={"code": "1214"}, times=1)
    made = issue(sender, TOWN)
    sender.work(2)
    refused = delivery_of(sender, made)["reason"]
    by_hand(simulator, sender, made)

    retry(sender, made)
    sender.work(3)

    assert refused == "refused"
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_what_a_person_sent_with_another_file_is_not_sent_again(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("status", params={"code": "1214"}, times=1)
    made = issue(sender, TOWN)
    sender.work(2)
    by_hand(simulator, sender, made, b"%PDF-1.7 another one")

    retry(sender, made)
    sender.work(3)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "duplicate")
    assert len(simulator.messages()) == 1


def test_what_nobody_sent_is_sent_at_the_next_try(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "1214"}, times=1)
    made = issue(sender, TOWN)
    sender.work(2)

    retry(sender, made)
    sender.work(3)

    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_what_was_listed_late_is_adopted_at_the_next_try(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("drop", params={"when": "after"}, times=1)
    simulator.fault("list_lag", operation="GetListOfSentMessages", params={"seconds": 3600})
    made = issue(sender, TOWN)
    sender.work(1)
    lost = long_ago()
    change(sender, made, attempts=3, lost_at=lost, lost_isds_at=lost)
    change(sender, made, last_look_at=None, next_at=None)
    sender.work(3)
    asked = delivery_of(sender, made)["reason"]
    simulator.control("DELETE", "/faults")

    retry(sender, made)
    sender.work(3)

    assert asked == "not_found"
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_what_a_person_sent_during_an_outage_is_adopted(
    sender: Office, simulator: Simulator
) -> None:
    fault = {"operation": "FindDataBox2", "params": {"status": 503, "when": "before"}}
    simulator.fault("http", **fault)
    made = issue(sender, TOWN)
    sender.work(2)
    waiting = delivery_of(sender, made)["state"]
    by_hand(simulator, sender, made)
    simulator.control("DELETE", "/faults")
    change(sender, made, next_at=None)

    sender.work(3)

    assert waiting == "ready"
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1
    history = sender.browser(DIRECTOR).get(f"/deliveries/{delivery_of(sender, made)['id']}").text
    assert "V odeslaných je zpráva s naší značkou" in history


def test_what_a_person_sent_while_the_worker_was_off_is_adopted(
    sender: Office, simulator: Simulator
) -> None:
    sender.browser(DIRECTOR).post("/dispatches/stop", data={"reason": "Počkat."})
    made = issue(sender, TOWN)
    sender.work(2)
    by_hand(simulator, sender, made)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1)):
        sender.clock.move_to(datetime.now(UTC))
        stop = sender.api("GET", "/dispatches/stop", DIRECTOR).json["stop"]
        body = {"version": stop["version"], "reason": "Už se může odesílat."}
        assert sender.api("POST", "/dispatches/stop/end", DIRECTOR, body).status_code == 200
        sender.work(3)

    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_without_the_list_nothing_that_waited_is_sent(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "3008"}, times=1)
    made, fresh = issue(sender, TOWN), None
    sender.work(1)
    simulator.fault("http", "GetListOfSentMessages", params={"status": 503, "when": "before"})
    fresh = issue(sender, TOWN)
    change(sender, made, next_at=None)

    sender.work(2)

    assert delivery_of(sender, made)["state"] == "ready"
    assert delivery_of(sender, fresh)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_what_was_sent_right_after_its_issue_needs_no_list(
    sender: Office, simulator: Simulator
) -> None:
    for _ in range(3):
        issue(sender, TOWN)

    sender.work(2)

    calls = {row["operation"] for row in simulator.control("GET", "/ledger")["calls"]}
    assert len(simulator.messages()) == 3
    assert "GetListOfSentMessages" not in calls


def test_whoever_needed_no_list_and_came_late_to_his_turn_looks_after_all(
    simulator: Simulator, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ISDS is so slow that a person sends the letter by hand while the worker still asks it."""
    gateway = told_of(simulator)
    office = open_sender(simulator, tmp_path, database_url, gateway)
    made = issue(office, TOWN)
    can_receive, lasted = gateway.can_receive, list[str]()

    def slowly(box_id: str) -> bool:
        if not lasted:
            lasted.append(box_id)
            office.clock.move_to(office.clock.now() + timedelta(minutes=11))
            by_hand(simulator, office, made)
        return can_receive(box_id)

    monkeypatch.setattr(gateway, "can_receive", slowly)

    office.work(1)
    too_late = delivery_of(office, made)["state"]
    office.work(3)

    assert lasted == [TOWN]
    assert too_late == "ready"
    assert delivery_of(office, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_a_letter_without_a_box_is_tried_again_without_a_list(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    office = open_office(tmp_path / "var", database_url)
    made = office.put(letter(box=None))
    office.work(2)

    retry(office, made)
    office.work(3)

    found = delivery_of(office, made)
    assert (found["state"], found["reason"]) == ("needs_person", "no_sender")


def test_a_worker_that_froze_in_the_middle_of_the_body_sends_no_second_message(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker lives on for two hours meanwhile, and sends the letter anew (finding F9)."""
    made = issue(sender, TOWN)
    go_on, frozen = transport.hit, []
    with time_machine.travel(datetime.now(UTC)) as hands:

        def freeze(place: str) -> None:
            if place == "call.half_sent" and not frozen:
                frozen.append(place)
                for _ in range(4):
                    hands.shift(timedelta(minutes=30))
                    sender.clock.move_to(datetime.now(UTC))
                    with sender.app.app_context():
                        create_worker(sender.app).run_once()
            go_on(place)

        monkeypatch.setattr(transport, "hit", freeze)
        sender.work(3)

    assert frozen
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_a_frozen_machine_asks_the_database_because_its_clocks_stood_still(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else took the delivery over; for this machine no time has passed."""
    made = issue(sender, TOWN)
    go_on = transport.hit

    def taken_over(place: str) -> None:
        if place == "call.half_sent":
            change(sender, made, state="unknown", fencing_token=None, lost_at=long_ago())
        go_on(place)

    monkeypatch.setattr(transport, "hit", taken_over)
    sender.work(1)

    assert simulator.messages() == []
    assert delivery_of(sender, made)["state"] == "unknown"


def test_a_message_that_the_antivirus_stopped_is_found_though_its_answer_was_lost(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("infected", times=1)
    simulator.fault("drop", params={"when": "after"}, times=1)
    made = issue(sender, TOWN)

    sender.work(4)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "infected")
    assert len(simulator.messages()) == 1


def test_what_isds_took_is_not_tried_again_after_the_post_brought_it_back(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("infected", times=1)
    made = issue(sender, FARM)
    sender.work(3)
    place = delivery_of(sender, made)["id"]
    change(sender, made, reason="returned")  # as after a posting whose item came back

    again = sender.retry(place)
    sender.work(3)

    assert again.json["type"] == "urn:vyzva:problem:retry-not-allowed"
    assert delivery_of(sender, made)["reason"] == "returned"
    assert (
        "Zkusit datovou schránku znovu"
        not in sender.browser(DIRECTOR).get(f"/deliveries/{place}").text
    )
    assert len(simulator.messages()) == 1


def test_a_damaged_file_does_not_forget_why_a_person_was_asked(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, None)
    sender.work(2)
    place = delivery_of(sender, made)["id"]
    change(sender, made, reason="undeliverable", message_id="1000001", channel="post")
    sha256 = sender.view(made["id"])["sha256"]
    folder = sender.app.extensions["vyzva-settings"].var / "documents" / "files"
    file = folder / sha256[:2] / sha256
    content = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(content[:-1] + b"x")

    refused = sender.api("GET", f"/deliveries/{place}/letter.pdf", DIRECTOR)
    damaged = delivery_of(sender, made)
    page = sender.browser(DIRECTOR).get(f"/deliveries/{place}").text
    again = sender.retry(place)
    file.write_bytes(content)
    sound = sender.api("GET", f"/deliveries/{place}/letter.pdf", DIRECTOR)

    assert refused.status_code == 409, refused.json
    assert refused.json["type"] == "urn:vyzva:problem:file-unsound", refused.json
    assert (damaged["reason"], damaged["file_fault"]) == ("undeliverable", "file-damaged")
    assert "Zkontrolovat soubor znovu" in page
    assert "Zapsat podání na poště" not in page
    assert again.status_code == 409
    assert sound.status_code == 200
    assert delivery_of(sender, made)["file_fault"] is None
    assert simulator.messages() == []
