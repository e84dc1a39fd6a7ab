"""The composition root of evaluation."""

from flask import Flask

from services.evaluation import words
from services.evaluation.api import BLUEPRINTS as API_PARTS
from services.evaluation.clients import Clients, http_clients
from services.evaluation.config import EvaluationSettings
from services.evaluation.models import LEDGER, SeenToken, db
from services.evaluation.problems import PROBLEMS
from services.evaluation.web import BLUEPRINTS as PAGES
from services.evaluation.worker import create_worker
from shared.app import Ground, add_blueprints, build, make_clock
from shared.clock import Clock
from shared.keys import KeyRing
from shared.problems import add_words, first_words
from shared.web.role_words import ROLES

__all__ = ["create_app", "create_worker"]


def create_app(
    settings: EvaluationSettings, clients: Clients | None = None, clock: Clock | None = None
) -> Flask:
    """Build the Flask app of evaluation."""
    ground = Ground(
        import_name="services.evaluation",
        settings=settings,
        db=db,
        seen_tokens=SeenToken,
        problems=PROBLEMS,
        clock=clock or make_clock(settings),
        ledger=LEDGER,
    )
    app, api = build(ground)
    keys: KeyRing = app.extensions["vyzva-keys"]
    app.extensions["vyzva-clients"] = clients or http_clients(settings, keys)
    add_words(app, state=first_words(words.STATES), role=ROLES)
    add_blueprints(app, api, pages=PAGES, api_parts=API_PARTS)
    return app
