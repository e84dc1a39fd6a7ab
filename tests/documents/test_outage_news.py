"""People are told of an outage that nobody announced, and of what waits for long (F11)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, update

from services.documents.delivery.port import GatewayUnavailable
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.noting import note_outage
from services.documents.domain.deliveries import waits_anew
from services.documents.domain.outages import is_news
from services.documents.models import Audit, Delivery, DispatchStop, IsdsOutage, db
from services.documents.worker import delivery_tasks, desk_of, tasks
from shared.db import transaction
from shared.worker import WorkerLoop
from tests.crashes.child import Unguarded
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
)
from tests.documents.paid_office import open_paid_office

NOON = datetime(2026, 4, 7, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
AWAY = {"operation": "*", "params": {"status": 503, "when": "before"}}
ALARM = "Zjistit, proč systém datových schránek neodpovídá"


@dataclass
class Scene:
    """An office with one worker that lives on while the test turns all clocks."""

    office: Office
    simulator: Simulator
    hands: time_machine.Traveller
    now: datetime = NOON
    seconds: float = 5.0

    def __post_init__(self) -> None:
        tools = self.office.app.extensions["documents-tools"]
        self.desk = Unguarded(db.session, tools, steady=lambda: self.seconds)
        its = tasks(self.office.app, delivery_tasks(self.desk))
        self.loop = WorkerLoop(self.office.app, its, 0.01)
        self.wait(timedelta(0))

    def wait(self, time: timedelta) -> None:
        self.now += time
        self.seconds += time.total_seconds()
        self.hands.move_to(self.now, tick=False)
        self.simulator.advance(now=self.now.isoformat(), stopped=True)
        self.office.clock.move_to(self.now)

    def work(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            self.loop.run_once()

    def lose_isds(self) -> None:
        """Issue letters, and let the worker find out that ISDS is away."""
        self.made = [self.office.put(letter(box=TOWN)) for _ in range(4)]
        self.simulator.fault("http", **AWAY)
        self.work(3)

    def outage(self, actor: Any = AUDITOR) -> Any:
        reply = self.office.api("GET", "/data-box-outage", actor)
        assert reply.status_code == 200, reply.json
        return reply.json["outage"]

    def page(self, path: str = "/", actor: Any = DIRECTOR) -> str:
        return str(self.office.browser(actor).get(path).text)

    def acts(self) -> list[str]:
        with self.office.context():
            found = db.session().query(Audit).filter_by(subject_type="data_box_outage")
            return [row.act for row in found.order_by(Audit.recorded_at, Audit.act)]

    def rows(self) -> list[IsdsOutage]:
        with self.office.context():
            return db.session().query(IsdsOutage).all()


@pytest.fixture
def scene(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Scene]:
    with time_machine.travel(NOON, tick=False) as hands:
        office = open_paid_office(simulator, tmp_path, database_url)
        yield Scene(office, simulator, hands)


def test_an_outage_is_told_where_people_look_and_forgotten_when_isds_answers(scene: Scene) -> None:
    assert scene.outage() is None
    scene.lose_isds()

    told = scene.outage()

    assert (told["code"], datetime.fromisoformat(told["since"])) == ("http_503", NOON)
    assert datetime.fromisoformat(told["next_trial_at"]) == NOON + timedelta(seconds=30)
    for path in ("/data-box", "/deliveries"):
        page = scene.page(path, AUDITOR)
        assert "Systém datových schránek neodpovídá" in page
        assert "chyba HTTP 503" in page
    assert ALARM not in scene.page()
    assert scene.outage(STRANGER) is None
    assert "neodpovídá" not in scene.page("/deliveries", STRANGER)
    assert scene.office.api("GET", "/data-box-outage", CONTROLLER).status_code == 403

    scene.simulator.control("DELETE", "/faults")
    scene.wait(timedelta(seconds=31))
    scene.work(2)

    assert scene.outage() is None
    assert scene.rows() == []
    assert "neodpovídá" not in scene.page("/data-box")
    assert scene.acts() == ["lose_isds", "reach_isds"]


def test_each_trial_renews_the_word_and_nothing_else_writes(scene: Scene) -> None:
    scene.lose_isds()
    written: list[str] = []
    with scene.office.context():
        event.listen(
            db.engine,
            "before_cursor_execute",
            lambda *given: written.append(given[2]) if "isds_outage" in given[2] else None,
        )
    scene.work(5)
    assert written == []

    for pause in (30, 60, 120):
        scene.wait(timedelta(seconds=pause))
        scene.work(3)

    renewed = [one for one in written if one.startswith("UPDATE")]
    told = scene.outage()
    assert len(renewed) == 3
    assert datetime.fromisoformat(told["since"]) == NOON
    assert datetime.fromisoformat(told["next_trial_at"]) == scene.now + timedelta(seconds=240)
    assert scene.acts() == ["lose_isds"]


def test_good_calls_cost_one_look_and_no_write(scene: Scene) -> None:
    seen: list[str] = []
    with scene.office.context():
        event.listen(
            db.engine,
            "before_cursor_execute",
            lambda *given: seen.append(given[2].split()[0]) if "isds_outage" in given[2] else None,
        )
    for _ in range(3):
        scene.office.put(letter(box=TOWN))
        scene.work(2)

    assert len(scene.simulator.messages()) == 3
    assert seen == ["SELECT"]


def test_after_some_hours_it_is_on_the_first_page(scene: Scene) -> None:
    scene.lose_isds()
    for _ in range(4 * 6 - 1):
        scene.wait(timedelta(minutes=10))
        scene.work()
    assert ALARM not in scene.page()
    scene.wait(timedelta(minutes=10))
    scene.work()

    page = scene.page()

    assert ALARM in page
    assert "chyba HTTP 503" in page
    assert ALARM in scene.page(actor=ASSISTANT)
    assert ALARM not in scene.page(actor=CONTROLLER)
    assert ALARM not in scene.page(actor=STRANGER)


def test_a_letter_without_a_deadline_is_on_the_list_within_an_outage_of_96_hours(
    scene: Scene,
) -> None:
    scene.lose_isds()
    for _ in range(23):
        scene.wait(HOUR)
        scene.work()
    before = scene.page()
    for _ in range(73):
        scene.wait(HOUR)
        scene.work()

    page = scene.page()

    untouched = scene.made[-1]["number"]
    why = "Zjistit, proč dopis neodešel: systém datových schránek neodpovídá"
    assert untouched not in before
    assert f"{untouched} –" in page
    assert page.count(why) == 4

    scene.simulator.control("DELETE", "/faults")
    scene.wait(HOUR)
    scene.work(4)
    assert len(scene.simulator.messages()) == 4
    assert why not in scene.page()


def test_a_worker_that_begins_anew_ends_what_another_one_told(scene: Scene) -> None:
    scene.lose_isds()
    assert len(scene.rows()) == 1
    assert scene.acts() == ["lose_isds"]
    scene.simulator.control("DELETE", "/faults")
    scene.wait(timedelta(seconds=31))

    Scene(scene.office, scene.simulator, scene.hands, scene.now).work(2)
    assert scene.rows() == []

    scene.work(2)  # the first one hears it for itself
    assert scene.acts() == ["lose_isds", "reach_isds"]


def _silence(desk: DispatchDesk) -> None:
    for _ in range(3):
        with pytest.raises(GatewayUnavailable), desk.outage.hearing():
            raise GatewayUnavailable("silence")


def test_of_two_workers_the_first_one_tells_since_when(scene: Scene) -> None:
    scene.office.put(letter(box=TOWN))  # whose data box it is, is known by now
    with scene.office.context():
        first, second = desk_of(scene.office.app), desk_of(scene.office.app)
        _silence(first)
        scene.wait(timedelta(minutes=5))
        _silence(second)
        assert (note_outage(second), note_outage(first)) == (1, 1)
        assert (note_outage(second), note_outage(first)) == (0, 0)

    (row,) = scene.rows()
    assert (row.since, row.code) == (NOON, "no_answer")
    assert scene.acts() == ["lose_isds"]


def test_the_word_of_a_worker_that_is_gone_is_not_repeated(scene: Scene) -> None:
    scene.lose_isds()
    scene.wait(timedelta(hours=5))  # nobody works
    assert scene.outage() is None
    assert ALARM not in scene.page()

    later = Scene(scene.office, scene.simulator, scene.hands, scene.now)
    later.work()
    begun = later.now
    for _ in range(3):
        later.wait(timedelta(minutes=31))
        later.work()

    assert datetime.fromisoformat(scene.outage()["since"]) == begun


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, True), (10, True), (30, True), (31, False), (-31, False)]
)
def test_how_long_a_word_counts(minutes: int, expected: bool) -> None:
    assert is_news(NOON, NOON + timedelta(minutes=minutes)) is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "waiting_for_issue", True),
        ("waiting_for_issue", "ready", True),
        ("ready", "sending", False),
        ("sending", "unknown", False),
        ("unknown", "ready", False),
        ("ready", "held", True),
        ("held", "ready", True),
        ("needs_person", "unknown", True),
        ("unknown", "sent", True),
        ("ready", "ready", False),
    ],
)
def test_attempts_are_one_wait(before: str | None, after: str, expected: bool) -> None:
    assert waits_anew(before, after) is expected


STUCK: list[tuple[dict[str, Any], str]] = [
    ({}, "neodešel: zatím na něj nepřišla řada"),
    ({"last_error": "HTTP 503"}, "neodešel: poslední pokus se nezdařil"),
    ({"state": "unknown"}, "neodešel: zatím na něj nepřišla řada"),
    ({"state": "held", "hold": "credit"}, "neodešel: datové schránce chybí oprávnění"),
    ({"state": "held", "hold": "pause"}, "neodešel: odesílání někdo pozastavil"),
    ({"state": "sent", "channel": "data_box"}, "chybí doklad o doručení: zatím na něj"),
]


def _put_by(scene: Scene, **values: Any) -> str:
    made = scene.office.put(letter(box=TOWN))
    values = {"state": "ready", **values}
    with scene.office.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(waits_since=scene.now, **values))
    return str(made["number"])


@pytest.mark.parametrize(("values", "words"), STUCK)
def test_what_waits_for_a_day_is_told_with_its_reason(
    scene: Scene, values: dict[str, Any], words: str
) -> None:
    number = _put_by(scene, **values)
    scene.wait(24 * HOUR)
    assert f"{number} –" not in scene.page()

    scene.wait(timedelta(seconds=1))

    page = scene.page()
    assert f"{number} –" in page
    assert words in page
    assert f"{number} –" not in scene.page(actor=STRANGER)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "waiting_for_issue"},
        {"state": "held", "hold": "approval"},
        {"state": "sent", "channel": "data_box", "message_state": 4},
        {"state": "delivered"},
    ],
)
def test_what_others_look_after_or_what_is_well_is_not_told(
    scene: Scene, values: dict[str, Any]
) -> None:
    number = _put_by(scene, **values)
    scene.wait(30 * 24 * HOUR)

    assert f"{number} –" not in scene.page()


def test_while_everything_is_stopped_the_stop_alone_is_told(scene: Scene) -> None:
    number = _put_by(scene)
    reply = scene.office.api("POST", "/dispatches/stop", DIRECTOR, {"reason": "Ověřujeme adresy."})
    assert reply.status_code < 300, reply.json
    scene.wait(48 * HOUR)

    assert f"{number} –" not in scene.page()
    with scene.office.context(), transaction(db.session()) as session:
        assert session.query(DispatchStop).one().ended_at is None
        session.query(Delivery).one().dispatch_by = scene.now.date()
    assert "neodešel: všechno odesílání někdo zastavil" in scene.page()


def test_a_hold_that_ends_begins_a_new_wait(scene: Scene) -> None:
    number = _put_by(scene, state="held", hold="pause")
    scene.wait(48 * HOUR)
    assert f"{number} –" in scene.page()
    with scene.office.context(), transaction(db.session()) as session:
        session.query(Delivery).one().state = "ready"

    assert f"{number} –" not in scene.page()
