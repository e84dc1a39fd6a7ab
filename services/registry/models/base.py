"""Base of the tables, and the tables that every service has."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.app import SeenTokenMixin
from shared.db import TYPES, Keyed, Owned, new_metadata
from shared.events import CursorMixin, EventMixin
from shared.evidence.tables import declare_ledger
from shared.outbox import OutboxMixin


class Base(DeclarativeBase):
    """Base of registry's tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES


db = SQLAlchemy(metadata=Base.metadata)


class Outbox(OutboxMixin, Base):
    """What must happen after a commit."""

    __tablename__ = "outbox"


class EventRow(EventMixin, Base):
    """The feed that evaluation reads."""

    __tablename__ = "event"


class FeedCursor(CursorMixin, Base):
    """How far the feed of documents was read."""

    __tablename__ = "feed_cursor"


LEDGER = declare_ledger(Base, "registry")
Audit = LEDGER.audit


class SeenToken(SeenTokenMixin, Base):
    """One-time ids of service tokens."""

    __tablename__ = "seen_token"


class Creation(Keyed, Owned, Base):
    """Ids that callers chose for what they made; the same id with other facts is refused."""

    __tablename__ = "creation"

    kind: Mapped[str] = mapped_column(String(40))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the facts that were sent."""
