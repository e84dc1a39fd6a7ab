"""What follows from the feeds of registry and documents. Each handler may see an event twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.domain import deficiency, states
from services.evaluation.models import DEAD, Call, Case, DeficiencyCall, Record
from shared.actors import Actor
from shared.calendar_cz import prague_day
from shared.contracts.codec import from_json, to_json
from shared.contracts.events import Event
from shared.contracts.registry import ApplicationView, CallView, PresentationChange
from shared.deadlines import DeadlineRules

from .acting import Acting
from .cases import advance, get_call, trace
from .effects import CANCELLED, SIGNED, locked_case
from .records import TAKEN_BACK, ask_to_cancel, mark_made

FEED_NAME = "Výzva"
LONGEST_NAME = 200
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
    review_days: int
    spread_percent: str | None


def acting_of(event: Event) -> Acting:
    """Act at the time of the event, in the name of everybody who signed, the first one first."""
    signers = [one for one in event.payload.get("signers") or [] if one.get("signed_at")]
    names = [one["name"] for one in sorted(signers, key=lambda one: str(one["signed_at"]))]
    name = ", ".join(names) or FEED_NAME
    if len(name) > LONGEST_NAME:
        name = names[-1]  # a whole committee is named on its record
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


def call_presentation_changed(session: Session, event: Event) -> None:
    """Take over a change that registry published before anybody was registered (R58, R60)."""
    call = session.get(Call, event.subject_id)
    if call is None:
        return
    change = from_json(PresentationChange, event.payload)
    call.presentation_at, call.presentation_place = change.new_at, change.new_place
    trace(session, acting_of(event), "take_over_presentation", call)


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
    case = locked_case(session, event.organisation_id, event.subject_id)
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
    if record.state in DEAD:
        record.state = "void"  # signed a moment after what it says was taken back
        return
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
    if record is None:
        return
    record.issued_at = _instant(event.payload, "issued_at", event.at)
    if record.state not in DEAD:
        record.state = "issued"


def document_made(session: Session, event: Event) -> None:
    """Note that a letter of a batch is there to be signed, unless it was taken back meanwhile."""
    record = _record_of(session, event)
    if record is None:
        return
    if mark_made(session, record.id) in DEAD:
        ask_to_cancel(session, record, TAKEN_BACK)


def document_cancelled(session: Session, event: Event) -> None:
    """Note that a document will not be issued; the act can be done again."""
    record = _record_of(session, event)
    if record is None or record.state == "void":
        return
    record.state = "cancelled"
    effect = CANCELLED.get(record.kind)
    if effect is not None:
        effect(session, acting_of(event), record)


def delivery_dispatched(session: Session, event: Event) -> None:
    """Note that a letter left; that meets the duty to notify (A8)."""
    record = _record_of(session, event)
    if record is None:
        return
    if record.dispatched_at is None:
        record.dispatched_at = _instant(event.payload, "dispatched_at", event.at)
    # It may leave once more on another way, after a delivery was taken back; the first day counts.
    record.delivery_state = "dispatched"
    record.channel = event.payload.get("channel") or record.channel
    case = locked_case(session, record.organisation_id, record.case_id)
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


def delivery_ended(session: Session, event: Event) -> None:
    """Note that the office ended a delivery that could lead nowhere: nothing was delivered."""
    record = _record_of(session, event)
    if record is not None and record.delivery_state != "delivered":
        record.delivery_state = "ended"


def delivery_overturned(session: Session, event: Event) -> None:
    """Note that a delivery by fiction was taken back: no period runs from its day any more."""
    record = _record_of(session, event)
    if record is None:
        return
    record.delivered_on, record.delivery_basis = None, None
    record.delivery_state = "needs_person"
    call = session.get(DeficiencyCall, record.subject_id)
    if call is not None:
        call.delivered_on, call.is_long_enough = None, None
