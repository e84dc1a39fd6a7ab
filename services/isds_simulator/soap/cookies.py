"""Signing in with a one-time password: a cookie for the paths under ``/apps``.

The code of a login is fixed by the seed, for both kinds (HOTP and TOTP by text message). The
Mobile Key, for which a person must tap on a phone, is not played.
"""

import base64
import secrets

from flask import Blueprint, Response, request

from services.isds_simulator.current import current_office
from services.isds_simulator.ledger import accounts
from services.isds_simulator.service.office import Office
from services.isds_simulator.soap.answers import unauthorized_page
from services.isds_simulator.soap.reply import HTML
from services.isds_simulator.soap.signing_in import Credentials, Way, sign_in

COOKIE = "IPCZ-X-COOKIE"
COOKIE_BYTES = 24
KINDS = frozenset({"hotp", "totp"})
WRONG = "authentication.error.userIsNotAuthenticated"
BLOCKED = "authentication.error.intruderDetected"
SENT = "authentication.info.totpSended"
TEXTS = {
    WRONG: "Uživatel nebyl ověřen.",
    BLOCKED: "Přihlášení je blokováno.",
    SENT: "Kód byl odeslán.",
}

COOKIES = Blueprint("cookies", __name__)


@COOKIES.post("/as/processLogin")
@COOKIES.post("/www/as/processLogin")
def process_login() -> Response:
    """Exchange a name, a password and a code for a cookie."""
    kind = request.args.get("type", "")
    login = request.authorization
    if kind not in KINDS or login is None or login.username is None:
        return _refused(kind, WRONG)
    is_asking = request.args.get("sendSms") == "true"
    return _signed_in(login.username, login.password or "", kind, is_asking=is_asking)


def _signed_in(username: str, given: str, kind: str, *, is_asking: bool) -> Response:
    office = current_office()
    now = office.now()
    with office.ledger.reading() as connection:
        account = accounts.find_account(connection, username)
    code = account.one_time_code if account is not None else None
    if code is None:
        return _refused(kind, WRONG)
    has_code = is_asking or given.endswith(code)
    password = given if is_asking else given.removesuffix(code)
    # A wrong code counts as a wrong password, so that it blocks the login, too.
    credentials = Credentials(Way.BASIC, username, password if has_code else "")
    who = sign_in(office, credentials, now=now)
    if who.account is None:
        return _refused(kind, WRONG if who.blocked_until is None else BLOCKED)
    if is_asking:
        return _refused("totpsendsms", SENT)
    return _with_cookie(office, username)


def _with_cookie(office: Office, username: str) -> Response:
    cookie = secrets.token_urlsafe(COOKIE_BYTES)
    with office.ledger.writing() as connection:
        accounts.open_session(connection, cookie, username, now=office.now())
    response = Response(b"", 302)
    response.headers["Location"] = _target()
    is_secure = request.scheme == "https"
    response.set_cookie(COOKIE, cookie, secure=is_secure, httponly=True)
    return response


def _target() -> str:
    """Return the path of the wanted address; nobody is sent to another host."""
    wanted = request.args.get("uri", "")
    place = wanted.find("/apps/DS/")
    return wanted[place:] if place >= 0 else "/apps/DS/dz"


def _refused(kind: str, code: str) -> Response:
    response = Response(unauthorized_page().encode(), 401, content_type=HTML)
    encoded = base64.b64encode(TEXTS[code].encode()).decode()
    response.headers["WWW-Authenticate"] = kind if kind in KINDS | {"totpsendsms"} else "hotp"
    response.headers["X-Response-message-code"] = code
    response.headers["X-Response-message-text"] = f"=?UTF-8?B?{encoded}?="
    return response


@COOKIES.get("/as/processLogout")
@COOKIES.get("/www/as/processLogout")
def process_logout() -> Response:
    """Forget a cookie."""
    cookie = request.cookies.get(COOKIE)
    if cookie is not None:
        with current_office().ledger.writing() as connection:
            accounts.close_session(connection, cookie)
    response = Response(b"", 302)
    response.headers["Location"] = _target()
    response.delete_cookie(COOKIE)
    return response
