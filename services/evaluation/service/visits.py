"""Ex-ante checks on site (R48-R51)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import onsite
from services.evaluation.domain.states import IN_EVALUATION
from services.evaluation.letters import evaluation as letters
from services.evaluation.models import Case, OnsiteCheck
from shared.contracts.codec import to_json
from shared.contracts.documents import Signer
from shared.states import ActNotAllowed

from .acting import Acting
from .cases import lock_case, trace
from .errors import FutureDay, OnsiteAlreadyRecorded
from .evaluations import assignments_of, criteria_of, own_assignment
from .interests import require_committee
from .records import request_record


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
    case = lock_case(session, acting.organisation_id, case_id)
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
        most_points=sum((one.max_points for one in criteria_of(case)), Decimal(0)),
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
    request = letters.onsite_record(
        case.call, case, check, visit.claims, criteria_of(case), signers=signers
    )
    record = request_record(session, acting, request, subject_id=check.id)
    trace(session, acting, "record_onsite", case)
    return record.id
