"""The signature itself: CMS signed data in the PAdES profile, written by hand.

Source:
    RFC 5652 (CMS), RFC 5035 (signing-certificate-v2), RFC 6211 (algorithm protection),
    ETSI EN 319 142-1, clause 6 (PAdES baseline: no signing-time attribute, the claimed time
    stands in the PDF).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Protocol

from asn1crypto import core, x509

from services.documents.signing.der import (
    explicit,
    integer,
    object_identifier,
    octets,
    sequence,
    set_of,
)
from services.documents.signing.mechanisms import Mechanism

DATA = object_identifier("1.2.840.113549.1.7.1")
SIGNED_DATA = object_identifier("1.2.840.113549.1.7.2")
CONTENT_TYPE = object_identifier("1.2.840.113549.1.9.3")
SIGNING_TIME = object_identifier("1.2.840.113549.1.9.5")
MESSAGE_DIGEST = object_identifier("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE_V2 = object_identifier("1.2.840.113549.1.9.16.2.47")
TIME_STAMP_TOKEN = object_identifier("1.2.840.113549.1.9.16.2.14")
ALGORITHM_PROTECTION = object_identifier("1.2.840.113549.1.9.52")
VERSION_1, VERSION_3 = integer(1), integer(3)
DIRECTORY_NAME = 4
DEFAULT_DIGEST = "sha256"
LONG_YEARS = 2050
"""From then on the year has four digits."""


class RawKey(Protocol):
    """A private key wherever it lives: in memory, on a token, behind a remote service."""

    @property
    def mechanism(self) -> Mechanism:
        """The algorithm that it signs with."""
        ...

    def hashing(self, digest: str) -> "RawKey":
        """Return the key as one that hashes with another function, such as ``sha384``."""
        ...

    def sign(self, signed: bytes) -> bytes:
        """Return the signature of the octets (the key hashes them itself).

        Raises:
            SigningUnavailable: the key cannot be reached now.
        """
        ...


@dataclass(frozen=True)
class SealClaim:
    """What a detached seal states of itself."""

    at: datetime
    """Claimed time (aware UTC)."""
    digest: str
    """Hash function, such as ``sha256``."""


class Stamper(Protocol):
    """What a detached seal needs of a time-stamp desk."""

    def stamp(self, digest: bytes, algorithm: str, at: datetime) -> bytes:
        """Return a time-stamp token (RFC 3161, DER) of a digest."""
        ...


@dataclass(frozen=True)
class Identity:
    """A key with its certificates; everything that does not change is encoded once."""

    key: RawKey
    certificate: bytes
    """X.509 of the signer, DER."""
    chain: tuple[bytes, ...]
    """The authorities above, the issuer first, DER."""
    content_type: bytes = DATA
    """Object identifier (DER) of what is signed; time stamps sign their own kind."""
    claimed_at: datetime | None = None
    """Claimed time among the attributes: CAdES wants it, PAdES forbids it."""

    def hashing(self, digest: str) -> "Identity":
        """Return the identity as one that signs with a hash function such as ``sha384``."""
        if digest == self.key.mechanism.digest.name:
            return self
        return replace(self, key=self.key.hashing(digest))

    def container(self, digest: bytes, token: bytes | None = None) -> bytes:
        """Sign a digest of content that lies elsewhere; return the CMS, DER.

        Args:
            digest: Hash of the signed bytes by the mechanism's own function.
            token: A time-stamp token (DER) of the signature, made before; see :meth:`signature`.
        """
        return self.assemble(digest, self.signature(digest), token)

    def signature(self, digest: bytes) -> bytes:
        """Return the raw signature of the attributes that name the digest."""
        return self.key.sign(set_of(*self._attributes(digest)))

    def enclose(self, content: bytes) -> bytes:
        """Sign content and return the CMS that carries it, DER."""
        digest = hashlib.new(self.key.mechanism.digest.name, content).digest()
        enclosed = explicit(0, octets(content))
        return self.assemble(digest, self.signature(digest), enclosed=enclosed)

    def assemble(
        self, digest: bytes, signature: bytes, token: bytes | None = None, *, enclosed: bytes = b""
    ) -> bytes:
        """Return the CMS around a signature, with its time stamp if there is one."""
        parts = [VERSION_1, self._signer, self._hashing, self._signed(digest)]
        parts += [self.key.mechanism.algorithm, octets(signature)]
        if token is not None:
            parts.append(explicit(1, sequence(TIME_STAMP_TOKEN, set_of(token))))
        signed_data = sequence(
            VERSION_1 if self.content_type == DATA else VERSION_3,
            set_of(self._hashing),
            sequence(self.content_type, enclosed),
            self._certificates,
            set_of(sequence(*parts)),
        )
        return sequence(SIGNED_DATA, explicit(0, signed_data))

    @cached_property
    def length_without_token(self) -> int:
        """Octets of the longest CMS that this key can make, time stamp apart."""
        nothing = bytes(self.key.mechanism.digest.function().digest_size)
        return len(self.assemble(nothing, bytes(self.key.mechanism.longest)))

    @cached_property
    def _signer(self) -> bytes:
        return sequence(self._parsed.issuer.dump(), integer(self._parsed.serial_number))

    @cached_property
    def _parsed(self) -> x509.Certificate:
        return x509.Certificate.load(self.certificate)

    @cached_property
    def _hashing(self) -> bytes:
        return self.key.mechanism.digest.algorithm

    @cached_property
    def _certificates(self) -> bytes:
        return set_of(self.certificate, *self.chain, tag=0xA0)

    @cached_property
    def _constant_attributes(self) -> Sequence[bytes]:
        """Attributes that do not depend on what is signed."""
        algorithm = self.key.mechanism.algorithm
        # [1] IMPLICIT: the tag of the sequence is replaced, its content stays.
        protection = sequence(self._hashing, b"\xa1" + algorithm[1:])
        return (
            _attribute(CONTENT_TYPE, self.content_type),
            _attribute(SIGNING_CERTIFICATE_V2, self._signing_certificate()),
            _attribute(ALGORITHM_PROTECTION, protection),
        )

    def _signing_certificate(self) -> bytes:
        """Name the certificate by its hash, issuer and serial.

        The function is that of the signature; SHA-256 is the default and left out in DER.
        """
        issuer = sequence(explicit(DIRECTORY_NAME, self._parsed.issuer.dump()))
        place = sequence(issuer, integer(self._parsed.serial_number))
        name = self.key.mechanism.digest.name
        function = b"" if name == DEFAULT_DIGEST else self._hashing
        named = octets(hashlib.new(name, self.certificate).digest())
        return sequence(sequence(sequence(function, named, place)))

    def _attributes(self, digest: bytes) -> list[bytes]:
        found = [*self._constant_attributes, _attribute(MESSAGE_DIGEST, octets(digest))]
        if self.claimed_at is not None:
            found.append(_attribute(SIGNING_TIME, _moment(self.claimed_at)))
        return found

    def _signed(self, digest: bytes) -> bytes:
        return set_of(*self._attributes(digest), tag=0xA0)


def seal_detached(
    identity: Identity, content: bytes, claim: SealClaim, stamper: "Stamper"
) -> bytes:
    """Sign content that lies elsewhere, with the time and its stamp; return the CMS, DER.

    Raises:
        SigningUnavailable: the key or the time stamp cannot be had.

    Source:
        ETSI EN 319 122-1, clause 6 (CAdES baseline B-T).
    """
    named = replace(identity.hashing(claim.digest), claimed_at=claim.at)
    hashing = named.key.mechanism.digest
    digest = hashlib.new(hashing.name, content).digest()
    signature = named.signature(digest)
    imprint = hashlib.new(hashing.name, signature).digest()
    return named.assemble(digest, signature, stamper.stamp(imprint, hashing.name, claim.at))


def _moment(at: datetime) -> bytes:
    """Return an instant as CMS wants it: two digits of the year until 2049 (RFC 5652, 11.3)."""
    kind = core.UTCTime if at.year < LONG_YEARS else core.GeneralizedTime
    return bytes(kind(at.astimezone(UTC).replace(microsecond=0)).dump())


def _attribute(kind: bytes, value: bytes) -> bytes:
    return sequence(kind, set_of(value))
