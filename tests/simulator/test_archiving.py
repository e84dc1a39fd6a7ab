"""ArchiveISDSDocument: when it is taken, and what it adds to a sealed document."""

import base64
import hashlib
from typing import Any

import pytest
from asn1crypto import cms, core

from .conftest import TOWN
from .wire import Answer, Control, Wire

ARCHIVE_STAMP = "0.4.0.1733.2.4"
HASH_INDEX = "0.4.0.19122.1.5"


def archive(wire: Wire, document: bytes) -> Answer:
    encoded = base64.b64encode(document).decode()
    return wire.call("arch", "ArchiveISDSDocument", f"<dmMessage>{encoded}</dmMessage>")


def unsigned(document: bytes) -> dict[str, Any]:
    signer = cms.ContentInfo.load(document)["content"]["signer_infos"][0]
    return {found["type"].dotted: found["values"][0] for found in signer["unsigned_attrs"]}


@pytest.fixture
def zfo(mas: Wire, control: Control) -> bytes:
    control.stop_clock("2026-11-23T12:00:00+01:00")
    return mas.download_sent(mas.sent_id(TOWN)).binary("dmSignature")


def test_a_stamp_is_renewed_in_its_last_half_year(mas: Wire, control: Control, zfo: bytes) -> None:
    assert archive(mas, zfo).code == "2206"
    control.stop_clock("2031-08-01T12:00:00+02:00")

    answer = archive(mas, zfo)

    assert (answer.code, answer.text("nextStampTo")) == ("0000", "2036-01-29")
    document = answer.binary("dmResultDoc")
    assert (
        mas.call(
            "dz", "AuthenticateMessage", f"<dmMessage>{answer.text('dmResultDoc')}</dmMessage>"
        ).text("dmAuthResult")
        == "true"
    )
    assert archive(mas, document).code == "2206"
    control.stop_clock("2031-11-23T12:00:00+01:00")
    assert archive(mas, zfo).code == "2205"
    control.stop_clock("2036-02-01T12:00:00+01:00")
    assert archive(mas, document).code == "0000"


def test_the_archive_stamp_covers_content_seal_and_earlier_stamp(
    mas: Wire, control: Control, zfo: bytes
) -> None:
    control.stop_clock("2031-08-01T12:00:00+02:00")

    document = archive(mas, zfo).binary("dmResultDoc")

    before, after = (cms.ContentInfo.load(each)["content"] for each in (zfo, document))
    signer = after["signer_infos"][0]
    parts = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm")
    for part in (*parts, "signature"):
        assert signer[part].dump() == before["signer_infos"][0][part].dump()
    token = cms.ContentInfo.load(unsigned(document)[ARCHIVE_STAMP].dump())["content"]
    token_attributes = token["signer_infos"][0]["unsigned_attrs"]
    index = next(
        found["values"][0].dump()
        for found in token_attributes
        if found["type"].dotted == HASH_INDEX
    )
    stamped = after["encap_content_info"]["content_type"].dump()
    stamped += hashlib.sha256(after["encap_content_info"]["content"].native).digest()
    stamped += b"".join(signer[part].dump() for part in (*parts, "signature")) + index
    imprint = token["encap_content_info"]["content"].parsed["message_imprint"]
    assert imprint["hashed_message"].native == hashlib.sha256(stamped).digest()
    hashes = core.Sequence.load(index)
    certificate = hashlib.sha256(after["certificates"][0].chosen.dump()).digest()
    assert certificate in hashes.contents
    earlier = next(iter(before["signer_infos"][0]["unsigned_attrs"]))
    covered = earlier["type"].dump() + earlier["values"][0].dump()
    assert hashlib.sha256(covered).digest() in hashes.contents


def test_delivery_infos_are_taken_by_the_time_of_their_seal(
    mas: Wire, control: Control, zfo: bytes
) -> None:
    message_id = mas.list_sent().text("dmID") or ""
    info = mas.about("dx", "GetSignedDeliveryInfo", message_id).binary("dmSignature")

    assert archive(mas, info).code == "2206"
    control.stop_clock("2031-08-01T12:00:00+02:00")
    assert archive(mas, info).code == "0000"


@pytest.mark.parametrize(
    ("document", "code"), [(b"", "2200"), (b"no document", "2200"), (b"0\x80", "2200")]
)
def test_what_is_no_document_is_refused(mas: Wire, document: bytes, code: str) -> None:
    assert archive(mas, document).code == code


def test_a_changed_document_is_not_authentic(mas: Wire, zfo: bytes) -> None:
    assert archive(mas, zfo.replace(b"Kada", b"Xada", 1)).code == "2201"


def test_documents_with_a_stamp_are_not_sealed_anew(mas: Wire, zfo: bytes) -> None:
    def code(document: bytes) -> str:
        encoded = base64.b64encode(document).decode()
        return mas.call("dz", "Re-signISDSDocument", f"<dmDoc>{encoded}</dmDoc>").code

    assert (code(zfo), code(b"nothing"), code(b"")) == ("2204", "2010", "2032")
