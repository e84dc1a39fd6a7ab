"""Sealed messages and delivery infos, verified by other means than those that made them."""

import base64
import hashlib
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, tsp
from lxml import etree

from .conftest import FARMER, Simulator
from .wire import PDF, Control, Wire, file_xml

SENT = "http://isds.czechpoint.cz/v20/SentMessage"
DELIVERY = "http://isds.czechpoint.cz/v20/delivery"
RAW_DM = re.compile(rb"<p:dmDm xmlns:p=.*</p:dmDm>", re.DOTALL)

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is missing")


def signed_data(zfo: bytes) -> Any:
    return cms.ContentInfo.load(zfo)["content"]


def content_of(zfo: bytes) -> bytes:
    return bytes(signed_data(zfo)["encap_content_info"]["content"].native)


def unsigned_types(zfo: bytes) -> list[str]:
    attributes = signed_data(zfo)["signer_infos"][0]["unsigned_attrs"].native or []
    return [attribute["type"] for attribute in attributes]


def imprint(token: bytes) -> Any:
    info = signed_data(token)["encap_content_info"]["content"].parsed
    assert isinstance(info, tsp.TSTInfo)
    return info


@pytest.fixture
def message_id(mas: Wire) -> str:
    return mas.sent_id(FARMER, dmSenderRefNumber="MAS-1")


