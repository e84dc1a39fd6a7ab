"""What takes effect when a document is signed, and what is taken back when one is cancelled.

Each begins by locking what the document is about, as every other act does. What it is about may
be gone or be replaced by then; such a document has no effect, and nothing stops because of it.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.domain import states
from services.evaluation.models import (
    Assignment,
    Call,
    Case,
    Control,
    Declaration,
    Meeting,
    OnsiteCheck,
    PresentationSession,
    Record,
    Resolution,
    ScoreSheet,
)

from .acting import Acting
from .cases import advance, cases_of, lock_case, lock_cases, lock_meeting
from .control_end import settle
from .controls import take_back_conclusion
from .errors import NoSuchRow
from .resolutions import apply_resolution
from .reviews import decision_signed, take_back_decision
from .scoring import settle_evaluation

Effect = Callable[[Session, Acting, Record], None]


def locked_case(session: Session, organisation_id: UUID, case_id: UUID | None) -> Case | None:
    """Return the case, locked for an act; ``None`` when there is none."""
    if case_id is None:
        return None
    try:
        return lock_case(session, organisation_id, case_id)
    except NoSuchRow:
        return None


def _case_of(session: Session, record: Record) -> Case | None:
    return locked_case(session, record.organisation_id, record.case_id)


def _control_signed(session: Session, acting: Acting, record: Record) -> None:
    case, control = _case_of(session, record), session.get(Control, record.subject_id)
    if case is None or control is None:
        return
    if record.id == control.list_record_id:
        control.list_signed_at = record.signed_at
    elif record.id == control.entry_record_id:
        control.entry_signed_at = record.signed_at
    else:
        record.state = "void"  # of a conclusion that was taken back
        return
    session.flush()
    settle(session, acting, case)


def _declaration_signed(session: Session, acting: Acting, record: Record) -> None:
    declaration = session.get(Declaration, record.subject_id)
    if declaration is not None:
        declaration.signed_at = record.signed_at


def _sheet_signed(session: Session, acting: Acting, record: Record) -> None:
    case, sheet = _case_of(session, record), session.get(ScoreSheet, record.subject_id)
    if case is None or sheet is None:
        return
    sheet.signed_at = record.signed_at
    session.flush()
    settle_evaluation(session, acting, case)


def _onsite_signed(session: Session, acting: Acting, record: Record) -> None:
    case, check = _case_of(session, record), session.get(OnsiteCheck, record.subject_id)
    if case is None or check is None:
        return
    check.signed_at = record.signed_at
    session.flush()
    settle_evaluation(session, acting, case)


def _presentations_signed(session: Session, acting: Acting, record: Record) -> None:
    held = session.get(PresentationSession, record.subject_id)
    if held is None:
        return
    held.signed_at = record.signed_at
    call = session.get_one(Call, held.call_id)
    for case in lock_cases(session, cases_of(call, states.IN_EVALUATION)):
        settle_evaluation(session, acting, case)


def _minutes_signed(session: Session, acting: Acting, record: Record) -> None:
    meeting = _meeting_of(session, record)
    if meeting is None:
        return
    if meeting.record_id != record.id:
        record.state = "void"  # of minutes that were opened again
        return
    meeting.signed_at = record.signed_at
    said = {UUID(one["case_id"]): one["is_recommended"] for one in meeting.decided}
    call = session.get_one(Call, meeting.call_id)
    for case in lock_cases(session, cases_of(call, (states.PRESENTED,))):
        if case.id in said:
            advance(session, acting, case, "discuss", document_id=record.id)
            act = "recommend" if said[case.id] else "not_recommend"
            advance(session, acting, case, act, document_id=record.id)


def _meeting_of(session: Session, record: Record) -> Meeting | None:
    return lock_meeting(session, session.get_one(Call, record.call_id))


def _resolution_signed(session: Session, acting: Acting, record: Record) -> None:
    row = session.get(Resolution, record.subject_id)
    if row is not None:
        row.signed_at = record.signed_at
        apply_resolution(session, acting, row)


def _print_received(session: Session, acting: Acting, record: Record) -> None:
    assignment = session.get(Assignment, record.subject_id)
    if assignment is not None:  # whoever was taken off the project meanwhile keeps the receipt
        assignment.print_received_at = record.signed_at


def _review_signed(session: Session, acting: Acting, record: Record) -> None:
    if _case_of(session, record) is not None:
        decision_signed(session, record)


SIGNED: dict[str, Effect] = {
    "control_list": _control_signed,
    "control_entry": _control_signed,
    "interest_declaration": _declaration_signed,
    "print_receipt": _print_received,
    "score_sheet": _sheet_signed,
    "onsite_record": _onsite_signed,
    "presentation_record": _presentations_signed,
    "committee_minutes": _minutes_signed,
    "resolution": _resolution_signed,
    "review_decision": _review_signed,
}


def _control_cancelled(session: Session, acting: Acting, record: Record) -> None:
    case, control = _case_of(session, record), session.get(Control, record.subject_id)
    if case is not None and control is not None:
        take_back_conclusion(session, acting, case, control, record)


def _declaration_cancelled(session: Session, acting: Acting, record: Record) -> None:
    declaration = session.get(Declaration, record.subject_id)
    if declaration is not None and declaration.signed_at is None:
        session.delete(declaration)


def _print_cancelled(session: Session, acting: Acting, record: Record) -> None:
    assignment = session.get(Assignment, record.subject_id)
    if assignment is not None and assignment.print_received_at is None:
        assignment.print_handed_at, assignment.print_handed_by = None, ""


def _sheet_cancelled(session: Session, acting: Acting, record: Record) -> None:
    case, sheet = _case_of(session, record), session.get(ScoreSheet, record.subject_id)
    if case is not None and sheet is not None and sheet.signed_at is None:
        sheet.closed_at = None


def _onsite_cancelled(session: Session, acting: Acting, record: Record) -> None:
    case, check = _case_of(session, record), session.get(OnsiteCheck, record.subject_id)
    if case is not None and check is not None and check.signed_at is None:
        session.delete(check)


def _presentations_cancelled(session: Session, acting: Acting, record: Record) -> None:
    held = session.get(PresentationSession, record.subject_id)
    if held is not None and held.signed_at is None:
        held.closed_at = None


def _minutes_cancelled(session: Session, acting: Acting, record: Record) -> None:
    meeting = _meeting_of(session, record)
    if meeting is not None and meeting.record_id == record.id and meeting.signed_at is None:
        meeting.closed_at = meeting.record_id = None
        meeting.decided = []


def _resolution_cancelled(session: Session, acting: Acting, record: Record) -> None:
    row = session.get(Resolution, record.subject_id)
    if row is not None and row.signed_at is None:
        session.delete(row)


def _review_cancelled(session: Session, acting: Acting, record: Record) -> None:
    if _case_of(session, record) is not None:
        take_back_decision(session, record)


CANCELLED: dict[str, Effect] = {
    "control_list": _control_cancelled,
    "control_entry": _control_cancelled,
    "interest_declaration": _declaration_cancelled,
    "print_receipt": _print_cancelled,
    "score_sheet": _sheet_cancelled,
    "onsite_record": _onsite_cancelled,
    "presentation_record": _presentations_cancelled,
    "committee_minutes": _minutes_cancelled,
    "resolution": _resolution_cancelled,
    "review_decision": _review_cancelled,
}
