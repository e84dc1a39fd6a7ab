"""Every way to log in, from the settings to the verified proof of a letter, over real TLS."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.documents.app import make_gateway
from services.documents.config import DocumentsSettings
from services.documents.delivery.port import LoginFault, MessageFile
from services.documents.domain.refused_logins import SERVER_UNKNOWN
from services.documents.models import Proof, db
from services.isds_simulator.seal.authority import open_authority
from shared.config import SettingsError, load
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import NOW, Office, letter, open_office
from tests.documents.tls_simulator import (
    DOMAIN,
    WAYS,
    Secure,
    Way,
    behind_tls,
    find_hosts_here,
)

pytestmark = pytest.mark.one_database


@pytest.fixture
def secure(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Secure]:
    find_hosts_here(monkeypatch)
    with behind_tls(simulator, tmp_path / "files") as running:
        yield running


@pytest.fixture(params=WAYS.values(), ids=WAYS.keys())
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


def set_up(secure: Secure, way: Way, monkeypatch: pytest.MonkeyPatch, **instead: str) -> None:
    for name, value in {**secure.environment(way), **instead}.items():
        monkeypatch.setenv(name, value)


def sender(secure: Secure, folder: Path, database_url: str) -> Office:
    """Open an office with nothing but the environment; it makes its gateway itself."""
    office = open_office(folder / "var", database_url)
    secure.plain.advance(now=NOW.isoformat(), stopped=True)
    return office


def test_a_letter_is_sent_and_proved_by_each_way_to_log_in(
    secure: Secure,
    way: Way,
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_up(secure, way, monkeypatch)
    office = sender(secure, tmp_path, database_url)

    made = office.put(letter(box=TOWN))
    office.work(2)

    assert office.view(made["id"])["delivery"]["state"] == "delivered"
    assert len(secure.plain.messages()) == 1
    with office.context():
        assert {one.kind for one in db.session().query(Proof)} == {
            *("sent_message", "delivery_info"),
        }
    # Nothing but what belongs to the way has ever gone out.
    has_certificate = way.issued is not None
    assert secure.seen() == {(f"ws1{way.hosts}", way.path, has_certificate, way.basic)}


def test_large_messages_go_to_their_own_host_by_the_same_way(
    secure: Secure, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(secure, way, monkeypatch)
    gateway = make_gateway(load(DocumentsSettings))
    assert gateway is not None

    left = gateway.upload(MessageFile("a.pdf", "application/pdf", b"%PDF-1.7 large"))

    assert left.attachment_id
    has_certificate = way.issued is not None
    assert secure.seen() == {(f"ws2{way.hosts}", way.path, has_certificate, way.basic)}


@pytest.mark.parametrize("trusted", ["of another", "the usual ones"])
def test_a_server_that_is_not_trusted_gets_nothing(
    secure: Secure,
    trusted: str,
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger = tmp_path / "stranger.pem"
    stranger.write_bytes(open_authority(tmp_path / "pki", seal_key_bits=2048).root_pem)
    given = str(stranger) if trusted == "of another" else ""  # an empty variable is none
    set_up(secure, WAYS["certificate"], monkeypatch, VYZVA_DOCUMENTS_ISDS_TRUSTED=given)
    office = sender(secure, tmp_path, database_url)

    made = office.put(letter(box=TOWN))
    office.work(2)

    assert office.view(made["id"])["delivery"]["state"] == "ready"
    assert secure.heard == []
    assert secure.plain.messages() == []
    assert secure.plain.control("GET", "/ledger")["calls"] == []


def test_a_server_of_another_name_gets_nothing(
    secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is good, but another host's: somebody else stands there."""
    elsewhere = f"elsewhere.{DOMAIN}:{secure.port}"
    set_up(secure, WAYS["password"], monkeypatch, VYZVA_DOCUMENTS_ISDS_DOMAIN=elsewhere)
    gateway = make_gateway(load(DocumentsSettings))
    assert gateway is not None

    with pytest.raises(LoginFault, match=SERVER_UNKNOWN):
        gateway.ping()

    assert secure.heard == []


BESIDE = [
    ("certificate", "USER", "mas001"),
    ("certificate", "PASSWORD", "Heslo-mas-1"),
    ("hosted", "PASSWORD", "Heslo-mas-1"),
    ("password", "CERTIFICATE", "system.pem"),
]


@pytest.mark.parametrize(("login", "part", "value"), BESIDE)
def test_what_a_way_goes_without_is_refused_by_name(
    secure: Secure, login: str, part: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name beside a system certificate would go out with it, and be a second login."""
    set_up(secure, WAYS[login], monkeypatch)
    make_gateway(load(DocumentsSettings))
    monkeypatch.setenv(f"VYZVA_DOCUMENTS_ISDS_{part}", value)

    with pytest.raises(SettingsError) as refused:
        load(DocumentsSettings)

    told = str(refused.value)
    assert f"isds_{part.lower()}: isds_login is {login}, which goes without one" in told
    assert value not in told


def test_an_address_in_place_of_a_domain_asks_for_the_same(
    secure: Secure, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"https://ws1{way.hosts}.{DOMAIN}:{secure.port}{way.path}/DS"
    instead = {"VYZVA_DOCUMENTS_ISDS_DOMAIN": "", "VYZVA_DOCUMENTS_ISDS_URL": address}
    set_up(secure, way, monkeypatch, **instead)
    gateway = make_gateway(load(DocumentsSettings))
    assert gateway is not None

    gateway.ping()

    has_certificate = way.issued is not None
    assert secure.seen() == {(f"ws1{way.hosts}", way.path, has_certificate, way.basic)}
    for name in ("CERTIFICATE", "USER"):
        if f"VYZVA_DOCUMENTS_ISDS_{name}" in os.environ:
            with monkeypatch.context() as without:
                without.delenv(f"VYZVA_DOCUMENTS_ISDS_{name}")
                with pytest.raises(SettingsError, match=f"isds_{name.lower()}: .* needs one"):
                    load(DocumentsSettings)


def test_a_certificate_is_shown_over_https_only(
    secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    way, address = WAYS["certificate"], secure.plain.base_url
    instead = {"VYZVA_DOCUMENTS_ISDS_DOMAIN": "", "VYZVA_DOCUMENTS_ISDS_URL": address}
    set_up(secure, way, monkeypatch, **instead)

    with pytest.raises(SettingsError, match="isds_url: a certificate is shown over https only"):
        load(DocumentsSettings)
