"""The deadline engine: the vectors of the process, every day of 2008-2034, and properties."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date, timedelta

import holidays as holidays_library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar_cz import is_working_day
from shared.deadlines import (
    Counted,
    Deadline,
    Direction,
    Due,
    LegalSource,
    Period,
    PeriodRule,
    Shift,
    Shifted,
    SkipReason,
    Started,
    TooEarly,
    Unit,
    calendar_days,
    deadline_after,
    delivery_by_fiction,
    earliest_close,
    earliest_presentation,
    earliest_repair_date,
    latest_safe_dispatch,
    list_due,
    months,
    notice_due,
    period_end,
    safe_repair_date,
    weeks,
    working_days,
)

RULE = PeriodRule("test", "something.happened")
STAYS = PeriodRule("test", "something.happened", shift=None)

# The independent calendar: dates of another library, days found by their place in one list.
REST = set(holidays_library.country_holidays("CZ", years=range(2008, 2038)))
FIRST, LAST = date(2008, 1, 1).toordinal(), date(2037, 12, 31).toordinal()
WORK = [
    date.fromordinal(number)
    for number in range(FIRST, LAST + 1)
    if (number - 1) % 7 < 5 and date.fromordinal(number) not in REST
]
STARTS = [date.fromordinal(FIRST + number) for number in range(10_227)]

days = st.dates(date(2001, 1, 1), date(2090, 12, 31))
periods = st.builds(Period, st.integers(1, 60), st.sampled_from(Unit))


def work_after(start: date, count: int) -> date:
    return WORK[bisect_right(WORK, start) + count - 1]


def work_from(day: date) -> date:
    return WORK[bisect_left(WORK, day)]


def days_after(start: date, count: int) -> date:
    return date.fromordinal(start.toordinal() + count)


def fiction(put_in_box: date) -> date:
    return work_from(days_after(put_in_box, 10))


# The vectors of the process.


@pytest.mark.parametrize(
    ("start", "due"),
    [
        pytest.param(date(2026, 4, 2), date(2026, 4, 13), id="Good Friday, Easter, two weekends"),
        pytest.param(date(2026, 12, 18), date(2026, 12, 29), id="Christmas"),
        pytest.param(date(2015, 4, 2), date(2015, 4, 10), id="2015: Good Friday still counts"),
        pytest.param(date(2026, 4, 3), date(2026, 4, 13), id="from a holiday"),
        pytest.param(date(2026, 6, 1), date(2026, 6, 8), id="a plain week"),
    ],
)
def test_the_notice_is_due_in_five_working_days(start: date, due: date) -> None:
    assert notice_due(start).due == due


def test_the_list_due_on_a_holiday_is_due_after_the_next_holiday_too() -> None:
    found = list_due(date(2026, 6, 28))

    assert (found.raw_end, found.due) == (date(2026, 7, 5), date(2026, 7, 7))
    assert found.is_shifted_by_section_607


def test_the_list_due_on_a_working_day_stays() -> None:
    found = list_due(date(2026, 6, 26))

    assert (found.due, found.shift, found.skipped) == (date(2026, 7, 3), None, ())


@pytest.mark.parametrize(
    ("put_in_box", "raw_end", "due"),
    [
        pytest.param(date(2026, 3, 24), date(2026, 4, 3), date(2026, 4, 7), id="Good Friday"),
        pytest.param(date(2026, 9, 18), date(2026, 9, 28), date(2026, 9, 29), id="St Wenceslas"),
        pytest.param(date(2026, 12, 15), date(2026, 12, 25), date(2026, 12, 28), id="Christmas"),
        pytest.param(date(2026, 6, 1), date(2026, 6, 11), date(2026, 6, 11), id="a plain Thursday"),
        pytest.param(date(2026, 3, 20), date(2026, 3, 30), date(2026, 3, 30), id="summer time"),
        pytest.param(date(2026, 10, 16), date(2026, 10, 26), date(2026, 10, 26), id="winter time"),
        pytest.param(date(2028, 2, 19), date(2028, 2, 29), date(2028, 2, 29), id="29 February"),
    ],
)
def test_an_unread_message_is_delivered_on_the_tenth_day(
    put_in_box: date, raw_end: date, due: date
) -> None:
    found = delivery_by_fiction(put_in_box)

    assert (found.raw_end, found.due) == (raw_end, due)
    assert found.is_shifted is (raw_end != due)
    assert not found.is_shifted_by_section_607


def test_an_unread_deficiency_call_has_a_date_seven_days_after_fiction() -> None:
    found = safe_repair_date(date(2026, 6, 1))

    assert found.after is not None
    assert (found.after.due, found.due) == (date(2026, 6, 11), date(2026, 6, 18))


def test_a_date_counted_from_dispatch_would_pass_before_delivery() -> None:
    literal = period_end(date(2026, 6, 1), calendar_days(7))

    with pytest.raises(TooEarly) as refused:
        safe_repair_date(date(2026, 6, 1)).check(literal)

    assert refused.value.params == {
        "rule": "D3",
        "day": date(2026, 6, 8),
        "earliest": date(2026, 6, 18),
    }


@pytest.mark.parametrize(
    ("published", "raw_end", "due"),
    [
        pytest.param(date(2012, 5, 4), date(2012, 5, 25), date(2012, 5, 25), id="Friday to Friday"),
        pytest.param(date(2018, 5, 4), date(2018, 5, 25), date(2018, 5, 25), id="again in 2018"),
        pytest.param(date(2026, 4, 10), date(2026, 5, 1), date(2026, 5, 4), id="Labour Day"),
        pytest.param(date(2026, 6, 6), date(2026, 6, 27), date(2026, 6, 29), id="on a Saturday"),
    ],
)
def test_a_call_closes_on_a_working_day_after_three_weeks(
    published: date, raw_end: date, due: date
) -> None:
    found = earliest_close(published)

    assert (found.raw_end, found.due) == (raw_end, due)
    assert not found.is_shifted_by_section_607


@pytest.mark.parametrize(
    ("told", "earliest"),
    [
        pytest.param(date(2026, 6, 1), date(2026, 6, 8), id="a week"),
        pytest.param(date(2026, 6, 28), date(2026, 7, 5), id="a holiday is as good as another day"),
    ],
)
def test_a_new_presentation_date_is_known_a_week_ahead(told: date, earliest: date) -> None:
    found = earliest_presentation(told)

    assert found.due == earliest
    found.check(earliest)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        pytest.param(date(2026, 5, 4), calendar_days(3), date(2026, 5, 7), id="4 May + 3 days"),
        pytest.param(date(2026, 5, 4), weeks(1), date(2026, 5, 11), id="the same weekday"),
        pytest.param(date(2026, 1, 31), months(1), date(2026, 2, 28), id="no 31 February"),
        pytest.param(date(2028, 1, 31), months(1), date(2028, 2, 29), id="leap year"),
        pytest.param(date(2028, 2, 29), months(12), date(2029, 2, 28), id="29 February, a year"),
        pytest.param(date(2028, 2, 29), weeks(52), date(2029, 2, 27), id="29 February, 52 weeks"),
        pytest.param(date(2026, 12, 15), months(1), date(2027, 1, 15), id="over New Year"),
        pytest.param(date(2026, 3, 28), calendar_days(1), date(2026, 3, 29), id="23-hour day"),
        pytest.param(date(2026, 10, 24), calendar_days(2), date(2026, 10, 26), id="25-hour day"),
    ],
)
def test_periods_end_as_section_605_says(start: date, period: Period, end: date) -> None:
    assert period_end(start, period) == end


# Every day against the independent calendar.


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param(notice_due, lambda day: work_after(day, 5), id="D4"),
        pytest.param(list_due, lambda day: work_from(days_after(day, 7)), id="D2"),
        pytest.param(earliest_close, lambda day: work_from(days_after(day, 21)), id="D1"),
        pytest.param(earliest_presentation, lambda day: days_after(day, 7), id="D5"),
        pytest.param(earliest_repair_date, lambda day: work_from(days_after(day, 7)), id="D3"),
        pytest.param(delivery_by_fiction, fiction, id="fiction"),
        pytest.param(
            safe_repair_date, lambda day: work_from(days_after(fiction(day), 7)), id="D3 safe"
        ),
    ],
)
def test_every_day_of_2008_to_2035_agrees_with_an_independent_calendar(
    ours: Callable[[date], Deadline], theirs: Callable[[date], date]
) -> None:
    assert (STARTS[0], STARTS[-1]) == (date(2008, 1, 1), date(2035, 12, 31))

    wrong = [day for day in STARTS if ours(day).due != theirs(day)]

    assert wrong == []


@pytest.mark.parametrize("count", [1, 2, 10, 23])
def test_working_days_of_every_length_agree_too(count: int) -> None:
    period = working_days(count)

    wrong = [day for day in STARTS if period_end(day, period) != work_after(day, count)]

    assert wrong == []


# Properties.


@given(start=days, period=periods)
def test_a_shifted_end_is_never_a_day_of_rest(start: date, period: Period) -> None:
    found = deadline_after(start, period, RULE)

    assert is_working_day(found.due)
    assert found.is_shifted is (found.due != found.raw_end)
    assert found.raw_end <= found.due


@given(start=days, period=periods)
def test_an_end_that_stays_is_the_counted_one(start: date, period: Period) -> None:
    found = deadline_after(start, period, STAYS)

    assert (found.due, found.shift) == (found.raw_end, None)


@given(start=days, period=periods, rule=st.sampled_from([RULE, STAYS]))
def test_skipped_days_are_days_of_rest_in_order_between_start_and_due(
    start: date, period: Period, rule: PeriodRule
) -> None:
    found = deadline_after(start, period, rule)

    skipped = [one.day for one in found.skipped]
    assert not any(is_working_day(day) for day in skipped)
    assert skipped == sorted(set(skipped))
    assert all(start < day < found.due for day in skipped)


@given(start=days, count=st.integers(1, 60))
def test_counted_and_skipped_working_days_fill_the_whole_span(start: date, count: int) -> None:
    found = deadline_after(start, working_days(count), RULE)

    assert count + len(found.skipped) == (found.due - start).days


@given(start=days, later=st.integers(1, 30), period=periods, rule=st.sampled_from([RULE, STAYS]))
def test_a_later_event_never_gives_an_earlier_day(
    start: date, later: int, period: Period, rule: PeriodRule
) -> None:
    first = deadline_after(start, period, rule)
    second = deadline_after(start + timedelta(days=later), period, rule)

    assert first.due <= second.due


@given(start=days, period=st.builds(Period, st.integers(1, 59), st.sampled_from(Unit)))
def test_a_longer_period_never_gives_an_earlier_day(start: date, period: Period) -> None:
    longer = Period(period.count + 1, period.unit)

    assert deadline_after(start, period, RULE).due <= deadline_after(start, longer, RULE).due


@given(dispatched=days, read_after=st.integers(0, 30))
def test_the_safe_date_leaves_seven_days_whenever_the_message_is_read(
    dispatched: date, read_after: int
) -> None:
    fixed = safe_repair_date(dispatched).due
    delivered = min(dispatched + timedelta(days=read_after), delivery_by_fiction(dispatched).due)

    earliest_repair_date(delivered).check(fixed)

    assert (fixed - delivered).days >= 7


@given(fixed=st.dates(date(2002, 1, 1), date(2090, 12, 31)))
def test_the_latest_safe_dispatch_is_the_last_one_that_is_safe(fixed: date) -> None:
    last = latest_safe_dispatch(fixed)

    assert safe_repair_date(last).due <= fixed
    assert safe_repair_date(last + timedelta(days=1)).due > fixed


# The explanation.


def test_the_explanation_names_every_skipped_day_and_its_reason() -> None:
    found = notice_due(date(2026, 4, 2))

    said = [(one.day.day, one.reason, one.holiday and one.holiday.code) for one in found.skipped]
    assert said == [
        (3, SkipReason.HOLIDAY, "good-friday"),
        (4, SkipReason.WEEKEND, None),
        (5, SkipReason.WEEKEND, None),
        (6, SkipReason.HOLIDAY, "easter-monday"),
        (11, SkipReason.WEEKEND, None),
        (12, SkipReason.WEEKEND, None),
    ]


def test_a_holiday_on_a_weekend_is_both() -> None:
    sunday = list_due(date(2026, 6, 28)).skipped[0]

    assert (sunday.reason, sunday.is_weekend) == (SkipReason.HOLIDAY, True)


def test_the_result_carries_its_rule_event_and_sources() -> None:
    found = list_due(date(2026, 6, 28))

    assert (found.rule, found.direction, found.event) == (
        "D2",
        Direction.MAXIMUM,
        "intake.closed",
    )
    assert (found.period, found.start) == (calendar_days(7), date(2026, 6, 28))
    assert found.sources == (LegalSource.DAYS, LegalSource.LAST_DAY)


def test_delivery_by_fiction_rests_on_its_act_and_on_the_court() -> None:
    assert delivery_by_fiction(date(2026, 3, 24)).sources == (
        LegalSource.FICTION,
        LegalSource.DAYS,
        LegalSource.FICTION_LAST_DAY,
    )


def test_the_steps_of_a_count_of_working_days() -> None:
    found = notice_due(date(2026, 4, 3))

    assert found.explain() == (
        Started("control.ended", date(2026, 4, 3)),
        Counted(working_days(5), date(2026, 4, 13), found.skipped),
        Due(date(2026, 4, 13), Direction.MAXIMUM),
    )


def test_the_steps_of_a_chain_begin_with_the_delivery() -> None:
    found = safe_repair_date(date(2026, 3, 24))

    delivered = found.after
    assert delivered is not None
    assert found.explain() == (
        Started("message.put_in_box", date(2026, 3, 24)),
        Counted(calendar_days(10), date(2026, 4, 3), ()),
        Shifted(Shift.DELIVERY_FICTION, delivered.skipped, date(2026, 4, 7)),
        Due(date(2026, 4, 7), Direction.MAXIMUM),
        Started("message.delivered", date(2026, 4, 7)),
        Counted(calendar_days(7), date(2026, 4, 14), ()),
        Due(date(2026, 4, 14), Direction.MINIMUM),
    )
