"""Signing in for all three services, renewing, signing out, and one's own account."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import Length

from services.registry.desk import clock, settings
from services.registry.domain.accounts import SESSION_LIFE, SessionOver
from services.registry.models import db
from services.registry.service import sign_in
from services.registry.signing_in import change_own_password, person_token, sign_in_person
from services.registry.web.pages import attempt, page
from services.registry.web.passwords import NewPasswordForm
from shared.actors import Actor
from shared.auth import (
    COOKIE,
    FORM_COOKIE,
    LOCK_COOKIE,
    PUBLIC,
    SIGN_IN,
    SIGNED_IN,
    access,
    current_actor,
    is_local_path,
    keys_of_app,
)
from shared.clock import SystemClock
from shared.db import mark_reading, transaction
from shared.tokens import PERSON_LIFE, TokenRefused, read_lock
from shared.web.forms import PageForm, required
from shared.web.tasks import HOME

SESSION_COOKIE = "vyzva_session"
SAME_ORIGIN = ("same-origin", "none")

blueprint = Blueprint("sign_in", __name__)


class SignInForm(PageForm):
    """Name and password."""

    login = StringField(
        lazy_gettext("Přihlašovací jméno"),
        [required, Length(max=60)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        lazy_gettext("Heslo"),
        [required, Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(NewPasswordForm):
    """A new password of one's own, by whoever knows the present one."""

    present = PasswordField(
        lazy_gettext("Dosavadní heslo"),
        [required, Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access(PUBLIC)
def show() -> Response | tuple[str, int]:
    """Sign in; afterwards return to where the person wanted to go."""
    form = SignInForm()
    tried = attempt(
        form,
        lambda: sign_in_person(
            form.login.data, form.password.data, device=request.user_agent.string
        ),
    )
    if not tried.is_done:
        return page("sign_in/sign_in.html", tried, form)
    _end_former_session()
    response = redirect(_target())
    _give_cookies(response, tried.value.actor, secret=tried.value.secret)
    return response


@blueprint.route("/sign-in/renew", methods=["GET", "POST"])
@access(PUBLIC)
def renew() -> Response:
    """Renew the person's token from the session; a posted form travels on unchanged (307)."""
    mark_reading(False)
    is_locked = COOKIE not in request.cookies or LOCK_COOKIE in request.cookies
    secret = request.cookies.get(SESSION_COOKIE, "")
    has_ended = "yes" if secret or request.method == "POST" else None
    if is_locked and not _is_locked_form():
        told = None if LOCK_COOKIE in request.cookies else has_ended
        return redirect(url_for("sign_in.show", next=_page(), ended=told), 303)
    code = 307 if request.method == "POST" else 302
    try:
        with transaction(db.session()) as session:
            actor = sign_in.renew(session, secret, SystemClock().now(), today=clock().today())
    except SessionOver:
        return redirect(url_for("sign_in.show", next=_page(), ended=has_ended), 303)
    response = redirect(_target(), code)
    if is_locked:
        _give_form_cookie(response, actor, urlsplit(_target()).path)
    else:
        _give_cookies(response, actor)
    return response


@blueprint.post("/sign-out")
@access(PUBLIC)
def sign_out() -> Response:
    """Sign out: the session ends on the server, in all three services."""
    if not _is_from_here():
        return redirect(url_for("public.home"), 303)
    with transaction(db.session()) as session:
        secret = request.cookies.get(SESSION_COOKIE, "")
        sign_in.end_session(session, secret, SystemClock().now(), clock().now())
    return _without_cookies(redirect(url_for("public.home"), 303))


@blueprint.route("/account", methods=["GET", "POST"])
@access(SIGNED_IN)
def account() -> Response | tuple[str, int]:
    """Change one's own password."""
    form = PasswordForm()
    tried = attempt(form, lambda: _set_password(form.present.data, form.password.data))
    if not tried.is_done:
        return page("sign_in/account.html", tried, form)
    flash(gettext("Heslo je změněné. Přihlaste se prosím novým heslem."), "good")
    return _without_cookies(redirect(url_for("sign_in.show"), 303))


@blueprint.post("/account/sign-out-everywhere")
@access(SIGNED_IN)
def sign_out_everywhere() -> Response:
    """End every session of the person."""
    with transaction(db.session()) as session:
        actor, now = current_actor(), SystemClock().now()
        sign_in.sign_out_everywhere(session, actor, now, clock().now())
    flash(gettext("Odhlásili jsme vás na všech zařízeních."), "good")
    return _without_cookies(redirect(url_for("sign_in.show"), 303))


def _is_from_here() -> bool:
    """Tell whether one of our own pages sent the form; older browsers say only the origin."""
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in SAME_ORIGIN
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _end_former_session() -> None:
    """Leave no session behind of which the browser forgets the secret."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    if secret:
        with transaction(db.session()) as session:
            sign_in.end_session(session, secret, SystemClock().now(), clock().now())


def _set_password(present: str, password: str) -> bool:
    change_own_password(present, password)
    return True


def _target() -> str:
    target = request.args.get("next", "")
    return target if target and is_local_path(target) else HOME


def _page() -> str:
    """Return the page to open after signing in: of a posted form the one on which it stands."""
    asked = urlsplit(request.referrer or "")
    path = asked.path + (f"?{asked.query}" if asked.query else "")
    is_form = request.method == "POST" and asked.netloc == request.host and is_local_path(path)
    return path if is_form else _target()


def _is_locked_form() -> bool:
    """Tell whether the browser sends the form of the very page that it was locked with."""
    try:
        page = read_lock(keys_of_app(), request.cookies.get(LOCK_COOKIE, ""))
    except TokenRefused:
        return False  # see shared.auth.lock
    return request.method == "POST" and urlsplit(_target()).path == page


def _give_form_cookie(response: Response, actor: Actor, form: str) -> None:
    token, life = person_token(actor, form=form), int(PERSON_LIFE.total_seconds())
    response.set_cookie(FORM_COOKIE, token, max_age=life, path=form, **_common())  # type: ignore[arg-type]  # mypy cannot see through **


def _common() -> dict[str, object]:
    is_secure = settings().public_url.startswith("https://")
    return {"httponly": True, "samesite": "Lax", "secure": is_secure}


def _give_cookies(response: Response, actor: Actor, *, secret: str = "") -> None:
    common, life = _common(), int(PERSON_LIFE.total_seconds())
    # The cookie outlives its token, so that an expired token is renewed and not merely missing.
    whole = int(SESSION_LIFE.total_seconds())
    response.set_cookie(COOKIE, person_token(actor), max_age=max(life, whole), path="/", **common)  # type: ignore[arg-type]  # mypy cannot see through **
    if secret:
        response.set_cookie(SESSION_COOKIE, secret, max_age=whole, path="/registry", **common)  # type: ignore[arg-type]  # likewise
        response.delete_cookie(LOCK_COOKIE, path=SIGN_IN)


def _without_cookies(response: Response) -> Response:
    response.delete_cookie(COOKIE, path="/")
    response.delete_cookie(SESSION_COOKIE, path="/registry")
    return response
