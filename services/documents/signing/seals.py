"""The organisation's seal with keys that the operator gives: PKCS#12 files, tokens, HSMs.

The key that seals is the first of the organisation's own in the list whose certificate holds and
whose day has come. A new one is put in front of the old one, which may be retired on the same day;
what was sealed before stays valid.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Protocol
from uuid import UUID

from asn1crypto import x509

from services.documents.domain.ways import (
    AuthorityNotAccepted,
    PinLastTry,
    PinWrong,
    TokenAway,
    TokenWithoutKey,
)
from services.documents.signing.certificates import facts_of
from services.documents.signing.cms import Identity, RawKey, SealClaim, seal_detached
from services.documents.signing.pades import append_signature
from services.documents.signing.port import (
    CertificateFacts,
    Holds,
    SignatureTask,
    SigningUnavailable,
    TimeStamper,
)
from services.documents.signing.ways.chains import chain_above
from services.documents.signing.ways.tokens import Tokens
from shared.clock import PRAGUE
from shared.errors import DomainError

log = logging.getLogger(__name__)


class SealKey(Protocol):
    """One key with which organisations seal."""

    @property
    def way(self) -> str:
        """Where the key is, see ``domain.ways``."""
        ...

    @property
    def seen(self) -> bytes:
        """The certificate as far as this process has seen it, DER; else empty."""
        ...

    def certificate(self) -> bytes:
        """Return the certificate, DER; asked of the token only when it was not seen yet.

        Raises:
            SigningUnavailable: it was not seen yet, and the token is away.
        """
        ...

    def open(self) -> AbstractContextManager[tuple[RawKey, bytes, Sequence[x509.Certificate]]]:
        """Open the key for one act; with its certificate (DER) and others that lie beside it.

        Raises:
            SigningUnavailable: it cannot be reached now.
        """
        ...


@dataclass(frozen=True)
class KeptSealKey:
    """A key in memory, from a PKCS#12 file that was opened at start."""

    key: RawKey
    der: bytes
    others: tuple[x509.Certificate, ...]
    way: str = "pkcs12"

    @property
    def seen(self) -> bytes:
        """The certificate, DER."""
        return self.der

    def certificate(self) -> bytes:
        """Return the certificate, DER."""
        return self.der

    @contextmanager
    def open(self) -> Iterator[tuple[RawKey, bytes, Sequence[x509.Certificate]]]:
        """Give the key."""
        yield self.key, self.der, self.others


Opened = tuple[RawKey, x509.Certificate, Sequence[x509.Certificate]]
"""A key that is open, its certificate, and others that lie beside it."""


@dataclass
class SealKeyElsewhere(ABC):
    """A key that is opened for each act, where it is, with the secret of the settings.

    A secret that was refused once is not tried again before the next start: nobody is there who
    could type another, and the tries are few.
    """

    wrong: ClassVar[type[DomainError]]
    """What is raised where the secret is another one."""
    seen: bytes = field(default=b"", init=False)
    _is_refused: bool = field(default=False, init=False)

    @property
    @abstractmethod
    def place(self) -> str:
        """Where the key is, in words that begin a sentence."""

    @abstractmethod
    def reach(self) -> AbstractContextManager[Opened]:
        """Open the key where it is."""

    @abstractmethod
    def words(self, error: DomainError) -> str | None:
        """Return what an error of the place means; ``None`` for one that is not of the place."""

    def certificate(self) -> bytes:
        """Return the certificate, DER."""
        if not self.seen:
            with self.open():
                log.info("the certificate of a seal was seen")
        return self.seen

    @contextmanager
    def open(self) -> Iterator[tuple[RawKey, bytes, Sequence[x509.Certificate]]]:
        """Give the key."""
        if self._is_refused:
            raise SigningUnavailable(f"{self.place} refused the PIN; put it right and start anew.")
        try:
            with self.reach() as (key, certificate, others):
                self.seen = certificate.dump()
                yield key, self.seen, others
        except DomainError as error:
            words = self.words(error)
            if words is None:
                raise
            if isinstance(error, self.wrong):
                self._is_refused = True
                log.warning("the PIN of the seal was refused", extra={"place": self.place})
            raise SigningUnavailable(f"{self.place} {words}.") from error


@dataclass
class TokenSealKey(SealKeyElsewhere):
    """A key on a token or in an HSM, held by the token's session."""

    tokens: Tokens
    token: str
    label: str
    pin: str = field(repr=False)
    way: str = field(default="token", init=False)
    wrong: ClassVar[type[DomainError]] = PinWrong

    @property
    def place(self) -> str:
        """The token."""
        return f"The token {self.token}"

    @contextmanager
    def reach(self) -> Iterator[Opened]:
        """Open the key on the token."""
        with self.tokens.open(self.token, self.label, self.pin) as key:
            yield key, key.certificate, key.others

    def words(self, error: DomainError) -> str | None:
        """Return what became of the token."""
        return {
            PinWrong: "refused the PIN",
            PinLastTry: "has no tries left",
            TokenAway: "is not there",
            TokenWithoutKey: f"holds no key {self.label} with its certificate",
        }.get(type(error))


