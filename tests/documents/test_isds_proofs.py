"""Proofs from ISDS: files whose seal holds, and which must not be believed all the same."""

import base64
import hashlib
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.documents.certification import Paths, load_certificates
from services.documents.delivery.proofs import (
    BadProof,
    read_delivery_proof,
    read_sent_proof,
)
from services.documents.delivery.sealing import SealTrust
from services.documents.domain.proof_faults import ProofFault as F
from services.documents.domain.seal_holders import Pin
from services.isds_simulator.seal.authority import SEAL_NAME, Authority, open_authority
from services.isds_simulator.seal.certificates import elliptic_key, issue
from services.isds_simulator.seal.cms import sign
from services.isds_simulator.seal.timestamp import time_stamp

pytestmark = pytest.mark.one_database

AT = datetime(2026, 4, 1, 10, tzinfo=UTC)
PDF = b"%PDF-1.7 obsah"
V20 = "http://isds.czechpoint.cz/v20"


@dataclass(frozen=True)
class World:
    """An ISDS that seals whatever a test wants, and a stranger who does the same."""

    isds: Authority
    stranger: Authority
    roots: list[x509.Certificate]

    @property
    def trust(self) -> SealTrust:
        """Whose seals are believed: that of this ISDS, under its root."""
        return SealTrust(self.roots, [Pin(name=SEAL_NAME)])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("zfo")
    isds = open_authority(folder / "isds", seal_key_bits=2048)
    stranger = open_authority(folder / "stranger", seal_key_bits=2048)
    path: Path = folder / "root.pem"
    path.write_bytes(isds.root_pem)
    return World(isds, stranger, load_certificates(path))


@dataclass
class Zfo:
    """A sealed file to be made, each part of which can be made wrongly."""

    kind: str = "message"
    number: str = "7001"
    prefix: str = "p"
    files: bytes = PDF
    algorithm: str = "SHA-256"
    hashing: Callable[[bytes], bytes] = lambda raw: hashlib.sha256(raw).digest()
    hash_of: bytes | None = None
    """Another message whose hash the file names."""
    stamp_of: bytes | None = None
    """Another hash that the time stamp is made over."""
    is_stamped: bool = True
    has_hash: bool = True
    stamper: str = "isds"
    sealer: str = "isds"
    constructed: bool = False
    beside: bytes | None = None
    """A file that stands beside the message, where no hash covers it."""
    between: bytes = b""
    """Bytes that get into the message after its hash was taken."""
    root: str = field(default="")

    def raw(self) -> bytes:
        """Return ``dmDm`` as it was hashed."""
        p = self.prefix
        files = f'<{p}:dmFiles><{p}:dmFile dmFileDescr="a.pdf"><{p}:dmEncodedContent>'
        files += base64.b64encode(self.files).decode()
        files += f"</{p}:dmEncodedContent></{p}:dmFile></{p}:dmFiles>"
        inner = f"<{p}:dmID>{self.number}</{p}:dmID><{p}:dbIDRecipient>aydaadk</{p}:dbIDRecipient>"
        return f'<{p}:dmDm xmlns:{p}="{V20}">{inner}{files}</{p}:dmDm>'.encode()

    def make(self, world: World) -> bytes:
        """Return the sealed file."""
        raw = self.raw()
        digest = self.hashing(self.hash_of or raw)
        stamper = getattr(world, self.stamper).stamper
        token = time_stamp(self.stamp_of or digest, stamper, at=AT)
        closing = raw.rindex(b"</")
        shown = raw[:closing] + self.between + raw[closing:]
        if self.kind == "delivery":
            files = slice(raw.index(b"<%b:dmFiles" % self.prefix.encode()), closing)
            shown = raw.replace(raw[files], b"")
        inner = shown.decode()
        if self.beside is not None:
            encoded = base64.b64encode(self.beside).decode()
            inner += f'<p:dmFile xmlns:p="{V20}"><p:dmEncodedContent>{encoded}'
            inner += "</p:dmEncodedContent></p:dmFile>"
        if self.has_hash:
            encoded = base64.b64encode(digest).decode()
            inner += f'<q:dmHash algorithm="{self.algorithm}">{encoded}</q:dmHash>'
        if self.is_stamped:
            inner += f"<q:dmQTimestamp>{base64.b64encode(token).decode()}</q:dmQTimestamp>"
        inner += "<q:dmMessageStatus>6</q:dmMessageStatus>"
        name, place = ("MessageDownloadResponse", "SentMessage")
        if self.kind == "delivery":
            name, place = ("GetDeliveryInfoResponse", "delivery")
        name = self.root or name
        content = f'<q:{name} xmlns:q="{V20}/{place}"><q:x>{inner}</q:x></q:{name}>'.encode()
        seal = getattr(world, self.sealer).seal
        return sign(content, seal, at=AT, constructed=self.constructed)


