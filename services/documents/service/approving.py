"""The director's approval of what was previewed, before anybody signs."""

from uuid import UUID

from services.documents.domain.approvals import check_approval
from services.documents.domain.documents import DOCUMENT, DRAFT, check_preview
from services.documents.models import Document
from services.documents.service.estimates import each_of, noted_one
from services.documents.service.issuing import ask_for_seal
from services.documents.service.loading import document_of
from services.documents.service.payloads import document_payload
from services.documents.service.work import Work
from shared.document_kinds import BY_CODE
from shared.money import Money


def needs_approval(document: Document) -> bool:
    """Tell whether the kind is signed only after the director's approval."""
    return BY_CODE[document.kind].needs_approval


def awaits_approval(document: Document) -> bool:
    """Tell whether the director must approve the document now."""
    return needs_approval(document) and document.approved_at is None and document.state == DRAFT


def approve(work: Work, document_id: UUID, expected_sha256: str, price: Money | None) -> Document:
    """Approve exactly the bytes that were shown.

    Args:
        price: Of one paid message; how the document would leave is kept with the approval.

    Raises:
        RecordUnknown: no such document.
        ApprovalNotAwaited: it needs none, has it, or is signed or cancelled.
        DocumentChanged: other bytes were shown.
    """
    document = document_of(work, document_id, lock=True)
    check_approval(
        needs_approval=needs_approval(document),
        approved_at=document.approved_at,
        is_draft=document.state == DRAFT,
        number=document.number,
    )
    check_preview(expected_sha256, document.sha256, document.number)
    document.state = DOCUMENT.apply(document.state, "approve")
    document.approved_at, document.approved_by = work.now, work.actor.name
    work.session.flush()
    postage = noted_one(each_of(work, [document.id], price).get(document.id))
    work.audit("approve", ("document", document.id), sha256=document.sha256, **postage)
    work.tell("document.approved", document.id, document_payload(document))
    if not document.signatures:
        release(work, document)
    return document


def release(work: Work, document: Document) -> None:
    """Let a document that nobody signs have its seal."""
    mark_released(work, document)
    ask_for_seal(work, document)


def mark_released(work: Work, document: Document) -> None:
    """Let a document that nobody signs be ready for its seal."""
    document.state = DOCUMENT.apply(document.state, "release_unsigned")
    document.signed_at = work.now
