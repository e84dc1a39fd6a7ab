"""Base of the tables, and the tables that every service has."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from shared.app import SeenTokenMixin
from shared.db import TYPES, new_metadata
from shared.events import EventMixin
from shared.evidence.tables import declare_ledger
from shared.outbox import OutboxMixin


class Base(DeclarativeBase):
    """Base of documents' tables."""

    metadata = new_metadata()
    type_annotation_map = TYPES


db = SQLAlchemy(metadata=Base.metadata)


class Outbox(OutboxMixin, Base):
    """What must happen after a commit."""

    __tablename__ = "outbox"


class EventRow(EventMixin, Base):
    """The feed that registry and evaluation read."""

    __tablename__ = "event"


LEDGER = declare_ledger(Base, "documents")
Audit = LEDGER.audit


class SeenToken(SeenTokenMixin, Base):
    """One-time ids of service tokens."""

    __tablename__ = "seen_token"
