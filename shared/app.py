"""The ground on which each service builds its Flask app; ``create_app`` of a service adds to it.

What is the same in all services is decided here once: settings of Flask, database, languages,
form protection, security headers, access rules, problems, request ids, health.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, jsonify, request
from flask_bootstrap import Bootstrap5
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from sqlalchemy import Uuid, delete, select
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.middleware.proxy_fix import ProxyFix

from shared import auth, clock_routes, problems, web
from shared.auth import PUBLIC, access
from shared.clock import Clock, ShiftedClock, SystemClock
from shared.config import Settings
from shared.db import engine_options, mark_reading, prepare_engine, transaction
from shared.development import development_secret
from shared.evidence.keeping import make_desk
from shared.evidence.tables import Ledger
from shared.keys import KeyRing, make_development_keys
from shared.openapi import ServiceApi
from shared.problems import Problems
from shared.request_id import begin_request
from shared.tokens import ServiceCall
from shared.web import evidence_pages

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)

# Longer than the skew that shared.tokens forgives.
REPLAY_MEMORY = timedelta(minutes=5)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SeenTokenMixin:
    """Columns of a service's ``seen_token`` table: one-time ids of service tokens."""

    jti: Mapped[Any] = mapped_column(Uuid, primary_key=True)
    expires_at: Mapped[datetime]

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


@dataclass(frozen=True)
class Ground:
    """What a service hands in to get its app."""

    import_name: str
    settings: Settings
    db: SQLAlchemy
    seen_tokens: type[SeenTokenMixin]
    problems: Problems
    clock: Clock
    ledger: Ledger
    """Tables of the evidence log."""
    lives: auth.Lives | None = None
    """Tells whether a person's session still lives; only registry has sessions."""


def make_clock(settings: Settings) -> Clock:
    """Return the process clock: movable in development, else the system's."""
    if settings.is_development:
        return ShiftedClock(settings.var / "clock.json")
    return SystemClock()


def build(ground: Ground) -> tuple[Flask, ServiceApi]:
    """Make the Flask app of one service with everything that all services share."""
    settings = ground.settings
    app = Flask(
        ground.import_name,
        template_folder="templates",
        static_folder=None,
        static_url_path="/static",
    )
    app.extensions["vyzva-settings"] = settings
    app.extensions["vyzva-clock"] = ground.clock
    _configure(app, settings)
    _believe_proxies(app, settings.trusted_proxies)
    ground.db.init_app(app)
    with app.app_context():
        prepare_engine(ground.db.engine)
    _begin_requests(app)
    if settings.is_development:
        make_development_keys(settings.keys_folder)
    keys = KeyRing(settings.keys_folder, settings.service)
    app.extensions["vyzva-evidence"] = make_desk(settings, ground.db.session, ground.ledger)
    remember = _remember_tokens(ground)
    problems.install(app, ground.problems)
    auth.install(app, keys, sign_in=auth.SIGN_IN, remember=remember, lives=ground.lives)
    _protect_forms(app)
    web.install(app, ground.clock)
    evidence_pages.install(app, app.extensions["vyzva-evidence"])
    if isinstance(ground.clock, ShiftedClock):
        clock_routes.install(app, ground.clock)
    _add_headers(app)
    _add_health(app, ground.db)
    return app, ServiceApi(app)


def add_blueprints(app: Flask, api: ServiceApi, *, pages: list[Any], api_parts: list[Any]) -> None:
    """Register web blueprints (form protection on) and API blueprints (bearer tokens only)."""
    for blueprint in pages:
        app.register_blueprint(blueprint)
    csrf: CSRFProtect = app.extensions["csrf"]
    for blueprint in api_parts:
        api.register_blueprint(blueprint)
        csrf.exempt(blueprint)
    _check_places(app, {part.name for part in api_parts}, {part.name for part in pages})


def _check_places(app: Flask, api_parts: set[str], pages: set[str]) -> None:
    """Hold what the protection rests on: ``/api/`` takes tokens, everything else takes forms.

    A route of the API outside ``/api/`` would take the cookie and no form token.
    """
    for rule in app.url_map.iter_rules():
        blueprint = rule.endpoint.rpartition(".")[0]
        is_api = rule.rule.startswith("/api/")
        if (blueprint in api_parts and not is_api) or (blueprint in pages and is_api):
            raise ValueError(f"{rule.rule} ({rule.endpoint}) stands on the wrong side of /api/.")


def _configure(app: Flask, settings: Settings) -> None:
    secret = settings.secret_key.get_secret_value() or development_secret(settings.var)
    settings.var.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=secret,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database, settings.database_wait_seconds),
        # Three services share one origin: each keeps its form session under its own name and path.
        SESSION_COOKIE_NAME=f"vyzva_{settings.service}",
        SESSION_COOKIE_PATH=f"/{settings.service}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        MAX_CONTENT_LENGTH=(settings.max_upload_mb + 1) * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        API_TITLE=f"Výzva {settings.service}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_JSON_PATH=None,
        OPENAPI_URL_PREFIX=None,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it


def _believe_proxies(app: Flask, count: int) -> None:
    """Take the visitor's address and scheme from our own proxies only, never from a stranger.

    The host is not taken from anybody: proxies pass it on unchanged.
    """
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]


def _begin_requests(app: Flask) -> None:
    def begin() -> None:
        g.request_id = begin_request(request.headers.get("X-Request-Id"))
        mark_reading(True)

    app.before_request(begin)


def _protect_forms(app: Flask) -> None:
    CSRFProtect(app)

    def refused(_error: CSRFError) -> Response:
        return problems.answer(web.FORM_EXPIRED)

    app.register_error_handler(CSRFError, refused)
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True)
    Bootstrap5(app)


def _add_headers(app: Flask) -> None:
    def add(response: Response) -> Response:
        headers = response.headers
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers["X-Request-Id"] = g.get("request_id", "")
        is_good = response.status_code < 400
        if request.endpoint in auth.ASSETS and is_good:
            headers["Cache-Control"] = "public, max-age=3600"
        elif not (response.cache_control.public and is_good):
            # Also for files: Flask would let the browser keep a signed document.
            headers["Cache-Control"] = "no-store"
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    app.after_request(add)


def _add_health(app: Flask, db: SQLAlchemy) -> None:
    @access(PUBLIC)
    def healthz() -> Response:
        db.session.execute(sql("SELECT 1"))
        return jsonify(status="ok", service=app.extensions["vyzva-settings"].service)

    app.add_url_rule("/healthz", "healthz", healthz)


def _remember_tokens(ground: Ground) -> Callable[[ServiceCall], bool]:
    table, db = ground.seen_tokens, ground.db

    def remember(call: ServiceCall) -> bool:
        """Store the one-time id; the primary key refuses the second use."""
        # Some skew is forgiven, so a token is accepted a little longer than it says itself.
        forgotten = table.expires_at < datetime.now(UTC) - REPLAY_MEMORY
        old = select(table.jti).where(forgotten).limit(100).with_for_update(skip_locked=True)
        try:
            with transaction(db.session()) as session:
                session.execute(delete(table).where(table.jti.in_(old)))
                session.add(table(jti=call.jti, expires_at=call.expires_at))
        except IntegrityError:
            return False
        return True

    return remember