@dataclass(frozen=True)
class SealSource:
    """A key with what the settings say of it."""

    key: SealKey
    trusted: tuple[x509.Certificate, ...]
    """Authorities above it, roots included."""
    organisation_id: UUID | None = None
    """``None``: of the only organisation of the installation."""
    since: date | None = None
    retired: date | None = None
    """First day on which it seals no more."""

    def seals_on(self, day: date) -> bool:
        """Tell whether its day has come and that of the next one has not (Prague)."""
        return (self.since is None or self.since <= day) and not (
            self.retired is not None and self.retired <= day
        )

    @property
    def roots(self) -> list[x509.Certificate]:
        """The roots among the authorities."""
        return [one for one in self.trusted if one.self_signed in ("yes", "maybe")]

    def chain(
        self, der: bytes, others: Sequence[x509.Certificate], at: datetime
    ) -> tuple[bytes, ...]:
        """Return the authorities above the certificate, the root last, DER.

        Raises:
            SigningUnavailable: no way leads to a root, or the certificate does not hold.
        """
        between = [*others, *self.trusted]
        try:
            found = chain_above(x509.Certificate.load(der), self.roots, at, between)
        except AuthorityNotAccepted as error:
            raise SigningUnavailable(
                "No way leads from the seal's certificate to an authority of the settings."
            ) from error
        return tuple(one.dump() for one in found)


class OrganisationSeals:
    """Seals with the keys of the settings, each document with its own organisation's."""

    def __init__(
        self,
        sources: Sequence[SealSource],
        stamper: TimeStamper,
        *,
        is_alone: Callable[[UUID], bool],
        holds: Holds,
        now: Callable[[], datetime],
    ) -> None:
        """Remember the keys.

        Args:
            is_alone: Whether an organisation is the only one; only then a seal of which the
                settings do not say whose it is may be its own.
            holds: Asked before each seal.
            now: The process clock.
        """
        self.sources, self._stamper = tuple(sources), stamper
        self._is_alone, self._holds, self._now = is_alone, holds, now
        self._chains: dict[bytes, tuple[bytes, ...]] = {}

    def seal(self, organisation_id: UUID, _organisation: str, task: SignatureTask) -> bytes:
        """Return the file with the seal and its time stamp appended (PAdES B-T)."""
        with self._opened(organisation_id, task.at) as identity:
            return append_signature(task, identity, is_last=True, time_stamper=self._stamper)

    def seal_data(
        self, organisation_id: UUID, _organisation: str, data: bytes, claim: SealClaim
    ) -> bytes:
        """Return a detached seal over any bytes with its time stamp (CAdES B-T), DER."""
        with self._opened(organisation_id, claim.at) as identity:
            return seal_detached(identity, data, claim, self._stamper)

    def facts(self, organisation_id: UUID, _organisation: str) -> CertificateFacts:
        """Return what people see of the certificate that seals now."""
        return facts_of(self.chosen(organisation_id, self._now()).key.certificate())

    def present(self, organisation_id: UUID, _organisation: str) -> tuple[bytes, str]:
        """Return the certificate that seals now (DER) and where its key is."""
        key = self.chosen(organisation_id, self._now()).key
        return key.certificate(), key.way

    def chosen(self, organisation_id: UUID, at: datetime) -> SealSource:
        """Return the key that seals for an organisation at an instant (aware UTC).

        Raises:
            SigningUnavailable: there is none, or its token was not seen yet and is away.
        """
        for source in self._of(organisation_id):
            facts = facts_of(source.key.certificate())
            if facts.valid_from <= at <= facts.valid_to:
                return source
        raise SigningUnavailable("The organisation has no seal whose certificate holds now.")

    def _of(self, organisation_id: UUID) -> Iterator[SealSource]:
        today = self._now().astimezone(PRAGUE).date()
        for source in self.sources:
            is_due = source.seals_on(today)
            is_own = source.organisation_id == organisation_id
            is_anybodys = source.organisation_id is None
            if is_due and (is_own or (is_anybodys and self._is_alone(organisation_id))):
                yield source

    @contextmanager
    def _opened(self, organisation_id: UUID, at: datetime) -> Iterator[Identity]:
        source = self.chosen(organisation_id, at)
        with source.key.open() as (key, der, others):
            if der not in self._chains:
                self._chains[der] = source.chain(der, others, at)
            self._holds(der, self._chains[der], at)
            yield Identity(key, der, self._chains[der])
