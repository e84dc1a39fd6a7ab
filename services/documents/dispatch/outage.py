"""An outage that nobody announced: a few calls find it out, then one tries whether it is over.

Each process finds it out for itself. What waits costs neither a call nor a transaction of its own,
and no letter is the one that is risked to try: the trial is an empty call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.documents.delivery.port import (
    NO_ANSWER,
    GatewayRefused,
    GatewayUnavailable,
    LoginFault,
    SeveralBoxes,
)
from services.documents.domain.breakers import HALF_OPEN, Breaker, BreakerRules
from shared.clock import SystemClock

RULES = BreakerRules(failures=3, pause=timedelta(seconds=30), longest=timedelta(minutes=10))
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""From here the steady seconds are counted, because a breaker knows instants."""


class NotNow(GatewayUnavailable):
    """Nothing is asked now, whatever it is about; nobody has failed by it."""

    def __init__(self, text: str, until: datetime) -> None:
        super().__init__(text)
        self.until = until
        """When it is to be tried again (real time)."""


class OutageAnnounced(NotNow):
    """ISDS said that it would be away."""


class IsdsAway(NotNow):
    """ISDS does not answer, though it said nothing of it."""


@dataclass
class OutageWatch:
    """Whether ISDS answers this process."""

    steady: Callable[[], float]
    """Seconds of a clock that nobody can set."""
    breaker: Breaker = field(default_factory=Breaker)
    silent_since: datetime | None = None
    """When a call first had no answer since the last one that had (real time)."""
    fault: str = NO_ANSWER
    """How the last call failed that had no answer."""
    has_answered: bool = False
    """Whether this process was ever answered."""

    def away(self) -> IsdsAway | None:
        """Return why nobody calls until a trial was answered; ``None`` if everybody may."""
        now, until = self._now(), self.breaker.open_until
        if until is None:
            return None
        # After the pause it is for the trial to come, which a refused login may hold up for long.
        rest = until - now if until > now else RULES.pause
        return IsdsAway("ISDS does not answer.", SystemClock().now() + rest)

    @property
    def is_trial_due(self) -> bool:
        """Whether the pause is over and nobody has tried since."""
        return self.breaker.state(self._now()) == HALF_OPEN

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Hear what becomes of a call: silence counts, any answer ends the outage, a no too."""
        try:
            yield
        except (GatewayRefused, SeveralBoxes):
            self._succeed()
            raise
        except (NotNow, LoginFault):
            raise  # nobody was asked, or the trouble is a certificate: nothing is said of ISDS
        except GatewayUnavailable as error:
            self.silent_since = self.silent_since or SystemClock().now()
            self.fault = error.fault
            self.breaker = self.breaker.failed(self._now(), RULES)
            raise
        self._succeed()

    def _succeed(self) -> None:
        self.breaker, self.silent_since, self.has_answered = self.breaker.succeeded(), None, True

    def _now(self) -> datetime:
        return _BEGINNING + timedelta(seconds=self.steady())
