"""How api and web open a use case: transaction, acting person, clock, people of registry."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from flask import current_app, g
from sqlalchemy.orm import Session

from services.evaluation.clients import Clients
from services.evaluation.models import db
from services.evaluation.sending import place_batch_now, put_now
from services.evaluation.service.acting import Acting, People, signer
from services.evaluation.service.errors import MissingRole, UnknownPerson
from shared.auth import current_actor
from shared.clock import Clock
from shared.contracts.documents import Signer
from shared.db import transaction

READERS = (
    "director",
    "assistant",
    "registrar",
    "controller",
    "evaluator",
    "committee",
    "programme_committee",
    "assembly",
    "auditor",
)
"""Roles that may look at calls and cases."""


@contextmanager
def working() -> Iterator[tuple[Session, Acting]]:
    """Open a use case that writes: everything in it is committed, or nothing."""
    with transaction(db.session()) as session:
        yield session, acting()


def looking() -> tuple[Session, Acting]:
    """Return what a page needs to read."""
    return db.session(), acting()


def acting() -> Acting:
    """Return who acts now."""
    return Acting.of(current_actor(), clock())


def clock() -> Clock:
    """Return the process clock."""
    return cast("Clock", current_app.extensions["vyzva-clock"])


def clients() -> Clients:
    """Return the clients of other services."""
    return cast("Clients", current_app.extensions["vyzva-clients"])


def people() -> People:
    """Return the people of the organisation; asked once per request."""
    if "people" not in g:
        found = clients().registry.list_people(actor=current_actor())
        g.people = {person.id: person for person in found}
    return cast("People", g.people)


def signing_director() -> Signer:
    """Return the director who signs letters: the acting one, or the first by name.

    Raises:
        MissingRole: The organisation has no director.
    """
    directors = [person for person in people().values() if "director" in person.roles]
    own = [person for person in directors if person.id == current_actor().person_id]
    for person in (*own, *directors):
        return signer(person)
    raise MissingRole(name="", role="director")


def own_signer() -> Signer:
    """Return the acting person as a signer.

    Raises:
        UnknownPerson: registry does not know the person any more.
    """
    person = people().get(acting().person_id)
    if person is None:
        raise UnknownPerson(person_id=acting().person_id)
    return signer(person)


def make_documents(record_ids: Sequence[UUID]) -> bool:
    """Have documents made right after the commit; tell whether all are made."""
    return put_now(db.session(), clients().documents, record_ids)


def place_batch(batch_id: UUID) -> bool:
    """Give documents a batch of letters right after the commit; tell whether it has all of it."""
    return place_batch_now(db.session(), clients().documents, batch_id)
