"""What a deadline allows, what a programme may set, and how both are stored."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calendar_cz import DayOutsideCalendar
from shared.deadlines import (
    DeadlineRules,
    DeadlineRulesNotReadable,
    NotWorkingDay,
    Period,
    PeriodNotAllowed,
    PeriodRule,
    TooEarly,
    TooLate,
    Unit,
    calendar_days,
    days_left,
    deadline_after,
    deadline_from_json,
    deadline_to_json,
    delivery_by_fiction,
    earliest_close,
    latest_safe_dispatch,
    list_due,
    margin,
    notice_due,
    safe_repair_date,
    weeks,
    working_days,
)

RULE = PeriodRule("test", "something.happened")
days = st.dates(date(2001, 1, 1), date(2090, 12, 31))


# Keeping a deadline.


def test_a_minimum_allows_its_day_and_later_working_days() -> None:
    found = earliest_close(date(2018, 5, 4))

    found.check(date(2018, 5, 25))
    found.check(date(2018, 6, 4))
    with pytest.raises(TooEarly) as early:
        found.check(date(2018, 5, 24))
    with pytest.raises(NotWorkingDay) as rest:
        found.check(date(2018, 5, 26))

    assert early.value.params["earliest"] == date(2018, 5, 25)
    assert rest.value.params["next_day"] == date(2018, 5, 28)


def test_a_maximum_allows_its_day_and_earlier_ones() -> None:
    found = notice_due(date(2026, 4, 2))

    found.check(date(2026, 4, 13))
    found.check(date(2026, 4, 11))
    with pytest.raises(TooLate) as late:
        found.check(date(2026, 4, 14))

    assert late.value.params == {
        "rule": "D4",
        "day": date(2026, 4, 14),
        "latest": date(2026, 4, 13),
    }


def test_days_left_run_to_zero_and_below() -> None:
    found = notice_due(date(2026, 4, 2))

    left = [days_left(found, date(2026, 4, day)) for day in (2, 12, 13, 14)]

    assert left == [11, 1, 0, -1]


def test_the_margin_is_positive_on_the_safe_side_of_both_directions() -> None:
    maximum, minimum = notice_due(date(2026, 4, 2)), earliest_close(date(2018, 5, 4))

    assert [margin(maximum, date(2026, 4, day)) for day in (10, 13, 14)] == [3, 0, -1]
    assert [margin(minimum, date(2018, 5, day)) for day in (24, 25, 28)] == [-1, 0, 3]


# Settings.


def test_a_programme_may_set_other_periods() -> None:
    rules = DeadlineRules(list_published=working_days(5), delivery_fiction=calendar_days(15))

    assert list_due(date(2026, 4, 2), rules).due == date(2026, 4, 13)
    assert delivery_by_fiction(date(2026, 6, 1), rules).due == date(2026, 6, 16)
    assert safe_repair_date(date(2026, 6, 1), rules).due == date(2026, 6, 23)
    assert latest_safe_dispatch(date(2026, 6, 23), rules) == date(2026, 6, 1)


def test_rules_survive_the_journey_through_json() -> None:
    rules = DeadlineRules(call_open=weeks(4), notice=working_days(10))

    assert DeadlineRules.from_json(json.loads(json.dumps(rules.to_json()))) == rules


def test_rules_that_are_not_stored_keep_their_defaults() -> None:
    stored = {"notice": {"count": 10, "unit": "working_days"}}

    assert DeadlineRules.from_json(stored) == DeadlineRules(notice=working_days(10))


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(DeadlineRulesNotReadable) as refused:
        DeadlineRules.from_json({"notise": {"count": 10, "unit": "working_days"}})

    assert refused.value.params == {"unknown": ["notise"]}


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        {},
        {"count": 7},
        {"count": 7, "unit": "days"},
        {"count": 7, "unit": ["weeks"]},
        {"count": 0, "unit": "weeks"},
        {"count": -1, "unit": "weeks"},
        {"count": 367, "unit": "weeks"},
        {"count": 1.5, "unit": "weeks"},
        {"count": "7", "unit": "weeks"},
        {"count": True, "unit": "weeks"},
        {"count": 7, "unit": "weeks", "note": "x"},
    ],
)
def test_what_is_no_period_is_refused(value: Any) -> None:
    with pytest.raises(PeriodNotAllowed):
        Period.from_json(value)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("start", [date.min, date(2000, 12, 31), date(2099, 12, 31), date.max])
def test_a_period_that_leaves_the_calendar_is_refused_by_name(start: date, unit: Unit) -> None:
    with pytest.raises(DayOutsideCalendar):
        deadline_after(start, Period(366, unit), RULE)


# The stored form.


@given(start=days)
def test_a_deadline_survives_the_journey_through_json(start: date) -> None:
    for found in (safe_repair_date(start), notice_due(start), earliest_close(start)):
        assert deadline_from_json(json.loads(json.dumps(deadline_to_json(found)))) == found


def test_the_stored_form_is_read_as_it_stood() -> None:
    stored = deadline_to_json(notice_due(date(2026, 4, 2)))
    stored["due"] = "2026-04-14"

    assert deadline_from_json(stored).due == date(2026, 4, 14)
