"""Deliveries: what the worker writes down about them; paper is in ``paper.py``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select

from services.documents.delivery.port import BoxFacts, DeliveryInfo
from services.documents.domain import channels, deliveries
from services.documents.domain.deliveries import DELIVERY, DELIVERY_INFO, SENT_MESSAGE
from services.documents.domain.isds_outcome import BOX_REFUSALS, CREATED, LATER, UNKNOWN, Outcome
from services.documents.domain.legal_delivery import (
    FICTION,
    FICTION_EVENTS,
    POSTED,
    LegalDelivery,
    is_undeliverable,
    legal_delivery,
)
from services.documents.domain.outages import rest_after
from services.documents.domain.records import RecordChanged, RetryNotAllowed
from services.documents.models import Delivery, DispatchStop, Proof, Revision
from services.documents.service.loading import delivery_of
from services.documents.service.payloads import delivery_payload
from services.documents.service.postage import give_back
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.codec import from_json

LEASE = timedelta(minutes=5)
"""Longer than a call of ISDS can last; a sender whose lease is over must not send."""
AT_ONCE = 50
"""Deliveries that one look of the worker takes on; the others wait for the next."""

PROOF_NAMES = {
    SENT_MESSAGE: "zprava",
    DELIVERY_INFO: "dorucenka",
    "posting_slip": "podaci-listek",
    "advice": "dodejka",
    "hand_over": "potvrzeni-o-prevzeti",
}


def retry_delivery(work: Work, delivery_id: UUID, version: int | None = None) -> Delivery:
    """Let the worker try the data box once more, by a person's decision.

    Raises:
        RecordUnknown: no such delivery.
        ActNotAllowed: nothing is to be tried now.
        RetryNotAllowed: ISDS holds a message already.
    """
    delivery = at_version(delivery_of(work, delivery_id), version)
    if delivery.state == deliveries.NEEDS_PERSON and not deliveries.retry_is_allowed(
        delivery.reason
    ):
        raise RetryNotAllowed(reason=delivery.reason)
    delivery.state = DELIVERY.apply(delivery.state, "retry")
    delivery.reason, delivery.next_at = None, None
    delivery.attempts, delivery.failures = 0, 0
    delivery.charged_on = None  # what was spent stays spent: the lost message may exist
    delivery.message_id, delivery.sha256 = None, None
    work.session.flush()
    work.audit("retry", ("delivery", delivery.id))
    return delivery


def due_deliveries(work: Work, state: str, now: datetime) -> list[UUID]:
    """Return deliveries of all organisations in a state whose next step is due.

    Those that are ready come in the order of their legal deadlines.
    """
    due = or_(Delivery.next_at.is_(None), Delivery.next_at <= now)
    query = select(Delivery.id).where(Delivery.state == state, due)
    if state != deliveries.READY:
        query = query.order_by(Delivery.next_at, Delivery.id)
        return list(work.session.scalars(query.limit(AT_ONCE)))
    stopped = select(DispatchStop.organisation_id)
    query = query.where(Delivery.organisation_id.not_in(stopped))
    # The legal deadline decides who goes first. Two questions, because an index serves each.
    urgent = query.where(Delivery.dispatch_by.is_not(None))
    urgent = urgent.order_by(Delivery.dispatch_by, Delivery.id).limit(AT_ONCE)
    found = list(work.session.scalars(urgent))
    if len(found) < AT_ONCE:
        others = query.where(Delivery.dispatch_by.is_(None)).order_by(Delivery.id)
        found += work.session.scalars(others.limit(AT_ONCE - len(found)))
    return found


def note_box(work: Work, delivery: Delivery, box: BoxFacts | None) -> str:
    """Take over what the directory says and return the channel that follows (R38, R39)."""
    known = channels.NONE
    if box is not None:
        known = channels.USABLE if box.is_open else channels.UNUSABLE
        delivery.data_box_id, delivery.recipient_type = box.box_id, box.type_number
    # A usable box wins over whatever the caller asked for.
    requested = channels.AUTO if known == channels.USABLE else delivery.requested
    channel = channels.choose_channel(requested, known) or channels.DATA_BOX
    delivery.channel = channel
    if channel != channels.DATA_BOX:
        ask_person(work, delivery, _reason_for_paper(known, delivery.requested))
    return channel


def _reason_for_paper(known: str, requested: str) -> str:
    if known == channels.UNUSABLE:
        return deliveries.BOX_UNUSABLE
    return deliveries.NO_BOX if requested == channels.AUTO else deliveries.REQUESTED


def begin_sending(work: Work, delivery: Delivery, sha256: str) -> UUID:
    """Write down the intent to send this file; committed before the first byte leaves."""
    delivery.state = DELIVERY.apply(delivery.state, "begin_sending")
    now, token = SystemClock().now(), uuid4()
    delivery.attempts += 1
    delivery.intent_at, delivery.intent_shown_at = now, work.now
    delivery.leased_until, delivery.fencing_token = now + LEASE, token
    delivery.lost_at, delivery.last_look_at = None, None
    delivery.sha256 = sha256
    work.session.flush()
    work.audit("begin_sending", ("delivery", delivery.id), attempt=delivery.attempts)
    return token


def note_outcome(work: Work, delivery: Delivery, outcome: Outcome) -> None:
    """Write down what became of an attempt."""
    delivery.leased_until, delivery.fencing_token = None, None
    delivery.last_error = f"{outcome.kind} {outcome.code or ''}".strip()
    if outcome.kind == CREATED and outcome.message_id:
        confirm_created(work, delivery, outcome.message_id)
    elif outcome.kind == UNKNOWN:
        lose_answer(work, delivery)
    elif outcome.retry == LATER:
        give_back(work, delivery)
        delivery.state = DELIVERY.apply(delivery.state, "put_back")
        rest(delivery)
        work.audit("put_back", ("delivery", delivery.id), code=outcome.code)
    else:
        give_back(work, delivery)
        is_about_box = outcome.code in BOX_REFUSALS
        reason = deliveries.BOX_UNUSABLE if is_about_box else deliveries.REFUSED
        ask_person(work, delivery, reason)
    work.session.flush()


def files_of(work: Work, delivery: Delivery) -> tuple[str, ...]:
    """Return the hashes that the file of a message may have: the one that was sent, if it is known.

    After a restored backup it is not; then any revision of the register counts.
    """
    if delivery.sha256 is not None:
        return (delivery.sha256,)
    own = select(Revision.sha256).where(Revision.document_id == delivery.document_id)
    return tuple(work.session.scalars(own))


def take_over(delivery: Delivery, sha256: str, info: DeliveryInfo, box: BoxFacts | None) -> None:
    """Fill in from the sealed copy what the restored database does not know."""
    delivery.sha256, delivery.data_box_id = sha256, info.recipient_box
    delivery.recipient_type = box.type_number if box else delivery.recipient_type
    delivery.intent_shown_at = info.stamped_at or delivery.intent_shown_at


def confirm_created(work: Work, delivery: Delivery, message_id: str) -> None:
    """Write down that ISDS holds the message."""
    delivery.state = DELIVERY.apply(delivery.state, "confirm_created")
    delivery.message_id, delivery.channel = message_id, channels.DATA_BOX
    delivery.failures = 0
    delivery.dispatched_at = delivery.intent_shown_at or work.now
    delivery.next_at = None
    work.session.flush()
    work.audit("confirm_created", ("delivery", delivery.id), message_id=message_id)
    work.tell("delivery.dispatched", delivery.id, delivery_payload(delivery))


def lose_answer(work: Work, delivery: Delivery) -> None:
    """Write down that nobody knows whether ISDS holds the message."""
    delivery.state = DELIVERY.apply(delivery.state, "lose_answer")
    delivery.leased_until, delivery.fencing_token = None, None
    delivery.lost_at, delivery.next_at = SystemClock().now(), None
    work.session.flush()
    work.audit("lose_answer", ("delivery", delivery.id))


def give_up_looking(work: Work, delivery: Delivery) -> None:
    """Write down that the message does not exist, so that it is sent again."""
    delivery.state = DELIVERY.apply(delivery.state, "give_up_looking")
    give_back(work, delivery)
    delivery.next_at = None
    work.session.flush()
    work.audit("give_up_looking", ("delivery", delivery.id), attempts=delivery.attempts)


def ask_person(work: Work, delivery: Delivery, reason: str) -> None:
    """Put the delivery on the office's list."""
    delivery.state = DELIVERY.apply(delivery.state, "ask_person")
    delivery.reason, delivery.next_at = reason, None
    work.session.flush()
    work.audit("ask_person", ("delivery", delivery.id), reason=reason)
    work.tell("delivery.needs_person", delivery.id, delivery_payload(delivery))


