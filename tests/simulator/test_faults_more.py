"""More ways to fail: cut requests, outages, wrong clocks, hostile answers, lying proofs."""

import base64
import gzip
import socket
import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from services.isds_simulator.soap.faults import PARAMS, FaultKind

from .conftest import FARMER, TOWN, Simulator
from .wire import PATIENCE, PDF, Control, Wire

PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=32)


def count(control: Control) -> int:
    return int(control.get("ledger")["messages"])


def test_a_request_may_be_cut_while_it_is_read(mas: Wire, control: Control) -> None:
    control.fault("dz", "cut", params={"after_bytes": 700}, times=1)

    with pytest.raises(requests.ConnectionError):
        mas.send(TOWN)

    assert count(control) == 0
    assert mas.send(TOWN).code == "0000"


def test_a_connection_may_be_reset(simulator: Simulator, control: Control) -> None:
    control.fault("*", "drop", params={"reset": True}, times=1)
    host, port = simulator.url.removeprefix("http://").split(":")
    login = base64.b64encode(b"mas:heslo-mas").decode()
    body = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    body += '<DummyOperation xmlns="http://isds.czechpoint.cz/v20"/></s:Body></s:Envelope>'
    head = f"POST /DS/dz HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {login}\r\n"
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_an_outage_lasts_for_its_window_of_the_clock(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-12-31T15:59:00+01:00")
    window = {"since": "2026-12-31T16:00:00+01:00", "until": "2027-01-04T16:00:00+01:00"}
    control.fault("*", "outage", params=window)

    codes = [mas.send(TOWN).code]
    for hours in (1, 47, 47.9):
        control.advance(hours=hours)
        answer = mas.send(TOWN)
        assert answer.http.status_code == 503
        assert "údržba" in answer.http.text
    control.advance(hours=0.2)
    codes.append(mas.send(TOWN).code)

    assert (codes, count(control)) == (["0000", "0000"], 2)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        ("2026-11-26T23:59:00+01:00", 200),
        ("2026-11-27T00:00:00+01:00", 503),
        ("2026-11-27T00:59:59+01:00", 503),
        ("2026-11-27T01:00:00+01:00", 200),
        ("2026-07-03T00:30:00+02:00", 503),
    ],
)
def test_the_weekly_outage_is_friday_from_midnight_to_one(
    mas: Wire, control: Control, now: str, status: int
) -> None:
    control.stop_clock(now)
    control.fault("*", "outage", params={"weekly": True})

    assert mas.call("dz", "DummyOperation").http.status_code == status


def test_403_and_redirects_keep_the_work_from_being_done(mas: Wire, control: Control) -> None:
    control.fault("CreateMessage", "forbidden", times=1)
    assert mas.send(TOWN).http.status_code == 403

    control.fault("CreateMessage", "redirect", params={"location": "http://x/"}, times=1)
    moved = mas.send(TOWN).http

    assert (moved.status_code, moved.headers["Location"], count(control)) == (302, "http://x/", 0)


def test_a_status_may_hide_that_the_work_is_done(mas: Wire, control: Control) -> None:
    control.fault("CreateMessage", "status", params={"code": "9500", "when": "after"}, times=1)

    assert (mas.send(TOWN).code, count(control)) == ("9500", 1)


def test_lists_may_show_rows_twice(mas: Wire, control: Control) -> None:
    control.fault("GetListOfSentMessages", "duplicate_rows", times=1)
    message_id = mas.sent_id(TOWN)

    assert mas.list_sent().texts("dmID") == [message_id] * 2
    assert mas.list_sent().texts("dmID") == [message_id]


