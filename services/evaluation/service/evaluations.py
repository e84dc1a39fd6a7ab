"""Assignments, score sheets and ex-ante checks (R40-R52)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.evaluation.domain import assignments as assignment_rules
from services.evaluation.domain import onsite
from services.evaluation.domain import scores as score_rules
from services.evaluation.domain.scores import CombinedScore, Criterion, Score
from services.evaluation.domain.states import (
    IN_EVALUATION,
    NOTIFIED,
    PRESENTED,
    EvaluationFacts,
    acts_due,
)
from services.evaluation.letters import evaluation as letters
from services.evaluation.models import (
    Assignment,
    Case,
    OnsiteCheck,
    PresentationSession,
    ScoreSheet,
)
from shared.contracts.codec import to_json
from shared.contracts.documents import Signer
from shared.contracts.registry import PersonView
from shared.states import ActNotAllowed

from . import errors
from .acting import Acting, People, choose
from .cases import advance, check_version, get_case, trace
from .errors import FutureDay, MaterialNotStudied, NotAssigned, OnsiteAlreadyRecorded, SheetClosed
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
        Criterion(one.code, one.text, Decimal(one.maximum))
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
) -> Case:
    """Assign a project to its evaluators (R40-R45). A conflicted one is impossible.

    Raises:
        TooFewEvaluators, EvaluatorTwice, NotCommitteeMember, DeclarationMissing,
        EvaluatorConflicted, EvaluatorHasScored, CommitteeMissing, ActNotAllowed,
        NotEntitled: See the classes.
    """
    acting = acting.entitled("assign_evaluators", people)
    case = get_case(session, acting.organisation_id, case_id)
    if case.state not in {NOTIFIED, *IN_EVALUATION}:
        raise ActNotAllowed(machine="case", state=case.state, act="assign_evaluators", allowed=())
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
    closed = {sheet.evaluator_id for sheet in sheets_of(session, case) if sheet.closed_at}
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


def open_material(
    session: Session, *, acting: Acting, case_id: UUID, wants_print: bool = False
) -> Assignment:
    """Record that the evaluator took over the written material (R46, R47)."""
    case = get_case(session, acting.organisation_id, case_id)
    assignment = own_assignment(session, acting, case)
    if assignment.opened_at is None:
        assignment.opened_at = acting.now
        trace(session, acting, "open_material", case)
    assignment.wants_print = assignment.wants_print or wants_print
    return assignment


def sheets_of(session: Session, case: Case) -> list[ScoreSheet]:
    """Return the score sheets of a case, by evaluator's name."""
    query = select(ScoreSheet).where(ScoreSheet.case_id == case.id)
    return list(session.scalars(query.order_by(ScoreSheet.evaluator_name, ScoreSheet.id)))


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
    _refuse_conflict(session, acting, case)
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
    case = get_case(session, acting.organisation_id, case_id)
    own_assignment(session, acting, case)
    if case.state not in IN_EVALUATION:
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


def _refuse_conflict(session: Session, acting: Acting, case: Case) -> None:
    picture = conflict_picture(session, case.call, acting.today, [case])
    verdict = picture.verdict(acting.person_id, case.id)
    if not verdict.is_eligible:
        raise assignment_rules.conflicted(acting.person_id, verdict)


def combined_score(session: Session, case: Case) -> CombinedScore:
    """Return the exact points of a case from its signed sheets (A14-A16).

    Raises:
        TooFewSheets: Not enough sheets are signed.
    """
    return _combine(case, sheets_of(session, case), onsite_of(session, case))


def combined_points(session: Session, cases: Sequence[Case]) -> dict[UUID, Fraction | None]:
    """Return the exact points of many cases in two queries; ``None`` where sheets are missing."""
    ids = [case.id for case in cases]
    sheets: dict[UUID, list[ScoreSheet]] = {key: [] for key in ids}
    for sheet in session.scalars(select(ScoreSheet).where(ScoreSheet.case_id.in_(ids))):
        sheets[sheet.case_id].append(sheet)
    visits = session.scalars(select(OnsiteCheck).where(OnsiteCheck.case_id.in_(ids)))
    checks = {check.case_id: check for check in visits}
    points: dict[UUID, Fraction | None] = {}
    for case in cases:
        try:
            points[case.id] = _combine(case, sheets[case.id], checks.get(case.id)).points
        except score_rules.TooFewSheets:
            points[case.id] = None
    return points