def refuse_file(work: Work, delivery: Delivery, code: str) -> None:
    """Write down that the stored file must not leave, and close the paper with it.

    What left before stays as it is: the post has the letter, and only the office can look into it.
    """
    delivery.last_error = code
    if delivery.state == deliveries.NEEDS_PERSON:
        delivery.reason = deliveries.UNSOUND_FILE
        work.session.flush()
        work.audit("refuse_file", ("delivery", delivery.id), code=code)
        work.tell("delivery.needs_person", delivery.id, delivery_payload(delivery))
    elif delivery.state == deliveries.READY:
        ask_person(work, delivery, deliveries.UNSOUND_FILE)
    else:
        work.audit("refuse_file", ("delivery", delivery.id), code=code)


@dataclass(frozen=True)
class ProofFile:
    """A file in the store that proves something."""

    kind: str
    sha256: str
    extension: str = "zfo"
    media_type: str = "application/vnd.software602.filler.form-xml-zip"


def keep_proof(work: Work, delivery: Delivery, file: ProofFile, facts: dict[str, Any]) -> None:
    """Keep a proof that was read and believed; newer ones stand beside older ones."""
    if any(proof.sha256 == file.sha256 for proof in delivery.proofs):
        return
    delivery.failures = 0
    count = sum(1 for proof in delivery.proofs if proof.kind == file.kind) + 1
    name = PROOF_NAMES.get(file.kind, file.kind)
    whose = delivery.message_id or delivery.document.number
    delivery.proofs.append(
        Proof(
            id=uuid4(),
            organisation_id=delivery.organisation_id,
            ordinal=len(delivery.proofs) + 1,
            kind=file.kind,
            sha256=file.sha256,
            file_name=f"{name}-{whose}-{count}.{file.extension}",
            media_type=file.media_type,
            obtained_at=work.now,
            facts=facts,
        )
    )
    work.session.flush()
    work.audit("keep_proof", ("delivery", delivery.id), kind=file.kind, sha256=file.sha256)


