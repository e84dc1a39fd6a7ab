"""1.13 (7): the period for a review, who may decide, and what a decision must say."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.evaluation.domain.reviews import (
    JudgedBefore,
    LatenessWrong,
    MeasureMissing,
    NotDeliveredYet,
    ReviewBeforeNotice,
    ReviewDecidedEarly,
    ReviewedBefore,
    ReviewOutcome,
    check_decision,
    check_impartial,
    check_request,
    review_due,
)

DELIVERED, DUE = date(2026, 10, 8), date(2026, 10, 23)


@pytest.mark.parametrize(
    ("delivered_on", "days", "due"),
    [
        pytest.param(DELIVERED, 15, DUE, id="the day of delivery does not count"),
        pytest.param(date(2026, 10, 9), 15, date(2026, 10, 26), id="Saturday moves to Monday"),
        pytest.param(date(2026, 12, 10), 15, date(2026, 12, 28), id="holidays, then a weekend"),
        pytest.param(DELIVERED, 21, date(2026, 10, 29), id="the length is a setting"),
    ],
)
def test_the_period_counts_from_delivery(delivered_on: date, days: int, due: date) -> None:
    assert review_due(delivered_on, days).due == due


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"delivered_on": None}, NotDeliveredYet),
        ({"asked_before": True}, ReviewedBefore),
        ({"received_on": date(2026, 10, 7)}, ReviewBeforeNotice),
    ],
)
def test_a_request_that_reviews_nothing(changes: dict[str, Any], error: type[Exception]) -> None:
    given = {
        "delivered_on": DELIVERED,
        "received_on": DELIVERED,
        "asked_before": False,
        "number": "8/012",
    }
    check_request(**given)

    with pytest.raises(error):
        check_request(**{**given, **changes})


ON_TIME, TOO_LATE = DUE, date(2026, 10, 24)


@pytest.mark.parametrize(
    ("outcome", "received_on", "measure"),
    [
        (ReviewOutcome.UPHELD, ON_TIME, "Projekt se ohodnotí znovu."),
        (ReviewOutcome.DISMISSED, ON_TIME, ""),
        (ReviewOutcome.LATE, TOO_LATE, ""),
    ],
)
def test_a_decision_that_agrees_with_its_facts(
    outcome: ReviewOutcome, received_on: date, measure: str
) -> None:
    check_decision(outcome, received_on=received_on, decided_on=TOO_LATE, due=DUE, measure=measure)


@pytest.mark.parametrize(
    ("outcome", "received_on", "decided_on", "measure", "error"),
    [
        (ReviewOutcome.DISMISSED, ON_TIME, date(2026, 10, 22), "", ReviewDecidedEarly),
        (ReviewOutcome.LATE, ON_TIME, TOO_LATE, "", LatenessWrong),
        (ReviewOutcome.DISMISSED, TOO_LATE, TOO_LATE, "", LatenessWrong),
        (ReviewOutcome.UPHELD, TOO_LATE, TOO_LATE, "Náprava.", LatenessWrong),
        (ReviewOutcome.UPHELD, ON_TIME, TOO_LATE, " ", MeasureMissing),
        (ReviewOutcome.DISMISSED, ON_TIME, TOO_LATE, "Náprava.", MeasureMissing),
    ],
)
def test_a_decision_against_its_facts(
    outcome: ReviewOutcome,
    received_on: date,
    decided_on: date,
    measure: str,
    error: type[Exception],
) -> None:
    with pytest.raises(error):
        check_decision(
            outcome, received_on=received_on, decided_on=decided_on, due=DUE, measure=measure
        )


def test_whoever_judged_the_project_does_not_review_it() -> None:
    judge, other = uuid4(), uuid4()
    check_impartial(other, {judge})

    with pytest.raises(JudgedBefore):
        check_impartial(judge, {judge, other})
