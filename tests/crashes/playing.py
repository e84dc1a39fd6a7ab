"""One combination of place, scenario and failure, played to its end."""

import signal
import time
from dataclasses import dataclass
from datetime import timedelta

from tests.crashes.scenarios import PLACES, SCENARIOS, Made, Scenario
from tests.crashes.stage import AFTER_LEASE, AFTER_REST, IDLE, Stage

MOST_WORKERS = 6
AT_THE_SOCKET = ("send.connected", "call.half_sent")


@dataclass(frozen=True)
class Ending:
    """What came of a delivery."""

    state: str
    reason: str | None
    messages: int
    """In the simulator's own ledger."""
    proofs: int
    failed: int | None
    """Status of the worker that failed; ``None`` for one that hung and went on."""


def play(stage: Stage, place: str, act: str) -> Ending:
    """Let one worker fail at a place, others finish, and return what came of the delivery."""
    scenario = SCENARIOS[PLACES[place]]
    stage.ahead, stage.shown = timedelta(), timedelta()
    made = scenario.prepare(stage)
    for fault in scenario.faults:
        stage.simulator.fault(**fault)
    stage.ahead, stage.shown = scenario.later, scenario.shown
    more = {"failpoint": f"{place}:{act}:1", "rounds": scenario.rounds, "rest": scenario.rest}
    if act == "hang":
        pid, orders = stage.hang(**more)
        stage.ahead += AFTER_REST
        # Whoever stands still inside a transaction keeps the others out until he wakes.
        if not place.endswith(".written"):
            time.sleep(2 * IDLE if place in AT_THE_SOCKET else 0)
            _finish(stage, made, scenario)
        failed = stage.wake(pid, orders)
        _finish(stage, made, scenario)
    else:
        failed = stage.work(**more)
        _finish(stage, made, scenario)
    stage.simulator.control("DELETE", "/faults")
    return _ending(stage, made, failed)


def _finish(stage: Stage, made: Made, scenario: Scenario) -> None:
    """Let other workers, each later than the one before, bring the delivery to its end."""
    for _ in range(MOST_WORKERS):
        stage.ahead += AFTER_LEASE
        stage.work(rounds=3)
        if _state(stage, made) == scenario.ends:
            return
        time.sleep(0.1)
        stage.ahead += AFTER_REST - AFTER_LEASE


def _state(stage: Stage, made: Made) -> tuple[str, str | None]:
    found = stage.view(made)
    return found["state"], found["reason"]


def _ending(stage: Stage, made: Made, failed: int) -> Ending:
    found = stage.view(made)
    count = len(stage.messages(made))
    return Ending(found["state"], found["reason"], count, len(found["proofs"]), failed)


def expected(place: str, act: str) -> tuple[tuple[str, str | None], int, int]:
    """Return how a combination must end: state with reason, messages, status of the failing one."""
    scenario = SCENARIOS[PLACES[place]]
    return scenario.ends, scenario.messages, -signal.SIGKILL if act == "kill" else 0
