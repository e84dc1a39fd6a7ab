"""Certificates, the hosted service, cookies and passwords, over real TLS."""

import base64
import itertools
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from services.isds_simulator.current import EXTENSION
from services.isds_simulator.seal.authority import open_authority
from services.isds_simulator.server import make_simulator_server
from services.isds_simulator.tls import tls_context

from .conftest import FARMER, MAS, MAS_SECRET, TOWN, Simulator, serving
from .wire import PATIENCE, Control, Wire


@pytest.fixture
def secure(simulator: Simulator) -> Iterator[str]:
    """The same simulator once more, behind TLS."""
    authority = simulator.app.extensions[EXTENSION].authority
    server = make_simulator_server(simulator.app, "127.0.0.1", 0, tls_context(authority))
    with serving(server):
        yield server.url


@pytest.fixture
def wire(secure: str, simulator: Simulator, tmp_path: Path) -> Any:
    """Make callers over TLS, with a certificate of a kind."""
    root = tmp_path / "root.pem"
    root.write_text(requests.get(f"{simulator.url}/control/root.pem", timeout=PATIENCE).text)

    def make(prefix: str, issued: Any = None, username: str = "", password: str = "") -> Wire:
        pair = None
        if issued is not None:
            pair = tmp_path / "client.pem"
            pair.write_text(issued["key"] + issued["certificate"])
        certificate = None if pair is None else str(pair)
        return Wire(
            secure, username, password, prefix=prefix, certificate=certificate, trust=str(root)
        )

    return make


def dummy(wire: Wire) -> Any:
    return wire.call("dz", "DummyOperation")


def issue(control: Control, box: str | None, **wanted: Any) -> Any:
    path = "certificates" if box is None else f"boxes/{box}/certificates"
    return control.post(path, 201, **wanted)


def test_a_system_certificate_signs_a_program_in(wire: Any, control: Control, mas: Wire) -> None:
    program = wire("/cert", issue(control, FARMER, kind="system"))

    assert program.call("DsManage", "GetOwnerInfoFromLogin2").text("dbID") == FARMER
    assert program.call("DsManage", "GetUserInfoFromLogin2").code == "2102"
    message_id = mas.sent_id(FARMER)
    program.list_received()
    assert control.get(f"messages/{message_id}")["events"][-1]["kind"] == "EV13"


SERVICES = ("dz", "dx", "df", "DsManage", "vodz", "arch")


@pytest.mark.parametrize("way", ["", "/cert", "/certds", "/hspis", "/apps"])
def test_every_way_leads_to_every_service(wire: Any, control: Control, way: str) -> None:
    login_of = {"username": "kod", "password": "heslo", "one_time_code": "123456"}
    control.post(f"boxes/{MAS}/logins", 204, **login_of)
    login = {"": ("mas", MAS_SECRET), "/certds": ("mas", MAS_SECRET), "/hspis": (MAS, "")}
    wanted = {
        "/cert": {"kind": "system"},
        "/certds": {"kind": "user", "username": "mas"},
        "/hspis": {"kind": "hosted"},
    }
    issued = issue(control, MAS, **wanted[way]) if way in wanted else None
    caller = wire(way, issued, *login.get(way, ("", "")))
    if way == "/apps":
        caller.cookies = dict(sign_in(control.url, "heslo123456", type="totp").cookies)

    for service in SERVICES:
        answer = caller.call(service, "MakeCoffee")
        assert (answer.http.status_code, answer.code) == (200, "2006")
        assert answer.http.headers["Content-Type"] == "text/xml; charset=utf-8"
        stranger = wire(way).call(service, "MakeCoffee").http
        assert stranger.status_code == (401 if way in {"", "/apps"} else 403)


