"""Clocks that are wrong, or that somebody sets, send nothing twice and hide nothing (C1, C4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import time_machine

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.told_time import ToldTime
from services.documents.desk import tools
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.sending import send_ready
from services.documents.models import Delivery, db
from shared.db import transaction
from tests.databases import sqlite_address
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import DIRECTOR, Office, letter, open_office
from tests.documents.test_looking_first import by_hand

pytestmark = pytest.mark.one_database
TRUE = datetime(2026, 4, 7, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PERIODS = {"quiet_seconds": 180, "second_look_seconds": 900, "look_up_seconds": 1800}


@dataclass
class Machine:
    """An office on a machine whose clock is not that of ISDS."""

    office: Office
    simulator: Simulator
    hands: time_machine.Traveller

    def at(self, minutes: float, ahead: float = 0) -> None:
        """Let true time be so many minutes after the beginning, and our clock ahead of it."""
        now = TRUE + minutes * MINUTE
        self.simulator.advance(now=now.isoformat(), stopped=True)
        self.office.clock.move_to(now + ahead * MINUTE)
        self.hands.move_to(now + ahead * MINUTE, tick=False)

    def work(self, minutes: tuple[float, ...], ahead: float = 0) -> None:
        for one in minutes:
            self.at(one, ahead)
            self.office.work(2)

    def lose(self, **more: Any) -> dict[str, Any]:
        """Send a letter whose answer is lost."""
        self.simulator.fault("drop", params={"when": "after"}, times=1)
        made = self.office.put(letter(box=TOWN, **more))
        self.office.work()
        return made

    def state(self, made: dict[str, Any]) -> str:
        return str(self.office.view(made["id"])["delivery"]["state"])

    def calls(self) -> int:
        return len(self.simulator.control("GET", "/ledger")["calls"])

    def sent(self) -> int:
        return len(self.simulator.messages())


def machine(simulator: Simulator, folder: Path, hands: Any, **settings: Any) -> Machine:
    roots = folder / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    given = {"isds_seal_roots": roots, **PERIODS, **settings}
    office = open_office(folder / "var", sqlite_address(folder), gateway, **given)
    made = Machine(office, simulator, hands)
    made.at(0)
    return made


@pytest.fixture
def careful(simulator: Simulator, tmp_path: Path) -> Iterator[Machine]:
    """Everything as it is in production."""
    with time_machine.travel(TRUE, tick=False) as hands:
        yield machine(simulator, tmp_path, hands, isds_clock_seconds=60)


@pytest.fixture
def careless(simulator: Simulator, tmp_path: Path) -> Iterator[Machine]:
    """The operator lets our clock be off by any amount: then the periods alone must be right."""
    with time_machine.travel(TRUE, tick=False) as hands:
        yield machine(simulator, tmp_path, hands, isds_clock_seconds=86_400)


@pytest.mark.parametrize("ahead", [-60, -10, -2, 2, 10, 60])
def test_with_a_wrong_clock_nothing_is_sent_and_people_are_told(
    careful: Machine, ahead: int
) -> None:
    careful.at(0, ahead)
    made = careful.office.put(letter(box=TOWN))
    careful.work((0, 1, 5), ahead)
    held = careful.state(made), careful.sent()
    page = careful.office.browser(DIRECTOR).get("/").text

    careful.work((40, 75, 76))
    later = careful.office.browser(DIRECTOR).get("/").text

    assert held == ("ready", 0)
    assert "Seřídit hodiny" in page
    assert f"{abs(ahead)} min" in page.replace("\xa0", " ")
    assert careful.state(made) == "delivered"
    assert careful.sent() == 1
    assert "Seřídit hodiny" not in later


@pytest.mark.parametrize("ahead", [-34, -2, 2, 20, 34])
def test_once_the_clock_is_set_nothing_rests_by_what_it_showed(
    careful: Machine, ahead: int
) -> None:
    careful.at(0, ahead)
    made = careful.office.put(letter(box=TOWN))
    careful.work((0, 1, 5), ahead)

    careful.work((6,))

    assert careful.state(made) == "delivered"
    assert careful.sent() == 1


def test_while_the_clock_is_wrong_the_worker_is_idle(careful: Machine) -> None:
    """What is due and may not leave makes the worker neither ask nor turn without a pause."""
    careful.at(0, 20)
    careful.office.put(letter(box=TOWN))
    careful.work((0,), 20)
    with careful.office.context():
        desk = DispatchDesk(db.session, tools())

        first = send_ready(desk)
        seen = careful.calls()
        later = send_ready(desk)

    assert (first, later) == (1, 0)
    assert careful.calls() == seen


@pytest.mark.parametrize("ahead", [-20, 20])
def test_what_a_person_sent_while_the_clock_was_wrong_is_adopted(
    careful: Machine, ahead: int
) -> None:
    """More letters wait than the worker takes on at once, and none is sent a second time."""
    careful.at(0, ahead)
    many = [careful.office.put(letter(box=TOWN)) for _ in range(3)]
    with patch("services.documents.service.deliveries.AT_ONCE", 1):
        careful.work((0,), ahead)
    for made in many:
        by_hand(careful.simulator, careful.office, made)

    careful.work((6, 7))

    assert [careful.state(made) for made in many] == ["delivered"] * len(many)
    assert careful.sent() == len(many)


def test_a_clock_that_is_off_by_seconds_is_right_enough(careful: Machine) -> None:
    careful.at(0, 0.5)
    made = careful.office.put(letter(box=TOWN))

    careful.work((0, 1), 0.5)

    assert careful.state(made) == "delivered"


@pytest.mark.parametrize("ahead", [-60, -10, 4, 10, 60])
def test_a_lost_answer_makes_one_message_however_wrong_the_clock(
    careless: Machine, ahead: int
) -> None:
    careless.at(0, ahead)
    made = careless.lose()

    careless.work((1, 4, 16, 31, 32, 33, 40, 60), ahead)

    assert careless.sent() == 1
    assert careless.state(made) == "delivered"


def test_a_clock_that_is_set_back_after_the_intent_makes_no_second_message(
    careless: Machine,
) -> None:
    careless.at(0, 60)
    made = careless.lose()

    careless.work((1, 4, 10, 30, 59, 62, 64, 76, 92, 95, 120))

    assert careless.sent() == 1
    assert careless.state(made) == "delivered"


@pytest.mark.parametrize("periods", [1, 5])
def test_a_clock_that_jumps_makes_no_window_shorter(careless: Machine, periods: int) -> None:
    """The list lags by ten minutes; one minute after the loss our clock jumps by an hour."""
    careless.simulator.fault("list_lag", operation="GetListOfSentMessages", params={"seconds": 600})
    made = careless.lose()

    careless.work((1,) * periods, 60)
    jumped = careless.state(made), careless.sent()
    careless.work((5, 12, 20), 60)

    assert jumped == ("unknown", 1)
    assert careless.state(made) == "delivered"
    assert careless.sent() == 1


def test_what_was_never_taken_is_sent_once_the_window_has_passed_in_truth(
    careless: Machine,
) -> None:
    """Two machines take turns; the clock of one is an hour ahead of the other's."""
    careless.simulator.fault("drop", params={"when": "before"}, times=1)
    made = careless.office.put(letter(box=TOWN))
    careless.office.work()

    for minutes in (4, 10, 16, 22, 28):
        careless.work((minutes,), 60)
        careless.work((minutes + 1,))
    early = careless.state(made), careless.sent()
    for minutes in (40, 50, 60, 70, 80):
        careless.work((minutes,), 60)
        careless.work((minutes + 1,))

    assert early == ("unknown", 0)
    assert careless.state(made) == "delivered"
    assert careless.sent() == 1


