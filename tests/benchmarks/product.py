"""The three services in this process, on migrated databases filled with a world."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Session

from services.documents.__main__ import SERVICE as DOCUMENTS
from services.documents.models import db as documents_db
from services.evaluation.__main__ import SERVICE as EVALUATION
from services.evaluation.clients import clients_over as evaluation_clients
from services.evaluation.models import db as evaluation_db
from services.registry.__main__ import SERVICE as REGISTRY
from services.registry.clients import clients_over as registry_clients
from services.registry.models import db as registry_db
from shared.clock import FrozenClock
from shared.config import load
from shared.http import InProcessTransport
from shared.keys import KeyRing, make_development_keys
from shared.serving import migrate, settle

from .fill_documents import fill_documents
from .fill_evaluation import fill_evaluation
from .fill_registry import fill_registry
from .world import NOW, World

SERVICES = {"registry": REGISTRY, "documents": DOCUMENTS, "evaluation": EVALUATION}
DATABASES = {"registry": registry_db, "documents": documents_db, "evaluation": evaluation_db}
FILLERS: dict[str, Callable[[Session, World], None]] = {
    "registry": fill_registry,
    "documents": fill_documents,
    "evaluation": fill_evaluation,
}


@dataclass(frozen=True)
class Product:
    """The apps by name, and the keys that sign people in."""

    apps: dict[str, Flask]
    keys: KeyRing
    fill_seconds: float

    def database(self, service: str) -> SQLAlchemy:
        """Return the database of a service."""
        return DATABASES[service]


@contextmanager
def filled_product(
    var: Path,
    addresses: dict[str, str],
    world: World,
    fillers: Mapping[str, Callable[[Session, World], None]] = FILLERS,
) -> Iterator[Product]:
    """Migrate the empty databases, fill them, and put the services together.

    Args:
        addresses: SQLAlchemy address of each service's database.
        fillers: what fills them, where it is not the usual.
    """
    given: dict[str, Any] = {"var": var, "public_url": "http://localhost"}
    settings = {
        name: load(service.settings, **given, database_url=addresses[name])
        for name, service in SERVICES.items()
    }
    for name, service in SERVICES.items():
        migrate(service, settings[name])
    keys = settings["registry"].keys_folder
    make_development_keys(keys)
    clock = FrozenClock(NOW)
    documents = DOCUMENTS.create_app(settings["documents"], clock=clock)
    to_documents = InProcessTransport(documents)
    registry = REGISTRY.create_app(
        settings["registry"], registry_clients(to_documents, KeyRing(keys, "registry")), clock
    )
    to_registry = InProcessTransport(registry)
    clients = evaluation_clients(to_registry, to_documents, KeyRing(keys, "evaluation"))
    evaluation = EVALUATION.create_app(settings["evaluation"], clients, clock)
    apps = {"registry": registry, "evaluation": evaluation, "documents": documents}
    began = time.monotonic()
    for name, app in apps.items():
        with app.app_context():
            {**FILLERS, **fillers}[name](DATABASES[name].session(), world)
    settle()
    yield Product(apps, KeyRing(keys, "registry"), time.monotonic() - began)
    for name, app in apps.items():
        with app.app_context():
            DATABASES[name].session.remove()
            DATABASES[name].engine.dispose()
