"""Event feeds: nothing is passed by, nothing is handled twice, nothing is skipped."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.contracts.events import Event as Entry
from shared.contracts.events import EventPage
from shared.db import is_inside_transaction, reading, transaction
from shared.events import PAGE, PARK_AFTER, FeedConsumer, publish, read_feed
from shared.outbox import Message, OutboxWorker
from tests.shared.toy import (
    NOON,
    ORGANISATION,
    Event,
    FeedCursor,
    Outbox,
    Thing,
    engine_for,
    sessions,
)

Make = Callable[[], Session]


@pytest.fixture
def make(each_database_url: str) -> Iterator[Make]:
    with engine_for(each_database_url) as engine:
        yield sessions(engine)


def tell(
    session: Session,
    number: int,
    kind: str = "thing.made",
    subject: UUID | None = None,
    **payload: str,
) -> None:
    publish(
        session,
        Event,
        organisation_id=ORGANISATION,
        kind=kind,
        subject_id=subject or uuid4(),
        payload={"n": number, **payload},
        at=NOON,
    )


def fill(make: Make, count: int, kind: str = "thing.made") -> None:
    with make() as session, transaction(session):
        for number in range(count):
            tell(session, number, kind)


def fetch_from(make: Make) -> Callable[[int], EventPage]:
    def fetch(after: int) -> EventPage:
        with reading(), make() as session:
            return read_feed(session, Event, after)

    return fetch


def write_thing(session: Session, entry: Entry) -> None:
    session.add(Thing(organisation_id=ORGANISATION, name=f"thing {entry.payload['n']}"))


def consumer(
    make: Make,
    handler: Callable[[Session, Entry], None] = write_thing,
    fetch: Callable[[int], EventPage] | None = None,
) -> FeedConsumer:
    session = make()
    return FeedConsumer(
        "registry",
        fetch=fetch or fetch_from(make),
        session=lambda: session,
        cursors=FeedCursor,
        parking=Outbox,
        handlers={"thing.made": handler},
    )


def names(make: Make) -> list[str]:
    with reading(), make() as session:
        return list(session.scalars(select(Thing.name).order_by(Thing.name)))


def position(make: Make) -> int:
    with reading(), make() as session:
        return session.get_one(FeedCursor, "registry").seq


def test_feed_is_read_in_pages_oldest_first(make: Make) -> None:
    fill(make, 7)

    with make() as session:
        first = read_feed(session, Event, 0, limit=4)
        second = read_feed(session, Event, first.next, limit=4)
        end = read_feed(session, Event, second.next)

    assert [entry.payload["n"] for entry in first.events + second.events] == list(range(7))
    assert (end.events, end.next) == ([], second.next)


def test_event_of_a_failed_act_does_not_exist(make: Make) -> None:
    with make() as session, pytest.raises(ZeroDivisionError), transaction(session):
        tell(session, 1)
        raise ZeroDivisionError

    assert fetch_from(make)(0).events == []


def test_reader_never_passes_by_a_lower_number_that_commits_later(make: Make) -> None:
    """Writers hold their transactions open for different times while a reader follows."""
    seen: list[int] = []
    are_done = threading.Event()

    def write(number: int) -> None:
        for turn in range(6):
            with make() as session, transaction(session):
                tell(session, number * 100 + turn)
                threading.Event().wait(0.002 * ((number + turn) % 4))

    def follow() -> None:
        after, is_last = 0, False
        while not is_last:
            is_last = are_done.is_set()
            page = fetch_from(make)(after)
            seen.extend(entry.payload["n"] for entry in page.events)
            after = page.next

    reader = threading.Thread(target=follow)
    reader.start()
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(write, range(5)))
    are_done.set()
    reader.join(20)

    assert sorted(seen) == sorted(n * 100 + turn for n in range(5) for turn in range(6))


def test_each_event_is_handled_once_in_order(make: Make) -> None:
    fill(make, PAGE + 3)
    order: list[int] = []
    one = consumer(make, lambda _session, entry: order.append(entry.payload["n"]))

    assert (one.run_once(), one.run_once()) == (PAGE + 3, 0)
    assert order == list(range(PAGE + 3))


def test_handler_writes_in_the_transaction_that_moves_the_cursor(make: Make) -> None:
    fill(make, 1)
    inside: list[bool] = []

    consumer(make, lambda _session, _entry: inside.append(is_inside_transaction())).run_once()

    assert inside == [True]


def test_nothing_is_open_while_the_feed_is_fetched(make: Make) -> None:
    fill(make, 1)
    session = make()
    is_open: list[bool] = []

    def fetch(after: int) -> EventPage:
        is_open.append(session.in_transaction())
        return fetch_from(make)(after)

    FeedConsumer(
        "registry",
        fetch=fetch,
        session=lambda: session,
        cursors=FeedCursor,
        parking=Outbox,
        handlers={},
    ).run_once()

    assert is_open == [False]


def test_two_consumers_handle_each_event_once_from_the_very_first(make: Make) -> None:
    """No cursor exists yet; the name of a thing is unique, so a second handling would fail."""
    fill(make, 30)
    start = threading.Barrier(3)

    def consume(_number: int) -> None:
        one = consumer(make)
        start.wait()
        one.run_once()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(consume, range(3)))

    assert len(names(make)) == 30
    assert position(make) == fetch_from(make)(0).next


def test_failing_handler_leaves_nothing_and_does_not_move_the_cursor(make: Make) -> None:
    fill(make, 3)

    def fail_at_second(session: Session, entry: Entry) -> None:
        write_thing(session, entry)
        session.flush()
        if entry.payload["n"] == 1:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        consumer(make, fail_at_second).run_once()
    assert (names(make), position(make)) == (["thing 0"], 1)

    consumer(make).run_once()
    assert names(make) == ["thing 0", "thing 1", "thing 2"]


def test_kinds_that_nobody_handles_are_passed(make: Make) -> None:
    fill(make, 2, kind="thing.unknown")

    assert consumer(make).run_once() == 2
    assert (names(make), position(make)) == ([], 2)


def test_event_delivered_again_changes_nothing(make: Make) -> None:
    fill(make, 2)
    consumer(make).run_once()
    whole_feed_again = fetch_from(make)(0)
    pages = iter([whole_feed_again, EventPage(events=[], next=2)])

    consumer(make, fetch=lambda _after: next(pages)).run_once()

    assert names(make) == ["thing 0", "thing 1"]


def try_parked(make: Make, one: FeedConsumer) -> None:
    """Let the outbox try the parked events again, as after the pause."""
    session = make()
    with transaction(session):
        session.execute(update(Outbox).values(available_at=NOON, dead_at=None))
    OutboxWorker(lambda: session, Outbox, one.outbox_handlers()).run_once()


def parked(make: Make) -> list[int]:
    with reading(), make() as session:
        rows = session.scalars(select(Outbox).where(Outbox.delivered_at.is_(None)))
        return sorted(row.payload["payload"]["n"] for row in rows)


@pytest.mark.parametrize("is_case", [False, True], ids=["same subject", "same case"])
def test_an_event_that_always_fails_is_parked_with_what_follows_about_the_same_thing(
    make: Make, is_case: bool
) -> None:
    bad = uuid4()
    with make() as session, transaction(session):
        for number in range(4):
            is_related = number in (1, 3)
            subject = bad if is_related and not is_case else None
            more = {"case_id": str(bad)} if is_related and is_case else {}
            tell(session, number, subject=subject, **more)
    is_mended = False
    order: list[int] = []

    def handler(session: Session, entry: Entry) -> None:
        if entry.payload["n"] == 1 and not is_mended:
            raise LookupError("no such thing")
        write_thing(session, entry)
        order.append(entry.payload["n"])

    one = consumer(make, handler)
    for _ in range(PARK_AFTER - 1):
        with pytest.raises(LookupError):
            one.run_once()
    assert names(make) == ["thing 0"]

    one.run_once()
    assert (names(make), parked(make), position(make)) == (["thing 0", "thing 2"], [1, 3], 4)

    try_parked(make, one)
    assert (names(make), parked(make)) == (["thing 0", "thing 2"], [1, 3])

    is_mended = True
    try_parked(make, one)
    try_parked(make, one)
    assert names(make) == [f"thing {number}" for number in (0, 1, 2, 3)]
    assert parked(make) == []
    assert order == [0, 2, 1, 3]


def test_a_database_that_is_away_parks_nothing(make: Make) -> None:
    fill(make, 1)

    def locked(_session: Session, _entry: Entry) -> None:
        raise OperationalError("select", {}, Exception("database is locked"))

    one = consumer(make, locked)
    for _ in range(PARK_AFTER + 2):
        with pytest.raises(OperationalError):
            one.run_once()

    assert (parked(make), position(make)) == ([], 0)


def test_a_parked_event_is_handled_once_though_its_message_comes_twice(make: Make) -> None:
    fill(make, 1)
    is_mended = False

    def handler(session: Session, entry: Entry) -> None:
        if not is_mended:
            raise LookupError
        write_thing(session, entry)

    one = consumer(make, handler)
    for _ in range(PARK_AFTER):
        with suppress(LookupError):
            one.run_once()
    is_mended = True
    with reading(), make() as session:
        row = session.scalars(select(Outbox)).one()
        message = Message(row.id, row.organisation_id, row.kind, row.payload, 1, row.created_at)
    for _ in range(2):
        one.outbox_handlers()[message.kind](message)

    assert names(make) == ["thing 0"]
