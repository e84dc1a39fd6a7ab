"""The composition root of documents."""

from flask import Flask

from services.documents.adapters.files import FolderStore
from services.documents.api import deliveries, documents, people, tasks
from services.documents.api.blueprint import blp
from services.documents.config import DocumentsSettings
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import DataBoxGateway
from services.documents.delivery.proofs import load_roots
from services.documents.delivery.transport import IsdsAccount
from services.documents.models import SeenToken, db
from services.documents.problems import PROBLEMS
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.signing.development_pki import DevelopmentPki, ForbiddenInProduction
from services.documents.tools import Tools
from services.documents.web import pages
from shared.app import Ground, add_blueprints, build, make_clock
from shared.clock import Clock
from shared.config import SettingsError

API_PARTS = (deliveries, documents, people, tasks)
"""Modules that add their routes to the one API blueprint."""


def create_app(
    settings: DocumentsSettings,
    clock: Clock | None = None,
    gateway: DataBoxGateway | None = None,
) -> Flask:
    """Build documents; without *gateway* the settings decide about the data box.

    Raises:
        SettingsError: the settings ask for what must not be.
    """
    process_clock = clock or make_clock(settings)
    tools = make_tools(settings, process_clock, gateway)
    ground = Ground("services.documents", settings, db, SeenToken, PROBLEMS, process_clock)
    app, api = build(ground)
    app.extensions["documents-tools"] = tools
    add_blueprints(app, api, pages=[pages], api_parts=[blp])
    return app


def make_tools(settings: DocumentsSettings, clock: Clock, gateway: DataBoxGateway | None) -> Tools:
    """Fill the ports as the settings say."""
    var = settings.var / "documents"
    try:
        pki = DevelopmentPki(var / "pki", is_production=settings.mode == "production")
    except ForbiddenInProduction as error:
        raise SettingsError(f"  pki: {error}") from error
    return Tools(
        settings=settings,
        clock=clock,
        files=FolderStore(var / "files"),
        renderer=TypstRenderer(),
        people=pki,
        seal=pki,
        gateway=gateway or make_gateway(settings),
        seal_roots=load_roots(settings.isds_seal_roots),
        trust_anchor=pki.root_certificate,
    )


def make_gateway(settings: DocumentsSettings) -> DataBoxGateway | None:
    """Return the sender's data box, or ``None`` when none is set up."""
    if not settings.isds_url:
        return None
    return IsdsGateway(
        IsdsAccount(
            base_url=settings.isds_url,
            user=settings.isds_user,
            password=settings.isds_password.get_secret_value(),
            client_certificate=settings.isds_certificate,
            trusted=settings.isds_trusted,
        )
    )
