"""Short-lived signed tokens: of a person (made by registry) and of a calling service.

Both are Ed25519 JWT. Times here are real time. A service token names its callee, lives at most
60 seconds, has a one-time id, and carries the acting person's own token, which the callee
verifies again: a service cannot invent a person.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from shared.actors import Actor, Delegation
from shared.clock import SystemClock
from shared.config import SERVICES
from shared.keys import KeyRing

ALGORITHM = "Ed25519"
PERSON_AUDIENCE = "vyzva-person"
LOCK_AUDIENCE = "vyzva-lock"
PERSON_LIFE = timedelta(minutes=2)
LOCK_LIFE = timedelta(days=1)
"""Longer than any session; when it is over, nothing is renewed."""
SERVICE_LIFE = timedelta(seconds=60)
SKEW = 10
# A page may take a while between reading the person's token and calling another service.
# Workers act later, on their own, and carry no person's token: the act was checked when made.
CARRIED_LIFE = timedelta(minutes=2)
LONGEST_TOKEN = 16_000
# What a forged token can make the parsers raise; nested brackets exhaust the stack.
UNREADABLE = (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


class TokenRefused(Exception):
    """The token is missing, forged, for somebody else, or used up."""


class TokenExpired(TokenRefused):
    """The token was good and its time is over; registry can renew it."""


@dataclass(frozen=True)
class ServiceCall:
    """A verified service token."""

    service: str
    jti: UUID
    expires_at: datetime
    actor: Actor


def make_person_token(
    keys: KeyRing, actor: Actor, life: timedelta = PERSON_LIFE, *, form: str = ""
) -> str:
    """Let registry vouch for a signed-in person for a few minutes.

    Args:
        form: The one page whose posted form the token is good for; empty for everything.
    """
    if actor.person_id is None:
        raise ValueError("Only a person can have a person's token.")
    now = SystemClock().now()
    claims: dict[str, Any] = {
        "iss": "registry",
        "aud": PERSON_AUDIENCE,
        "sub": str(actor.person_id),
        "org": str(actor.organisation_id),
        "org_name": actor.organisation_name,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "delegations": [
            [str(one.id), one.act, one.valid_from.isoformat(), one.valid_to.isoformat()]
            for one in actor.delegations
        ],
        "iat": int(now.timestamp()),
        "exp": int((now + life).timestamp()),
    }
    if form:
        claims["form"] = form
    if actor.session_id is not None:
        claims["sid"] = str(actor.session_id)
    if actor.password_at is not None:
        claims["auth_time"] = int(actor.password_at.timestamp())
    return _encode(keys, claims)


def read_person_token(
    keys: KeyRing, token: str, *, grace: timedelta = timedelta(0), form: str | None = ""
) -> Actor:
    """Return the person whom registry vouches for.

    Args:
        form: The page whose form was posted; ``None`` where a service has looked at that before.

    Raises:
        TokenExpired: the time is over by more than *grace*.
        TokenRefused: not a token that registry made for people.
    """
    claims = _decode(keys, token, issuer="registry", audience=PERSON_AUDIENCE, grace=grace)
    if form is not None and claims.get("form", "") not in ("", form):
        raise TokenRefused("The token is good for one form only.")
    try:
        return Actor(
            organisation_id=UUID(claims["org"]),
            organisation_name=claims["org_name"],
            name=claims["name"],
            person_id=UUID(claims["sub"]),
            roles=frozenset(claims["roles"]),
            delegations=tuple(
                Delegation(UUID(key), act, date.fromisoformat(first), date.fromisoformat(last))
                for key, act, first, last in claims["delegations"]
            ),
            session_id=UUID(claims["sid"]) if "sid" in claims else None,
            password_at=(
                datetime.fromtimestamp(claims["auth_time"], tz=UTC)
                if "auth_time" in claims
                else None
            ),
            token=token,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TokenRefused("The token does not say who the person is.") from error


def make_lock(keys: KeyRing, page: str) -> str:
    """Say which page was shown in a browser that this service has locked."""
    now = SystemClock().now()
    claims = {
        "iss": keys.service,
        "aud": LOCK_AUDIENCE,
        "form": page,
        "iat": int(now.timestamp()),
        "exp": int((now + LOCK_LIFE).timestamp()),
    }
    return _encode(keys, claims)


def read_lock(keys: KeyRing, token: str) -> str:
    """Return the one page whose form a locked browser may still send.

    Raises:
        TokenRefused: no service of ours has said so, or it is too long ago.
    """
    claims = _decode(keys, token, issuer=_claimed_issuer(token), audience=LOCK_AUDIENCE)
    return str(claims.get("form", ""))


def make_service_token(keys: KeyRing, *, callee: str, actor: Actor) -> str:
    """Let this service call *callee*, in the name of *actor*."""
    now = SystemClock().now()
    claims = {
        "iss": keys.service,
        "aud": callee,
        "org": str(actor.organisation_id),
        "name": actor.name,
        "jti": str(uuid4()),
        "iat": int(now.timestamp()),
        "exp": int((now + SERVICE_LIFE).timestamp()),
    }
    if actor.token:
        claims["act"] = actor.token
    return _encode(keys, claims)


def read_service_token(keys: KeyRing, token: str) -> ServiceCall:
    """Return who calls and for whom; the caller of this function checks that ``jti`` is new.

    Raises:
        TokenRefused: forged, for another service, older than its time, or of an unknown service.
    """
    issuer = _claimed_issuer(token)
    claims = _decode(keys, token, issuer=issuer, audience=keys.service)
    if int(claims["exp"]) - int(claims["iat"]) > SERVICE_LIFE.total_seconds():
        raise TokenRefused("A service token may live 60 seconds at most.")
    try:
        jti, organisation = UUID(claims["jti"]), UUID(claims["org"])
        actor = Actor(organisation_id=organisation, name=claims["name"], service=issuer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TokenRefused("The token does not say who calls for whom.") from error
    if "act" in claims:
        actor = _person_of(keys, claims, issuer)
    return ServiceCall(issuer, jti, datetime.fromtimestamp(int(claims["exp"]), tz=UTC), actor)


def _person_of(keys: KeyRing, claims: dict[str, Any], issuer: str) -> Actor:
    person = read_person_token(keys, claims["act"], grace=CARRIED_LIFE, form=None)
    if str(person.organisation_id) != claims["org"]:
        raise TokenRefused("The person belongs to another organisation.")
    return replace(person, service=issuer)


def _claimed_issuer(token: str) -> str:
    """Read the issuer without trusting it; it only chooses the keys to verify with."""
    try:
        if len(token) > LONGEST_TOKEN:
            raise ValueError("too long")
        issuer = json.loads(jws.extract_compact(token.encode()).payload or b"{}")["iss"]
    except UNREADABLE as error:
        raise TokenRefused("Not a token.") from error
    if issuer not in SERVICES:
        raise TokenRefused("Unknown issuer.")
    return str(issuer)


def _encode(keys: KeyRing, claims: dict[str, Any]) -> str:
    header = {"alg": ALGORITHM, "kid": keys.own.kid}
    return jwt.encode(header, claims, keys.own, algorithms=[ALGORITHM])


def _decode(
    keys: KeyRing, token: str, *, issuer: str, audience: str, grace: timedelta = timedelta(0)
) -> dict[str, Any]:
    try:
        if len(token) > LONGEST_TOKEN:
            raise ValueError("too long")
        decoded = jwt.decode(token, keys.public(issuer), algorithms=[ALGORITHM])
        claims = decoded.claims
        JWTClaimsRegistry(
            iss={"essential": True, "value": issuer}, aud={"essential": True, "value": audience}
        ).validate({k: claims[k] for k in ("iss", "aud")})
        expires, issued = int(claims["exp"]), int(claims["iat"])
    except UNREADABLE as error:
        raise TokenRefused("The token cannot be verified.") from error
    now = SystemClock().now().timestamp()
    if issued > now + SKEW:
        raise TokenRefused("The token comes from the future.")
    if now > expires + SKEW + grace.total_seconds():
        raise TokenExpired("The token's time is over.")
    return dict(claims)