def test_a_sent_message_proves_itself(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T12:00:00.250+01:00")
    message_id = mas.sent_id(FARMER)
    control.advance(hours=1)

    zfo = mas.download_sent(message_id).binary("dmSignature")

    content = content_of(zfo)
    root = etree.fromstring(content)
    assert root.tag == f"{{{SENT}}}MessageDownloadResponse"
    assert content.startswith(b"<q:MessageDownloadResponse")
    assert root.find(".//{*}dmStatus") is None
    raw = RAW_DM.findall(content)
    assert len(raw) == 1
    digest = hashlib.sha256(raw[0]).digest()
    dm_hash = root.find(".//{*}dmHash")
    assert (dm_hash.get("algorithm"), base64.b64decode(dm_hash.text)) == ("SHA-256", digest)
    token = imprint(base64.b64decode(root.find(".//{*}dmQTimestamp").text))
    assert token["message_imprint"]["hashed_message"].native == digest
    assert token["gen_time"].native == datetime(2026, 11, 23, 11, 0, 0, 250_000, tzinfo=UTC)
    assert base64.b64decode(root.find(".//{*}dmEncodedContent").text) == PDF
    assert unsigned_types(zfo) == ["signature_time_stamp_token"]
    signer = signed_data(zfo)["signer_infos"][0]
    assert signer["signature_algorithm"]["algorithm"].native == "rsassa_pss"
    times = {attribute["type"].native: attribute for attribute in signer["signed_attrs"]}
    signed_at = times["signing_time"]["values"][0].native
    assert signed_at == datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_stamp_on_the_seal_stamps_this_seal(mas: Wire, message_id: str) -> None:
    zfo = mas.download_sent(message_id).binary("dmSignature")

    signer = signed_data(zfo)["signer_infos"][0]
    token = signer["unsigned_attrs"][0]["values"][0].dump()
    expected = hashlib.sha256(signer["signature"].native).digest()
    assert imprint(token)["message_imprint"]["hashed_message"].native == expected


def test_a_delivery_info_is_bound_to_its_message(mas: Wire, message_id: str) -> None:
    message = etree.fromstring(content_of(mas.download_sent(message_id).binary("dmSignature")))

    answer = mas.call("dx", "GetSignedDeliveryInfo", f"<dmID>{message_id}</dmID>")

    zfo = answer.binary("dmSignature")
    info = etree.fromstring(content_of(zfo))
    assert info.tag == f"{{{DELIVERY}}}GetDeliveryInfoResponse"
    for name in ("dmID", "dmHash", "dmQTimestamp"):
        assert info.find(f".//{{*}}{name}").text == message.find(f".//{{*}}{name}").text
    assert info.find(".//{*}dmFiles") is None
    assert len(info.findall(".//{*}dmEvents")) == 1
    assert unsigned_types(zfo) == []


def test_each_download_is_sealed_anew(mas: Wire, message_id: str) -> None:
    one, two = (mas.download_sent(message_id).binary("dmSignature") for _ in range(2))

    assert one != two
    assert content_of(one) == content_of(two)


def openssl_verify(zfo: bytes, root: Path, folder: Path) -> subprocess.CompletedProcess[bytes]:
    (folder / "zfo").write_bytes(zfo)
    return subprocess.run(
        [
            "openssl",
            "cms",
            "-verify",
            "-inform",
            "DER",
            "-in",
            folder / "zfo",
            "-CAfile",
            root,
            "-purpose",
            "any",
            "-out",
            folder / "content",
        ],
        capture_output=True,
        check=False,
        timeout=30,
    )


@needs_openssl
@pytest.mark.parametrize("constructed", [False, True], ids=["DER", "BER in pieces"])
def test_openssl_agrees(start: Any, tmp_path: Path, constructed: bool) -> None:
    simulator: Simulator = start(constructed_content=constructed)
    mas, root = simulator.wire(), simulator.settings.data_dir / "pki" / "root.pem"
    long = file_xml(content=PDF * 1000)
    message_id = mas.sent_id(FARMER, files=[long])

    zfo = mas.download_sent(message_id).binary("dmSignature")
    result = openssl_verify(zfo, root, tmp_path)

    assert result.returncode == 0, result.stderr
    assert (tmp_path / "content").read_bytes() == content_of(zfo)
    assert (zfo[1] == 0x80) is constructed
    spoiled = zfo.replace(b"Karel Pole", b"Karel Pile")
    assert openssl_verify(spoiled, root, tmp_path).returncode != 0


@needs_openssl
def test_openssl_agrees_with_the_time_stamp(
    simulator: Simulator, mas: Wire, message_id: str, tmp_path: Path
) -> None:
    info = mas.delivery_info(message_id)
    (tmp_path / "token").write_bytes(info.binary("dmQTimestamp"))

    result = subprocess.run(
        [
            "openssl",
            "ts",
            "-verify",
            "-in",
            tmp_path / "token",
            "-token_in",
            "-digest",
            info.binary("dmHash").hex(),
            "-CAfile",
            simulator.settings.data_dir / "pki" / "root.pem",
        ],
        capture_output=True,
        check=False,
        timeout=30,
    )

    assert result.returncode == 0, result.stderr


def authenticate(wire: Wire, document: bytes) -> tuple[str, str | None]:
    encoded = base64.b64encode(document).decode()
    answer = wire.call("dz", "AuthenticateMessage", f"<dmMessage>{encoded}</dmMessage>")
    return answer.code, answer.text("dmAuthResult")


@pytest.mark.parametrize("constructed", [False, True], ids=["DER", "BER in pieces"])
def test_the_system_recognises_what_it_sealed(start: Any, constructed: bool) -> None:
    simulator: Simulator = start(constructed_content=constructed)
    mas = simulator.wire()
    message_id = mas.sent_id(FARMER)
    message = mas.download_sent(message_id).binary("dmSignature")
    info = mas.call("dx", "GetSignedDeliveryInfo", f"<dmID>{message_id}</dmID>")

    anybody = simulator.wire("mesto", "heslo-mesto")

    assert authenticate(anybody, message) == ("0000", "true")
    assert authenticate(anybody, info.binary("dmSignature")) == ("0000", "true")
    spoiled = message.replace(b"Karel Pole", b"Karel Pile")
    assert authenticate(anybody, spoiled) == ("0000", "false")
    assert authenticate(anybody, b"not a document")[0] == "2010"
    assert authenticate(anybody, b"")[0] == "2032"


def test_the_recipient_gets_a_proof_only_after_login(
    mas: Wire, farmer: Wire, control: Control, message_id: str
) -> None:
    inner = f"<dmID>{message_id}</dmID>"
    assert farmer.call("dx", "GetSignedDeliveryInfo", inner).code == "1222"

    control.post(f"boxes/{FARMER}/recipient-login")

    assert farmer.call("dx", "GetSignedDeliveryInfo", inner).code == "0000"


def test_the_envelope_of_a_sent_message_has_no_files(mas: Wire, message_id: str) -> None:
    answer = mas.call("dx", "SentMessageEnvelopeDownload", f"<dmID>{message_id}</dmID>")

    envelope = answer.tree.find(".//{*}dmReturnedMessageEnvelope")
    assert (envelope.get("dmType"), envelope.get("attsNum")) == ("E", "1")
    assert answer.text("dmSenderRefNumber") == "MAS-1"
    assert answer.tree.find(".//{*}dmFiles") is None
