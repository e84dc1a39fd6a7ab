"""Settings of an organisation: periods of the process and how many calls a year are usual. Pure."""

from dataclasses import dataclass, fields
from datetime import date

from shared.deadlines import DEFAULT_RULES, DeadlineRules, Period, Unit
from shared.errors import DomainError

USUAL_CALLS = 2
"""About two calls a year."""
MOST_CALLS = 50
LONGEST = {
    Unit.WORKING_DAYS: 130,
    Unit.CALENDAR_DAYS: 184,
    Unit.WEEKS: 26,
    Unit.MONTHS: 6,
}
"""About half a year: a longer period is a slip of the pen."""
PERIODS = ("call_open", "list_published", "repair", "notice", "presentation_change")
"""Periods that an organisation may set. Delivery by fiction is not one: the Act sets it."""


class PeriodTooLong(DomainError):
    """Params: ``period_name``, ``period`` and ``longest``, both periods."""


class PeriodSetByLaw(DomainError):
    """The period of delivery by fiction is that of the Act. Params: ``period``."""


class UsualCallsOutOfRange(DomainError):
    """Params: ``usual_calls`` and ``most``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the director may set; the defaults are those of the seed."""

    usual_calls: int = USUAL_CALLS
    deadlines: DeadlineRules = DEFAULT_RULES


@dataclass(frozen=True, slots=True)
class CallHint:
    """How many calls were announced in a year, and how many are usual. It forbids nothing."""

    year: int
    announced: int
    usual: int


def check_settings(settings: Settings) -> Settings:
    """Return the settings when they can be in force.

    Raises:
        UsualCallsOutOfRange, PeriodTooLong, PeriodSetByLaw.

    Source:
        R2, R3, R22, R35, R36, R59 (what they set); D1-D6 of R99.
    """
    if not 1 <= settings.usual_calls <= MOST_CALLS:
        raise UsualCallsOutOfRange(usual_calls=settings.usual_calls, most=MOST_CALLS)
    check_deadlines(settings.deadlines)
    return settings


def check_deadlines(rules: DeadlineRules) -> DeadlineRules:
    """Return the periods when they can bind a call; none is shorter than one day by its type.

    Raises:
        PeriodTooLong, PeriodSetByLaw.

    Source:
        R3, R22, R35, R36, R59; Act No. 300/2008 Coll., s. 17(4) for delivery by fiction.
    """
    if rules.delivery_fiction != DEFAULT_RULES.delivery_fiction:
        raise PeriodSetByLaw(period=DEFAULT_RULES.delivery_fiction)
    for one in fields(rules):
        period: Period = getattr(rules, one.name)
        longest = Period(LONGEST[period.unit], period.unit)
        if period.count > longest.count:
            raise PeriodTooLong(period_name=one.name, period=period, longest=longest)
    return rules


def call_hint(announced_on: list[date], *, today: date, usual: int) -> CallHint:
    """Return the hint of planning for the present year.

    Source:
        R2, D6 of R99 (usually twice a year; a hint, never a refusal).
    """
    announced = sum(day.year == today.year for day in announced_on)
    return CallHint(today.year, announced, usual)
