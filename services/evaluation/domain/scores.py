"""Points: one sheet per evaluator, combined exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from uuid import UUID

from shared.errors import DomainError

SHOWN_PLACES = Decimal("0.01")


class UnknownCriterion(DomainError):
    """A sheet scores a criterion that the fiche does not have."""


class CriterionNotScored(DomainError):
    """A sheet leaves a criterion without points."""


class PointsOutOfRange(DomainError):
    """Points are below zero or above the criterion's maximum."""


class PointsTooFine(DomainError):
    """Points have more than two decimal places."""


class ScoreWithoutReason(DomainError):
    """Points were given without a reason."""


class TooFewSheets(DomainError):
    """Fewer signed score sheets exist than evaluators are required."""


@dataclass(frozen=True)
class Criterion:
    """One thing that is scored."""

    code: str
    text: str
    max_points: Decimal
    spl_goal: str = ""
    """The goal or priority of the strategic plan it serves (R51)."""


@dataclass(frozen=True)
class Score:
    """Points for one criterion, with the reason."""

    points: Decimal
    reason: str


@dataclass(frozen=True)
class ScoreSheet:
    """What one evaluator gave one project."""

    evaluator_id: UUID
    scores: Mapping[str, Score]

    @property
    def total(self) -> Decimal:
        """The sum over criteria."""
        return sum((score.points for score in self.scores.values()), Decimal(0))


@dataclass(frozen=True)
class CombinedScore:
    """What the evaluators together gave one project."""

    mean: Fraction
    """Of the evaluators' totals, before anything is taken off."""
    points: Fraction
    """The exact value that ranking uses."""
    spread: Decimal
    """Highest minus lowest total."""
    needs_joint_scoring: bool


def check_sheet(sheet: ScoreSheet, criteria: Sequence[Criterion]) -> None:
    """Refuse a sheet that cannot be signed.

    Raises:
        UnknownCriterion, CriterionNotScored, PointsOutOfRange, PointsTooFine,
        ScoreWithoutReason: See the classes; ``params`` name the criterion.

    Source:
        R50-R52; section 1.13 point 5 of the process (a reason per criterion).
    """
    known = {criterion.code: criterion for criterion in criteria}
    unknown = sorted(set(sheet.scores) - set(known))
    if unknown:
        raise UnknownCriterion(codes=unknown)
    missing = [code for code in known if code not in sheet.scores]
    if missing:
        raise CriterionNotScored(
            codes=missing, criteria=[f"„{known[code].text}“" for code in missing]
        )
    for code, criterion in known.items():
        _check_score(sheet.scores[code], criterion)


def _check_score(score: Score, criterion: Criterion) -> None:
    if not score.points.is_finite() or not 0 <= score.points <= criterion.max_points:
        raise PointsOutOfRange(
            code=criterion.code,
            criterion=criterion.text,
            points=score.points,
            maximum=criterion.max_points,
        )
    if score.points != score.points.quantize(SHOWN_PLACES):
        raise PointsTooFine(code=criterion.code, criterion=criterion.text, points=score.points)
    if not score.reason.strip():
        raise ScoreWithoutReason(code=criterion.code, criterion=criterion.text)


def combine(
    sheets: Sequence[ScoreSheet],
    *,
    required_sheets: int = 2,
    spread_threshold: Decimal | None = None,
    deduction: Decimal = Decimal(0),
) -> CombinedScore:
    """Combine the sheets of one project.

    Args:
        sheets: Signed sheets, one per evaluator.
        required_sheets: The least number of sheets (R41).
        spread_threshold: Spread above which all score together (A15), or ``None``.
        deduction: Points taken off for an untrue statement found on site (A16).

    Returns:
        Exact fractions: the mean over evaluators of the sum over criteria, never below
        zero after the deduction. Nothing is rounded before the order is made.

    Raises:
        TooFewSheets: Fewer sheets than required.

    Source:
        R41, R52, A14 (mean of sums), A15 (spread), A16 (deduction).
    """
    if len({sheet.evaluator_id for sheet in sheets}) < max(required_sheets, 1):
        raise TooFewSheets(required=required_sheets, given=len(sheets))
    totals = [sheet.total for sheet in sheets]
    mean = sum(map(Fraction, totals), Fraction(0)) / len(totals)
    points = max(mean - Fraction(deduction), Fraction(0))
    spread = max(totals) - min(totals)
    return CombinedScore(
        mean=mean,
        points=points,
        spread=spread,
        needs_joint_scoring=spread_threshold is not None and spread > spread_threshold,
    )


def shown(points: Fraction) -> Decimal:
    """Return points as people see them: two decimal places, half up.

    Only for showing. The order is made from the exact fraction.

    Source:
        A14 (how points combine is a setting; the display rule is printed with the result).
    """
    # Decimal division would round twice, so the half is decided on whole hundredths.
    hundredths = points * 100
    whole = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)
    return (Decimal(whole) / 100).quantize(SHOWN_PLACES, rounding=ROUND_HALF_UP)
