"""What the signed sheets of a project come to, and how far they move it (R52, A14-A16, R100)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import scores as score_rules
from services.evaluation.domain import spread as rules
from services.evaluation.domain.scores import CombinedScore
from services.evaluation.domain.spread import (
    IS_SETTLED,
    SpreadOutcome,
    SpreadStep,
    next_step,
    threshold_points,
)
from services.evaluation.domain.states import EvaluationFacts, acts_due
from services.evaluation.models import (
    Assignment,
    Case,
    OnsiteCheck,
    PresentationSession,
    ScoreSheet,
    SpreadDecision,
)

from .acting import Acting
from .cases import advance
from .evaluations import assignments_of, criteria_of, sheets_of
from .visits import onsite_of


def combined_score(session: Session, case: Case) -> CombinedScore:
    """Return the exact points of a case from its signed sheets (A14-A16).

    Raises:
        TooFewSheets: Not enough sheets are signed.
    """
    return _combine(case, sheets_of(session, case), onsite_of(session, case))


@dataclass(frozen=True)
class Points:
    """What the signed sheets of a project come to, and what a signed visit took off (A16)."""

    mean: Fraction
    """Of the evaluators, before anything is taken off."""
    deduction: Decimal
    total: Fraction


def points_of(session: Session, cases: Sequence[Case]) -> dict[UUID, Points]:
    """Return the exact points of many cases in two queries, where enough sheets are signed."""
    ids = [case.id for case in cases]
    sheets: dict[UUID, list[ScoreSheet]] = {key: [] for key in ids}
    for sheet in session.scalars(select(ScoreSheet).where(ScoreSheet.case_id.in_(ids))):
        sheets[sheet.case_id].append(sheet)
    visits = session.scalars(select(OnsiteCheck).where(OnsiteCheck.case_id.in_(ids)))
    checks = {check.case_id: check for check in visits}
    found: dict[UUID, Points] = {}
    for case in cases:
        with suppress(score_rules.TooFewSheets):
            check = checks.get(case.id)
            combined = _combine(case, sheets[case.id], check)
            found[case.id] = Points(combined.mean, _deduction(check), combined.points)
    return found


def _deduction(check: OnsiteCheck | None) -> Decimal:
    return Decimal(check.deduction) if check and check.signed_at else Decimal(0)


def _combine(case: Case, sheets: Iterable[ScoreSheet], check: OnsiteCheck | None) -> CombinedScore:
    signed = [sheet.value for sheet in sheets if sheet.counts]
    return score_rules.combine(
        signed,
        required_sheets=case.call.rules["evaluators_per_project"],
        spread_threshold=_threshold(case),
        deduction=_deduction(check),
    )


def _threshold(case: Case) -> Decimal | None:
    percent = case.call.rules["spread_percent"]
    return threshold_points(None if percent is None else Decimal(percent), criteria_of(case))


@dataclass(frozen=True)
class Spread:
    """How far the signed sheets of a project lie apart, and what that calls for (A15)."""

    points: Decimal
    threshold: Decimal | None
    step: SpreadStep
    decision: SpreadDecision | None


def spread_of(session: Session, case: Case) -> Spread:
    """Judge the difference between evaluators once all who were assigned have signed (A15)."""
    sheets, assignments = sheets_of(session, case), assignments_of(session, [case.id])
    return spread_among(session, case, sheets, assignments)


def spread_among(
    session: Session,
    case: Case,
    every_sheet: Iterable[ScoreSheet],
    assignments: Iterable[Assignment],
) -> Spread:
    """Judge it from the sheets and assignments of the case, read already."""
    sheets = [sheet for sheet in every_sheet if sheet.counts]
    is_complete = _are_all_signed(sheets, assignments)
    query = select(SpreadDecision).where(SpreadDecision.case_id == case.id)
    decision = session.scalars(query).first()
    try:
        combined = _combine(case, sheets, None)
        points, is_above = combined.spread, is_complete and combined.needs_joint_scoring
    except score_rules.TooFewSheets:
        points, is_above = Decimal(0), False
    step = next_step(
        is_above,
        rules.SpreadDecision(SpreadOutcome(decision.outcome), decision.sheets)
        if decision
        else None,
        rounds=[sheet.round for sheet in sheets],
    )
    return Spread(points, _threshold(case), step, decision)


def _are_all_signed(sheets: Iterable[ScoreSheet], assignments: Iterable[Assignment]) -> bool:
    assigned = {row.evaluator_id for row in assignments}
    return bool(assigned) and assigned <= {one.evaluator_id for one in sheets if one.counts}


def settle_evaluation(session: Session, acting: Acting, case: Case) -> None:
    """Move the case as far as its signed sheets, visit and presentation reach (R100)."""
    sheets, assignments = sheets_of(session, case), assignments_of(session, [case.id])
    check = onsite_of(session, case)
    case.points = None
    with suppress(score_rules.TooFewSheets):
        case.points = float(_combine(case, sheets, check).points)
    spread = spread_among(session, case, sheets, assignments)
    facts = EvaluationFacts(
        scores_complete=_are_all_signed(sheets, assignments) and spread.step in IS_SETTLED,
        onsite_closed=check is not None and check.signed_at is not None,
        presented=_is_presented(session, case),
    )
    for act in acts_due(case.state, facts):
        advance(session, acting, case, act)


def _is_presented(session: Session, case: Case) -> bool:
    query = select(PresentationSession).where(
        PresentationSession.call_id == case.call_id,
        PresentationSession.signed_at.is_not(None),
    )
    held = session.scalars(query).first()
    return held is not None and str(case.id) in held.order
