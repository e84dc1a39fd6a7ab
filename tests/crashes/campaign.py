"""Chaos: workers killed again and again while ISDS misbehaves, until every notice is told.

``python -m tests.crashes.campaign --notices 12000 --kills 200 --seed 1``. The seed draws who is
killed when, which faults lie upon ISDS, and how much time passes; the clock is under control.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from services.documents.delivery.operations import Operation
from services.documents.domain import deliveries
from services.documents.models import Delivery, Proof, db
from services.documents.service.looking import retry_delivery
from services.documents.service.work import Work, worker_actor
from services.documents.tools import Tools
from shared.clock import FrozenClock
from shared.db import read_only, transaction
from tests.crashes.stage import Stage, open_stage
from tests.databases import sqlite_address, start_cluster
from tests.documents.conftest import TOWN
from tests.documents.offices import ORGANISATION
from tests.simulation.episode import delivery_row, document_row

OUTAGE = timedelta(hours=96)
FAIR_TURNS = 60
TOLD_EACH = 20
EACH = "each"
"""Stands for every operation of the client, each counted for itself."""
STORM = {"kind": "status", "operation": EACH, "params": {"code": "3008"}}
"""Refuses every so many calls of each operation. Counted together they fell into step: a letter
is three calls, so with every second or third refused not one of them was ever sent."""
COPY = "SignedSentMessageDownload"
REAL = {"quiet_seconds": 180, "second_look_seconds": 900, "look_up_seconds": 1800}
"""The periods of a real installation: the clock is moved, the periods are not shortened."""


@dataclass(frozen=True)
class Plan:
    """How large and how hard a campaign is."""

    notices: int = 12_000
    kills: int = 200
    seed: int = 1
    hits: int = 1_400
    """A worker lives for at most so many places."""
    worst_lag: float = 1_200
    """Seconds; below the window in which a message is looked for."""


@dataclass
class Report:
    """What came of a campaign."""

    notices: int = 0
    messages: int = 0
    """In the simulator's own ledger."""
    duplicates: int = 0
    lost: int = 0
    """Notices without a message in the ledger."""
    stuck: int = 0
    unproved: int = 0
    """Delivered, but without both sealed proofs."""
    asked: int = 0
    """How often a person was asked, who had it tried again."""
    kills: int = 0
    turns: int = 0
    days: float = 0.0
    """Days that passed on the controlled clock."""
    seconds: float = 0.0
    weather: Counter[str] = field(default_factory=Counter)
    """Turns under each kind of fault."""
    calls: Counter[str] = field(default_factory=Counter)
    """Calls by outcome, as the simulator counted them."""

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept."""
        return not (self.duplicates or self.lost or self.stuck or self.unproved)


class Campaign:
    """One campaign on a stage."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self._stage, self._plan = stage, plan
        self._chance = random.Random(plan.seed)
        self._report = Report(notices=plan.notices)

    def run(self) -> Report:
        """Play it and return what came of it."""
        begun = time.monotonic()
        self.fill()
        self._storm()
        self._outage()
        self._calm()
        self.judge()
        self._report.seconds = time.monotonic() - begun
        self._report.days = self._stage.ahead / timedelta(days=1)
        return self._report

    def fill(self) -> None:
        """Put the notices into the database and the store, ready to be sent."""
        tools: Tools = self._stage.office.app.extensions["documents-tools"]
        now = self._stage.office.clock.now()
        with self._stage.office.context(), transaction(db.session()) as session:
            for number in range(1, self._plan.notices + 1):
                file = tools.files.put(f"%PDF-1.7 notice {number}".encode())
                document = document_row(self._id(), number, file, now)
                session.add(document)
                session.flush()
                session.add(delivery_row(self._id(), document, TOWN))

    def _id(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)

    def _storm(self) -> None:
        """Kill worker after worker until enough died or nothing is left to do."""
        while self._report.kills < self._plan.kills * 9 // 10 and self._open():
            self.turn(draw_weather(self._chance, self._plan.worst_lag))

    def _outage(self) -> None:
        """Let ISDS be away for four days, and throttle whoever comes back."""
        until = self._stage.ahead + OUTAGE
        while self._stage.ahead < until:
            self.turn([{"kind": "http", "operation": "*", "params": {"when": "before"}}])
            self._pass(timedelta(hours=self._chance.randrange(4, 16)))
        while self._report.kills < self._plan.kills and self._open():
            self.turn([{**STORM, "every": 2}])

    def _calm(self) -> None:
        """Let the weather clear; everything must come to an end by itself."""
        for _ in range(FAIR_TURNS * (1 + self._plan.notices // 500)):
            if not self._open():
                return
            self.turn([], is_doomed=False)

    def turn(self, faults: list[dict[str, object]], *, is_doomed: bool = True) -> None:
        """Let one worker live under some faults, and time pass after it."""
        stage, self._report.turns = self._stage, self._report.turns + 1
        stage.simulator.control("DELETE", "/faults")
        for fault in faults:
            self._report.weather[str(fault["kind"])] += 1
            for operation in _struck_by(fault):
                stage.simulator.control("POST", "/faults", {**fault, "operation": operation})
        stage.simulator.advance(offset_seconds=stage.ahead.total_seconds())
        failpoint = f"*:kill:{self._chance.randrange(1, self._plan.hits)}" if is_doomed else ""
        rounds = 6 if is_doomed else 12
        status = stage.work(
            failpoint=failpoint, rounds=rounds, guard=False, settings=self._settings
        )
        if status not in (0, -9):
            raise RuntimeError(f"A worker ended with {status}.")
        self._report.kills += status == -9
        if self._report.turns % TOLD_EACH == 0:
            self._tell()
        self._answer_questions()
        self._pass(timedelta(seconds=self._chance.choice((5, 60, 240, 400, 1200, 2000))))

    def _tell(self) -> None:
        ledger = self._stage.simulator.control("GET", "/ledger")
        sys.stdout.write(
            f"turn {self._report.turns}: {self._report.kills} kills, {self._open()} open, "
            f"{ledger['messages']} messages, {len(ledger['duplicates'])} twice\n"
        )
        sys.stdout.flush()

    @property
    def _settings(self) -> dict[str, object]:
        return {**self._stage.orders().settings, **REAL, "poll_seconds": 300}

    def _pass(self, time_passed: timedelta) -> None:
        self._stage.ahead += time_passed
        self._stage.shown = self._stage.ahead

    def _answer_questions(self) -> None:
        """Have what a person is asked about tried again, as the office may."""
        with self._stage.office.context(), transaction(db.session()) as session:
            asked = select(Delivery).where(
                Delivery.state == deliveries.NEEDS_PERSON,
                Delivery.reason.in_(deliveries.RETRY_REASONS),
            )
            clock = FrozenClock(self._stage.office.clock.now() + self._stage.shown)
            for row in session.scalars(asked.limit(50)):
                work = Work(session, worker_actor(ORGANISATION), clock)
                retry_delivery(work, row.id, "Překážka pominula.")
                self._report.asked += 1

    def _open(self) -> int:
        """Return how many deliveries are not told yet."""
        with self._stage.office.context(), read_only(db.session()) as session:
            is_open = Delivery.state != deliveries.DELIVERED
            return session.scalar(select(func.count()).select_from(Delivery).where(is_open)) or 0

    def judge(self) -> Report:
        """Compare what the product says with the simulator's own ledger."""
        report, ledger = self._report, self._stage.simulator.control("GET", "/ledger")
        report.messages = ledger["messages"]
        report.duplicates = len(ledger["duplicates"])
        report.lost = (
            report.notices
            - report.messages
            + sum(one["copies"] - 1 for one in ledger["duplicates"])
        )
        report.stuck = self._open()
        for one in ledger["calls"]:
            report.calls[f"{one['operation']} {one['outcome']}"] += one["calls"]
        with self._stage.office.context(), read_only(db.session()) as session:
            kinds = select(Proof.delivery_id).group_by(Proof.delivery_id)
            proved = kinds.having(func.count(Proof.kind.distinct()) == 2)
            count = session.scalar(select(func.count()).select_from(proved.subquery()))
            report.unproved = report.notices - (count or 0)
        return report


def _struck_by(fault: dict[str, object]) -> list[object]:
    operation = fault.get("operation", "CreateMessage")
    return [one.called for one in Operation] if operation == EACH else [operation]


def draw_weather(chance: random.Random, worst_lag: float) -> list[dict[str, object]]:
    """Draw what goes wrong for the life of one worker: three faults and a list that lags."""
    when = {"when": "after"}
    every = chance.choice((7, 15, 40))
    known: list[dict[str, object]] = [
        {"kind": "drop", "params": {**when, "reset": True}, "every": every},
        {"kind": "http", "params": {**when, "status": 503, "body": "html"}, "every": every},
        {"kind": "drop", "params": {"when": "before"}, "every": every},
        {"kind": "truncated", "every": every},
        {"kind": "no_id", "every": every},
        {**STORM, "every": 3},
        {**STORM, "operation": "CreateMessage", "times": chance.randrange(20, 200)},
        {"kind": "cut", "params": {"after_bytes": 200}, "every": every},
        {"kind": "http", "operation": "*", "params": {"when": "before"}, "every": every},
        {
            "kind": "not_yet",
            "operation": "SignedSentMessageDownload",
            "params": {"seconds": 30},
        },
    ]
    lag = chance.random() * worst_lag
    operation = "GetListOfSentMessages"
    known.append({"kind": "list_lag", "operation": operation, "params": {"seconds": lag}})
    return [*chance.sample(known, 3), known[-1]]


def run_campaign(folder: Path, database_url: str, plan: Plan) -> Report:
    """Play one campaign on an empty database."""
    with open_stage(folder, database_url) as stage:
        return Campaign(stage, plan).run()


def main() -> int:
    """Play one campaign, print its report, and return 1 if a promise was broken."""
    words = argparse.ArgumentParser(prog="python -m tests.crashes.campaign")
    for name, default in (("notices", 12_000), ("kills", 200), ("seed", 1), ("hits", 1_400)):
        words.add_argument(f"--{name}", type=int, default=default)
    words.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = words.parse_args()
    plan = Plan(given.notices, given.kills, given.seed, given.hits)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.database == "sqlite":
            report = run_campaign(folder, sqlite_address(folder), plan)
        else:
            cluster = start_cluster()
            try:
                report = run_campaign(folder, cluster.create_database(), plan)
            finally:
                cluster.stop()
    for title, value in vars(report).items():
        sys.stdout.write(f"{title}: {dict(value) if isinstance(value, Counter) else value}\n")
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
