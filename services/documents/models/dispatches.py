"""Approvals of dispatch, and the stop of everything."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base
from shared.db import Keyed, Owned, Versioned
from shared.money import Money


class Dispatch(Keyed, Owned, Versioned, Base):
    """Paid messages whose sending somebody approved with one act."""

    __tablename__ = "dispatch"

    state: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    """Stands for the messages and the price that were shown."""
    count: Mapped[int]
    price: Mapped[Money]
    """Of one message."""
    approved_by: Mapped[str] = mapped_column(String(200))
    approved_at: Mapped[datetime]

    __table_args__ = (Index(None, "organisation_id", "approved_at"),)

    @property
    def total(self) -> Money:
        """What all messages cost."""
        return Money.from_hundredths(self.price.hundredths * self.count)


class DispatchStop(Versioned, Base):
    """Nothing of the organisation is sent from its data box until somebody ends the stop.

    The row stays, so that each stop has another version and nobody ends one that he has not seen.
    """

    __tablename__ = "dispatch_stop"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    stopped_by: Mapped[str] = mapped_column(String(200))
    stopped_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
