"""Connections to the ledger: one SQLite file, never one connection in two threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING

from services.isds_simulator.ledger.schema import SCHEMA, VERSION

if TYPE_CHECKING:
    import sqlite3
else:
    # Debian's own SQLite may lose committed writes in WAL mode; this wheel brings a mended one.
    from pysqlite3 import dbapi2 as sqlite3

Connection = sqlite3.Connection
Row = sqlite3.Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
BUSY_SECONDS = 30.0


def to_ms(instant: datetime) -> int:
    """Return an aware instant as the ledger stores it; a part of a millisecond is dropped."""
    return (instant - EPOCH) // MILLISECOND


def from_ms(value: int) -> datetime:
    """Return a stored instant as an aware UTC ``datetime``."""
    return EPOCH + value * MILLISECOND


def maybe_from_ms(value: int | None) -> datetime | None:
    """Return a stored instant that may be missing."""
    return None if value is None else from_ms(value)


def maybe_to_ms(instant: datetime | None) -> int | None:
    """Return an instant that may be missing as the ledger stores it."""
    return None if instant is None else to_ms(instant)


class ForeignLedger(Exception):
    """The file was written by another version of the simulator."""


class Ledger:
    """The simulator's own database; hands out transactions.

    Idle connections are kept for the next caller, because every SOAP request may come
    in a thread of its own. A connection serves one thread at a time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: LifoQueue[Connection] = LifoQueue()
        # SQLite lets one writer in and makes the others poll; a lock makes them queue.
        self._one_writer = threading.Lock()
        with self._borrowed() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            self._refuse_foreign(connection)
            connection.executescript(SCHEMA)
            connection.execute(f"PRAGMA user_version = {VERSION}")

    def _refuse_foreign(self, connection: Connection) -> None:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        has_tables = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        if has_tables is not None and found != VERSION:
            message = f"{self._path} is a ledger of version {found}, not {VERSION}; remove it."
            raise ForeignLedger(message)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one consistent state of the ledger."""
        with self._borrowed() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a write transaction: committed at the end or rolled back."""
        with self._one_writer, self._borrowed() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """Close the idle connections."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    @contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._opened()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def _opened(self) -> Connection:
        connection = sqlite3.connect(
            str(self._path),
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection
