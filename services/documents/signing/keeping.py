"""Keeping files provable: the next level, then a newer time stamp before the last one ends."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import x509

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.care import (
    B_LT,
    B_LTA,
    RENEWED,
    TIME_STAMP,
    VALIDATION_INFO,
)
from services.documents.signing.levels import (
    Signed,
    add_evidence,
    add_stamp,
    ends_at,
    gather,
    read_signed,
)
from services.documents.signing.port import BadFile, SigningUnavailable, TimeStamper
from services.documents.signing.revocation_lists import RevocationLists
from services.documents.signing.verdicts import Judge

ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)


class NotProved(Exception):
    """A validator of the standard does not accept the file; the text names the fields."""


@dataclass(frozen=True)
class Kept:
    """A file at a higher level, or with a newer time stamp."""

    pdf: bytes
    level: str
    reason: str
    good_until: datetime | None = None
    """When the newest time stamp stops proving anything."""
    algorithms: tuple[str, ...] = ()
    """What the newest time stamp rests on, such as ``sha256`` and ``ec-256``."""
    waits_for: str = ""
    """Why the file did not get further; empty when nothing is left to do."""


@dataclass(frozen=True)
class Keeper:
    """Adds what a file needs; each result was judged before anybody sees it."""

    stamper: TimeStamper
    lists: RevocationLists
    judge: Judge
    policy: AlgorithmPolicy
    known: tuple[x509.Certificate, ...]
    """Certificates of authorities, for tokens that do not carry them."""

    def complete(self, pdf: bytes, at: datetime) -> Kept:
        """Return a sealed file with validation data and a document time stamp (B-LTA).

        Without a time stamp the file gets as far as B-LT; calling again goes on from there.

        Raises:
            SignerRevoked, RevocationUnknown, TooEarly, NotProved, BadFile: why it stays as it is.
        """
        signed, _ = read_signed(pdf)
        if not signed:
            raise BadFile("The file bears no signature.")
        evidence = gather(signed, self.known, self.lists, at)
        return self._stamped(add_evidence(pdf, evidence), at, TIME_STAMP)

    def renew(self, pdf: bytes, at: datetime) -> Kept:
        """Return a file with a newer document time stamp, and proofs for the last one.

        Raises:
            SignerRevoked, RevocationUnknown, TooEarly, NotProved, BadFile: why it stays as it is.
            SigningUnavailable: no time stamp can be had.
        """
        _, stamps = read_signed(pdf)
        if not stamps:
            raise BadFile("The file bears no document time stamp.")
        evidence = gather(stamps[-1:], self.known, self.lists, at)
        kept = self._stamped(add_evidence(pdf, evidence), at, RENEWED)
        if kept.waits_for:
            raise SigningUnavailable(kept.waits_for)
        return kept

    def _stamped(self, pdf: bytes, at: datetime, reason: str) -> Kept:
        digest = self.policy.digest_for(at)
        try:
            stamped = add_stamp(pdf, self.stamper, digest, at)
        except SigningUnavailable as error:
            return Kept(pdf, B_LT, VALIDATION_INFO, waits_for=str(error))
        newest = self._judged(stamped, at)
        algorithms = (digest, key_name(newest.certificates[0]))
        ends = [ends_at(newest, self.known), self.policy.end_of(algorithms)]
        good_until = min(end for end in ends if end is not None)
        return Kept(stamped, B_LTA, reason, good_until, algorithms)

    def _judged(self, pdf: bytes, at: datetime) -> Signed:
        """Return the newest time stamp of a file that a validator accepts.

        Raises:
            NotProved: it does not.
        """
        problems = self.problems(pdf, at)
        if problems:
            raise NotProved(", ".join(problems))
        return read_signed(pdf)[1][-1]

    def problems(self, pdf: bytes, at: datetime) -> list[str]:
        """Return what a validator would say against the file at *at*, by field."""
        signed, stamps = read_signed(pdf)
        # What holds still is asked about today; of what has ended the file itself must tell.
        lasting = [one for one in (*signed, *stamps) if one.certificates[0].not_valid_after >= at]
        today = gather(_at_any_time(lasting), self.known, self.lists, at)
        return self.judge.problems(pdf, at, today.told, self.known)


def _at_any_time(signed: Iterable[Signed]) -> list[Signed]:
    return [replace(one, at=ANY_TIME) for one in signed]


def key_name(certificate: x509.Certificate) -> str:
    """Return the kind and size of a certificate's key, such as ``ec-256`` or ``rsa-3072``."""
    public = certificate.public_key
    return f"{public.algorithm}-{public.bit_size}"
