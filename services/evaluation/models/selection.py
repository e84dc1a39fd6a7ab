"""Presentations, the committee's meeting, allocation runs, the assembly's resolution."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Keyed, Owned, Versioned
from shared.money import Money

from .base import Base


class PresentationSession(Keyed, Owned, Versioned, Base):
    """The public presentations of a call."""

    __tablename__ = "presentation_session"
    __table_args__ = (UniqueConstraint("call_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    order: Mapped[list[str]]
    """Application ids in the order of presenting."""
    entries: Mapped[list[Any]] = mapped_column(default=list)
    """Per project: whether it was presented, by whom, what was asked."""
    public_count: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]


class PresentationChange(Keyed, Owned, Base):
    """A change of the date or place of presentations."""

    __tablename__ = "presentation_change"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    old_at: Mapped[datetime]
    old_place: Mapped[str] = mapped_column(String(300))
    new_at: Mapped[datetime]
    new_place: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str] = mapped_column(Text)
    notice_days: Mapped[int] = mapped_column(Integer)
    override_reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(200))


class Meeting(Keyed, Owned, Versioned, Base):
    """The meeting of the selection committee."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("call_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    held_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(300))
    present: Mapped[list[Any]]
    """Members present: id, name, function."""
    chair_id: Mapped[UUID]
    transfers: Mapped[list[Any]] = mapped_column(default=list)
    decided: Mapped[list[Any]] = mapped_column(default=list)
    """What the closed minutes say of each project: exactly this takes effect with the signature."""
    record_id: Mapped[UUID | None]
    """The minutes as they were closed last."""
    closed_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]


class Recommendation(Keyed, Owned, Versioned, Base):
    """The committee's recommendation about one project."""

    __tablename__ = "recommendation"
    __table_args__ = (UniqueConstraint("case_id"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    is_recommended: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    in_favour: Mapped[int]
    against: Mapped[int]
    abstained: Mapped[int]
    voters: Mapped[list[Any]] = mapped_column(default=list)
    """Members who voted: id and name."""
    recused: Mapped[list[Any]] = mapped_column(default=list)
    """Members who left the vote because of a conflict: id and name."""
    points: Mapped[str] = mapped_column(String(40))
    """The exact points the committee saw, as a fraction."""


class AllocationRun(Keyed, Owned, Base):
    """One run of the declared rule over the candidates."""

    __tablename__ = "allocation_run"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    run_at: Mapped[datetime]
    run_by: Mapped[str] = mapped_column(String(200))
    rule: Mapped[dict[str, Any]]
    candidates: Mapped[list[Any]]
    named_transfers: Mapped[list[str]]
    result: Mapped[dict[str, Any]]
    granted: Mapped[Money]
    left: Mapped[Money]


class Resolution(Keyed, Owned, Base):
    """The general assembly's resolution about a call."""

    __tablename__ = "resolution"
    __table_args__ = (UniqueConstraint("call_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    run_id: Mapped[UUID] = mapped_column(ForeignKey("allocation_run.id"))
    number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    vote: Mapped[dict[str, Any]]
    lines: Mapped[list[Any]]
    by_fiche: Mapped[dict[str, Any]]
    total: Mapped[Money]
    amount_change_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime | None]
