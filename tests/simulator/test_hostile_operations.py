"""Every operation of the simulator and every hostile request: a fault or a status, no trace."""

import base64
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.soap.dispatch import OPERATIONS

from .conftest import BOXES, TOWN
from .soap_requests import FAULTS, PACKAGES, SOAP_VERSIONS, package, requests_of, soap
from .test_hostile_input import BASIC, VALUES
from .wire import XSI

REQUESTS = requests_of(TOWN)
CREATES = {"CreateMessage", "CreateMultipleMessage", "UploadAttachment"}
EVERY = pytest.mark.parametrize("name", sorted(OPERATIONS))
SOON = 30
relaxed = settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, pki: Path) -> FlaskClient:
    """Give one simulator to all tests of this file: each leaves nothing behind, or says what."""
    data = tmp_path_factory.mktemp("hostile")
    (data / "pki").symlink_to(pki)
    client = create_app(SimulatorSettings(data_dir=data, record_calls=False)).test_client()
    for box in BOXES:
        assert client.post("/control/boxes", json=box).status_code == 201
    client.post("/control/clock", json={"now": "2026-04-01T10:00:00+02:00", "stopped": True})
    return client


def ledger_of(client: FlaskClient) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of the ledger."""
    with client.application.extensions[EXTENSION].ledger.reading() as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in tables]
        return {
            name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name}")]  # noqa: S608  # names of the ledger's own tables
            for name in names
        }


def post(client: FlaskClient, name: str, body: bytes, content_type: str = "text/xml") -> Any:
    service = min(OPERATIONS[name].services)
    headers = {**BASIC, "Content-Type": content_type}
    return client.post(f"/DS/{service}", data=body, headers=headers)


def code_of(data: bytes) -> str:
    """Return the status of a whole answer, empty if it has none."""
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    return str(root.xpath("string((//*[contains(local-name(), 'StatusCode')])[last()])"))


def test_there_is_a_request_of_every_operation() -> None:
    assert set(REQUESTS) == set(OPERATIONS)


@EVERY
def test_a_good_request_gets_a_status(client: FlaskClient, name: str) -> None:
    """Without this the next tests might spoil what was no request from the start."""
    for version in SOAP_VERSIONS:
        reply = post(client, name, soap(name, REQUESTS[name], version))

        assert reply.status_code == 200
        assert len(code_of(reply.data)) == 4
        assert code_of(reply.data) not in {"2006", "9005"}


@EVERY
def test_what_is_no_request_is_a_fault_and_leaves_no_trace(client: FlaskClient, name: str) -> None:
    before = ledger_of(client)
    wrong = {}
    for fault, spoil in FAULTS.items():
        begun = time.monotonic()
        reply = post(client, name, spoil(soap(name, REQUESTS[name])))
        found = (
            reply.status_code,
            etree.fromstring(reply.data).findtext(".//faultcode"),
            time.monotonic() - begun < SOON,
            b"root:" in reply.data,
        )
        if found != (500, "SOAP-ENV:Client", True, False):
            wrong[fault] = found

    assert not wrong
    assert ledger_of(client) == before


@EVERY
def test_a_package_that_is_none_is_599_and_leaves_no_trace(client: FlaskClient, name: str) -> None:
    before = ledger_of(client)
    body = package(soap(name, REQUESTS[name]))
    for content_type in PACKAGES.values():
        reply = post(client, name, body, content_type)

        assert reply.status_code == 599
        assert etree.fromstring(reply.data).find(".//{*}Fault") is not None
    assert ledger_of(client) == before


@EVERY
def test_any_value_gets_a_status_and_a_refusal_leaves_no_trace(
    client: FlaskClient, name: str
) -> None:
    body = soap(name, REQUESTS[name])

    @relaxed
    @given(data=st.data(), at=st.floats(0, 1, exclude_max=True))
    def ask(data: st.DataObject, at: float) -> None:
        root = etree.fromstring(body)
        leaves = [item for item in root.iter() if not len(item)]
        leaf = leaves[int(at * len(leaves))]
        change = data.draw(st.sampled_from(["text", "nil", "drop", "double", "attribute"]))
        if change == "text":
            leaf.text = data.draw(VALUES)
        elif change == "nil":
            leaf.set(f"{{{XSI}}}nil", data.draw(st.sampled_from(["true", "1", "false", "x"])))
        elif change == "drop" and leaf.getparent().tag.endswith(name):
            leaf.getparent().remove(leaf)
        elif change == "double" and leaf.getparent().tag.endswith(name):
            leaf.addnext(etree.fromstring(etree.tostring(leaf)))
        else:
            leaf.attrib.update({key: data.draw(VALUES) for key in leaf.attrib})
        before = ledger_of(client)

        reply = post(client, name, etree.tostring(root))

        assert reply.status_code == 200, reply.data
        code = code_of(reply.data)
        assert len(code) == 4 and code.isdecimal()
        if not code.startswith("00"):
            assert ledger_of(client) == before

    ask()


@pytest.mark.parametrize("name", sorted(CREATES))
def test_binary_values_are_bounded_and_whole(client: FlaskClient, name: str) -> None:
    good = REQUESTS[name]
    start, end = good.index("dmEncodedContent>") + 17, good.index("</dmEncodedContent>")
    before = ledger_of(client)
    for bad in ("=", "AAA", "AAAA=", "ž" * 8, "-_-_", "A" * 5, "<x/>", ""):
        reply = post(client, name, soap(name, good[:start] + bad + good[end:]))

        assert (reply.status_code, code_of(reply.data)) == (200, "1214"), bad
    assert ledger_of(client) == before


def test_it_lives_on_after_all_that(client: FlaskClient) -> None:
    before = len(client.get("/control/messages").json["messages"])
    for spoil in FAULTS.values():
        post(client, "CreateMessage", spoil(soap("CreateMessage", REQUESTS["CreateMessage"])))

    reply = post(client, "CreateMessage", soap("CreateMessage", REQUESTS["CreateMessage"]))

    assert code_of(reply.data) == "0000"
    assert len(client.get("/control/messages").json["messages"]) == before + 1


def test_a_login_that_is_none_is_401_whatever_is_asked(client: FlaskClient) -> None:
    wrong = {"Authorization": "Basic " + base64.b64encode(b"mas:\xff\xfe").decode()}
    odd = ({}, wrong, {"Authorization": "Basic !"}, {"Authorization": "Bearer x"})
    for headers in odd:
        for name in OPERATIONS:
            service = min(OPERATIONS[name].services)
            body = soap(name, REQUESTS[name])
            reply = client.post(f"/DS/{service}", data=body, headers=headers)

            assert (reply.status_code, reply.mimetype) == (401, "text/html")
