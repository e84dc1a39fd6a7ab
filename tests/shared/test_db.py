"""The database ground: exact values, safe transactions, no lost update."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from shared.db import (
    SQLITE_SAFE_WAL,
    engine_options,
    is_inside_transaction,
    mark_reading,
    prepare_engine,
    read_only,
    reading,
    transaction,
)
from shared.money import Money
from tests.databases import sqlite_address
from tests.shared.toy import ORGANISATION, Counter, Thing, engine_for, sessions


@pytest.fixture
def engine(each_database_url: str) -> Iterator[Engine]:
    with engine_for(each_database_url) as engine:
        yield engine


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    with engine_for(sqlite_address(tmp_path)) as engine:
        yield engine


def thing(name: str, **values: object) -> Thing:
    return Thing(organisation_id=ORGANISATION, name=name, **values)


def test_instants_come_back_aware_and_in_utc(engine: Engine) -> None:
    prague = datetime(2026, 7, 1, 10, 30, 15, 123456, tzinfo=ZoneInfo("Europe/Prague"))
    with Session(engine) as session, transaction(session):
        session.add(thing("a", at=prague))

    with Session(engine) as session:
        stored = session.scalars(select(Thing.at)).one()

    assert stored == prague
    assert stored is not None
    assert stored.utcoffset() == timedelta(0)


def test_naive_instant_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test

    with (
        Session(engine) as session,
        pytest.raises(StatementError, match="naive"),
        transaction(session),
    ):
        session.add(thing("a", at=naive))


@pytest.mark.parametrize("amount", ["0.01", "-0.01", "1900000.10", "9999999999999.99"])
def test_money_is_stored_exactly(engine: Engine, amount: str) -> None:
    price = Money.from_json({"amount": amount, "currency": "CZK"})
    with Session(engine) as session, transaction(session):
        session.add(thing("a", price=price))

    with Session(engine) as session:
        assert session.scalars(select(Thing.price)).one() == price


def test_money_is_summed_and_compared_in_the_database(engine: Engine) -> None:
    with Session(engine) as session, transaction(session):
        session.add_all(
            thing(str(i), price=Money.parse(t)) for i, t in enumerate(["0,10", "0,20", "5"])
        )

    with Session(engine) as session:
        total = session.scalar(select(func.sum(Thing.price)))
        small = session.scalar(
            select(func.count()).select_from(Thing).where(Thing.price < Money.parse("1"))
        )

    assert total == Money.parse("5,30")
    assert small == 2


def test_foreign_currency_is_not_stored(engine: Engine) -> None:
    euros = Money.from_json({"amount": "1.00", "currency": "EUR"})

    with (
        Session(engine) as session,
        pytest.raises(StatementError, match="CZK"),
        transaction(session),
    ):
        session.add(thing("a", price=euros))


def test_lost_race_is_a_stale_write(engine: Engine) -> None:
    with Session(engine) as session:
        with transaction(session):
            session.add(thing("a"))

        with pytest.raises(StaleDataError), transaction(session):
            row = session.scalars(select(Thing)).one()
            session.execute(text("UPDATE thing SET version = version + 1"))
            row.count = 9

        assert session.scalars(select(Thing.count)).one() == 0


def test_version_counts_the_changes(engine: Engine) -> None:
    with Session(engine) as session:
        with transaction(session):
            session.add(thing("a"))
        with transaction(session):
            session.scalars(select(Thing)).one().count = 5

        assert session.scalars(select(Thing.version)).one() == 2


def test_failed_block_leaves_nothing(engine: Engine) -> None:
    with Session(engine) as session:
        with pytest.raises(ZeroDivisionError), transaction(session):
            session.add(thing("a"))
            session.flush()
            raise ZeroDivisionError

        assert session.scalars(select(Thing)).all() == []
    assert not is_inside_transaction()


def test_transaction_sees_what_others_wrote_after_an_earlier_read(engine: Engine) -> None:
    with Session(engine) as session, transaction(session):
        session.add(thing("a"))
    mine, other = Session(engine), Session(engine)
    with reading():
        loaded = mine.scalars(select(Thing)).one()
        assert loaded.count == 0
    with transaction(other):
        other.scalars(select(Thing)).one().count = 3

    with transaction(mine):
        loaded.count += 1

    with Session(engine) as session:
        assert session.scalars(select(Thing.count)).one() == 4
    mine.close()
    other.close()


def test_transaction_in_a_transaction_is_refused(engine: Engine) -> None:
    with Session(engine) as session:
        with pytest.raises(RuntimeError, match="open already"), transaction(session):
            session.add(thing("outer"))
            with transaction(session):
                session.add(thing("inner"))

        assert session.scalars(select(Thing)).all() == []


def test_change_before_the_transaction_is_not_swept_in(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(thing("stray"))

        with pytest.raises(RuntimeError, match="before the transaction"), transaction(session):
            session.add(thing("meant"))

        assert session.scalars(select(Thing)).all() == []


@pytest.mark.parametrize("is_request", [False, True], ids=["worker", "request that only reads"])
def test_no_increment_is_lost(engine: Engine, is_request: bool) -> None:
    """Eight threads read, then add one, fifty times each; SQLite never says it is busy."""
    make = sessions(engine)
    with make() as session, transaction(session):
        session.add(Counter(id=1, value=0))

    def add_fifty(_number: int) -> None:
        mark_reading(is_request)
        for _ in range(50):
            with make() as session:
                session.get_one(Counter, 1)
                with transaction(session):
                    session.get_one(Counter, 1, with_for_update=True).value += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_fifty, range(8)))

    with make() as session:
        assert session.get_one(Counter, 1).value == 400


def test_whoever_waits_for_the_write_lock_too_long_is_told(tmp_path: Path) -> None:
    address = sqlite_address(tmp_path)
    waiting = create_engine(address, **engine_options(address, wait_seconds=0.1))
    prepare_engine(waiting)
    holding = sqlite.connect(str(waiting.url.database), isolation_level=None)
    holding.execute("BEGIN IMMEDIATE")
    with Session(waiting) as session:
        with pytest.raises(OperationalError, match="locked"), transaction(session):
            session.scalar(text("SELECT 1"))
        holding.execute("ROLLBACK")
        with transaction(session):  # it came free, and whatever else is locked is waited for
            assert session.scalar(text("PRAGMA busy_timeout")) == 100
    holding.close()


def test_two_first_connections_at_once_open_a_new_file(tmp_path: Path) -> None:
    address = sqlite_address(tmp_path)
    start = threading.Barrier(6)

    def open_it(_number: int) -> str:
        engine = create_engine(address, **engine_options(address))
        prepare_engine(engine)
        start.wait()
        with engine.connect() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        engine.dispose()
        return str(mode)

    with ThreadPoolExecutor(6) as pool:
        modes = set(pool.map(open_it, range(6)))

    assert len(modes) == 1


def test_reader_does_not_wait_for_a_writer(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as writer, transaction(writer):
        writer.add(thing("a"))
        writer.flush()

        with reading(), Session(sqlite_engine) as reader:
            seen = reader.scalars(select(Thing)).all()

    assert seen == []


def test_transaction_that_only_reads_does_not_wait_for_a_writer(sqlite_engine: Engine) -> None:
    written, read = threading.Event(), threading.Event()

    def write() -> None:
        with Session(sqlite_engine) as writer, transaction(writer):
            writer.add(thing("a"))
            writer.flush()
            written.set()
            assert read.wait(30)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert written.wait(30)
        with Session(sqlite_engine) as session, read_only(session):
            seen = session.scalars(select(Thing)).all()
            assert is_inside_transaction()
        read.set()
        writing.result()

    assert seen == []
    assert not is_inside_transaction()


@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_transaction_that_only_reads_refuses_a_change(engine: Engine, act: str) -> None:
    with Session(engine) as session, transaction(session):
        session.add(thing("a"))

    with Session(engine) as session:
        with pytest.raises(RuntimeError, match="only reads"), read_only(session):
            there = session.scalars(select(Thing)).one()
            if act == "add":
                session.add(thing("b"))
            elif act == "change":
                there.count = 7
            else:
                session.delete(there)
            session.scalars(select(Thing)).all()

        assert [(row.name, row.count) for row in session.scalars(select(Thing))] == [("a", 0)]


@pytest.mark.parametrize("begin", [transaction, read_only])
def test_what_was_changed_before_is_neither_committed_nor_lost_in_silence(
    engine: Engine, begin: Callable[[Session], AbstractContextManager[Session]]
) -> None:
    with Session(engine) as session:
        session.add(thing("a"))
        with pytest.raises(RuntimeError, match="changed before"), begin(session):
            pass

        assert session.scalars(select(Thing)).all() == []


def test_transaction_that_only_reads_stands_alone(engine: Engine) -> None:
    with (
        Session(engine) as session,
        transaction(session),
        pytest.raises(RuntimeError, match="open already"),
        read_only(session),
    ):
        pass


def test_second_writer_waits_from_its_first_statement(sqlite_engine: Engine) -> None:
    make = sessions(sqlite_engine)
    order: list[str] = []
    is_inside = threading.Event()

    def second() -> None:
        is_inside.wait()
        with make() as session, transaction(session):
            session.scalars(select(Thing)).all()
            order.append("second reads")

    thread = threading.Thread(target=second)
    thread.start()
    with make() as session, transaction(session):
        session.scalars(select(Thing)).all()
        is_inside.set()
        thread.join(0.3)
        order.append("first ends")
    thread.join()

    assert order == ["first ends", "second reads"]


@pytest.mark.parametrize(
    ("version", "journal"),
    [((3, 40, 1), "delete"), ((3, 51, 2), "delete"), (SQLITE_SAFE_WAL, "wal")],
)
def test_journal_is_safe_for_the_version_of_sqlite(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: tuple[int, ...], journal: str
) -> None:
    monkeypatch.setattr(sqlite, "sqlite_version_info", version)

    with engine_for(sqlite_address(tmp_path)) as engine, engine.connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        flush = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()

    assert (mode, flush, keys) == (journal, 2, 1)


def test_keys_are_made_when_none_is_given(engine: Engine) -> None:
    given = uuid4()
    with Session(engine) as session, transaction(session):
        session.add_all([thing("a"), thing("b", id=given)])

    with Session(engine) as session:
        keys = set(session.scalars(select(Thing.id)))

    assert given in keys
    assert len(keys) == 2


def test_closed_database_is_an_operational_error(tmp_path: Path) -> None:
    engine = create_engine(
        f"sqlite:///{tmp_path}/no/such/folder.sqlite", **engine_options("sqlite://")
    )

    with pytest.raises(OperationalError), engine.connect():
        pass
