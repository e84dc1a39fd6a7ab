"""A person's own PKCS#12 store: kept under another secret, or used for one act only."""

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PBES,
    PKCS12Certificate,
    serialize_java_truststore,
)
from werkzeug.test import TestResponse

from shared.actors import Actor

from .authorities import PASSWORD, Authority, Key, Owner, make_authority, new_key
from .offices import CONTROLLER, DIRECTOR, SECRET, Office, open_office, record
from .test_sign_elsewhere import verdicts
from .test_signing_keys import long_signed_in


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def office(tmp_path: Path, database_url: str, authority: Authority) -> Office:
    anchors = authority.anchors(tmp_path / "anchors")
    office = open_office(tmp_path / "var", database_url, accepted_authorities=anchors)
    office.clock.move_to(datetime.now(UTC))
    return office


@pytest.fixture
def owner(authority: Authority) -> Owner:
    return authority.issue(DIRECTOR.name)


def keep(
    office: Office, content: bytes, actor: Actor = DIRECTOR, password: str = PASSWORD
) -> TestResponse:
    data = {"store": (io.BytesIO(content), "podpis.p12"), "store_password": password}
    secrets = {"signing_secret": SECRET, "repeated": SECRET}
    return office.browser(actor).post("/my-certificates/store", data={**data, **secrets})


def use_once(
    office: Office,
    document: dict[str, Any],
    content: bytes,
    actor: Actor = DIRECTOR,
    password: str = PASSWORD,
) -> TestResponse:
    shown = {"shown": document["sha256"], "store_password": password}
    data = {"store": (io.BytesIO(content), "podpis.p12"), **shown}
    return office.browser(actor).post(f"/{document['id']}/sign-with-file", data=data)


def encryption(algorithm: PBES, digest: SHA1 | SHA256) -> KeySerializationEncryption:
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000)
    return builder.key_cert_algorithm(algorithm).hmac_hash(digest).build(PASSWORD.encode())


MODERN = encryption(PBES.PBESv2SHA256AndAES256CBC, SHA256())
TRIPLE_DES = encryption(PBES.PBESv1SHA1And3KeyTripleDESCBC, SHA1())  # noqa: S303 - what old programs write


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 3072), ec.generate_private_key(ec.SECP384R1()), new_key()],
    ids=["RSA-3072", "P-384", "P-256"],
)
@pytest.mark.parametrize("locked", [MODERN, TRIPLE_DES], ids=["AES", "3DES"])
def test_a_kept_store_signs_with_the_new_secret(
    office: Office, authority: Authority, key: Key, locked: KeySerializationEncryption
) -> None:
    owner = authority.issue(DIRECTOR.name, key=key)
    document = office.put(record(DIRECTOR))

    kept = keep(office, owner.pkcs12(encryption=locked))
    signed = office.sign(document["id"], DIRECTOR)
    office.work(2)

    assert kept.status_code == 303, kept.text
    assert signed.status_code == 201, signed.json
    sealed = office.api("GET", f"/documents/{document['id']}/file.pdf", DIRECTOR).data
    assert verdicts(office, authority, sealed) == [True, True]


