"""A login that fails in TLS is told apart from a network that fails, and mended by a person (F12).

The simulator stands behind TLS; what is wrong is wrong in files, as with an administrator.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.tls import told_by_tls
from services.documents.domain.refused_logins import (
    CERTIFICATE_ENDED,
    CERTIFICATE_FILE,
    CERTIFICATE_KEY,
    CERTIFICATE_REFUSED,
    SERVER_UNKNOWN,
    TRUST_FILE,
)
from services.documents.login_words import LOGIN_ADVICE, LOGIN_TROUBLES
from services.documents.models import Delivery, LoginBreaker, db
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.seal.authority import Authority, open_authority
from services.isds_simulator.seal.certificates import Signer, elliptic_key, issue
from shared.db import transaction
from tests.documents.conftest import TOWN, Simulator
from tests.documents.late_refusal import refusing_late
from tests.documents.offices import DIRECTOR, Office, letter, open_office
from tests.documents.test_false_deliveries import a_minute_old
from tests.documents.tls_simulator import WAYS, Secure, behind_tls, find_hosts_here

pytestmark = pytest.mark.one_database
CLIENT = [ExtendedKeyUsageOID.CLIENT_AUTH]
ENDED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Another authority, under which neither the server nor its clients stand."""
    return open_authority(tmp_path_factory.mktemp("stranger") / "pki", seal_key_bits=2048)


class House:
    """An office that logs in by a system certificate, whose files can be spoilt and mended."""

    def __init__(self, secure: Secure, folder: Path, address: str, patch: Any) -> None:
        self.secure = secure
        for name, value in secure.environment(WAYS["certificate"]).items():
            patch.setenv(name, value)
        assert secure.plain.app is not None
        self.authority: Authority = secure.plain.app.extensions[EXTENSION].authority
        self.certificate = secure.folder / "certificate.pem"
        self.root = secure.folder / "root.pem"
        self._good = {path: path.read_bytes() for path in (self.certificate, self.root)}
        self.office: Office = open_office(folder / "var", address)
        self.office.clock.move_to(datetime.now(UTC))

    def mend(self) -> None:
        """Put the right files back, and say so on the page."""
        for path, content in self._good.items():
            path.write_bytes(content)
        reply = self.office.browser(DIRECTOR).post("/data-box/login")
        assert reply.status_code == 303
        with self.office.context(), transaction(db.session()) as session:
            session.query(Delivery).one().next_at = None

    def breaker(self) -> tuple[str, int] | None:
        with self.office.context():
            row = db.session().query(LoginBreaker).one_or_none()
            return (row.code, row.refusals) if row else None

    def delivery(self) -> tuple[str, str]:
        with self.office.context():
            row = db.session().query(Delivery).one()
            return row.state, row.last_error

    def later(self) -> None:
        """Let every pause be over."""
        with self.office.context(), transaction(db.session()) as session:
            session.query(LoginBreaker).one().next_trial_at = datetime.now(UTC)
            session.query(Delivery).one().next_at = None


