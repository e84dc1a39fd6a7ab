"""The Czech calendar: public holidays, working days and the Prague day of an instant. Pure.

A `date` is a calendar day in Europe/Prague, a `datetime` is an aware instant. The holidays
are worked out from the Act itself; the tests hold every day of 2008-2035 against a written
table of Easter dates and against the ``holidays`` library.

Source:
    Act No. 245/2000 Coll.: s. 1 (state holidays), s. 2 (other holidays), s. 3 (both are days
    of rest). The significant days of s. 4 are working days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from shared.errors import DomainError

PRAGUE: Final = ZoneInfo("Europe/Prague")

FIRST_DAY: Final = date(2001, 1, 1)
"""The first whole year under the Act, which took effect on 9 August 2000."""
LAST_DAY: Final = date(2099, 12, 31)
"""Far behind every period that the process knows, and near enough to catch a typing error."""

ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class DayOutsideCalendar(DomainError):
    """The calendar is known from ``first`` to ``last``; ``day`` (or what follows it) is not."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday on one day of one year."""

    day: date
    code: str
    """Stable name for programs, e.g. ``easter-monday``."""
    name_cs: str
    """The name as the Act gives it."""
    name_en: str
    name_de: str

    def name(self, language: str) -> str:
        """Return the name in ``en`` or ``de``, and in Czech for every other language."""
        return {"en": self.name_en, "de": self.name_de}.get(language, self.name_cs)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One holiday of the Act: ``when`` is (month, day), or days from Easter Sunday."""

    code: str
    when: tuple[int, int] | int
    cs: str
    en: str
    de: str
    since: int = FIRST_DAY.year
    until: int = LAST_DAY.year

    def in_year(self, year: int) -> Holiday | None:
        if not self.since <= year <= self.until:
            return None
        if isinstance(self.when, int):
            day = easter_sunday(year) + timedelta(days=self.when)
        else:
            day = date(year, *self.when)
        return Holiday(day, self.code, self.cs, self.en, self.de)


# 1 January is two holidays at once, New Year's Day under s. 2 and the renewal of the state
# under s. 1; one day is listed once, under the name that people use.
_RULES: Final = (
    _Rule("new-year", (1, 1), "Nový rok", "New Year's Day", "Neujahr"),
    _Rule("good-friday", -2, "Velký pátek", "Good Friday", "Karfreitag", since=2016),
    _Rule("easter-monday", 1, "Velikonoční pondělí", "Easter Monday", "Ostermontag"),
    _Rule("labour-day", (5, 1), "Svátek práce", "Labour Day", "Tag der Arbeit"),
    _Rule("victory-day", (5, 8), "Den vítězství", "Victory Day", "Tag des Sieges"),
    _Rule(
        "cyril-and-methodius",
        (7, 5),
        "Den slovanských věrozvěstů Cyrila a Metoděje",
        "Day of the Slavic Missionaries Cyril and Methodius",
        "Tag der Slawenapostel Kyrill und Method",
    ),
    _Rule(
        "jan-hus",
        (7, 6),
        "Den upálení mistra Jana Husa",
        "Day of the Burning of Master Jan Hus",
        "Tag der Verbrennung von Magister Jan Hus",
    ),
    _Rule(
        "czech-statehood",
        (9, 28),
        "Den české státnosti",
        "Czech Statehood Day",
        "Tag der tschechischen Staatlichkeit",
    ),
    _Rule(
        "czechoslovak-state",
        (10, 28),
        "Den vzniku samostatného československého státu",
        "Independent Czechoslovak State Day",
        "Tag der Entstehung des selbstständigen tschechoslowakischen Staates",
    ),
    _Rule(
        "freedom-and-democracy",
        (11, 17),
        "Den boje za svobodu a demokracii",
        "Struggle for Freedom and Democracy Day",
        "Tag des Kampfes für Freiheit und Demokratie",
        until=2018,
    ),
    _Rule(
        "freedom-and-democracy",
        (11, 17),
        "Den boje za svobodu a demokracii a Mezinárodní den studentstva",
        "Struggle for Freedom and Democracy Day and International Students' Day",
        "Tag des Kampfes für Freiheit und Demokratie und Internationaler Studententag",
        since=2019,
    ),
    _Rule("christmas-eve", (12, 24), "Štědrý den", "Christmas Eve", "Heiliger Abend"),
    _Rule("christmas-day", (12, 25), "1. svátek vánoční", "Christmas Day", "1. Weihnachtsfeiertag"),
    _Rule(
        "second-christmas-day",
        (12, 26),
        "2. svátek vánoční",
        "Second Day of Christmas",
        "2. Weihnachtsfeiertag",
    ),
)


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar.

    Source:
        The anonymous Gregorian computus as printed by J. Meeus, Astronomical Algorithms,
        chapter 8; its letters are kept so that a reader can follow it in the book.
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    w = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * w) // 451
    month, before = divmod(h + w - 7 * m + 114, 31)
    return date(year, month, before + 1)


def holidays_of(year: int) -> tuple[Holiday, ...]:
    """Return the public holidays of a year in order: 12, since 2016 thirteen.

    Raises:
        DayOutsideCalendar: The year is before 2001 or after 2099.

    Source:
        Act No. 245/2000 Coll., ss. 1 and 2; Good Friday since 2016.
    """
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise DayOutsideCalendar(day=year, first=FIRST_DAY, last=LAST_DAY)
    return tuple(_by_day(year).values())


@cache  # At most 99 years, and a year never changes.
def _by_day(year: int) -> dict[date, Holiday]:
    found = (rule.in_year(year) for rule in _RULES)
    ordered = sorted((holiday for holiday in found if holiday), key=lambda one: one.day)
    return {holiday.day: holiday for holiday in ordered}


def is_holiday(day: date) -> Holiday | None:
    """Return the public holiday on the day, or ``None``.

    Raises:
        DayOutsideCalendar: The day is before 2001 or after 2099.

    Source:
        Act No. 245/2000 Coll., ss. 1-3.
    """
    return _by_day(_known(day).year).get(day)


def is_weekend(day: date) -> bool:
    """Tell whether the day is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def is_working_day(day: date) -> bool:
    """Tell whether the day is neither a Saturday, a Sunday nor a public holiday.

    Raises:
        DayOutsideCalendar: The day is before 2001 or after 2099.

    Source:
        Act No. 245/2000 Coll., s. 3; Act No. 89/2012 Coll., s. 607.
    """
    return is_holiday(day) is None and not is_weekend(day)


