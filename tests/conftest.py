"""Ground of all tests: a fresh database each, no network beyond this machine, fixed properties."""

import os
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakSet

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts
from sqlalchemy import Connection, Engine, event

from tests.databases import (
    KINDS,
    Cluster,
    PostgresMissing,
    chosen_kind,
    sqlite_address,
    start_cluster,
)
from tests.documents.corpora import ABSENT
from tests.documents.patience import judges_have_time  # noqa: F401 - a fixture for all tests

IS_CI = os.environ.get("CI") == "true"

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if IS_CI else "dev")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of tests that the second round, on PostgreSQL, leaves out."""
    text = "one_database: needs no second round on PostgreSQL (pure, or runs on both by itself)"
    config.addinivalue_line("markers", text)


def pytest_runtest_setup() -> None:
    """Let tests reach this machine only."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that runs on both databases in one round needs no second one."""
    for item in items:
        if "each_database_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.one_database)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly when the verifier met no file of others: skipped tests alone are overlooked."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(ABSENT in str(one.longrepr) for one in skipped):
        terminalreporter.section("left out", sep="!", red=True, bold=True)
        terminalreporter.line(ABSENT, red=True, bold=True)


@pytest.fixture(autouse=True)
def no_connection_outlives_its_test() -> Iterator[None]:
    """Empty the pools that a test filled; a connection that is still in use then is a leak."""
    used: WeakSet[Engine] = WeakSet()

    def note(connection: Connection) -> None:
        used.add(connection.engine)

    event.listen(Engine, "engine_connect", note)
    yield
    event.remove(Engine, "engine_connect", note)
    for engine in list(used):
        engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Run a throw-away PostgreSQL; a test that needs one is skipped where none is installed."""
    try:
        cluster = start_cluster()
    except PostgresMissing as error:
        if IS_CI:
            pytest.fail(f"{error} CI must run on both databases.")
        pytest.skip(str(error))
    yield cluster
    cluster.stop()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a fresh, empty database of this round's kind."""
    yield from _fresh(chosen_kind(), request, tmp_path)


@pytest.fixture(scope="module")
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Give one database to all tests of a module, which then must only read it."""
    yield from _fresh(chosen_kind(), request, tmp_path_factory.mktemp("database"))


@pytest.fixture(params=KINDS)
def each_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a fresh, empty database of each kind in turn: the test runs on both in one round."""
    yield from _fresh(request.param, request, tmp_path)


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a fresh, empty PostgreSQL database, for what only PostgreSQL can show."""
    yield from _fresh("postgresql", request, tmp_path)


def _fresh(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield sqlite_address(tmp_path)
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    address = cluster.create_database()
    yield address
    cluster.drop_database(address)
