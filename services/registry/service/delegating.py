"""What the director has delegated to whom, as other services learn it (A2)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.models import DelegationRow
from shared.actors import Delegation


def living_delegations(
    session: Session, person_ids: Collection[UUID], today: date
) -> dict[UUID, list[Delegation]]:
    """Return the delegations to people that are neither over nor taken back, oldest first."""
    query = select(DelegationRow).where(
        DelegationRow.delegate_id.in_(person_ids),
        DelegationRow.valid_to >= today,
        DelegationRow.revoked_on.is_(None),
    )
    found: dict[UUID, list[Delegation]] = {key: [] for key in person_ids}
    for row in session.scalars(query.order_by(DelegationRow.valid_from, DelegationRow.id)):
        found[row.delegate_id].append(Delegation(row.id, row.act, row.valid_from, row.valid_to))
    return found
