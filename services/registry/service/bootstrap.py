"""The first organisation and its first director: the only act without an actor."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.domain.accounts import check_email, check_password, normalise_login
from services.registry.domain.records import AlreadyExists
from services.registry.domain.roles import Role
from services.registry.models import Audit, Creation, Organisation, Person
from services.registry.service.passwords import keep_password
from shared.actors import Actor
from shared.audit import record_act
from shared.errors import DomainError

FIRST = UUID("00000000-0000-4000-8000-000000000001")
"""Key that only the first founding takes."""
NO_FINGERPRINT = "0" * 64
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


class InvalidSlug(DomainError):
    """The part of public addresses has small letters, digits and dashes. Params: ``slug``."""


@dataclass(frozen=True)
class NewOrganisation:
    """What is needed to begin."""

    name: str
    slug: str
    login: str
    director_name: str
    password: str
    email: str
    function: str = "ředitelka"
    ic: str | None = None
    address: str = ""
    data_box_id: str | None = None


class AlreadyFounded(DomainError):
    """There is an organisation already; only the operator's command makes another one."""


def is_founded(session: Session) -> bool:
    """Tell whether there is any organisation."""
    return session.scalar(select(Organisation.id).limit(1)) is not None


def found_first_organisation(session: Session, new: NewOrganisation, now: datetime) -> UUID:
    """Make the very first organisation; of two at the same moment the database lets one through.

    Raises:
        AlreadyFounded, and what `found_organisation` raises.
    """
    if is_founded(session):
        raise AlreadyFounded()
    organisation_id = found_organisation(session, new, now)
    session.add(
        Creation(
            id=FIRST, organisation_id=organisation_id, kind="founding", fingerprint=NO_FINGERPRINT
        )
    )
    return organisation_id


def found_organisation(session: Session, new: NewOrganisation, now: datetime) -> UUID:
    """Make an organisation with its first director and return its id.

    Raises:
        AlreadyExists: the slug or the login is taken.
        InvalidSlug, InvalidLogin, PasswordTooShort, InvalidEmail: a value is unusable.
    """
    login = normalise_login(new.login)
    check_password(new.password, login=login)
    email = check_email(new.email)
    if not SLUG.fullmatch(new.slug):
        raise InvalidSlug(slug=new.slug)
    _refuse_taken(session, new.slug, login)
    organisation = Organisation(
        id=uuid4(),
        name=new.name,
        slug=new.slug,
        ic=new.ic,
        address=new.address,
        email=email,
        data_box_id=new.data_box_id,
        created_at=now,
    )
    director_id = uuid4()
    director = Person(
        id=director_id,
        organisation_id=organisation.id,
        login=login,
        name=new.director_name,
        function=new.function,
        email=email,
        roles=[Role.DIRECTOR.value],
        created_at=now,
    )
    session.add_all([organisation, director])
    session.flush()
    keep_password(session, director, new.password, set_by=director_id)
    actor = Actor(organisation_id=organisation.id, name="bootstrap")
    record_act(
        session,
        Audit,
        actor=actor,
        act="found_organisation",
        subject=("organisation", organisation.id),
        at=now,
    )
    return organisation.id


def _refuse_taken(session: Session, slug: str, login: str) -> None:
    if session.scalar(select(Organisation.id).where(Organisation.slug == slug)):
        raise AlreadyExists(kind="Organisation", mark=slug)
    if session.scalar(select(Person.id).where(Person.login == login)):
        raise AlreadyExists(kind="Person", mark=login)
