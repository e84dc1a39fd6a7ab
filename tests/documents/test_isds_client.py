"""The ISDS client against the simulator over a real socket: what it sends, sees and believes."""

import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from asn1crypto import x509

from services.documents.certification import load_certificates
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import (
    BoxFacts,
    GatewayRefused,
    GatewayUnavailable,
    OutgoingMessage,
)
from services.documents.delivery.proofs import (
    BadProof,
    read_delivery_proof,
    read_sent_proof,
)
from services.documents.delivery.sealing import SealTrust
from services.documents.delivery.soap import BadAnswer, printable, read_answer
from services.documents.domain.isds_outcome import classify
from services.documents.domain.legal_delivery import legal_delivery
from services.documents.domain.seal_holders import Pin
from services.isds_simulator.seal.authority import SEAL_NAME
from tests.documents.conftest import (
    CLOSED,
    FARM,
    NO_PAID,
    SENDER_LOGIN,
    TOWN,
    Simulator,
)

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def gateway(simulator: Simulator, login: tuple[str, str] = SENDER_LOGIN) -> IsdsGateway:
    return IsdsGateway(IsdsAccount(simulator.base_url, *login))


def message(box: str = TOWN, reference: str = "MASZK-2026-000001/1") -> OutgoingMessage:
    return OutgoingMessage(
        recipient_box=box,
        subject="Oznámení <o> provedení & kontroly",
        sender_reference=reference,
        sender_mark="8/012",
        recipient_name="Obec Abertamy",
        file_name="MASZK-2026-000001.pdf",
        pdf=PDF,
    )


def roots(simulator: Simulator, folder: Path) -> list[x509.Certificate]:
    path = folder / "root.pem"
    path.write_bytes(simulator.control("GET", "/root.pem"))
    return load_certificates(path)


def window() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(hours=1), now + timedelta(hours=1)


def test_the_login_works_or_says_why(simulator: Simulator) -> None:
    gateway(simulator).ping()
    with pytest.raises(GatewayRefused, match="401"):
        gateway(simulator, ("mas001", "spatne")).ping()


def test_a_message_is_created_once_and_found_again(simulator: Simulator) -> None:
    isds = gateway(simulator)

    outcome = classify(isds.create_message(message()))

    assert outcome.kind == "created"
    (record,) = isds.sent_messages(*window())
    assert record.message_id == outcome.message_id
    assert (record.recipient_box, record.sender_reference) == (TOWN, "MASZK-2026-000001/1")
    assert record.subject == "Oznámení <o> provedení & kontroly"


@pytest.mark.parametrize(
    ("box", "code"),
    [
        pytest.param("nd3b9ka", "5001", id="no such box"),
        pytest.param(NO_PAID, "1232", id="takes no paid messages"),
    ],
)
def test_refusals_are_definite(simulator: Simulator, box: str, code: str) -> None:
    outcome = classify(gateway(simulator).create_message(message(box)))

    assert (outcome.kind, outcome.retry, outcome.code) == ("not_created", "never", code)
    assert simulator.messages() == []


def test_nobody_at_the_door_means_that_nothing_left() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    isds = IsdsGateway(IsdsAccount(f"http://127.0.0.1:{port}/DS", "a", "b"))

    assert classify(isds.create_message(message())).kind == "not_created"
    with pytest.raises(GatewayUnavailable):
        isds.ping()


def test_an_unknown_host_means_that_nothing_left(socket_enabled: None) -> None:
    isds = IsdsGateway(IsdsAccount("http://isds.invalid/DS", "a", "b"))

    assert classify(isds.create_message(message())).kind == "not_created"


def test_a_bad_login_creates_nothing(simulator: Simulator) -> None:
    outcome = classify(gateway(simulator, ("mas001", "spatne")).create_message(message()))

    assert (outcome.kind, outcome.retry) == ("not_created", "later")


