"""Signing in, shared by pages and API: the slow check of the password is in no transaction."""

import hmac
import ipaddress
from contextlib import suppress
from hashlib import sha256

from flask import current_app, request

from services.registry.desk import clock, working
from services.registry.domain.accounts import (
    TooManyAttempts,
    WrongCredentials,
    WrongPresentPassword,
)
from services.registry.models import Person, db
from services.registry.service import attempts, people, sign_in
from services.registry.service.sign_in import Candidate, Opened
from shared.actors import Actor
from shared.auth import current_actor, keys_of_app
from shared.clock import SystemClock
from shared.db import transaction
from shared.tokens import make_person_token


def sign_in_person(login: str, password: str, *, device: str) -> Opened:
    """Open a session for the person who knows the password.

    Raises:
        TooManyAttempts, WrongCredentials.
    """
    found = _verified(login, password)
    now, today = SystemClock().now(), clock().today()
    with transaction(db.session()) as session:
        opened = sign_in.open_session(
            session, found, now, today=today, device=device, address_mark=address_mark()
        )
        sign_in.note(session, opened.actor, "sign_in", clock().now(), network=_network())
    return opened


def change_own_password(present: str, password: str) -> None:
    """Set a new password for whoever knows the present one: a borrowed session is not enough.

    Raises:
        TooManyAttempts, WrongPresentPassword, PasswordTooShort, PasswordTooLong,
        PasswordGuessable.
    """
    person_id = current_actor().person_id
    person = db.session.get(Person, person_id) if person_id else None
    login = person.login if person is not None else ""
    try:
        found = _verified(login, present)
    except WrongCredentials as wrong:
        raise WrongPresentPassword() from wrong
    with working() as work:
        people.set_password(work, found.person_id, password)  # type: ignore[arg-type]  # verified


def person_token(actor: Actor, *, form: str = "") -> str:
    """Vouch for the person for a few minutes, or only for the posted form of one page."""
    return make_person_token(keys_of_app(), actor, form=form)


def is_session_alive(actor: Actor) -> bool:
    """Tell whether the session behind a person's token still lives; asked on every request."""
    is_alive = sign_in.is_alive(db.session(), actor)
    db.session.rollback()  # a page that then waits for another service holds nothing here
    return is_alive


def address_mark() -> str:
    """Return by what the visitor's network address is known again; the address is kept nowhere."""
    address = request.remote_addr or ""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, address.encode(), sha256).hexdigest() if address else ""


def _verified(login: str, password: str) -> Candidate:
    """Return who the password proves; a wrong one is counted, and told in the audit trail."""
    with transaction(db.session()) as session:
        attempt = attempts.reserve(session, login, address_mark(), SystemClock().now())
    found = sign_in.candidate(db.session(), login)
    try:
        attempts.check(db.session(), attempt, found.person_id)
    except TooManyAttempts:
        with transaction(db.session()) as session:
            attempts.withdraw(session, attempt)
        raise
    db.session.rollback()
    if not found.verify(password):
        _note_failure(found)
        raise WrongCredentials()
    with transaction(db.session()) as session:
        attempts.forgive(session, attempt)
    return found


def _note_failure(found: Candidate) -> None:
    """Tell in the audit trail of whom somebody knew the name and not the password."""
    with transaction(db.session()) as session:
        person = session.get(Person, found.person_id) if found.person_id else None
        if person is None:
            return
        nobody = Actor(organisation_id=person.organisation_id, name="?")
        at, network = clock().now(), _network()
        sign_in.note(session, nobody, "sign_in_failed", at, subject=person.id, network=network)


def _network() -> str:
    """Return the network of the visitor: enough to tell the own office from the far end."""
    with suppress(ValueError):
        address = ipaddress.ip_address(request.remote_addr or "")
        bits = 24 if address.version == 4 else 48
        return str(ipaddress.ip_network((address, bits), strict=False))
    return ""
