"""What anybody may be told about a document of ours who has its very bytes in hand."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.domain.documents import ISSUED
from services.documents.models import BoundCertificate, Document, Translation


@dataclass(frozen=True)
class Named:
    """An issued document by name."""

    record_id: UUID
    number: str
    issued_at: datetime | None
    """Instant of issue (aware UTC); ``None`` before it."""


@dataclass(frozen=True)
class Identity(Named):
    """Which document of ours a file is, or begins with."""

    kind: str
    """Code of ``shared.document_kinds``."""
    is_translation: bool
    """Whether the file is a translation for information, without signatures."""
    corrected_by: Named | None
    """The issued correction."""


def identity_of(session: Session, document: Document, *, is_translation: bool = False) -> Identity:
    """Return which document it is, and by which it was corrected."""
    by = correction_of(session, document)
    return Identity(
        record_id=document.id,
        number=document.number,
        issued_at=document.issued_at,
        kind=document.kind,
        is_translation=is_translation,
        corrected_by=None if by is None else Named(by.id, by.number, by.issued_at),
    )


def correction_of(session: Session, document: Document) -> Document | None:
    """Return the issued document that corrects another one; drafts are nobody's business."""
    query = select(Document).where(Document.corrects_id == document.id, Document.state == ISSUED)
    return session.scalars(query.order_by(Document.issued_at.desc()).limit(1)).first()


def translated(session: Session, data: bytes) -> Document | None:
    """Return the document of which these very bytes are a translation of ours."""
    sha256 = hashlib.sha256(data).hexdigest()
    query = select(Document).join(Translation, Translation.document_id == Document.id)
    return session.scalars(query.where(Translation.sha256 == sha256).limit(1)).first()


def names_a_record(session: Session, ids: Collection[str]) -> bool:
    """Tell whether one of these ids is that of a document of ours, of any state."""
    wanted = [UUID(one) for one in ids]
    found = select(Document.id).where(Document.id.in_(wanted)).limit(1)
    return bool(wanted) and session.scalar(found) is not None


def seals_of_register(session: Session) -> set[str]:
    """Return the fingerprints of all certificates that any organisation was seen to seal with."""
    query = select(BoundCertificate.fingerprint).where(BoundCertificate.person_id.is_(None))
    return set(session.scalars(query.distinct()))
