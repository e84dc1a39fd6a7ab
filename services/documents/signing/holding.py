"""Whether a certificate still holds, asked right before it signs or seals.

An answer serves for some minutes; after that the authority is asked anew. What was asked and what
came of it is kept for the people who look after the keys.
"""

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from asn1crypto import x509

from services.documents.domain.ways import CertificateRevoked
from services.documents.domain.ways import RevocationUnknown as NotTold
from services.documents.signing.port import SealRevoked, SealUnsure
from services.documents.signing.revocation_lists import (
    Fetch,
    NobodyTells,
    RevocationLists,
    RevocationUnknown,
)
from services.documents.signing.ways.people import read

ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
GOOD, REVOKED, UNSURE = "good", "revoked", "unsure"
"""What is known of a certificate: it holds, it does not, or nobody tells."""


@dataclass(frozen=True)
class Seen:
    """What was last seen of a certificate."""

    state: str
    at: datetime
    """Process clock."""
    detail: str = ""


class Revocations:
    """Asks the authorities whether certificates hold."""

    def __init__(self, fetch: Fetch, folder: Path, *, good_for: timedelta, goes_on: bool) -> None:
        """Remember the policy.

        Args:
            folder: Keeps what was last seen, for every process.
            good_for: So long an answer is not asked for again.
            goes_on: Whether signing goes on, visibly, while nobody tells: the authority cannot be
                reached, or the certificate names no place. A stale or forged answer always stops.
        """
        self._fetch, self._good_for, self._goes_on = fetch, good_for, goes_on
        self._folder = folder
        self._seen: dict[bytes, Seen] = {}
        self._lock = threading.Lock()

    def check(self, der: bytes, chain: Sequence[bytes], at: datetime) -> str:
        """Return ``good``, or ``unsure`` where the policy lets signing go on.

        Args:
            der: The certificate.
            chain: Authorities above it, the root last.
            at: The process clock (aware UTC).

        Raises:
            CertificateRevoked: it, or an authority above it, does not hold any more.
            RevocationUnknown (of ``domain.ways``): nobody tells, or nothing that can be believed.

        Source:
            ETSI EN 319 102-1, 5.2.6: the certificate is validated with its revocation status.
        """
        seen = self._kept(der, at) or self._asked(der, chain, at)
        if seen.state == REVOKED:
            raise CertificateRevoked(subject=_name(der))
        if seen.state == UNSURE and not (self._goes_on and seen.detail == ""):
            raise NotTold(subject=_name(der))
        return seen.state

    def check_seal(self, der: bytes, chain: Sequence[bytes], at: datetime) -> None:
        """Refuse to seal with a certificate that does not hold, in the words of the port.

        Raises:
            SealRevoked: it is revoked.
            SealUnsure: nobody tells.
        """
        try:
            self.check(der, chain, at)
        except CertificateRevoked as error:
            raise SealRevoked("The certificate of the seal is revoked.") from error
        except NotTold as error:
            raise SealUnsure("Nobody tells whether the certificate of the seal holds.") from error

    def last_seen(self, der: bytes) -> Seen | None:
        """Return what any process has last seen of a certificate, without asking."""
        path = self._path(der)
        if not path.exists():
            return None
        told = json.loads(path.read_text("utf-8"))
        return Seen(told["state"], datetime.fromisoformat(told["at"]), told["detail"])

    def told_revoked(self) -> dict[str, datetime]:
        """Return since when certificates do not hold, by their SHA-256 (hexadecimal).

        As authorities told any process that asked before a signature or a seal; of a chain the
        certificate that signs stands for all of it.
        """
        found = {}
        for path in self._folder.glob("*.json"):
            told = json.loads(path.read_text("utf-8"))
            if told["state"] == REVOKED:
                found[path.stem] = datetime.fromisoformat(told["detail"])
        return found

    def _path(self, der: bytes) -> Path:
        return self._folder / f"{hashlib.sha256(der).hexdigest()}.json"

    def _note(self, der: bytes, seen: Seen) -> None:
        """Write down what was seen; readers find the former or the new words, never half of it."""
        told = {"state": seen.state, "at": seen.at.isoformat(), "detail": seen.detail}
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file)
        os.replace(temporary, self._path(der))

    def _kept(self, der: bytes, at: datetime) -> Seen | None:
        with self._lock:
            seen = self._seen.get(der)
        if seen is None or seen.state != GOOD or abs(at - seen.at) >= self._good_for:
            return None
        return seen

    def _asked(self, der: bytes, chain: Sequence[bytes], at: datetime) -> Seen:
        way = [x509.Certificate.load(one) for one in (der, *chain)]
        lists = RevocationLists(self._fetch)
        seen = Seen(GOOD, at)
        for certificate, issuer in pairwise(way):
            seen = _told(lists, certificate, issuer, at)
            if seen.state != GOOD:
                break
        with self._lock:
            self._seen[der] = seen
        self._note(der, seen)
        return seen


def _told(
    lists: RevocationLists, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> Seen:
    try:
        told = lists.about(certificate, issuer, after=ANY_TIME, at=at)
    except NobodyTells:
        return Seen(UNSURE, at)
    except RevocationUnknown as error:
        return Seen(UNSURE, at, str(error))
    since = told.revoked_since(certificate.serial_number)
    return Seen(GOOD, at) if since is None or since > at else Seen(REVOKED, at, since.isoformat())


def _name(der: bytes) -> str:
    return read(x509.Certificate.load(der)).name.shown
