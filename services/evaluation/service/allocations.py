"""Allocation runs: the declared rule applied to what the committee recommended (R63-R67)."""

from collections.abc import Sequence
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.evaluation.domain.allocation import AllocationResult, Candidate, run_allocation
from services.evaluation.domain.allocation_json import (
    candidate_to_json,
    result_to_json,
    rule_from_json,
)
from services.evaluation.domain.allocation_rule import AllocationRule
from services.evaluation.models import AllocationRun, Call, Case

from .acting import Acting
from .cases import get_call, tell, trace
from .errors import IdTaken, MeetingNotSigned, NoSuchRow
from .evaluations import has_excluded
from .exclusions import refuse_conflicted_sheets
from .meetings import discussed, meeting_of
from .scoring import combined_score


def declared_rule(call: Call) -> AllocationRule:
    """Return the rule that the call announced, with its amounts.

    Raises:
        RuleNotReadable: The rule has words that the vocabulary does not know.
    """
    view = call.view
    fiches = {fiche.number: fiche.allocation for fiche in view.fiches}
    return rule_from_json(view.rule, call.amount, fiches)


def candidates_of(session: Session, acting: Acting, call: Call) -> list[Candidate]:
    """Return the projects the committee discussed, with the points it saw.

    Where a sheet was excluded, the points are those of the sheets that count now.

    Raises:
        MeetingNotSigned: The minutes are not signed.
        SheetOfConflicted, TooFewSheets: A project must be scored by somebody else first.
    """
    meeting = meeting_of(session, call)
    if meeting is None or meeting.signed_at is None:
        raise MeetingNotSigned(number=call.number)
    said = {UUID(one["case_id"]): one for one in meeting.decided}
    cases = [case for case in discussed(session, call) if case.id in said]
    refuse_conflicted_sheets(session, acting, call, cases)
    scored_again = set(
        session.scalars(select(Case.id).where(Case.call_id == call.id, has_excluded()))
    )
    points = {
        case.id: combined_score(session, case).points
        if case.id in scored_again
        else Fraction(said[case.id]["points"])
        for case in cases
    }
    return [
        Candidate(
            application_id=case.id,
            number=case.number,
            fiche=case.fiche,
            points=points[case.id],
            requested=case.requested,
            applicant_kind=case.applicant_kind,
            received_order=case.received_order,
            is_recommended=said[case.id]["is_recommended"],
        )
        for case in cases
    ]


def run(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    run_id: UUID,
    named_transfers: Sequence[UUID] = (),
) -> AllocationRun:
    """Run the declared rule and keep the run with everything that went into it.

    The same id again returns the same run. A run proposes; it decides nothing (R68).

    Raises:
        MeetingNotSigned, IdTaken, RuleNotReadable and the errors of ``run_allocation``.
    """
    call = get_call(session, acting.organisation_id, call_id)
    old = session.get(AllocationRun, run_id)
    if old is not None:
        if old.organisation_id != call.organisation_id or old.call_id != call.id:
            raise IdTaken(id=run_id)
        return old
    candidates = candidates_of(session, acting, call)
    result = run_allocation(candidates, declared_rule(call), named_transfers)
    row = _store(call, acting, run_id, candidates, result)
    row.named_transfers = [str(key) for key in named_transfers]
    session.add(row)
    session.flush()
    trace(session, acting, "run_allocation", row)
    tell(
        session,
        acting,
        "allocation.run",
        call,
        {"run_id": str(row.id), "granted": result.granted.to_json()},
    )
    return row


def _store(
    call: Call,
    acting: Acting,
    run_id: UUID,
    candidates: Sequence[Candidate],
    result: AllocationResult,
) -> AllocationRun:
    return AllocationRun(
        id=run_id,
        organisation_id=call.organisation_id,
        call_id=call.id,
        run_at=acting.now,
        run_by=acting.actor.name,
        rule=call.facts["rule"],
        candidates=[candidate_to_json(candidate) for candidate in candidates],
        result=result_to_json(result),
        granted=result.granted,
        left=result.left,
    )


def get_run(session: Session, organisation_id: UUID, run_id: UUID) -> AllocationRun:
    """Return a run of the organisation.

    Raises:
        NoSuchRow: There is none.
    """
    row = session.get(AllocationRun, run_id)
    if row is None or row.organisation_id != organisation_id:
        raise NoSuchRow(id=run_id)
    return row


def runs_of(session: Session, call: Call) -> list[AllocationRun]:
    """Return the runs of a call, newest first."""
    return list(session.scalars(newest_first(call)))


def newest_run(session: Session, call: Call) -> AllocationRun | None:
    """Return the run of a call that stands, the last one."""
    return session.scalars(newest_first(call).limit(1)).first()


def newest_first(call: Call) -> Select[AllocationRun]:
    """Return the query of the runs of a call, the newest first."""
    query = select(AllocationRun).where(AllocationRun.call_id == call.id)
    return query.order_by(AllocationRun.run_at.desc(), AllocationRun.id)
