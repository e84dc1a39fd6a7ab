"""People's signing keys: the first one, a later one, and who lets a later one sign."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from services.documents.domain.records import RecordUnknown
from services.documents.domain.secrets import (
    MOST_FAILURES,
    KeyLocked,
    WrongSecret,
    check_lock,
    check_secret,
    check_wait,
    lock_after,
)
from services.documents.domain.ways import SERVICE
from services.documents.models import BoundCertificate, SigningKey
from services.documents.service.letterheads import letterhead_of
from services.documents.service.loading import current_key
from services.documents.service.work import Work
from services.documents.signing.port import PersonKey
from shared.auth import typed_password_lately
from shared.clock import SystemClock
from shared.errors import DomainError


class NoSigningKey(DomainError):
    """The person has not made a signing key yet."""


class KeyExists(DomainError):
    """The person has a signing key already."""


class PasswordNotTyped(DomainError):
    """A session alone must not change who signs: the password was typed too long ago."""


def check_password_typed(work: Work) -> None:
    """Refuse an act for which a living session is not enough.

    Raises:
        PasswordNotTyped: the password was not typed in the last minutes.
    """
    if not typed_password_lately(work.actor):
        raise PasswordNotTyped()


def store_key(
    work: Work,
    key: PersonKey,
    wait: timedelta,
    *,
    way: str = SERVICE,
    chain: Sequence[bytes] = (),
) -> SigningKey:
    """Keep a person's new key; one made after another signs only after *wait*.

    Raises:
        KeyExists: there is one already.
    """
    if current_key(work) is not None:
        raise KeyExists()
    former = _former_key(work)
    row = SigningKey(
        organisation_id=work.organisation_id,
        person_id=work.actor.person_id,
        name=work.actor.name,
        certificate=key.certificate,
        locked=key.locked,
        way=way,
        chain=[der.hex() for der in chain],
        created_at=work.now,
        is_directors=work.actor.has_role("director"),
        # Wrong guesses do not vanish with the key at which they were made.
        failures=former.failures if former else 0,
        locked_until=former.locked_until if former else None,
        usable_from=SystemClock().now() + wait if former and wait else None,
    )
    work.session.add(row)
    # A person's token tells the organisation's name; documents asked for by workers lack it.
    letterhead_of(work)
    work.session.flush()
    work.audit("make_signing_key", ("signing_key", row.id), usable_from=row.usable_from)
    work.tell("signing_key.made", row.id, _facts(row))
    return row


def check_new_key(work: Work, secret: str) -> None:
    """Refuse to make a key with a weak secret, or a second one.

    Raises:
        PasswordNotTyped: a session alone is not enough.
        SecretTooShort, SecretTooLong, SecretTooSimple: what is wrong with the secret.
        KeyExists: there is a key already.
    """
    check_password_typed(work)
    check_secret(secret, work.actor.name)
    if current_key(work) is not None:
        raise KeyExists()


def retire_key(work: Work) -> None:
    """Put the actor's key away, so that a new one can be made; old signatures stay valid.

    Raises:
        PasswordNotTyped: a session alone is not enough.
        NoSigningKey: there is none.
    """
    check_password_typed(work)
    row = own_key(work)
    row.replaced_at = work.now
    end_certificate_of(work, row)
    work.session.flush()
    work.audit("retire_signing_key", ("signing_key", row.id))
    work.tell("signing_key.retired", row.id, _facts(row))


def end_certificate_of(work: Work, row: SigningKey) -> None:
    """End the binding of a key's certificate, when it has one."""
    living = select(BoundCertificate).where(
        BoundCertificate.organisation_id == work.organisation_id,
        BoundCertificate.certificate == row.certificate,
        BoundCertificate.ended_at.is_(None),
    )
    for bound in work.session.scalars(living):
        bound.ended_at, bound.ended_by = work.now, work.actor.name


def own_key(work: Work) -> SigningKey:
    """Return the actor's key, whether it can sign now or not.

    Raises:
        NoSigningKey: none was made yet.
    """
    row = current_key(work)
    if row is None:
        raise NoSigningKey()
    return row


def usable_key(work: Work) -> SigningKey:
    """Return the actor's key with which a secret may be tried now.

    Raises:
        NoSigningKey: none was made yet.
        KeyLocked: too many wrong secrets a moment ago.
        KeyWaits: made in place of another a short while ago, and nobody confirmed it.
    """
    row, now = own_key(work), SystemClock().now()
    check_lock(row.locked_until, now)
    check_wait(None if row.confirmed_at else row.usable_from, now)
    return row


def keys_to_confirm(work: Work) -> Select[SigningKey]:
    """Return the query of the keys of others that wait and that the actor may confirm."""
    query = select(SigningKey).where(
        SigningKey.organisation_id == work.organisation_id,
        SigningKey.person_id != work.actor.person_id,
        SigningKey.replaced_at.is_(None),
        SigningKey.confirmed_at.is_(None),
        SigningKey.usable_from > SystemClock().now(),
    )
    if not work.actor.has_role("director"):
        query = query.where(SigningKey.is_directors)
    return query.order_by(SigningKey.usable_from, SigningKey.id)


def waiting_key(work: Work, key_id: UUID) -> SigningKey:
    """Return a key that the actor may confirm.

    Raises:
        RecordUnknown: it does not wait, or not for this person.
    """
    found = work.session.scalar(keys_to_confirm(work).where(SigningKey.id == key_id))
    if found is None:
        raise RecordUnknown()
    return found


def confirm_key(work: Work, key_id: UUID) -> SigningKey:
    """Let another person's new key sign at once: the actor knows that the person made it.

    Raises:
        PasswordNotTyped: a session alone is not enough.
        RecordUnknown: it does not wait, or not for this person.
    """
    check_password_typed(work)
    row = waiting_key(work, key_id)
    row.confirmed_at, row.confirmed_by = work.now, work.actor.name
    work.session.flush()
    work.audit("confirm_signing_key", ("signing_key", row.id), person=row.name)
    return row


def _former_key(work: Work) -> SigningKey | None:
    mine = select(SigningKey).where(
        SigningKey.organisation_id == work.organisation_id,
        SigningKey.person_id == work.actor.person_id,
    )
    return work.session.scalar(mine.order_by(SigningKey.replaced_at.desc(), SigningKey.id).limit(1))


def _facts(row: SigningKey) -> dict[str, Any]:
    return {"person_id": row.person_id, "name": row.name, "usable_from": row.usable_from}


def forget_failures(work: Work) -> None:
    """Begin the count of wrong secrets anew: the right one was given."""
    key = own_key(work)
    key.failures, key.locked_until = 0, None


def note_failure(work: Work) -> DomainError:
    """Count a wrong secret and return the error to be told."""
    row = own_key(work)
    row.failures += 1
    row.locked_until = lock_after(row.failures, SystemClock().now())
    work.audit("wrong_signing_secret", ("signing_key", row.id), failures=row.failures)
    if row.locked_until is not None:
        return KeyLocked(until=row.locked_until)
    return WrongSecret(left=MOST_FAILURES - row.failures % MOST_FAILURES)
