"""The general assembly's resolution and the notices of its result (R68, R98)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import resolution as rules
from services.evaluation.domain import states
from services.evaluation.domain.resolution import Line, Proposal, Verdict, Vote
from services.evaluation.letters import selection as letters
from services.evaluation.letters.reasons import sentence
from services.evaluation.models import AllocationRun, Call, Case, Outbox, Resolution
from shared.contracts.codec import to_json
from shared.contracts.documents import Signer
from shared.contracts.registry import ResultRow, Results
from shared.money import Money
from shared.outbox import enqueue
from shared.states import ActNotAllowed

from .acting import Acting
from .allocations import get_run
from .cases import advance, chosen_cases, get_call, lock_call, trace
from .errors import FutureDay, IdTaken, NoSuchRow, ResolutionExists
from .records import live_record, request_record

ACT_OF = {"approved": "approve", "rejected": "reject", "reserve": "put_in_reserve"}
DECIDED = (states.APPROVED, states.REJECTED, states.RESERVE)


@dataclass(frozen=True)
class ResolutionInput:
    """What the assembly decided."""

    run_id: UUID
    number: str
    decided_on: date
    vote: Vote
    lines: Sequence[Line]
    amount_change_reason: str = ""


def resolution_of(session: Session, call: Call) -> Resolution | None:
    """Return the resolution about a call."""
    return session.scalars(select(Resolution).where(Resolution.call_id == call.id)).first()


def proposals_of(run: AllocationRun) -> list[Proposal]:
    """Return what a run proposes to the assembly."""
    return [
        Proposal(
            application_id=UUID(line["application_id"]),
            fiche=line["fiche"],
            requested=Money.from_json(line["requested"]),
            granted=Money.from_json(line["granted"]),
            is_recommended=line["is_recommended"],
        )
        for line in run.result["lines"]
    ]


def proposed_lines(run: AllocationRun) -> list[Line]:
    """Return the decision that follows the run exactly.

    Money means approval; recommended without money waits in reserve; the rest is rejected.
    """
    lines = []
    for item in proposals_of(run):
        verdict = Verdict.REJECTED
        if item.granted > Money.zero():
            verdict = Verdict.APPROVED
        elif item.is_recommended:
            verdict = Verdict.RESERVE
        lines.append(Line(item.application_id, verdict, item.granted))
    return lines


def adopt(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    resolution_id: UUID,
    given: ResolutionInput,
    signer: Signer,
) -> UUID:
    """Record the assembly's resolution; amounts are final once it is signed (R68).

    Returns:
        Id of the document to sign.

    Raises:
        ResolutionExists, IdTaken, FutureDay, NoSuchRow and the errors of ``check_vote`` and
        ``resolve``: See the classes.
    """
    call = lock_call(session, acting.organisation_id, call_id)
    if resolution_of(session, call) is not None:
        raise ResolutionExists(number=call.number)
    if session.get(Resolution, resolution_id) is not None:
        raise IdTaken(id=resolution_id)
    run = get_run(session, acting.organisation_id, given.run_id)
    if run.call_id != call.id:
        raise NoSuchRow(id=run.id)
    if given.decided_on > acting.today:
        raise FutureDay(day=given.decided_on)
    rules.check_vote(given.vote)
    final = rules.resolve(
        given.lines,
        proposals_of(run),
        call_amount=call.amount,
        amount_change_reason=given.amount_change_reason,
    )
    row = Resolution(
        id=resolution_id,
        organisation_id=call.organisation_id,
        call_id=call.id,
        run_id=run.id,
        number=given.number,
        decided_on=given.decided_on,
        vote=asdict(given.vote),
        lines=_stored_lines(run, given.lines),
        by_fiche={fiche: amount.to_json() for fiche, amount in final.by_fiche.items()},
        total=final.call,
        amount_change_reason=given.amount_change_reason.strip(),
        recorded_at=acting.now,
        recorded_by=acting.actor.name,
    )
    session.add(row)
    session.flush()
    cases = chosen_cases(session, call, [line.application_id for line in given.lines])
    by_id = {str(case.id): case for case in cases}
    request = letters.resolution(call, row, by_id, signers=[signer])
    record = request_record(session, acting, request, subject_id=row.id)
    trace(session, acting, "adopt_resolution", row, {"number": row.number})
    return record.id


def _stored_lines(run: AllocationRun, lines: Sequence[Line]) -> list[dict[str, Any]]:
    by_id = {line.application_id: line for line in lines}
    numbers = {line["application_id"]: line["number"] for line in run.result["lines"]}
    stored = []
    ranked = sorted(run.result["lines"], key=lambda line: (line["fiche"], line["fiche_rank"]))
    for proposed in ranked:
        line = by_id[UUID(proposed["application_id"])]
        stored.append(
            {
                "application_id": proposed["application_id"],
                "number": proposed["number"],
                "fiche": proposed["fiche"],
                "points": proposed["points"],
                "verdict": line.verdict.value,
                "amount": line.amount.to_json(),
                "reason": line.reason.strip(),
                "explanation": line.reason.strip() or sentence(proposed["step"], numbers),
            }
        )
    return stored


def apply_resolution(session: Session, acting: Acting, row: Resolution) -> None:
    """Let the signed resolution take effect: states of all projects, results for the public."""
    call = get_call(session, row.organisation_id, row.call_id)
    ids = [UUID(line["application_id"]) for line in row.lines]
    cases = {str(case.id): case for case in chosen_cases(session, call, ids)}
    for line in row.lines:
        case = cases[line["application_id"]]
        # A withdrawn project stays withdrawn, whatever the assembly said meanwhile.
        if case.state in {states.RECOMMENDED, states.NOT_RECOMMENDED}:
            advance(
                session, acting, case, ACT_OF[line["verdict"]], details={"amount": line["amount"]}
            )
    results = Results(
        resolution_number=row.number,
        decided_on=row.decided_on,
        rows=[
            ResultRow(
                application_id=UUID(line["application_id"]),
                points=line["points"],
                outcome=line["verdict"],
                amount=Money.from_json(line["amount"]),
                reason=line["explanation"],
            )
            for line in row.lines
        ],
    )
    enqueue(
        session,
        Outbox,
        organisation_id=row.organisation_id,
        kind="results",
        payload={
            "call_id": str(row.call_id),
            "resolution_id": str(row.id),
            "results": to_json(results),
        },
    )


def prepare_result_notices(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    case_ids: Sequence[UUID],
    signer: Signer,
    batch_id: UUID | None = None,
) -> list[UUID]:
    """Make the notices of the result, with points and amount (R98).

    With *batch_id* they are made together (``letter_batches``), otherwise one after another.

    Returns:
        Ids of the letters; one that already exists is returned again.

    Raises:
        ActNotAllowed: A chosen case was not decided yet.
        NoSuchRow: There is no resolution.
    """
    call = get_call(session, acting.organisation_id, call_id)
    row = resolution_of(session, call)
    if row is None or row.signed_at is None:
        raise NoSuchRow(id=call_id)
    lines = {line["application_id"]: line for line in row.lines}
    made = []
    for case in chosen_cases(session, call, case_ids):
        record = live_record(session, call.organisation_id, "result_notice", case.id)
        if record is None:
            record = request_record(
                session,
                acting,
                letters.result_notice(call, case, row, _line_of(case, lines), signer=signer),
                subject_id=case.id,
                batch_id=batch_id,
            )
            trace(session, acting, "prepare_result_notice", case)
        made.append(record.id)
    return made


def _line_of(case: Case, lines: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if case.state not in DECIDED or str(case.id) not in lines:
        raise ActNotAllowed(machine="case", state=case.state, act="notify_result", allowed=())
    return lines[str(case.id)]
