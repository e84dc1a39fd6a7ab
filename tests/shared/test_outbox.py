"""The outbox: at least once, never two at a time while the lease lives, never endlessly."""

import threading
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.db import is_inside_transaction, transaction
from shared.outbox import (
    BATCH,
    KEEP_TRYING,
    LONGEST_DELAY,
    MAX_ATTEMPTS,
    PARKED,
    Message,
    OutboxWorker,
    PermanentFailure,
    count_stuck,
    delay_after,
    enqueue,
    revive,
    stuck_messages,
)
from tests.shared.toy import ORGANISATION, Outbox, engine_for, sessions

Make = Callable[[], Session]
SHORT_LEASE = timedelta(milliseconds=150)


class Killed(BaseException):
    """The end of a worker's process, as far as Python can play it."""


@pytest.fixture
def make(each_database_url: str) -> Iterator[Make]:
    with engine_for(each_database_url) as engine:
        yield sessions(engine)


def fill(make: Make, count: int = 1) -> list[UUID]:
    with make() as session, transaction(session):
        return [
            enqueue(session, Outbox, organisation_id=ORGANISATION, kind="letter", payload={"n": n})
            for n in range(count)
        ]


def row_of(make: Make, key: UUID) -> Outbox:
    with make() as session:
        return session.get_one(Outbox, key)


def worker(
    make: Make, handler: Callable[[Message], None], lease: timedelta = timedelta(minutes=2)
) -> OutboxWorker:
    session = make()
    return OutboxWorker(lambda: session, Outbox, {"letter": handler}, lease=lease)


def test_message_is_handled_once_and_outside_any_transaction(make: Make) -> None:
    [key] = fill(make)
    seen: list[tuple[UUID, bool]] = []

    done = worker(make, lambda m: seen.append((m.id, is_inside_transaction()))).run_once()

    assert (done, seen) == (1, [(key, False)])
    assert row_of(make, key).delivered_at is not None
    assert worker(make, lambda m: seen.append((m.id, False))).run_once() == 0


def test_message_of_a_failed_act_does_not_exist(make: Make) -> None:
    with make() as session, pytest.raises(ZeroDivisionError), transaction(session):
        enqueue(session, Outbox, organisation_id=ORGANISATION, kind="letter", payload={})
        raise ZeroDivisionError

    assert worker(make, lambda _m: None).run_once() == 0


def test_same_message_id_twice_is_one_message(make: Make) -> None:
    key = uuid4()

    def put() -> None:
        with make() as session, transaction(session):
            enqueue(
                session,
                Outbox,
                organisation_id=ORGANISATION,
                kind="letter",
                payload={},
                message_id=key,
            )

    put()
    with pytest.raises(Exception, match=r"(?i)unique"):
        put()

    assert worker(make, lambda _m: None).run_once() == 1


def test_other_kinds_stay_for_who_knows_them(make: Make) -> None:
    fill(make)
    session = make()

    assert OutboxWorker(lambda: session, Outbox, {"parcel": lambda _m: None}).run_once() == 0


def test_workers_side_by_side_handle_each_message_once(make: Make) -> None:
    keys = fill(make, 40)
    handled: Tally[UUID] = Tally()
    lock = threading.Lock()

    def handle(message: Message) -> None:
        with lock:
            handled[message.id] += 1

    def work(_number: int) -> int:
        return worker(make, handle).run_once()

    with ThreadPoolExecutor(4) as pool:
        total = sum(pool.map(work, range(4)))

    assert total == 40
    assert handled == dict.fromkeys(keys, 1)


def test_leased_message_is_nobody_elses(make: Make) -> None:
    fill(make)
    others: list[int] = []

    def handle(_message: Message) -> None:
        others.append(worker(make, lambda _m: None).run_once())

    worker(make, handle).run_once()

    assert others == [0]