def note_delivery_info(work: Work, delivery: Delivery, info: DeliveryInfo) -> bool:
    """Draw the legal conclusion from a proved delivery info; return whether it was reached."""
    delivery.put_in_at, delivery.message_state = info.put_in_at, info.state
    if delivery.state != deliveries.SENT:
        return False
    if is_undeliverable(info.state, info.events):
        ask_person(work, delivery, deliveries.UNDELIVERABLE)
        return True
    found = legal_delivery(
        recipient_type=delivery.recipient_type, events=info.events, today=work.today
    )
    if found is None:
        return False
    if deliveries.is_before_dispatch(found.day, delivery.dispatched_at):
        ask_person(work, delivery, deliveries.TOO_EARLY)
        return True
    deliver(work, delivery, "prove_delivery", found)
    return True


def delivered_by_fiction(work: Work, message_ids: Sequence[str] | None = None) -> list[UUID]:
    """Return what counts as delivered by fiction; of these messages only, if any are given."""
    query = select(Delivery.id).where(
        Delivery.state == deliveries.DELIVERED, Delivery.delivery_basis == FICTION
    )
    if message_ids is None:
        return list(work.session.scalars(query.limit(1)))
    return list(work.session.scalars(query.where(Delivery.message_id.in_(message_ids))))


