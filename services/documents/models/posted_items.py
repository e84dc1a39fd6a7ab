"""What the office gave to the post, and what the post told of it; never changed, only added to."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from services.documents.models.base import Base
from shared.db import Keyed, Owned
from shared.evidence.log import guard


class PostedItem(Keyed, Owned, Base):
    """One item as it was posted, whatever becomes of its delivery."""

    __tablename__ = "posted_item"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    ordinal: Mapped[int]
    """Which item of the delivery it is, from 1: one that came back may be posted again."""
    posted_on: Mapped[date]
    """Whose day's sheet names it."""
    tracking_number: Mapped[str] = mapped_column(String(40))
    with_advice: Mapped[bool]
    """Whether it was posted with an advice of receipt."""
    own_hands: Mapped[bool]
    """Whether the post gives it to the addressee only."""
    recipient_name: Mapped[str] = mapped_column(String(300))
    address: Mapped[list[str]]
    recorded_at: Mapped[datetime]

    number: Mapped[str | None] = query_expression()
    """Number of its letter, where the query asks for it; no column of the table."""
    outcomes: Mapped[list["ItemOutcome"]] = relationship(
        order_by="ItemOutcome.ordinal", lazy="selectin"
    )

    __table_args__ = (
        UniqueConstraint("delivery_id", "ordinal"),
        Index(None, "organisation_id", "posted_on"),
    )


class ItemOutcome(Keyed, Owned, Base):
    """What the post told of an item later."""

    __tablename__ = "item_outcome"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("posted_item.id"))
    ordinal: Mapped[int]
    """Order in which it was told, from 1."""
    outcome: Mapped[str] = mapped_column(String(20))
    """``received`` by an advice of receipt, or ``returned``."""
    day: Mapped[date]
    recorded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("item_id", "ordinal"),)


guard(PostedItem.__table__)
guard(ItemOutcome.__table__)
