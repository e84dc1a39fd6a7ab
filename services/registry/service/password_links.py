"""Links with which people set their own passwords. Nobody else learns or chooses them.

The secret is made when the message leaves and stands in the message only; the outbox holds the
id of the link, the database the hash. All instants are real time.
"""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from services.registry.domain.accounts import (
    PasswordLinkOver,
    PersonWithoutEmail,
    check_password,
    check_password_link,
)
from services.registry.models import Audit, PasswordLink, Person
from services.registry.service.mailings import Mail
from services.registry.service.notices import letter
from services.registry.service.passwords import keep_password, remove_password
from services.registry.service.sign_in import end_every_session
from services.registry.service.work import Work
from shared.actors import Actor
from shared.audit import record_act
from shared.clock import SystemClock

SEND_LINK = "mail.password_link"
SUBJECT = "Nastavení hesla ve Výzvě"


def ask_link(work: Work, person: Person) -> None:
    """Have a link sent to the person; one that was sent before is over.

    Raises:
        PersonWithoutEmail.
    """
    if not person.email:
        raise PersonWithoutEmail()
    now = SystemClock().now()
    _end_links(work.session, person.id, now)
    row = PasswordLink(
        id=uuid4(), organisation_id=person.organisation_id, person_id=person.id, asked_at=now
    )
    work.session.add(row)
    work.later(SEND_LINK, {"link_id": row.id}, row.id)
    work.audit("send_password_link", ("person", person.id))


def compose_link(session: Session, link_id: UUID, public_url: str) -> Mail | None:
    """Make the secret and return the message; ``None`` when the link is over by now.

    A repeated attempt makes another secret: only the last message that left opens the page.
    """
    row = session.get_one(PasswordLink, link_id)
    person = session.get_one(Person, row.person_id)
    if row.used_at is not None or not person.is_active or not person.email:
        return None
    secret = secrets.token_urlsafe(32)
    row.secret_hash, row.sent_at = _hash(secret), SystemClock().now()
    text = (
        f"na této stránce si nastavíte heslo k účtu {person.login}:\n\n"
        f"{public_url}/registry/sign-in/password/{secret}\n\n"
        "Odkaz platí 24 hodin a jen jednou. Nikomu jej nepřeposílejte. "
        "Jestli jste o něj nežádali, zprávu smažte."
    )
    return letter(session, row.organisation_id, row.id, to=person.email, words=(SUBJECT, text))


def is_link_open(session: Session, secret: str) -> bool:
    """Tell whether a password can be set with this link; looking uses nothing up."""
    row = session.scalar(_by_secret(secret))
    try:
        _check(session, row)
    except PasswordLinkOver:
        return False
    return True


def use_link(session: Session, secret: str, password: str, at: datetime) -> None:
    """Set the person's password, once, and sign the person out everywhere.

    Args:
        at: instant of the act on the process clock, for the audit trail.

    Raises:
        PasswordLinkOver, PasswordTooShort, PasswordTooLong, PasswordGuessable.
    """
    person = _check(session, session.scalar(_by_secret(secret).with_for_update()))
    choose_password(session, person, password)
    actor = Actor(organisation_id=person.organisation_id, name=person.name, person_id=person.id)
    subject = ("person", person.id)
    record_act(session, Audit, actor=actor, act="use_password_link", subject=subject, at=at)


def choose_password(session: Session, person: Person, password: str) -> None:
    """Keep the password that the person chose; sessions and links of before are over.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordGuessable.
    """
    check_password(password, login=person.login)
    now = SystemClock().now()
    keep_password(session, person, password, set_by=person.id)
    _end_links(session, person.id, now)
    end_every_session(session, person.id, now)


def forget_password(session: Session, person: Person) -> None:
    """Let nobody sign in with the present password any more."""
    remove_password(session, person)
    end_every_session(session, person.id, SystemClock().now())


def _check(session: Session, row: PasswordLink | None) -> Person:
    if row is None:
        raise PasswordLinkOver()
    check_password_link(sent_at=row.sent_at, used_at=row.used_at, now=SystemClock().now())
    person = session.get_one(Person, row.person_id)
    if not person.is_active:
        raise PasswordLinkOver()
    return person


def _by_secret(secret: str) -> Select[PasswordLink]:
    return select(PasswordLink).where(PasswordLink.secret_hash == _hash(secret))


def _end_links(session: Session, person_id: UUID, now: datetime) -> None:
    theirs = update(PasswordLink).where(PasswordLink.person_id == person_id)
    session.execute(theirs.where(PasswordLink.used_at.is_(None)).values(used_at=now))


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
