"""Paper: posting, advice of receipt, return and handing over, each with the scan that proves it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.documents.adapters.files import FileStore
from services.documents.domain import channels, deliveries
from services.documents.domain.deliveries import DELIVERY
from services.documents.domain.legal_delivery import (
    ADVICE,
    HAND_OVER,
    POSTED,
    LegalDelivery,
    presumed_arrival,
)
from services.documents.domain.paper import (
    RECEIVED,
    RETURNED,
    AdviceNotAwaited,
    DocumentChanged,
    NotPosted,
    PostRules,
    ProofUsedTwice,
    check_after_posting,
    check_hand_over,
    check_posting,
    check_slip,
    goes_with_advice,
)
from services.documents.domain.receipts import check_receipts
from services.documents.domain.records import PaperNotAllowed
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service.channelling import check_paper_on
from services.documents.service.concluding import ProofFile, deliver, keep_proof
from services.documents.service.creating import create_document
from services.documents.service.deliveries import ask_person, at_version
from services.documents.service.epochs import is_certain
from services.documents.service.loading import delivery_of
from services.documents.service.payloads import delivery_payload
from services.documents.service.posted_items import keep_item, keep_outcome
from services.documents.service.printing import Press
from services.documents.service.receipts import SCANNED, HandOver, Scan, Signed, receipt_facts
from services.documents.service.register import issued_files
from services.documents.service.work import Work
from shared.audit import row_hash
from shared.calendar_cz import prague_day, prague_day_span
from shared.contracts.codec import to_json

HALF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Posting:
    """What the posting slip says."""

    posted_on: date
    tracking_number: str
    slip: Scan | None = None


def record_posting(
    work: Work,
    files: FileStore,
    rules: PostRules,
    delivery_id: UUID,
    posting: Posting,
    version: int | None = None,
) -> Delivery:
    """Record that the office sent the document demonstrably by post.

    Raises:
        RecordUnknown: no such delivery.
        ActNotAllowed: nothing is to be posted now.
        PaperNotAllowed: the data box must be cleared up first.
        SwitchFirst, DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst, BoxUnknownThatDay: the data
            box may be usable (R38).
        TrackingNumberMissing, TrackingNumberWrong, SlipMissing, ProofFromFuture,
            ProofBeforeIssue, ProofUsedTwice: the proof proves nothing.
    """
    delivery = _for_paper(work, delivery_id, "post", version)
    number = check_posting(
        posted_on=posting.posted_on,
        tracking_number=posting.tracking_number,
        issued_on=_issued_on(delivery),
        today=work.today,
        numbering=rules.numbering,
    )
    check_slip(rules, has_slip=posting.slip is not None)
    check_paper_on(work, delivery, posting.posted_on)
    delivery.state = DELIVERY.apply(delivery.state, "post")
    delivery.channel, delivery.tracking_number = channels.POST, number
    delivery.dispatched_at = _instant_on(work, posting.posted_on)
    arrives_on = presumed_arrival(posting.posted_on, rules.presumed_after)
    with_advice = goes_with_advice(rules, own_hands=delivery.own_hands)
    delivery.presumed_on = None if with_advice else arrives_on
    delivery.reason, delivery.next_at = None, None
    work.session.flush()
    item = keep_item(work, delivery, number, posting.posted_on, with_advice=with_advice)
    said = {"posted_on": posting.posted_on, "number": number, "row_sha256": row_hash(item)}
    work.audit("post", ("delivery", delivery.id), **said)
    if posting.slip is not None:
        said = {"posted_on": posting.posted_on, "tracking_number": number}
        _keep_scan(work, files, delivery, "posting_slip", posting.slip, said)
    work.tell("delivery.dispatched", delivery.id, delivery_payload(delivery))
    return delivery


def record_advice(
    work: Work,
    files: FileStore,
    delivery_id: UUID,
    received_on: date,
    scan: Scan,
    version: int | None = None,
) -> Delivery:
    """Record the advice of receipt that the post brought back; it disproves a presumed day.

    Raises:
        RecordUnknown: no such delivery.
        ActNotAllowed, NotPosted, AdviceNotAwaited: no advice is awaited.
        ProofFromFuture, ProofBeforePosting, ProofUsedTwice: the proof proves nothing.
    """
    delivery, was_presumed = _posted(work, delivery_id, "prove_delivery", version)
    if not (was_presumed or awaits_advice(delivery)):
        raise AdviceNotAwaited()
    check_after_posting(day=received_on, posted_on=_posted_on(delivery), today=work.today)
    _keep_scan(work, files, delivery, "advice", scan, {"received_on": received_on})
    keep_outcome(work, delivery, RECEIVED, received_on)
    deliver(work, delivery, "prove_delivery", LegalDelivery(received_on, ADVICE))
    return delivery


def record_return(
    work: Work, delivery_id: UUID, returned_on: date, version: int | None = None
) -> Delivery:
    """Record that the post brought the item back, so that a person finds another way.

    An item that was presumed to have arrived can come back too; it is not delivered then.

    Raises:
        RecordUnknown: no such delivery.
        ActNotAllowed, NotPosted: the item is not on its way.
        ProofFromFuture, ProofBeforePosting: the day cannot be right.
    """
    delivery, _ = _posted(work, delivery_id, "ask_person", version)
    check_after_posting(day=returned_on, posted_on=_posted_on(delivery), today=work.today)
    number, delivery.tracking_number, delivery.presumed_on = delivery.tracking_number, None, None
    work.audit("come_back", ("delivery", delivery.id), returned_on=returned_on, number=number)
    keep_outcome(work, delivery, RETURNED, returned_on)
    ask_person(work, delivery, deliveries.RETURNED)
    return delivery


def record_hand_over(
    work: Work,
    press: Press,
    delivery_id: UUID,
    hand_over: HandOver,
    signed: Signed,
    version: int | None = None,
) -> Delivery:
    """Record that the document was handed over in person against signature.

    The acting person is asked to sign the record.

    Raises:
        RecordUnknown: no such delivery.
        ActNotAllowed: nothing is to be handed over now.
        PaperNotAllowed: the data box must be cleared up first.
        SwitchFirst, DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst, BoxUnknownThatDay: the data
            box may be usable (R38).
        ReceiverMissing, ProofFromFuture, ProofBeforeIssue, ProofUsedTwice, ReceiptOfAnother,
        ReceiptOfAnotherFile, DocumentChanged: the proof proves nothing.
    """
    delivery = _for_paper(work, delivery_id, "hand_over", version)
    name = check_hand_over(
        handed_over_on=hand_over.handed_over_on,
        received_by=hand_over.received_by,
        issued_on=_issued_on(delivery),
        today=work.today,
    )
    checked = HandOver(hand_over.handed_over_on, name)
    check_paper_on(work, delivery, checked.handed_over_on)
    delivery.sha256 = _handed_over(work, delivery, signed)
    delivery.channel, delivery.received_by = channels.IN_PERSON, name
    delivery.dispatched_at = _instant_on(work, checked.handed_over_on)
    work.session.flush()
    work.audit("hand_over", ("delivery", delivery.id), handed_over_on=checked.handed_over_on)
    said = {**to_json(checked), "signed": signed.way, "document_sha256": delivery.sha256}
    _keep_scan(work, press.files, delivery, "hand_over", signed.file, said)
    facts = receipt_facts(work, delivery, checked, signed)
    delivery.receipt_id = create_document(work, press, uuid4(), facts).id
    work.tell("delivery.dispatched", delivery.id, delivery_payload(delivery))
    deliver(work, delivery, "hand_over", LegalDelivery(checked.handed_over_on, HAND_OVER))
    return delivery


def _handed_over(work: Work, delivery: Delivery, signed: Signed) -> str:
    """Return the hash of the file for which the recipient signed."""
    if signed.way == SCANNED:
        issued = issued_files(work.session, delivery.document)
        return check_receipts(signed.receipts, delivery_id=delivery.id, issued=issued)
    if signed.shown != delivery.document.sha256:
        raise DocumentChanged(number=delivery.document.number)
    return signed.shown


def awaits_advice(delivery: Delivery) -> bool:
    """Tell whether only the advice of receipt can prove the delivery."""
    is_posted = delivery.state == deliveries.SENT and delivery.channel == channels.POST
    return is_posted and delivery.presumed_on is None


def is_presumed(delivery: Delivery) -> bool:
    """Tell whether the delivery rests on nothing but the presumption that a posted item came."""
    return delivery.state == deliveries.DELIVERED and delivery.delivery_basis == POSTED


def _keep_scan(
    work: Work,
    files: FileStore,
    delivery: Delivery,
    kind: str,
    scan: Scan,
    said: Mapping[str, Any],
) -> None:
    if any(proof.sha256 == scan.sha256 for proof in delivery.proofs):
        raise ProofUsedTwice()
    file = ProofFile(kind, files.put(scan.content), scan.type.extension, scan.type.media_type)
    hit("paper.stored")
    keep_proof(work, delivery, file, to_json(said))
    hit("paper.kept")


def _for_paper(work: Work, delivery_id: UUID, act: str, version: int | None) -> Delivery:
    delivery = at_version(delivery_of(work, delivery_id), version)
    DELIVERY.apply(delivery.state, act)
    is_open = deliveries.takes_paper(delivery.state, delivery.reason)
    if not (is_open and is_certain(work, delivery)):
        raise PaperNotAllowed(reason=delivery.reason)
    return delivery


def _posted(work: Work, delivery_id: UUID, act: str, version: int | None) -> tuple[Delivery, bool]:
    """Return a posted delivery, and whether the presumption that it arrived was taken back."""
    delivery = at_version(delivery_of(work, delivery_id), version)
    was_presumed = is_presumed(delivery)
    if was_presumed:
        _rebut(work, delivery)
    DELIVERY.apply(delivery.state, act)
    if delivery.channel != channels.POST:
        raise NotPosted(channel=delivery.channel)
    return delivery, was_presumed


def _rebut(work: Work, delivery: Delivery) -> None:
    """Take back that the item has arrived; that it was posted without an advice stays true.

    Source:
        Act No. 89/2012 Coll., s. 573: the presumption is rebuttable.
    """
    delivery.state = DELIVERY.apply(delivery.state, "rebut")
    work.audit("rebut", ("delivery", delivery.id), day=delivery.delivered_on)
    delivery.delivered_on, delivery.delivery_basis = None, None
    work.session.flush()
    work.tell("delivery.overturned", delivery.id, delivery_payload(delivery))


def _posted_on(delivery: Delivery) -> date:
    return prague_day(delivery.dispatched_at or delivery.document.created_at)


def _issued_on(delivery: Delivery) -> date:
    return prague_day(delivery.document.issued_at or delivery.document.created_at)


def _instant_on(work: Work, day: date) -> datetime:
    """Return an instant that stands for a day of the past: its noon, or now for today."""
    return work.now if day == work.today else prague_day_span(day)[0] + HALF_A_DAY
