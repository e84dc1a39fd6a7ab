"""Money for data messages: what was approved, what months cost, what the box itself says."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base
from shared.db import Versioned
from shared.money import Money


class PostageTerms(Versioned, Base):
    """What a person of the organisation approved about paid messages."""

    __tablename__ = "postage_terms"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    price: Mapped[Money]
    """Most that one message may cost."""
    monthly_limit: Mapped[Money | None]
    asks_each: Mapped[bool]
    """Paid messages wait for an approval of their own."""
    approved_by: Mapped[str] = mapped_column(String(200))
    approved_at: Mapped[datetime]


class PostageMonth(Base):
    """What the paid messages of a calendar month cost; its row is locked by whoever spends."""

    __tablename__ = "postage_month"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """First day of the month."""
    spent: Mapped[Money]


class SenderBox(Base):
    """What the worker last heard about the organisation's own data box."""

    __tablename__ = "sender_box"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    box_id: Mapped[str] = mapped_column(String(7))
    name: Mapped[str] = mapped_column(String(300))
    box_type: Mapped[int]
    may_send_paid: Mapped[bool]
    rights: Mapped[list[Any]]
    """Kinds of the rights to send paid messages, as letters of ISDS."""
    credit: Mapped[Money | None]
    """``None`` if messages are paid in another way."""
    asked_at: Mapped[datetime]
    """Real time."""