def test_fiction_may_turn_out_undeliverable(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T12:00:00+01:00")
    message_id = mas.sent_id(FARMER)
    control.advance(days=11)
    before = mas.about("dx", "GetSignedDeliveryInfo", message_id).binary("dmSignature")
    control.fault("GetSignedDeliveryInfo", "undeliverable", times=1)

    after = mas.about("dx", "GetSignedDeliveryInfo", message_id).binary("dmSignature")

    assert b"EV2:" in before and b"EV3:" not in before
    assert b"EV3:" in after and b"EV2:" not in after
    assert mas.delivery_info(message_id).text("dmMessageStatus") == "8"


def test_all_times_of_an_answer_may_be_wrong(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T12:00:00+01:00")
    message_id = mas.sent_id(FARMER)
    control.fault("GetDeliveryInfo", "skew", params={"seconds": 600}, times=1)

    answer = mas.delivery_info(message_id)

    assert answer.text("dmDeliveryTime") == "2026-11-23T12:10:00.000+01:00"
    date = parsedate_to_datetime(answer.http.headers["Date"])
    assert date.isoformat() == "2026-11-23T11:10:00+00:00"
    truth = mas.delivery_info(message_id).text("dmDeliveryTime")
    assert truth == "2026-11-23T12:00:00.000+01:00"


@pytest.mark.parametrize("entity", ["bomb", "file"])
def test_an_answer_may_have_a_hostile_document_type(
    simulator: Simulator, control: Control, entity: str
) -> None:
    control.fault("DummyOperation", "doctype", params={"entity": entity}, times=1)
    raw = simulator.wire().post_raw("dz", "DummyOperation").content

    assert b"<!DOCTYPE" in raw and b"&x;" in raw
    assert raw.index(b"<?xml") < raw.index(b"<!DOCTYPE") < raw.index(b"Envelope")
    assert (b"file:///" in raw) is (entity == "file")


def test_an_answer_may_come_in_drops(mas: Wire, control: Control) -> None:
    params = {"bytes": 200, "seconds": 0.05}
    control.fault("DummyOperation", "slow", params=params, times=1)
    begun = time.monotonic()

    assert mas.call("dz", "DummyOperation").code == "0000"

    assert time.monotonic() - begun >= 0.1


def test_a_huge_answer_may_hide_in_gzip(simulator: Simulator, control: Control) -> None:
    params = {"bytes": 5_000_000, "gzip": True}
    control.fault("DummyOperation", "huge", params=params, times=1)

    reply = simulator.wire().post_raw("dz", "DummyOperation", stream=True)
    packed = reply.raw.read(decode_content=False)

    assert reply.headers["Content-Encoding"] == "gzip"
    assert len(packed) < 50_000 and len(gzip.decompress(packed)) == 5_000_000


def sealed(wire: Wire, control: Control, kind: str, message_id: str) -> Any:
    control.fault("SignedSentMessageDownload", kind, times=1)
    return wire.download_sent(message_id).binary("dmSignature")


def holds(zfo: bytes, pss: bool = True) -> bool:
    signed = cms.ContentInfo.load(zfo)["content"]
    signer = signed["signer_infos"][0]
    certificate = x509.load_der_x509_certificate(signed["certificates"][0].chosen.dump())
    digest = next(
        found["values"][0].native
        for found in signer["signed_attrs"]
        if found["type"].native == "message_digest"
    )
    body = hashes.Hash(hashes.SHA256())
    body.update(signed["encap_content_info"]["content"].native)
    key: Any = certificate.public_key()
    scheme = PSS if pss else padding.PKCS1v15()
    attributes = signer["signed_attrs"].untag().dump()
    try:
        key.verify(signer["signature"].native, attributes, scheme, hashes.SHA256())
    except InvalidSignature:
        return False
    return bool(body.finalize() == digest)


def certificate_of(zfo: bytes) -> x509.Certificate:
    certificates = cms.ContentInfo.load(zfo)["content"]["certificates"]
    return x509.load_der_x509_certificate(certificates[0].chosen.dump())


def is_authentic(wire: Wire, zfo: bytes) -> str | None:
    inner = f"<dmMessage>{base64.b64encode(zfo).decode()}</dmMessage>"
    return wire.call("dz", "AuthenticateMessage", inner).text("dmAuthResult")


def test_a_seal_may_be_a_strangers(mas: Wire, control: Control) -> None:
    message_id = mas.sent_id(TOWN)
    root = x509.load_pem_x509_certificate(
        requests.get(f"{control.url}/control/root.pem", timeout=PATIENCE).content
    )

    forged = sealed(mas, control, "forged_seal", message_id)
    honest = mas.download_sent(message_id).binary("dmSignature")

    assert holds(forged) and certificate_of(forged).subject == certificate_of(honest).subject
    certificate_of(honest).verify_directly_issued_by(root)
    with pytest.raises(InvalidSignature):
        certificate_of(forged).verify_directly_issued_by(root)
    assert (is_authentic(mas, forged), is_authentic(mas, honest)) == ("false", "true")


def test_a_sealed_content_may_be_changed(mas: Wire, control: Control) -> None:
    broken = sealed(mas, control, "broken_seal", mas.sent_id(TOWN))

    assert not holds(broken)
    assert is_authentic(mas, broken) == "false"


def test_a_seal_may_have_ended_before_it_was_used(mas: Wire, control: Control) -> None:
    expired = sealed(mas, control, "expired_seal", mas.sent_id(TOWN))

    assert holds(expired)
    assert certificate_of(expired).not_valid_after_utc.year == 2016


@pytest.mark.parametrize(("kind", "pss"), [("pkcs1_seal", False), ("pss_seal", True)])
def test_both_paddings_are_good_seals(mas: Wire, control: Control, kind: str, pss: bool) -> None:
    zfo = sealed(mas, control, kind, mas.sent_id(TOWN))

    assert holds(zfo, pss=pss) and not holds(zfo, pss=not pss)
    assert is_authentic(mas, zfo) == "true"


def test_the_padding_is_a_setting(start: Any) -> None:
    mas = start(seal_pss=False).wire()

    assert holds(mas.download_sent(mas.sent_id(TOWN)).binary("dmSignature"), pss=False)


def inside(zfo: bytes) -> Any:
    content = cms.ContentInfo.load(zfo)["content"]["encap_content_info"]["content"].native
    return etree.fromstring(content)


@pytest.mark.parametrize(
    ("kind", "element"),
    [
        ("wrong_hash", "dmHash"),
        ("wrong_stamp", "dmQTimestamp"),
        ("other_attachment", "dmEncodedContent"),
        ("other_recipient", "dbIDRecipient"),
        ("other_message", "dmID"),
    ],
)
def test_a_holding_seal_may_cover_a_lie(
    mas: Wire, control: Control, kind: str, element: str
) -> None:
    message_id = mas.sent_id(TOWN)

    lie = sealed(mas, control, kind, message_id)
    truth = mas.download_sent(message_id).binary("dmSignature")

    assert holds(lie)
    told, true = (inside(zfo).findtext(f".//{{*}}{element}") for zfo in (lie, truth))
    assert told != true
    if kind == "other_attachment":
        assert base64.b64decode(true) == PDF and base64.b64decode(told).startswith(b"%PDF-")


@pytest.mark.parametrize("kind", ["wrong_hash", "other_recipient", "other_message", "forged_seal"])
def test_delivery_infos_lie_too(mas: Wire, control: Control, kind: str) -> None:
    message_id = mas.sent_id(TOWN)
    control.fault("GetSignedDeliveryInfo", kind, times=1)

    lie = mas.about("dx", "GetSignedDeliveryInfo", message_id).binary("dmSignature")

    assert holds(lie)
    if kind == "other_recipient":
        assert inside(lie).findtext(".//{*}dbIDRecipient") == "aaaaaaa"
    else:
        assert is_authentic(mas, lie) == "false"


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("drop", {"whem": "after"}),
        ("drop", {"when": "later"}),
        ("delay", {"seconds": "two"}),
        ("outage", {"since": "tomorrow"}),
        ("outage", {"since": "2026-11-23T12:00:00"}),
        ("no_id", {"seconds": 1}),
        ("http", {"status": True}),
    ],
)
def test_faults_know_their_parameters(control: Control, kind: str, params: Any) -> None:
    body = {"kind": kind, "params": params}

    reply = requests.post(f"{control.url}/control/faults", json=body, timeout=PATIENCE)

    assert (reply.status_code, list(reply.json()["detail"])) == (422, ["params"])


def test_every_kind_is_told_with_its_parameters(control: Control) -> None:
    told = control.get("fault-kinds")

    assert set(told) == {str(kind) for kind in FaultKind}
    assert told["drop"] == {"when": "after", "after_bytes": 0.0, "reset": False}
    assert set(PARAMS) <= set(FaultKind)
