"""Entries of an event feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Event:
    """Something that happened in another service."""

    seq: int
    id: UUID
    organisation_id: UUID
    kind: str
    subject_id: UUID
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class EventPage:
    """Events after a position, oldest first; ``next`` is the new position."""

    events: list[Event]
    next: int
