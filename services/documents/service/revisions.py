"""Issued files and their successors: added, never changed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select

from services.documents.domain.care import next_look
from services.documents.models import Document, Revision
from services.documents.service.work import Work
from shared.clock import SystemClock


@dataclass(frozen=True)
class KeptFile:
    """A file in the store."""

    sha256: str
    size: int
    good_until: datetime | None = None
    """When the certificate or an algorithm of its newest proof ends."""


def add_revision(
    work: Work, document: Document, file: KeptFile, *, level: str, reason: str
) -> Revision:
    """Let the document's present file be this one; the former ones stay known."""
    own = Revision.document_id == document.id
    last = work.session.scalar(select(func.max(Revision.ordinal)).where(own)) or 0
    row = Revision(
        id=uuid4(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        ordinal=last + 1,
        sha256=file.sha256,
        size=file.size,
        level=level,
        reason=reason,
        made_at=work.now,
        good_until=file.good_until,
    )
    work.session.add(row)
    document.sha256, document.level = file.sha256, level
    document.trouble, document.trouble_note, document.trouble_since = None, "", None
    document.care_attempts, document.care_due_at = 0, None
    work.session.flush()
    return row


def note_trouble(work: Work, document: Document, trouble: str, note: str) -> None:
    """Write down why the worker cannot go on, and when it looks again."""
    if document.trouble != trouble:
        document.trouble, document.trouble_since = trouble, work.now
        work.audit("note_trouble", ("document", document.id), trouble=trouble)
    document.trouble_note = note[:1000]
    document.care_due_at = next_look(document.care_attempts, SystemClock().now())
    document.care_attempts += 1
    work.session.flush()
