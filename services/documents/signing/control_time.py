"""The time of validation, told to pyHanko where it would ask the machine's clock.

The initial control time is the time for which the question is asked. pyHanko takes the present
instead when it judges the past of a chain, and so finds nothing proved for a process clock that
stands ahead of the machine's.

Source:
    ETSI EN 319 102-1, 5.6.2.1 and 5.6.2.2: past certificate validation, control-time sliding.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, tzinfo
from typing import Self

from pyhanko_certvalidator.ltv import ades_past, poe

_asked: ContextVar[datetime | None] = ContextVar("control_time", default=None)


class _Asked(datetime):
    """The machine's clock, except while a question is asked for another time."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        asked = _asked.get()
        if asked is None:
            return super().now(tz)
        return cls.fromtimestamp(asked.timestamp(), tz)


ades_past.datetime = poe.datetime = _Asked  # type: ignore[attr-defined]  # no parameter for it


@contextmanager
def judged_at(at: datetime) -> Iterator[None]:
    """Let pyHanko judge as if it were *at*, in this thread and in what it awaits."""
    token = _asked.set(at)
    try:
        yield
    finally:
        _asked.reset(token)
