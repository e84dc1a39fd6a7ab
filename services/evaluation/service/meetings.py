"""The selection committee's meeting: one recommendation per project (R61-R63, R67)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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
from .cases import (
    cases_of,
    check_seen,
    check_version,
    get_call,
    get_case,
    lock_case,
    lock_cases,
    lock_meeting,
    trace,
)
from .errors import ChairNotPresent, FutureDay, MeetingMissing
from .exclusions import refuse_conflicted_sheets
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
class HeadInput:
    """When and where the committee meets, and who is there."""

    held_at: datetime
    place: str
    present_ids: Sequence[UUID]
    chair_id: UUID
    repeats_votes: bool = False
    """Drop the votes that do not fit; they must be taken again."""


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
    head: HeadInput,
    version: int | None = None,
) -> Meeting:
    """Open the meeting, or correct its head before the minutes are closed (R61).

    Raises:
        MeetingTooEarly, MeetingAlreadyClosed, NobodyPresent, ChairNotPresent, FutureDay,
        NotMember, StaleVersion, VotesUnderOtherHead: See the classes.
    """
    call = get_call(session, acting.organisation_id, call_id)
    meeting = lock_meeting(session, call)
    if meeting is not None and meeting.closed_at is not None:
        raise rules.MeetingAlreadyClosed(closed_at=meeting.closed_at)
    check_ready(session, call)
    members = {m.person_id: m for m in require_committee(session, call)}
    _check_head(acting, head, members)
    if meeting is None:
        meeting = Meeting(
            id=uuid4(), organisation_id=call.organisation_id, call_id=call.id, transfers=[]
        )
        session.add(meeting)
    else:
        check_version(meeting.version, version)
        _check_votes_taken(session, acting, meeting, head)
    meeting.held_at, meeting.place, meeting.chair_id = head.held_at, head.place, head.chair_id
    meeting.present = [
        {"id": str(key), "name": members[key].name, "function": members[key].function}
        for key in dict.fromkeys(head.present_ids)
    ]
    session.flush()
    trace(session, acting, "open_meeting", meeting)
    return meeting


def _check_head(acting: Acting, head: HeadInput, members: dict[UUID, CommitteeMember]) -> None:
    if head.held_at > acting.now:
        raise FutureDay(day=head.held_at)
    if not head.present_ids:
        raise rules.NobodyPresent()
    strangers = [str(key) for key in head.present_ids if key not in members]
    if strangers:
        raise rules.NotMember(person_ids=strangers)
    if head.chair_id not in head.present_ids:
        raise ChairNotPresent()


def _check_votes_taken(session: Session, acting: Acting, meeting: Meeting, head: HeadInput) -> None:
    """Keep the votes that fit the new head; drop the others only if that was asked for."""
    rows = recommendations_of(session, meeting)
    numbers = _numbers(session, rows)
    taken = {key: _taken(row, numbers[key]) for key, row in rows.items()}
    present, chair = head.present_ids, head.chair_id
    if not head.repeats_votes:
        rules.check_head(taken.values(), present=present, chair=chair)
    for key, vote in taken.items():
        if not rules.is_under_head(vote, present=present, chair=chair):
            trace(session, acting, "drop_vote", session.get_one(Case, key), _counted(rows[key]))
            session.delete(rows[key])


def _numbers(session: Session, case_ids: Collection[UUID]) -> dict[UUID, str]:
    query = select(Case.id, Case.number).where(Case.id.in_(case_ids))
    return {key: number for key, number in session.execute(query)}


def _taken(row: Recommendation, number: str) -> rules.TakenVote:
    voters, recused = (
        frozenset(UUID(person["id"]) for person in people) for people in (row.voters, row.recused)
    )
    return rules.TakenVote(number, voters, recused)


def _counted(row: Recommendation) -> dict[str, Any]:
    return {
        "is_recommended": row.is_recommended,
        "in_favour": row.in_favour,
        "against": row.against,
        "abstained": row.abstained,
        "voters": row.voters,
    }


def recommend(
    session: Session, *, acting: Acting, case_id: UUID, vote: VoteInput, version: int | None
) -> Recommendation:
    """Record the committee's recommendation about one project (R62).

    Raises:
        MeetingMissing, MeetingAlreadyClosed, RecommendationWithoutReason,
        RecommendationForbidden, MemberMustRecuse, VoteCountWrong, SpreadUndecided,
        SheetOfConflicted, StaleVersion: See the classes.
    """
    meeting = _open(session, get_case(session, acting.organisation_id, case_id).call)
    case = lock_case(session, acting.organisation_id, case_id)
    if case.state != states.PRESENTED:
        raise rules.ProjectNotInCall(application_ids=[case.number])
    if spread_of(session, case).step not in IS_SETTLED:
        raise SpreadUndecided(number=case.number)
    refuse_conflicted_sheets(session, acting, case.call, [case])
    item = rules.Recommendation(case.id, vote.is_recommended, vote.reason)
    check = onsite_of(session, case)
    rules.check_recommendation(
        item, is_forbidden=check is not None and check.forbids_recommendation
    )
    voters, recused = _check_vote(session, acting, case, meeting, vote)
    points = str(combined_score(session, case).points)
    row = recommendations_of(session, meeting, [case.id]).get(case.id)
    check_seen(row.version if row else 0, version)
    if row is None:
        row = Recommendation(
            organisation_id=case.organisation_id, meeting_id=meeting.id, case_id=case.id
        )
        session.add(row)
    row.is_recommended, row.reason = vote.is_recommended, vote.reason.strip()
    row.in_favour, row.against, row.abstained = vote.in_favour, vote.against, vote.abstained
    row.voters, row.recused = voters, recused
    row.points = points
    session.flush()
    trace(session, acting, "record_recommendation", case, _counted(row))
    return row


def _check_vote(
    session: Session, acting: Acting, case: Case, meeting: Meeting, vote: VoteInput
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    left = set(vote.recused_ids)
    voters = [_named(one) for one in meeting.present if UUID(one["id"]) not in left]
    recused = [_named(one) for one in meeting.present if UUID(one["id"]) in left]
    keys = {UUID(one["id"]) for one in voters}
    picture = conflict_picture(session, case.call, acting.today, [case])
    for member in picture.conflicted(case.id):
        rules.must_recuse(member.person_id, [member.person_id], keys)
    rules.check_vote(
        vote.is_recommended,
        in_favour=vote.in_favour,
        against=vote.against,
        abstained=vote.abstained,
        voters=len(keys),
    )
    return voters, recused


def _named(person: dict[str, Any]) -> dict[str, str]:
    return {"id": person["id"], "name": person["name"]}


def _open(session: Session, call: Call) -> Meeting:
    meeting = lock_meeting(session, call)
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
        MeetingMissing, MeetingAlreadyClosed, NotMember, MemberMustRecuse and the errors of
        ``check_minutes`` and ``check_head``.
    """
    call = get_call(session, acting.organisation_id, call_id)
    meeting = _open(session, call)
    check_ready(session, call)
    cases = lock_cases(session, cases_of(call, (states.PRESENTED,)))
    rows = recommendations_of(session, meeting, [case.id for case in cases])
    rules.check_minutes(
        [rules.Recommendation(r.case_id, r.is_recommended, r.reason) for r in rows.values()],
        transfers,
        projects=[case.id for case in cases],
        present=[UUID(person["id"]) for person in meeting.present],
    )
    _check_votes(session, acting, meeting, cases, rows)
    refuse_conflicted_sheets(session, acting, call, cases)
    meeting.transfers = [to_json(transfer) for transfer in transfers]
    meeting.closed_at = acting.now
    chair = next(p for p in meeting.present if p["id"] == str(meeting.chair_id))
    signers = [Signer(meeting.chair_id, chair["name"], chair["function"])]
    decided = [(case, rows[case.id]) for case in cases]
    request = letters.committee_minutes(call, meeting, decided, signers=signers)
    record = request_record(session, acting, request, subject_id=meeting.id)
    meeting.record_id = record.id
    meeting.decided = [
        {"case_id": str(key), "is_recommended": row.is_recommended, "points": row.points}
        for key, row in rows.items()
    ]
    trace(session, acting, "close_meeting", meeting)
    return record.id


def _check_votes(
    session: Session,
    acting: Acting,
    meeting: Meeting,
    cases: Sequence[Case],
    rows: dict[UUID, Recommendation],
) -> None:
    """Judge the votes once more: somebody may have left the committee, or a tie may be known."""
    taken = {case.id: _taken(rows[case.id], case.number) for case in cases}
    present = {UUID(person["id"]) for person in meeting.present}
    rules.check_head(taken.values(), present=present, chair=meeting.chair_id)
    call = get_call(session, meeting.organisation_id, meeting.call_id)
    picture = conflict_picture(session, call, acting.today, cases)
    strangers = sorted(map(str, present - {member.person_id for member in picture.members}))
    if strangers:
        raise rules.NotMember(person_ids=strangers)
    for case in cases:
        for member in picture.conflicted(case.id):
            rules.must_recuse(member.person_id, [member.person_id], taken[case.id].voters)
