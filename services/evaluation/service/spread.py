"""The director decides about evaluators whose points lie far apart (A15)."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.domain import spread as rules
from services.evaluation.domain.spread import SpreadOutcome
from services.evaluation.domain.states import IN_EVALUATION
from services.evaluation.letters.folder import SPREAD
from services.evaluation.models import Case, SpreadDecision
from shared.contracts.registry import FolderEntry
from shared.states import ActNotAllowed

from .acting import Acting
from .cases import add_folder_entry, lock_case, trace
from .evaluations import sheets_of
from .records import live_record, withdraw_record
from .scoring import settle_evaluation, spread_of


def decide_spread(
    session: Session, *, acting: Acting, case_id: UUID, outcome: SpreadOutcome, reason: str
) -> Case:
    """Let the director decide about a difference above the threshold (A15).

    When all are to score together, their sheets open again; the signed ones stay in the folder.

    Raises:
        NoSpreadToDecide, SpreadDecisionWithoutReason: See the domain.
        ActNotAllowed: The case is past the evaluation.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    if case.state not in IN_EVALUATION:
        raise ActNotAllowed(machine="case", state=case.state, act="decide_spread", allowed=())
    present = spread_of(session, case)
    words = rules.decide(present.step, reason)
    signed = [sheet for sheet in sheets_of(session, case) if sheet.counts]
    session.add(
        SpreadDecision(
            organisation_id=case.organisation_id,
            case_id=case.id,
            outcome=outcome.value,
            reason=words,
            spread=str(present.points),
            threshold=str(present.threshold),
            sheets=len(signed),
            decided_at=acting.now,
            decided_by=acting.actor.name,
        )
    )
    if outcome is SpreadOutcome.JOINT:
        for sheet in signed:
            sheet.round = rules.JOINT_ROUND
            sheet.closed_at = sheet.signed_at = None
            record = live_record(session, case.organisation_id, "score_sheet", sheet.id)
            if record is not None:
                withdraw_record(session, record, words)
    session.flush()
    details = {"outcome": outcome.value, "spread": str(present.points)}
    trace(session, acting, "decide_spread", case, details)
    entry = FolderEntry(
        kind="decide_spread",
        text=SPREAD[outcome],
        actor_name=acting.actor.name,
        happened_at=acting.now,
        state=case.state,
    )
    add_folder_entry(session, case, entry)
    settle_evaluation(session, acting, case)
    return case
