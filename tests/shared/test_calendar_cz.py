"""The Czech calendar: every day of 2008-2035 against a written table and another library."""

from datetime import UTC, date, datetime, timedelta, timezone

import holidays as holidays_library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import calendar_cz as cz

YEARS = range(2008, 2036)
EASTER_SUNDAYS = """
    2008-03-23 2009-04-12 2010-04-04 2011-04-24 2012-04-08 2013-03-31 2014-04-20
    2015-04-05 2016-03-27 2017-04-16 2018-04-01 2019-04-21 2020-04-12 2021-04-04
    2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28 2028-04-16
    2029-04-01 2030-04-21 2031-04-13 2032-03-28 2033-04-17 2034-04-09 2035-03-25
"""
"""Written out day by day; nothing here is computed."""
FIXED = """
    01-01 05-01 05-08 07-05 07-06 09-28 10-28 11-17 12-24 12-25 12-26
"""

DAYS = [date(2008, 1, 1) + timedelta(days=n) for n in range(10_227)]

known_days = st.dates(cz.FIRST_DAY, cz.LAST_DAY)
middle_days = st.dates(date(2001, 1, 1), date(2090, 12, 31))


def table_of_holidays() -> set[date]:
    """Return the days of rest by the written table alone."""
    found: set[date] = set()
    for sunday in map(date.fromisoformat, EASTER_SUNDAYS.split()):
        found.update(date.fromisoformat(f"{sunday.year}-{day}") for day in FIXED.split())
        found.add(sunday + timedelta(days=1))
        if sunday.year >= 2016:
            found.add(sunday - timedelta(days=2))
    return found


def test_the_days_under_test_are_all_of_2008_to_2035() -> None:
    assert (DAYS[0], DAYS[-1]) == (date(2008, 1, 1), date(2035, 12, 31))


def test_every_day_is_a_holiday_exactly_when_the_table_says_so() -> None:
    table = table_of_holidays()

    wrong = [day for day in DAYS if (cz.is_holiday(day) is not None) != (day in table)]

    assert wrong == []


def test_every_day_agrees_with_the_holidays_library_in_day_and_czech_name() -> None:
    library = holidays_library.country_holidays("CZ", years=YEARS, language="cs")

    ours = {day: found.name_cs for day in DAYS if (found := cz.is_holiday(day))}

    assert set(ours) == set(library)
    assert [day for day, name in ours.items() if name not in library.get(day)] == []


def test_every_day_is_a_working_day_exactly_when_neither_weekend_nor_in_the_table() -> None:
    table = table_of_holidays()

    # The weekday from the day number: 1 January of year 1 was a Monday.
    expected = [(day.toordinal() - 1) % 7 < 5 and day not in table for day in DAYS]

    assert [cz.is_working_day(day) for day in DAYS] == expected


def test_every_known_year_agrees_with_the_holidays_library_in_its_days() -> None:
    years = range(cz.FIRST_DAY.year, cz.LAST_DAY.year + 1)
    library = holidays_library.country_holidays("CZ", years=years)

    assert {one.day for year in years for one in cz.holidays_of(year)} == set(library)


@pytest.mark.parametrize(("year", "count"), [(2008, 12), (2015, 12), (2016, 13), (2035, 13)])
def test_a_year_has_thirteen_holidays_since_good_friday_became_one(year: int, count: int) -> None:
    found = cz.holidays_of(year)

    assert len(found) == count
    assert [one.day for one in found] == sorted(one.day for one in found)
    assert ("good-friday" in {one.code for one in found}) is (year >= 2016)


def test_a_holiday_has_its_name_in_three_languages() -> None:
    found = cz.is_holiday(date(2026, 4, 6))

    assert found is not None
    assert [found.name(language) for language in ("cs", "en", "de", "fr")] == [
        "Velikonoční pondělí",
        "Easter Monday",
        "Ostermontag",
        "Velikonoční pondělí",
    ]


def test_every_holiday_is_named_in_every_language() -> None:
    found = [one for year in YEARS for one in cz.holidays_of(year)]

    assert all(one.code and one.name_cs and one.name_en and one.name_de for one in found)


@pytest.mark.parametrize(("year", "has_students"), [(2018, False), (2019, True)])
def test_17_november_is_also_the_students_day_since_2019(year: int, has_students: bool) -> None:
    found = cz.is_holiday(date(year, 11, 17))

    assert found is not None
    assert ("studentstva" in found.name_cs) is has_students


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 3, 28), "the Day of Teachers, a significant day, is on a Saturday"),
        (date(2026, 4, 5), "Easter Sunday is a Sunday, not a holiday of the Act"),
        (date(2026, 12, 31), "New Year's Eve"),
    ],
)
def test_other_days_are_not_holidays(day: date, name: str) -> None:
    assert cz.is_holiday(day) is None, name


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        pytest.param(date(2026, 4, 2), 5, date(2026, 4, 13), id="over Easter"),
        pytest.param(date(2026, 12, 18), 5, date(2026, 12, 29), id="over Christmas"),
        pytest.param(date(2026, 4, 2), 0, date(2026, 4, 2), id="none, from a working day"),
        pytest.param(date(2026, 4, 3), 0, date(2026, 4, 7), id="none, from a holiday"),
        pytest.param(date(2028, 2, 28), 1, date(2028, 2, 29), id="29 February counts"),
        pytest.param(date(2026, 2, 27), 1, date(2026, 3, 2), id="no 29 February to count"),
    ],
)
def test_working_days_are_added(day: date, count: int, expected: date) -> None:
    assert cz.add_working_days(day, count) == expected


