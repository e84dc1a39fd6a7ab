"""Signing in and out: sessions live on the server and end there. All instants are real time."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.registry.domain.accounts import (
    SessionOver,
    WrongCredentials,
    check_session,
)
from services.registry.models import Audit, Organisation, Person, SignInSession
from services.registry.service.delegating import living_delegations
from services.registry.service.passwords import NOBODY, is_password, password_of
from shared.actors import Actor
from shared.audit import record_act

LONGEST_DEVICE = 200


@dataclass(frozen=True)
class Candidate:
    """Who may be signing in: read first, verified outside the transaction."""

    login: str
    password_hash: str
    person_id: UUID | None

    def verify(self, password: str) -> bool:
        """Tell whether the password is this person's; slow on purpose."""
        return is_password(password, self.password_hash) and self.person_id is not None


@dataclass(frozen=True)
class Opened:
    """A session just opened; the secret goes into the cookie and nowhere else."""

    secret: str
    actor: Actor


def candidate(session: Session, login: str) -> Candidate:
    """Return who may be signing in under this name."""
    name = login.strip().lower()
    person_id = session.scalar(select(Person.id).where(Person.login == name, Person.is_active))
    password = password_of(session, person_id) if person_id else None
    if password is None:
        return Candidate(name, NOBODY, None)
    return Candidate(name, password.secret, person_id)


def open_session(
    session: Session,
    found: Candidate,
    now: datetime,
    *,
    today: date,
    device: str = "",
    address_mark: str = "",
) -> Opened:
    """Open a session for a verified person; delegations count by the process clock's *today*.

    Raises:
        WrongCredentials: the person is gone or may not sign in any more.
    """
    person = session.get(Person, found.person_id) if found.person_id else None
    if person is None or not person.is_active:
        raise WrongCredentials()
    secret = secrets.token_urlsafe(32)
    row = SignInSession(
        id=uuid4(),
        organisation_id=person.organisation_id,
        person_id=person.id,
        secret_hash=_hash(secret),
        started_at=now,
        seen_at=now,
        device=device[:LONGEST_DEVICE],
        address_mark=address_mark,
    )
    session.add(row)
    return Opened(secret, _actor(session, person, row, today))


def renew(session: Session, secret: str, now: datetime, *, today: date) -> Actor:
    """Return the person of a living session, with his present roles and delegations.

    Raises:
        SessionOver: the session has ended, or there never was one.
    """
    row = session.scalar(select(SignInSession).where(SignInSession.secret_hash == _hash(secret)))
    if row is None:
        raise SessionOver()
    check_session(started_at=row.started_at, seen_at=row.seen_at, ended_at=row.ended_at, now=now)
    person = session.get(Person, row.person_id)
    if person is None or not person.is_active:
        raise SessionOver()
    row.seen_at = now
    return _actor(session, person, row, today)


def is_alive(session: Session, actor: Actor) -> bool:
    """Tell whether the person is active and the session of his token has not ended."""
    living = select(Person.id).where(Person.is_active)
    if actor.session_id is None:
        living = living.where(Person.id == actor.person_id)
    else:
        living = living.join(SignInSession, SignInSession.person_id == Person.id).where(
            SignInSession.id == actor.session_id, SignInSession.ended_at.is_(None)
        )
    return session.scalar(living) is not None


def end_session(session: Session, secret: str, now: datetime, at: datetime) -> None:
    """End one session; an unknown one is no error, the person wanted out."""
    row = session.scalar(select(SignInSession).where(SignInSession.secret_hash == _hash(secret)))
    if row is None or row.ended_at is not None:
        return
    row.ended_at = now
    person = session.get_one(Person, row.person_id)
    actor = Actor(organisation_id=person.organisation_id, name=person.name, person_id=person.id)
    note(session, actor, "sign_out", at)


def end_session_by_id(session: Session, actor: Actor, now: datetime, at: datetime) -> None:
    """End the session from which a token came."""
    mine = update(SignInSession).where(SignInSession.id == actor.session_id)
    session.execute(mine.where(SignInSession.ended_at.is_(None)).values(ended_at=now))
    note(session, actor, "sign_out", at)


def sign_out_everywhere(session: Session, actor: Actor, now: datetime, at: datetime) -> None:
    """End all sessions of the acting person."""
    if actor.person_id is not None:
        end_every_session(session, actor.person_id, now)
        note(session, actor, "sign_out_everywhere", at)


def note(
    session: Session,
    actor: Actor,
    act: str,
    at: datetime,
    *,
    subject: UUID | None = None,
    network: str = "",
) -> None:
    """Leave the audit entry of signing in or out; no password and no full address.

    Args:
        at: instant of the act on the process clock.
    """
    person_id = subject or actor.person_id or UUID(int=0)
    details = {"network": network} if network else {}
    record_act(
        session, Audit, actor=actor, act=act, subject=("person", person_id), at=at, details=details
    )


def end_every_session(session: Session, person_id: UUID, now: datetime) -> None:
    """End all sessions of a person: signed out everywhere, roles changed, or account closed."""
    theirs = update(SignInSession).where(SignInSession.person_id == person_id)
    session.execute(theirs.where(SignInSession.ended_at.is_(None)).values(ended_at=now))


def _actor(session: Session, person: Person, opened: SignInSession, today: date) -> Actor:
    organisation = session.get_one(Organisation, person.organisation_id)
    return Actor(
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        name=person.name,
        person_id=person.id,
        roles=frozenset(person.roles),
        delegations=tuple(living_delegations(session, [person.id], today)[person.id]),
        session_id=opened.id,
        password_at=opened.started_at,
    )


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
