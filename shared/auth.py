"""Access: every route declares exactly one rule, and a route without one answers nobody.

``@access(...)`` stands nearest to the view function::

    @blp.get("/<uuid:call_id>")
    @access(roles("director", "assistant"), service("evaluation"))
    def show_call(call_id): ...

API routes (``/api/``) take a bearer token: of a person, or of a service. Pages take the cookie
that registry sets at sign-in; it is good for all three services and renewed by a redirect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, abort, current_app, g, redirect, request
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from shared.actors import Actor
from shared.clock import SystemClock
from shared.keys import KeyRing
from shared.tokens import (
    ServiceCall,
    TokenExpired,
    TokenRefused,
    make_lock,
    read_person_token,
    read_service_token,
)

COOKIE = "vyzva_person"
FORM_COOKIE = "vyzva_form"
"""Token of a browser that is locked: sent with one form only, and good for nothing else."""
LOCK_COOKIE = "vyzva_lock"
"""Names the one page whose form registry renews for a locked browser."""
SIGN_IN = "/registry/sign-in"
FRESH = timedelta(minutes=5)
"""How long a typed password vouches for acts that a session alone must not do."""
# Static files of libraries, whose views cannot carry a mark of ours.
ASSETS = ("bootstrap.static", "shared_web.static")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """One alternative of an access rule."""

    name: str
    """How the rule is shown in the table of routes, e.g. ``role:director``."""
    is_public: bool = False
    people: frozenset[str] | None = None
    """Roles of which one is enough; empty set: any signed-in person; ``None``: no person."""
    services: frozenset[str] = frozenset()
    act: str | None = None
    """An act of the director's; the rule admits whoever she has delegated it to."""

    def admits(self, actor: Actor) -> bool:
        """Tell whether the rule lets *actor* in."""
        if actor.service is not None and actor.service in self.services:
            return True
        if actor.person_id is None or actor.service is not None:
            return False
        if self.act is not None:
            return any(one.act == self.act for one in actor.delegations)
        if self.people is None:
            return False
        return not self.people or actor.has_role(*self.people)


PUBLIC = Rule("public", is_public=True)
SIGNED_IN = Rule("signed in", people=frozenset())


def roles(*names: str) -> Rule:
    """Admit a person who has at least one of the roles."""
    return Rule("role:" + "|".join(names), people=frozenset(names))


def service(*names: str) -> Rule:
    """Admit a call of one of the services, whoever the person behind it is."""
    return Rule("service:" + "|".join(names), services=frozenset(names))


def delegates(act: str) -> Rule:
    """Admit a person to whom the director has delegated the act; the use case checks the day."""
    return Rule(f"delegate:{act}", act=act)


def access(*rules: Rule) -> Callable[[View], View]:
    """Declare who may reach the view; several rules are alternatives."""

    def mark(view: View) -> View:
        view.__access__ = rules  # type: ignore[attr-defined]  # read back by rules_of
        return view

    return mark


def rules_of(view: Callable[..., Any]) -> tuple[Rule, ...]:
    """Return the declared rules of a view; empty when it has none (nobody gets in)."""
    found: tuple[Rule, ...] = getattr(view, "__access__", ())
    return found


def current_actor() -> Actor:
    """Return who acts in this request.

    Raises:
        Unauthorized: nobody is signed in.
    """
    actor: Actor | None = g.get("actor")
    if actor is None:
        abort(401)
    return actor


def visitor() -> Actor | None:
    """Return who acts, or ``None`` on a public page without a sign-in."""
    actor: Actor | None = g.get("actor")
    return actor


TokenSeen = Callable[[ServiceCall], bool]


Lives = Callable[[Actor], bool]


