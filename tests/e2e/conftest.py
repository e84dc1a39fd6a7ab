"""Ground of the end-to-end tests: a database for each service."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import Cluster, chosen_kind
from tests.house.tree import SERVICES

Databases = dict[str, str]


@pytest.fixture
def postgres_databases(postgres: Cluster) -> Iterator[Databases]:
    """Give each service an empty PostgreSQL database."""
    made = {name: postgres.create_database() for name in SERVICES}
    yield made
    for address in made.values():
        postgres.drop_database(address)


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Databases:
    """Give each service a database of this round's kind; SQLite files are the product's default."""
    if chosen_kind() == "sqlite":
        return {}
    found: Databases = request.getfixturevalue("postgres_databases")
    return found


@pytest.fixture
def picture() -> Callable[[str], Path | None]:
    """Return where a screenshot goes, ``None`` when nobody asked for any."""
    folder = os.environ.get("VYZVA_TEST_SCREENSHOTS", "")

    def path(name: str) -> Path | None:
        if not folder:
            return None
        Path(folder).mkdir(parents=True, exist_ok=True)
        return Path(folder) / f"{name}.png"

    return path
