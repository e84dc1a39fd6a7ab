"""The selection committee's meeting: one recommendation per project (R61-R63, R67)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import recommendation as rules
from services.evaluation.domain import states
from services.evaluation.domain.recommendation import Transfer
from services.evaluation.domain.spread import IS_SETTLED, SpreadUndecided
from services.evaluation.letters import selection as letters
from services.evaluation.models import Call, Case, CommitteeMember, Meeting, Recommendation
from shared.contracts.codec import to_json
from shared.contracts.documents import Signer

from .acting import Acting
from .cases import cases_of, check_version, get_call, get_case, trace
from .errors import ChairNotPresent, FutureDay, MeetingMissing
from .interests import conflict_picture, require_committee
from .records import request_record
from .scoring import combined_score, spread_of
from .visits import onsite_of

BEFORE_EVALUATION = (
    states.REGISTERED,
    states.ADMIN_CONTROL,
    states.DEFICIENCY_OPEN,
    states.CONTROL_PASSED,
    states.NOTIFIED,
)


BEFORE_MEETING = (*BEFORE_EVALUATION, states.ASSIGNED, states.EVALUATED, states.EX_ANTE_DONE)
"""A project in any of these keeps the committee from meeting."""
DISCUSSED = (
    states.PRESENTED,
    states.DISCUSSED,
    states.RECOMMENDED,
    states.NOT_RECOMMENDED,
    states.APPROVED,
    states.REJECTED,
    states.RESERVE,
    states.RESULT_NOTIFIED,
)


@dataclass(frozen=True)
class VoteInput:
    """What the committee decided about one project."""

    is_recommended: bool
    reason: str
    in_favour: int
    against: int
    abstained: int
    recused_ids: Collection[UUID] = ()


def meeting_of(session: Session, call: Call) -> Meeting | None:
    """Return the committee's meeting about a call."""
    return session.scalars(select(Meeting).where(Meeting.call_id == call.id)).first()


def discussed(session: Session, call: Call) -> list[Case]:
    """Return the projects before the committee, in the order received."""
    return list(session.scalars(cases_of(call, DISCUSSED)))


def recommendations_of(
    session: Session, meeting: Meeting, case_ids: Collection[UUID] | None = None
) -> dict[UUID, Recommendation]:
    """Return the recommendations by application, all or of the given ones."""
    query = select(Recommendation).where(Recommendation.meeting_id == meeting.id)
    if case_ids is not None:
        query = query.where(Recommendation.case_id.in_(case_ids))
    return {row.case_id: row for row in session.scalars(query)}


def check_ready(session: Session, call: Call) -> None:
    """Refuse the meeting while something before it is open (R61).

    Raises:
        MeetingTooEarly: With the numbers of the applications.
    """
    by_state: dict[str, list[str]] = {}
    still_open = cases_of(call, BEFORE_MEETING).with_only_columns(Case.state, Case.number)
    for state, number in session.execute(still_open):
        by_state.setdefault(state, []).append(number)
    rules.check_may_meet(
        open_controls=[n for state in BEFORE_EVALUATION for n in by_state.get(state, ())],
        open_scores=by_state.get(states.ASSIGNED, ()),
        open_onsite=by_state.get(states.EVALUATED, ()),
        open_presentations=by_state.get(states.EX_ANTE_DONE, ()),
    )


def open_meeting(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    held_at: datetime,
    place: str,
    present_ids: Sequence[UUID],
    chair_id: UUID,
    version: int | None = None,
) -> Meeting:
    """Open the meeting, or correct its head before the minutes are closed (R61).

    Raises:
        MeetingTooEarly, MeetingAlreadyClosed, NobodyPresent, ChairNotPresent, FutureDay,
        NotMember, StaleVersion: See the classes.
    """
    call = get_call(session, acting.organisation_id, call_id)
    meeting = meeting_of(session, call)
    if meeting is not None and meeting.closed_at is not None:
        raise rules.MeetingAlreadyClosed(closed_at=meeting.closed_at)
    check_ready(session, call)
    members = {m.person_id: m for m in require_committee(session, call)}
    _check_head(acting, held_at, present_ids, chair_id, members)
    if meeting is None:
        meeting = Meeting(
            id=uuid4(), organisation_id=call.organisation_id, call_id=call.id, transfers=[]
        )
        session.add(meeting)
    else:
        check_version(meeting.version, version)
    meeting.held_at, meeting.place, meeting.chair_id = held_at, place, chair_id
    meeting.present = [
        {"id": str(key), "name": members[key].name, "function": members[key].function}
        for key in dict.fromkeys(present_ids)
    ]
    session.flush()
    trace(session, acting, "open_meeting", meeting)
    return meeting


