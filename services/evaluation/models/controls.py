"""Control lists, controls, the director's decisions, deficiency calls."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.evaluation.domain.controls import (
    Conclusion,
    ControlItem,
    Finding,
    ItemKind,
    Verdict,
)
from shared.db import Keyed, Owned, Versioned

from .base import Base


class ControlTemplate(Keyed, Owned, Versioned, Base):
    """The control list of one fiche of one call."""

    __tablename__ = "control_template"
    __table_args__ = (UniqueConstraint("call_id", "fiche"),)

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    fiche: Mapped[str] = mapped_column(String(20))
    items: Mapped[list[Any]]
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(String(200))
    prepared_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]

    @property
    def control_items(self) -> list[ControlItem]:
        """The lines of the list."""
        return [
            ControlItem(
                code=item["code"],
                kind=ItemKind(item["kind"]),
                text=item["text"],
                is_repairable=item["is_repairable"],
                attachment_code=item["attachment_code"],
            )
            for item in self.items
        ]


class Control(Keyed, Owned, Versioned, Base):
    """One controller's control of one application in one round."""

    __tablename__ = "control"
    __table_args__ = (
        Index(
            None,
            "case_id",
            "controller_id",
            "round",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"), index=True)
    controller_id: Mapped[UUID] = mapped_column(index=True)
    controller_name: Mapped[str] = mapped_column(String(200))
    controller_function: Mapped[str] = mapped_column(String(200))
    round: Mapped[int]
    appointed_at: Mapped[datetime]
    appointed_by: Mapped[str] = mapped_column(String(200))
    delegation_id: Mapped[UUID | None]
    """The delegation by which it was done; empty when the director did it herself (R14, A2)."""
    released_at: Mapped[datetime | None]
    """When somebody else was appointed instead; the row stays for the documents that name it."""
    is_registrar: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_acceptable: Mapped[bool | None]
    has_unrepairable_defect: Mapped[bool] = mapped_column(default=False)
    concluded_at: Mapped[datetime | None]
    list_record_id: Mapped[UUID | None]
    entry_record_id: Mapped[UUID | None]
    """The documents of the present conclusion: only their signatures count."""
    list_signed_at: Mapped[datetime | None]
    entry_signed_at: Mapped[datetime | None]

    @property
    def signed_at(self) -> datetime | None:
        """When both the list and the folder record carried the signature."""
        if self.list_signed_at is None or self.entry_signed_at is None:
            return None
        return max(self.list_signed_at, self.entry_signed_at)

    @property
    def finding_values(self) -> dict[str, Finding]:
        """The findings by item."""
        return {
            code: Finding(Verdict(value["verdict"]), value["note"])
            for code, value in self.findings.items()
        }

    @property
    def conclusion(self) -> Conclusion | None:
        """The conclusion, once there is one."""
        if self.is_acceptable is None:
            return None
        return Conclusion(
            self.controller_id, self.is_acceptable, self.has_unrepairable_defect, self.signed_at
        )


class ControlDecision(Keyed, Owned, Base):
    """The director's decision about controllers who disagree."""

    __tablename__ = "control_decision"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    round: Mapped[int]
    is_acceptable: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(200))


class DeficiencyCall(Keyed, Owned, Base):
    """A call on the applicant to remove deficiencies until a fixed date."""

    __tablename__ = "deficiency_call"
    __table_args__ = (UniqueConstraint("case_id", "round"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("project_case.id"))
    round: Mapped[int]
    deficiencies: Mapped[list[str]]
    fixed_date: Mapped[date]
    deadline: Mapped[dict[str, Any]]
    """The earliest safe date with its explanation."""
    record_id: Mapped[UUID]
    made_at: Mapped[datetime]
    delivered_on: Mapped[date | None]
    is_long_enough: Mapped[bool | None]
    """Whether the real delivery left the applicant the seven days."""
    repaired_on: Mapped[date | None]
    repair_note: Mapped[str] = mapped_column(Text, default="")
