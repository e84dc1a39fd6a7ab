"""What follows from the feeds of registry and documents. Each handler may see an event twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.domain import deficiency, states
from services.evaluation.models import (
    Assignment,
    Call,
    Case,
    Control,
    Declaration,
    DeficiencyCall,
    Meeting,
    OnsiteCheck,
    PresentationSession,
    Record,
    Resolution,
    ScoreSheet,
)
from shared.actors import Actor
from shared.calendar_cz import prague_day
from shared.contracts.codec import from_json, to_json
from shared.contracts.events import Event
from shared.contracts.registry import ApplicationView, CallView
from shared.deadlines import DeadlineRules

from .acting import Acting
from .cases import advance, cases_of, get_call, trace
from .control_end import settle
from .meetings import recommendations_of
from .resolutions import apply_resolution
from .scoring import settle_evaluation

FEED_NAME = "Výzva"
DISPATCH_ACTS = {
    ("control_notice", states.CONTROL_PASSED): "notify_control",
    ("control_notice", states.CONTROL_FAILED): "notify_exclusion",
    ("control_notice", states.EXPIRED): "notify_exclusion",
    ("result_notice", states.APPROVED): "notify_result",
    ("result_notice", states.REJECTED): "notify_result",
    ("result_notice", states.RESERVE): "notify_result",
}


@dataclass(frozen=True)
class CallRules:
    """Settings of the organisation that a call pins when it is published."""

    committee_size: int
    evaluators_per_project: int
    staff_declaration: bool
    deficiency_rounds: int
    spread_threshold: str | None


def acting_of(event: Event) -> Acting:
    """Act at the time of the event, in the name of whoever signed last, if anybody did."""
    signers = [one for one in event.payload.get("signers") or [] if one.get("signed_at")]
    name = max(signers, key=lambda one: one["signed_at"])["name"] if signers else FEED_NAME
    actor = Actor(organisation_id=event.organisation_id, name=name)
    return Acting(actor, event.at, prague_day(event.at))


def call_published(rules: CallRules) -> Callable[[Session, Event], None]:
    """Return the handler that opens a call with the settings of today."""

    def handle(session: Session, event: Event) -> None:
        view = from_json(CallView, event.payload.get("call", event.payload))
        call = session.get(Call, view.id)
        if call is None:
            call = Call(id=view.id, organisation_id=event.organisation_id, rules=to_json(rules))
            session.add(call)
        call.number, call.title, call.amount = view.number, view.title, view.amount
        call.presentation_at = view.presentation_at
        call.presentation_place = view.presentation_place
        call.facts = to_json(view)
        session.flush()
        trace(session, acting_of(event), "take_over_call", call)

    return handle


def call_closed(session: Session, event: Event) -> None:
    """Note that the intake of a call ended."""
    call = session.get(Call, event.subject_id)
    if call is not None:
        call.is_closed = True


def application_registered(session: Session, event: Event) -> None:
    """Open a case with the facts of the application as they stand (R24)."""
    payload = event.payload.get("application", event.payload)
    view = from_json(ApplicationView, payload)
    if session.get(Case, view.id) is not None:
        return
    get_call(session, event.organisation_id, view.call_id)
    case = Case(
        id=view.id,
        organisation_id=event.organisation_id,
        call_id=view.call_id,
        number=view.number or "",
        fiche=view.fiche_number,
        title=view.title,
        place=view.place,
        applicant_name=view.applicant.name,
        applicant_kind=view.applicant.kind,
        requested=view.requested,
        received_order=view.received_order,
        facts=to_json(view),
        registrar_id=view.registered_by_id,
        state=states.REGISTERED,
        state_since=view.registered_at or event.at,
    )
    session.add(case)
    session.flush()
    trace(session, acting_of(event), "open_case", case)


def application_withdrawn(session: Session, event: Event) -> None:
    """Close the case of an application that was taken back."""
    case = session.get(Case, event.subject_id)
    if case is not None and states.CASE.allows(case.state, "withdraw"):
        advance(session, acting_of(event), case, "withdraw")


def _record_of(session: Session, event: Event) -> Record | None:
    """Return our record that the event is about; documents also has those of registry."""
    key = event.payload.get("document_id") or event.subject_id
    record = session.get(Record, UUID(str(key)))
    if record is None or record.organisation_id != event.organisation_id:
        return None
    return record


def _instant(payload: dict[str, Any], name: str, default: datetime) -> datetime:
    text = payload.get(name)
    return datetime.fromisoformat(text) if text else default


def document_signed(session: Session, event: Event) -> None:
    """Let the act behind a document take effect once everybody has signed."""
    record = _record_of(session, event)
    if record is None or record.signed_at is not None or not _is_complete(event.payload):
        return
    record.signed_at = _instant(event.payload, "signed_at", event.at)
    if record.state in {"requested", "waiting"}:
        record.state = "signed"
    effect = SIGNED.get(record.kind)
    if effect is not None:
        effect(session, acting_of(event), record)


def _is_complete(payload: dict[str, Any]) -> bool:
    signers = payload.get("signers") or []
    return all(one.get("signed_at") for one in signers if isinstance(one, dict))


def document_issued(session: Session, event: Event) -> None:
    """Note that a document is sealed and stamped; it was signed before that at the latest."""
    document_signed(session, event)
    record = _record_of(session, event)
    if record is not None:
        record.state, record.issued_at = "issued", _instant(event.payload, "issued_at", event.at)


def document_cancelled(session: Session, event: Event) -> None:
    """Note that a document will not be issued; the act can be done again."""
    record = _record_of(session, event)
    if record is None:
        return
    record.state = "cancelled"
    effect = CANCELLED.get(record.kind)
    if effect is not None:
        effect(session, record)


def delivery_dispatched(session: Session, event: Event) -> None:
    """Note that a letter left; that meets the duty to notify (A8)."""
    record = _record_of(session, event)
    if record is None:
        return
    if record.dispatched_at is None:
        record.dispatched_at = _instant(event.payload, "dispatched_at", event.at)
        record.delivery_state = "dispatched"
        record.channel = event.payload.get("channel")
    case = session.get(Case, record.case_id) if record.case_id else None
    act = DISPATCH_ACTS.get((record.kind, case.state)) if case else None
    if case is not None and act is not None:
        advance(
            session, acting_of(event), case, act, document_id=record.id, at=record.dispatched_at
        )


def delivery_delivered(session: Session, event: Event) -> None:
    """Note the day of delivery; for a deficiency call check that it leaves its period."""
    delivery_dispatched(session, event)
    record = _record_of(session, event)
    if record is None:
        return
    text = event.payload.get("delivered_on")
    record.delivered_on = date.fromisoformat(text) if text else prague_day(event.at)
    record.delivery_basis = event.payload.get("delivery_basis")
    record.delivery_state = "delivered"
    call = session.get(DeficiencyCall, record.subject_id)
    if call is not None:
        call.delivered_on = record.delivered_on
        call.is_long_enough = deficiency.is_long_enough(
            call.fixed_date, record.delivered_on, _rules_of(session, call)
        )


def _rules_of(session: Session, call: DeficiencyCall) -> DeadlineRules:
    return session.get_one(Case, call.case_id).call.deadlines


def delivery_needs_person(session: Session, event: Event) -> None:
    """Note that the office must see to a delivery."""
    record = _record_of(session, event)
    if record is not None and record.delivery_state != "delivered":
        record.delivery_state = "needs_person"


def _control_signed(session: Session, acting: Acting, record: Record) -> None:
    control = session.get_one(Control, record.subject_id)
    case = session.get_one(Case, control.case_id)
    if record.kind == "control_list":
        control.list_signed_at = record.signed_at
    else:
        control.entry_signed_at = record.signed_at
    session.flush()
    settle(session, acting, case)


def _declaration_signed(session: Session, acting: Acting, record: Record) -> None:
    session.get_one(Declaration, record.subject_id).signed_at = record.signed_at


def _sheet_signed(session: Session, acting: Acting, record: Record) -> None:
    sheet = session.get_one(ScoreSheet, record.subject_id)
    sheet.signed_at = record.signed_at
    session.flush()
    settle_evaluation(session, acting, session.get_one(Case, sheet.case_id))


def _onsite_signed(session: Session, acting: Acting, record: Record) -> None:
    check = session.get_one(OnsiteCheck, record.subject_id)
    check.signed_at = record.signed_at
    session.flush()
    settle_evaluation(session, acting, session.get_one(Case, check.case_id))


def _presentations_signed(session: Session, acting: Acting, record: Record) -> None:
    held = session.get_one(PresentationSession, record.subject_id)
    held.signed_at = record.signed_at
    session.flush()
    for case in session.scalars(
        cases_of(session.get_one(Call, held.call_id), states.IN_EVALUATION)
    ):
        settle_evaluation(session, acting, case)


def _minutes_signed(session: Session, acting: Acting, record: Record) -> None:
    meeting = session.get_one(Meeting, record.subject_id)
    meeting.signed_at = record.signed_at
    for case_id, row in recommendations_of(session, meeting).items():
        case = session.get_one(Case, case_id)
        if case.state == states.PRESENTED:
            advance(session, acting, case, "discuss", document_id=record.id)
            act = "recommend" if row.is_recommended else "not_recommend"
            advance(session, acting, case, act, document_id=record.id)


def _resolution_signed(session: Session, acting: Acting, record: Record) -> None:
    row = session.get_one(Resolution, record.subject_id)
    row.signed_at = record.signed_at
    apply_resolution(session, acting, row)


def _print_received(session: Session, acting: Acting, record: Record) -> None:
    assignment = session.get(Assignment, record.subject_id)
    if assignment is not None:  # whoever was taken off the project meanwhile keeps the receipt
        assignment.print_received_at = record.signed_at


SIGNED: dict[str, Callable[[Session, Acting, Record], None]] = {
    "control_list": _control_signed,
    "control_entry": _control_signed,
    "interest_declaration": _declaration_signed,
    "print_receipt": _print_received,
    "score_sheet": _sheet_signed,
    "onsite_record": _onsite_signed,
    "presentation_record": _presentations_signed,
    "committee_minutes": _minutes_signed,
    "resolution": _resolution_signed,
}


def _control_cancelled(session: Session, record: Record) -> None:
    control = session.get_one(Control, record.subject_id)
    if control.list_signed_at is None and control.entry_signed_at is None:
        control.concluded_at = control.is_acceptable = None


def _declaration_cancelled(session: Session, record: Record) -> None:
    declaration = session.get_one(Declaration, record.subject_id)
    if declaration.signed_at is None:
        session.delete(declaration)


def _print_cancelled(session: Session, record: Record) -> None:
    assignment = session.get(Assignment, record.subject_id)
    if assignment is not None and assignment.print_received_at is None:
        assignment.print_handed_at, assignment.print_handed_by = None, ""


def _sheet_cancelled(session: Session, record: Record) -> None:
    sheet = session.get_one(ScoreSheet, record.subject_id)
    sheet.closed_at = None if sheet.signed_at is None else sheet.closed_at


def _onsite_cancelled(session: Session, record: Record) -> None:
    check = session.get_one(OnsiteCheck, record.subject_id)
    if check.signed_at is None:
        session.delete(check)


def _presentations_cancelled(session: Session, record: Record) -> None:
    held = session.get_one(PresentationSession, record.subject_id)
    held.closed_at = None if held.signed_at is None else held.closed_at


def _minutes_cancelled(session: Session, record: Record) -> None:
    meeting = session.get_one(Meeting, record.subject_id)
    meeting.closed_at = None if meeting.signed_at is None else meeting.closed_at


def _resolution_cancelled(session: Session, record: Record) -> None:
    row = session.get_one(Resolution, record.subject_id)
    if row.signed_at is None:
        session.delete(row)


CANCELLED: dict[str, Callable[[Session, Record], None]] = {
    "control_list": _control_cancelled,
    "control_entry": _control_cancelled,
    "interest_declaration": _declaration_cancelled,
    "print_receipt": _print_cancelled,
    "score_sheet": _sheet_cancelled,
    "onsite_record": _onsite_cancelled,
    "presentation_record": _presentations_cancelled,
    "committee_minutes": _minutes_cancelled,
    "resolution": _resolution_cancelled,
}
