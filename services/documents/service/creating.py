"""Making a document: number, typesetting, slots for signatures, the delivery that waits."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.documents.adapters.files import FileStore
from services.documents.domain import channels, deliveries
from services.documents.domain.boxes import check_box_id
from services.documents.domain.content import Content
from services.documents.domain.content_rules import check_content
from services.documents.domain.documents import DOCUMENT, SignerSlot, check_signers
from services.documents.domain.numbering import sender_reference
from services.documents.domain.records import IdReused, RecordUnknown
from services.documents.models import Delivery, Document, Letterhead, Signature
from services.documents.rendering.port import (
    Addressee,
    Rendered,
    Renderer,
    RenderRequest,
    SignaturePlace,
)
from services.documents.rendering.port import Letterhead as PrintedLetterhead
from services.documents.service.issuing import ask_for_seal
from services.documents.service.letterheads import letterhead_of, next_number
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

    @property
    def fingerprint(self) -> str:
        """SHA-256 that tells two requests apart."""
        told = {**self.__dict__, "content": self.raw_content, "facts": dict(self.facts)}
        return hashlib.sha256(canonical(to_json(told)).encode()).hexdigest()


@dataclass(frozen=True)
class Press:
    """What turns facts into a kept file."""

    renderer: Renderer
    files: FileStore
    is_development: bool


def create_document(work: Work, press: Press, document_id: UUID, facts: DocumentFacts) -> Document:
    """Make a document; the same id with the same facts returns the document that exists.

    Raises:
        IdReused: the id belongs to a document with other facts.
        RecordUnknown: the id belongs to another organisation.
        SignerNamedTwice, TooManySigners, TableUneven, ContentTooLong: bad content.
        BadBoxId, DataBoxMustBeUsed: the delivery contradicts itself.
    """
    existing = work.session.get(Document, document_id)
    if existing is not None:
        return _same(work, existing, facts)
    check_signers(facts.signers)
    check_content(facts.content)
    letterhead = letterhead_of(work)
    number = next_number(work, letterhead)
    rendered = press.renderer.render(
        _print_request(work, press, document_id, facts, letterhead, number)
    )
    document = _document(work, document_id, facts, number, rendered, press.files.put(rendered.pdf))
    work.session.add(document)
    work.session.flush()
    work.audit("create", ("document", document_id), number=number, kind=facts.kind)
    if not facts.signers:
        document.state = DOCUMENT.apply(document.state, "release_unsigned")
        document.signed_at = work.now
        ask_for_seal(work, document)
    return document


def canonical(value: Any) -> str:
    """Return JSON with one spelling: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _same(work: Work, existing: Document, facts: DocumentFacts) -> Document:
    if existing.organisation_id != work.organisation_id:
        raise RecordUnknown()
    if existing.fingerprint != facts.fingerprint:
        raise IdReused(number=existing.number)
    return existing


def _print_request(
    work: Work,
    press: Press,
    document_id: UUID,
    facts: DocumentFacts,
    letterhead: Letterhead,
    number: str,
) -> RenderRequest:
    return RenderRequest(
        document_id=document_id,
        number=number,
        kind=facts.kind,
        layout=facts.layout,
        language=facts.language,
        title=facts.title,
        created_at=work.now,
        letterhead=PrintedLetterhead(letterhead.name, tuple(letterhead.lines), letterhead.accent),
        content=facts.content,
        facts=canonical(_attached(document_id, number, facts)),
        signers=tuple(SignaturePlace(s.field, s.name, s.function) for s in facts.signers),
        addressee=_addressee(facts.delivery),
        is_development=press.is_development,
    )


def _attached(document_id: UUID, number: str, facts: DocumentFacts) -> dict[str, Any]:
    """Return what machines will read: the document's place in the world and the given facts."""
    return {
        "id": str(document_id),
        "number": number,
        "kind": facts.kind,
        "title": facts.title,
        "case_id": str(facts.case_id) if facts.case_id else None,
        "call_id": str(facts.call_id) if facts.call_id else None,
        "signers": [{"name": s.name, "function": s.function} for s in facts.signers],
        "facts": facts.facts,
    }


def _addressee(delivery: DeliveryFacts | None) -> Addressee | None:
    if delivery is None:
        return None
    recipient = delivery.recipient
    return Addressee(recipient.name, recipient.address, recipient.data_box_id)


def _document(
    work: Work,
    document_id: UUID,
    facts: DocumentFacts,
    number: str,
    rendered: Rendered,
    sha256: str,
) -> Document:
    return Document(
        id=document_id,
        organisation_id=work.organisation_id,
        number=number,
        kind=facts.kind,
        layout=facts.layout,
        language=facts.language,
        title=facts.title,
        state=DOCUMENT.initial,
        case_id=facts.case_id,
        call_id=facts.call_id,
        fingerprint=facts.fingerprint,
        content=dict(facts.raw_content),
        facts=dict(facts.facts),
        preview_sha256=sha256,
        sha256=sha256,
        pages=rendered.pages,
        created_at=work.now,
        created_by=work.actor.name,
        signatures=[_signature(work, slot) for slot in facts.signers],
        delivery=_delivery(work, number, facts.delivery),
    )


def _signature(work: Work, slot: SignerSlot) -> Signature:
    return Signature(
        id=uuid4(),
        organisation_id=work.organisation_id,
        position=slot.position,
        person_id=slot.person_id,
        name=slot.name,
        function=slot.function,
    )


def _delivery(work: Work, number: str, facts: DeliveryFacts | None) -> Delivery | None:
    if facts is None:
        return None
    recipient = facts.recipient
    box = check_box_id(recipient.data_box_id) if recipient.data_box_id else None
    known = channels.USABLE if box else channels.NONE
    channel = channels.choose_channel(facts.channel, known, box)
    # Without a known box the directory is still asked by the IČO before anything is printed.
    likely = channels.DATA_BOX if recipient.ic and facts.channel == channels.AUTO else channel
    return Delivery(
        id=uuid4(),
        organisation_id=work.organisation_id,
        state=deliveries.DELIVERY.initial,
        requested=facts.channel,
        channel=likely or channels.POST,
        recipient_name=recipient.name,
        address=list(recipient.address),
        data_box_id=box,
        ic=recipient.ic,
        subject=facts.subject,
        dispatch_by=facts.dispatch_by,
        sender_reference=sender_reference(number, 1),
    )