def test_boxes_are_found_by_number_and_by_identifier(simulator: Simulator) -> None:
    isds = gateway(simulator)

    town = isds.find_box(ic="00254398")
    farm = isds.find_box(box_id=FARM)

    assert town is not None
    assert (town.box_id, town.type_number, town.is_open) == (TOWN, 10, True)
    assert farm is not None
    assert (farm.type_number, farm.name) == (20, "Horský dvůr, s. r. o.")
    assert isds.find_box(ic="99999999") is None
    assert [isds.can_receive(box) for box in (TOWN, CLOSED, "nd3b9ka")] == [True, False, False]


def test_a_box_that_takes_no_paid_messages_is_one_all_the_same(simulator: Simulator) -> None:
    """ISDS tells nothing more of it than that it exists (0009)."""
    isds = gateway(simulator)

    named = isds.find_box(box_id=NO_PAID)
    simulator.fault("status", "FindDataBox2", params={"code": "0009"}, times=1)
    by_ic = isds.find_box(ic="99999999")

    assert named == BoxFacts(NO_PAID, 0, "", is_open=False)
    assert by_ic == BoxFacts("", 0, "", is_open=False, ic="99999999")


def test_delivery_by_login_is_seen_and_proved(simulator: Simulator, tmp_path: Path) -> None:
    isds = gateway(simulator)
    message_id = classify(isds.create_message(message(FARM))).message_id
    assert message_id is not None
    before = isds.delivery_info(message_id)
    simulator.log_in(FARM)

    info = isds.delivery_info(message_id)
    changes = isds.state_changes(*window())
    proof = read_delivery_proof(
        isds.signed_delivery_info(message_id),
        trust=SealTrust(roots(simulator, tmp_path), [Pin(name=SEAL_NAME)]),
        at=datetime.now(UTC),
    )

    today = datetime.now(UTC).date() + timedelta(days=1)
    assert legal_delivery(recipient_type=20, events=before.events, today=today) is None
    found = legal_delivery(recipient_type=20, events=info.events, today=today)
    assert found is not None
    assert found.basis == "login"
    assert replace(proof, message_hash="", stamped_at=None) == info
    assert (message_id, 6) in [(change.message_id, change.state) for change in changes]


def test_the_sealed_message_holds_the_file_that_was_sent(
    simulator: Simulator, tmp_path: Path
) -> None:
    isds = gateway(simulator)
    message_id = classify(isds.create_message(message())).message_id
    assert message_id is not None

    zfo = isds.signed_sent_message(message_id)

    proof = read_sent_proof(
        zfo,
        trust=SealTrust(roots(simulator, tmp_path), [Pin(name=SEAL_NAME)]),
        at=datetime.now(UTC),
    )
    assert proof.file_hashes == (sha256(PDF).hexdigest(),)
    assert proof.info.message_id == message_id
    with pytest.raises(BadProof):
        read_delivery_proof(zfo, trust=SealTrust([], []), at=datetime.now(UTC))


def test_a_forged_proof_is_not_believed(simulator: Simulator) -> None:
    isds = gateway(simulator)
    message_id = classify(isds.create_message(message())).message_id
    assert message_id is not None
    zfo = isds.signed_delivery_info(message_id)
    place = zfo.index(b"dmMessageStatus>") + len(b"dmMessageStatus>")
    forged = zfo[:place] + b"6" + zfo[place + 1 :]

    with pytest.raises(BadProof):
        read_delivery_proof(forged, trust=SealTrust([], []), at=datetime.now(UTC))
    for junk in (b"", b"junk", b"\x30\x80\x06\x09", zfo[:200]):
        with pytest.raises(BadProof):
            read_delivery_proof(junk, trust=SealTrust([], []), at=datetime.now(UTC))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>maintenance</html>",
        b"<a",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>',
    ],
)
def test_nonsense_is_no_answer(content: bytes) -> None:
    with pytest.raises(BadAnswer):
        read_answer(content, Operation.CREATE_MESSAGE)


def test_characters_that_xml_cannot_carry_are_dropped() -> None:
    assert printable("a\x00b\tc\u00add\x85e\n") == "ab cde "
