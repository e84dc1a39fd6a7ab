"""What must never count as a delivery to the recipient, however well it is sealed (F14)."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage, Permit
from services.documents.domain.isds_outcome import Exchange
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import Office, letter, open_office

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