V2, V3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture
def house(
    request: pytest.FixtureRequest,
    simulator: Simulator,
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[House]:
    find_hosts_here(monkeypatch)
    newest = getattr(request, "param", V3)
    with behind_tls(simulator, tmp_path / "files", newest) as secure:
        yield House(secure, tmp_path, database_url, monkeypatch)


def take_away(house: House, stranger: Authority) -> None:
    house.certificate.unlink()


def write_nonsense(house: House, stranger: Authority) -> None:
    house.certificate.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n")


def leave_out_the_key(house: House, stranger: Authority) -> None:
    text = house.certificate.read_text()
    house.certificate.write_text(text[: text.index("-----BEGIN PRIVATE")])


def put_another_key(house: House, stranger: Authority) -> None:
    leave_out_the_key(house, stranger)
    other = stranger.client_certificate("somebody").key_pem.decode()
    house.certificate.write_text(house.certificate.read_text() + other)


def lock_the_key(house: House, stranger: Authority) -> None:
    pem = house.certificate.read_bytes()
    start = pem.index(b"-----BEGIN PRIVATE")
    key = serialization.load_pem_private_key(pem[start:], None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    house.certificate.write_bytes(pem[:start] + locked)


def let_it_end(house: House, stranger: Authority) -> None:
    _put(house, issue(stranger.issuer, elliptic_key(), "MAS", purposes=CLIENT, valid_until=ENDED))


def show_a_stranger(house: House, stranger: Authority) -> None:
    _put(house, stranger.client_certificate("somebody"))


def lose_the_root(house: House, stranger: Authority) -> None:
    house.root.unlink()


def spoil_the_root(house: House, stranger: Authority) -> None:
    house.root.write_text("nonsense")


def trust_others(house: House, stranger: Authority) -> None:
    house.root.write_bytes(stranger.root_pem)


def _put(house: House, signer: Signer) -> None:
    house.certificate.write_bytes(signer.pem + signer.key_pem)


SPOILT = [
    (take_away, CERTIFICATE_FILE, V3),
    (write_nonsense, CERTIFICATE_FILE, V3),
    (leave_out_the_key, CERTIFICATE_KEY, V3),
    (put_another_key, CERTIFICATE_KEY, V3),
    (lock_the_key, CERTIFICATE_KEY, V3),
    (let_it_end, CERTIFICATE_ENDED, V3),
    (show_a_stranger, CERTIFICATE_REFUSED, V3),
    (show_a_stranger, CERTIFICATE_REFUSED, V2),
    (lose_the_root, TRUST_FILE, V3),
    (spoil_the_root, TRUST_FILE, V3),
    (trust_others, SERVER_UNKNOWN, V3),
]


@pytest.mark.parametrize(
    ("spoil", "code", "house"),
    SPOILT,
    ids=[f"{one.__name__}-{version.name}" for one, _, version in SPOILT],
    indirect=["house"],
)
def test_what_fails_in_tls_closes_the_login_at_once_and_says_why(
    house: House, stranger: Authority, spoil: Callable[[House, Authority], None], code: str
) -> None:
    spoil(house, stranger)
    made = house.office.put(letter(box=TOWN))

    house.office.work(3)

    assert house.breaker() == (code, 1)
    assert house.delivery() == ("ready", code)
    assert house.secure.heard == []
    page = house.office.browser(DIRECTOR).get("/data-box").text
    assert str(LOGIN_TROUBLES[code]) in page
    assert str(LOGIN_ADVICE[code]) in page
    waiting = house.office.browser(DIRECTOR).get("/").text
    assert "Opravit přihlášení k datové schránce" in waiting.replace("\xa0", " ")
    told = house.office.api("GET", "/data-box-login", DIRECTOR).json["refused"]
    assert (told["code"], told["refusals"]) == (code, 1)

    house.later()
    house.office.work(2)  # the one trial after the pause
    assert house.breaker() == (code, 2)
    assert house.secure.heard == []

    house.mend()
    house.office.work(2)
    assert house.breaker() is None
    assert house.office.view(made["id"])["delivery"]["state"] == "delivered"
    assert len(house.secure.plain.messages()) == 1


@pytest.mark.parametrize(
    ("is_late", "house"),
    [(False, V2), (True, V3)],
    ids=["at the door", "after the body began"],
    indirect=["house"],
)
def test_a_letter_whose_certificate_is_refused_is_in_doubt_once_its_body_has_begun(
    house: House, stranger: Authority, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    """With TLS 1.3 the server may judge a certificate after the request has begun to come."""
    create = IsdsGateway.create_message
    with monkeypatch.context() as meanwhile, ExitStack() as stack:
        here = {"client_certificate": house.certificate, "trusted": house.root}
        address = f"https://ws1c.localhost:{house.secure.port}/cert/DS"
        if is_late:
            port = stack.enter_context(refusing_late(house.authority))
            address = f"https://127.0.0.1:{port}/cert/DS"

        def revoked(_self: IsdsGateway, *given: Any) -> Any:
            show_a_stranger(house, stranger)
            return create(IsdsGateway(IsdsAccount(address, **here)), *given)

        meanwhile.setattr(IsdsGateway, "create_message", revoked)
        made = house.office.put(letter(box=TOWN))
        house.office.work()

    wanted = ("unknown", "unknown") if is_late else ("ready", "not_created")
    state, told = house.delivery()
    assert (state, told) == (wanted[0], f"{wanted[1]} {CERTIFICATE_REFUSED}")
    assert house.breaker() == (CERTIFICATE_REFUSED, 1)
    assert house.secure.plain.messages() == []

    house.mend()
    if is_late:
        a_minute_old(house.office)
    house.office.work(4)
    assert house.office.view(made["id"])["delivery"]["state"] == "delivered"
    assert len(house.secure.plain.messages()) == 1


def test_a_network_that_fails_is_no_fault_of_the_login() -> None:
    cut = ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")
    assert told_by_tls(cut) is None
    assert told_by_tls(ConnectionResetError()) is None


def shake(
    authority: Authority, shown: Signer | None, newest: ssl.TLSVersion, folder: Path
) -> str | None:
    """Shake hands in memory, and tell what the client hears of its certificate."""
    files = {name: folder / f"{name}.pem" for name in ("server", "client")}
    signer = authority.server_certificate(["ws1c.localhost"])
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    files["server"].write_bytes(signer.pem + signer.key_pem)
    server_side.load_cert_chain(files["server"])
    server_side.verify_mode = ssl.CERT_REQUIRED
    server_side.load_verify_locations(cadata=authority.root_pem.decode())
    server_side.maximum_version = newest
    client_side = ssl.create_default_context(cadata=authority.root_pem.decode())
    if shown is not None:
        files["client"].write_bytes(shown.pem + shown.key_pem)
        client_side.load_cert_chain(files["client"])
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(down, up, server_hostname="ws1c.localhost")
    server = server_side.wrap_bio(up, down, server_side=True)
    try:
        for step in (client.do_handshake, server.do_handshake) * 4:
            try:
                step()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError:
                if step != server.do_handshake:
                    raise
                client.do_handshake()
                client.read(1)
    except ssl.SSLError as error:
        return told_by_tls(error)
    return None


@pytest.mark.parametrize("newest", [V2, V3])
def test_alerts_about_our_certificate_are_known(
    newest: ssl.TLSVersion, stranger: Authority, tmp_path: Path
) -> None:
    ended = issue(stranger.issuer, elliptic_key(), "MAS", purposes=CLIENT, valid_until=ENDED)
    of_server = stranger.server_certificate(["mas.localhost"])
    elsewhere = open_authority(tmp_path / "pki", seal_key_bits=2048)

    def told(shown: Signer | None) -> str | None:
        return shake(stranger, shown, newest, tmp_path)

    assert told(stranger.client_certificate("MAS")) is None
    assert told(ended) == CERTIFICATE_REFUSED
    assert told(elsewhere.client_certificate("MAS")) == CERTIFICATE_REFUSED
    assert told(of_server) == CERTIFICATE_REFUSED
    if newest == V3:  # before there is no word for it
        assert told(None) == CERTIFICATE_REFUSED
