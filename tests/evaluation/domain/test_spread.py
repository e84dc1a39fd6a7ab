"""A15: what a difference between evaluators waits for."""

from decimal import Decimal

import pytest

from services.evaluation.domain import spread
from services.evaluation.domain.scores import Criterion
from services.evaluation.domain.spread import SpreadDecision, SpreadOutcome, SpreadStep

CRITERIA = [Criterion("a", "A", Decimal(60)), Criterion("b", "B", Decimal(20))]
JOINT = SpreadDecision(SpreadOutcome.JOINT, 2)
THIRD = SpreadDecision(SpreadOutcome.THIRD, 2)
ACCEPT = SpreadDecision(SpreadOutcome.ACCEPT, 2)


@pytest.mark.parametrize(
    ("percent", "points"),
    [(None, None), (Decimal(25), Decimal(20)), (Decimal("12.5"), Decimal(10))],
)
def test_the_threshold_is_a_share_of_the_most_points(
    percent: Decimal | None, points: Decimal | None
) -> None:
    assert spread.threshold_points(percent, CRITERIA) == points


@pytest.mark.parametrize(
    ("is_above", "decision", "rounds", "expected"),
    [
        (False, None, [1, 1], SpreadStep.WITHIN),
        (True, None, [1, 1], SpreadStep.DIRECTOR_DECISION),
        (True, ACCEPT, [1, 1], SpreadStep.SETTLED),
        (True, JOINT, [], SpreadStep.JOINT_SCORING),
        (True, JOINT, [1, 2], SpreadStep.JOINT_SCORING),
        (True, JOINT, [2, 2], SpreadStep.SETTLED),
        (True, THIRD, [1, 1], SpreadStep.THIRD_EVALUATOR),
        (True, THIRD, [1, 1, 1], SpreadStep.SETTLED),
    ],
)
def test_a_decision_is_settled_when_its_sheets_are_signed(
    is_above: bool, decision: SpreadDecision | None, rounds: list[int], expected: SpreadStep
) -> None:
    assert spread.next_step(is_above, decision, rounds=rounds) is expected


@pytest.mark.parametrize("step", [one for one in SpreadStep if one != "director_decision"])
def test_nothing_is_decided_twice_or_without_need(step: SpreadStep) -> None:
    with pytest.raises(spread.NoSpreadToDecide):
        spread.decide(step, "důvod")


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_decision_has_a_reason(reason: str) -> None:
    with pytest.raises(spread.SpreadDecisionWithoutReason):
        spread.decide(SpreadStep.DIRECTOR_DECISION, reason)
    assert spread.decide(SpreadStep.DIRECTOR_DECISION, " výklad ") == "výklad"
