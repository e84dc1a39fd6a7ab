"""A counted deadline: the day, and everything that explains it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from shared.calendar_cz import (
    Holiday,
    is_holiday,
    is_weekend,
    is_working_day,
    next_working_day,
    plus_days,
)
from shared.deadlines.periods import Period, Unit, period_end
from shared.errors import DomainError


class TooEarly(DomainError):
    """The chosen ``day`` lies before the ``earliest`` that the ``rule`` allows."""


class TooLate(DomainError):
    """The chosen ``day`` lies after the ``latest`` that the ``rule`` allows."""


class NotWorkingDay(DomainError):
    """The ``rule`` wants a working day; ``day`` is none and ``next_day`` would be."""


class Direction(StrEnum):
    """Whether the period must at least pass, or may at most pass."""

    MINIMUM = "minimum"
    MAXIMUM = "maximum"


class Shift(StrEnum):
    """Why an end that is not a working day moves to the next one."""

    SECTION_607 = "section_607"
    """A period for doing something never ends on a day of rest."""
    DELIVERY_FICTION = "delivery_fiction"
    """Nor does the period after which an unread message counts as delivered."""
    CLOSE_ON_WORKING_DAY = "close_on_working_day"
    """The office must be open when the intake closes; a rule of the MAS, not of the Act."""


class LegalSource(StrEnum):
    """What a result may rest on: number of the Act and section, or a court's decision."""

    DAYS = "89/2012 s. 605(1)"
    WEEKS_AND_MONTHS = "89/2012 s. 605(2)"
    LAST_DAY = "89/2012 s. 607"
    FICTION = "300/2008 s. 17(4)"
    FICTION_LAST_DAY = "NSS 4 Afs 264/2018-85"


_SHIFT_SOURCES: Final = {
    Shift.SECTION_607: LegalSource.LAST_DAY,
    Shift.DELIVERY_FICTION: LegalSource.FICTION_LAST_DAY,
}


class SkipReason(StrEnum):
    """Why a day was passed over."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """What kind of period it is; how long it is, is a setting and comes apart from it."""

    name: str
    """Identifier: ``D1`` to ``D5``, or a name."""
    event: str
    """Name of the event that starts the period."""
    direction: Direction = Direction.MAXIMUM
    shift: Shift | None = Shift.SECTION_607
    """Why an end on a day of rest moves; ``None`` when it stays, as the end of a time that
    merely lasts [doba] does."""
    only_working_days: bool = False
    """Whether the day that is chosen must itself be a working day."""
    source: LegalSource | None = None
    """The provision that sets the period, when an Act does."""


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day that did not count, or on which the period could not end."""

    day: date
    holiday: Holiday | None
    """``None`` on a plain Saturday or Sunday; a holiday may fall on a weekend too."""

    @property
    def reason(self) -> SkipReason:
        """The holiday names the day, even on a weekend."""
        return SkipReason.WEEKEND if self.holiday is None else SkipReason.HOLIDAY

    @property
    def is_weekend(self) -> bool:
        """Whether the day would not have counted without the holiday either."""
        return is_weekend(self.day)


@dataclass(frozen=True, slots=True)
class Started:
    """Step: the event happened; its day does not count."""

    event: str
    day: date


@dataclass(frozen=True, slots=True)
class Counted:
    """Step: the period was counted; ``passed_over`` are non-working days among the counted."""

    period: Period
    raw_end: date
    passed_over: tuple[SkippedDay, ...]


@dataclass(frozen=True, slots=True)
class Shifted:
    """Step: the end was no working day and moved."""

    shift: Shift
    passed_over: tuple[SkippedDay, ...]
    due: date


@dataclass(frozen=True, slots=True)
class Due:
    """Step: the result. A minimum allows ``day`` and later, a maximum ``day`` and earlier."""

    day: date
    direction: Direction


