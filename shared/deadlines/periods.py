"""How long a period is, and on which day it ends before anything moves it."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from shared.calendar_cz import LAST_DAY, DayOutsideCalendar, add_working_days, plus_days
from shared.errors import DomainError

DAYS_IN_WEEK: Final = 7
MONTHS_IN_YEAR: Final = 12
LONGEST: Final = 366


class PeriodNotAllowed(DomainError):
    """A period is a whole number from 1 to ``longest`` of a known unit (``count``, ``unit``)."""


class Unit(StrEnum):
    """What a period is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time such as three weeks."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        whole = isinstance(self.count, int) and not isinstance(self.count, bool)
        if not whole or not 1 <= self.count <= LONGEST or not isinstance(self.unit, Unit):
            raise PeriodNotAllowed(count=self.count, unit=self.unit, longest=LONGEST)

    def to_json(self) -> dict[str, Any]:
        """Return ``{"count": 3, "unit": "weeks"}``."""
        return {"count": self.count, "unit": self.unit.value}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return the period from its JSON form.

        Raises:
            PeriodNotAllowed: A field is missing, unknown or outside its values.
        """
        if not isinstance(value, Mapping) or set(value) != {"count", "unit"}:
            raise PeriodNotAllowed(count=None, unit=None, longest=LONGEST)
        count, unit = value["count"], value["unit"]
        if unit not in list(Unit):
            raise PeriodNotAllowed(count=count, unit=unit, longest=LONGEST)
        return cls(count, Unit(unit))


def working_days(count: int) -> Period:
    """Return a period of working days."""
    return Period(count, Unit.WORKING_DAYS)


def calendar_days(count: int) -> Period:
    """Return a period of calendar days."""
    return Period(count, Unit.CALENDAR_DAYS)


def weeks(count: int) -> Period:
    """Return a period of weeks."""
    return Period(count, Unit.WEEKS)


def months(count: int) -> Period:
    """Return a period of months."""
    return Period(count, Unit.MONTHS)


def period_end(start: date, period: Period) -> date:
    """Return the last day of the period that begins with an event, before any shift.

    Args:
        start: Day of the event, which does not count itself.
        period: How long.

    Returns:
        The counted day; for weeks the same weekday, for months the same number of the day,
        or the last day of a month that has no such day.

    Raises:
        DayOutsideCalendar: The period leaves the calendar.

    Source:
        Act No. 89/2012 Coll., s. 605(1) for days and s. 605(2) for weeks and months.
    """
    match period.unit:
        case Unit.WORKING_DAYS:
            return add_working_days(start, period.count)
        case Unit.CALENDAR_DAYS:
            return plus_days(start, period.count)
        case Unit.WEEKS:
            return plus_days(start, period.count * DAYS_IN_WEEK)
        case Unit.MONTHS:
            return _plus_months(start, period.count)


def _plus_months(start: date, count: int) -> date:
    start = plus_days(start, 0)
    years, month_index = divmod(start.month - 1 + count, MONTHS_IN_YEAR)
    year, month = start.year + years, month_index + 1
    if year > LAST_DAY.year:
        raise DayOutsideCalendar(day=start, first=start, last=LAST_DAY)
    return date(year, month, min(start.day, monthrange(year, month)[1]))
