"""Issued files and their successors: added, never changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, func, or_, select

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.care import (
    A_DAY,
    B_LTA,
    LONGEST_PAUSE,
    NO_STAMP,
    RENEWED,
    SHORT_STAMP,
    next_look,
)
from services.documents.domain.documents import ISSUED
from services.documents.models import Document, Revision
from services.documents.service.work import Work
from services.documents.signing.keeping import Kept
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
    row = revision_of(work, document, file, level=level, reason=reason, ordinal=last + 1)
    work.session.add(row)
    work.session.flush()
    return row


def revision_of(
    work: Work, document: Document, file: KeptFile, *, level: str, reason: str, ordinal: int
) -> Revision:
    """Let the document's present file be this one, and return the row that is to be added."""
    document.sha256, document.level = file.sha256, level
    document.trouble, document.trouble_note, document.trouble_since = None, "", None
    document.care_attempts, document.care_due_at = 0, None
    return Revision(
        id=uuid4(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        ordinal=ordinal,
        sha256=file.sha256,
        size=file.size,
        level=level,
        reason=reason,
        made_at=work.now,
        good_until=file.good_until,
    )


def note_trouble(
    work: Work, document: Document, trouble: str, note: str, longest: timedelta = LONGEST_PAUSE
) -> None:
    """Write down why the worker cannot go on, and when it looks again."""
    if document.trouble != trouble:
        document.trouble, document.trouble_since = trouble, work.now
        work.audit("note_trouble", ("document", document.id), trouble=trouble)
    document.trouble_note = note[:1000]
    document.care_due_at = next_look(document.care_attempts, SystemClock().now(), longest)
    document.care_attempts += 1
    work.session.flush()


def keep(
    work: Work, document: Document, kept: Kept, file: KeptFile, policy: AlgorithmPolicy
) -> None:
    """Take over a file at a higher level, or with a newer time stamp."""
    add_revision(work, document, file, level=kept.level, reason=kept.reason)
    renew_by = policy.renew_by(file.good_until)
    document.renew_by, document.algorithms = renew_by, " ".join(kept.algorithms)
    act = "renew_proof" if kept.reason == RENEWED else "raise_level"
    work.audit(act, ("document", document.id), level=kept.level, sha256=file.sha256)
    if kept.level != B_LTA:
        note_trouble(work, document, NO_STAMP, kept.waits_for)
    elif renew_by is not None and renew_by <= work.now:
        note = f"The newest time stamp is good until {file.good_until}."
        note_trouble(work, document, SHORT_STAMP, note, A_DAY)
        document.care_due_at = SystemClock().now() + A_DAY
    work.session.flush()


def due_for_care(work: Work, policy: AlgorithmPolicy, limit: int) -> list[tuple[UUID, UUID]]:
    """Return issued documents, with their organisations, whose proof needs something now.

    Either their next look is due (real time), or the newest time stamp must be renewed by now
    (process clock), or it hashes with a function that ends while a better one is at hand.
    """
    now = SystemClock().now()
    ending = set(policy.ending(work.now)) - {policy.digest_for(work.now)}
    weak = [Document.algorithms.startswith(f"{name} ") for name in sorted(ending)]
    is_over = and_(Document.care_due_at.is_(None), or_(Document.renew_by <= work.now, *weak))
    query = select(Document.id, Document.organisation_id).where(
        Document.state == ISSUED, or_(Document.care_due_at <= now, is_over)
    )
    ordered = query.order_by(Document.care_due_at, Document.renew_by, Document.id).limit(limit)
    return [(row.id, row.organisation_id) for row in work.session.execute(ordered)]
