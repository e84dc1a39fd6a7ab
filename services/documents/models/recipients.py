"""Recipients of letters, and what the directory of data boxes said of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.documents.domain.recipients import kind_of
from services.documents.models.base import Base
from shared.db import Keyed, Owned, Versioned


class Recipient(Keyed, Owned, Versioned, Base):
    """Somebody to whom the organisation writes.

    ``version`` counts what people see change: another answer, another decision. The same answer
    once more moves only the times.
    """

    __tablename__ = "recipient"

    key: Mapped[str] = mapped_column(String(80))
    """By what it was first told apart from others; see ``domain.recipients.recipient_key``. It
    stays when a person completes the rest, so that the next document finds the same one."""
    name: Mapped[str] = mapped_column(String(300))
    address: Mapped[list[str]]
    ic: Mapped[str | None] = mapped_column(String(20))
    chosen_box: Mapped[str | None] = mapped_column(String(7))
    """Box that a person chose or gave."""
    denied: Mapped[list[str]] = mapped_column(default=list)
    """Boxes of which a person said that they are another one's."""

    outcome: Mapped[str] = mapped_column(String(20))
    """What is known of the box; see ``domain.channels.OUTCOMES``."""
    box_id: Mapped[str | None] = mapped_column(String(7))
    box_type: Mapped[int | None]
    """Number of the box's type; 10 is a public authority."""
    box_name: Mapped[str] = mapped_column(String(300), default="")
    """The holder's name by the directory."""
    found_by: Mapped[str | None] = mapped_column(String(10))
    """``box``, ``ic``, ``name`` or ``person``; empty while no box is known."""
    found_at: Mapped[datetime | None]
    """When this box was found first (process clock, as all times but the last two)."""
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    """Boxes among which a person has to choose."""
    more_candidates: Mapped[int] = mapped_column(default=0)
    """How many the directory knows beside those."""
    answered_at: Mapped[datetime | None]
    """When the directory answered last."""
    holds_until: Mapped[datetime | None]
    """Until then that answer counts."""
    failed_at: Mapped[datetime | None]
    """When ISDS did not answer, if the newest question was that one."""

    failures: Mapped[int] = mapped_column(default=0)
    is_wanted: Mapped[bool] = mapped_column(default=False)
    """A person asks for a fresh answer."""
    next_at: Mapped[datetime | None]
    """Earliest instant of the next question by the worker (real time)."""

    lookups: Mapped[list["BoxLookup"]] = relationship(
        order_by="BoxLookup.first_at.desc(), BoxLookup.until.desc().nulls_first(), BoxLookup.id",
        viewonly=True,
    )
    """What the directory said over time, the newest first."""

    @property
    def kind(self) -> str:
        """Kind of person by the box; ``unknown`` without one."""
        return kind_of(self.box_type)

    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index(None, "organisation_id", "outcome"),
        Index(None, "organisation_id", "name"),
        Index(None, "organisation_id", "ic"),
        Index(None, "is_wanted", "next_at"),
    )


class BoxLookup(Keyed, Owned, Base):
    """One answer of the directory and the time in which it was given again and again."""

    __tablename__ = "box_lookup"

    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("recipient.id"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    box_id: Mapped[str | None] = mapped_column(String(7))
    found_by: Mapped[str | None] = mapped_column(String(10))
    first_at: Mapped[datetime]
    until: Mapped[datetime | None]
    """Until when it counted, once another answer came; ``None`` for the answer in force, whose
    times the recipient has."""
