"""Machines whose clock is so far from that of ISDS that nothing is sent from them."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base


class ApartClock(Base):
    """While there is a row, the workers of a machine send nothing."""

    __tablename__ = "apart_clock"

    machine: Mapped[str] = mapped_column(String(255), primary_key=True)
    """Its host name."""
    seconds: Mapped[int]
    """How far its clock is ahead of that of ISDS; negative when it is behind."""
    noticed_at: Mapped[datetime]
    """On the clock of ISDS, like the next one."""
    seen_at: Mapped[datetime]
    """When a worker last found it so."""
