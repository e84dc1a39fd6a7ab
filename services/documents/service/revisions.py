"""Issued files and their successors: added, never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, func, or_, select

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.care import (
    A_DAY,
    B_LTA,
    BLOCKS_DISPATCH,
    LONGEST_PAUSE,
    NO_STAMP,
    RENEWED,
    SHORT_STAMP,
    next_look,
)
from services.documents.domain.documents import ISSUED
from services.documents.domain.risks import earliest
from services.documents.models import Document, Revision
from services.documents.service.work import Work
from services.documents.signing.keeping import Kept


@dataclass(frozen=True)
class KeptFile:
    """A file in the store."""

    sha256: str
    size: int
    good_until: datetime | None = None
    """When the certificate or an algorithm of its newest proof ends."""
    seal_serial: str = ""
    """Of the certificate of the seal, where the file was just sealed."""


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
    document.seal_serial = file.seal_serial or document.seal_serial or ""
    document.trouble, document.trouble_note, document.trouble_since = None, "", None
    document.care_attempts, document.care_due_at = 0, None
    document.kept_at, document.recorded_at = work.now, None
    former = None if level == B_LTA else document.good_until
    document.good_until = earliest(former, file.good_until)
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


def note_trouble(work: Work, document: Document, trouble: str, note: str) -> None:
    """Write down why the worker cannot go on, and when it looks again.

    What a person must see to is looked at once a day: it seldom mends itself.
    """
    longest = A_DAY if trouble in BLOCKS_DISPATCH else LONGEST_PAUSE
    if document.trouble != trouble:
        document.trouble, document.trouble_since = trouble, work.now
        work.audit("note_trouble", ("document", document.id), trouble=trouble)
    document.trouble_note = note[:1000]
    document.care_due_at = next_look(document.care_attempts, work.now, longest)
    document.care_attempts += 1
    work.session.flush()


def keep(
    work: Work, document: Document, kept: Kept, file: KeptFile, policy: AlgorithmPolicy
) -> None:
    """Take over a file at a higher level, or with a newer time stamp."""
    add_revision(work, document, file, level=kept.level, reason=kept.reason)
    renew_by = policy.renew_by(file.good_until, work.now)
    document.renew_by, document.algorithms = renew_by, " ".join(kept.algorithms)
    act = "renew_proof" if kept.reason == RENEWED else "raise_level"
    work.audit(act, ("document", document.id), level=kept.level, sha256=file.sha256)
    if kept.level != B_LTA:
        note_trouble(work, document, NO_STAMP, kept.waits_for)
    elif file.good_until is not None and policy.is_short(file.good_until, work.now):
        note = f"The newest time stamp is good until {file.good_until}."
        note_trouble(work, document, SHORT_STAMP, note)
        document.care_due_at = renew_by
    work.session.flush()


@dataclass(frozen=True)
class Due:
    """A document whose proof needs something now."""

    document_id: UUID
    organisation_id: UUID
    level: str


def below_archival(work: Work, limit: int) -> list[Due]:
    """Return issued documents that are not at B-LTA yet and whose next look is due."""
    is_due = and_(Document.level != B_LTA, Document.care_due_at <= work.now)
    return _due(work, is_due, Document.care_due_at, limit)


def to_renew(work: Work, policy: AlgorithmPolicy, limit: int) -> list[Due]:
    """Return documents at B-LTA whose newest time stamp must be renewed, the first to end first.

    Either its time has come, or it hashes with a function that ends while a better one is at hand.
    """
    ending = set(policy.ending(work.now)) - {policy.digest_for(work.now)}
    weak = [Document.algorithms.startswith(f"{name} ") for name in sorted(ending)]
    is_over = or_(Document.renew_by <= work.now, *weak)
    may_try = or_(Document.care_due_at.is_(None), Document.care_due_at <= work.now)
    return _due(work, and_(Document.level == B_LTA, is_over, may_try), Document.renew_by, limit)


def _due(work: Work, which: ColumnElement[bool], order: Any, limit: int) -> list[Due]:
    query = select(Document.id, Document.organisation_id, Document.level)
    found = query.where(Document.state == ISSUED, which).order_by(order, Document.id).limit(limit)
    return [Due(row.id, row.organisation_id, row.level) for row in work.session.execute(found)]