def test_a_negative_count_of_working_days_is_a_fault() -> None:
    with pytest.raises(ValueError, match="not negative"):
        cz.add_working_days(date(2026, 1, 2), -1)


@given(day=middle_days)
def test_the_next_working_day_is_the_nearest(day: date) -> None:
    found = cz.next_working_day(day)

    between = [day + timedelta(days=n) for n in range((found - day).days)]
    assert cz.is_working_day(found)
    assert not any(cz.is_working_day(one) for one in between)


@given(day=middle_days, first=st.integers(1, 40), second=st.integers(0, 40))
def test_adding_working_days_in_two_parts_gives_the_same(
    day: date, first: int, second: int
) -> None:
    once = cz.add_working_days(day, first + second)

    assert cz.add_working_days(cz.add_working_days(day, first), second) == once


@given(day=known_days)
def test_a_working_day_is_never_on_a_weekend(day: date) -> None:
    assert not (cz.is_working_day(day) and cz.is_weekend(day))


@pytest.mark.parametrize("day", [date.min, date(2000, 12, 31), date(2100, 1, 1), date.max])
def test_a_day_outside_the_calendar_is_refused_by_name(day: date) -> None:
    with pytest.raises(cz.DayOutsideCalendar) as refused:
        cz.next_working_day(day)

    assert refused.value.params == {"day": day, "first": cz.FIRST_DAY, "last": cz.LAST_DAY}


@pytest.mark.parametrize("count", [1, 10**12])
def test_a_count_that_leaves_the_calendar_is_refused_by_name(count: int) -> None:
    with pytest.raises(cz.DayOutsideCalendar):
        cz.plus_days(cz.LAST_DAY, count)


@pytest.mark.parametrize("year", [2000, 2100])
def test_a_year_outside_the_calendar_is_refused_by_name(year: int) -> None:
    with pytest.raises(cz.DayOutsideCalendar):
        cz.holidays_of(year)


def test_an_instant_is_not_taken_for_a_day() -> None:
    good_friday = datetime(2026, 4, 3, 12, tzinfo=UTC)

    with pytest.raises(TypeError):
        cz.is_working_day(good_friday)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param("2026-01-15T22:59:59+00:00", date(2026, 1, 15), id="winter, before midnight"),
        pytest.param("2026-01-15T23:00:00+00:00", date(2026, 1, 16), id="winter, midnight"),
        pytest.param("2026-07-15T21:59:59+00:00", date(2026, 7, 15), id="summer, before midnight"),
        pytest.param("2026-07-15T22:00:00+00:00", date(2026, 7, 16), id="summer, midnight"),
        pytest.param("2026-03-28T22:59:59+00:00", date(2026, 3, 28), id="eve of summer time"),
        pytest.param("2026-03-29T00:59:59+00:00", date(2026, 3, 29), id="1:59 before the gap"),
        pytest.param("2026-03-29T21:59:59+00:00", date(2026, 3, 29), id="the day of 23 hours ends"),
        pytest.param("2026-03-29T22:00:00+00:00", date(2026, 3, 30), id="after it"),
        pytest.param("2026-10-25T22:59:59+00:00", date(2026, 10, 25), id="the day of 25 hours"),
        pytest.param("2026-10-25T23:00:00+00:00", date(2026, 10, 26), id="after it too"),
        pytest.param("2026-12-31T18:30:00-05:00", date(2027, 1, 1), id="seen from New York"),
    ],
)
def test_the_prague_day_of_an_instant(instant: str, day: date) -> None:
    assert cz.prague_day(datetime.fromisoformat(instant)) == day


def test_a_naive_instant_has_no_day() -> None:
    with pytest.raises(ValueError, match="time zone"):
        cz.prague_day(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2028, 2, 29), 24)],
)
def test_a_prague_day_lasts_as_long_as_the_clocks_say(day: date, hours: int) -> None:
    start, end = cz.prague_day_span(day)

    assert end - start == timedelta(hours=hours)
    assert (start.tzinfo, end.tzinfo) == (UTC, UTC)


@given(day=middle_days, part=st.floats(0, 1, exclude_max=True), offset=st.integers(-12, 14))
def test_every_instant_of_a_span_lies_on_its_day(day: date, part: float, offset: int) -> None:
    start, end = cz.prague_day_span(day)
    instant = start + timedelta(seconds=int((end - start).total_seconds() * part))

    there = instant.astimezone(timezone(timedelta(hours=offset)))

    assert cz.prague_day(there) == day
