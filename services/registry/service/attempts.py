"""Attempts at passwords: counted before they are verified, so that parallel guesses count too.

Strangers must not lock a person out: an address from which the person has signed in lately is
judged by its own failures only. Every other address shares one count under the name, and has one
of its own for all names together. All instants are real time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from services.registry.domain.accounts import FAILURE_WINDOW, MAX_FAILURES, check_attempts
from services.registry.models import SignInAttempt, SignInSession

MOST_FROM_ADDRESS = 20
"""Failures from a strange address: a new office may sit behind it, a guessing machine stops."""
KNOWN_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Attempt:
    """One attempt, counted as a failure until it turns out to be none."""

    id: UUID
    login_hash: str
    address_mark: str
    """Keyed hash of the network address; empty where there is none."""
    at: datetime


def reserve(session: Session, name: str, address_mark: str, at: datetime) -> Attempt:
    """Count an attempt under a name; commit it before it is judged."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < at - FAILURE_WINDOW))
    row = Attempt(uuid4(), _hash(name.strip().lower()), address_mark, at)
    session.add(SignInAttempt(**row.__dict__))
    return row


def check(session: Session, attempt: Attempt, person_id: UUID | None) -> None:
    """Refuse an attempt while those before it make it wait.

    Of attempts at one moment each sees the others, so no more get through than may fail.

    Raises:
        TooManyAttempts.
    """
    before = select(SignInAttempt.at).where(SignInAttempt.id != attempt.id)
    by_name = before.where(SignInAttempt.login_hash == attempt.login_hash)
    from_here = SignInAttempt.address_mark == attempt.address_mark
    if person_id is not None and _is_known(session, person_id, attempt):
        _check(session, by_name.where(from_here), attempt)
        return
    if person_id is not None:
        known = select(SignInSession.address_mark).where(SignInSession.person_id == person_id)
        by_name = by_name.where(SignInAttempt.address_mark.not_in(known))
    _check(session, by_name, attempt)
    if attempt.address_mark:
        _check(session, before.where(from_here), attempt, most=MOST_FROM_ADDRESS)


def withdraw(session: Session, attempt: Attempt) -> None:
    """Forget an attempt that was refused unverified: waiting longer must not be made of it."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt.id))


def forgive(session: Session, attempt: Attempt) -> None:
    """Forget the person's failures from this address, for the attempt was good.

    Failures under other names stay: whoever knows one password may still be guessing others.
    """
    session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.login_hash == attempt.login_hash,
            SignInAttempt.address_mark == attempt.address_mark,
        )
    )


def _check(
    session: Session, query: Select[datetime], attempt: Attempt, most: int = MAX_FAILURES
) -> None:
    check_attempts(list(session.scalars(query)), now=attempt.at, most=most)


def _is_known(session: Session, person_id: UUID, attempt: Attempt) -> bool:
    """Tell whether the person has signed in from this address lately."""
    if not attempt.address_mark:
        return False
    theirs = exists().where(
        SignInSession.person_id == person_id,
        SignInSession.address_mark == attempt.address_mark,
        SignInSession.started_at > attempt.at - KNOWN_FOR,
    )
    return bool(session.scalar(select(theirs)))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
