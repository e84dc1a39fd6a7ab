"""Documents that evaluation asked for, and what is known of their signatures and delivery."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Keyed, Owned

from .base import Base

DEAD = ("cancelled", "void")
"""States of a record that counts for nothing any more."""
# One paper for one thing. A changed date alone is told to every applicant in a letter of his own.
LIVE = text("state NOT IN ('cancelled', 'void') AND kind <> 'presentation_notice'")


class LetterBatch(Keyed, Owned, Base):
    """Letters that one act made; its id is that of the batch in documents."""

    __tablename__ = "letter_batch"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    is_placed: Mapped[bool] = mapped_column(default=False)
    """Documents has all of its letters."""


class Record(Keyed, Owned, Base):
    """A document of evaluation; its id is the document's id in documents.

    What happens to it is learnt from the feed of documents only.
    """

    __tablename__ = "record"
    __table_args__ = (
        Index(
            "ix_record_live",
            "organisation_id",
            "kind",
            "subject_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index(None, "case_id"),
        Index(None, "kind", "case_id", "state"),
        Index(None, "organisation_id", "case_id", "kind"),
        Index(None, "organisation_id", "call_id", "kind"),
        Index(None, "organisation_id", "state"),
        Index(None, "organisation_id", "delivery_state"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("project_case.id"))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    subject_id: Mapped[UUID]
    """What the document is about: a control, a score sheet, a meeting..."""
    signer_ids: Mapped[list[str]]
    request: Mapped[dict[str, Any]]
    """What documents was asked for (``DocumentRequest``)."""
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter_batch.id"), index=True)
    """The batch with which it is made, if one act made many."""
    state: Mapped[str] = mapped_column(String(20), default="requested")
    """``requested``, ``waiting`` (for signatures), ``signed``, ``issued``, ``cancelled``, ``void``.

    A void one is signed, but what it says was taken back: it stays, and has no effect.
    """
    requested_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    delivery_state: Mapped[str | None] = mapped_column(String(20))
    """``dispatched``, ``delivered`` or ``needs_person``."""
    channel: Mapped[str | None] = mapped_column(String(20))
    dispatched_at: Mapped[datetime | None]
    delivered_on: Mapped[date | None]
    delivery_basis: Mapped[str | None] = mapped_column(String(20))
    due: Mapped[date | None]
    """Until when it must be dispatched."""
