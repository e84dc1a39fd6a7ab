"""Reviews that applicants ask for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Keyed, Owned, Versioned

from .base import Base


class Review(Keyed, Owned, Versioned, Base):
    """An applicant's request to review what he was notified of, and what was decided."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("case_id", "about"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    about: Mapped[str] = mapped_column(String(40))
    """Kind of the notice that is reviewed."""
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("record.id"))
    notice_delivered_on: Mapped[date]
    received_on: Mapped[date]
    grounds: Mapped[str] = mapped_column(Text)
    deadline: Mapped[dict[str, Any]]
    """The period for the request with its explanation, as counted when it came."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))
    outcome: Mapped[str | None] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(String(200), default="")
    """Who decided, such as the programme committee: the rules of the organisation say who."""
    decided_on: Mapped[date | None]
    reasons: Mapped[str] = mapped_column(Text, default="")
    measure: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    """Who recorded and signs the decision."""
    record_id: Mapped[UUID | None]
    """The decision as it was asked for last."""
    signed_at: Mapped[datetime | None]
