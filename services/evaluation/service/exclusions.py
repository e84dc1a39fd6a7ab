"""A conflict that came out after the points: the sheet is excluded, somebody else scores (R42)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.evaluation.domain import exclusions as rules
from services.evaluation.domain.recommendation import MeetingAlreadyClosed
from services.evaluation.domain.states import AFTER_MEETING, IN_EVALUATION
from services.evaluation.letters.folder import EXCLUDED_SHEET
from services.evaluation.models import Assignment, Call, Case, Recommendation, ScoreSheet
from shared.contracts.registry import FolderEntry
from shared.states import ActNotAllowed

from .acting import Acting
from .cases import add_folder_entry, get_case, lock_case, lock_meeting, trace
from .errors import NoSuchRow
from .interests import conflict_picture
from .records import live_record, withdraw_record


def conflicted_sheets(
    session: Session, acting: Acting, call: Call, cases: Sequence[Case]
) -> dict[UUID, list[ScoreSheet]]:
    """Return the closed sheets of people who are in conflict today and still count, by case."""
    query = select(ScoreSheet).where(
        ScoreSheet.case_id.in_([case.id for case in cases]),
        ScoreSheet.closed_at.is_not(None),
        ScoreSheet.excluded_at.is_(None),
    )
    matrix = conflict_picture(session, call, acting.today, cases).matrix
    found: dict[UUID, list[ScoreSheet]] = {}
    for sheet in session.scalars(query.order_by(ScoreSheet.evaluator_name, ScoreSheet.id)):
        verdict = matrix.get((sheet.evaluator_id, sheet.case_id))
        if verdict is not None and not verdict.is_eligible:
            found.setdefault(sheet.case_id, []).append(sheet)
    return found


def refuse_conflicted_sheets(
    session: Session, acting: Acting, call: Call, cases: Sequence[Case]
) -> None:
    """Refuse to decide on points that somebody in conflict has given.

    Raises:
        SheetOfConflicted: With the number of the first such project and the names.
    """
    found = conflicted_sheets(session, acting, call, cases)
    for case in cases:
        if case.id in found:
            names = ", ".join(sheet.evaluator_name for sheet in found[case.id])
            raise rules.SheetOfConflicted(number=case.number, names=names)


def exclude_sheet(
    session: Session, *, acting: Acting, case_id: UUID, evaluator_id: UUID, reason: str
) -> Case:
    """Exclude the sheet of an evaluator in conflict; the director then assigns somebody else.

    The sheet and its paper stay in the record. A vote of the committee that was taken on its
    points must be taken again.

    Raises:
        NothingToExclude, ExclusionWithoutReason, MeetingAlreadyClosed, ActNotAllowed, NoSuchRow:
            See the classes.
    """
    meeting = lock_meeting(session, get_case(session, acting.organisation_id, case_id).call)
    case = lock_case(session, acting.organisation_id, case_id)
    if case.state not in {*IN_EVALUATION, *AFTER_MEETING}:
        raise ActNotAllowed(machine="case", state=case.state, act="exclude_sheet", allowed=())
    if meeting is not None and meeting.closed_at is not None and meeting.signed_at is None:
        raise MeetingAlreadyClosed(closed_at=meeting.closed_at)
    query = select(ScoreSheet).where(
        ScoreSheet.case_id == case.id, ScoreSheet.evaluator_id == evaluator_id
    )
    sheet = session.scalars(query).first()
    if sheet is None:
        raise NoSuchRow(id=evaluator_id)
    tainted = conflicted_sheets(session, acting, case.call, [case]).get(case.id, [])
    words = rules.check_exclusion(
        is_closed=sheet.closed_at is not None,
        is_excluded=sheet.excluded_at is not None,
        is_conflicted=sheet in tainted,
        reason=reason,
    )
    _exclude(session, acting, case, sheet, words)
    return case


def _exclude(session: Session, acting: Acting, case: Case, sheet: ScoreSheet, reason: str) -> None:
    sheet.excluded_at, sheet.excluded_by = acting.now, acting.actor.name
    sheet.exclusion_reason = reason
    record = live_record(session, case.organisation_id, "score_sheet", sheet.id)
    if record is not None:
        withdraw_record(session, record, reason)
    taken_off = delete(Assignment).where(
        Assignment.case_id == case.id, Assignment.evaluator_id == sheet.evaluator_id
    )
    session.execute(taken_off)
    case.assignment_version += 1
    if case.state in IN_EVALUATION:
        session.execute(delete(Recommendation).where(Recommendation.case_id == case.id))
    session.flush()
    details = {"evaluator_id": str(sheet.evaluator_id), "reason": reason}
    trace(session, acting, "exclude_sheet", case, details)
    entry = FolderEntry(
        kind="exclude_sheet",
        text=EXCLUDED_SHEET.format(name=sheet.evaluator_name),
        actor_name=acting.actor.name,
        happened_at=acting.now,
        state=case.state,
    )
    add_folder_entry(session, case, entry)
