"""How a control ends: passed, failed, repaired, expired; and how the applicant learns (R30-R39)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import controls as rules
from services.evaluation.domain import deficiency
from services.evaluation.domain.controls import NextStep, Verdict
from services.evaluation.domain.states import (
    ADMIN_CONTROL,
    CONTROL_FAILED,
    CONTROL_PASSED,
    DEFICIENCY_OPEN,
    EXPIRED,
)
from services.evaluation.letters import control as letters
from services.evaluation.models import Case, Control, ControlDecision, DeficiencyCall, Record
from shared.calendar_cz import prague_day
from shared.contracts.documents import Signer
from shared.deadlines import deadline_from_json, deadline_to_json, notice_due
from shared.states import ActNotAllowed

from .acting import Acting
from .cases import advance, chosen_cases, get_call, lock_case, trace
from .controls import controls_of, frozen_items
from .errors import DeficiencyCallMissing, DeliveredTooLate, DeliveryNotKnown, FutureDay
from .records import live_record, live_records, request_record

NOTICE_OUTCOMES = {CONTROL_PASSED: "passed", CONTROL_FAILED: "failed", EXPIRED: "expired"}


def decision_of(session: Session, case: Case) -> ControlDecision | None:
    """Return the director's decision in the present round, if there was one."""
    query = select(ControlDecision).where(
        ControlDecision.case_id == case.id, ControlDecision.round == case.control_round
    )
    return session.scalars(query).first()


def next_step(session: Session, case: Case) -> NextStep:
    """Say what the control of the case waits for."""
    return step_of(case, controls_of(session, case), decision_of(session, case))


def next_steps(session: Session, cases: Sequence[Case]) -> dict[UUID, NextStep]:
    """Say the same of many cases, in two queries whatever their number."""
    ids = [case.id for case in cases]
    controls: dict[UUID, list[Control]] = {key: [] for key in ids}
    rounds = {case.id: case.control_round for case in cases}
    present = select(Control).where(Control.case_id.in_(ids), Control.released_at.is_(None))
    for control in session.scalars(present):
        if control.round == rounds[control.case_id]:
            controls[control.case_id].append(control)
    decided = session.scalars(select(ControlDecision).where(ControlDecision.case_id.in_(ids)))
    decisions = {one.case_id: one for one in decided if one.round == rounds[one.case_id]}
    return {case.id: step_of(case, controls[case.id], decisions.get(case.id)) for case in cases}


def step_of(case: Case, controls: Sequence[Control], decision: ControlDecision | None) -> NextStep:
    """Say it of a case whose controls and decision in the present round are read already."""
    conclusions = [one.conclusion for one in controls if one.conclusion is not None]
    return rules.next_step(
        conclusions,
        decision.is_acceptable if decision else None,
        rounds_used=case.control_round - 1,
        rounds_allowed=case.call.rules["deficiency_rounds"],
    )


def settle(session: Session, acting: Acting, case: Case) -> None:
    """End the control when both signatures, or the director's decision, decide it (A7)."""
    if case.state != ADMIN_CONTROL:
        return
    step = next_step(session, case)
    if step not in {NextStep.PASSED, NextStep.FAILED}:
        return
    controls = controls_of(session, case)
    conclusions = [one.conclusion for one in controls if one.conclusion is not None]
    ended_at = rules.control_ended_at(conclusions)
    decision = decision_of(session, case)
    if decision is not None and ended_at is not None:
        ended_at = max(ended_at, decision.decided_at)
    _end(case, ended_at or acting.now)
    act = "pass_control" if step is NextStep.PASSED else "fail_control"
    advance(session, acting, case, act, at=case.control_ended_at)


def _end(case: Case, ended_at: datetime) -> None:
    deadline = notice_due(prague_day(ended_at), case.call.deadlines)
    case.control_ended_at = ended_at
    case.notice_due = deadline.due
    case.notice_deadline = deadline_to_json(deadline)


