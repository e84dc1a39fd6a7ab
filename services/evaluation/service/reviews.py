"""Reviews that applicants ask for: taken in by the office, decided by a body of its own (R98)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import reviews as rules
from services.evaluation.domain.reviews import ReviewOutcome
from services.evaluation.letters import reviews as letters
from services.evaluation.models import (
    Assignment,
    Case,
    CommitteeMember,
    Control,
    Record,
    Review,
)
from shared.contracts.documents import Signer
from shared.deadlines import deadline_from_json, deadline_to_json

from .acting import Acting
from .cases import check_version, lock_case, trace
from .errors import FutureDay, IdTaken, NoSuchRow
from .records import live_record, request_record


@dataclass(frozen=True)
class RequestInput:
    """What the applicant asks for."""

    about: str
    """Kind of the notice."""
    received_on: date
    grounds: str


@dataclass(frozen=True)
class DecisionInput:
    """What the reviewing body decided."""

    outcome: ReviewOutcome
    body: str
    decided_on: date
    reasons: str
    measure: str = ""


def reviews_of(session: Session, case: Case) -> Sequence[Review]:
    """Return the reviews of a case, in the order in which they came."""
    query = select(Review).where(Review.case_id == case.id)
    return list(session.scalars(query.order_by(Review.received_on, Review.id)))


def get_review(session: Session, organisation_id: UUID, review_id: UUID) -> Review:
    """Return a review of the organisation.

    Raises:
        NoSuchRow: There is none.
    """
    review = session.get(Review, review_id)
    if review is None or review.organisation_id != organisation_id:
        raise NoSuchRow(id=review_id)
    return review


def reviewable(session: Session, case: Case) -> list[Record]:
    """Return the delivered notices whose review was not asked for yet."""
    asked = {review.about for review in reviews_of(session, case)}
    found = []
    for kind in rules.REVIEWED:
        notice = live_record(session, case.organisation_id, kind, case.id)
        if notice is not None and notice.delivered_on is not None and kind not in asked:
            found.append(notice)
    return found


def take_in(
    session: Session, *, acting: Acting, case_id: UUID, review_id: UUID, given: RequestInput
) -> Review:
    """Take in a request for a review; a late one as well, for somebody must decide it (R98).

    The same id with the same request returns the review that exists.

    Raises:
        NotDeliveredYet, ReviewedBefore, ReviewBeforeNotice, FutureDay, IdTaken: See the classes.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    existing = session.get(Review, review_id)
    if existing is not None:
        return _same(existing, case, given)
    if given.received_on > acting.today:
        raise FutureDay(day=given.received_on)
    notice = live_record(session, case.organisation_id, given.about, case.id)
    delivered_on = notice.delivered_on if notice else None
    rules.check_request(
        delivered_on=delivered_on,
        received_on=given.received_on,
        asked_before=any(one.about == given.about for one in reviews_of(session, case)),
        number=case.number,
    )
    if notice is None or delivered_on is None:  # told apart for the checker of types
        raise rules.NotDeliveredYet(number=case.number)
    due = rules.review_due(delivered_on, case.call.rules["review_days"])
    review = Review(
        id=review_id,
        organisation_id=case.organisation_id,
        case_id=case.id,
        about=given.about,
        notice_id=notice.id,
        notice_delivered_on=delivered_on,
        received_on=given.received_on,
        grounds=given.grounds.strip(),
        deadline=deadline_to_json(due),
        recorded_at=acting.now,
        recorded_by=acting.actor.name,
    )
    session.add(review)
    session.flush()
    details = {"review_id": str(review.id), "about": review.about}
    trace(session, acting, "take_in_review", case, details)
    return review


def _same(existing: Review, case: Case, given: RequestInput) -> Review:
    told = (existing.case_id, existing.about, existing.received_on, existing.grounds)
    if told != (case.id, given.about, given.received_on, given.grounds.strip()):
        raise IdTaken(id=existing.id)
    return existing


def decide(
    session: Session,
    *,
    acting: Acting,
    review_id: UUID,
    given: DecisionInput,
    signer: Signer,
    version: int | None,
) -> UUID:
    """Record the decision on a review; the applicant gets it once it is signed (R98).

    Returns:
        Id of the decision to sign.

    Raises:
        ReviewDecided, ReviewDecidedEarly, LatenessWrong, MeasureMissing, JudgedBefore,
        FutureDay, StaleVersion, NoSuchRow: See the classes.
    """
    found = get_review(session, acting.organisation_id, review_id)
    case = lock_case(session, acting.organisation_id, found.case_id)
    session.refresh(found)
    if found.outcome is not None:
        raise rules.ReviewDecided(number=case.number)
    check_version(found.version, version)
    if given.decided_on > acting.today:
        raise FutureDay(day=given.decided_on)
    rules.check_impartial(acting.person_id, _judges_of(session, case))
    rules.check_decision(
        given.outcome,
        received_on=found.received_on,
        decided_on=given.decided_on,
        due=deadline_from_json(found.deadline).due,
        measure=given.measure,
    )
    found.outcome, found.body = given.outcome.value, given.body.strip()
    found.decided_on, found.decided_by = given.decided_on, acting.actor.name
    found.reasons, found.measure = given.reasons.strip(), given.measure.strip()
    notice = session.get_one(Record, found.notice_id)
    request = letters.review_decision(case.call, case, found, notice, signer=signer)
    record = request_record(session, acting, request, subject_id=found.id)
    found.record_id = record.id
    session.flush()
    details = {"review_id": str(found.id), "outcome": found.outcome, "record_id": str(record.id)}
    trace(session, acting, "decide_review", case, details)
    return record.id


def _judges_of(session: Session, case: Case) -> set[UUID]:
    """Return who controlled or scored the project, or sat on the committee."""
    asked = (
        select(Control.controller_id).where(Control.case_id == case.id),
        select(Assignment.evaluator_id).where(Assignment.case_id == case.id),
        select(CommitteeMember.person_id).where(CommitteeMember.call_id == case.call_id),
    )
    return {person for query in asked for person in session.scalars(query)}


def decision_signed(session: Session, record: Record) -> None:
    """Let a signed decision stand; one that was replaced counts for nothing."""
    review = session.get(Review, record.subject_id)
    if review is not None and review.record_id == record.id:
        review.signed_at = record.signed_at


def take_back_decision(session: Session, record: Record) -> None:
    """Open the review again when its unsigned decision was cancelled."""
    review = session.get(Review, record.subject_id)
    if review is None or review.record_id != record.id or review.signed_at is not None:
        return
    review.outcome = review.decided_on = review.record_id = None
    review.body = review.reasons = review.measure = review.decided_by = ""
