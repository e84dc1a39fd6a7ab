"""The rules of the wire: signing in, SOAP in its permitted forms, hostile XML."""

import pytest
import requests

from .conftest import TOWN, Simulator
from .wire import PATIENCE, SOAP, V20, Control, Wire

DUMMY = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><DummyOperation xmlns="{V20}"/></s:Body></s:Envelope>'
)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no SOAPAction"),
        pytest.param({"SOAPAction": ""}, id="empty SOAPAction"),
        pytest.param({"SOAPAction": '""'}, id="quoted SOAPAction"),
        pytest.param({"Content-Type": "text/xml"}, id="no charset"),
    ],
)
def test_clients_differ_in_their_headers(mas: Wire, headers: dict[str, str]) -> None:
    answer = mas.post("dz", DUMMY, headers)

    assert answer.code == "0000"
    assert answer.http.headers["Content-Type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{SOAP}" '
            f'xmlns:v20="{V20}"><soapenv:Header/><soapenv:Body><v20:CheckDataBox>'
            f"<v20:dbID>{TOWN}</v20:dbID></v20:CheckDataBox></soapenv:Body></soapenv:Envelope>",
            id="prefixed",
        ),
        pytest.param(
            f'<Envelope xmlns="{SOAP}"><Body><CheckDataBox xmlns="{V20}">\n <!-- box -->\n'
            f"<dbID>{TOWN}</dbID><dbApproved/><dbExternRefNumber/></CheckDataBox></Body></Envelope>",
            id="default namespaces, a comment, empty extras",
        ),
    ],
)
def test_bodies_may_be_prefixed_or_not(mas: Wire, body: str) -> None:
    answer = mas.post("df", body)

    assert (answer.code, answer.text("dbState")) == ("0000", "1")


def test_soap_1_2_is_answered_in_soap_1_2(mas: Wire) -> None:
    envelope = "http://www.w3.org/2003/05/soap-envelope"

    answer = mas.post("dz", DUMMY.replace(SOAP, envelope))

    assert answer.tree.tag == f"{{{envelope}}}Envelope"


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        pytest.param("dz", "MakeCoffee", "dmStatusCode", id="messages"),
        pytest.param("df", "MakeCoffee", "dbStatusCode", id="boxes"),
        pytest.param("dx", "CreateMessage", "dmStatusCode", id="known, at a wrong path"),
    ],
)
def test_an_unknown_operation_gets_an_ordinary_answer(
    mas: Wire, service: str, operation: str, code: str
) -> None:
    answer = mas.call(service, operation)

    assert (answer.http.status_code, answer.text(code)) == (200, "2006")
    assert answer.operation.tag == f"{{{V20}}}{operation}Response"


def test_another_version_of_the_namespace_is_unknown(mas: Wire) -> None:
    answer = mas.post("dz", DUMMY.replace(V20, "http://isds.czechpoint.cz/v30"))

    assert answer.code == "2006"


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
WITH_ENTITY = DUMMY.replace("<DummyOperation", "<CheckDataBox").replace("/>", ">&e;</CheckDataBox>")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param((BOMB + DUMMY).encode(), id="entity bomb"),
        pytest.param((XXE + WITH_ENTITY).encode(), id="external entity"),
        pytest.param(WITH_ENTITY.encode(), id="undeclared entity"),
        pytest.param((XXE + DUMMY).encode("utf-16"), id="document type hidden in UTF-16"),
        pytest.param(DUMMY[:-20].encode(), id="truncated"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="JSON"),
        pytest.param(b"<x/>", id="no SOAP"),
        pytest.param(
            f'<s:Envelope xmlns:s="{SOAP}"><s:Body/></s:Envelope>'.encode(), id="empty body"
        ),
    ],
)
def test_what_is_no_plain_soap_is_a_fault(mas: Wire, body: bytes) -> None:
    answer = mas.post("dz", body)

    assert answer.http.status_code == 500
    assert answer.tree.xpath("string(//faultcode)") == "SOAP-ENV:Client"
    assert b"root:" not in answer.http.content


@pytest.mark.parametrize(
    "login",
    [("mas", "wrong"), ("nobody", "heslo-mas"), ("", "")],
    ids=["password", "name", "empty"],
)
def test_a_wrong_login_gets_401_with_a_page(simulator: Simulator, login: tuple[str, str]) -> None:
    answer = simulator.wire(*login).post("dz", DUMMY)

    assert answer.http.status_code == 401
    assert answer.http.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.http.headers["Content-Type"].startswith("text/html")
    assert "Authentication required!" in answer.http.text


def test_no_login_gets_401(simulator: Simulator) -> None:
    reply = requests.post(f"{simulator.url}/DS/dz", data=DUMMY, timeout=PATIENCE)

    assert reply.status_code == 401


def test_five_wrong_passwords_block_the_login_for_an_hour(
    simulator: Simulator, mas: Wire, control: Control
) -> None:
    control.stop_clock("2026-11-23T10:00:00+01:00")
    for _ in range(5):
        simulator.wire("mas", "wrong").post("dz", DUMMY)

    blocked = mas.post("dz", DUMMY)
    assert blocked.http.status_code == 401
    assert "Login blocked until: 11:00:00" in blocked.http.text

    control.advance(minutes=60)
    assert mas.post("dz", DUMMY).code == "0000"


def test_a_right_password_forgets_wrong_ones(simulator: Simulator, mas: Wire) -> None:
    for _ in range(2):
        for _ in range(4):
            simulator.wire("mas", "wrong").post("dz", DUMMY)
        assert mas.post("dz", DUMMY).code == "0000"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/DS/dz", 405),
        ("POST", "/DS/dz/", 404),
        ("POST", "//DS/dz", 200),
        ("POST", "/DS//dz", 404),
        ("POST", "/ds/dz", 404),
        ("POST", "/DS/asws", 404),
        ("POST", "/certs/DS/dz", 404),
    ],
)
def test_only_known_paths_are_answered_and_nothing_redirects(
    simulator: Simulator, method: str, path: str, status: int
) -> None:
    login = ("mas", "heslo-mas")

    reply = requests.request(
        method,
        simulator.url + path,
        data=DUMMY,
        auth=login,
        timeout=PATIENCE,
        allow_redirects=False,
    )

    assert reply.status_code == status


def test_a_request_that_is_too_big_is_cut_off(start: object) -> None:
    simulator = start(largest_request=10_000)  # type: ignore[operator]

    answer = simulator.wire().post("dz", DUMMY + " " * 10_000)

    assert answer.http.status_code == 413
