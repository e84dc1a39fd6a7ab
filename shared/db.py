"""Database ground: naming convention, column types, mixins, engine options, transactions.

Each service has its own ``Base`` (own metadata, own database). The same models run on SQLite and
on PostgreSQL.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID, uuid4

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import JSON, BigInteger, DateTime, Engine, Integer, MetaData, Table, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from shared.money import Money

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# Write-ahead logging can lose committed writes before this version (two connections).
SQLITE_SAFE_WAL = (3, 51, 3)
WRITE = "BEGIN IMMEDIATE"
LOCK_SECONDS = 20.0
"""So long somebody waits for a lock that others hold."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0003, 0.005
"""Seconds between two tries to take the write lock of SQLite."""
STATEMENT_SECONDS = 300.0
"""So long one statement may last on PostgreSQL."""
CONFLICTS = frozenset({"55P03", "40P01", "40001"})
"""What PostgreSQL says of a lock that did not come free, a deadlock, a serialization failure."""

_reading: ContextVar[bool] = ContextVar("reading", default=False)
_inside_transaction: ContextVar[bool] = ContextVar("inside_transaction", default=False)

T = TypeVar("T")
JsonColumn = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")


def new_metadata() -> MetaData:
    """Return metadata with the naming convention; one per service."""
    return MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC instants in and out; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware instant into what the database stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime cannot be stored.")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware UTC instant."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class MoneyColumn(TypeDecorator[Money]):
    """Czech crowns as whole hellers: exact and sortable on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        """Turn crowns into hellers."""
        if value is None:
            return None
        if value.currency != "CZK":
            raise ValueError("Only CZK amounts are stored.")
        return value.hundredths

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        """Turn hellers into crowns."""
        return None if value is None else Money.from_hundredths(value)


TYPES: dict[Any, Any] = {
    datetime: UtcDateTime,
    Money: MoneyColumn,
    dict[str, Any]: JsonColumn,
    list[Any]: JsonColumn,
    list[str]: JsonColumn,
}


class Keyed:
    """Rows with an opaque UUID key."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class Owned:
    """Rows that belong to one organisation; every query is scoped by it."""

    organisation_id: Mapped[UUID] = mapped_column(index=True)

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


class Versioned:
    """Rows under optimistic locking: a stale write raises ``StaleDataError`` (HTTP 409)."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy hands in the class
        return {"version_id_col": cast("Any", cls).version}


def engine_options(address: str, wait_seconds: float = LOCK_SECONDS) -> dict[str, Any]:
    """Return the engine options that *address* needs.

    Nobody waits without end for a lock that others hold, nor for a slow statement. Errors do not
    show the values of a statement: names and password hashes would reach the log.

    Args:
        wait_seconds: For a lock; what the address itself says in its ``options`` wins.
    """
    url = make_url(address)
    pool = {"pool_timeout": min(wait_seconds, 10)}
    if url.get_backend_name() == "sqlite":
        return {
            "module": sqlite,
            "connect_args": {"timeout": wait_seconds, "check_same_thread": False},
            "hide_parameters": True,
            **({} if url.database in (None, "", ":memory:") else pool),  # that in memory has none
        }
    limits = {"lock_timeout": wait_seconds, "statement_timeout": STATEMENT_SECONDS}
    told = [f"-c {name}={round(seconds * 1000)}" for name, seconds in limits.items()]
    return {
        "connect_args": {"options": " ".join([*told, str(url.query.get("options", ""))])},
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 5,
        "max_overflow": 10,
        **pool,
    }


def is_conflict(error: BaseException) -> bool:
    """Tell whether PostgreSQL ended a transaction in favour of others: it may be tried again."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in CONFLICTS


