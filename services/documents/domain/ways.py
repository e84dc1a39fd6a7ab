"""Ways in which people sign, and whose certificate is whose."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import DomainError

SERVICE = "service"
ELSEWHERE = "elsewhere"
PKCS12 = "pkcs12"
TOKEN = "token"  # noqa: S105 - the name of a way, no secret
REMOTE = "remote"
WAYS = (SERVICE, ELSEWHERE, PKCS12, TOKEN, REMOTE)

PERSON = "person"
SEAL = "seal"

WARN_BEFORE = (60, 30, 7)
"""Days before the end of a certificate on which its holder is reminded."""
CLOCK_SLACK = timedelta(minutes=5)
TITLE = re.compile(r"[^\s,]*\.[^\s,]*|mba|llm|ll\.m|msc|bsc|phd|csc|drsc", re.IGNORECASE)


class NotAsHandedOut(DomainError):
    """The upload does not begin with the file that was handed out. Params: ``number``."""


class FileIsStale(DomainError):
    """A colleague signed first; the upload continues an earlier revision. Params: ``number``."""


class NothingSigned(DomainError):
    """The upload carries no new signature. Params: ``number``."""


class SeveralUpdates(DomainError):
    """More was appended than one update, or something follows its end. Params: ``number``."""


class WrongField(DomainError):
    """The signature is in another field than the person's. Params: ``number``, ``field``."""


class MoreThanSigned(DomainError):
    """The update changes more than the person's field. Params: ``number``."""


class ShutsOthersOut(DomainError):
    """The signature forbids those that must follow. Params: ``number``."""


class SignatureDamaged(DomainError):
    """The signature does not hold over the file. Params: ``number``."""


class NotJudged(DomainError):
    """Reading the file took too much time or memory, or ended the process that read it."""


class AlgorithmTooWeak(DomainError):
    """The key or the hash is too weak. Params: ``algorithm``."""


class ClaimedTimeWrong(DomainError):
    """The signature claims an impossible time. Params: ``claimed``, ``now``."""


class CertificateUnreadable(DomainError):
    """The file holds no certificate."""


class CertificateNotPersonal(DomainError):
    """The certificate seals or serves machines. Params: ``subject``."""


class CertificateNotOfSeal(DomainError):
    """The certificate is a person's or serves machines. Params: ``subject``."""


class CertificateOfDevelopment(DomainError):
    """The certificate comes from a development PKI and has no legal effect. Params: ``subject``."""


class CertificateOutOfTime(DomainError):
    """The certificate does not hold now. Params: ``valid_from``, ``valid_to``."""


class AuthorityNotAccepted(DomainError):
    """No accepted authority stands above the certificate. Params: ``issuer``."""


class CertificateRevoked(DomainError):
    """The authority has revoked the certificate. Params: ``subject``."""


class RevocationUnknown(DomainError):
    """Nobody says whether the certificate is revoked. Params: ``subject``."""


class CertificateOfAnother(DomainError):
    """The certificate is bound to somebody else. Params: ``subject``."""


class CertificateNotBound(DomainError):
    """The certificate is not bound to the person. Params: ``subject``."""


class CertificateBoundAlready(DomainError):
    """The person has bound this certificate before."""


class NameDiffers(DomainError):
    """The certificate names somebody else. Params: ``subject``, ``name``."""


class StoreNotOpened(DomainError):
    """The password does not open the PKCS#12 store, or it is none."""


class StoreWithoutKey(DomainError):
    """The PKCS#12 store holds no key for signing with its certificate."""


class TokenAway(DomainError):
    """No such token is in its slot now. Params: ``label``."""


class TokenWithoutKey(DomainError):
    """The token holds no key of this label with its certificate. Params: ``key``."""


class PinWrong(DomainError):
    """The token refused the PIN. Params: ``label``."""


class PinLastTry(DomainError):
    """One more wrong PIN would lock the token, or it is locked. Params: ``label``."""


class RemoteAway(DomainError):
    """The remote service does not answer, or not now. Params: ``provider``."""


class RemoteRefused(DomainError):
    """The remote service refuses. Params: ``provider``, ``code`` (its own word)."""


class RemoteSecretWrong(DomainError):
    """The remote service refused the PIN or the one-time code. Params: ``provider``."""


class RemoteNotUnderstood(DomainError):
    """The remote service answers what the protocol does not allow. Params: ``provider``."""


class RemoteDistrusted(DomainError):
    """What the remote service made is no signature of the certificate. Params: ``provider``."""


class RemoteNeedsBrowser(DomainError):
    """The owner opens the key in a browser, which is not offered here. Params: ``provider``."""


@dataclass(frozen=True)
class SubjectName:
    """Whom a certificate names."""

    common_name: str
    given_name: str = ""
    surname: str = ""

    @property
    def shown(self) -> str:
        """Return the name as people read it."""
        return self.common_name or f"{self.given_name} {self.surname}".strip()


def names_person(subject: SubjectName, name: str) -> bool:
    """Tell whether a certificate names the person: the same words, academic titles aside.

    Args:
        name: The person's name as the organisation writes it, titles included.

    Source:
        ETSI EN 319 412-2, 4.2.4: a natural person is named by givenName and surname, the
        commonName may add titles.
    """
    wanted = _words(name)
    if not wanted:
        return False
    parted = _words(f"{subject.given_name} {subject.surname}")
    return wanted in (parted, _words(subject.common_name))


def _words(name: str) -> list[str]:
    plain = TITLE.sub(" ", unicodedata.normalize("NFC", name)).casefold()
    return sorted(re.findall(r"[\w'’-]+", plain))


def check_validity(valid_from: datetime, valid_to: datetime, now: datetime) -> None:
    """Refuse a certificate before or after its time.

    Raises:
        CertificateOutOfTime: it is not valid now.

    Source:
        RFC 5280, 4.1.2.5: both ends belong to the validity.
    """
    if not valid_from <= now <= valid_to:
        raise CertificateOutOfTime(valid_from=valid_from, valid_to=valid_to)


def check_claimed_time(claimed: datetime | None, since: datetime, now: datetime) -> None:
    """Refuse a signature that claims to be older than its document or to come from the future.

    Args:
        claimed: What the signer's program wrote; ``None`` when it wrote nothing.
        since: When the document was made.

    Raises:
        ClaimedTimeWrong: it claims a time outside of the two by more than ``CLOCK_SLACK``.

    Source:
        ETSI EN 319 142-1, 5.3: the claimed time stands in the entry M and proves nothing.
    """
    if claimed is None or not since - CLOCK_SLACK <= claimed <= now + CLOCK_SLACK:
        raise ClaimedTimeWrong(claimed=claimed or now, now=now)


def days_left(valid_to: datetime, now: datetime) -> int:
    """Return how many whole days a certificate holds on; negative once it has ended.

    Source:
        RFC 5280, 4.1.2.5.
    """
    return (valid_to - now).days


def warning_for(valid_to: datetime, now: datetime, steps: Sequence[int] = WARN_BEFORE) -> int:
    """Return the nearest reminder that applies (60, 30 or 7 days), or 0 while none does.

    Source:
        Issue of the product: reminders 60, 30 and 7 days before the end.
    """
    left = days_left(valid_to, now)
    return min((step for step in steps if left < step), default=0)