@pytest.mark.parametrize(
    "zfo",
    [
        pytest.param(Zfo(), id="as it comes"),
        pytest.param(Zfo(constructed=True), id="content in pieces"),
        pytest.param(Zfo(prefix="ns2"), id="another prefix"),
        pytest.param(Zfo(files=b"\x00" * 100_000), id="long"),
    ],
)
def test_an_honest_message_is_believed(world: World, zfo: Zfo) -> None:
    proof = read_sent_proof(zfo.make(world), trust=world.trust, at=AT)

    assert proof.file_hashes == (hashlib.sha256(zfo.files).hexdigest(),)
    assert proof.info.message_hash == f"sha256:{hashlib.sha256(zfo.raw()).hexdigest()}"
    assert proof.info.stamped_at == AT


@pytest.mark.parametrize(
    ("zfo", "why"),
    [
        pytest.param(Zfo(hash_of=b"x"), F.OTHER_HASH, id="hash of another message"),
        pytest.param(Zfo(between=b"<p:dmToHands>X</p:dmToHands>"), F.OTHER_HASH, id="inserted"),
        pytest.param(Zfo(between=b" "), F.OTHER_HASH, id="one space inserted"),
        pytest.param(Zfo(stamp_of=b"\0" * 32), F.STAMP_OF_OTHER, id="stamp over another hash"),
        pytest.param(Zfo(stamper="stranger"), F.STAMP_NOT_TRUSTED, id="stamp by a stranger"),
        pytest.param(Zfo(sealer="stranger"), F.SEAL_NOT_TRUSTED, id="seal by a stranger"),
        pytest.param(Zfo(is_stamped=False), F.NO_HASH, id="no stamp"),
        pytest.param(Zfo(has_hash=False), F.WEAK_HASH, id="no hash"),
        pytest.param(Zfo(algorithm="SHA-1"), F.WEAK_HASH, id="name of a broken hash"),
        pytest.param(
            Zfo(
                algorithm="SHA-1",
                hashing=lambda raw: hashlib.sha1(raw, usedforsecurity=False).digest(),
            ),
            F.WEAK_HASH,
            id="a broken hash",
        ),
        pytest.param(Zfo(algorithm="SHA-512"), F.WEAK_HASH, id="wrong length of hash"),
        pytest.param(Zfo(algorithm="SHA3-256"), F.STAMP_OF_OTHER, id="other hash of equal length"),
        pytest.param(Zfo(between=b"<p:dmDm/>"), F.NOT_ONE_MESSAGE, id="a message in the message"),
        pytest.param(Zfo(between=b"<!--<p:dmDm>-->"), F.AMBIGUOUS_BYTES, id="one in a comment"),
        pytest.param(Zfo(root="MessageDownload"), F.NO_SENT_MESSAGE, id="another document"),
        pytest.param(Zfo(kind="delivery"), F.NO_SENT_MESSAGE, id="a delivery info"),
    ],
)
def test_a_message_in_which_something_does_not_hold_is_refused(
    world: World, zfo: Zfo, why: F
) -> None:
    with pytest.raises(BadProof, match=why):
        read_sent_proof(zfo.make(world), trust=world.trust, at=AT)


