"""A demonstration that was interrupted is begun anew; no other organisation is ever touched.

As long as a demonstration is being played, a mark lies in the folder of the installation. A start
that finds it there removes what the demonstration wrote, unless there is another organisation.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, inspect, select

from services.demonstration.founding import EMAIL, SLUG
from services.registry.models import Organisation
from shared.config import SERVICES, Settings
from shared.db import engine_options

DEMONSTRATION = (SLUG, EMAIL)
"""How its organisation is known; nobody real has an address at example.org."""
MARK = "demonstration-unfinished"
WRITTEN = (
    "clock.json",
    "demo",
    "documents",
    "evidence",
    "files",
    "isds_simulator",
    "mail",
    *(f"{service}.sqlite{part}" for service in SERVICES for part in ("", "-shm", "-wal")),
)
"""What a demonstration writes into the folder; keys and secrets of the installation stay."""


class AlreadyRunning(Exception):
    """Another process serves from this folder."""


class NotOurs(Exception):
    """The folder is marked as a demonstration, but more than that depends on it."""


@contextmanager
def held(var: Path) -> Iterator[None]:
    """Keep the folder for this process; even a killed process gives it back.

    Raises:
        AlreadyRunning: another process has it.
    """
    var.mkdir(parents=True, exist_ok=True)
    folder = os.open(var, os.O_RDONLY)
    try:
        _lock(folder, var)
        yield
    finally:
        os.close(folder)


def _lock(folder: int, var: Path) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyRunning(str(var)) from error


@contextmanager
def marked(var: Path) -> Iterator[None]:
    """Mark the folder until the block is done; whatever ends it before leaves the mark."""
    (var / MARK).touch()
    yield
    (var / MARK).unlink()


def is_unfinished(var: Path) -> bool:
    """Tell whether a demonstration was begun here and not finished."""
    return (var / MARK).exists()


def clear(registry: Settings, *others: Settings) -> bool:
    """Remove an unfinished demonstration; tell whether there was one.

    Args:
        others: settings of the other services in the same folder.

    Raises:
        NotOurs: a database lies elsewhere, or holds an organisation that is no demonstration.
    """
    var = registry.var
    if not is_unfinished(var):
        return False
    is_elsewhere = any(one.database_url for one in (registry, *others))
    if is_elsewhere or set(organisations(registry.database)) - {DEMONSTRATION}:
        raise NotOurs(str(var))
    for name in WRITTEN:
        path = var / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    (var / MARK).unlink()
    return True


def organisations(database: str) -> list[tuple[str, str]]:
    """Return slug and e-mail of each organisation in registry's database."""
    engine = create_engine(database, **engine_options(database))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table(Organisation.__tablename__):
                return []
            found = connection.execute(select(Organisation.slug, Organisation.email)).all()
    finally:
        engine.dispose()
    return [(row.slug, row.email) for row in found]