def test_a_store_of_an_old_program_opens(office: Office, owner: Owner, tmp_path: Path) -> None:
    """RC2 for the certificates, as Windows exported for twenty years."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    pem = owner.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for certificate in (owner.certificate, *owner.chain):
        pem += certificate.public_bytes(Encoding.PEM)
    (tmp_path / "all.pem").write_bytes(pem)
    command = ["openssl", "pkcs12", "-export", "-legacy", "-in", str(tmp_path / "all.pem")]
    done = subprocess.run(
        [*command, "-passout", f"pass:{PASSWORD}"], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("this openssl lacks the old algorithms")

    assert keep(office, done.stdout).status_code == 303


def test_a_store_is_used_once_and_leaves_nothing(office: Office, owner: Owner) -> None:
    document = office.put(record(DIRECTOR))

    reply = use_once(office, document, owner.pkcs12())

    assert (reply.status_code, reply.location) == (303, f"/{document['id']}")
    assert office.view(document["id"])["state"] == "signed"
    assert office.api("GET", "/signing-key", DIRECTOR).status_code == 409
    plain = owner.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    stored = str(office.stored())
    assert plain.hex() not in stored
    assert PASSWORD not in stored


def test_the_password_of_a_kept_store_is_nowhere(office: Office, owner: Owner) -> None:
    content = owner.pkcs12()
    keep(office, content)

    stored = str(office.stored())

    assert PASSWORD not in stored
    assert str(content) not in stored
    document = office.put(record(DIRECTOR))
    assert office.sign(document["id"], DIRECTOR, PASSWORD).status_code == 403


@pytest.mark.parametrize(
    ("content", "password", "words"),
    [
        (None, "jiné heslo", "heslo nesouhlasí"),
        (None, "", "heslo nesouhlasí"),
        (b"no store at all", PASSWORD, "není soubor PKCS#12"),
        (b"0" * 100_000, PASSWORD, "není soubor PKCS#12"),
    ],
    ids=["wrong password", "no password", "no store", "too long"],
)
def test_a_store_that_does_not_open_changes_nothing(
    office: Office, owner: Owner, content: bytes | None, password: str, words: str
) -> None:
    document = office.put(record(DIRECTOR))
    before = office.stored()
    given = owner.pkcs12() if content is None else content

    for reply in (
        keep(office, given, password=password),
        use_once(office, document, given, password=password),
    ):
        assert reply.status_code == 422
        assert words in reply.text
    assert office.stored() == before


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [
        ("Cizí Osoba", {}, 403),
        (DIRECTOR.name, {"ends": timedelta(days=-1)}, 422),
        (DIRECTOR.name, {"key": rsa.generate_private_key(65537, 1024)}, 422),  # noqa: S505
    ],
    ids=["another name", "expired", "short key"],
)
def test_a_store_that_does_not_do_is_refused(
    office: Office, authority: Authority, name: str, given: dict[str, Any], status: int
) -> None:
    document = office.put(record(DIRECTOR))
    content = authority.issue(name, **given).pkcs12()
    before = office.stored()

    assert keep(office, content).status_code == status
    assert use_once(office, document, content).status_code == status
    assert office.stored() == before


def test_a_store_without_a_key_is_refused(office: Office, owner: Owner) -> None:
    chain = [PKCS12Certificate(owner.certificate, b"podpis")]
    content = serialize_java_truststore(chain, MODERN)

    reply = keep(office, content)

    assert reply.status_code == 422
    assert "není soukromý klíč" in reply.text


def test_a_session_alone_keeps_no_store(office: Office, owner: Owner) -> None:
    document = office.put(record(DIRECTOR))
    before = office.stored()

    kept = keep(office, owner.pkcs12(), long_signed_in(DIRECTOR))
    used = use_once(office, document, owner.pkcs12(), long_signed_in(DIRECTOR))

    assert kept.location.endswith("&again=1")
    assert used.status_code == 403
    assert office.stored() == before


def test_a_colleague_cannot_use_the_store(office: Office, owner: Owner) -> None:
    document = office.put(record(CONTROLLER))
    keep(office, owner.pkcs12())

    reply = use_once(office, document, owner.pkcs12(), CONTROLLER)

    assert reply.status_code == 403
    assert "patří ve vaší organizaci někomu jinému" in reply.text


def test_a_withdrawn_certificate_takes_its_key_along(office: Office, owner: Owner) -> None:
    keep(office, owner.pkcs12())
    browser = office.browser(DIRECTOR)
    page = browser.get("/my-certificates").text
    address = page[page.index("/my-certificates/") :]
    address = next(part for part in address.split('"') if part.endswith("/end"))

    assert browser.post(address).status_code == 303

    document = office.put(record(DIRECTOR))
    assert office.sign(document["id"], DIRECTOR).json["type"].endswith("no-signing-key")


def test_a_kept_key_ends_with_its_certificate(office: Office, authority: Authority) -> None:
    owner = authority.issue(DIRECTOR.name, ends=timedelta(days=2))
    keep(office, owner.pkcs12())
    document = office.put(record(DIRECTOR))
    office.clock.move_to(datetime.now(UTC) + timedelta(days=3))

    reply = office.sign(document["id"], DIRECTOR)

    assert (reply.status_code, reply.json["type"].rpartition(":")[2]) == (
        422,
        "certificate-out-of-time",
    )
