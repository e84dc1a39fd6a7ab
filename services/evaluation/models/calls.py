"""Calls and cases: the facts as registry gave them, and where each case stands."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shared.contracts.codec import from_json
from shared.contracts.registry import ApplicantView, ApplicationView, CallView, FicheView
from shared.db import Keyed, Owned, Versioned
from shared.deadlines import DeadlineRules
from shared.money import Money

from .base import Base

T = TypeVar("T")


def _parsed(row: "Call | Case", kind: type[T]) -> T:
    """Return the facts of the row as a value, parsed once for as long as they are the same."""
    facts, kept = row.facts, row.__dict__.get("_parsed")
    if kept is None or kept[0] is not facts:
        kept = row.__dict__["_parsed"] = (facts, from_json(kind, facts))
    value: T = kept[1]
    return value


class Call(Keyed, Owned, Versioned, Base):
    """A published call; its id is registry's."""

    __tablename__ = "call"

    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    amount: Mapped[Money]
    presentation_at: Mapped[datetime]
    presentation_place: Mapped[str] = mapped_column(String(300))
    facts: Mapped[dict[str, Any]]
    """The call as published (``CallView``)."""
    rules: Mapped[dict[str, Any]]
    """Settings of the organisation as they were at publication."""
    is_closed: Mapped[bool] = mapped_column(default=False)
    committee_version: Mapped[int] = mapped_column(default=0)
    """Counts how often the committee was set; 0 while there is none."""

    @property
    def name(self) -> str:
        """Number and title; many titles begin with the number themselves."""
        number = f"{self.number}. výzva"
        return self.title if self.title.startswith(number) else f"{number} – {self.title}"

    @property
    def view(self) -> CallView:
        """The call as published."""
        return _parsed(self, CallView)

    @property
    def deadlines(self) -> DeadlineRules:
        """The periods that bind this call, as they were at its announcement."""
        return DeadlineRules.from_json(self.facts.get("deadlines") or {})

    def fiche(self, number: str) -> FicheView | None:
        """Return the fiche as the call opened it."""
        return next((fiche for fiche in self.view.fiches if fiche.number == number), None)


class Case(Keyed, Owned, Versioned, Base):
    """A registered application on its way to a decision; its id is the application's."""

    __tablename__ = "project_case"
    __table_args__ = (
        Index(None, "organisation_id", "call_id", "state"),
        Index(None, "organisation_id", "state", "notice_due"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    number: Mapped[str] = mapped_column(String(40))
    fiche: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(200))
    applicant_name: Mapped[str] = mapped_column(String(300))
    applicant_kind: Mapped[str] = mapped_column(String(30))
    requested: Mapped[Money]
    received_order: Mapped[int]
    facts: Mapped[dict[str, Any]]
    """The application as registered (``ApplicationView``)."""
    registrar_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(String(30))
    state_since: Mapped[datetime]
    control_round: Mapped[int] = mapped_column(default=1)
    assignment_version: Mapped[int] = mapped_column(default=0)
    """Counts how often evaluators were assigned; 0 while there are none."""
    control_ended_at: Mapped[datetime | None]
    notice_due: Mapped[date | None]
    notice_deadline: Mapped[dict[str, Any] | None]
    """The deadline with its explanation, as counted when the control ended."""
    points: Mapped[float | None]
    """Combined points, only for the order of lists; the exact ones are counted from the sheets."""

    call: Mapped[Call] = relationship()

    @property
    def view(self) -> ApplicationView:
        """The application as registered."""
        return _parsed(self, ApplicationView)

    @property
    def applicant(self) -> ApplicantView:
        """The applicant as stated in the application; much cheaper than the whole view."""
        return from_json(ApplicantView, self.facts["applicant"])
