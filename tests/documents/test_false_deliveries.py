"""What must never count as a delivery to the recipient, however well it is sealed (F14)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.documents.delivery import proofs as isds_proofs
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.information import delivery_info_of
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import DeliveryInfo, OutgoingMessage, Permit
from services.documents.domain.isds_outcome import Exchange
from services.documents.domain.legal_delivery import DeliveryRules
from services.documents.models import Delivery, db
from services.documents.service import concluding
from services.documents.service.work import Work, worker_actor
from shared.db import transaction
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import DIRECTOR, Office, letter, open_office

pytestmark = pytest.mark.one_database


class Misled(IsdsGateway):
    """ISDS takes every message for another box than ours was for."""

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        return super().create_message(replace(message, recipient_box=FARM), permit)


def open_sender(
    simulator: Simulator, tmp_path: Path, database_url: str, kind: type[IsdsGateway] = IsdsGateway
) -> Office:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = kind(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    office = open_office(tmp_path / "var", database_url, gateway, isds_seal_roots=roots)
    office.clock.move_to(datetime.now(UTC))
    return office


def a_minute_old(office: Office) -> None:
    """Let the only message of unknown fate be looked for since a minute ago, by both clocks."""
    begun = datetime.now(UTC) - timedelta(minutes=1)
    with office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).one()
        row.lost_at, row.lost_isds_at = begun, begun
        row.next_at, row.last_look_at = None, None


def two_days_before(body: Any) -> DeliveryInfo:
    """Read a delivery info all of whose events come before the message was sent."""
    info = delivery_info_of(body)
    moved = [replace(one, at=one.at - timedelta(days=2)) for one in info.events]
    return replace(info, events=tuple(moved))


def test_another_look_never_sends_again_what_isds_once_sealed(
    simulator: Simulator, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_sender(simulator, tmp_path, database_url)

    def look() -> dict[str, Any]:
        body = {"reason": "Hodiny jsou opravené.", "version": view()["version"]}
        reply = office.api("POST", f"/deliveries/{view()['id']}/look", DIRECTOR, body)
        assert reply.status_code == 200, reply.json
        a_minute_old(office)
        office.work(4)
        return view()

    def view() -> dict[str, Any]:
        found: dict[str, Any] = office.view(made["id"])["delivery"]
        return found

    monkeypatch.setattr(isds_proofs, "delivery_info_of", two_days_before)
    made = office.put(letter(box=TOWN))
    office.work(2)
    contradicting = view()
    monkeypatch.undo()

    simulator.fault("list_lag", "GetListOfSentMessages", params={"seconds": 10**6})
    unlisted = look()
    simulator.control("DELETE", "/faults")
    listed = look()

    assert (contradicting["state"], contradicting["reason"]) == ("needs_person", "too_early")
    assert (unlisted["state"], unlisted["reason"]) == ("needs_person", "too_early")
    assert unlisted["message_id"] == contradicting["message_id"]
    assert (listed["state"], listed["reason"]) == ("delivered", None)
    assert len(simulator.messages()) == 1


def test_a_named_message_is_not_forgotten_by_a_second_look(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    """Whoever names a message says that it exists: nothing is sent beside it, ever."""
    office = open_sender(simulator, tmp_path, database_url)
    simulator.fault("drop", "CreateMessage", params={"when": "before"}, times=1)
    made = office.put(letter(box=TOWN))
    office.work(1)
    unclear = office.view(made["id"])["delivery"]

    def look(number: str) -> str:
        version = office.view(made["id"])["delivery"]["version"]
        body = {"reason": "Podívejte se ještě jednou.", "message_id": number, "version": version}
        reply = office.api("POST", f"/deliveries/{unclear['id']}/look", DIRECTOR, body)
        assert reply.status_code == 200, reply.json
        named: str = reply.json["message_id"]
        return named

    named = [look("1000009"), look(""), look("1000010"), look("")]
    long_ago = datetime.now(UTC) - timedelta(days=1)
    with office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).one()
        row.lost_at, row.lost_isds_at, row.looked_after = long_ago, long_ago, 86_400
    office.work(4)

    found = office.view(made["id"])["delivery"]
    assert unclear["state"] == "unknown"
    assert named == ["1000009", "1000009", "1000010", "1000010"]
    assert (found["state"], found["reason"]) == ("needs_person", "not_found")
    assert simulator.messages() == []


def test_no_other_number_is_taken_for_a_message_that_isds_sealed(
    simulator: Simulator, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_sender(simulator, tmp_path, database_url)
    monkeypatch.setattr(isds_proofs, "delivery_info_of", two_days_before)
    made = office.put(letter(box=TOWN))
    office.work(2)
    before = office.view(made["id"])["delivery"]

    def look(number: str) -> Any:
        version = office.view(made["id"])["delivery"]["version"]
        body = {"reason": "Snad je to tahle.", "message_id": number, "version": version}
        return office.api("POST", f"/deliveries/{before['id']}/look", DIRECTOR, body)

    wrong = look("1000009")
    replies = [look(""), look("1000009"), look(before["message_id"])]

    assert before["reason"] == "too_early"
    assert wrong.status_code == 409
    assert wrong.json["type"].endswith("message-known")
    assert before["message_id"] in wrong.json["detail"]
    assert [reply.status_code for reply in replies] == [200, 409, 200]
    after = office.view(made["id"])["delivery"]
    assert (after["state"], after["message_id"]) == ("unknown", before["message_id"])


def test_a_proof_that_names_another_box_delivers_nothing(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    office = open_sender(simulator, tmp_path, database_url)
    simulator.fault("other_recipient", "GetSignedDeliveryInfo")

    made = office.put(letter(box=TOWN))
    office.work(3)

    found = office.view(made["id"])["delivery"]
    assert (found["state"], found["reason"]) == ("needs_person", "mismatch")
    assert found["delivered_on"] is None
    # What they say is kept all the same, for whoever has to find out.
    assert sorted(one["kind"] for one in found["proofs"]) == ["delivery_info", "sent_message"]
    assert office.events()[-1] == "delivery.needs_person"


def test_a_message_that_went_to_another_box_is_not_delivered(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    office = open_sender(simulator, tmp_path, database_url, Misled)

    made = office.put(letter(box=TOWN))
    office.work(2)
    simulator.log_in(FARM)
    office.work(2)

    found = office.view(made["id"])["delivery"]
    assert (found["state"], found["reason"]) == ("needs_person", "mismatch")
    assert len(simulator.messages()) == 1


def note_delivery_info(work: Work, row: Delivery, info: DeliveryInfo) -> bool:
    return concluding.note_delivery_info(work, row, info, DeliveryRules())


@pytest.mark.parametrize("conclude", [note_delivery_info, concluding.overturn])
def test_nothing_that_is_said_of_another_message_is_written_down_as_said_of_ours(
    simulator: Simulator,
    tmp_path: Path,
    database_url: str,
    conclude: Callable[[Work, Delivery, DeliveryInfo], bool],
) -> None:
    office = open_sender(simulator, tmp_path, database_url)
    office.put(letter(box=TOWN))
    office.work(2)

    with office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).one()
        row.state = "sent"
        before = row.message_state, row.put_in_at
        info = concluding.newest_info(row)
        assert info is not None
        foreign = replace(info, message_id="1", state=8, put_in_at=None)
        conclude(Work(session, worker_actor(row.organisation_id), office.clock), row, foreign)

        assert before == (info.state, info.put_in_at)
        assert (row.message_state, row.put_in_at) == before
