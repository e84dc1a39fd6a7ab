"""ISDS is away without a word: few calls, no letter at risk, and afterwards all leave in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import event, func, select

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import (
    GatewayRefused,
    GatewayUnavailable,
    OutgoingMessage,
    SeveralBoxes,
)
from services.documents.dispatch.outage import IsdsAway, NotNow, OutageAnnounced, OutageWatch
from services.documents.dispatch.sending import send_ready
from services.documents.models import Delivery, Recipient, db
from services.documents.service.deliveries import AT_ONCE
from services.documents.worker import delivery_tasks
from shared.db import transaction
from shared.worker import WorkerLoop
from tests.crashes.child import Unguarded
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import DIRECTOR, Office, letter, open_office
from tests.simulation.episode import delivery_row, document_row

pytestmark = pytest.mark.one_database
TRUE = datetime(2026, 4, 7, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AWAY = {"operation": "*", "params": {"status": 503, "when": "before"}}
TRIAL = "DummyOperation"
LIST = "GetListOfSentMessages"


@dataclass
class Steady:
    """Seconds that a test turns."""

    seconds: float = 5.0

    def __call__(self) -> float:
        return self.seconds


def silent() -> None:
    raise GatewayUnavailable("silence")


def no() -> None:
    raise GatewayRefused("1219", "no")


def several() -> None:
    raise SeveralBoxes


def not_asked() -> None:
    raise NotNow("not asked", TRUE)


def good() -> None:
    """Answer."""


@pytest.mark.parametrize(
    ("calls", "is_away"),
    [
        pytest.param([silent] * 2, False, id="two may be chance"),
        pytest.param([silent] * 3, True, id="three in a row are an outage"),
        pytest.param([silent, silent, good, silent, silent], False, id="an answer between"),
        pytest.param([silent, silent, no, silent, silent], False, id="a no is an answer"),
        pytest.param([silent, silent, several, silent, silent], False, id="so are several boxes"),
        pytest.param([not_asked] * 9, False, id="whoever did not ask heard nothing"),
        pytest.param([silent, not_asked, silent, not_asked, silent], True, id="nor forgot it"),
    ],
)
def test_what_counts_as_an_outage(calls: list[Callable[[], None]], is_away: bool) -> None:
    watch = OutageWatch(Steady())

    for call in calls:
        _hear(watch, call)

    assert (watch.away() is not None) is is_away


def _hear(watch: OutageWatch, call: Callable[[], None]) -> None:
    try:
        with watch.hearing():
            call()
    except (GatewayUnavailable, GatewayRefused, SeveralBoxes):
        return


def test_pauses_grow_and_nobody_calls_until_a_trial_was_answered() -> None:
    steady = Steady()
    watch, pauses = OutageWatch(steady), []
    for _ in range(3):
        _hear(watch, silent)
    with time_machine.travel(TRUE, tick=False):
        for _ in range(7):
            away = watch.away()
            assert isinstance(away, IsdsAway)
            pauses.append((away.until - TRUE) / SECOND)
            assert not watch.is_trial_due
            steady.seconds += pauses[-1]
            assert watch.is_trial_due
            assert watch.away() is not None
            _hear(watch, silent)

    steady.seconds += 600
    _hear(watch, good)

    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    assert watch.away() is None
    assert not watch.is_trial_due


def test_while_the_trial_is_held_up_what_waits_rests() -> None:
    """A refused login leaves no trial to be made; nothing is to be put off at every turn."""
    steady = Steady()
    watch = OutageWatch(steady)
    for _ in range(3):
        _hear(watch, silent)

    steady.seconds += 86_400
    with time_machine.travel(TRUE, tick=False):
        away = watch.away()

    assert watch.is_trial_due
    assert away is not None and away.until == TRUE + 30 * SECOND


@dataclass
class Scene:
    """An office with one worker that lives on while the test turns all clocks."""

    office: Office
    simulator: Simulator
    hands: time_machine.Traveller
    steady: Steady = field(default_factory=Steady)
    now: datetime = TRUE

    def __post_init__(self) -> None:
        tools = self.office.app.extensions["documents-tools"]
        self.desk = Unguarded(db.session, tools, steady=self.steady)
        self._loop = WorkerLoop(self.office.app, delivery_tasks(self.desk), 0.01)
        self.wait(0)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.steady.seconds += seconds
        self.simulator.advance(now=self.now.isoformat(), stopped=True)
        self.office.clock.move_to(self.now)
        self.hands.move_to(self.now, tick=False)

    def work(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            self._loop.run_once()

    def queue(self, count: int) -> list[str]:
        """Put letters in with deadlines in no order; return their references in that order."""
        tools = self.office.app.extensions["documents-tools"]
        references = {}
        with self.office.context(), transaction(db.session()) as session:
            for number in range(count):
                file = tools.files.put(f"%PDF-1.7 notice {number}".encode())
                document = document_row(uuid4(), number, file, self.now)
                session.add(document)
                session.flush()
                row = delivery_row(uuid4(), document, TOWN)
                row.dispatch_by = date(2026, 5, 1) + timedelta(days=number * 37 % count)
                references[row.dispatch_by] = row.sender_reference
                session.add(row)
        return [references[day] for day in sorted(references)]

    def calls(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        for row in self.simulator.control("GET", "/ledger")["calls"]:
            counted[row["operation"]] = counted.get(row["operation"], 0) + row["calls"]
        return counted

    def sent(self) -> list[str]:
        return [message["sender_reference"] for message in self.simulator.messages()]

    def one(self, query: Any) -> Any:
        with self.office.context():
            return db.session().execute(query).one()


@pytest.fixture
def scene(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Scene]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    settings = {"isds_seal_roots": roots, "isds_clock_seconds": 86_400}
    with time_machine.travel(TRUE, tick=False) as hands:
        office = open_office(tmp_path / "var", database_url, gateway, **settings)
        yield Scene(office, simulator, hands)


def test_what_waits_costs_one_call_a_pause_and_few_writes(scene: Scene) -> None:
    count = 2 * AT_ONCE + 20
    scene.queue(count)
    scene.simulator.fault("http", **AWAY)
    scene.work(4)
    found_out = scene.calls()
    written: list[str] = []
    with scene.office.context():
        event.listen(
            db.engine,
            "before_cursor_execute",
            lambda *given: written.append(given[2]) if "UPDATE delivery" in given[2] else None,
        )

    for pause in (30, 60, 120, 240, 480, 600, 600):
        scene.wait(pause)
        scene.work(4)

    calls = scene.calls()
    failed, kept = scene.one(select(func.sum(Delivery.failures), func.max(Delivery.next_at)))
    least = scene.one(select(func.min(Delivery.next_at)))[0]
    answered = scene.one(select(func.count()).where(Delivery.last_error != ""))[0]
    assert sum(found_out.values()) == 3
    assert calls[TRIAL] == 7
    assert sum(calls.values()) == 3 + 7
    assert failed == answered == 3  # each of the three calls was one letter's
    assert kept == least == scene.now + timedelta(seconds=600)
    assert len(written) <= 7 * 4  # as many as portions of AT_ONCE, and the rests that ended


def test_afterwards_all_leave_once_in_the_order_of_their_deadlines(scene: Scene) -> None:
    expected = scene.queue(AT_ONCE + 20)
    scene.simulator.fault("http", **AWAY)
    scene.work(3)
    for pause in (30, 60, 120, 240):
        scene.wait(pause)
        scene.work(3)
    scene.simulator.control("DELETE", "/faults")
    before = scene.calls().get(LIST, 0)

    scene.wait(480)
    scene.work(4)

    assert scene.sent() == expected
    assert scene.calls()[LIST] - before == 1  # one list served both portions


def test_a_letter_that_nobody_asked_about_is_looked_for_after_the_outage(scene: Scene) -> None:
    """Somebody sends it by hand within the first pause, minutes before the long wait begins."""
    expected = scene.queue(4)
    scene.simulator.fault("http", **AWAY)
    scene.work(2)
    last = select(Delivery).where(Delivery.sender_reference == expected[-1])
    untouched = scene.one(last)[0]
    scene.simulator.control("DELETE", "/faults")
    by_hand = OutgoingMessage(TOWN, "Oznámení", expected[-1], "", "", "dopis.pdf", b"%PDF-1.7 mine")
    assert scene.desk.tools.gateway is not None
    assert scene.desk.tools.gateway.create_message(by_hand).message_id

    scene.wait(31)
    scene.work(3)

    found = scene.one(last)[0]
    assert (untouched.failures, untouched.state) == (0, "ready")
    assert (found.state, found.reason) == ("needs_person", "duplicate")
    assert sorted(scene.sent()) == sorted(expected)


def test_a_letter_that_was_not_looked_for_waits_though_the_outage_ends_meanwhile(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An announced outage may end between two letters of one turn."""
    (reference,) = scene.queue(1)
    by_hand = OutgoingMessage(TOWN, "Oznámení", reference, "", "", "dopis.pdf", b"%PDF-1.7 mine")
    assert scene.desk.tools.gateway is not None
    with scene.office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).filter_by(sender_reference=reference).one()
        row.next_at = scene.now  # it has rested
    scene.desk.tools.gateway.create_message(by_hand)
    ends = iter([OutageAnnounced("announced", scene.now + SECOND)])
    monkeypatch.setattr(Unguarded, "closed", lambda _self: next(ends, None))
    with scene.office.context():
        send_ready(scene.desk)
    assert scene.sent() == [reference]

    scene.wait(2)
    scene.work(3)

    assert scene.sent() == [reference]
    assert scene.one(select(Delivery.reason))[0] == "duplicate"


