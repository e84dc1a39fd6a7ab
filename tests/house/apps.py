"""The three apps as the guard tests look at them: built once, on throw-away files."""

import importlib
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule as Route

from services.isds_simulator.app import create_app as create_simulator
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.web.description import described
from shared.auth import ASSETS, rules_of
from shared.config import load


def service_of(name: str) -> Any:
    """Return the ``Service`` that a service's command line is built from."""
    return importlib.import_module(f"services.{name}.__main__").SERVICE


@cache
def app_of(name: str) -> Flask:
    """Return the app of a service; its database file is never opened by the guards."""
    service = service_of(name)
    var = Path(tempfile.mkdtemp(prefix=f"vyzva-{name}-"))
    app: Flask = service.create_app(load(service.settings, var=var))
    return app


def routes_of(name: str) -> list[Route]:
    """Return the routes of a service, libraries' assets left out."""
    routes = [route for route in app_of(name).url_map.iter_rules() if route.endpoint not in ASSETS]
    return sorted(routes, key=lambda route: (route.rule, sorted(route.methods or ())))


def methods_of(route: Route) -> list[str]:
    """Return the methods that a route really declares."""
    return sorted((route.methods or set()) - {"HEAD", "OPTIONS"})


def access_of(name: str, route: Route) -> tuple[str, ...]:
    """Return the names of the access rules of a route."""
    return tuple(rule.name for rule in rules_of(app_of(name).view_functions[route.endpoint]))


def openapi_of(name: str) -> dict[str, Any]:
    """Return the OpenAPI description of a service's JSON API."""
    app = app_of(name)
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    with app.test_request_context():
        described: dict[str, Any] = api.spec.to_dict()
    return described


def simulator_openapi() -> dict[str, Any]:
    """Return the OpenAPI description of the simulator's control interface."""
    with tempfile.TemporaryDirectory(prefix="isds-simulator-") as folder:
        return described(create_simulator(SimulatorSettings(data_dir=Path(folder))))
