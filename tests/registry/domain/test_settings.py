"""Settings of an organisation: bounds of periods, and the hint of planning."""

from dataclasses import fields, replace
from datetime import date

import pytest

from services.registry.domain.settings import (
    PERIODS,
    PeriodSetByLaw,
    PeriodTooLong,
    Settings,
    UsualCallsOutOfRange,
    call_hint,
    check_deadlines,
    check_settings,
)
from shared.deadlines import (
    DEFAULT_RULES,
    DeadlineRules,
    Period,
    calendar_days,
    months,
    weeks,
    working_days,
)


def test_the_defaults_are_those_of_the_seed() -> None:
    assert check_settings(Settings()) == Settings(2, DeadlineRules())


@pytest.mark.parametrize("name", PERIODS)
@pytest.mark.parametrize(
    ("longest", "too_long"),
    [
        (calendar_days(184), calendar_days(185)),
        (working_days(130), working_days(131)),
        (weeks(26), weeks(27)),
        (months(6), months(7)),
    ],
)
def test_a_period_has_at_most_half_a_year(name: str, longest: Period, too_long: Period) -> None:
    assert getattr(check_deadlines(replace(DEFAULT_RULES, **{name: longest})), name) == longest
    with pytest.raises(PeriodTooLong) as refused:
        check_deadlines(replace(DEFAULT_RULES, **{name: too_long}))
    assert refused.value.params == {"period_name": name, "period": too_long, "longest": longest}


def test_delivery_by_fiction_is_not_for_the_organisation_to_set() -> None:
    with pytest.raises(PeriodSetByLaw):
        check_deadlines(replace(DEFAULT_RULES, delivery_fiction=calendar_days(11)))
    assert {one.name for one in fields(DeadlineRules)} - set(PERIODS) == {"delivery_fiction"}


@pytest.mark.parametrize("usual", [0, -1, 51])
def test_an_unusual_usual_number_is_refused(usual: int) -> None:
    with pytest.raises(UsualCallsOutOfRange):
        check_settings(Settings(usual_calls=usual))


def test_the_hint_counts_calls_of_the_present_year() -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]

    hint = call_hint(days, today=date(2026, 6, 1), usual=2)

    assert (hint.year, hint.announced, hint.usual) == (2026, 2, 2)
