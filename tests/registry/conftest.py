"""A registry of its own for each test: fresh database, frozen clock, documents stood in for."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from services.registry.app import create_app
from services.registry.clients import clients_over
from services.registry.config import RegistrySettings
from services.registry.models import Base, db
from services.registry.service import passwords
from services.registry.service.bootstrap import NewOrganisation, found_organisation
from shared.clock import FrozenClock
from shared.keys import KeyRing, make_development_keys

from .office import PASSWORD, FakeDocuments, Office

START = datetime(2026, 5, 7, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords the same way with the least effort: tests make hundreds of accounts."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", cheap)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(START)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> RegistrySettings:
    return RegistrySettings(var=tmp_path, public_url="http://mas.test", database_url=database_url)


@pytest.fixture
def documents() -> FakeDocuments:
    return FakeDocuments()


@pytest.fixture
def app(
    settings: RegistrySettings, clock: FrozenClock, documents: FakeDocuments
) -> Iterator[Flask]:
    make_development_keys(settings.keys_folder)
    clients = clients_over(documents, KeyRing(settings.keys_folder, "registry"))
    app = create_app(settings, clients=clients, clock=clock)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def found(app: Flask, clock: FrozenClock) -> Callable[[str], None]:
    """Found an organisation with a director who can sign in."""

    def make(slug: str) -> None:
        new = NewOrganisation(
            name=f"MAS {slug}",
            slug=slug,
            login=f"{slug}.reditelka",
            director_name="Jana Malá",
            password=PASSWORD,
            email=f"reditelka@{slug}.cz",
        )
        with app.app_context():
            session: Session = db.session()
            found_organisation(session, new, clock.now())
            session.commit()

    return make


@pytest.fixture
def office(
    app: Flask, clock: FrozenClock, found: Callable[[str], None], documents: FakeDocuments
) -> Office:
    """An organisation with its people, ready to work over the API."""
    found("szk")
    office = Office(app, clock, documents, "szk")
    office.hire_everybody()
    return office
