"""Signing in, shared by pages and API: the slow check of the password is in no transaction."""

from flask import request

from services.registry.desk import clock
from services.registry.domain.accounts import WrongCredentials
from services.registry.models import db
from services.registry.service import sign_in
from services.registry.service.sign_in import Opened
from shared.actors import Actor
from shared.auth import keys_of_app
from shared.clock import SystemClock
from shared.db import transaction
from shared.tokens import make_person_token


def sign_in_person(login: str, password: str, *, device: str) -> Opened:
    """Open a session for the person who knows the password.

    Raises:
        TooManyAttempts, WrongCredentials.
    """
    now, today = SystemClock().now(), clock().today()
    address = request.remote_addr or ""
    found = sign_in.candidate(db.session(), login, now, address)
    db.session.rollback()
    if not found.verify(password):
        with transaction(db.session()) as session:
            sign_in.note_failure(session, login, now, address)
        raise WrongCredentials()
    with transaction(db.session()) as session:
        return sign_in.open_session(session, found, now, today=today, device=device)


def person_token(actor: Actor) -> str:
    """Vouch for the person for a few minutes."""
    return make_person_token(keys_of_app(), actor)
