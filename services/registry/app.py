"""The composition root of registry."""

from flask import Flask, Response
from flask_wtf import CSRFProtect
from sqlalchemy.exc import IntegrityError

from services.registry import web
from services.registry.adapters.files import FolderStore
from services.registry.api import (
    applications,
    calls,
    evidence,
    people,
    published,
    sessions,
    strategy,
    tasks,
)
from services.registry.api import settings as settings_api
from services.registry.api.blueprint import blp
from services.registry.clients import Clients, http_clients
from services.registry.config import RegistrySettings
from services.registry.defects import defect_rows
from services.registry.domain.calls import CallNotReady
from services.registry.domain.intake import NotRegistrable, SeveralFaults
from services.registry.models import LEDGER, SeenToken, db
from services.registry.problems import PROBLEMS
from services.registry.signing_in import is_session_alive
from services.registry.web import words
from services.registry.web.words import WORDS
from shared import problems
from shared.app import Ground, add_blueprints, build, make_clock
from shared.clock import Clock
from shared.errors import DomainError
from shared.web.role_words import ROLES

PAGES = (
    web.public,
    web.sign_in,
    web.passwords,
    web.founding,
    web.office,
    web.calls,
    web.allocations,
    web.fiches,
    web.applications,
    web.intake,
    web.lists,
    web.people,
    web.strategy,
    web.drawdown,
    web.settings,
    web.signatures,
)
API_PARTS = (
    applications,
    calls,
    evidence,
    people,
    published,
    sessions,
    settings_api,
    strategy,
    tasks,
)
"""Modules that add their routes to the one API blueprint."""


def create_app(
    settings: RegistrySettings, clients: Clients | None = None, clock: Clock | None = None
) -> Flask:
    """Build registry; without *clients* it calls documents over HTTP."""
    process_clock = clock or make_clock(settings)
    ground = Ground(
        "services.registry",
        settings,
        db,
        SeenToken,
        PROBLEMS,
        process_clock,
        LEDGER,
        is_session_alive,
    )
    app, api = build(ground)
    keys = app.extensions["vyzva-keys"]
    app.extensions["vyzva-clients"] = clients or http_clients(settings, keys)
    app.extensions["vyzva-files"] = FolderStore(settings.var / "files" / "registry")
    app.register_error_handler(CallNotReady, _many_defects)
    app.register_error_handler(NotRegistrable, _many_defects)
    app.register_error_handler(SeveralFaults, _many_defects)
    app.register_error_handler(IntegrityError, _lost_race)
    app.jinja_env.globals["words"] = WORDS
    states = words.LIST_STATES | words.APPLICATION_STATES | words.CALL_STATES
    problems.add_words(
        app,
        state=problems.first_words(states),
        role=ROLES,
        period_name=words.PERIODS,
        case_state=problems.first_words(words.CASE_STATES),
    )
    add_blueprints(app, api, pages=[module.blueprint for module in PAGES], api_parts=[blp])
    _exempt_from_form_tokens(app)
    return app


def _exempt_from_form_tokens(app: Flask) -> None:
    """Renewing carries a form of another service; signing out checks the origin instead."""
    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(web.sign_in.renew)
    csrf.exempt(web.sign_in.sign_out)


def _many_defects(error: DomainError) -> Response:
    """Tell every defect at once, not one after another."""
    problem = problems.problem_of(error)
    return problems.answer(problem, errors=defect_rows(error))


def _lost_race(_error: Exception) -> Response:
    """Two requests made the same record at once; the database let one through."""
    return problems.answer(problems.HTTP_PROBLEMS[409])
