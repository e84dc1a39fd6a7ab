"""Evidence bundles that were asked for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.documents.models.base import Base
from shared.db import BigId, Keyed, Owned, Versioned


class Bundle(Keyed, Owned, Versioned, Base):
    """One bundle: what it is about, how far it is, and the file once it is made."""

    __tablename__ = "bundle"

    kind: Mapped[str] = mapped_column(String(10))
    """``case`` or ``call``."""
    title: Mapped[str] = mapped_column(String(300))
    subject_id: Mapped[UUID]
    """The project or the call."""
    call_id: Mapped[UUID]
    request_sha256: Mapped[str] = mapped_column(String(64))
    """What was asked for, as a kept file; the same id with another request is refused."""
    given: Mapped[list["BundleGiven"]] = relationship(
        order_by="BundleGiven.ordinal", lazy="select", cascade="all, delete-orphan"
    )
    missing: Mapped[int]
    """How many signed records are missing."""
    state: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(200))
    done: Mapped[int] = mapped_column(default=0)
    """Documents put in so far."""
    total: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]
    """When a worker began what is written; the time of every file in the container."""
    ready_at: Mapped[datetime | None]
    hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the whole container; the store keeps its pieces."""
    size: Mapped[int | None] = mapped_column(BigId)

    # The worker's hold; these instants are real time.
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    fencing_token: Mapped[UUID | None]
    losses: Mapped[int] = mapped_column(default=0)
    """How often a piece was lost that had been kept."""
    trouble: Mapped[str] = mapped_column(String(40), default="")
    """Why it could not be made the last time; empty while nothing is wrong."""
    last_error: Mapped[str] = mapped_column(Text, default="")
    """The same in the words of the program."""

    pieces: Mapped[list["BundlePiece"]] = relationship(
        order_by="BundlePiece.ordinal", lazy="select", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index(None, "organisation_id", "subject_id", "asked_at"),
        Index(None, "organisation_id", "call_id", "asked_at"),
        Index(None, "state", "next_at"),
    )


class BundlePiece(Keyed, Owned, Base):
    """A stretch of a container: the whole may be larger than any memory."""

    __tablename__ = "bundle_piece"

    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundle.id"))
    ordinal: Mapped[int]
    """Place in the container, from 0."""
    sha256: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("bundle_id", "ordinal"),)


class BundleGiven(Keyed, Owned, Base):
    """Some of the files that the caller puts into a bundle, kept as one file."""

    __tablename__ = "bundle_given"

    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundle.id"))
    ordinal: Mapped[int]
    """Place in the request, from 0."""
    sha256: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("bundle_id", "ordinal"),)


class BundleStretch(Keyed, Owned, Base):
    """How far a bundle is that is being made; taken away when it is ready or given up."""

    __tablename__ = "bundle_stretch"

    bundle_id: Mapped[UUID] = mapped_column(ForeignKey("bundle.id"))
    ordinal: Mapped[int]
    """Place in the container, from 0."""
    pieces: Mapped[int]
    """How many pieces it is."""
    chapter: Mapped[str] = mapped_column(String(20))
    """Where to go on after it."""
    notes: Mapped[bytes] = mapped_column(LargeBinary)
    """What the index and the directory will tell about it."""
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    """HMAC over all stretches up to this one, by a key outside of the database."""

    __table_args__ = (UniqueConstraint("bundle_id", "ordinal"),)
