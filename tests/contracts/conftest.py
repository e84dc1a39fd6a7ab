"""Both providers on databases of this round's kind, built once for a whole file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts.stage import Stage, open_stage
from tests.databases import Cluster, chosen_kind


@pytest.fixture(scope="module")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Return a maker of empty databases that live as long as the tests of one file."""
    if chosen_kind() == "sqlite":
        yield lambda: f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    made: list[str] = []

    def make() -> str:
        made.append(cluster.create_database())
        return made[-1]

    yield make
    for address in made:
        cluster.drop_database(address)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def stage(folder: Path, new_database: Callable[[], str]) -> Iterator[Stage]:
    """Registry and documents, joined as they are in the product."""
    with open_stage(folder, new_database(), new_database()) as opened:
        yield opened
