"""Nobody waits without end for the database, and nothing is half written (D4)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Engine, Select, create_engine, event, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from services.documents.desk import tools
from services.documents.dispatch import looking_up, sending
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.matching import Listed
from services.documents.domain.isds_outcome import NEVER, NOT_CREATED, Outcome
from services.documents.models import Delivery, PostageMonth, db
from services.documents.service.deliveries import note_outcome
from services.documents.worker import delivery_tasks, outbox
from shared.db import engine_options, mark_reading, prepare_engine, transaction
from tests.documents.conftest import FARM, TOWN, Simulator
from tests.documents.meanwhile import Told, open_sender, told_of
from tests.documents.offices import DIRECTOR, Office, letter, open_office

pytestmark = pytest.mark.one_database
SHORT = 0.3
PATIENCE = 60.0
PRICE = 10
DEADLOCK = "40P01"


@pytest.fixture
def gateway(simulator: Simulator) -> Told:
    return told_of(simulator)


@pytest.fixture
def another(each_database_url: str) -> Iterator[Engine]:
    """Return a way into the database for somebody else."""
    yield from _way_into(each_database_url)


def _way_into(address: str) -> Iterator[Engine]:
    engine = create_engine(address, **engine_options(address))
    prepare_engine(engine)
    yield engine
    engine.dispose()


@contextmanager
def held(engine: Engine, delivery_id: str) -> Iterator[None]:
    """Hold the row of a delivery; on SQLite that is the whole database."""
    mark_reading(False)  # requests of this test may have left the mark behind
    with Session(engine) as session:
        session.scalars(row_of(UUID(delivery_id))).one()
        yield
        session.rollback()


def row_of(delivery_id: UUID) -> Select[Any]:
    return select(Delivery.id).where(Delivery.id == delivery_id).with_for_update()


def delivery_of(office: Office, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    return found


def issue(office: Office, count: int, box: str = TOWN) -> list[dict[str, Any]]:
    """Make letters that are ready to leave."""
    made = [office.put(letter(box=box)) for _ in range(count)]
    with office.context():
        outbox(tools()).run_once()
    assert {delivery_of(office, one)["state"] for one in made} == {"ready"}
    return made


def try_by_api(office: Office, found: dict[str, Any]) -> TestResponse:
    body = {"reason": "Překážka pominula.", "version": found["version"]}
    return office.api("POST", f"/deliveries/{found['id']}/retry", DIRECTOR, body)


def try_on_page(office: Office, found: dict[str, Any]) -> TestResponse:
    form = {"why": "Překážka pominula.", "version": found["version"]}
    return office.browser(DIRECTOR).post(f"/deliveries/{found['id']}/retry", data=form)


WAYS = pytest.mark.parametrize(
    ("act", "done", "kind"),
    [(try_by_api, 200, "application/problem+json"), (try_on_page, 303, "text/html")],
)
Act = Callable[[Office, dict[str, Any]], TestResponse]


def waiting_for_a_person(folder: Path, address: str) -> tuple[Office, dict[str, Any]]:
    office = open_office(folder / "var", address, database_wait_seconds=SHORT)
    made = office.put(letter())
    office.work(2)
    found = delivery_of(office, made)
    assert found["state"] == "needs_person"
    return office, found


@WAYS
def test_an_act_about_a_delivery_that_somebody_holds_is_refused_and_done_later(
    tmp_path: Path, each_database_url: str, another: Engine, act: Act, done: int, kind: str
) -> None:
    office, found = waiting_for_a_person(tmp_path, each_database_url)
    before = office.stored()

    with held(another, found["id"]):
        began = monotonic()
        refused = act(office, found)
        waited = monotonic() - began
    after = office.stored()
    again = act(office, found)

    assert (refused.status_code, refused.mimetype) == (503, kind)
    assert refused.headers["Retry-After"] == "5"
    assert waited >= SHORT
    assert after == before
    assert again.status_code == done
    assert office.view(found["document_id"])["delivery"]["state"] == "unknown"  # looked for first


@WAYS
def test_an_act_for_which_no_connection_is_left_is_refused_and_done_later(
    tmp_path: Path, each_database_url: str, act: Act, done: int, kind: str
) -> None:
    office, found = waiting_for_a_person(tmp_path, each_database_url)
    before = office.stored()
    with office.context():
        db.session.remove()
        engine = db.engine

    with ExitStack() as stack:
        for _ in range(15):  # the pool and what may overflow
            stack.enter_context(engine.connect())
        refused = act(office, found)
    after = office.stored()
    again = act(office, found)

    assert (refused.status_code, refused.mimetype) == (503, kind)
    assert refused.headers["Retry-After"] == "5"
    assert after == before
    assert again.status_code == done


def test_a_letter_that_somebody_holds_keeps_no_other_one_and_leaves_later(
    tmp_path: Path, each_database_url: str, another: Engine, simulator: Simulator, gateway: Told
) -> None:
    wait = {"database_wait_seconds": SHORT}
    office = open_sender(simulator, tmp_path, each_database_url, gateway, **wait)
    made = issue(office, 3)

    with held(another, delivery_of(office, made[0])["id"]):
        office.work(1)
    meanwhile = [delivery_of(office, one)["state"] for one in made]
    office.work(3)

    others = ["delivered" if another.dialect.name == "postgresql" else "ready"] * 2
    assert meanwhile == ["ready", *others]
    assert [delivery_of(office, one)["state"] for one in made] == ["delivered"] * 3
    assert len(simulator.messages()) == 3


def test_what_isds_took_while_somebody_holds_its_delivery_is_found_and_not_sent_again(
    tmp_path: Path, each_database_url: str, another: Engine, simulator: Simulator, gateway: Told
) -> None:
    wait = {"database_wait_seconds": SHORT}
    office = open_sender(simulator, tmp_path, each_database_url, gateway, **wait)
    made = issue(office, 2)
    keys = [delivery_of(office, one)["id"] for one in made]
    with ExitStack() as stack:
        gateway.meanwhile = lambda: _hold_the_one_under_way(stack, office, another, keys)
        office.work(1)
    gateway.meanwhile = Told.meanwhile
    in_doubt = [delivery_of(office, one)["state"] for one in made]

    with time_machine.travel(datetime.now(UTC)) as hands:
        for _ in range(3):
            hands.shift(timedelta(minutes=40))
            office.clock.move_to(datetime.now(UTC))
            office.work(3)

    assert "sending" in in_doubt
    assert [delivery_of(office, one)["state"] for one in made] == ["delivered"] * 2
    assert len(simulator.messages()) == 2


def _hold_the_one_under_way(
    stack: ExitStack, office: Office, another: Engine, keys: list[str]
) -> None:
    with office.context(), Session(db.engine) as session:
        under_way = select(Delivery.id).where(Delivery.state == "sending")
        [found] = session.scalars(under_way).all()
    stack.enter_context(held(another, str(found)))
    assert str(found) in keys


class Rival:
    """Locks what the worker wants next, then waits for what the worker holds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ids: list[int] = []
        self.met: list[UUID] = []
        self.thread: threading.Thread | None = None

    def begin(self, delivery_id: UUID) -> None:
        """Return once the rival waits for the worker."""
        self.met.append(delivery_id)
        self.thread = threading.Thread(target=self._lock, args=(delivery_id,))
        self.thread.start()
        waits = text("SELECT count(*) FROM pg_locks WHERE pid = ANY(:ids) AND NOT granted")
        until = monotonic() + PATIENCE
        with self._engine.connect() as connection:
            while connection.scalar(waits, {"ids": self._ids}) == 0:
                assert monotonic() < until
                sleep(0.01)

    def _lock(self, delivery_id: UUID) -> None:
        with Session(self._engine) as session:
            # PostgreSQL lets the one go who looks first, which is the worker then.
            session.execute(text("SET LOCAL deadlock_timeout = '60s'"))
            session.execute(text("SET LOCAL lock_timeout = 0"))
            self._ids.append(session.scalars(text("SELECT pg_backend_pid()")).one())
            session.scalars(select(PostageMonth).with_for_update()).one()
            session.scalars(row_of(delivery_id)).one()
            session.rollback()


