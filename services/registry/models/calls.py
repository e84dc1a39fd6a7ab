"""Regulations, calls with their fiches, and decisions about money."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registry.models.base import Base
from shared.db import Keyed, Owned, Versioned
from shared.money import Money


class RegulationVersion(Keyed, Owned, Base):
    """A version of the regulation on transparency; never changed once it exists."""

    __tablename__ = "regulation_version"
    __table_args__ = (UniqueConstraint("organisation_id", "label"),)

    title: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Call(Keyed, Owned, Versioned, Base):
    """A call: as planned before publication, as published afterwards."""

    __tablename__ = "call"
    __table_args__ = (
        Index(
            "uq_call_organisation_id_number",
            "organisation_id",
            "number",
            unique=True,
            sqlite_where=text("state <> 'discarded'"),
            postgresql_where=text("state <> 'discarded'"),
        ),
    )

    number: Mapped[int]
    """Its own among the calls that were not discarded."""
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(30), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    """Shown on the public page; a demonstration says here what is invented."""
    how_to_apply: Mapped[str] = mapped_column(Text, default="")
    """How to apply and where the forms are; shown on the public page."""
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    intake_place: Mapped[str] = mapped_column(String(300), default="")
    presentation_at: Mapped[datetime | None]
    presentation_place: Mapped[str] = mapped_column(String(300), default="")
    regulation_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("regulation_version.id"))
    approved_amount: Mapped[Money | None]
    rule: Mapped[dict[str, Any]]
    formal_items: Mapped[list[Any]]
    """Lines of the control sheet besides the attachments: ``[{"code", "text"}]``."""
    deadlines: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Periods of this call (``DeadlineRules``), fixed at announcement; before it, empty where
    those of the organisation are meant."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(120), default="")
    closed_at: Mapped[datetime | None]
    last_serial: Mapped[int] = mapped_column(default=0)
    """Serial of the last registration number given."""
    last_order: Mapped[int] = mapped_column(default=0)
    """Order of the last application received."""

    fiches: Mapped[list["FicheRow"]] = relationship(
        order_by="FicheRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class FicheRow(Keyed, Owned, Base):
    """A fiche of a call."""

    __tablename__ = "fiche"
    __table_args__ = (UniqueConstraint("call_id", "code"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    code: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[int]
    allocation: Mapped[Money | None]
    attachments: Mapped[list[Any]]
    acceptability: Mapped[list[Any]]
    scoring: Mapped[list[Any]]


class AllocationDecision(Keyed, Owned, Base):
    """What the director recommends for a call, and what the programme committee decides."""

    __tablename__ = "allocation_decision"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    amount: Mapped[Money]
    fiches: Mapped[list[Any]]
    """Allocation of each fiche as recommended: ``[{"code", "allocation"}]``."""
    reason: Mapped[str] = mapped_column(Text)
    recommended_by: Mapped[str] = mapped_column(String(120))
    recommended_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(20))
    """``approved`` or ``returned``; ``None`` while the committee has not decided."""
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    """Day of the committee's meeting."""
    note: Mapped[str] = mapped_column(Text, default="")
    document_id: Mapped[UUID | None]
    """The signed record of the decision."""


class PresentationChangeRow(Keyed, Owned, Base):
    """A change of the date or place of public presentations."""

    __tablename__ = "presentation_change"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    old_at: Mapped[datetime]
    new_at: Mapped[datetime]
    old_place: Mapped[str] = mapped_column(String(300))
    new_place: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(Text)
    override_reason: Mapped[str] = mapped_column(Text, default="")
    is_notice_kept: Mapped[bool]
    actor_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
