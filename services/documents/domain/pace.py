"""How often one visitor may ask for work that costs seconds of a processor. Pure.

Source:
    No law; the generic cell rate algorithm (ITU-T I.371): one instant tells all of a visitor.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from shared.errors import DomainError


class AskedTooOften(DomainError):
    """The visitor has to wait. Params: ``most`` and ``minutes`` of the pace, ``wait_seconds``."""


@dataclass(frozen=True)
class Pace:
    """So many requests at once after a rest, and as many in each period from then on."""

    most: int
    period: timedelta

    @property
    def step(self) -> float:
        """Seconds that one request takes from the period."""
        return self.period.total_seconds() / self.most

    def after(self, used_until: float, now: float) -> float:
        """Return until when the visitor's allowance is in use after one more request.

        Args:
            used_until: What the request before gave; anything past for a new visitor.
            now: Seconds of a clock that never goes back.

        Raises:
            AskedTooOften: the allowance is used up.
        """
        used = max(used_until, now) + self.step
        excess = used - now - self.period.total_seconds()
        if excess > self.step / 1000:  # sums of seconds are not exact
            minutes = ceil(self.period.total_seconds() / 60)
            raise AskedTooOften(most=self.most, minutes=minutes, wait_seconds=ceil(excess))
        return used
