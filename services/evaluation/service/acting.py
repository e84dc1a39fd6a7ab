"""Who acts, and when: handed to every use case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from shared.actors import Actor
from shared.clock import Clock
from shared.contracts.documents import Signer
from shared.contracts.registry import PersonView

from .errors import MissingRole, NotEntitled, UnknownPerson


@dataclass(frozen=True)
class Acting:
    """The acting person at a moment of the process clock."""

    actor: Actor
    now: datetime
    today: date
    delegation_id: UUID | None = None
    """The delegation by which the person acts; ``None`` when he acts by his own role."""

    @classmethod
    def of(cls, actor: Actor, clock: Clock) -> "Acting":
        """Take the present moment."""
        return cls(actor, clock.now(), clock.today())

    @property
    def organisation_id(self) -> UUID:
        """Organisation that scopes every query."""
        return self.actor.organisation_id

    @property
    def person_id(self) -> UUID:
        """The acting person.

        Raises:
            UnknownPerson: A service acts on its own.
        """
        if self.actor.person_id is None:
            raise UnknownPerson(person_id="")
        return self.actor.person_id

    def may(self, act: str) -> bool:
        """Tell whether the person is the director, or stands in for her in this act today."""
        return self.actor.has_role("director") or self.actor.is_delegated(act, self.today)

    def entitled(self, act: str, people: "People") -> "Acting":
        """Return the acting person with the ground on which he does an act of the director's.

        The delegations are those that registry knows now: a token may be some minutes old.

        Raises:
            NotEntitled: Neither role nor delegation gives the right today (R14, A2).
        """
        if self.actor.has_role("director"):
            return self
        person = people.get(self.person_id)
        for delegation in person.delegations if person else ():
            if delegation.covers(act, self.today):
                return replace(self, delegation_id=delegation.id)
        raise NotEntitled(act=act)


People = Mapping[UUID, PersonView]
"""People of the organisation, as registry knows them now."""


def choose(people: People, ids: Iterable[UUID], role: str) -> list[PersonView]:
    """Return the named people, each of whom must have the role.

    Raises:
        UnknownPerson: Somebody is not of this organisation.
        MissingRole: Somebody does not have the role.
    """
    chosen = []
    for key in ids:
        person = people.get(key)
        if person is None:
            raise UnknownPerson(person_id=key)
        if role not in person.roles:
            raise MissingRole(name=person.name, role=role)
        chosen.append(person)
    return chosen


def signer(person: PersonView) -> Signer:
    """Return the person as a signer."""
    return Signer(person.id, person.name, person.function)