def _combine(case: Case, sheets: Iterable[ScoreSheet], check: OnsiteCheck | None) -> CombinedScore:
    threshold = case.call.rules.get("spread_threshold")
    signed = [sheet.value for sheet in sheets if sheet.signed_at is not None]
    min_points = case.call.view.rule.get("min_points")
    return score_rules.combine(
        signed,
        criteria_of(case),
        required_sheets=case.call.rules["evaluators_per_project"],
        min_points=None if min_points is None else Decimal(str(min_points)),
        spread_threshold=None if threshold is None else Decimal(threshold),
        deduction=Decimal(check.deduction) if check and check.signed_at else Decimal(0),
    )


@dataclass(frozen=True)
class OnsiteInput:
    """What was seen on site."""

    visited_on: date
    place: str
    present_ids: Sequence[UUID]
    claims: Sequence[onsite.Claim]
    need: str
    accord: str


def onsite_of(session: Session, case: Case) -> OnsiteCheck | None:
    """Return the ex-ante check of a case, if it was recorded."""
    return session.scalars(select(OnsiteCheck).where(OnsiteCheck.case_id == case.id)).first()


def record_onsite(session: Session, *, acting: Acting, case_id: UUID, visit: OnsiteInput) -> UUID:
    """Record the ex-ante check; the evaluators who took part sign it (R48-R51).

    Returns:
        Id of the document to sign.

    Raises:
        OnsiteAlreadyRecorded, FutureDay, ActNotAllowed, NotAssigned and the errors of
        ``judge_visit``: See the classes.
    """
    case = get_case(session, acting.organisation_id, case_id)
    if case.state not in IN_EVALUATION:
        raise ActNotAllowed(machine="case", state=case.state, act="record_onsite", allowed=())
    if not acting.actor.has_role("director", "assistant"):
        own_assignment(session, acting, case)
    if onsite_of(session, case) is not None:
        raise OnsiteAlreadyRecorded(number=case.number)
    if visit.visited_on > acting.today:
        raise FutureDay(day=visit.visited_on)
    members = {m.person_id: m for m in require_committee(session, case.call)}
    evaluators = assignments_of(session, [case.id])
    outcome = onsite.judge_visit(
        visit.claims,
        present=visit.present_ids,
        evaluators=[row.evaluator_id for row in evaluators],
        committee=members,
    )
    check = OnsiteCheck(
        organisation_id=case.organisation_id,
        case_id=case.id,
        visited_on=visit.visited_on,
        place=visit.place,
        present=[{"id": str(key), "name": members[key].name} for key in visit.present_ids],
        claims=[to_json(claim) for claim in visit.claims],
        need=visit.need,
        accord=visit.accord,
        deduction=str(outcome.deduction),
        forbids_recommendation=outcome.forbids_recommendation,
        closed_at=acting.now,
    )
    session.add(check)
    session.flush()
    signers = [
        Signer(row.evaluator_id, row.evaluator_name, row.evaluator_function)
        for row in evaluators
        if row.evaluator_id in set(visit.present_ids)
    ]
    request = letters.onsite_record(case.call, case, check, visit.claims, signers=signers)
    record = request_record(session, acting, request, subject_id=check.id)
    trace(session, acting, "record_onsite", case)
    return record.id


def settle_evaluation(session: Session, acting: Acting, case: Case) -> None:
    """Move the case as far as its signed sheets, visit and presentation reach (R100)."""
    points = combined_points(session, [case])[case.id]
    case.points = None if points is None else float(points)
    assigned = {row.evaluator_id for row in assignments_of(session, [case.id])}
    signed = {sheet.evaluator_id for sheet in sheets_of(session, case) if sheet.signed_at}
    check = onsite_of(session, case)
    facts = EvaluationFacts(
        scores_complete=bool(assigned) and assigned <= signed,
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


def is_ready_for_meeting(case: Case) -> bool:
    """Tell whether everything before the committee's meeting is closed."""
    return case.state == PRESENTED
