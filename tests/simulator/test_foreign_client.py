"""Requests as other programs write them, byte by byte, on a bare socket."""

import base64
import json
import re
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from lxml import etree

from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.soap.dispatch import OPERATIONS
from services.isds_simulator.soap.faults import FaultKind

from .conftest import FARMER, TOWN, Simulator
from .wire import ENVELOPE, PATIENCE, PDF, Control

ROOT = Path(__file__).parents[2]
CALL = re.compile(r"^ +(GET|POST|DELETE) (\S+) ?(.*)$", re.MULTILINE)
LOGIN = base64.b64encode(b"mas:heslo-mas").decode()


def spoken(simulator: Simulator, service: str, body: str) -> tuple[str, etree._Element]:
    """Send a request as libdatovka does: no SOAPAction, its Accept, default namespaces."""
    host, port = simulator.url.removeprefix("http://").split(":")
    request = (
        f"POST /DS/{service} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Basic {LOGIN}\r\n"
        "User-Agent: libdatovka/0.7.3\r\n"
        "Accept: application/soap+xml,application/xml,text/xml\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body.encode())}\r\nConnection: close\r\n\r\n{body}"
    )
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        connection.sendall(request.encode())
        reply = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, content = reply.partition(b"\r\n\r\n")
    return head.decode(), etree.fromstring(content)


def envelope(inner: str) -> str:
    """An envelope with line breaks, a prolog, an empty header and no xsi declaration."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/">\n<Header/>\n<Body>'
        f"{inner}</Body></Envelope>\n"
    )


def test_libdatovka_sends_and_reads(simulator: Simulator, control: Control) -> None:
    known = {"dbIDRecipient": FARMER, "dmAnnotation": "Zpráva <č. 1>", "dmPersonalDelivery": "0"}
    fields = "".join(
        f"<{name}>{known[name].replace('<', '&lt;')}</{name}>" if name in known else f"<{name}/>"
        for name in ENVELOPE
    )
    content = "\n".join(re.findall(".{1,20}", base64.b64encode(PDF).decode()))
    head, tree = spoken(
        simulator,
        "dz",
        envelope(
            '<CreateMessage xmlns="http://isds.czechpoint.cz/v20"><dmEnvelope>'
            f"{fields}<dmOVM/><dmPublishOwnID/></dmEnvelope><dmFiles>"
            '<dmFile dmFileMetaType="main" dmMimeType="application/pdf" dmFileDescr="a.pdf">'
            f"<dmEncodedContent>{content}\n</dmEncodedContent></dmFile></dmFiles></CreateMessage>"
        ),
    )

    assert head.startswith("HTTP/1.1 200") and "Content-Type: text/xml; charset=utf-8" in head
    assert tree.findtext(".//{*}dmStatusCode") == "0000"
    message = control.get(f"messages/{tree.findtext('.//{*}dmID')}")
    assert (message["annotation"], message["files"][0]["size"]) == ("Zpráva <č. 1>", len(PDF))

    _, listed = spoken(
        simulator,
        "dx",
        envelope(
            '<GetListOfSentMessages xmlns="http://isds.czechpoint.cz/v20"><dmFromTime/><dmToTime/>'
            "<dmSenderOrgUnitNum/><dmStatusFilter>2046</dmStatusFilter><dmOffset>1</dmOffset>"
            "<dmLimit/></GetListOfSentMessages>"
        ),
    )
    record = listed.find(".//{*}dmRecord")
    assert record is not None
    assert re.fullmatch("[0-9]{1,20}", record.findtext("{*}dmID") or "")
    assert record.findtext("{*}dmSenderOrgUnitNum") == "0"
    assert 1 <= int(record.findtext("{*}dmMessageStatus") or 0) <= 10


def test_a_prefixed_request_with_other_quotes_is_the_same(simulator: Simulator) -> None:
    body = (
        "<?xml version='1.0'?><SOAP-ENV:Envelope xmlns:SOAP-ENV="
        "'http://schemas.xmlsoap.org/soap/envelope/' xmlns:ns='http://isds.czechpoint.cz/v20'>"
        f"<SOAP-ENV:Body><ns:CheckDataBox><ns:dbID>{TOWN}</ns:dbID></ns:CheckDataBox>"
        "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )

    _, tree = spoken(simulator, "df", body)

    assert tree.findtext(".//{*}dbState") == "1"


@pytest.fixture(scope="module")
def manual() -> str:
    return (ROOT / "docs" / "simulator.md").read_text("utf-8")


def test_the_steps_of_the_manual_work(manual: str, settings: SimulatorSettings) -> None:
    steps = manual.partition("step by step")[2].partition("## Settings")[0]
    seed = settings.data_dir / "boxes.json"
    seed.write_text(re.findall(r'^    (\{"boxes".*?\]\})$', steps, re.MULTILINE | re.DOTALL)[0])
    simulator = Simulator(replace(settings, seed_file=seed))
    done = []
    try:
        message_id = simulator.wire("mas", "heslo").sent_id("2tw78hk")
        for method, path, body in re.findall(
            r"^ +(GET|POST|DELETE) (\S+) ?(.*)$", steps, re.MULTILINE
        ):
            sent = json.loads(body) if body else None
            reply = requests.request(method, simulator.url + path, json=sent, timeout=PATIENCE)
            assert reply.status_code < 300, (path, reply.text)
            done.append((path.partition("?")[0], reply))
        events = simulator.control.get(f"messages/{message_id}")["events"]
    finally:
        simulator.stop()

    assert done[0][1].json()["messages"][0]["id"] == message_id
    assert [event["kind"] for event in events] == ["EV0", "EV5", "EV12"]
    assert len(done) > 10


@pytest.mark.parametrize("kind", list(FaultKind))
def test_the_manual_names_every_fault(manual: str, kind: FaultKind) -> None:
    assert f"`{kind}`" in manual


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_the_manual_names_every_operation(manual: str, operation: str) -> None:
    assert re.search(rf"\b{operation}\b|{operation[:-1]}\({operation[-1]}\)", manual)
