"""The declarative base and the tables that every service has."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from shared.app import SeenTokenMixin
from shared.db import TYPES, new_metadata
from shared.events import CursorMixin, EventMixin
from shared.evidence.tables import declare_ledger
from shared.outbox import OutboxMixin


class Base(DeclarativeBase):
    """Ground of the tables of evaluation."""

    metadata = new_metadata()
    type_annotation_map = TYPES


db = SQLAlchemy(metadata=Base.metadata)


LEDGER = declare_ledger(Base, "evaluation")
Audit = LEDGER.audit


class Event(EventMixin, Base):
    """The feed of evaluation."""

    __tablename__ = "event"


class Cursor(CursorMixin, Base):
    """How far the feeds of registry and documents were read."""

    __tablename__ = "feed_cursor"


class Outbox(OutboxMixin, Base):
    """What other services must still learn."""

    __tablename__ = "outbox"


class SeenToken(SeenTokenMixin, Base):
    """One-time ids of service tokens."""

    __tablename__ = "seen_token"
