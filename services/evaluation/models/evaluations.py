"""Committee, interests, assignments, score sheets, ex-ante checks."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.evaluation.domain import conflicts
from services.evaluation.domain import scores as points
from shared.db import Keyed, Owned, Versioned

from .base import Base


class CommitteeMember(Keyed, Owned, Base):
    """A member of the evaluation committee of a call."""

    __tablename__ = "committee_member"
    __table_args__ = (UniqueConstraint("call_id", "person_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    function: Mapped[str] = mapped_column(String(200))


class Declaration(Keyed, Owned, Base):
    """A member's declaration of interests for a call."""

    __tablename__ = "declaration"
    __table_args__ = (UniqueConstraint("call_id", "person_id"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    person_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(String(200))
    has_links: Mapped[bool]
    declared_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    """When the person signed it; only then it counts."""


class InterestLink(Keyed, Owned, Base):
    """A tie of a person to an applicant, a project or a municipality; kept over calls."""

    __tablename__ = "interest_link"

    person_id: Mapped[UUID] = mapped_column(index=True)
    person_name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(30))
    source: Mapped[str] = mapped_column(String(30))
    party_key: Mapped[str | None] = mapped_column(String(60))
    party_name: Mapped[str] = mapped_column(String(300), default="")
    application_id: Mapped[UUID | None]
    municipality: Mapped[str | None] = mapped_column(String(200))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    evidence: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(200))

    @property
    def value(self) -> conflicts.Link:
        """The link as the rules see it."""
        return conflicts.Link(
            link_id=self.id,
            person_id=self.person_id,
            type=conflicts.LinkType(self.type),
            source=conflicts.LinkSource(self.source),
            party_key=self.party_key,
            application_id=self.application_id,
            municipality=self.municipality,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )


class LinkChange(Keyed, Owned, Base):
    """A change of a tie's last day: what stood there before, and what proves the new one."""

    __tablename__ = "link_change"

    link_id: Mapped[UUID] = mapped_column(ForeignKey("interest_link.id"), index=True)
    old_valid_to: Mapped[date | None]
    new_valid_to: Mapped[date]
    evidence: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200))


class Assignment(Keyed, Owned, Base):
    """A project given to an evaluator."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("case_id", "evaluator_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    evaluator_id: Mapped[UUID] = mapped_column(index=True)
    evaluator_name: Mapped[str] = mapped_column(String(200))
    evaluator_function: Mapped[str] = mapped_column(String(200))
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str] = mapped_column(String(200))
    delegation_id: Mapped[UUID | None]
    """The delegation by which it was done; empty when the director did it herself (R14, A2)."""
    wants_print: Mapped[bool] = mapped_column(default=False)
    print_handed_at: Mapped[datetime | None]
    print_handed_by: Mapped[str] = mapped_column(String(200), default="")
    print_received_at: Mapped[datetime | None]
    """When the evaluator signed the receipt of the print."""
    opened_at: Mapped[datetime | None]
    """When the evaluator first studied the written material (R46, R47)."""


class ScoreSheet(Keyed, Owned, Versioned, Base):
    """One evaluator's points for one project."""

    __tablename__ = "score_sheet"
    __table_args__ = (UniqueConstraint("case_id", "evaluator_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    evaluator_id: Mapped[UUID] = mapped_column(index=True)
    evaluator_name: Mapped[str] = mapped_column(String(200))
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    round: Mapped[int] = mapped_column(default=1)
    """The second round is scored by all evaluators together (A15)."""
    closed_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    excluded_at: Mapped[datetime | None]
    """When the director excluded it because of a conflict; it stays and does not count."""
    excluded_by: Mapped[str] = mapped_column(String(200), default="")
    exclusion_reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def counts(self) -> bool:
        """Whether its points count: signed and not excluded."""
        return self.signed_at is not None and self.excluded_at is None

    @property
    def value(self) -> points.ScoreSheet:
        """The sheet as the rules see it."""
        return points.ScoreSheet(
            self.evaluator_id,
            {
                code: points.Score(Decimal(entry["points"]), entry["reason"])
                for code, entry in self.scores.items()
            },
        )


class SpreadDecision(Keyed, Owned, Base):
    """The director's decision about evaluators whose points lie far apart (A15)."""

    __tablename__ = "spread_decision"
    __table_args__ = (UniqueConstraint("case_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    spread: Mapped[str] = mapped_column(String(20))
    """The difference in points as it was then."""
    threshold: Mapped[str] = mapped_column(String(20))
    sheets: Mapped[int]
    """How many score sheets were signed then."""
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(200))


class OnsiteCheck(Keyed, Owned, Base):
    """The ex-ante check of one project."""

    __tablename__ = "onsite_check"
    __table_args__ = (UniqueConstraint("case_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    visited_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(300))
    present: Mapped[list[Any]]
    """Committee members present: id and name."""
    claims: Mapped[list[Any]]
    need: Mapped[str] = mapped_column(Text)
    """What was found about the need of the project (R50)."""
    accord: Mapped[str] = mapped_column(Text)
    """What was found about its accord with the strategic plan (R51)."""
    deduction: Mapped[str] = mapped_column(String(20))
    forbids_recommendation: Mapped[bool]
    closed_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
