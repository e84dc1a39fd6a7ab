"""When an outside service that fails is left alone, and when it is tried again. Pure.

Source:
    No law; a public time stamp authority that allows 20 requests in 20 minutes shuts out for a
    day whoever sends more, so failing fast and counting protects the signature of tomorrow.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.pauses import doubled

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(frozen=True)
class BreakerRules:
    """How patient a breaker is."""

    failures: int = 3
    """Failures in a row after which it opens."""
    pause: timedelta = timedelta(seconds=30)
    """First pause; each failed trial doubles it."""
    longest: timedelta = timedelta(minutes=10)


@dataclass(frozen=True)
class Breaker:
    """What is known of a service; each call gives a new value. All instants are real time."""

    failures: int = 0
    """Failures since the last success."""
    openings: int = 0
    """Openings since the last success; the pause doubles with each."""
    open_until: datetime | None = None
    trial_at: datetime | None = None
    """When the one trial of the half-open state began."""

    def state(self, now: datetime) -> str:
        """Tell ``closed``, ``open`` or ``half_open``."""
        if self.open_until is None:
            return CLOSED
        return OPEN if now < self.open_until else HALF_OPEN

    def admits(self, now: datetime, patience: timedelta) -> bool:
        """Tell whether a call may go out now.

        Half open admits one trial at a time; one that was never heard of is over after *patience*.
        """
        state = self.state(now)
        if state != HALF_OPEN:
            return state == CLOSED
        return self.trial_at is None or now - self.trial_at > patience

    def begin(self, now: datetime) -> "Breaker":
        """Return the breaker with a call under way."""
        return replace(self, trial_at=now) if self.state(now) == HALF_OPEN else self

    def succeeded(self) -> "Breaker":
        """Return the breaker after a good answer."""
        return Breaker()

    def failed(self, now: datetime, rules: BreakerRules) -> "Breaker":
        """Return the breaker after a failure."""
        failures = self.failures + 1
        if failures < rules.failures:
            return replace(self, failures=failures)
        pause = doubled(rules.pause, self.openings, rules.longest)
        return Breaker(failures, self.openings + 1, now + pause)


@dataclass(frozen=True)
class Quota:
    """How often a service may be asked; a public authority blocks whoever asks more often."""

    most: int
    period: timedelta


def calls_in_period(calls: list[datetime], quota: Quota, now: datetime) -> list[datetime]:
    """Return the calls that still count against the quota.

    A call from the future counts too: after a step of the clock nobody knows better.
    """
    return [at for at in calls if at > now - quota.period]


def may_call(calls: list[datetime], quota: Quota, now: datetime) -> bool:
    """Tell whether one more call keeps within the quota."""
    return len(calls_in_period(calls, quota, now)) < quota.most