def test_what_a_clock_put_off_for_a_year_is_sent_when_it_is_right_again(
    careful: Machine,
) -> None:
    """The clock of the machine is a year ahead at a start, and the network is not up yet."""
    year = 365 * 24 * 60
    careful.simulator.fault("http", operation="*", params={"status": 503, "when": "before"})
    made = careful.office.put(letter(box=TOWN))
    careful.work((0,))
    careful.work((1,), year)
    careful.simulator.control("DELETE", "/faults")

    careful.work((2, 3))

    assert careful.state(made) == "delivered"
    assert careful.sent() == 1


def test_a_lease_from_a_clock_that_was_ahead_ends(careful: Machine) -> None:
    made = careful.lose()
    with careful.office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).one()
        row.state, row.leased_until = "sending", TRUE + timedelta(days=365)

    careful.work((1, 5))

    assert careful.state(made) == "delivered"
    assert careful.sent() == 1


class Steady:
    """Seconds that a test turns."""

    def __init__(self) -> None:
        self.seconds = 5.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("date", [None, "", "yesterday", "Tue, 07 Apr 2026 08:00:00 -0000"])
def test_a_date_that_says_no_instant_tells_nothing(date: str | None) -> None:
    told = ToldTime(Steady())

    told.hear(date)

    assert told.now() is None


def test_between_two_answers_the_clock_of_isds_goes_on() -> None:
    steady = Steady()
    told = ToldTime(steady)
    told.hear("Tue, 07 Apr 2026 08:00:00 GMT")
    steady.seconds += 90

    told.hear("nonsense")

    assert told.now() == TRUE + timedelta(seconds=90)
