"""The running service with fakes of its neighbours."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.evaluation.app import create_app
from services.evaluation.clients import clients_over
from services.evaluation.config import EvaluationSettings
from services.evaluation.models import Base, db
from shared.clock import FrozenClock
from shared.config import load
from shared.keys import KeyRing, make_development_keys
from tests.evaluation.fakes import FakeDocuments, FakeRegistry
from tests.evaluation.house import ORGANISATION, START, House, Snapshot


@pytest.fixture(scope="session")
def shelf() -> dict[str, Snapshot]:
    """States of the story that several tests begin from."""
    return {}


@pytest.fixture
def house(tmp_path: Path, database_url: str, shelf: dict[str, Snapshot]) -> Iterator[House]:
    """Evaluation on an empty database."""
    yield from _house(tmp_path, database_url, shelf)


@pytest.fixture
def house_for_two(tmp_path: Path, postgres_url: str) -> Iterator[House]:
    """Evaluation on PostgreSQL, where two people really work at once."""
    yield from _house(tmp_path, postgres_url, {})


def _house(tmp_path: Path, address: str, shelf: dict[str, Snapshot]) -> Iterator[House]:
    settings = load(EvaluationSettings, var=tmp_path, database_url=address)
    clock = FrozenClock(START)
    registry, documents = FakeRegistry(clock, ORGANISATION), FakeDocuments(clock, ORGANISATION)
    make_development_keys(settings.keys_folder)
    clients = clients_over(registry, documents, KeyRing(settings.keys_folder, "evaluation"))
    app = create_app(settings, clients, clock)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield House(app, clock, registry, documents, app.test_client(), shelf)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
