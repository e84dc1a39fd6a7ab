"""Ports of signing. The development PKI is one implementation; tokens and services follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.documents.domain.stamp_faults import Fault
from services.documents.signing.cms import RawKey, SealClaim


class SigningUnavailable(Exception):
    """The seal or the time stamp cannot be had now; trying later may help."""


class KeyAway(SigningUnavailable):
    """The key cannot be reached any more: its token was taken away, or its service is silent."""


class SealRevoked(SigningUnavailable):
    """The certificate of the seal is revoked: nothing is sealed before there is another."""


class SealUnsure(SigningUnavailable):
    """Nobody tells now whether the certificate of the seal holds."""


class AuthorityFailed(Exception):
    """A time stamp authority gave no answer, or one that cannot be believed.

    The fault says why, to people too; the text is for the log.
    """

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


class BadFile(Exception):
    """The file cannot be signed: it is damaged or lacks the field."""


@dataclass(frozen=True)
class Holder:
    """The person to whom a certificate is issued."""

    person_id: UUID
    name: str
    organisation: str


@dataclass(frozen=True)
class PersonKey:
    """A person's key at rest: useless without the person's own secret."""

    certificate: bytes
    """X.509, DER."""
    locked: bytes
    """The private key (PKCS #8) encrypted under the secret."""


@dataclass(frozen=True)
class CertificateFacts:
    """What people see of a certificate."""

    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class SignatureTask:
    """One signature to be put into one reserved field."""

    pdf: bytes
    field: str
    at: datetime
    """Claimed time of signing (aware UTC)."""
    stamp: bytes
    """One-page PDF that the field will show."""
    is_first: bool
    """The first signature of a file certifies it."""
    digest: str = "sha256"
    """Hash function to sign with; the policy of the settings knows which one lasts."""


class OpenKey(Protocol):
    """A person's key, unlocked for the length of one act."""

    def sign(self, task: SignatureTask) -> bytes:
        """Return the file with the signature and its time stamp appended (PAdES B-T).

        Raises:
            BadFile: the file is damaged, or the field is missing or filled.
            SigningUnavailable: the key or the time stamp cannot be had now.
        """
        ...


class PersonSigner(Protocol):
    """Makes and opens people's keys."""

    def enrol(self, holder: Holder, secret: str) -> PersonKey:
        """Make a key with its certificate, locked with the secret."""
        ...

    def open(self, key: PersonKey, secret: str, person_id: UUID) -> OpenKey:
        """Unlock a key.

        Raises:
            WrongSecret: the secret does not open it.
            CertificateExpired: the certificate does not hold today.
        """
        ...

    def around(self, certificate: bytes, key: RawKey) -> OpenKey:
        """Return a key that was made here and is open elsewhere, such as in another process.

        Args:
            certificate: X.509 of the person, DER.
        """
        ...


class Seal(Protocol):
    """The organisation's electronic seal with a qualified or development time stamp."""

    def seal(self, organisation_id: UUID, organisation: str, task: SignatureTask) -> bytes:
        """Return the file with the seal and its time stamp appended (PAdES B-T).

        Raises:
            SigningUnavailable: the time stamp authority or the key store does not answer.
            BadFile: the file is damaged, or the field is missing or filled.
        """
        ...

    def seal_data(
        self, organisation_id: UUID, organisation: str, data: bytes, claim: SealClaim
    ) -> bytes:
        """Return a detached seal over any bytes with its time stamp (CAdES B-T), DER.

        Raises:
            SigningUnavailable: the time stamp authority or the key store does not answer.
        """
        ...

    def facts(self, organisation_id: UUID, organisation: str) -> CertificateFacts:
        """Return what people see of the seal's certificate."""
        ...

    def present(self, organisation_id: UUID, organisation: str) -> tuple[bytes, str]:
        """Return the certificate that seals now (DER) and where its key is, see ``domain.ways``.

        Raises:
            SigningUnavailable: there is none, or it was not seen yet and its token is away.
        """
        ...


Holds = Callable[[bytes, Sequence[bytes], datetime], None]
"""Refuses a seal's certificate (DER, with those above it) by :class:`SealRevoked` and
:class:`SealUnsure`; the instant is that of the process clock."""


class TimeStamper(Protocol):
    """Whatever gets time stamps: checked tokens of some authority."""

    @property
    def room(self) -> int:
        """Octets to keep free for a token; a longer one only costs a second attempt."""
        ...

    def stamp(self, digest: bytes, algorithm: str, at: datetime) -> bytes:
        """Return a time-stamp token (RFC 3161, DER) of a digest.

        Args:
            algorithm: ``sha256``, ``sha384`` or ``sha512``.
            at: The process clock; the token must not be far from it.

        Raises:
            SigningUnavailable: no authority gave a token that can be believed.
        """
        ...


class TimeStampAuthority(Protocol):
    """One authority: moves a request there and the answer back, and judges nothing."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def ask(self, request: bytes, at: datetime) -> bytes:
        """Answer a request (RFC 3161, DER) with a response (DER).

        Args:
            at: The process clock; an authority outside uses its own and ignores it.

        Raises:
            AuthorityFailed: it does not answer, or not as the protocol wants.
        """
        ...
