"""Assignments and score sheets (R40-R47, R52)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from services.evaluation.domain import assignments as assignment_rules
from services.evaluation.domain import scores as score_rules
from services.evaluation.domain.scores import Criterion, Score
from services.evaluation.domain.spread import FIRST_ROUND
from services.evaluation.domain.states import (
    AFTER_MEETING,
    IN_EVALUATION,
    NOTIFIED,
)
from services.evaluation.letters import evaluation as letters
from services.evaluation.models import (
    Assignment,
    Case,
    ScoreSheet,
)
from shared.contracts.codec import to_json
from shared.contracts.registry import PersonView
from shared.states import ActNotAllowed

from . import errors
from .acting import Acting, People, choose
from .cases import advance, check_seen, check_version, lock_case, trace
from .errors import MaterialNotStudied, NotAssigned, SheetClosed
from .interests import conflict_picture, require_committee
from .records import request_record


def criteria_of(case: Case) -> list[Criterion]:
    """Return the scoring criteria of the case's fiche, as the call set them.

    Raises:
        UnknownFiche: The call does not have the fiche.
    """
    fiche = case.call.fiche(case.fiche)
    if fiche is None:
        raise errors.UnknownFiche(fiche=case.fiche)
    return [
        Criterion(one.code, one.text, Decimal(one.maximum), one.spl_goal)
        for one in fiche.scoring
        if one.maximum is not None
    ]


def assignments_of(session: Session, case_ids: Sequence[UUID]) -> list[Assignment]:
    """Return the assignments of cases, by evaluator's name."""
    query = select(Assignment).where(Assignment.case_id.in_(case_ids))
    return list(session.scalars(query.order_by(Assignment.evaluator_name, Assignment.id)))


def assign_evaluators(
    session: Session,
    *,
    acting: Acting,
    case_id: UUID,
    evaluator_ids: Sequence[UUID],
    people: People,
    version: int | None,
) -> Case:
    """Assign a project to its evaluators (R40-R45). A conflicted one is impossible.

    Raises:
        TooFewEvaluators, EvaluatorTwice, NotCommitteeMember, DeclarationMissing,
        EvaluatorConflicted, EvaluatorHasScored, CommitteeMissing, ActNotAllowed,
        NotEntitled, StaleVersion: See the classes.
    """
    acting = acting.entitled("assign_evaluators", people)
    case = lock_case(session, acting.organisation_id, case_id)
    if case.state != NOTIFIED and not is_scorable(session, case):
        raise ActNotAllowed(machine="case", state=case.state, act="assign_evaluators", allowed=())
    check_seen(case.assignment_version, version)
    require_committee(session, case.call)
    picture = conflict_picture(session, case.call, acting.today, [case])
    committee = {member.person_id for member in picture.members}
    assignment_rules.check_assignment(
        evaluator_ids,
        committee=committee,
        declared=picture.declared,
        eligibility={p: picture.verdict(p, case.id) for p in evaluator_ids if p in committee},
        minimum=case.call.rules["evaluators_per_project"],
    )
    chosen = choose(people, evaluator_ids, "evaluator")
    _replace_assignments(session, acting, case, chosen)
    case.assignment_version += 1
    details = {"evaluators": [str(key) for key in evaluator_ids]}
    if case.state == NOTIFIED:
        advance(session, acting, case, "assign_evaluators", details=details)
    else:
        trace(session, acting, "change_evaluators", case, details)
    return case


def _replace_assignments(
    session: Session, acting: Acting, case: Case, chosen: Sequence[PersonView]
) -> None:
    present = {row.evaluator_id for row in assignments_of(session, [case.id])}
    wanted = {person.id for person in chosen}
    closed = {sheet.evaluator_id for sheet in sheets_of(session, case) if _has_scored(sheet)}
    assignment_rules.check_removal(present - wanted, closed)
    for table in (Assignment, ScoreSheet):
        session.execute(
            delete(table).where(table.case_id == case.id, table.evaluator_id.in_(present - wanted))
        )
    session.add_all(
        Assignment(
            organisation_id=case.organisation_id,
            case_id=case.id,
            evaluator_id=person.id,
            evaluator_name=person.name,
            evaluator_function=person.function,
            assigned_at=acting.now,
            assigned_by=acting.actor.name,
            delegation_id=acting.delegation_id,
        )
        for person in chosen
        if person.id not in present
    )
    session.flush()


def _has_scored(sheet: ScoreSheet) -> bool:
    """Tell whether the evaluator closed the sheet, now or before all scored together."""
    return sheet.closed_at is not None or sheet.round > FIRST_ROUND


def own_assignment(session: Session, acting: Acting, case: Case) -> Assignment:
    """Return the acting evaluator's assignment.

    Raises:
        NotAssigned: The project was not assigned to the person.
    """
    rows = assignments_of(session, [case.id])
    mine = [row for row in rows if row.evaluator_id == acting.actor.person_id]
    if not mine:
        raise NotAssigned(number=case.number)
    return mine[0]