def overturn(work: Work, delivery: Delivery, info: DeliveryInfo) -> bool:
    """Take a delivery by fiction back if the newest proof says so; tell whether it was.

    Source:
        ISDS: after a box was made inaccessible from a past day, a later delivery info has event
        EV3 in the place of EV2; the newest one holds (Act No. 300/2008 Coll., s. 11).
    """
    delivery.message_state = info.state
    if delivery.state != deliveries.DELIVERED or not is_undeliverable(info.state, info.events):
        return False
    before = {"day": delivery.delivered_on, "basis": delivery.delivery_basis}
    delivery.state = DELIVERY.apply(delivery.state, "overturn")
    delivery.delivered_on, delivery.delivery_basis = None, None
    delivery.reason, delivery.next_at = deliveries.UNDELIVERABLE, None
    work.session.flush()
    work.audit("overturn", ("delivery", delivery.id), **before)
    work.tell("delivery.overturned", delivery.id, delivery_payload(delivery))
    return True


def newest_info(delivery: Delivery) -> DeliveryInfo | None:
    """Return what the newest sealed delivery info says."""
    found = [proof for proof in delivery.proofs if proof.kind == DELIVERY_INFO]
    return from_json(DeliveryInfo, found[-1].facts) if found else None


def sent_info(delivery: Delivery) -> DeliveryInfo | None:
    """Return what the sealed copy of the sent message says, if it is kept."""
    found = [proof for proof in delivery.proofs if proof.kind == SENT_MESSAGE]
    return from_json(DeliveryInfo, found[-1].facts) if found else None


def waits_for_day(info: DeliveryInfo) -> bool:
    """Tell whether the message is delivered by fiction on a day that has not come."""
    return any(event.code in FICTION_EVENTS for event in info.events)


def wake_changed(work: Work, states: Mapping[str, int]) -> int:
    """Have the worker look at once at sent messages whose state is not the known one."""
    sent = select(Delivery).where(
        Delivery.state == deliveries.SENT, Delivery.message_id.in_(list(states))
    )
    count = 0
    for delivery in work.session.scalars(sent):
        if delivery.message_state != states[delivery.message_id or ""]:
            delivery.message_state, delivery.next_at = None, None
            count += 1
    return count


def oldest_dispatch(work: Work) -> datetime | None:
    """Return when the oldest undelivered data message was sent (process clock)."""
    sent = Delivery.state == deliveries.SENT
    by_box = Delivery.message_id.is_not(None)
    return work.session.scalar(select(func.min(Delivery.dispatched_at)).where(sent, by_box))


def messages_before(work: Work, moment: datetime) -> list[str]:
    """Return the messages sent before a moment (process clock) that are not delivered yet."""
    query = select(Delivery.message_id).where(
        Delivery.state == deliveries.SENT,
        Delivery.channel == channels.DATA_BOX,
        Delivery.message_id.is_not(None),
        Delivery.dispatched_at < moment,
    )
    found = work.session.scalars(query.order_by(Delivery.dispatched_at, Delivery.id))
    return [one for one in found if one is not None]


def finish_posted(work: Work, delivery: Delivery) -> bool:
    """Mark a posted item as delivered once its presumed day has come."""
    if delivery.presumed_on is None or delivery.presumed_on > work.today:
        return False
    deliver(work, delivery, "prove_delivery", LegalDelivery(delivery.presumed_on, POSTED))
    return True


def postpone(delivery: Delivery, pause: timedelta) -> None:
    """Let the worker come back to the delivery later."""
    delivery.next_at = SystemClock().now() + pause


def rest(delivery: Delivery) -> None:
    """Let the worker come back after a failure, each time later, and not all at once."""
    delivery.failures += 1
    delivery.next_at = SystemClock().now() + rest_after(delivery.failures, delivery.id)


def deliver(work: Work, delivery: Delivery, act: str, found: LegalDelivery) -> None:
    """Write down that the document is delivered, since when and why."""
    delivery.state = DELIVERY.apply(delivery.state, act)
    delivery.delivered_on, delivery.delivery_basis = found.day, found.basis
    delivery.reason = None
    work.session.flush()
    work.audit("prove_delivery", ("delivery", delivery.id), basis=found.basis, day=found.day)
    work.tell("delivery.delivered", delivery.id, delivery_payload(delivery))


def at_version(delivery: Delivery, version: int | None) -> Delivery:
    """Return the delivery if it is still as it was shown.

    Raises:
        RecordChanged: somebody changed it meanwhile.
    """
    if version is not None and delivery.version != version:
        raise RecordChanged()
    return delivery
