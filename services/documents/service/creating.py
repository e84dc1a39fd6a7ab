"""Making a document: number, typesetting, slots for signatures, the delivery that waits."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from services.documents.domain import channels, deliveries
from services.documents.domain.approvals import Corrected, check_correction
from services.documents.domain.boxes import check_box_id
from services.documents.domain.content import Content
from services.documents.domain.content_rules import check_content
from services.documents.domain.documents import CANCELLED, DOCUMENT, SignerSlot, check_signers
from services.documents.domain.numbering import sender_reference
from services.documents.domain.records import IdReused, RecordUnknown
from services.documents.models import Delivery, Document, Letterhead, Signature
from services.documents.rendering.port import RenderRequest
from services.documents.rendering.templates import CURRENT, template
from services.documents.service.approving import needs_approval, release
from services.documents.service.epochs import mark_epoch
from services.documents.service.letterheads import (
    coming_number,
    letterhead_of,
    next_number,
    shown_letterhead,
)
from services.documents.service.loading import document_of
from services.documents.service.printing import (
    Press,
    Typeset,
    canonical,
    print_request,
    printing_of,
    typeset,
)
from services.documents.service.work import Work
from shared.contracts.codec import to_json


@dataclass(frozen=True)
class RecipientFacts:
    """Whom a document goes to."""

    name: str
    address: tuple[str, ...] = ()
    data_box_id: str | None = None
    ic: str | None = None


@dataclass(frozen=True)
class DeliveryFacts:
    """How the issued document leaves."""

    recipient: RecipientFacts
    subject: str
    channel: str = channels.AUTO
    dispatch_by: date | None = None
    own_hands: bool = False
    """Only the addressee, or who may read everything in the box, may take it over."""


@dataclass(frozen=True)
class DocumentFacts:
    """A document that somebody asks for."""

    kind: str
    layout: str
    language: str
    title: str
    content: Content
    facts: Mapping[str, Any]
    signers: tuple[SignerSlot, ...]
    raw_content: Mapping[str, Any]
    """The content as it came, kept for machines."""
    case_id: UUID | None = None
    call_id: UUID | None = None
    delivery: DeliveryFacts | None = None
    corrects_id: UUID | None = None
    """The issued document that this one corrects."""
    in_order: bool = False
    """The signers sign one after another, as they are named."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 that tells two requests apart."""
        told = {**self.__dict__, "content": self.raw_content, "facts": dict(self.facts)}
        if self.corrects_id is None:
            del told["corrects_id"]
        return hashlib.sha256(canonical(to_json(told)).encode()).hexdigest()


@dataclass(frozen=True)
class Reserved:
    """What a document has before it is made: its number, its date, and how it is printed."""

    number: str
    at: datetime
    """Date of the document (aware UTC)."""
    by: str
    """Name of whoever had it made."""
    printing: Mapping[str, Any]
    template: int
    """Version of the templates."""
    fingerprint: str = ""
    """Of the request, where it is known already."""


@dataclass(frozen=True)
class Plan:
    """What a document would be, and what it is typeset from."""

    reserved: Reserved
    request: RenderRequest


def create_document(work: Work, press: Press, document_id: UUID, facts: DocumentFacts) -> Document:
    """Make a document; the same id with the same facts returns the document that exists.

    Raises:
        IdReused: the id belongs to a document with other facts.
        RecordUnknown: the id belongs to another organisation, or there is nothing to correct.
        CorrectsUnissued, CorrectsOtherKind, CorrectedAlready: there is nothing to correct.
        SignerNamedTwice, TooManySigners, TableUneven, ContentTooLong: bad content.
        BadBoxId, DataBoxMustBeUsed: the delivery contradicts itself.
    """
    existing = existing_document(work, document_id, facts)
    if existing is not None:
        return existing
    _check(facts)
    letterhead = letterhead_of(work)
    reserved = _reserved(work, press, letterhead, next_number(work, letterhead))
    document = draft(work, document_id, facts, reserved)
    return keep(work, document, typeset(press, print_request(press, document)))


def existing_document(work: Work, document_id: UUID, facts: DocumentFacts) -> Document | None:
    """Return the document that this request made before, or nothing.

    Raises:
        IdReused: the id belongs to a document with other facts.
        RecordUnknown: the id belongs to another organisation.
    """
    existing = work.session.get(Document, document_id)
    return None if existing is None else _same(work, existing, facts)


def plan_document(work: Work, press: Press, document_id: UUID, facts: DocumentFacts) -> Plan | None:
    """Return what the document would be typeset from if it were taken over now; write nothing.

    Returns:
        ``None`` if the document exists.

    Raises:
        As :func:`create_document`.
    """
    if existing_document(work, document_id, facts) is not None:
        return None
    _check(facts)
    letterhead = shown_letterhead(work)
    reserved = _reserved(work, press, letterhead, coming_number(work, letterhead))
    return Plan(reserved, print_request(press, draft(work, document_id, facts, reserved)))


def _check(facts: DocumentFacts) -> None:
    check_signers(facts.signers)
    check_content(facts.content)


def _reserved(work: Work, press: Press, letterhead: Letterhead, number: str) -> Reserved:
    return Reserved(
        number=number,
        at=work.now,
        by=work.actor.name,
        printing=printing_of(press, letterhead),
        template=CURRENT,
    )