def test_message_of_a_killed_worker_is_taken_again_after_the_lease(make: Make) -> None:
    [key] = fill(make)

    def die(_message: Message) -> None:
        raise Killed

    with pytest.raises(Killed):
        worker(make, die, SHORT_LEASE).run_once()
    at_once = worker(make, lambda _m: None).run_once()
    threading.Event().wait(SHORT_LEASE.total_seconds() * 1.5)
    later: list[int] = []
    after_lease = worker(make, lambda m: later.append(m.attempts)).run_once()

    assert (at_once, after_lease, later) == (0, 1, [2])
    assert row_of(make, key).delivered_at is not None


@pytest.mark.parametrize("is_failing", [False, True], ids=["done", "failed"])
def test_worker_that_wakes_after_its_lease_records_nothing(make: Make, is_failing: bool) -> None:
    [key] = fill(make)
    is_asleep, may_wake = threading.Event(), threading.Event()

    def sleep(_message: Message) -> None:
        is_asleep.set()
        may_wake.wait(10)
        if is_failing:
            raise PermanentFailure("too late to matter")

    slow = threading.Thread(target=worker(make, sleep, SHORT_LEASE).run_once)
    slow.start()
    is_asleep.wait(10)
    threading.Event().wait(SHORT_LEASE.total_seconds() * 1.5)

    def finish_slow_one(_message: Message) -> None:
        may_wake.set()
        slow.join(10)
        row = row_of(make, key)
        assert (row.delivered_at, row.dead_at, row.last_error) == (None, None, "")

    assert worker(make, finish_slow_one).run_once() == 1
    assert row_of(make, key).delivered_at is not None
    assert row_of(make, key).attempts == 2


def test_failure_is_tried_again_later(make: Make) -> None:
    [key] = fill(make)

    def fail(_message: Message) -> None:
        raise ConnectionError("no route")

    before = datetime.now(UTC)
    assert worker(make, fail).run_once() == 1

    row = row_of(make, key)
    assert row.last_error == "ConnectionError: no route"
    assert row.available_at > before + timedelta(milliseconds=500)
    assert (row.delivered_at, row.dead_at, row.leased_until) == (None, None, None)
    assert worker(make, fail).run_once() == 0


def test_failing_message_does_not_hold_up_the_next(make: Make) -> None:
    keys = fill(make, 3)

    def handle(message: Message) -> None:
        if message.payload["n"] == 0:
            raise ConnectionError

    assert worker(make, handle).run_once() == 3
    assert [row_of(make, key).delivered_at is None for key in keys] == [True, False, False]


def test_permanent_failure_is_dead_at_once(make: Make) -> None:
    [key] = fill(make)

    def refuse(_message: Message) -> None:
        raise PermanentFailure("no such address")

    worker(make, refuse).run_once()

    row = row_of(make, key)
    assert row.dead_at is not None
    assert "no such address" in row.last_error
    assert worker(make, lambda _m: None).run_once() == 0


@pytest.mark.parametrize("ending", [ConnectionError, Killed], ids=["fails", "kills its workers"])
def test_no_message_is_tried_for_ever(make: Make, ending: type[BaseException]) -> None:
    [key] = fill(make)
    tries = 0

    def fail(_message: Message) -> None:
        nonlocal tries
        tries += 1
        raise ending

    with make() as session, transaction(session):
        session.execute(
            update(Outbox).values(
                attempts=MAX_ATTEMPTS - 1, created_at=datetime.now(UTC) - KEEP_TRYING
            )
        )
    for _ in range(3):
        with make() as session, transaction(session):
            past = datetime.now(UTC) - timedelta(hours=1)
            session.execute(
                update(Outbox).where(Outbox.leased_until.is_not(None)).values(leased_until=past)
            )
        try:
            worker(make, fail).run_once()
        except Killed:
            continue

    assert tries == 1
    assert row_of(make, key).dead_at is not None