def open_material(session: Session, *, acting: Acting, case_id: UUID) -> Assignment:
    """Record that the evaluator took over the written material (R46, R47)."""
    case = lock_case(session, acting.organisation_id, case_id)
    assignment = own_assignment(session, acting, case)
    if assignment.opened_at is None:
        assignment.opened_at = acting.now
        trace(session, acting, "open_material", case)
    return assignment


def sheets_of(session: Session, case: Case) -> list[ScoreSheet]:
    """Return the score sheets of a case, by evaluator's name."""
    query = select(ScoreSheet).where(ScoreSheet.case_id == case.id)
    return list(session.scalars(query.order_by(ScoreSheet.evaluator_name, ScoreSheet.id)))


def has_excluded() -> ColumnElement[bool]:
    """Return the condition that a sheet of the case was excluded because of a conflict."""
    query = select(ScoreSheet.id).where(
        ScoreSheet.case_id == Case.id, ScoreSheet.excluded_at.is_not(None)
    )
    return query.exists()


def can_be_scored() -> ColumnElement[bool]:
    """Return the condition that a case can be scored.

    It is in evaluation; or a sheet was excluded afterwards and somebody scores instead.
    """
    again = and_(Case.state.in_(AFTER_MEETING), has_excluded())
    return or_(Case.state.in_(IN_EVALUATION), again)


def is_scorable(session: Session, case: Case) -> bool:
    """Tell whether a case can be scored now."""
    query = select(Case.id).where(Case.id == case.id, can_be_scored())
    return session.scalars(query).first() is not None


def own_sheet(session: Session, acting: Acting, case: Case) -> ScoreSheet | None:
    """Return the acting evaluator's sheet, if it was begun."""
    query = select(ScoreSheet).where(
        ScoreSheet.case_id == case.id, ScoreSheet.evaluator_id == acting.actor.person_id
    )
    return session.scalars(query).first()


def save_scores(
    session: Session,
    *,
    acting: Acting,
    case_id: UUID,
    scores: Mapping[str, Score],
    note: str = "",
    version: int | None = None,
) -> ScoreSheet:
    """Keep a half-filled score sheet.

    Raises:
        NotAssigned, SheetClosed, UnknownCriterion, StaleVersion, ActNotAllowed: See the
            classes.
    """
    case, sheet = _open_sheet(session, acting, case_id, version)
    unknown = sorted(set(scores) - {one.code for one in criteria_of(case)})
    if unknown:
        raise score_rules.UnknownCriterion(codes=unknown)
    sheet.scores, sheet.note = to_json(dict(scores)), note.strip()
    session.flush()
    trace(session, acting, "save_scores", case)
    return sheet


def close_scores(
    session: Session,
    *,
    acting: Acting,
    case_id: UUID,
    scores: Mapping[str, Score],
    note: str = "",
    version: int | None = None,
) -> UUID:
    """Close the score sheet; it waits for the evaluator's signature (R52).

    Returns:
        Id of the document to sign.

    Raises:
        EvaluatorConflicted, MaterialNotStudied, NotAssigned, SheetClosed, and the errors of
            ``check_sheet``: See the classes.
    """
    case, sheet = _open_sheet(session, acting, case_id, version)
    criteria = criteria_of(case)
    sheet.scores, sheet.note = to_json(dict(scores)), note.strip()
    score_rules.check_sheet(sheet.value, criteria)
    assignment = own_assignment(session, acting, case)
    refuse_conflict(session, acting, case)
    if assignment.opened_at is None:
        raise MaterialNotStudied
    sheet.closed_at = acting.now
    session.flush()
    request = letters.score_sheet(case.call, case, sheet, criteria, assignment=assignment)
    record = request_record(session, acting, request, subject_id=sheet.id)
    trace(session, acting, "close_scores", case, {"total": str(sheet.value.total)})
    return record.id


def _open_sheet(
    session: Session, acting: Acting, case_id: UUID, version: int | None
) -> tuple[Case, ScoreSheet]:
    case = lock_case(session, acting.organisation_id, case_id)
    own_assignment(session, acting, case)
    if not is_scorable(session, case):
        raise ActNotAllowed(machine="case", state=case.state, act="save_scores", allowed=())
    sheet = own_sheet(session, acting, case)
    if sheet is None:
        sheet = ScoreSheet(
            organisation_id=case.organisation_id,
            case_id=case.id,
            evaluator_id=acting.person_id,
            evaluator_name=acting.actor.name,
            scores={},
        )
        session.add(sheet)
    elif sheet.closed_at is not None:
        raise SheetClosed(closed_at=sheet.closed_at)
    else:
        check_version(sheet.version, version)
    return case, sheet


def refuse_conflict(session: Session, acting: Acting, case: Case) -> None:
    """Refuse an evaluator who is in conflict today.

    Raises:
        EvaluatorConflicted: See the class.
    """
    picture = conflict_picture(session, case.call, acting.today, [case])
    verdict = picture.verdict(acting.person_id, case.id)
    if not verdict.is_eligible:
        raise assignment_rules.conflicted(acting.person_id, verdict)
