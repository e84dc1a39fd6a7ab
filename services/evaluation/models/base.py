"""The declarative base and the tables that every service has."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from shared.app import SeenTokenMixin
from shared.audit import AuditMixin
from shared.db import TYPES, new_metadata
from shared.events import CursorMixin, EventMixin
from shared.evidence.log import EvidenceMixin, guard
from shared.outbox import OutboxMixin


class Base(DeclarativeBase):
    """Ground of the tables of evaluation."""

    metadata = new_metadata()
    type_annotation_map = TYPES


db = SQLAlchemy(metadata=Base.metadata)


class Evidence(EvidenceMixin, Base):
    """The log that shows whether the audit trail was changed; only ever added to."""

    __tablename__ = "evidence"
    service = "evaluation"


guard(Evidence.__table__)


class Audit(AuditMixin, Base):
    """Who did what, when."""

    __tablename__ = "audit"
    evidence = Evidence


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
