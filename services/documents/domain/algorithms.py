"""Until when an algorithm proves anything. Pure; the dates are settings.

Source:
    ETSI TS 119 312 (cryptographic suites) and SOG-IS Agreed Cryptographic Mechanisms recommend
    ends of use; they are revised every few years, so no date stands here as a constant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True)
class AlgorithmPolicy:
    """Ends of algorithms, and how long before an end or an expiry a proof is renewed."""

    ends: Mapping[str, date]
    """Last day by name: ``sha256``, ``rsa-2048``, ``ec-256``; a missing name has no end yet."""
    stamp_digests: tuple[str, ...] = ("sha256", "sha384", "sha512")
    """Hash functions for new time stamps, the preferred one first."""
    margin: timedelta = timedelta(days=180)
    """So long before the end of its certificate or algorithm a proof gets a newer time stamp."""

    def end_of(self, algorithms: Iterable[str]) -> datetime | None:
        """Return the instant at which the first of the algorithms ends; ``None`` for never."""
        ends = [self.ends[name] for name in algorithms if name in self.ends]
        return datetime.combine(min(ends), time.max, UTC) if ends else None

    def ending(self, at: datetime) -> list[str]:
        """Return the algorithms that end within the margin, or have ended."""
        last = (at + self.margin).date()
        return sorted(name for name, end in self.ends.items() if end <= last)

    def digest_for(self, at: datetime) -> str:
        """Return the hash function for a new time stamp: the first that lasts beyond the margin.

        When none does, the one that lasts longest.
        """
        ending = self.ending(at)
        lasting = [name for name in self.stamp_digests if name not in ending]
        if lasting:
            return lasting[0]
        return max(self.stamp_digests, key=lambda name: self.ends.get(name, date.max))

    def renew_by(self, good_until: datetime | None) -> datetime | None:
        """Return when a proof that is good until an instant gets a newer one."""
        return None if good_until is None else good_until - self.margin