def next_working_day(day: date) -> date:
    """Return the day itself when it is a working day, else the nearest later one.

    Raises:
        DayOutsideCalendar: The search left the calendar.

    Source:
        Act No. 89/2012 Coll., s. 607.
    """
    while not is_working_day(day):
        day = plus_days(day, 1)
    return day


def add_working_days(day: date, count: int) -> date:
    """Return the working day that is ``count`` working days after the day.

    The day itself never counts. With 0 it is `next_working_day`.

    Raises:
        DayOutsideCalendar: The count left the calendar.
        ValueError: ``count`` is negative.

    Source:
        Act No. 89/2012 Coll., s. 605(1): a period begins on the day after the event.
    """
    if count < 0:
        raise ValueError("A count of working days is not negative.")
    if count == 0:
        return next_working_day(day)
    for _ in range(count):
        day = next_working_day(plus_days(day, 1))
    return day


def plus_days(day: date, count: int) -> date:
    """Return the calendar day ``count`` days later (earlier when negative).

    Raises:
        DayOutsideCalendar: The result is before 2001 or after 2099.
    """
    try:
        return _known(_known(day) + timedelta(days=count))
    except OverflowError as error:
        raise DayOutsideCalendar(day=day, first=FIRST_DAY, last=LAST_DAY) from error


def prague_day(instant: datetime) -> date:
    """Return the calendar day in Prague at the instant.

    Args:
        instant: An aware instant in any zone.

    Raises:
        ValueError: The instant is naive, so nobody knows which day it is.
    """
    if instant.utcoffset() is None:
        raise ValueError("An instant needs a time zone.")
    return instant.astimezone(PRAGUE).date()


def prague_day_span(day: date) -> tuple[datetime, datetime]:
    """Return the first instant of the Prague day and of the next one, both in UTC.

    Half-open, so ``start <= instant < end`` is the day; it lasts 23, 24 or 25 hours.
    """
    return _midnight(day), _midnight(day + ONE_DAY)


def _midnight(day: date) -> datetime:
    # Clocks in Prague change at 2 and 3 o'clock, so midnight always exists exactly once.
    return datetime.combine(day, time(), PRAGUE).astimezone(UTC)


def _known(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DayOutsideCalendar(day=day, first=FIRST_DAY, last=LAST_DAY)
    return day