@pytest.mark.parametrize(
    ("ciphers", "is_taken"),
    [
        ("ECDHE+AESGCM", True),
        ("DHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384", False),
    ],
)
def test_tls_1_2_takes_what_the_real_system_has_left(
    secure: str, ciphers: str, is_taken: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(ciphers)
    host, port = secure.removeprefix("https://").split(":")

    def shake() -> str | None:
        with (
            socket.create_connection((host, int(port)), timeout=PATIENCE) as plain,
            context.wrap_socket(plain) as connection,
        ):
            return connection.version()

    if is_taken:
        assert shake() == "TLSv1.2"
    else:
        with pytest.raises(OSError, match=r"(?i)handshake|closed|reset|eof"):
            shake()


def test_a_missing_or_wrong_certificate_is_forbidden(wire: Any, control: Control) -> None:
    hosted = issue(control, MAS, kind="hosted")

    answers = [dummy(wire("/cert")), dummy(wire("/cert", hosted))]
    answers.append(dummy(wire("/certds", hosted, "mas", MAS_SECRET)))

    assert [answer.http.status_code for answer in answers] == [403] * 3
    assert "Access forbidden" in answers[0].http.text


def test_without_tls_there_is_no_certificate(simulator: Simulator) -> None:
    wire = simulator.wire()
    wire.prefix = "/cert"

    assert dummy(wire).http.status_code == 403


def test_a_user_certificate_needs_the_password_too(wire: Any, control: Control) -> None:
    issued = issue(control, MAS, kind="user", username="mas")

    assert dummy(wire("/certds", issued, "mas", MAS_SECRET)).code == "0000"
    assert dummy(wire("/certds", issued, "mas", "wrong")).http.status_code == 401
    assert dummy(wire("/certds", issued, "mesto", "heslo-mesto")).http.status_code == 403


def test_a_hosted_service_names_its_box_without_a_password(wire: Any, control: Control) -> None:
    for_all = issue(control, None, kind="hosted")

    assert dummy(wire("/hspis", for_all, MAS)).code == "0000"
    assert dummy(wire("/hspis", for_all, TOWN)).code == "0000"
    assert dummy(wire("/hspis", for_all, MAS, "something")).http.status_code == 401
    assert dummy(wire("/hspis", for_all, "abcdefg")).http.status_code == 401
    for_one = issue(control, MAS, kind="hosted")
    assert dummy(wire("/hspis", for_one, TOWN)).http.status_code == 403


@pytest.mark.parametrize(
    "body", [{"kind": "user"}, {"kind": "system", "username": "mas"}, {"kind": "else"}]
)
def test_certificates_are_issued_for_something(control: Control, body: dict[str, Any]) -> None:
    path = f"{control.url}/control/boxes/{MAS}/certificates"

    assert requests.post(path, json=body, timeout=PATIENCE).status_code == 422


def test_a_stranger_does_not_get_through_the_handshake(wire: Any, tmp_path: Path) -> None:
    stranger = open_authority(tmp_path / "stranger", seal_key_bits=2048)
    signer = stranger.client_certificate("stranger")
    issued = {"key": signer.key_pem.decode(), "certificate": signer.pem.decode()}

    with pytest.raises(requests.ConnectionError):
        dummy(wire("/cert", issued))


def sign_in(url: str, secret: str, **query: str) -> requests.Response:
    return requests.post(
        f"{url}/as/processLogin",
        params={"uri": f"{url}/apps/DS/dz", **query},
        auth=("kod", secret),
        timeout=PATIENCE,
        allow_redirects=False,
    )


def test_a_one_time_code_is_exchanged_for_a_cookie(simulator: Simulator, control: Control) -> None:
    login = {"username": "kod", "password": "heslo", "one_time_code": "123456"}
    control.post(f"boxes/{MAS}/logins", 204, **login)

    asked = sign_in(simulator.url, "heslo", type="totp", sendSms="true")
    assert asked.headers["X-Response-message-code"] == "authentication.info.totpSended"
    wrong = sign_in(simulator.url, "heslo000000", type="totp")
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "totp")
    encoded = wrong.headers["X-Response-message-text"].split("?")[3]
    assert base64.b64decode(encoded).decode() == "Uživatel nebyl ověřen."
    right = sign_in(simulator.url, "heslo123456", type="totp")
    assert (right.status_code, right.headers["Location"]) == (302, "/apps/DS/dz")

    wire = Wire(simulator.url, "", "", prefix="/apps", cookies=dict(right.cookies))
    assert dummy(wire).code == "0000"
    control.advance(minutes=29)
    assert dummy(wire).code == "0000"
    control.advance(minutes=31)
    assert dummy(wire).http.status_code == 401


def test_signing_out_ends_the_cookie(simulator: Simulator, control: Control) -> None:
    login = {"username": "kod", "password": "heslo", "one_time_code": "123456"}
    control.post(f"boxes/{MAS}/logins", 204, **login)
    cookies = dict(sign_in(simulator.url, "heslo123456", type="hotp").cookies)

    requests.get(
        f"{simulator.url}/as/processLogout",
        cookies=cookies,
        timeout=PATIENCE,
        allow_redirects=False,
    )

    wire = Wire(simulator.url, "", "", prefix="/apps", cookies=cookies)
    assert dummy(wire).http.status_code == 401


def change(wire: Wire, old: str, new: str) -> str:
    inner = f"<dbOldPassword>{old}</dbOldPassword><dbNewPassword>{new}</dbNewPassword>"
    return wire.call("DsManage", "ChangeISDSPassword", inner).code


def test_a_new_password_is_in_force_a_little_later(start: Any) -> None:
    simulator = start(password_validity=timedelta(days=90))
    simulator.control.stop_clock("2026-11-23T10:00:00+01:00")
    mas = simulator.wire()

    assert change(mas, MAS_SECRET, "Nove-Heslo.7") == "0000"

    new = simulator.wire("mas", "Nove-Heslo.7")
    assert (dummy(mas).code, dummy(new).http.status_code) == ("0000", 401)
    simulator.control.advance(seconds=15)
    assert (dummy(mas).http.status_code, dummy(new).code) == (401, "0000")
    ends = new.call("DsManage", "GetPasswordInfo", "<dbDummy/>").text("pswExpDate")
    assert ends == "2027-02-21T10:00:00.000+01:00"
    simulator.control.advance(days=91)
    assert dummy(new).http.status_code == 401


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("Kratke1", "1066"),
        ("Aa1" + "bcdefghij" * 4, "1066"),
        (MAS_SECRET, "1067"),
        ("Ěščřžýáí1aA", "1079"),
        ("jen-mala-pismena1", "1080"),
        ("JEN-VELKA-1", "1080"),
        ("Bez-Cislice", "1080"),
        ("Trojice111a", "1081"),
        ("Heslo-MAS-12", "1082"),
        ("Qwert-Heslo1", "1083"),
        ("12345-Heslo", "1083"),
    ],
)
def test_bad_passwords_are_refused_by_their_rule(mas: Wire, new: str, code: str) -> None:
    assert change(mas, MAS_SECRET, new) == code


def test_old_passwords_are_remembered(start: Any) -> None:
    simulator = start(password_delay=timedelta(0))
    assert change(simulator.wire(), "wrong-old", "Prvni-Heslo1") == "1090"
    secrets = [MAS_SECRET, "Prvni-Heslo1", "Druhe-Heslo2", "Treti-Heslo3"]
    for old, new in itertools.pairwise(secrets):
        assert change(simulator.wire("mas", old), old, new) == "0000"

    last = simulator.wire("mas", secrets[-1])

    assert change(last, secrets[-1], "Prvni-Heslo1") == "1091"
    assert change(last, secrets[-1], "Druhe-Heslo2") == "1091"
