"""Batches: many documents that are numbered, confirmed and made together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.documents.domain.dispatches import DISPATCH
from services.documents.models.base import Base
from shared.db import Keyed, Owned, Versioned


class Batch(Keyed, Owned, Versioned, Base):
    """Many documents that somebody confirms with one act."""

    __tablename__ = "batch"

    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20))
    sending: Mapped[str] = mapped_column(String(20), default=DISPATCH.initial)
    """Whether its letters may leave: ``running`` or ``paused``; see ``domain.dispatches``."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    printing: Mapped[dict[str, Any]]
    """Letterhead, mark, profile and address of verification, the same for all its documents."""
    template: Mapped[int]
    trouble: Mapped[str | None] = mapped_column(String(20))
    """Why the worker cannot go on now; it tries by itself."""

    __table_args__ = (
        Index(None, "organisation_id", "created_at"),
        Index(None, "state"),
    )


class BatchItem(Keyed, Owned, Base):
    """One document of a batch, under the id that it will have; its number is its own for ever."""

    __tablename__ = "batch_item"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batch.id"))
    position: Mapped[int]
    """From 1, in the order of the numbers."""
    number: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    recipient: Mapped[str] = mapped_column(String(200))
    request: Mapped[dict[str, Any]]
    """As it came; empty once the document is made or void."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    reserved_at: Mapped[datetime]
    """The date of the document."""
    state: Mapped[str] = mapped_column(String(20))
    preview_sha256: Mapped[str | None] = mapped_column(String(64))
    """The file that somebody looked at; the document will be this very file."""
    preview_facts_sha256: Mapped[str | None] = mapped_column(String(64))
    preview_pages: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """Attempts without an outcome."""
    leased_until: Mapped[datetime | None]
    """Real time; a worker has it in hand."""
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why somebody made it void, in their words."""
    problem: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Why it failed; see ``shared.errors.noted``."""

    batch: Mapped[Batch] = relationship(lazy="raise", viewonly=True)

    __table_args__ = (
        UniqueConstraint("batch_id", "position"),
        UniqueConstraint("organisation_id", "number"),
        Index(None, "batch_id", "state", "position"),
    )
