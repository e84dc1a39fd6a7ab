"""The end of a document: sealed and issued, or cancelled."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.documents.domain import deliveries
from services.documents.domain.care import B_T, ISSUED_FILE, SWEPT_AFTER
from services.documents.domain.documents import DOCUMENT, SIGNED
from services.documents.domain.records import WrongState
from services.documents.models import Document, Letterhead, Revision
from services.documents.service.loading import document_of
from services.documents.service.payloads import document_payload
from services.documents.service.revisions import KeptFile, add_revision, revision_of
from services.documents.service.work import Work

SEAL = "seal"


@dataclass(frozen=True)
class SealOrder:
    """Whose seal a file gets, and how it looks."""

    organisation_id: UUID
    organisation: str
    accent: str
    language: str
    is_first: bool
    """Whether nobody has signed before; then the seal certifies the file."""


@dataclass(frozen=True)
class SealPlan(SealOrder):
    """What the worker needs to seal a document outside any transaction."""

    document_id: UUID
    sha256: str
    """The file to be sealed."""


def ask_for_seal(work: Work, document: Document) -> None:
    """Tell that everybody has signed and have the document sealed after the commit.

    Should the message of the outbox get lost, the worker's care finds the document all the same.
    """
    document.care_due_at = work.now + SWEPT_AFTER
    work.tell("document.signed", document.id, document_payload(document))
    work.later(SEAL, {"document_id": document.id})


def plan_seal(work: Work, document_id: UUID) -> SealPlan | None:
    """Return what is to be sealed, or ``None`` when nothing is left to do."""
    document = document_of(work, document_id)
    if document.state != SIGNED:
        return None
    letterhead = work.session.get_one(Letterhead, work.organisation_id)
    return SealPlan(
        document_id=document.id,
        organisation_id=work.organisation_id,
        organisation=letterhead.name,
        accent=letterhead.accent,
        language=document.language,
        sha256=document.sha256,
        is_first=not document.signatures,
    )


def issue(work: Work, plan: SealPlan, file: KeptFile, wait: timedelta) -> bool:
    """Take over the sealed file; ``False`` when the document changed meanwhile.

    Args:
        wait: After this the worker raises the level; what authorities revoke meanwhile counts.
    """
    document = document_of(work, plan.document_id, lock=True)
    if document.state != SIGNED or document.sha256 != plan.sha256:
        return False
    add_revision(work, document, file, level=B_T, reason=ISSUED_FILE)
    _be_issued(work, document, wait)
    work.audit("issue", ("document", document.id), sha256=file.sha256)
    work.tell("document.issued", document.id, document_payload(document))
    return True


def issue_new(work: Work, document: Document, file: KeptFile, wait: timedelta) -> Revision:
    """Issue a document that is made in this very transaction; return its first revision.

    For documents that nobody signs: they are sealed before anybody sees them. The caller tells
    of it, for many documents at once.
    """
    row = revision_of(work, document, file, level=B_T, reason=ISSUED_FILE, ordinal=1)
    _be_issued(work, document, wait)
    return row


def _be_issued(work: Work, document: Document, wait: timedelta) -> None:
    document.state = DOCUMENT.apply(document.state, "issue")
    document.issued_at = work.now
    document.care_due_at = work.now + wait
    if document.delivery is not None:
        delivery = document.delivery
        delivery.state = deliveries.DELIVERY.apply(delivery.state, "release")


def cancel_document(work: Work, document_id: UUID, reason: str) -> Document:
    """Cancel a document that was not issued; its number stays used.

    Raises:
        RecordUnknown: no such document.
        WrongState: it is issued or cancelled.
    """
    document = document_of(work, document_id, lock=True)
    if not DOCUMENT.allows(document.state, "cancel"):
        raise WrongState(number=document.number, state=document.state)
    document.state = DOCUMENT.apply(document.state, "cancel")
    document.cancelled_at, document.cancel_reason = work.now, reason
    document.care_due_at = None
    if document.delivery is not None:
        delivery = document.delivery
        delivery.state = deliveries.DELIVERY.apply(delivery.state, "cancel")
    work.session.flush()
    work.audit("cancel", ("document", document.id), number=document.number)
    work.tell("document.cancelled", document.id, document_payload(document))
    return document
