"""Tables of evaluation."""

from .base import LEDGER, Audit, Base, Cursor, Event, Outbox, SeenToken, db
from .calls import Call, Case
from .controls import Control, ControlDecision, ControlTemplate, DeficiencyCall
from .evaluations import (
    Assignment,
    CommitteeMember,
    Declaration,
    InterestLink,
    LinkChange,
    OnsiteCheck,
    ScoreSheet,
    SpreadDecision,
)
from .records import DEAD, LetterBatch, Record
from .reviews import Review
from .selection import (
    AllocationRun,
    Meeting,
    PresentationChange,
    PresentationSession,
    Recommendation,
    Resolution,
)

__all__ = [
    "DEAD",
    "LEDGER",
    "AllocationRun",
    "Assignment",
    "Audit",
    "Base",
    "Call",
    "Case",
    "CommitteeMember",
    "Control",
    "ControlDecision",
    "ControlTemplate",
    "Cursor",
    "Declaration",
    "DeficiencyCall",
    "Event",
    "InterestLink",
    "LetterBatch",
    "LinkChange",
    "Meeting",
    "OnsiteCheck",
    "Outbox",
    "PresentationChange",
    "PresentationSession",
    "Recommendation",
    "Record",
    "Resolution",
    "Review",
    "ScoreSheet",
    "SeenToken",
    "SpreadDecision",
    "db",
]
