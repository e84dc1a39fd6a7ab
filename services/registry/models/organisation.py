"""What an organisation states about itself: its strategic plan, its settings."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models.base import Base
from shared.db import Keyed, Owned, Versioned
from shared.money import Money


class StrategyPlan(Keyed, Owned, Base):
    """What the strategic plan (SPL) states as a whole."""

    __tablename__ = "strategy_plan"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    total: Mapped[Money | None]
    """Whole amount of the plan; ``None`` while it is not stated."""


class StrategyShare(Keyed, Owned, Base):
    """Planned share of one fiche in the strategic plan (SPL)."""

    __tablename__ = "strategy_share"
    __table_args__ = (UniqueConstraint("organisation_id", "fiche"),)

    fiche: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    percent: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    position: Mapped[int]


class DrawdownReport(Keyed, Owned, Base):
    """The drawdown as it stood at one moment, on a record that the director signs."""

    __tablename__ = "drawdown_report"

    facts: Mapped[dict[str, Any]]
    document_id: Mapped[UUID]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(120))


class OrganisationSettings(Keyed, Owned, Versioned, Base):
    """Settings that the director may change; without a row the defaults are in force."""

    __tablename__ = "organisation_settings"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    usual_calls: Mapped[int]
    """How many calls a year are usual (D6)."""
    deadlines: Mapped[dict[str, Any]]
    """Periods of the process (``DeadlineRules``)."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(120))
