"""Acting for the director: delegations from day to day, revocable, per act. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.registry.domain.roles import DELEGABLE_ACTS, Act, Role, holds_role_for
from shared.errors import DomainError


class NotEntitled(DomainError):
    """The person has neither the role nor a delegation for the act.

    Params: ``act`` and ``roles`` (codes of the roles that may do it).
    """


class ActNotDelegable(DomainError):
    """The act cannot be delegated. Params: ``act``."""


class DelegationEndsBeforeItStarts(DomainError):
    """Params: ``valid_from``, ``valid_to``."""


class DelegationInThePast(DomainError):
    """A delegation cannot begin before the day on which it is given.

    Params: ``valid_from``, ``today``.
    """


class DelegationToOneself(DomainError):
    """The delegate is the person who delegates."""


class DelegationAlreadyRevoked(DomainError):
    """Params: ``revoked_on``."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """The director lets one person do one act in a period."""

    id: UUID
    act: Act
    delegate_id: UUID
    valid_from: date
    """First day (Prague calendar day, included)."""
    valid_to: date
    """Last day (included)."""
    revoked_on: date | None = None
    """Day of revocation; from this day on the delegation gives no right."""

    def is_in_force(self, on: date) -> bool:
        """Tell whether the delegation gives the right on this day."""
        if self.revoked_on is not None and on >= self.revoked_on:
            return False
        return self.valid_from <= on <= self.valid_to


@dataclass(frozen=True, slots=True)
class Authority:
    """On what ground a person acts; written into the record of the act."""

    act: Act
    delegation_id: UUID | None = None
    """The delegation used; ``None`` when the person acts by his own role."""


@dataclass(frozen=True, slots=True)
class Entitlements:
    """What a person may do: roles and delegations, as they were read once."""

    person_id: UUID
    roles: Collection[Role]
    delegations: Collection[Delegation]

    def authority(self, act: Act, on: date) -> Authority:
        """Return the ground on which the person may do the act on this day.

        Raises:
            NotEntitled: neither role nor delegation gives the right.

        Source:
            R1 (the director announces), R14 (the director or a person authorised by her
            registers), A2 (a separate, revocable delegation for each act).
        """
        found = self._find(act, on)
        if found is None:
            raise NotEntitled(act=act.value, roles=_roles_named(act))
        return found

    def cover(self, act: Act, on: date) -> bool:
        """Tell whether the person may do the act on this day."""
        return self._find(act, on) is not None

    def _find(self, act: Act, on: date) -> Authority | None:
        if holds_role_for(act, self.roles):
            return Authority(act)
        for delegation in sorted(self.delegations, key=lambda one: (one.valid_from, one.id)):
            if _covers(delegation, act, self.person_id, on=on):
                return Authority(act, delegation.id)
        return None


def check_new_delegation(
    act: Act,
    *,
    delegator_id: UUID,
    delegate_id: UUID,
    valid_from: date,
    valid_to: date,
    today: date,
) -> None:
    """Refuse a delegation that makes no sense or reaches into the past.

    Raises:
        ActNotDelegable, DelegationToOneself, DelegationEndsBeforeItStarts,
        DelegationInThePast.

    Source:
        R14, A2. A delegation given backwards would cover acts already done without a right.
    """
    if act not in DELEGABLE_ACTS:
        raise ActNotDelegable(act=act.value)
    if delegate_id == delegator_id:
        raise DelegationToOneself()
    if valid_to < valid_from:
        raise DelegationEndsBeforeItStarts(valid_from=valid_from, valid_to=valid_to)
    if valid_from < today:
        raise DelegationInThePast(valid_from=valid_from, today=today)


def check_revocation(delegation: Delegation) -> None:
    """Refuse to revoke twice: the first day of revocation is the one that counts.

    Raises:
        DelegationAlreadyRevoked: it was revoked before.

    Source:
        R14, A2.
    """
    if delegation.revoked_on is not None:
        raise DelegationAlreadyRevoked(revoked_on=delegation.revoked_on)


def _covers(delegation: Delegation, act: Act, person_id: UUID, *, on: date) -> bool:
    same = delegation.act is act and delegation.delegate_id == person_id
    return same and delegation.is_in_force(on)


def _roles_named(act: Act) -> tuple[str, ...]:
    return tuple(role.value for role in Role if holds_role_for(act, (role,)))