def test_a_long_outage_kills_no_message(make: Make) -> None:
    [key] = fill(make)
    with make() as session, transaction(session):
        almost = datetime.now(UTC) - KEEP_TRYING + timedelta(hours=1)
        session.execute(update(Outbox).values(attempts=700, created_at=almost))

    def fail(_message: Message) -> None:
        raise ConnectionError

    worker(make, fail).run_once()

    row = row_of(make, key)
    assert row.dead_at is None
    assert row.available_at <= datetime.now(UTC) + 2 * LONGEST_DELAY


def test_a_stuck_message_is_counted_and_revived(make: Make) -> None:
    [key] = fill(make)

    def refuse(_message: Message) -> None:
        raise PermanentFailure("no such address")

    worker(make, refuse).run_once()
    with make() as session, transaction(session):
        row = session.get_one(Outbox, key)
        assert count_stuck(session, Outbox, row.organisation_id) == 1
        assert [one.id for one in stuck_messages(session, Outbox, row.organisation_id)] == [key]
        assert revive(row)
        assert not revive(row)

    assert worker(make, lambda _m: None).run_once() == 1
    assert row_of(make, key).delivered_at is not None


def test_a_parked_event_needs_help_before_it_is_given_up(make: Make) -> None:
    [key] = fill(make)
    with make() as session, transaction(session):
        row = session.get_one(Outbox, key)
        row.kind, row.attempts = f"{PARKED}registry", 7
        row.available_at = datetime.now(UTC) + LONGEST_DELAY
        assert count_stuck(session, Outbox, row.organisation_id) == 1
        assert [one.id for one in stuck_messages(session, Outbox, row.organisation_id)] == [key]

        assert revive(row)

        assert (row.attempts, row.available_at <= datetime.now(UTC)) == (0, True)
        row.delivered_at = datetime.now(UTC)
        assert count_stuck(session, Outbox, row.organisation_id) == 0
        assert not revive(row)


def test_handler_that_leaves_a_broken_session_is_still_recorded(make: Make) -> None:
    [key] = fill(make)
    session = make()

    def spoil(_message: Message) -> None:
        session.add(Outbox(id=key))
        raise ConnectionError("after a stray write")

    OutboxWorker(lambda: session, Outbox, {"letter": spoil}).run_once()

    assert "stray write" in row_of(make, key).last_error


def test_full_outbox_leaves_time_for_other_tasks(make: Make) -> None:
    fill(make, BATCH + 5)
    one = worker(make, lambda _m: None)

    assert [one.run_once(), one.run_once(), one.run_once()] == [BATCH, 5, 0]


def test_oldest_message_goes_first(make: Make) -> None:
    keys = fill(make, 5)
    order: list[UUID] = []
    with make() as session, transaction(session):
        moment = datetime.now(UTC) - timedelta(hours=1)
        for place, key in enumerate(reversed(keys)):
            session.execute(
                update(Outbox)
                .where(Outbox.id == key)
                .values(available_at=moment + timedelta(seconds=place))
            )

    worker(make, lambda m: order.append(m.id)).run_once()

    assert order == list(reversed(keys))
    with make() as session:
        assert session.scalars(select(Outbox).where(Outbox.delivered_at.is_(None))).all() == []


@pytest.mark.one_database
@given(st.uuids(), st.integers(min_value=1, max_value=10_000))
def test_pause_is_bounded_and_the_same_each_time(key: UUID, attempts: int) -> None:
    pause = delay_after(key, attempts)

    assert timedelta(milliseconds=700) < pause <= LONGEST_DELAY * 1.25
    assert delay_after(key, attempts) == pause


@pytest.mark.one_database
def test_pause_grows_until_its_bound() -> None:
    key = uuid4()
    pauses = [delay_after(key, attempts) for attempts in range(1, 40)]

    assert all(later > earlier * 1.1 for earlier, later in pairwise(pauses[:10]))
    assert min(pauses[12:]) >= LONGEST_DELAY * 0.75