def _check_head(
    acting: Acting,
    held_at: datetime,
    present_ids: Sequence[UUID],
    chair_id: UUID,
    members: dict[UUID, CommitteeMember],
) -> None:
    if held_at > acting.now:
        raise FutureDay(day=held_at)
    if not present_ids:
        raise rules.NobodyPresent()
    strangers = [str(key) for key in present_ids if key not in members]
    if strangers:
        raise rules.NotMember(person_ids=strangers)
    if chair_id not in present_ids:
        raise ChairNotPresent()


def recommend(
    session: Session, *, acting: Acting, case_id: UUID, vote: VoteInput
) -> Recommendation:
    """Record the committee's recommendation about one project (R62).

    Raises:
        MeetingMissing, MeetingAlreadyClosed, RecommendationWithoutReason,
        RecommendationForbidden, MemberMustRecuse, VoteCountWrong, SpreadUndecided: See the
            classes.
    """
    case = get_case(session, acting.organisation_id, case_id)
    meeting = _open(session, case.call)
    if case.state != states.PRESENTED:
        raise rules.ProjectNotInCall(application_ids=[case.number])
    if spread_of(session, case).step not in IS_SETTLED:
        raise SpreadUndecided(number=case.number)
    item = rules.Recommendation(case.id, vote.is_recommended, vote.reason)
    check = onsite_of(session, case)
    rules.check_recommendation(
        item, is_forbidden=check is not None and check.forbids_recommendation
    )
    recused = _check_vote(session, acting, case, meeting, vote)
    points = str(combined_score(session, case).points)
    row = recommendations_of(session, meeting, [case.id]).get(case.id)
    if row is None:
        row = Recommendation(
            organisation_id=case.organisation_id, meeting_id=meeting.id, case_id=case.id
        )
        session.add(row)
    row.is_recommended, row.reason = vote.is_recommended, vote.reason.strip()
    row.in_favour, row.against, row.abstained = vote.in_favour, vote.against, vote.abstained
    row.recused = recused
    row.points = points
    session.flush()
    details = {"is_recommended": vote.is_recommended}
    trace(session, acting, "record_recommendation", case, details)
    return row


def _check_vote(
    session: Session, acting: Acting, case: Case, meeting: Meeting, vote: VoteInput
) -> list[dict[str, str]]:
    present = {UUID(person["id"]): person["name"] for person in meeting.present}
    voters = set(present) - set(vote.recused_ids)
    picture = conflict_picture(session, case.call, acting.today, [case])
    for member in picture.conflicted(case.id):
        rules.must_recuse(member.person_id, [member.person_id], voters)
    rules.check_vote(
        vote.is_recommended,
        in_favour=vote.in_favour,
        against=vote.against,
        abstained=vote.abstained,
        voters=len(voters),
    )
    return [
        {"id": str(key), "name": name}
        for key, name in present.items()
        if key in set(vote.recused_ids)
    ]


def _open(session: Session, call: Call) -> Meeting:
    meeting = meeting_of(session, call)
    if meeting is None:
        raise MeetingMissing(number=call.number)
    if meeting.closed_at is not None:
        raise rules.MeetingAlreadyClosed(closed_at=meeting.closed_at)
    return meeting


def close_meeting(
    session: Session, *, acting: Acting, call_id: UUID, transfers: Sequence[Transfer]
) -> UUID:
    """Close the minutes; they take effect with the chair's signature (R61, R62, R67).

    Returns:
        Id of the minutes to sign.

    Raises:
        MeetingMissing, MeetingAlreadyClosed and the errors of ``check_minutes``.
    """
    call = get_call(session, acting.organisation_id, call_id)
    meeting = _open(session, call)
    check_ready(session, call)
    cases = list(session.scalars(cases_of(call, (states.PRESENTED,))))
    rows = recommendations_of(session, meeting)
    rules.check_minutes(
        [rules.Recommendation(r.case_id, r.is_recommended, r.reason) for r in rows.values()],
        transfers,
        projects=[case.id for case in cases],
        present=[UUID(person["id"]) for person in meeting.present],
    )
    meeting.transfers = [to_json(transfer) for transfer in transfers]
    meeting.closed_at = acting.now
    chair = next(p for p in meeting.present if p["id"] == str(meeting.chair_id))
    signers = [Signer(meeting.chair_id, chair["name"], chair["function"])]
    decided = [(case, rows[case.id]) for case in cases]
    request = letters.committee_minutes(call, meeting, decided, signers=signers)
    record = request_record(session, acting, request, subject_id=meeting.id)
    trace(session, acting, "close_meeting", meeting)
    return record.id


def points_of(row: Recommendation) -> Fraction:
    """Return the exact points the committee saw."""
    return Fraction(row.points)
