"""What follows from proofs: which are kept, on which day something is delivered or taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from services.documents.delivery.port import DeliveryInfo
from services.documents.domain import channels, deliveries
from services.documents.domain.agreement import Ours, Told, disagreement
from services.documents.domain.deliveries import DELIVERY, DELIVERY_INFO, SENT_MESSAGE
from services.documents.domain.legal_delivery import (
    ANTIVIRUS_FAILED,
    FICTION,
    FICTION_EVENTS,
    POSTED,
    DeliveryRules,
    LegalDelivery,
    is_undeliverable,
    legal_delivery,
)
from services.documents.domain.proof_faults import told_apart
from services.documents.models import Delivery, Proof
from services.documents.service.deliveries import ask_person
from services.documents.service.payloads import delivery_payload
from services.documents.service.portions import in_portions
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.codec import from_json
from shared.money import Money

PROOF_NAMES = {
    SENT_MESSAGE: "zprava",
    DELIVERY_INFO: "dorucenka",
    "posting_slip": "podaci-listek",
    "advice": "dodejka",
    "hand_over": "potvrzeni-o-prevzeti",
}


@dataclass(frozen=True)
class ProofFile:
    """A file in the store that proves something."""

    kind: str
    sha256: str
    extension: str = "zfo"
    media_type: str = "application/vnd.software602.filler.form-xml-zip"


def keep_proof(work: Work, delivery: Delivery, file: ProofFile, facts: dict[str, Any]) -> None:
    """Keep a proof that was read and believed; newer ones stand beside older ones."""
    known = {proof.sha256 for proof in delivery.proofs}
    delivery.last_error = ""
    if file.sha256 in known:
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
    work.audit("keep_proof", ("delivery", delivery.id), kind=file.kind, sha256=file.sha256)


def note_delivery_info(
    work: Work, delivery: Delivery, info: DeliveryInfo, rules: DeliveryRules
) -> bool:
    """Draw the legal conclusion from a proved delivery info; return whether it was reached."""
    differs = contradiction(delivery, info)
    if differs is None:  # of another message it says nothing that is true of this one
        delivery.put_in_at, delivery.message_state = info.put_in_at, info.state
    if delivery.state != deliveries.SENT:
        return False
    if differs is not None:
        delivery.last_error = told_apart(differs)
        ask_person(work, delivery, deliveries.MISMATCH)
        return True
    if is_undeliverable(info.state, info.events):
        ask_person(work, delivery, undeliverable_reason(info))
        return True
    found = legal_delivery(
        recipient_type=delivery.recipient_type,
        events=info.events,
        today=work.today,
        message_state=info.state,
        accepted_at=info.accepted_at,
        is_paid=delivery.price is not None and delivery.price > Money.zero(),
        rules=rules,
    )
    if found is None:
        return False
    delivery.dispatched_at = deliveries.dispatched_by_stamp(delivery.dispatched_at, info.stamped_at)
    if deliveries.is_before_dispatch(found.day, delivery.dispatched_at):
        ask_person(work, delivery, deliveries.TOO_EARLY)
        return True
    deliver(work, delivery, "prove_delivery", found)
    return True


def undeliverable_reason(info: DeliveryInfo) -> str:
    """Return why a message can never be delivered: its file, or the recipient's box."""
    is_infected = info.state == ANTIVIRUS_FAILED
    return deliveries.INFECTED if is_infected else deliveries.UNDELIVERABLE


BY_FICTION = select(Delivery.id, Delivery.message_id).where(
    Delivery.state == deliveries.DELIVERED, Delivery.delivery_basis == FICTION
)


def is_any_by_fiction(work: Work) -> bool:
    """Tell whether anything counts as delivered by fiction."""
    return work.session.scalar(BY_FICTION.limit(1)) is not None


def delivered_by_fiction(work: Work, message_ids: Sequence[str]) -> dict[UUID, str]:
    """Return which deliveries of these messages count as delivered by fiction, with the message."""
    return {
        row.id: row.message_id
        for some in in_portions(message_ids)
        for row in work.session.execute(BY_FICTION.where(Delivery.message_id.in_(some)))
        if row.message_id is not None
    }