def test_a_new_worker_finds_the_outage_out_for_itself_and_still_looks_first(scene: Scene) -> None:
    expected = scene.queue(4)
    scene.simulator.fault("http", **AWAY)
    scene.work(2)
    scene.simulator.control("DELETE", "/faults")
    scene.wait(31)

    Scene(scene.office, scene.simulator, scene.hands, now=scene.now).work(2)

    assert scene.sent() == expected
    assert scene.calls()[LIST] == 1


def test_what_needs_no_call_goes_on_while_isds_is_away(scene: Scene) -> None:
    posted = scene.queue(5)[-1]
    with scene.office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).filter_by(sender_reference=posted).one()
        row.state, row.channel, row.presumed_on = "sent", "post", TRUE.date() + timedelta(days=1)
    scene.simulator.fault("http", **AWAY)
    scene.work(2)
    scene.wait(86_400)
    scene.work(2)

    of_it = select(Delivery.state).where(Delivery.sender_reference == posted)
    assert scene.desk.outage.away() is not None
    assert scene.one(of_it)[0] == "delivered"


def test_a_refused_login_and_a_missing_box_are_no_outage(scene: Scene) -> None:
    scene.queue(5)
    scene.simulator.fault("blocked", operation="*")

    scene.work(3)

    assert scene.desk.outage.away() is None
    assert scene.desk.is_breaker_open()


