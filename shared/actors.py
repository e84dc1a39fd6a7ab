"""Who acts: the person (or service) behind a request, as registry vouches for it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

ROLES = (
    "director",
    "assistant",
    "registrar",
    "controller",
    "evaluator",
    "committee",
    "programme_committee",
    "assembly",
    "auditor",
    "operator",
)


@dataclass(frozen=True)
class Delegation:
    """The director lets a person do one act in her place, from a day to a day (A2)."""

    id: UUID
    act: str
    valid_from: date
    """First day (Prague calendar day, included)."""
    valid_to: date
    """Last day (included)."""

    def covers(self, act: str, day: date) -> bool:
        """Tell whether the person may do the act on this day."""
        return self.act == act and self.valid_from <= day <= self.valid_to


@dataclass(frozen=True)
class Actor:
    """A signed-in person, or a service that acts for one."""

    organisation_id: UUID
    """Organisation (MAS) in whose name the actor acts; every query is scoped by it."""
    name: str
    """Name as it is printed in records."""
    person_id: UUID | None = None
    """``None`` only for a service that acts on its own (a worker)."""
    roles: frozenset[str] = field(default_factory=frozenset)
    delegations: tuple[Delegation, ...] = ()
    """Delegations to the person that were not revoked when the token was made."""
    organisation_name: str = ""
    session_id: UUID | None = None
    """The server-side session that registry can end."""
    password_at: datetime | None = None
    """When the person last typed the password (aware UTC, real time); renewing keeps it."""
    service: str | None = None
    """Name of the calling service; ``None`` when the person calls directly."""
    token: str = ""
    """The person's own token as received; passed on to the services called."""

    def has_role(self, *roles: str) -> bool:
        """Tell whether the actor has at least one of *roles*."""
        return not self.roles.isdisjoint(roles)

    def is_delegated(self, act: str, day: date) -> bool:
        """Tell whether the person may do the director's act on this day."""
        return any(one.covers(act, day) for one in self.delegations)


FEED_READER = Actor(organisation_id=UUID(int=0), name="Výzva")
"""A worker that reads another service's feed, for all organisations of the installation."""