def decide_disagreement(
    session: Session, *, acting: Acting, case_id: UUID, is_acceptable: bool, reason: str
) -> Case:
    """Let the director decide when the two controllers disagree (A4).

    Raises:
        NothingToDecide, DecisionWithoutReason: See the domain.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    words = rules.decide_disagreement(_step_now(session, case), reason)
    session.add(
        ControlDecision(
            organisation_id=case.organisation_id,
            case_id=case.id,
            round=case.control_round,
            is_acceptable=is_acceptable,
            reason=words,
            decided_at=acting.now,
            decided_by=acting.actor.name,
        )
    )
    session.flush()
    trace(session, acting, "decide_control", case, {"is_acceptable": is_acceptable})
    settle(session, acting, case)
    return case


def _step_now(session: Session, case: Case) -> NextStep:
    if case.state != ADMIN_CONTROL:
        raise rules.NothingToDecide(step=case.state)
    return next_step(session, case)


def found_defects(session: Session, case: Case) -> list[str]:
    """Return the defects that the controllers described, each once, in the list's order.

    Each says the criterion or the attachment it is about, not the question of the list.
    """
    items = frozen_items(session, case)
    fiche = case.call.fiche(case.fiche)
    attachments = {kind.code: kind.text for kind in fiche.attachments} if fiche else {}
    controls = controls_of(session, case)
    said: dict[tuple[str, str], str] = {}
    for item in items:
        for control in controls:
            found = control.finding_values.get(item.code)
            if found is not None and found.verdict is Verdict.NO:
                # An attachment is asked about twice; the same words about it are one defect.
                about = (item.attachment_code or item.code, found.note)
                name = attachments.get(item.attachment_code or "", item.text)
                said.setdefault(about, f"{name}: {found.note}")
    return list(said.values())


def call_deficiency(
    session: Session,
    *,
    acting: Acting,
    case_id: UUID,
    deficiencies: Sequence[str],
    fixed_date: date,
    signer: Signer,
) -> UUID:
    """Call on the applicant to remove deficiencies until a fixed date (R33-R35).

    Returns:
        Id of the letter that waits for signature.

    Raises:
        NoDeficiency: The control does not ask for a repair.
        FixedDateTooEarly, FixedDateNotWorkingDay, DeficiencyWithoutText, NoRoundLeft: See
            the domain.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    if case.state != ADMIN_CONTROL or next_step(session, case) is not NextStep.DEFICIENCY_CALL:
        raise deficiency.NoDeficiency(number=case.number)
    deadline = deficiency.check_call(
        deficiencies,
        fixed_date,
        dispatched_on=acting.today,
        rounds_used=case.control_round - 1,
        rounds_allowed=case.call.rules["deficiency_rounds"],
        rules=case.call.deadlines,
    )
    call_id = uuid4()
    request = letters.deficiency_call(case.call, case, deficiencies, fixed_date, signer=signer)
    record = request_record(
        session,
        acting,
        request,
        subject_id=call_id,
        due=request.delivery.dispatch_by if request.delivery else None,
    )
    session.add(
        DeficiencyCall(
            id=call_id,
            organisation_id=case.organisation_id,
            case_id=case.id,
            round=case.control_round,
            deficiencies=list(deficiencies),
            fixed_date=fixed_date,
            deadline=deadline_to_json(deadline),
            record_id=record.id,
            made_at=acting.now,
        )
    )
    advance(session, acting, case, "call_deficiency", document_id=record.id)
    return record.id


def open_deficiency(session: Session, case: Case) -> DeficiencyCall:
    """Return the deficiency call of the present round.

    Raises:
        DeficiencyCallMissing: There is none.
    """
    query = select(DeficiencyCall).where(
        DeficiencyCall.case_id == case.id, DeficiencyCall.round == case.control_round
    )
    found = session.scalars(query).first()
    if found is None or case.state != DEFICIENCY_OPEN:
        raise DeficiencyCallMissing(number=case.number)
    return found


