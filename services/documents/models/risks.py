"""What is known of files that the store lost, and of what people were told to look after."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base
from shared.db import Keyed, Owned


class StoredFault(Base):
    """A file that was missing or changed when it was last looked at."""

    __tablename__ = "stored_fault"

    file: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 under which it was kept."""
    fault: Mapped[str] = mapped_column(String(10))
    """``missing`` or ``changed``."""
    found_at: Mapped[datetime]
    """Process clock: when it was first found so."""


class StoreCheck(Keyed, Base):
    """A comparison of every file with the database that came to its end."""

    __tablename__ = "store_check"

    ended_at: Mapped[datetime] = mapped_column(index=True)
    whole: Mapped[int]
    missing: Mapped[int]
    changed: Mapped[int]


class RiskNotice(Keyed, Owned, Base):
    """Something at risk of which people were told; gone when it is at risk no more."""

    __tablename__ = "risk_notice"

    subject_id: Mapped[UUID]
    """A document or a proof of delivery."""
    step: Mapped[int]
    """Days of the last reminder: 90, 60, 30 or 7."""
    too_late: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("organisation_id", "subject_id"),)
