"""Whatever is sent, the answer is a SOAP answer or a SOAP fault, and nothing is left behind."""

import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from services.isds_simulator.app import create_app

from .conftest import BOXES, FARMER
from .wire import SOAP, V20, envelope_xml, file_xml

BASIC = {"Authorization": "Basic " + base64.b64encode(b"mas:heslo-mas").decode()}
GOOD = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><CreateMessage xmlns="{V20}">'
    f"<dmEnvelope>{envelope_xml(FARMER)}</dmEnvelope><dmFiles>{file_xml()}</dmFiles>"
    "</CreateMessage></s:Body></s:Envelope>"
).encode()
OPERATIONS = [
    (
        "dx",
        "GetListOfSentMessages",
        ("dmFromTime", "dmToTime", "dmStatusFilter", "dmOffset", "dmLimit"),
    ),
    ("dx", "GetMessageStateChanges", ("dmFromTime", "dmToTime")),
    ("dx", "GetDeliveryInfo", ("dmID",)),
    ("dz", "AuthenticateMessage", ("dmMessage",)),
    ("df", "CheckDataBox", ("dbID",)),
    ("df", "ISDSSearch3", ("searchText", "searchType", "searchScope", "page", "pageSize")),
    ("df", "DataBoxCreditInfo", ("dbID", "ciFromDate", "ciTodate")),
    ("df", "PDZSendInfo", ("dbId", "PDZType")),
]
XML_TEXT = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="<>&\ufffe\uffff"
    ),
    max_size=30,
)
VALUES = st.one_of(
    XML_TEXT,
    st.integers().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
    st.dates().map(str),
    st.binary(max_size=40).map(lambda data: base64.b64encode(data).decode()),
)
relaxed = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def client(settings: Any) -> Iterator[FlaskClient]:
    app = create_app(replace(settings, record_calls=False))
    client = app.test_client()
    for box in BOXES:
        assert client.post("/control/boxes", json=box).status_code == 201
    yield client


def post(client: FlaskClient, service: str, body: bytes) -> Any:
    reply = client.post(f"/DS/{service}", data=body, headers=BASIC)
    assert reply.status_code in {200, 500}
    root = etree.fromstring(reply.data)
    is_fault = root.find(".//{*}Fault") is not None
    assert is_fault is (reply.status_code == 500)
    return root


@relaxed
@given(
    start=st.integers(0, len(GOOD)),
    length=st.integers(0, 60),
    inserted=st.one_of(st.binary(max_size=20), XML_TEXT.map(str.encode)),
)
def test_a_spoiled_message_is_answered_in_soap(
    client: FlaskClient, start: int, length: int, inserted: bytes
) -> None:
    post(client, "dz", GOOD[:start] + inserted + GOOD[start + length :])


@relaxed
@given(st.binary(max_size=200))
def test_noise_is_a_fault(client: FlaskClient, body: bytes) -> None:
    root = post(client, "dz", body)

    assert root.find(".//{*}Fault") is not None


@relaxed
@given(data=st.data())
def test_any_values_get_a_status(client: FlaskClient, data: st.DataObject) -> None:
    service, operation, names = data.draw(st.sampled_from(OPERATIONS))
    inner = "".join(f"<{name}>{data.draw(VALUES)}</{name}>" for name in names)
    body = (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><{operation} xmlns="{V20}">{inner}</{operation}>'
        "</s:Body></s:Envelope>"
    )

    root = post(client, service, body.encode())

    code = root.xpath("string((//*[contains(local-name(), 'StatusCode')])[last()])")
    assert len(code) == 4 and code.isdecimal()


DEEP = 200_000
HOSTILE = {
    "deep nesting": GOOD.replace(b"<dmEnvelope>", b"<a>" * DEEP + b"<dmEnvelope>", 1),
    "deep and closed": b"<a>" * DEEP + b"</a>" * DEEP,
    "many attributes": b"<x " + b" ".join(b"a%d='1'" % n for n in range(50_000)) + b"/>",
    "many namespaces": b"<x " + b" ".join(b"xmlns:a%d='u'" % n for n in range(5_000)) + b"/>",
    "UTF-16": GOOD.decode().encode("utf-16"),
    "UTF-7 said": b'<?xml version="1.0" encoding="utf-7"?>' + GOOD,
    "another encoding said": b'<?xml version="1.0" encoding="windows-1250"?>' + GOOD,
    "broken UTF-8": GOOD.replace("Oznámení".encode(), b"\xc3\x28\xa0\xff"),
    "nulls": GOOD.replace(b"dmEnvelope", b"dm\x00Envelope"),
    "two bodies": GOOD.replace(b"</s:Body>", b"</s:Body><s:Body><x/></s:Body>"),
    "a parameter entity": b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x">%e;]>' + GOOD,
    "a late document type": GOOD + b"<!DOCTYPE x>",
    "an include": GOOD.replace(
        b"<dmFiles>",
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/><dmFiles>',
    ),
    "a stylesheet": b'<?xml-stylesheet href="file:///etc/passwd"?>' + GOOD,
    "a long name": b"<" + b"n" * 1_000_000 + b"/>",
    "a huge number": GOOD.replace(
        b"<dmSenderOrgUnitNum/>", b"<dmSenderOrgUnitNum>" + b"9" * 5_000 + b"</dmSenderOrgUnitNum>"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_answered_in_soap_and_soon(client: FlaskClient, name: str) -> None:
    begun = time.monotonic()

    root = post(client, "dz", HOSTILE[name])

    assert time.monotonic() - begun < 30
    assert b"root:" not in etree.tostring(root)


@relaxed
@given(
    body=st.binary(max_size=300),
    boundary=st.text("ab-'\"\r\n", max_size=8),
    kind=st.sampled_from(["application/xop+xml", "text/xml", ""]),
)
def test_any_package_is_answered_in_soap(
    client: FlaskClient, body: bytes, boundary: str, kind: str
) -> None:
    clean = boundary.replace("\r", "").replace("\n", "")
    content_type = f'multipart/related; type="{kind}"; boundary="{clean}"'
    marked = b"--" + clean.encode() + b"\r\n" + body + b"\r\n--" + clean.encode() + b"--"

    reply = client.post("/DS/vodz", data=marked, headers={**BASIC, "Content-Type": content_type})

    assert reply.status_code in {500, 599}
    assert etree.fromstring(reply.data).find(".//{*}Fault") is not None


def test_a_mistake_of_the_simulator_itself_is_a_fault_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr("services.isds_simulator.soap.views.answer", broken)

    root = post(client, "dz", GOOD)

    assert root.findtext(".//faultcode") == "SOAP-ENV:Server"
    assert b"a mistake" not in etree.tostring(root)
