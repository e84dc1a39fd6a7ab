"""The composition root of the simulator."""

import secrets

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.ledger.controls import get_setting, put_setting
from services.isds_simulator.service.office import Office, open_office
from services.isds_simulator.soap.cookies import COOKIES
from services.isds_simulator.soap.views import SOAP
from services.isds_simulator.web import (  # noqa: F401  # routes
    control_directory,
    control_messages,
    control_weather,
    pages_messages,
    pages_weather,
)
from services.isds_simulator.web.control import CONTROL
from services.isds_simulator.web.description import SETTINGS, ControlApi
from services.isds_simulator.web.languages import speak
from services.isds_simulator.web.pages import PAGES
from services.isds_simulator.web.seeds import plant

SECRET = "page_secret"  # noqa: S105  # the name of a setting, not its value
SECRET_BYTES = 32


def create_app(settings: SimulatorSettings) -> Flask:
    """Put one simulator together.

    Args:
        settings: Where it keeps its things and how it behaves.

    Returns:
        A WSGI application that answers SOAP under ``/DS``, the control interface under
        ``/control`` and pages for people elsewhere.
    """
    office = open_office(settings)
    plant(office)
    app = Flask(__name__, static_folder=None)
    # The real system never redirects a program; a path with two slashes is not found.
    app.url_map.merge_slashes = False
    app.config.update(
        SECRET_KEY=_secret(office),
        SESSION_COOKIE_NAME="isds_simulator",
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.largest_request,
        **SETTINGS,
    )
    app.extensions[EXTENSION] = office
    speak(app)
    csrf = CSRFProtect(app)
    for blueprint in (SOAP, COOKIES, PAGES):
        app.register_blueprint(blueprint)
    ControlApi(app).register_blueprint(CONTROL)
    # Programs call these: the ones sign in on each request, the last takes JSON only.
    for blueprint in (SOAP, COOKIES, CONTROL):
        csrf.exempt(blueprint)
    return app


def _secret(office: Office) -> str:
    """Return the key of the session cookie; it is made once and kept in the ledger."""
    with office.ledger.writing() as connection:
        secret = get_setting(connection, SECRET)
        if secret is None:
            secret = secrets.token_hex(SECRET_BYTES)
            put_setting(connection, SECRET, secret)
        return secret
