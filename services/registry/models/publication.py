"""What was published, mailed, or made into a document."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models.base import Base
from shared.db import Keyed, Owned, Versioned


class Snapshot(Keyed, Owned, Base):
    """Exactly what was published and when; the hash lets anybody compare."""

    __tablename__ = "snapshot"
    __table_args__ = (Index(None, "call_id", "kind"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    kind: Mapped[str] = mapped_column(String(30))
    """``call``, ``received_list``, ``results`` or ``presentation_change``."""
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(120))


class NewsItem(Keyed, Owned, Base):
    """A line on the public home page."""

    __tablename__ = "news_item"
    __table_args__ = (Index(None, "organisation_id", "published_at"),)

    kind: Mapped[str] = mapped_column(String(30))
    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    details: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class MailRow(Keyed, Owned, Base):
    """One message to one member, and what became of it."""

    __tablename__ = "mail"
    __table_args__ = (UniqueConstraint("call_id", "kind", "member_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    member_id: Mapped[UUID] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(254))
    queued_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class ReceivedList(Keyed, Owned, Versioned, Base):
    """A list of received applications: made, signed, published."""

    __tablename__ = "received_list"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    rows: Mapped[list[Any]]
    document_id: Mapped[UUID]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))
    deadline: Mapped[dict[str, Any]]
    due: Mapped[date]
    signed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(120), default="")
    late_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was published after its deadline."""


class ResultsRow(Keyed, Owned, Base):
    """Results of a call as the general assembly resolved them."""

    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("call_id", "resolution_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    resolution_id: Mapped[UUID]
    content: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]


class DocumentRef(Keyed, Owned, Base):
    """A document that registry asked for; its key is the document's id."""

    __tablename__ = "document_ref"
    __table_args__ = (Index(None, "organisation_id", "signer_id", "state"),)

    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(Text)
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"), index=True)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"), index=True)
    signer_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    requested_at: Mapped[datetime]
    changed_at: Mapped[datetime]
