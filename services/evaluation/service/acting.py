"""Who acts, and when: handed to every use case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.actors import Actor
from shared.clock import Clock
from shared.contracts.documents import Signer
from shared.contracts.registry import PersonView

from .errors import MissingRole, UnknownPerson


@dataclass(frozen=True)
class Acting:
    """The acting person at a moment of the process clock."""

    actor: Actor
    now: datetime
    today: date

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
