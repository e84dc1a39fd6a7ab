"""The real providers with something in them, and clients that call them as evaluation does."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from flask import Flask
from pytest import MonkeyPatch
from werkzeug.serving import make_server

from services.documents.models import db as documents_db
from services.registry import clients as registry_clients
from services.registry.app import create_app
from services.registry.config import RegistrySettings
from services.registry.models import Base, db
from services.registry.service import passwords
from services.registry.service.bootstrap import NewOrganisation, found_organisation
from shared.actors import Actor
from shared.clients.documents import DocumentsClient
from shared.clients.registry import RegistryClient
from shared.clock import FrozenClock
from shared.config import load
from shared.http import HttpTransport, InProcessTransport, Reply, ServiceClient, Transport
from shared.keys import KeyRing
from tests.documents.offices import ORGANISATION, open_office
from tests.documents.offices import Office as DocumentsOffice
from tests.registry.conftest import START
from tests.registry.office import PASSWORD, FakeDocuments, prague
from tests.registry.office import Office as RegistryOffice

CLIENTS: dict[str, type[ServiceClient]] = {"registry": RegistryClient, "documents": DocumentsClient}
AFTER_THE_INTAKE = prague(17, 6)
"""The call of the stage is closed, its presentations are still to come."""


@dataclass
class Recorder:
    """A transport that remembers the last answer as it came."""

    inner: Transport
    last: Reply | None = None

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        self.last = self.inner.send(method, path, body, headers)
        return self.last


@dataclass
class Stage:
    """Registry and documents, joined; each with people, and with what the cases look at."""

    folder: Path
    registry: RegistryOffice
    documents: DocumentsOffice
    call_id: UUID
    application_id: UUID
    transports: dict[str, Transport] = field(default_factory=dict)
    minutes: Iterator[int] = field(default_factory=count)

    def app(self, name: str) -> Flask:
        return self.registry.app if name == "registry" else self.documents.app

    def actor(self, name: str) -> Actor:
        """Return evaluation's worker, in the organisation that has something in *name*."""
        is_registry = name == "registry"
        organisation = self.registry.organisation_id if is_registry else ORGANISATION
        return Actor(organisation_id=organisation, name="Výzva")

    def client(self, name: str, *, caller: str = "evaluation") -> Any:
        """Return the client of *name* with which the service *caller* calls."""
        keys = KeyRing(self.folder / "keys", caller)
        transport = self.transports.get(name) or InProcessTransport(self.app(name).wsgi_app)
        return CLIENTS[name](Recorder(transport), keys)

    def another_moment(self) -> datetime:
        """Return a date of presentations that was not announced yet."""
        return prague(20, 6, 8) + timedelta(minutes=next(self.minutes))


@contextmanager
def open_stage(folder: Path, registry_url: str, documents_url: str) -> Iterator[Stage]:
    """Build both providers on empty databases and play the story up to a registered application."""
    with ExitStack() as stack:
        patch = stack.enter_context(MonkeyPatch.context())
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_HASHER", cheap)
        documents = open_office(folder, documents_url)
        stack.callback(_close, documents.app, documents_db)
        app, clock = _registry(folder, registry_url, documents.app)
        stack.callback(_close, app, db)
        registry = RegistryOffice(app, clock, FakeDocuments(), "szk")
        registry.hire_everybody()
        call_id = registry.open_call()
        application_id = registry.registered(call_id)
        registry.move_to(AFTER_THE_INTAKE)
        yield Stage(folder, registry, documents, call_id, application_id)


def _registry(folder: Path, address: str, documents: Flask) -> tuple[Flask, FrozenClock]:
    given = {"var": folder, "database_url": address, "public_url": "http://mas.test"}
    keys = KeyRing(folder / "keys", "registry")
    clients = registry_clients.clients_over(InProcessTransport(documents.wsgi_app), keys)
    clock = FrozenClock(START)
    app = create_app(load(RegistrySettings, **given), clients, clock)
    new = NewOrganisation(
        name="MAS szk",
        slug="szk",
        login="szk.reditelka",
        director_name="Jana Malá",
        password=PASSWORD,
        email="reditelka@szk.cz",
    )
    with app.app_context():
        Base.metadata.create_all(db.engine)
        found_organisation(db.session(), new, clock.now())
        db.session.commit()
    return app, clock


def _close(app: Flask, database: Any) -> None:
    with app.app_context():
        database.session.remove()
        database.engine.dispose()


@contextmanager
def on_sockets(stage: Stage) -> Iterator[Stage]:
    """Put both providers on real sockets of this machine; clients then call over HTTP."""
    with ExitStack() as stack:
        for name in CLIENTS:
            server = make_server("127.0.0.1", 0, stage.app(name), threaded=True)
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            stage.transports[name] = HttpTransport(f"http://127.0.0.1:{server.server_port}")
        yield stage
        stage.transports.clear()
