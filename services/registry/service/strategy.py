"""The strategic plan's shares and the versions of the regulation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from services.registry.domain.records import AlreadyExists
from services.registry.domain.roles import Act
from services.registry.domain.strategy import PlannedShare, check_shares, check_total
from services.registry.models import RegulationVersion, StrategyPlan, StrategyShare
from services.registry.service.loading import own
from services.registry.service.work import Work
from shared.money import Money


def set_shares(
    work: Work, shares: Collection[PlannedShare], total: Money | None = None
) -> list[StrategyShare]:
    """Replace the planned shares of fiches and the whole amount of the plan (R64).

    Raises:
        NotEntitled, RepeatedCode, ShareOutOfRange, SharesNotWhole, PlanNotPositive.
    """
    work.entitled(Act.MANAGE_STRATEGY)
    check_shares(shares)
    _write_total(work, check_total(total))
    mine = delete(StrategyShare).where(StrategyShare.organisation_id == work.organisation_id)
    work.session.execute(mine)
    rows = [
        StrategyShare(
            id=uuid4(),
            organisation_id=work.organisation_id,
            fiche=share.fiche,
            name=share.name,
            percent=share.percent,
            position=position,
        )
        for position, share in enumerate(shares)
    ]
    work.session.add_all(rows)
    work.audit(
        "set_shares",
        ("organisation", work.organisation_id),
        shares={share.fiche: share.percent for share in shares},
        total=total,
    )
    return rows


def plan_total(work: Work) -> Money | None:
    """Return the whole amount of the plan, ``None`` while it is not stated."""
    plan = _plan(work)
    return plan.total if plan else None


def _plan(work: Work) -> StrategyPlan | None:
    mine = StrategyPlan.organisation_id == work.organisation_id
    return work.session.scalar(select(StrategyPlan).where(mine))


def _write_total(work: Work, total: Money | None) -> None:
    plan = _plan(work) or StrategyPlan(id=uuid4(), organisation_id=work.organisation_id)
    plan.total = total
    work.session.add(plan)


def shares(work: Work) -> list[StrategyShare]:
    """Return the planned shares in the order of the plan."""
    query = select(StrategyShare).where(StrategyShare.organisation_id == work.organisation_id)
    return list(work.session.scalars(query.order_by(StrategyShare.position)))


@dataclass(frozen=True)
class RegulationFacts:
    """A version of the regulation on transparency (R54)."""

    title: str
    label: str
    valid_from: date
    text: str


def add_regulation(work: Work, regulation_id: UUID, facts: RegulationFacts) -> RegulationVersion:
    """Add a version of the regulation; versions never change.

    Raises:
        NotEntitled, AlreadyExists (label), IdReused.
    """
    work.entitled(Act.MANAGE_STRATEGY)
    if not work.creates(regulation_id, "regulation", facts):
        return own(work, RegulationVersion, regulation_id)
    if any(version.label == facts.label for version in regulations(work)):
        raise AlreadyExists(kind="RegulationVersion", mark=facts.label)
    row = RegulationVersion(
        id=regulation_id,
        organisation_id=work.organisation_id,
        title=facts.title,
        label=facts.label,
        valid_from=facts.valid_from,
        text=facts.text,
        sha256=sha256(facts.text.encode()).hexdigest(),
        created_at=work.now,
    )
    work.session.add(row)
    work.audit("add_regulation", ("regulation", row.id), label=row.label, sha256=row.sha256)
    return row


def regulations(work: Work) -> list[RegulationVersion]:
    """Return every version, the newest first."""
    query = select(RegulationVersion).where(
        RegulationVersion.organisation_id == work.organisation_id
    )
    order = (RegulationVersion.valid_from.desc(), RegulationVersion.label.desc())
    return list(work.session.scalars(query.order_by(*order)))
