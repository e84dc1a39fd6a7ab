"""Passwords, hashed with Argon2id: one kind of credential, at most one for a person."""

from uuid import UUID, uuid4

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.models import Credential, Person
from shared.clock import SystemClock

KIND = "password"
# 19 MiB and two passes: the least that OWASP recommends, fit for a small shared machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
NOBODY = _HASHER.hash("nobody has this password")
"""Verified when the account does not exist, so that both answers take the same time."""


def keep_password(session: Session, person: Person, password: str, *, set_by: UUID) -> None:
    """Give a person this password in the place of any other."""
    row = password_of(session, person.id)
    if row is None:
        row = Credential(
            id=uuid4(),
            organisation_id=person.organisation_id,
            person_id=person.id,
            kind=KIND,
        )
        session.add(row)
    row.secret, row.set_by = _HASHER.hash(password), set_by
    row.set_at = SystemClock().now()


def remove_password(session: Session, person: Person) -> None:
    """Leave the person without a password: nobody signs in with one any more."""
    row = password_of(session, person.id)
    if row is not None:
        session.delete(row)


def password_of(session: Session, person_id: UUID) -> Credential | None:
    """Return the person's password as it is stored."""
    query = select(Credential).where(Credential.person_id == person_id, Credential.kind == KIND)
    return session.scalar(query)


def is_password(password: str, password_hash: str) -> bool:
    """Tell whether the password belongs to the hash."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
