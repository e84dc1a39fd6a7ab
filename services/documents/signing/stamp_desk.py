"""Time stamps from several authorities: in order, within their quotas, never one unchecked."""

import fcntl
import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from services.documents.domain.breakers import (
    Breaker,
    BreakerRules,
    Quota,
    calls_in_period,
    may_call,
)
from services.documents.domain.stamp_faults import Fault, StampFault
from services.documents.signing.paths import Trust
from services.documents.signing.port import AuthorityFailed, SigningUnavailable, TimeStampAuthority
from services.documents.signing.tokens import Token, ask_for, check_certificate, read_answer
from shared.clock import SystemClock

log = logging.getLogger(__name__)

MOST_APART = timedelta(seconds=60)
FIRST_ROOM = 6_500
"""Octets kept for the first token of a run; after that the longest one seen counts."""
MARGIN = 512
"""Tokens of one authority differ by the length of integers and of its chain."""
PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class StampSource:
    """An authority with what must hold for its answers."""

    authority: TimeStampAuthority
    trust: Trust
    policy: str | None = None
    quota: Quota | None = None


@dataclass(frozen=True)
class SourceHealth:
    """What staff see of an authority."""

    name: str
    state: str
    """``closed`` (it works), ``open`` (it is left alone) or ``half_open`` (it is tried)."""
    open_until: datetime | None
    fault: Fault | None
    """What was wrong the last time; what the authority said stands in the log."""
    failed_at: datetime | None
    succeeded_at: datetime | None
    asked: int
    """Requests that count against the quota now."""
    most: int | None


@dataclass
class _Record:
    breaker: Breaker = field(default_factory=Breaker)
    fault: Fault | None = None
    failed_at: datetime | None = None
    succeeded_at: datetime | None = None


class StampDesk:
    """Asks the authorities one after another until one gives a token that can be believed."""

    def __init__(
        self,
        sources: Sequence[StampSource],
        folder: Path,
        *,
        rules: BreakerRules | None = None,
        most_apart: timedelta = MOST_APART,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """Remember the sources; *folder* keeps what was asked, across processes and restarts."""
        self._sources, self._rules = list(sources), rules or BreakerRules()
        self._most_apart, self._now = most_apart, now or SystemClock().now
        self._usage = [_Usage(folder, source) for source in sources]
        self._records = [_Record() for _ in sources]
        self._lock = threading.Lock()
        self._longest = 0

    @property
    def room(self) -> int:
        """Octets to keep free for a token."""
        return (self._longest or FIRST_ROOM) + MARGIN

    def stamp(self, digest: bytes, algorithm: str, at: datetime) -> bytes:
        """Return a token of the first authority that gives a good one."""
        refusals = []
        for index, source in enumerate(self._sources):
            try:
                token = self._ask(index, source, (digest, algorithm), at)
            except AuthorityFailed as error:
                refusals.append(f"{source.authority.name}: {error}")
                continue
            self._longest = max(self._longest, len(token.content))
            return token.content
        raise SigningUnavailable("No time stamp. " + " ".join(refusals))

    def health(self) -> list[SourceHealth]:
        """Return what this process knows of each authority, in the order of asking."""
        now = self._now()
        return [
            SourceHealth(
                name=source.authority.name,
                state=record.breaker.state(now),
                open_until=record.breaker.open_until,
                fault=record.fault,
                failed_at=record.failed_at,
                succeeded_at=record.succeeded_at,
                asked=usage.asked(now),
                most=source.quota.most if source.quota else None,
            )
            for source, record, usage in zip(self._sources, self._records, self._usage, strict=True)
        ]

    def roots(self) -> list[x509.Certificate]:
        """Return every root that tokens are believed by."""
        return [root for source in self._sources for root in source.trust.roots]

    def certificates(self) -> list[x509.Certificate]:
        """Return every authority above tokens that is known, roots and those between."""
        between = [other for source in self._sources for other in source.trust.others]
        return [*self.roots(), *between]

    def _ask(
        self, index: int, source: StampSource, imprint: tuple[bytes, str], at: datetime
    ) -> Token:
        self._begin(index)
        try:
            question = ask_for(*imprint, source.policy)
            token = read_answer(source.authority.ask(question.request, at), question)
            check_certificate(token, at, self._most_apart)
            source.trust.check_stamper(token.certificate, token.others, token.at)
        except AuthorityFailed as error:
            self._note_failure(index, error)
            raise
        with self._lock:
            record = self._records[index]
            record.breaker, record.succeeded_at = record.breaker.succeeded(), self._now()
        return token

    def _begin(self, index: int) -> None:
        """Take the breaker's leave and a piece of the quota.

        Raises:
            AuthorityFailed: it is left alone for now.
        """
        now = self._now()
        with self._lock:
            record = self._records[index]
            if not record.breaker.admits(now, PATIENCE):
                raise AuthorityFailed(
                    StampFault.LEFT_ALONE, "it failed a moment ago and is left alone."
                )
            if not self._usage[index].take(now):
                raise AuthorityFailed(StampFault.QUOTA_USED, "its quota is used up.")
            record.breaker = record.breaker.begin(now)

    def _note_failure(self, index: int, error: AuthorityFailed) -> None:
        now = self._now()
        name = self._sources[index].authority.name
        told = {"authority": name, "why": str(error)}
        log.warning("a time stamp authority failed", extra=told)
        with self._lock:
            record = self._records[index]
            record.breaker = record.breaker.failed(now, self._rules)
            record.fault, record.failed_at = error.fault, now


class _Usage:
    """The calls that count against an authority's quota, in a file that processes share."""

    def __init__(self, folder: Path, source: StampSource) -> None:
        self._quota = source.quota
        safe = "".join(c if c.isalnum() else "-" for c in source.authority.name)
        self._file = folder / f"{safe}.json"

    def take(self, now: datetime) -> bool:
        """Note one more call, unless the quota forbids it."""
        if self._quota is None:
            return True
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            calls = calls_in_period(_calls(file.read()), self._quota, now)
            if not may_call(calls, self._quota, now):
                return False
            file.seek(0)
            file.truncate()
            json.dump([at.isoformat() for at in [*calls, now]], file)
        return True

    def asked(self, now: datetime) -> int:
        """Return how many calls count now."""
        if self._quota is None or not self._file.exists():
            return 0
        calls = _calls(self._file.read_text(encoding="utf-8"))
        return len(calls_in_period(calls, self._quota, now))


def _calls(text: str) -> list[datetime]:
    return [datetime.fromisoformat(item) for item in json.loads(text or "[]")]
