"""One combination of place, scenario and failure, played to its end."""

import signal
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from services.isds_simulator.server import Handler
from tests.crashes.scenarios import PLACES, SCENARIOS, Made, Scenario
from tests.crashes.stage import AFTER_LEASE, AFTER_REST, Stage

MOST_WORKERS = 8
PAUSE = 1.0
"""Seconds between two workers: the clock of ISDS goes on in real time and shows whole seconds, and
a message is looked for until one of them has passed on it (``look_up_seconds``)."""
IDLE = 0.5
"""Seconds after which the simulator, as any server, gives a silent connection up."""
AT_THE_SOCKET = ("send.connected", "call.half_sent")


@dataclass(frozen=True)
class Ending:
    """What came of a delivery."""

    state: str
    reason: str | None
    messages: int
    """In the simulator's own ledger."""
    proofs: int
    failed: int
    """Status of the worker that failed; 0 for one that went on."""
    came: bool
    """Whether it came to the place where it was to fail."""


def play(stage: Stage, place: str, act: str) -> Ending:
    """Let one worker fail at a place, others finish, and return what came of the delivery."""
    scenario = SCENARIOS[PLACES[place]]
    stage.ahead, stage.shown = timedelta(), timedelta()
    made = scenario.prepare(stage)
    for fault in scenario.faults:
        stage.simulator.fault(**fault)
    stage.ahead, stage.shown = scenario.later, scenario.shown
    failpoint = f"{place}:{act}:1"
    more = {"failpoint": failpoint, "rounds": scenario.rounds, "rest": scenario.rest}
    failed = _hang(stage, place, made, more) if act == "hang" else stage.work(**more)
    stage.simulator.control("DELETE", "/faults")
    _finish(stage, made, scenario)
    return _ending(stage, made, failed, came=stage.came_to(failpoint))


def _hang(stage: Stage, place: str, made: Made, more: dict[str, Any]) -> int:
    """Let a worker hang, others go on meanwhile, and the hung one wake much later."""
    is_at_socket = place in AT_THE_SOCKET
    with patch.object(Handler, "timeout", IDLE if is_at_socket else Handler.timeout):
        pid, orders = stage.hang(**more)
        stage.simulator.control("DELETE", "/faults")
        stage.ahead += AFTER_REST
        time.sleep(2 * IDLE if is_at_socket else 0)
    # Whoever stands still inside a transaction keeps the others out until he wakes.
    if not place.endswith(".written"):
        _finish(stage, made, SCENARIOS[PLACES[place]])
    return stage.wake(pid, orders)


def _finish(stage: Stage, made: Made, scenario: Scenario) -> None:
    """Let other workers, each later than the one before, bring the delivery to its end."""
    for _ in range(MOST_WORKERS):
        stage.ahead += AFTER_LEASE
        stage.work(rounds=3)
        if _state(stage, made) == scenario.ends:
            return
        time.sleep(PAUSE)
        stage.ahead += AFTER_REST - AFTER_LEASE


def _state(stage: Stage, made: Made) -> tuple[str, str | None]:
    """Return the state with its reason, of one delivery or of all that must end in the same way."""
    found = {(one["state"], one["reason"]) for one in map(stage.view, _all_of(made))}
    return found.pop() if len(found) == 1 else ("several states", None)


def _all_of(made: Made) -> list[Made]:
    return [*made.get("beside", []), made]


def _ending(stage: Stage, made: Made, failed: int, *, came: bool) -> Ending:
    counts = {len(stage.messages(one)) for one in _all_of(made)}
    count = counts.pop() if len(counts) == 1 else max(counts) + 1  # not the same for all is wrong
    return Ending(*_state(stage, made), count, len(stage.view(made)["proofs"]), failed, came)


def expected(place: str, act: str) -> tuple[tuple[str, str | None], int, int]:
    """Return how a combination must end: state with reason, messages, status of the failing one."""
    scenario = SCENARIOS[PLACES[place]]
    return scenario.ends, scenario.messages, -signal.SIGKILL if act == "kill" else 0
