"""Signing in and out: sessions live on the server and end there. All instants are real time."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.registry.domain.accounts import (
    FAILURE_WINDOW,
    MAX_FAILURES,
    SessionOver,
    WrongCredentials,
    check_attempts,
    check_session,
)
from services.registry.models import Organisation, Person, SignInAttempt, SignInSession
from services.registry.service.delegating import living_delegations
from services.registry.service.passwords import NOBODY, is_password
from shared.actors import Actor

LONGEST_DEVICE = 200
MOST_FROM_ADDRESS = 50
"""Failures from one address: a whole office may sit behind it, a guessing machine soon stops."""


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


def candidate(session: Session, login: str, now: datetime, address: str = "") -> Candidate:
    """Return who may be signing in under this name, from this network address.

    Raises:
        TooManyAttempts: too many attempts under this name, or from this address under whatever
            names, have failed lately.
    """
    name = login.strip().lower()
    check_failures(session, name, now)
    if address:
        check_failures(session, _of_address(address), now, most=MOST_FROM_ADDRESS)
    person = session.scalar(select(Person).where(Person.login == name, Person.is_active))
    if person is None:
        return Candidate(name, NOBODY, None)
    return Candidate(name, person.password_hash, person.id)


def check_failures(session: Session, name: str, now: datetime, most: int = MAX_FAILURES) -> None:
    """Refuse another attempt under a name that failed too often lately.

    Raises:
        TooManyAttempts.
    """
    query = select(SignInAttempt.at).where(SignInAttempt.login_hash == _hash(name))
    check_attempts(list(session.scalars(query)), now=now, most=most)


def note_failure(session: Session, login: str, now: datetime, address: str = "") -> None:
    """Remember a failed attempt for as long as it counts, by its name and its address."""
    _forget_old_failures(session, now)
    names = [login.strip().lower(), *([_of_address(address)] if address else [])]
    session.add_all(SignInAttempt(id=uuid4(), login_hash=_hash(name), at=now) for name in names)


def open_session(
    session: Session, found: Candidate, now: datetime, *, today: date, device: str = ""
) -> Opened:
    """Open a session for a verified person; delegations count by the process clock's *today*.

    Raises:
        WrongCredentials: the person is gone or may not sign in any more.
    """
    person = session.get(Person, found.person_id) if found.person_id else None
    if person is None or not person.is_active:
        raise WrongCredentials()
    # Failures of the address stay: whoever knows one password may still be guessing others.
    _forget_old_failures(session, now)
    session.execute(delete(SignInAttempt).where(SignInAttempt.login_hash == _hash(found.login)))
    secret = secrets.token_urlsafe(32)
    row = SignInSession(
        id=uuid4(),
        organisation_id=person.organisation_id,
        person_id=person.id,
        secret_hash=_hash(secret),
        started_at=now,
        seen_at=now,
        device=device[:LONGEST_DEVICE],
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


def end_session(session: Session, secret: str, now: datetime) -> None:
    """End one session; an unknown one is no error, the person wanted out."""
    mine = update(SignInSession).where(SignInSession.secret_hash == _hash(secret))
    session.execute(mine.where(SignInSession.ended_at.is_(None)).values(ended_at=now))


def end_session_by_id(session: Session, session_id: UUID, now: datetime) -> None:
    """End the session from which a token came."""
    mine = update(SignInSession).where(SignInSession.id == session_id)
    session.execute(mine.where(SignInSession.ended_at.is_(None)).values(ended_at=now))


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


def _forget_old_failures(session: Session, now: datetime) -> None:
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - FAILURE_WINDOW))


def _of_address(address: str) -> str:
    """Return the name under which an address fails; no sign-in name has a blank in it."""
    return f"address {address}"


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