def test_a_trial_that_is_refused_the_login_opens_the_other_breaker(scene: Scene) -> None:
    scene.queue(3)
    scene.simulator.fault("http", **AWAY)
    scene.work(1)
    scene.simulator.control("DELETE", "/faults")
    scene.simulator.fault("blocked", operation="*")

    scene.wait(30)
    scene.work(1)

    assert scene.desk.outage.away() is None
    assert scene.desk.is_breaker_open()
    assert scene.calls()[TRIAL] == 1


def test_a_wrong_clock_costs_one_question_a_minute(scene: Scene) -> None:
    object.__setattr__(scene.desk.tools.settings, "isds_clock_seconds", 120)
    scene.queue(AT_ONCE + 20)
    scene.simulator.advance(now=(TRUE - timedelta(hours=1)).isoformat(), stopped=True)

    scene.work(3)
    first = scene.calls()
    scene.steady.seconds += 61
    scene.hands.shift(61)
    scene.work(3)

    assert first["FindDataBox2"] == 1
    assert scene.calls()["FindDataBox2"] == 2
    assert scene.sent() == []
    assert scene.one(select(func.sum(Delivery.failures)))[0] == 0


def test_a_recipient_whom_nobody_could_ask_about_has_not_failed(scene: Scene) -> None:
    made = scene.office.put(letter(box=None, ic="99999999"))
    scene.office.work(2)
    found = scene.office.view(made["id"])["delivery"]
    with scene.office.context():
        recipient_id = db.session().get_one(Delivery, UUID(found["id"])).recipient_id
    reply = scene.office.api("POST", f"/recipients/{recipient_id}/question", DIRECTOR)
    assert reply.status_code == 200, reply.json
    for _ in range(3):
        _hear(scene.desk.outage, silent)
    before = sum(scene.calls().values())

    scene.work(1)

    row = scene.one(select(Recipient))[0]
    assert row.failures == 0
    assert row.failed_at == scene.now
    assert row.next_at == scene.now + timedelta(seconds=30)
    assert sum(scene.calls().values()) == before
