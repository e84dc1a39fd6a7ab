"""Signing jobs: many documents that one person signs with one act."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.documents.models.base import Base
from services.documents.models.documents import Document
from shared.db import Keyed, Owned, Versioned


class SigningJob(Keyed, Owned, Versioned, Base):
    """What a person signs at once. Nothing here could sign: the key is in no database."""

    __tablename__ = "signing_job"

    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("batch.id"), index=True)
    """The batch whose documents these are, if they are one's."""
    title: Mapped[str] = mapped_column(String(300))
    """The batch's; empty when the documents come from anywhere."""
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    run_id: Mapped[UUID | None]
    """Who is at work now; signatures of anybody else are not taken over."""
    leased_until: Mapped[datetime | None]
    """Real time; whoever does not renew it has ended, and the key with them."""
    held_until: Mapped[datetime | None]
    """Real time; then the key is forgotten at the latest."""
    trouble: Mapped[str | None] = mapped_column(String(20))
    """What the job waits for, or why it paused by itself."""

    __table_args__ = (
        Index(None, "organisation_id", "person_id", "created_at"),
        Index(None, "state", "leased_until"),
    )


class SigningItem(Keyed, Owned, Base):
    """One document of a signing job."""

    __tablename__ = "signing_item"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("signing_job.id"))
    position: Mapped[int]
    """From 1, in the order of the document numbers."""
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    preview_sha256: Mapped[str] = mapped_column(String(64))
    """The file that the list showed, before anybody's signature."""
    state: Mapped[str] = mapped_column(String(20))
    problem: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Why it was refused; see ``shared.errors.noted``."""

    document: Mapped[Document] = relationship(lazy="raise", viewonly=True)

    __table_args__ = (
        UniqueConstraint("job_id", "position"),
        UniqueConstraint("job_id", "document_id"),
        Index(None, "job_id", "state", "position"),
    )