def install(
    app: Flask, keys: KeyRing, *, sign_in: str, remember: TokenSeen, lives: Lives | None = None
) -> None:
    """Enforce access rules on every request of *app*.

    Args:
        sign_in: path prefix of registry's sign-in pages, e.g. ``/registry/sign-in``.
        remember: stores a service token's one-time id; ``False`` when it was seen before.
        lives: tells whether a person's session still lives; only registry can ask. The others
            trust the token for as long as it lasts.
    """
    app.extensions["vyzva-keys"] = keys

    def enforce() -> Response | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None:
            return None  # the router answers 404 or 405 itself
        rules = (PUBLIC,) if request.endpoint in ASSETS else rules_of(view)
        is_api = request.path.startswith("/api/")
        outcome = _identify_api(keys, remember) if is_api else _identify_page(keys)
        outcome = _alive(outcome, lives)
        g.actor = outcome if isinstance(outcome, Actor) else None
        if any(rule.is_public for rule in rules):
            return None
        if isinstance(outcome, TokenExpired) and not is_api:
            return _to_sign_in(f"{sign_in}/renew")
        if not isinstance(outcome, Actor):
            if is_api:
                raise Unauthorized
            # Only the page that renews can take a posted form and give it back.
            can_start_anew = request.method in SAFE_METHODS
            return _to_sign_in(sign_in if can_start_anew else f"{sign_in}/renew")
        if not any(rule.admits(outcome) for rule in rules):
            abort(403)
        return None

    app.before_request(enforce)


def _alive(outcome: Actor | TokenRefused, lives: Lives | None) -> Actor | TokenRefused:
    """Refuse a good token whose session ended before it; files of libraries ask nothing."""
    is_person = isinstance(outcome, Actor) and outcome.person_id is not None
    if lives is None or not is_person or request.endpoint in ASSETS or lives(outcome):  # type: ignore[arg-type]  # an actor
        return outcome
    return TokenExpired("The session has ended.")


def _identify_api(keys: KeyRing, remember: TokenSeen) -> Actor | TokenRefused:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return TokenRefused("No token.")
    try:
        return read_person_token(keys, token)
    except TokenExpired as expired:
        return expired
    except TokenRefused:
        pass
    try:
        call = read_service_token(keys, token)
    except TokenRefused as refused:
        return refused
    # A repeated read does no harm; a repeated write with the same token is a replay.
    if request.method not in SAFE_METHODS and not remember(call):
        return TokenRefused("The token was used before.")
    return call.actor


def _identify_page(keys: KeyRing) -> Actor | TokenRefused:
    try:
        return read_person_token(keys, request.cookies.get(COOKIE, ""))
    except TokenRefused as refused:
        outcome = refused
    if request.method in SAFE_METHODS:
        return outcome
    try:
        return read_person_token(keys, request.cookies.get(FORM_COOKIE, ""), form=_this_page())
    except TokenRefused:
        return outcome


def _this_page() -> str:
    return request.script_root + request.path


def _to_sign_in(address: str) -> Response:
    """Send the browser to registry and back; 307 keeps a posted form, so nothing is lost."""
    here = request.script_root + request.full_path.rstrip("?")
    code = 302 if request.method in SAFE_METHODS else 307
    return redirect(f"{address}?next={quote(here, safe='')}", code=code)


def typed_password_lately(actor: Actor) -> bool:
    """Tell whether the person typed the password a moment ago, and not only renewed a session."""
    typed_at = actor.password_at
    return typed_at is not None and SystemClock().now() - typed_at <= FRESH


def to_type_password(here: str) -> Response:
    """Send the browser to type the password again, and back to the page *here*."""
    return redirect(f"{SIGN_IN}?next={quote(here, safe='')}&again=1", code=303)


def lock(response: Response) -> Response:
    """Have the browser ask for the password before it opens any other page of the person.

    The form that it shows can still be sent: registry renews a token for the page named here and
    for no other, so that one which is left over, because the connection broke, opens nothing.
    """
    page = _this_page()
    response.delete_cookie(COOKIE, path="/")
    response.delete_cookie(FORM_COOKIE, path=page)
    response.set_cookie(
        LOCK_COOKIE,
        make_lock(keys_of_app(), page),
        path=SIGN_IN,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def is_local_path(path: str) -> bool:
    """Tell whether *path* stays on this site; anything else is no place to return to."""
    if any(ord(sign) < ord(" ") or sign in "\\\x7f" for sign in path):
        return False  # browsers leave out tabs and line ends and take a backslash for a slash
    return path.startswith("/") and not path.startswith("//")


def keys_of_app() -> KeyRing:
    """Return the key ring of the present app."""
    keys: KeyRing = current_app.extensions["vyzva-keys"]
    return keys
