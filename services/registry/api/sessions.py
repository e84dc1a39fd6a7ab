"""Signing in and out over the API."""

from typing import Any

from services.registry.api.blueprint import blp
from services.registry.desk import clock
from services.registry.models import db
from services.registry.schemas.people import RenewIn, SignInIn, TokenOut
from services.registry.service import sign_in
from services.registry.signing_in import person_token, sign_in_person
from shared.auth import PUBLIC, SIGNED_IN, access, current_actor
from shared.clock import SystemClock
from shared.db import transaction
from shared.tokens import PERSON_LIFE


@blp.post("/sessions")
@blp.arguments(SignInIn)
@blp.response(201, TokenOut)
@access(PUBLIC)
def post_session(body: dict[str, str]) -> dict[str, Any]:
    """Sign in and get a person token."""
    opened = sign_in_person(body["login"], body["password"], device="API")
    return {**_token(person_token(opened.actor)), "session": opened.secret}


@blp.post("/sessions/renewal")
@blp.arguments(RenewIn)
@blp.response(200, TokenOut)
@access(PUBLIC)
def post_renewal(body: dict[str, str]) -> dict[str, Any]:
    """Get a fresh person token while the session lives."""
    with transaction(db.session()) as session:
        actor = sign_in.renew(session, body["session"], SystemClock().now(), today=clock().today())
    return _token(person_token(actor))


@blp.delete("/sessions/current")
@blp.response(204)
@access(SIGNED_IN)
def delete_session() -> None:
    """Sign out: the session ends on the server."""
    actor = current_actor()
    if actor.session_id is None:
        return
    with transaction(db.session()) as session:
        sign_in.end_session_by_id(session, actor, SystemClock().now(), clock().now())


@blp.delete("/sessions")
@blp.response(204)
@access(SIGNED_IN)
def delete_sessions() -> None:
    """Sign out everywhere."""
    with transaction(db.session()) as session:
        actor, now = current_actor(), SystemClock().now()
        sign_in.sign_out_everywhere(session, actor, now, clock().now())


def _token(token: str) -> dict[str, Any]:
    return {"token": token, "expires_in": int(PERSON_LIFE.total_seconds())}
