"""Evaluators whose points lie far apart: what the director can decide, and what follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shared.errors import DomainError

from .scores import Criterion

FIRST_ROUND = 1
JOINT_ROUND = 2
"""Sheets of this round were scored by all evaluators together."""


class SpreadOutcome(StrEnum):
    """What the director decided about the difference."""

    JOINT = "joint"
    THIRD = "third"
    ACCEPT = "accept"


class SpreadStep(StrEnum):
    """What the points of a project wait for."""

    WITHIN = "within"
    DIRECTOR_DECISION = "director_decision"
    JOINT_SCORING = "joint_scoring"
    THIRD_EVALUATOR = "third_evaluator"
    SETTLED = "settled"


IS_SETTLED = frozenset({SpreadStep.WITHIN, SpreadStep.SETTLED})


class NoSpreadToDecide(DomainError):
    """The evaluators do not differ so much, or it was decided before."""


class SpreadDecisionWithoutReason(DomainError):
    """The director's decision needs a reason."""


class SpreadUndecided(DomainError):
    """The difference between evaluators is not settled. Params: ``number``."""


@dataclass(frozen=True)
class SpreadDecision:
    """What was decided, and how many sheets were signed then."""

    outcome: SpreadOutcome
    sheets: int


def threshold_points(percent: Decimal | None, criteria: Sequence[Criterion]) -> Decimal | None:
    """Return the difference in points above which the director decides.

    Args:
        percent: Share of the most points, in per cent; ``None``: no difference is too big.

    Source:
        A15 (the threshold is a setting; a share, because fiches have different maxima).
    """
    if percent is None:
        return None
    return percent * sum((one.max_points for one in criteria), Decimal(0)) / 100


def next_step(
    is_above: bool,
    decision: SpreadDecision | None,
    *,
    rounds: Sequence[int],
) -> SpreadStep:
    """Say what the points of a project wait for.

    Args:
        is_above: Whether the difference is above the threshold.
        decision: The director's decision, if there was one.
        rounds: The round of each signed sheet.

    Source:
        A15 (a big spread: all evaluators score together; otherwise a third evaluator, or the
        director accepts it with a reason).
    """
    if decision is None:
        return SpreadStep.DIRECTOR_DECISION if is_above else SpreadStep.WITHIN
    if decision.outcome is SpreadOutcome.JOINT and (
        not rounds or any(number < JOINT_ROUND for number in rounds)
    ):
        return SpreadStep.JOINT_SCORING
    if decision.outcome is SpreadOutcome.THIRD and len(rounds) <= decision.sheets:
        return SpreadStep.THIRD_EVALUATOR
    return SpreadStep.SETTLED


def decide(step: SpreadStep, reason: str) -> str:
    """Return the director's reason if there is something to decide.

    Raises:
        NoSpreadToDecide, SpreadDecisionWithoutReason: See the classes.

    Source:
        A15; section 1.13 of the process (each decision has its reason).
    """
    if step is not SpreadStep.DIRECTOR_DECISION:
        raise NoSpreadToDecide(step=step.value)
    words = reason.strip()
    if not words:
        raise SpreadDecisionWithoutReason()
    return words