def record_repair(
    session: Session, *, acting: Acting, case_id: UUID, repaired_on: date, note: str
) -> Case:
    """Record that the applicant repaired in time; the same two control again (A6).

    Raises:
        DeficiencyCallMissing, FutureDay, RepairAfterFixedDate: See the classes.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    call = open_deficiency(session, case)
    if repaired_on > acting.today:
        raise FutureDay(day=repaired_on)
    deficiency.check_repair(repaired_on, call.fixed_date)
    call.repaired_on, call.repair_note = repaired_on, note.strip()
    before = controls_of(session, case)
    case.control_round += 1
    for old in before:
        session.add(_again(old, acting, case.control_round))
    advance(
        session, acting, case, "record_repair", details={"repaired_on": repaired_on.isoformat()}
    )
    return case


def _again(old: Control, acting: Acting, number: int) -> Control:
    """Open the next round for the same controller, starting from the former findings."""
    return Control(
        organisation_id=old.organisation_id,
        case_id=old.case_id,
        controller_id=old.controller_id,
        controller_name=old.controller_name,
        controller_function=old.controller_function,
        round=number,
        appointed_at=acting.now,
        appointed_by=old.appointed_by,
        delegation_id=old.delegation_id,
        is_registrar=old.is_registrar,
        findings=dict(old.findings),
    )


def expire_deficiency(session: Session, *, acting: Acting, case_id: UUID) -> Case:
    """Close a case whose deficiencies were not repaired by the fixed date (R100).

    Raises:
        NotYetExpired, DeliveryNotKnown, DeliveredTooLate: The date has not passed, or the
            applicant did not provably have the seven days.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    call = open_deficiency(session, case)
    deficiency.check_expired(acting.today, call.fixed_date)
    if call.delivered_on is None:
        raise DeliveryNotKnown(number=case.number)
    if not call.is_long_enough:
        raise DeliveredTooLate(delivered_on=call.delivered_on, fixed_date=call.fixed_date)
    _end(case, acting.now)
    advance(session, acting, case, "expire_deficiency")
    return case


def prepare_notices(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    case_ids: Sequence[UUID],
    signer: Signer,
    batch_id: UUID | None = None,
) -> list[UUID]:
    """Make the notices of the administrative control, for signature and delivery (R36-R39).

    With *batch_id* they are made together (``letter_batches``), otherwise one after another.

    Returns:
        Ids of the letters; one that already exists is returned again.

    Raises:
        ActNotAllowed: The control of a chosen case has not ended.
    """
    call = get_call(session, acting.organisation_id, call_id)
    made = []
    for case in chosen_cases(session, call, case_ids):
        record = live_record(session, call.organisation_id, "control_notice", case.id)
        made.append((record or _notice(session, acting, case, signer, batch_id)).id)
    return made


def _notice(
    session: Session, acting: Acting, case: Case, signer: Signer, batch_id: UUID | None
) -> Record:
    outcome = NOTICE_OUTCOMES.get(case.state)
    if outcome is None or case.notice_deadline is None:
        raise ActNotAllowed(machine="case", state=case.state, act="notify_control", allowed=())
    reasons = found_defects(session, case) if outcome == "failed" else []
    deadline = deadline_from_json(case.notice_deadline)
    request = letters.control_notice(
        case.call, case, deadline, outcome=outcome, reasons=reasons, signer=signer
    )
    record = request_record(
        session, acting, request, subject_id=case.id, due=deadline.due, batch_id=batch_id
    )
    trace(session, acting, "prepare_notice", case, {"record_id": str(record.id)})
    return record


def notices_of(
    session: Session, organisation_id: UUID, cases: Sequence[Case]
) -> dict[UUID, Record]:
    """Return the control notices of cases, by case."""
    return live_records(session, organisation_id, "control_notice", [case.id for case in cases])