def draft(work: Work, document_id: UUID, facts: DocumentFacts, reserved: Reserved) -> Document:
    """Return the document as it will be, not kept yet.

    Raises:
        RecordUnknown, CorrectsUnissued, CorrectsOtherKind, CorrectedAlready: there is nothing to
            correct.
        BadBoxId, DataBoxMustBeUsed: the delivery contradicts itself.
    """
    document = new_document(work.organisation_id, document_id, facts, reserved)
    document.corrects = _corrected(work, facts)
    return document


def be_typeset(document: Document, made: Typeset) -> None:
    """Let the document's file be the one that was typeset."""
    document.preview_sha256 = document.sha256 = made.sha256
    document.facts_sha256, document.pages = made.facts_sha256, made.pages


def keep(work: Work, document: Document, made: Typeset) -> Document:
    """Keep a draft with its typeset file."""
    be_typeset(document, made)
    mark_epoch(work, [document])
    work.session.add(document)
    work.session.flush()
    told = {"corrects": document.corrects.number} if document.corrects else {}
    about = ("document", document.id)
    work.audit("create", about, number=document.number, kind=document.kind, **told)
    if not document.signatures and not needs_approval(document):
        release(work, document)
    return document


def check_delivery(facts: DeliveryFacts | None) -> None:
    """Refuse a delivery that contradicts itself.

    Raises:
        BadBoxId, DataBoxMustBeUsed: it does.
    """
    if facts is not None:
        _channel(facts)


def _corrected(work: Work, facts: DocumentFacts) -> Document | None:
    """Return the document that is to be corrected; it stays as it is."""
    if facts.corrects_id is None:
        return None
    found = document_of(work, facts.corrects_id)
    told = Corrected(
        found.id, found.number, found.kind, found.state, _living_correction(work, found)
    )
    check_correction(told, kind=facts.kind)
    return found


def _living_correction(work: Work, document: Document) -> str | None:
    query = select(Document.number).where(
        Document.corrects_id == document.id, Document.state != CANCELLED
    )
    return work.session.scalar(query.limit(1))


def _printed(delivery: DeliveryFacts | None) -> list[Any] | None:
    if delivery is None:
        return None
    recipient = delivery.recipient
    return [recipient.name, list(recipient.address), recipient.data_box_id]


def _same(work: Work, existing: Document, facts: DocumentFacts) -> Document:
    if existing.organisation_id != work.organisation_id:
        raise RecordUnknown()
    if existing.fingerprint != facts.fingerprint:
        raise IdReused(number=existing.number)
    return existing


def new_document(
    organisation_id: UUID, document_id: UUID, facts: DocumentFacts, reserved: Reserved
) -> Document:
    """Return a document that corrects nothing, as it will be; the database is not asked.

    Raises:
        BadBoxId, DataBoxMustBeUsed: the delivery contradicts itself.
    """
    used = template(reserved.template)
    return Document(
        id=document_id,
        organisation_id=organisation_id,
        number=reserved.number,
        kind=facts.kind,
        layout=facts.layout,
        language=facts.language,
        title=facts.title,
        state=DOCUMENT.initial,
        case_id=facts.case_id,
        call_id=facts.call_id,
        fingerprint=reserved.fingerprint or facts.fingerprint,
        content=dict(facts.raw_content),
        facts=dict(facts.facts),
        in_order=facts.in_order,
        template=used.version,
        template_sha256=used.sha256,
        created_at=reserved.at,
        created_by=reserved.by,
        printing={**reserved.printing, "addressee": _printed(facts.delivery)},
        signatures=[_signature(organisation_id, slot) for slot in facts.signers],
        delivery=_delivery(organisation_id, reserved.number, facts.delivery),
    )


def _signature(organisation_id: UUID, slot: SignerSlot) -> Signature:
    return Signature(
        id=uuid4(),
        organisation_id=organisation_id,
        position=slot.position,
        person_id=slot.person_id,
        name=slot.name,
        function=slot.function,
    )


def _delivery(organisation_id: UUID, number: str, facts: DeliveryFacts | None) -> Delivery | None:
    if facts is None:
        return None
    recipient = facts.recipient
    box, channel = _channel(facts)
    # Without a known box the directory is still asked by the IČO before anything is printed.
    likely = channels.DATA_BOX if recipient.ic and facts.channel == channels.AUTO else channel
    return Delivery(
        id=uuid4(),
        organisation_id=organisation_id,
        state=deliveries.DELIVERY.initial,
        requested=facts.channel,
        channel=likely or channels.POST,
        recipient_name=recipient.name,
        address=list(recipient.address),
        data_box_id=box,
        ic=recipient.ic,
        subject=facts.subject,
        dispatch_by=facts.dispatch_by,
        own_hands=facts.own_hands,
        sender_reference=sender_reference(number, 1),
    )


def _channel(facts: DeliveryFacts) -> tuple[str | None, str | None]:
    """Return the box that was named, and the channel that follows from it."""
    named = facts.recipient.data_box_id
    box = check_box_id(named) if named else None
    known = channels.USABLE if box else channels.NONE
    return box, channels.choose_channel(facts.channel, known, box)
