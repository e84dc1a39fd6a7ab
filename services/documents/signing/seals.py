"""The organisation's seal with keys that the operator gives: PKCS#12 files, tokens, HSMs.

The key that seals is the first of the organisation's own in the list whose certificate holds and
whose day has come. A new one is put in front of the old one; what was sealed before stays valid.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
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


@dataclass
class TokenSealKey:
    """A key on a token or in an HSM, opened for each act with the PIN of the settings.

    A PIN that was refused once is not tried again before the next start: nobody is there who
    could type another, and the tries of a token are few.
    """

    tokens: Tokens
    token: str
    label: str
    pin: str = field(repr=False)
    way: str = "token"
    seen: bytes = b""
    _is_refused: bool = False

    def certificate(self) -> bytes:
        """Return the certificate, DER."""
        if not self.seen:
            with self.open():
                log.info("the seal on a token was found")
        return self.seen

    @contextmanager
    def open(self) -> Iterator[tuple[RawKey, bytes, Sequence[x509.Certificate]]]:
        """Give the key, held by the token's session."""
        if self._is_refused:
            raise SigningUnavailable(
                f"The token {self.token} refused the PIN; put it right and start anew."
            )
        try:
            with self.tokens.open(self.token, self.label, self.pin) as key:
                self.seen = key.certificate.dump()
                yield key, self.seen, key.others
        except PinWrong as error:
            self._is_refused = True
            log.error("the PIN of the seal was refused", extra={"token": self.token})
            raise SigningUnavailable(f"The token {self.token} refused the PIN.") from error
        except PinLastTry as error:
            raise SigningUnavailable(f"The token {self.token} has no tries left.") from error
        except TokenAway as error:
            raise SigningUnavailable(f"The token {self.token} is not there.") from error
        except TokenWithoutKey as error:
            raise SigningUnavailable(
                f"The token {self.token} holds no key {self.label} with its certificate."
            ) from error


@dataclass(frozen=True)
class SealSource:
    """A key with what the settings say of it."""

    key: SealKey
    trusted: tuple[x509.Certificate, ...]
    """Authorities above it, roots included."""
    organisation_id: UUID | None = None
    """``None``: of the only organisation of the installation."""
    since: date | None = None

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
            is_due = source.since is None or source.since <= today
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