Step = Started | Counted | Shifted | Due


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day with its explanation. Make one with `deadline_after` or a function of `rules`."""

    rule: str
    """Identifier of the rule: ``D1`` to ``D5``, or a name."""
    direction: Direction
    event: str
    """Name of the event that starts the period."""
    start: date
    """Day of that event."""
    period: Period
    raw_end: date
    """Where the count ended, before a shift."""
    due: date
    """The first allowed day of a minimum, the last allowed day of a maximum."""
    skipped: tuple[SkippedDay, ...]
    """Days passed over while counting working days, or by the shift; in order."""
    shift: Shift | None
    """Why the end moved; ``None`` when it did not."""
    sources: tuple[LegalSource, ...]
    only_working_days: bool = False
    """Whether the day that is chosen must itself be a working day."""
    after: "Deadline | None" = None
    """The deadline that gave ``start``, such as delivery by fiction."""

    @property
    def is_shifted(self) -> bool:
        """Whether the end moved to a later working day, for whatever reason."""
        return self.shift is not None

    @property
    def is_shifted_by_section_607(self) -> bool:
        """Whether section 607 of the Civil Code moved the end."""
        return self.shift is Shift.SECTION_607

    def explain(self) -> tuple[Step, ...]:
        """Return the steps that lead to the day, those of ``after`` first. Values, no words."""
        earlier = self.after.explain() if self.after else ()
        counted = () if self.shift else self.skipped
        steps: tuple[Step, ...] = (
            Started(self.event, self.start),
            Counted(self.period, self.raw_end, counted),
        )
        if self.shift:
            steps += (Shifted(self.shift, self.skipped, self.due),)
        return (*earlier, *steps, Due(self.due, self.direction))

    def check(self, day: date) -> None:
        """Return when the chosen day keeps the deadline.

        Raises:
            TooEarly: Before the first day of a minimum.
            TooLate: After the last day of a maximum.
            NotWorkingDay: The rule wants a working day.
        """
        if self.direction is Direction.MINIMUM and day < self.due:
            raise TooEarly(rule=self.rule, day=day, earliest=self.due)
        if self.direction is Direction.MAXIMUM and day > self.due:
            raise TooLate(rule=self.rule, day=day, latest=self.due)
        if self.only_working_days and not is_working_day(day):
            raise NotWorkingDay(rule=self.rule, day=day, next_day=next_working_day(day))


def deadline_after(
    start: date, period: Period, rule: PeriodRule, after: Deadline | None = None
) -> Deadline:
    """Count a period from an event and explain the result.

    Args:
        start: Day of the event, a calendar day in Europe/Prague. It does not count.
        period: How long.
        rule: What kind of period it is.
        after: The deadline whose day is ``start``, when that day is itself computed.

    Returns:
        The deadline; its ``shift`` is set only if the end really moved.

    Raises:
        DayOutsideCalendar: The period leaves the calendar.

    Source:
        Act No. 89/2012 Coll., ss. 605 and 607.
    """
    raw_end = period_end(start, period)
    due = next_working_day(raw_end) if rule.shift else raw_end
    moved = rule.shift if due != raw_end else None
    return Deadline(
        rule=rule.name,
        direction=rule.direction,
        event=rule.event,
        start=start,
        period=period,
        raw_end=raw_end,
        due=due,
        skipped=_skipped(start, period, raw_end, due),
        shift=moved,
        sources=_sources(period, moved, rule.source),
        only_working_days=rule.only_working_days,
        after=after,
    )


def days_left(deadline: Deadline, today: date) -> int:
    """Return the calendar days from today to the due day: 0 on the day, negative after it."""
    return (deadline.due - today).days


def margin(deadline: Deadline, day: date) -> int:
    """Return how many calendar days the chosen or real day lies on the safe side.

    Zero is just kept, negative is broken: for a maximum days before the due day, for a
    minimum days after it.
    """
    spare = (deadline.due - day).days
    return spare if deadline.direction is Direction.MAXIMUM else -spare


def _skipped(start: date, period: Period, raw_end: date, due: date) -> tuple[SkippedDay, ...]:
    """Return the days of rest that made the result later than plain counting would."""
    first = plus_days(start, 1) if period.unit is Unit.WORKING_DAYS else raw_end
    span = (plus_days(first, number) for number in range((due - first).days))
    return tuple(SkippedDay(day, is_holiday(day)) for day in span if not is_working_day(day))


def _sources(
    period: Period, shift: Shift | None, own: LegalSource | None
) -> tuple[LegalSource, ...]:
    in_days = period.unit in {Unit.WORKING_DAYS, Unit.CALENDAR_DAYS}
    counting = LegalSource.DAYS if in_days else LegalSource.WEEKS_AND_MONTHS
    moving = _SHIFT_SOURCES.get(shift) if shift else None
    return tuple(source for source in (own, counting, moving) if source)
