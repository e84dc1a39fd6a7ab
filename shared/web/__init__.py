"""What the pages of all services share: look, languages, forms, tables, dates and amounts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import font_source_sans_pro
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import (
    Babel,
    format_decimal,
    get_locale,
    gettext,
    lazy_gettext,
)
from werkzeug.wrappers import Response as AnyResponse

from shared.auth import PUBLIC, access, is_local_path, visitor
from shared.clock import Clock
from shared.dates import LONG, SHORT, day_text, moment_text
from shared.deadlines import Period, period_words
from shared.money import NBSP, Money
from shared.problems import Problem
from shared.web.forms import error_rows

LANGUAGES = {"cs": "Čeština", "en": "English", "de": "Deutsch"}
LANGUAGE_COOKIE = "vyzva_lang"
FONTS = Path(str(font_source_sans_pro.__file__)).parent / "files"
FORM_EXPIRED = Problem(
    400,
    "form-expired",
    lazy_gettext("Formulář je příliš starý. Vraťte se na něj, načtěte jej znovu a odešlete."),
)

blueprint = Blueprint("shared_web", __name__, template_folder="templates", static_folder="static")


@blueprint.get("/fonts/<name>")
@access(PUBLIC)
def font(name: str) -> Response:
    """Serve the typeface that documents are set in, so that screen and paper look alike."""
    response = send_from_directory(FONTS, name, mimetype="font/ttf")
    response.headers["Cache-Control"] = "public, max-age=604800"
    return response


@blueprint.get("/language/<code>")
@access(PUBLIC)
def set_language(code: str) -> AnyResponse:
    """Remember the language for all three services and return to the page."""
    target = request.args.get("next", "/")
    response = redirect(target if is_local_path(target) else "/")
    if code in LANGUAGES:
        is_secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(
            LANGUAGE_COOKIE,
            code,
            max_age=31_536_000,
            samesite="Lax",
            path="/",
            httponly=True,
            secure=is_secure,
        )
    return make_response(response)


def install(app: Flask, clock: Clock) -> None:
    """Set up languages, template filters and the shared blueprint in *app*."""
    own = Path(app.root_path) / "translations"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{own};{Path(__file__).parent / 'translations'}"
    app.config["BABEL_DEFAULT_LOCALE"] = "cs"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Prague"
    Babel(app, locale_selector=select_language, timezone_selector=lambda: "Europe/Prague")
    app.register_blueprint(blueprint)
    # Set on the environment: an extension made it already, and the app's options come too late.
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for name, function in FILTERS.items():
        app.jinja_env.filters[name] = function
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES
    app.jinja_env.globals["error_rows"] = error_rows
    app.context_processor(lambda: _context(clock))


def select_language() -> str:
    """Return the language chosen by the person, else by the browser, else Czech."""
    if not has_request_context():
        return "cs"  # a worker writes records, and those are Czech
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES), default="cs") or "cs"


def _context(clock: Clock) -> dict[str, Any]:
    settings = current_app.extensions["vyzva-settings"]
    real, shown = datetime.now(UTC), clock.now()
    return {
        "actor": visitor(),
        "service_name": settings.service,
        "is_development": settings.is_development,
        "process_now": shown,
        "today": clock.today(),
        "is_shifted": abs((shown - real).total_seconds()) > 60,
        "language": str(get_locale() or "cs"),
        "here": request.script_root + request.full_path.rstrip("?"),
        "static_url": lambda name: url_for("shared_web.static", filename=name),
        "request_id": g.get("request_id", ""),
    }


def day(value: date | datetime | None, form: str = "long") -> str:
    """Write a Prague day: "3. dubna 2026" (``long``) or "3. 4. 2026" (``short``)."""
    if value is None:
        return "–"
    return day_text(value, LONG if form == "long" else SHORT).replace(" ", NBSP)


def moment(value: datetime | None) -> str:
    """Write a Prague day and time: "3. 4. 2026 9:12"."""
    return "–" if value is None else moment_text(value).replace(" ", NBSP)


def money(value: Money | None) -> str:
    """Write an amount with thin spaces and the currency sign."""
    return "–" if value is None else value.formatted(str(get_locale() or "cs"))


def number(value: Decimal | None) -> str:
    """Write a number with two places as people of the language do: "12,50"."""
    return "–" if value is None else str(format_decimal(value, "#,##0.00"))


def percent(value: Decimal | None) -> str:
    """Write a percentage without needless places: "22 %", "12,5 %"."""
    return "–" if value is None else f"{format_decimal(value, '#,##0.##')}{NBSP}%"


def file_size(value: int) -> str:
    """Write how much a file takes: "812 B", "13,9 kB", "2,4 MB"."""
    size, unit = float(value), "B"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{format_decimal(round(size, 1), '#,##0.#')}{NBSP}{unit}"


def period(value: Period) -> str:
    """Write a length of time: "5 pracovních dnů"."""
    return period_words(value, gettext)


FILTERS = {
    "day": day,
    "moment": moment,
    "money": money,
    "number": number,
    "percent": percent,
    "file_size": file_size,
    "period": period,
}
