"""ISDS stamps and checks a message for long; what no list shows yet is not sent again (F8)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.documents.conftest import run_simulator
from tests.documents.test_clocks import MINUTE, TRUE, Machine, machine

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("socket_enabled")]
SLOW = {"stamp_delay": 4 * MINUTE, "antivirus_delay": 16 * MINUTE}
"""Together longer than the quiet period and the second look, shorter than the window."""
QUIET, SECOND_LOOK, WINDOW = 3, 15, 30
"""Minutes after the loss before which the list is not read for the first, second, third time."""
LIST, COPY = "GetListOfSentMessages", "SignedSentMessageDownload"
LATEST = 120


@contextmanager
def slow(folder: Path, **more: Any) -> Iterator[Machine]:
    """Run an office whose messages ISDS stamps and checks for twenty minutes."""
    with (
        run_simulator(folder / "isds", **SLOW, **more) as simulator,
        time_machine.travel(TRUE, tick=False) as hands,
    ):
        yield machine(simulator, folder, hands)


def outcomes(isds: Machine, operation: str) -> list[tuple[int, str]]:
    """Return at which minutes an operation was called, and how each call ended."""
    calls = reversed(isds.simulator.control("GET", "/calls")["calls"])
    found = [(call["at"], call["outcome"]) for call in calls if call["operation"] == operation]
    return [((datetime.fromisoformat(at) - TRUE) // MINUTE, outcome) for at, outcome in found]


def told(isds: Machine, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = isds.office.view(made["id"])["delivery"]
    return found


def work_until(isds: Machine, first: int, is_so: Callable[[], bool]) -> None:
    """Let the worker work minute by minute from one on until something is so."""
    for minute in range(first, LATEST):
        isds.work((minute,))
        if is_so():
            return
    raise AssertionError(isds.simulator.control("GET", "/calls"))


def check_looks(found: list[tuple[int, str]]) -> None:
    """Expect three looks, the first two of which came too early to tell anything."""
    assert [outcome for _, outcome in found] == ["0000"] * 3, found
    first, second, third = (minute for minute, _ in found)
    assert QUIET <= first < SECOND_LOOK <= second < WINDOW <= third, found


def check_sent_once_and_proved(isds: Machine, made: dict[str, Any]) -> None:
    found = told(isds, made)
    (message,) = isds.simulator.messages()
    assert (found["state"], found["delivery_basis"]) == ("delivered", "ovm")
    assert found["message_id"] == message["id"]
    assert sorted(one["kind"] for one in found["proofs"]) == ["delivery_info", "sent_message"]
    assert len(outcomes(isds, "CreateMessage")) == 1


def test_what_no_list_shows_for_long_is_looked_for_until_the_window_ends(tmp_path: Path) -> None:
    with slow(tmp_path) as isds:
        made = isds.lose()
        isds.work(tuple(range(WINDOW)))
        hidden = isds.state(made)

        work_until(isds, WINDOW, lambda: isds.state(made) == "delivered")

        assert hidden == "unknown"
        check_looks(outcomes(isds, LIST))
        check_sent_once_and_proved(isds, made)


def test_a_list_that_is_refused_at_the_end_of_the_window_says_nothing(tmp_path: Path) -> None:
    """The first look sees a list without the message; from then on ISDS throttles (3009)."""
    with slow(tmp_path) as isds:
        made = isds.lose()
        work_until(isds, 0, lambda: outcomes(isds, LIST) != [])
        seen = outcomes(isds, LIST)
        isds.simulator.fault("status", LIST, params={"code": "3009"})
        after = seen[0][0] + 1
        work_until(isds, after, lambda: outcomes(isds, LIST)[-1][0] >= WINDOW)
        throttled = isds.state(made), isds.sent(), {one for _, one in outcomes(isds, LIST)[1:]}
        isds.simulator.control("DELETE", "/faults")

        work_until(isds, outcomes(isds, LIST)[-1][0], lambda: isds.state(made) == "delivered")

        assert [outcome for _, outcome in seen] == ["0000"]
        assert throttled == ("unknown", 1, {"3009"})
        check_sent_once_and_proved(isds, made)


def test_a_message_that_is_listed_unchecked_is_adopted_once_its_copy_is_there(
    tmp_path: Path,
) -> None:
    """Its list shows messages at once; their sealed copies are refused until they are put in."""
    with slow(tmp_path, list_shows_unfinished=True) as isds:
        made = isds.lose()
        isds.work(tuple(range(20)))
        waiting = isds.state(made), {outcome for _, outcome in outcomes(isds, COPY)}

        work_until(isds, 20, lambda: isds.state(made) == "delivered")

        assert waiting == ("unknown", {"1229"})
        check_sent_once_and_proved(isds, made)


def test_a_message_that_is_found_infected_late_goes_to_a_person_and_not_again(
    tmp_path: Path,
) -> None:
    with slow(tmp_path) as isds:
        isds.simulator.fault("infected", times=1)
        made = isds.lose()

        work_until(isds, 0, lambda: isds.state(made) == "needs_person")

        found = told(isds, made)
        assert found["reason"] == "infected"
        check_looks(outcomes(isds, LIST))
        assert [one["id"] for one in isds.simulator.messages()] == [found["message_id"]]
        assert len(outcomes(isds, "CreateMessage")) == 1