def overturn(work: Work, delivery: Delivery, info: DeliveryInfo) -> bool:
    """Take a delivery by fiction back if the newest proof says so; tell whether it was.

    A proof that speaks of another message says nothing of this one, and neither does the older one
    say more: what was thought delivered goes to a person with both.

    Source:
        ISDS: after a box was made inaccessible from a past day, a later delivery info has event
        EV3 in the place of EV2; the newest one holds (Act No. 300/2008 Coll., s. 11).
    """
    differs = contradiction(delivery, info)
    if differs is None:
        delivery.message_state = info.state
    says_so = differs is not None or is_undeliverable(info.state, info.events)
    if delivery.state != deliveries.DELIVERED or not says_so:
        return False
    before = {"day": delivery.delivered_on, "basis": delivery.delivery_basis}
    delivery.state = DELIVERY.apply(delivery.state, "overturn")
    delivery.delivered_on, delivery.delivery_basis = None, None
    delivery.reason, delivery.next_at = deliveries.UNDELIVERABLE, None
    if differs is not None:
        delivery.reason, delivery.last_error = deliveries.MISMATCH, told_apart(differs)
    work.session.flush()
    work.audit("overturn", ("delivery", delivery.id), reason=delivery.reason, **before)
    work.tell("delivery.overturned", delivery.id, delivery_payload(delivery))
    return True


def newest_info(delivery: Delivery) -> DeliveryInfo | None:
    """Return what the newest sealed delivery info says."""
    found = [proof for proof in delivery.proofs if proof.kind == DELIVERY_INFO]
    return from_json(DeliveryInfo, found[-1].facts) if found else None


def has_own_copy(delivery: Delivery) -> bool:
    """Tell whether the sealed copy is kept that carries what was sent, to whom it was sent."""
    told = _told_by_copy(delivery)
    return told is not None and disagreement(_ours(delivery), told) is None


def is_of_message(delivery: Delivery, info: DeliveryInfo) -> bool:
    """Tell whether a delivery info speaks of the message that was sent."""
    return disagreement(_ours(delivery), _told(info)) is None


def contradiction(delivery: Delivery, info: DeliveryInfo) -> str | None:
    """Tell in what a delivery info, or the kept copy, differs from the message that was sent."""
    copy = _told_by_copy(delivery)
    proofs = [_told(info)] if copy is None else [copy, _told(info)]
    return disagreement(_ours(delivery), *proofs)


def _ours(delivery: Delivery) -> Ours:
    return Ours(
        message_id=delivery.message_id or "",
        box=delivery.data_box_id or "",
        reference=delivery.sender_reference,
        sha256=delivery.sha256 or "",
    )


def _told_by_copy(delivery: Delivery) -> Told | None:
    found = [proof for proof in delivery.proofs if proof.kind == SENT_MESSAGE]
    if not found:
        return None
    facts = found[-1].facts
    return replace(_told(from_json(DeliveryInfo, facts)), files=tuple(facts["files"]))


def _told(info: DeliveryInfo) -> Told:
    fingerprint = (info.message_hash, info.stamped_at)
    return Told(info.message_id, info.recipient_box, info.sender_reference, fingerprint)


def waits_for_day(info: DeliveryInfo) -> bool:
    """Tell whether the message is delivered by fiction on a day that has not come."""
    return any(event.code in FICTION_EVENTS for event in info.events)


def wake_changed(work: Work, states: Mapping[str, int]) -> int:
    """Have the worker look at once at sent messages whose state is not the known one.

    What others hold is left: the newest changes are read again for hours.
    """
    sent = select(Delivery).where(Delivery.state == deliveries.SENT)
    sent = sent.with_for_update(of=Delivery, skip_locked=True)
    count = 0
    now = SystemClock().now()
    found = (
        delivery
        for some in in_portions(list(states))
        for delivery in work.session.scalars(sent.where(Delivery.message_id.in_(some)))
    )
    for delivery in found:
        # Whose proofs could not be had rests; it asks for the newest state by itself afterwards.
        rests = delivery.message_state is None and (delivery.next_at or now) > now
        if not rests and delivery.message_state != states[delivery.message_id or ""]:
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


def deliver(work: Work, delivery: Delivery, act: str, found: LegalDelivery) -> None:
    """Write down that the document is delivered, since when and why."""
    delivery.state = DELIVERY.apply(delivery.state, act)
    delivery.delivered_on, delivery.delivery_basis = found.day, found.basis
    delivery.reason = None
    work.audit("prove_delivery", ("delivery", delivery.id), basis=found.basis, day=found.day)
    work.tell("delivery.delivered", delivery.id, delivery_payload(delivery))