def test_a_worker_that_loses_a_deadlock_sends_the_others_and_this_one_later(
    tmp_path: Path,
    postgres_url: str,
    simulator: Simulator,
    gateway: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = open_sender(simulator, tmp_path, postgres_url, gateway)
    refused = list[str]()
    with office.context():
        told = event.listens_for(db.engine, "handle_error")
        told(lambda met: refused.append(getattr(met.original_exception, "sqlstate", "")))
    issue(office, 1, FARM)
    office.work(1)  # the month has its row
    made = issue(office, 3, FARM)
    [another] = _way_into(postgres_url)
    rival, pay_or_hold = Rival(another), sending.pay_or_hold

    def meet(work: Any, delivery: Delivery, *given: Any) -> bool:
        if not rival.met:
            rival.begin(delivery.id)
        return pay_or_hold(work, delivery, *given)

    monkeypatch.setattr(sending, "pay_or_hold", meet)
    office.work(1)
    assert rival.thread is not None
    rival.thread.join(PATIENCE)
    meanwhile = {UUID(found["id"]): found["state"] for found in map(_seen(office), made)}
    office.work(1)
    another.dispose()

    [lost] = rival.met
    assert refused == [DEADLOCK]
    assert meanwhile.pop(lost) == "ready"
    assert set(meanwhile.values()) == {"sent"}
    assert {_seen(office)(one)["state"] for one in made} == {"sent"}
    assert len(simulator.messages()) == 4
    assert _spent(office) == 4 * PRICE


def _seen(office: Office) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda made: delivery_of(office, made)


def _spent(office: Office) -> int:
    with office.context():
        [month] = db.session().scalars(select(PostageMonth)).all()
        return month.spent.hundredths // 100


class BothHold:
    """Lets two threads go on once each holds its first lock, or one waits for the other."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)
        self._own = threading.local()

    def look(self, _c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        is_month = "postage_month" in statement and "FOR UPDATE" in statement
        is_feed = "pg_advisory_xact_lock" in statement
        if not (is_month or is_feed) or hasattr(self._own, "has_one"):
            return
        self._own.has_one = True
        # The other one may wait for what this thread holds: that is no deadlock.
        with suppress(threading.BrokenBarrierError):
            self._barrier.wait(3)


def test_who_adopts_a_message_and_who_is_refused_never_wait_for_each_other(
    tmp_path: Path, postgres_url: str, simulator: Simulator, gateway: Told
) -> None:
    """One counts a price and tells, the other gives one back and tells: month first, then feed."""
    office = open_sender(simulator, tmp_path, postgres_url, gateway)
    adopted, refused = _two_in_doubt(office, simulator)
    with office.context():
        since = datetime.now(UTC) - timedelta(days=1)
        records = gateway.sent_messages(since, since + timedelta(days=2))
    both = BothHold()

    def adopt() -> None:
        with office.context():
            desk = DispatchDesk(db.session, tools())
            row = desk.peek(adopted)
            [match] = [one for one in records if one.sender_reference == row.sender_reference]
            looking_up._adopt(desk, row, match, Listed(records, datetime.now(UTC)))

    def refuse() -> None:
        with office.context():
            desk = DispatchDesk(db.session, tools())
            said = Outcome(NOT_CREATED, retry=NEVER, code="1214")
            desk.change(refused, lambda work, row: note_outcome(work, row, said, None), "outcome")

    with office.context():
        event.listen(db.engine, "after_cursor_execute", both.look)
    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(adopt), pool.submit(refuse)]:
            one.result(PATIENCE)

    with office.context():
        rows = [db.session().get_one(Delivery, key) for key in (adopted, refused)]
        assert [row.state for row in rows] == ["sent", "needs_person"]
    assert _spent(office) == PRICE


def _two_in_doubt(office: Office, simulator: Simulator) -> tuple[UUID, UUID]:
    """Make a paid message that the database has not counted, and one that is under way."""
    simulator.fault("drop", params={"when": "after"}, times=2)
    made = issue(office, 2, FARM)
    with office.context():
        for task in delivery_tasks(DispatchDesk(db.session, tools())):
            task()
    first, second = (UUID(delivery_of(office, one)["id"]) for one in made)
    with office.context(), transaction(db.session()) as session:
        rows = [session.get_one(Delivery, key) for key in (first, second)]
        assert {row.state for row in rows} == {"unknown"}
        rows[0].charged_on, rows[1].state = None, "sending"
        session.scalars(select(PostageMonth)).one().spent = rows[1].price
    return first, second
