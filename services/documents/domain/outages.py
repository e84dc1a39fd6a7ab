"""When ISDS is known to be out of reach, and how long to rest after a failure. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zlib import crc32

from shared.calendar_cz import PRAGUE
from shared.pauses import doubled

FRIDAY = 4


@dataclass(frozen=True)
class Outage:
    """An announced outage; both ends are aware instants."""

    begins: datetime
    ends: datetime

    def __post_init__(self) -> None:
        """Refuse an outage that ends before it begins.

        Raises:
            ValueError: see above.
        """
        if self.ends <= self.begins:
            raise ValueError("An outage ends after it begins.")


@dataclass(frozen=True)
class Weekly:
    """A window of maintenance that comes every week, in Czech time."""

    weekday: int = FRIDAY
    """0 is Monday."""
    from_hour: int = 0
    hours: int = 1


def reopening(
    now: datetime, announced: Iterable[Outage], weekly: Weekly | None = None
) -> datetime | None:
    """Return when ISDS is to be reached again, or ``None`` if nothing says that it is closed.

    Outages that touch or overlap are one. The result is an aware instant after *now*.

    Source:
        ISDS Operating Rules: maintenance on Friday from 0:00 to 1:00, longer outages announced;
        there were some of three to four days.
    """
    windows = sorted([*announced, *_weekly(now, weekly)], key=lambda outage: outage.begins)
    until = now
    for window in windows:
        if window.begins <= until < window.ends:
            until = window.ends
    return until if until > now else None


def coming(
    now: datetime, announced: Iterable[Outage], weekly: Weekly | None = None
) -> list[Outage]:
    """Return the outages that last or are known to come, the nearest first.

    Of the weekly windows those of the next two weeks.

    Source:
        ISDS Operating Rules, as for :func:`reopening`.
    """
    known = sorted([*announced, *_weekly(now, weekly)], key=lambda outage: outage.begins)
    return [outage for outage in known if outage.ends > now]


def _weekly(now: datetime, weekly: Weekly | None) -> list[Outage]:
    """Return the weekly windows around an instant; an outage of days may run into the next."""
    if weekly is None:
        return []
    today = now.astimezone(PRAGUE).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    found = []
    for days in range(-1, 15):
        day = today + timedelta(days=days)
        if day.weekday() == weekly.weekday:
            begins = day + timedelta(hours=weekly.from_hour)
            found.append(Outage(begins, begins + timedelta(hours=weekly.hours)))
    return found


NEWS_FOR = timedelta(minutes=30)
"""A worker tries every ten minutes at least, and a call may last for some."""


def is_news(next_trial_at: datetime, now: datetime) -> bool:
    """Tell whether a worker still stands behind its word that ISDS does not answer.

    Args:
        next_trial_at: When it wanted to try again (aware, real time).
        now: Present instant.

    Source:
        No law. A word of a worker that has ended, or whose clock was set since, says nothing.
    """
    return abs(now - next_trial_at) <= NEWS_FOR


@dataclass(frozen=True)
class BackOff:
    """How the rest between attempts grows."""

    first: timedelta = timedelta(seconds=20)
    longest: timedelta = timedelta(minutes=30)
    spread: float = 0.5
    """Part of the rest that may be taken off, so that not everything wakes at once."""


DEFAULT_BACK_OFF = BackOff()


def is_resting(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Tell whether a rest lasts; one that would last longer than the longest was begun by a clock
    that has been set back since, and is over.

    Source:
        No law.
    """
    return until is not None and now < until <= now + longest


def rest_after(failures: int, key: UUID, rules: BackOff = DEFAULT_BACK_OFF) -> timedelta:
    """Return the rest after so many failures in a row.

    Args:
        failures: From 1.
        key: Whose rest it is; each has its own, and always the same after as many failures.
        rules: How the rest grows: it doubles with each failure up to the longest.

    Returns:
        Between ``(1 - spread)`` of the rest and the whole of it.

    Source:
        No law; ISDS throttles whoever asks too much, and what failed together must not come
        back together.
    """
    whole = doubled(rules.first, max(failures, 1) - 1, rules.longest)
    share = crc32(key.bytes + failures.to_bytes(4, "big")) / 2**32
    return whole - whole * (rules.spread * share)
