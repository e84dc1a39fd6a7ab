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
    digests: tuple[str, ...] = ("sha256", "sha384", "sha512")
    """Hash functions for new signatures and time stamps, the preferred one first."""
    margin: timedelta = timedelta(days=180)
    """So long before the end of its certificate or algorithm a proof gets a newer time stamp."""

    def end_of(self, algorithms: Iterable[str]) -> datetime | None:
        """Return the instant at which the first of the algorithms ends; ``None`` for never."""
        ends = [self.ends[name] for name in algorithms if name in self.ends]
        return datetime.combine(min(ends), time.max, UTC) if ends else None

    @property
    def weak_since(self) -> dict[str, datetime]:
        """From when each algorithm with an end proves nothing without an older proof."""
        return {name: datetime.combine(end, time.max, UTC) for name, end in self.ends.items()}

    def ending(self, at: datetime) -> list[str]:
        """Return the algorithms that end within the margin, or have ended."""
        last = (at + self.margin).date()
        return sorted(name for name, end in self.ends.items() if end <= last)

    def ended(self, at: datetime) -> frozenset[str]:
        """Return the algorithms that prove nothing new any more."""
        return frozenset(name for name, end in self.ends.items() if end < at.date())

    def digest_for(self, at: datetime, preferred: str = "") -> str:
        """Return the hash function for what is new: the first that lasts beyond the margin.

        When none does, the one that lasts longest.

        Args:
            preferred: taken before the others as long as it lasts.
        """
        ending = self.ending(at)
        known = [preferred, *self.digests] if preferred in self.digests else list(self.digests)
        lasting = [name for name in known if name not in ending]
        if lasting:
            return lasting[0]
        return max(self.digests, key=lambda name: self.ends.get(name, date.max))

    def is_short(self, good_until: datetime, now: datetime) -> bool:
        """Tell whether a new proof ends so soon that its renewal would be due already."""
        return good_until - self.margin <= now

    def renew_by(self, good_until: datetime | None, now: datetime) -> datetime | None:
        """Return when a proof that was made *now* and is good until an instant gets a newer one.

        A short one is renewed after half of its time, so that an authority which keeps an ending
        certificate costs a handful of renewals and not one a day.
        """
        if good_until is None:
            return None
        half: datetime = now + (good_until - now) / 2
        return half if self.is_short(good_until, now) else good_until - self.margin