@pytest.mark.parametrize(
    ("zfo", "why"),
    [
        (Zfo(kind="delivery", stamper="stranger"), F.STAMP_NOT_TRUSTED),
        (Zfo(kind="delivery", sealer="stranger"), F.SEAL_NOT_TRUSTED),
        (Zfo(kind="delivery", stamp_of=b"\0" * 32), F.STAMP_OF_OTHER),
        (Zfo(), F.NO_DELIVERY_INFO),
    ],
)
def test_a_delivery_info_in_which_something_does_not_hold_is_refused(
    world: World, zfo: Zfo, why: F
) -> None:
    with pytest.raises(BadProof, match=why):
        read_delivery_proof(zfo.make(world), trust=world.trust, at=AT)


def test_a_seal_whose_certificate_is_over_is_not_believed_today(world: World) -> None:
    with pytest.raises(BadProof, match=r"^seal_(not_trusted|unchecked)$"):
        read_sent_proof(Zfo().make(world), trust=world.trust, at=AT + timedelta(days=40 * 365))


def test_a_file_beside_the_hashed_message_is_no_attachment(world: World) -> None:
    zfo = Zfo(files=b"theirs", beside=PDF)

    proof = read_sent_proof(zfo.make(world), trust=world.trust, at=AT)

    assert proof.file_hashes == (hashlib.sha256(b"theirs").hexdigest(),)


@pytest.mark.parametrize("kind", ["message", "delivery"])
@pytest.mark.parametrize(
    ("who", "purpose"),
    [
        ("Jan Novák", ExtendedKeyUsageOID.CLIENT_AUTH),
        ("ws1.datovka.gov.cz", ExtendedKeyUsageOID.SERVER_AUTH),
        (SEAL_NAME, ExtendedKeyUsageOID.SERVER_AUTH),
        (SEAL_NAME, ExtendedKeyUsageOID.TIME_STAMPING),
    ],
)
def test_another_certificate_of_the_same_authority_seals_nothing(
    world: World, kind: str, who: str, purpose: ObjectIdentifier
) -> None:
    other = issue(world.isds.issuer, elliptic_key(), who, purposes=[purpose])
    forger = replace(world, stranger=replace(world.stranger, seal=other))
    zfo = Zfo(kind=kind, sealer="stranger").make(forger)
    read = read_sent_proof if kind == "message" else read_delivery_proof

    with pytest.raises(BadProof, match=re.escape(f"{F.SEAL_OF_OTHER}: {who}")):
        read(zfo, trust=world.trust, at=AT)


def test_no_flipped_byte_changes_what_is_believed(world: World) -> None:
    zfo = Zfo().make(world)
    honest = read_sent_proof(zfo, trust=world.trust, at=AT)
    chance = random.Random(20260401)
    refused = 0
    for _ in range(300):
        flipped = bytearray(zfo)
        flipped[chance.randrange(len(zfo))] ^= 1 << chance.randrange(8)
        try:
            found = read_sent_proof(bytes(flipped), trust=world.trust, at=AT)
        except BadProof:
            refused += 1
        else:
            assert found == honest
    assert refused > 250


def test_a_way_to_a_root_that_is_known_holds_no_longer_than_its_certificates(world: World) -> None:
    message, trust = Zfo().make(world), world.trust
    before, after = datetime(2009, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)

    for at in (AT, before, AT, after, AT):
        if at == AT:
            assert read_sent_proof(message, trust=trust, at=at).info.stamped_at == AT
            continue
        with pytest.raises(BadProof, match=F.SEAL_NOT_TRUSTED):
            read_sent_proof(message, trust=trust, at=at)


def test_a_known_way_to_a_root_is_not_looked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for = []
    find = Paths._find

    def count(self: Paths, certificate: x509.Certificate, *more: Any) -> list[x509.Certificate]:
        looked_for.append(certificate.sha256)
        return find(self, certificate, *more)

    monkeypatch.setattr(Paths, "_find", count)
    trust = world.trust
    for number in ("7001", "7002", "7003"):
        read_sent_proof(Zfo(number=number).make(world), trust=trust, at=AT)
        read_delivery_proof(Zfo(kind="delivery", number=number).make(world), trust=trust, at=AT)

    # That of the seal and that of the time stamps.
    assert len(looked_for) == len(set(looked_for)) == 2