def prepare_engine(engine: Engine) -> None:
    """Set up each new SQLite connection: safe journal, foreign keys, explicit transactions."""
    if engine.dialect.name != "sqlite":
        return
    journal = "WAL" if sqlite.sqlite_version_info >= SQLITE_SAFE_WAL else "DELETE"

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN itself, see below
        for pragma in ("foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        _choose_journal(connection, journal)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A deferred transaction that turns into a write can fail at once with a stale snapshot;
        # whoever may write therefore takes the write lock first and waits for it. What is read
        # in a request or a worker before the use case begins must not hold that lock.
        if _reading.get():
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_writing(connection)


def _begin_writing(connection: Connection) -> None:
    """Take the write lock as soon as it is free.

    SQLite itself sleeps ever longer between its tries, mostly longer than others hold the lock.
    """
    driver: Any = connection.connection.dbapi_connection
    (allowed,) = driver.execute("PRAGMA busy_timeout").fetchone()
    give_up, pause = monotonic() + allowed / 1000, SHORTEST_PAUSE
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while monotonic() < give_up:
            if _has_begun(driver):
                return
            sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        connection.exec_driver_sql(WRITE)
    finally:
        driver.execute(f"PRAGMA busy_timeout={allowed}")


def _has_begun(driver: Any) -> bool:
    try:
        driver.execute(WRITE)
    except sqlite.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite.SQLITE_BUSY:
            raise
        return False
    return True


def _choose_journal(connection: Any, journal: str) -> None:
    """Set the journal; SQLite does not wait by itself while others open the file too."""
    give_up = monotonic() + 20
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode={journal}").fetchone()
            return
        except sqlite.OperationalError:
            if monotonic() > give_up:
                raise
            sleep(0.01)


@contextmanager
def reading() -> Iterator[None]:
    """Mark the block as read-only: on SQLite it will not wait for the write lock.

    It counts for transactions that begin inside the block; :func:`transaction` writes anyway.
    """
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def mark_reading(value: bool) -> None:
    """Set for the rest of the request that it only reads, except inside :func:`transaction`."""
    _reading.set(value)


def is_inside_transaction() -> bool:
    """Tell whether a use case's transaction is open here (no service may be called then)."""
    return _inside_transaction.get()


def _is_changed(session: Session) -> bool:
    return bool(session.new or session.dirty or session.deleted)


def _begin_alone(session: Session) -> None:
    if _inside_transaction.get():
        raise RuntimeError("A transaction is open already; use its session.")
    is_changed = _is_changed(session)
    # What was read before belongs to no use case; end it so that the write lock comes first.
    session.rollback()
    if is_changed:
        raise RuntimeError("Something was changed before the transaction began.")


@contextmanager
def read_only(session: Session) -> Iterator[Session]:
    """Read within one transaction that waits for no writer, and makes none wait.

    Raises:
        RuntimeError: a transaction is open already, or an object was changed before this one or in
            it, which is undone. Statements that write are not noticed: none belongs here.
    """
    _begin_alone(session)
    marks = _inside_transaction.set(True), _reading.set(True)
    try:
        with session.no_autoflush:
            yield session
        if _is_changed(session):
            raise RuntimeError("Something was changed in a transaction that only reads.")
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _inside_transaction.reset(marks[0])
        _reading.reset(marks[1])


def table_of(model: type[Any]) -> Table:
    """Return the table of a model, for statements that need no objects."""
    return cast(Table, model.__table__)


LAST_STEPS = "last steps"
"""Where a session keeps what is done at the end of its transaction."""


def before_commit(session: Session, step: Callable[[Session, list[T]], None], thing: T) -> None:
    """Have a step done with the thing at the end of the transaction, once for all its things.

    For what other writers wait for: it is held from there to the commit only.
    """
    steps: dict[Any, list[T]] = session.info.setdefault(LAST_STEPS, {})
    steps.setdefault(step, []).append(thing)


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit what the block wrote, or nothing.

    The one place where a use case's work becomes durable: api, web and worker open it around
    one use case and do their network calls outside it.

    Raises:
        RuntimeError: one is open already, which the inner commit would cut in half; or something
            was changed before it and would be committed by accident.
    """
    _begin_alone(session)
    session.info.pop(LAST_STEPS, None)
    marks = _inside_transaction.set(True), _reading.set(False)
    try:
        yield session
        for step, things in session.info.pop(LAST_STEPS, {}).items():
            step(session, things)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _inside_transaction.reset(marks[0])
        _reading.reset(marks[1])
