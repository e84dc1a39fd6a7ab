"""Remote signing (CSC): people and seals, against a strict service on a socket, with its faults."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.documents.acts import Bench, Wanted
from services.documents.domain.ways import (
    NameDiffers,
    RemoteAway,
    RemoteDistrusted,
    RemoteNeedsBrowser,
    RemoteNotUnderstood,
    RemoteRefused,
    RemoteSecretWrong,
)
from services.documents.models import Document, db
from services.documents.other_ways import AtRemote, sign_with_remote
from services.documents.signing.outside import Limits, Outside
from services.documents.signing.remote.csc import CscService, Login, Secrets

from .bad_authorities import serving
from .csc_provider import CLIENT, CLIENT_SECRET, CODE, PIN, Provider
from .offices import DIRECTOR, NOW, Office, open_office, record
from .test_production import content, sealed, verdict
from .world import World, open_world, strong_key

NAME = "Vzdálená"


@pytest.fixture
def world(tmp_path: Path, socket_enabled: None) -> Iterator[World]:
    with open_world(tmp_path / "world", NOW) as opened:
        yield opened


@pytest.fixture
def provider(world: World) -> Provider:
    return Provider(world.person(DIRECTOR.name), world.person("Někdo Jiný"))


@pytest.fixture
def url(provider: Provider) -> Iterator[str]:
    with serving(provider) as address:
        yield address


def remote(url: str, version: str = "v1", **more: Any) -> dict[str, Any]:
    usual = {"name": NAME, "url": f"{url}/csc/{version}", "version": version, "secret": "nosic"}
    return {**usual, "seconds": 1, **more}


def open_remotely(
    world: World, tmp_path: Path, database_url: str, service: dict[str, Any], **more: Any
) -> Office:
    return open_office(
        tmp_path / "var",
        database_url,
        remotes=[service],
        accepted_authorities=world.trusted,
        revocation_hosts=[world.host],
        **more,
    )


def sign(
    office: Office, *, pin: str = PIN, code: str = CODE, key: str = "klíč-1"
) -> dict[str, Any]:
    document = office.put(record(DIRECTOR))
    actor = replace(DIRECTOR, password_at=datetime.now(UTC))
    with office.context():
        bench = Bench(db.session, office.app.extensions["documents-tools"], actor)
        place = AtRemote(NAME, key, Secrets(pin, code))
        sign_with_remote(bench, Wanted(UUID(document["id"]), document["sha256"]), place)
    return document


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("key", [None, strong_key()], ids=["P-256", "RSA-3072"])
def test_a_person_signs_with_a_remote_key(
    world: World,
    tmp_path: Path,
    database_url: str,
    provider: Provider,
    url: str,
    version: str,
    key: Any,
) -> None:
    provider.owner = world.person(DIRECTOR.name, key=key)
    office = open_remotely(world, tmp_path, database_url, remote(url, version))

    document = sign(office)
    office.work(2)

    issued = office.view(document["id"])
    assert issued["state"] == "issued"
    assert verdict(office, content(office, issued))[0] == "TOTAL-PASSED"
    assert provider.asked == ["credentials/info", "credentials/authorize", "signatures/signHash"]
    assert provider.signatures == 1


def test_the_page_signs_and_only_the_hash_leaves(
    world: World,
    tmp_path: Path,
    database_url: str,
    provider: Provider,
    url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    office = open_remotely(world, tmp_path, database_url, remote(url))
    document = office.put(record(DIRECTOR))
    data = {"remote": NAME, "credential": "klíč-1", "remote_pin": PIN, "code": CODE}
    browser = office.browser(replace(DIRECTOR, password_at=datetime.now(UTC)))

    shown = browser.get(f"/{document['id']}/sign-elsewhere").text
    reply = browser.post(
        f"/{document['id']}/sign-remotely", data={**data, "shown": document["sha256"]}
    )

    assert "Podepsat vzdáleným podpisem" in shown
    assert reply.status_code == 303, reply.text
    assert max(len(str(body)) for body in provider.bodies) < 400
    assert PIN not in caplog.text.replace(str(provider.owner.certificate.serial_number), "")
    assert CODE not in str(office.stored())


FAULTS = {
    "redirect": RemoteAway,
    "down": RemoteAway,
    "slow": RemoteAway,
    "long": RemoteAway,
    "500 after signing": RemoteAway,
    "html": RemoteNotUnderstood,
    "list": RemoteNotUnderstood,
    "expired SAD": RemoteRefused,
    "disabled": RemoteRefused,
    "wrong signature": RemoteDistrusted,
    "other key": RemoteDistrusted,
    "other certificate": NameDiffers,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_service_does_nothing_half_signed_comes_of_it(
    world: World, tmp_path: Path, database_url: str, provider: Provider, url: str, fault: str
) -> None:
    office = open_remotely(world, tmp_path, database_url, remote(url))
    provider.fault = fault

    with pytest.raises(FAULTS[fault]):
        sign(office)
    provider.fault, provider.code = "", CODE
    later = sign(office)
    office.work(2)

    with office.context():
        left, done = db.session.query(Document).order_by(Document.number)
        assert [(left.state, one.sha256, one.signed_at) for one in left.signatures] == [
            ("draft", None, None)
        ]
        assert all(one.sha256 for one in done.signatures)
    assert office.view(later["id"])["state"] == "issued"


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param({"pin": "0000"}, RemoteSecretWrong, id="wrong PIN"),
        pytest.param({"code": "000000"}, RemoteSecretWrong, id="wrong code"),
        pytest.param({"key": "cizí"}, RemoteRefused, id="unknown key"),
    ],
)
def test_what_the_person_typed_wrong_is_said(
    world: World,
    tmp_path: Path,
    database_url: str,
    provider: Provider,
    url: str,
    given: dict[str, str],
    error: type[Exception],
) -> None:
    office = open_remotely(world, tmp_path, database_url, remote(url))

    with pytest.raises(error):
        sign(office, **given)

    assert provider.signatures == 0


def test_a_key_that_opens_in_a_browser_is_refused_in_words(
    world: World, tmp_path: Path, database_url: str, provider: Provider, url: str
) -> None:
    provider.mode = "oauth2code"

    with pytest.raises(RemoteNeedsBrowser):
        sign(open_remotely(world, tmp_path, database_url, remote(url)))


def test_the_installation_logs_in_by_itself_and_anew(
    world: World, tmp_path: Path, database_url: str, provider: Provider, url: str
) -> None:
    login = {"client": CLIENT, "secret": CLIENT_SECRET, "token_url": f"{url}/csc/v1/token"}
    office = open_remotely(world, tmp_path, database_url, remote(url, **login))
    sign(office)

    provider.token, provider.code = "a new one", CODE  # the service ended the token early
    sign(office)

    assert provider.asked.count("token") == 2
    assert (provider.asked.count("signatures/signHash"), provider.signatures) == (2, 2)


@pytest.mark.parametrize("method", ["credentials/authorize", "signatures/signHash"])
def test_a_token_that_ends_between_two_questions_is_renewed_and_nothing_done_twice(
    world: World, tmp_path: Path, database_url: str, provider: Provider, url: str, method: str
) -> None:
    login = {"client": CLIENT, "secret": CLIENT_SECRET, "token_url": f"{url}/csc/v1/token"}
    office = open_remotely(world, tmp_path, database_url, remote(url, **login))
    provider.ends_before = method

    sign(office)

    assert (provider.asked.count(method), provider.signatures) == (2, 1)
    assert provider.asked.count("token") == 2


@pytest.mark.parametrize("is_own", [True, False])
def test_a_service_that_takes_no_token_is_asked_once_more_at_most(
    world: World, tmp_path: Path, database_url: str, provider: Provider, url: str, is_own: bool
) -> None:
    """A token that the operator gave cannot be renewed; one that never counts is no use."""
    login = {"client": CLIENT, "secret": CLIENT_SECRET, "token_url": f"{url}/csc/v1/token"}
    office = open_remotely(world, tmp_path, database_url, remote(url, **(login if is_own else {})))
    provider.fault = "no token counts"

    with pytest.raises(RemoteRefused):
        sign(office)

    assert provider.asked.count("credentials/info") == (2 if is_own else 1)


def seal_settings(world: World, **more: Any) -> dict[str, Any]:
    seal = {"way": "remote", "remote": NAME, "key": "klíč-1", "secret": PIN}
    return {**seal, "trusted": str(world.trusted), **more}


def test_a_remote_seal_seals_and_waits_while_the_service_is_away(
    world: World, tmp_path: Path, database_url: str, provider: Provider, url: str
) -> None:
    provider.owner, provider.has_code = world.seal(), False
    seals = [seal_settings(world)]
    office = open_remotely(world, tmp_path, database_url, remote(url, "v2"), seals=seals)
    first = sealed(office)
    provider.fault = "500 after signing"
    waiting = sealed(office)

    provider.fault = ""
    with office.context():
        db.session.query(Document).update({"care_due_at": NOW})
        db.session.commit()
    office.work(2)

    assert (first["state"], waiting["state"]) == ("issued", "signed")
    assert office.view(waiting["id"])["state"] == "issued"
    assert verdict(office, content(office, first))[0] == "TOTAL-PASSED"


@pytest.mark.parametrize("fault", ["other certificate", "wrong signature", "pin"])
def test_a_remote_seal_of_somebody_else_seals_nothing(
    world: World, tmp_path: Path, database_url: str, provider: Provider, url: str, fault: str
) -> None:
    with open_world(tmp_path / "elsewhere", NOW) as elsewhere:
        provider.other = elsewhere.seal("Cizí pečeť")
    provider.owner, provider.has_code, provider.fault = world.seal(), False, fault
    provider.pin = "9999" if fault == "pin" else PIN
    seals = [seal_settings(world)]
    office = open_remotely(world, tmp_path, database_url, remote(url), seals=seals)

    for _ in range(3):
        assert sealed(office)["state"] == "signed"

    asked = provider.asked.count("credentials/authorize")
    # Another certificate is seen before anything is opened; a refused PIN is not sent again.
    assert asked == {"other certificate": 0, "pin": 1}.get(fault, max(asked, 1))


def test_methods_and_keys_are_listed(provider: Provider, url: str, socket_enabled: None) -> None:
    host = url.removeprefix("http://")
    service = CscService(
        NAME, f"{url}/csc/v1", "v1", Login(token="nosic"), Outside([host], Limits(whole=2))
    )

    assert "signatures/signHash" in service.methods()
    assert service.credentials() == ["klíč-1"]


def test_secrets_show_nowhere() -> None:
    place = AtRemote("a", "b", Secrets("heslo-1", "heslo-2"))

    assert "heslo" not in repr(place) + repr(Login(token="heslo", secret="heslo"))
