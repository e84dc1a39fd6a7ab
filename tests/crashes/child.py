"""Workers as processes of their own: one process that has imported everything forks each of them.

The parent of all is single-threaded, so a fork is safe. It reads one order a line and answers
with one line: the process id of a new worker, or the status with which one ended.
"""

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import time_machine
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from services.documents import failpoints
from services.documents.app import create_app
from services.documents.config import DocumentsSettings
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.judging import JudgingAhead
from services.documents.leaving import Gate, Told
from services.documents.models import Delivery, FilePass, db
from services.documents.worker import asking_ahead, delivery_tasks, outbox
from shared.clock import FrozenClock
from shared.config import load
from shared.worker import WorkerLoop
from tests.documents.conftest import TOWN
from tests.documents.offices import Office, letter

PAUSE = 0.05
GIVE_UP = 120.0


@dataclass(frozen=True)
class Orders:
    """What a worker is to do, and how it is to fail."""

    var: str
    database_url: str
    address: str
    """Of the simulator's interface for clients."""
    login: tuple[str, str]
    settings: dict[str, Any]
    failpoint: str = ""
    rounds: int = 4
    rest: float = 0.0
    """Seconds between two rounds."""
    later: float = 0.0
    """Seconds by which its real clock is ahead."""
    shown: str = ""
    """Where the process clock stands (ISO)."""
    guard: bool = True
    """Whether the verifier judges each file before it leaves, as it does in the product."""
    letters: int = 0
    """Instead of working it asks for so many letters, as another service does."""
    dies_in: int = 0
    """The commit of something written in which it is killed, counted from 1; 0 for none."""
    dies_after: float = 0.0
    """Seconds after that commit began."""

    @property
    def hung(self) -> Path:
        """Exists once the worker hangs."""
        return Path(self.var) / f"hung-{self.failpoint.replace(':', '-')}"

    @property
    def reached(self) -> Path:
        """Exists once the worker came to the place where it is to fail."""
        return self.hung.with_name(self.hung.name.replace("hung-", "reached-"))

    @property
    def acknowledged(self) -> Path:
        """Holds the ids of the letters that the service has confirmed, one a line."""
        return Path(self.var) / "acknowledged"

    @property
    def wake(self) -> Path:
        """Whoever makes this file, with seconds in it, lets the worker go on that much later."""
        return self.hung.with_suffix(".wake")

    def to_line(self) -> str:
        """Return the orders as one line."""
        return json.dumps(asdict(self))


class Unguarded(DispatchDesk):
    """The worker's desk without the verifier, which would cost the campaign half an hour."""

    @property
    def gate(self) -> Gate:
        """Nothing is judged."""
        return Passing(self.session, self.tools)


class Passing(Gate):
    """Lets everything leave as if it had been judged before."""

    def told_of(self, session: Session, deliveries: Sequence[Delivery]) -> dict[UUID, Told]:
        """Return what the gate reads ahead, with a word about each file."""
        told = super().told_of(session, deliveries)
        return {key: replace(one, passed=FilePass()) for key, one in told.items()}

    def check(self, *_given: object) -> None:
        """Judge nothing."""


def serve() -> None:
    """Obey until the input ends."""
    apps: dict[str, Flask] = {}
    for line in sys.stdin:
        word, _, rest = line.partition(" ")
        if word == "wait":
            _, status = os.waitpid(int(rest), 0)
            _say(os.waitstatus_to_exitcode(status))
            continue
        orders = Orders(**json.loads(rest))
        key = orders.var + json.dumps(orders.settings)
        if key not in apps:
            apps[key] = app_of(orders)
        pid = os.fork()
        if pid == 0:
            os._exit(_live(apps[key], orders))
        _say(pid)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _live(app: Flask, orders: Orders) -> int:
    try:
        if orders.later:
            time_machine.travel(datetime.now(UTC) + timedelta(seconds=orders.later)).start()
        if orders.dies_in:
            _die_in_commit(app, orders)
        (_write if orders.letters else _work)(app, orders)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        return 1
    return 0


def _work(app: Flask, orders: Orders) -> None:
    _learn_to_fail(app, orders)
    failpoints.ask(orders.failpoint)
    tools = app.extensions["documents-tools"]
    tools.clock.move_to(datetime.fromisoformat(orders.shown))
    desk = asking_ahead((DispatchDesk if orders.guard else Unguarded)(db.session, tools))
    tasks = [outbox(tools).run_once, *delivery_tasks(desk)]
    if orders.guard:
        tasks.insert(1, JudgingAhead(desk).run_once)
    loop = WorkerLoop(app, tasks, 0.01, [desk.turn.give_up])
    for _ in range(orders.rounds):
        loop.run_once()
        time.sleep(orders.rest)
    loop.end()


def _write(app: Flask, orders: Orders) -> None:
    """Ask for letters; keep of each confirmed one that it was."""
    office = Office(app, FrozenClock(datetime.fromisoformat(orders.shown)))
    kept = os.open(orders.acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for _ in range(orders.letters):
        os.write(kept, f"{office.put(letter(box=TOWN))['id']}\n".encode())


def _die_in_commit(app: Flask, orders: Orders) -> None:
    """Kill this process while the database is at one of its commits."""
    left, written = [orders.dies_in], list[str]()
    with app.app_context():
        engine = db.engine

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(statement)

    def die() -> None:
        time.sleep(orders.dies_after)
        os.kill(os.getpid(), signal.SIGKILL)

    def begin(_connection: object) -> None:
        left[0] -= 1 if written else 0
        written.clear()
        if left[0] == 0:
            threading.Thread(target=die, daemon=True).start()

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", begin)
    event.listen(engine, "rollback", lambda _connection: written.clear())


def app_of(orders: Orders) -> Flask:
    """Build the product for these orders; it holds no connection, so it may be forked."""
    given = {"var": Path(orders.var), "database_url": orders.database_url}
    settings = {**orders.settings, "public_url": "http://localhost", **given}
    clock = FrozenClock(datetime.fromisoformat(orders.shown))
    gateway = IsdsGateway(IsdsAccount(orders.address, *orders.login))
    app = create_app(load(DocumentsSettings, **settings), clock, gateway)
    with app.app_context():
        db.engine.dispose()
    return app


def _learn_to_fail(app: Flask, orders: Orders) -> None:
    with app.app_context():
        engine = db.engine
    failpoints.ACTS["hang"] = lambda _place: _hang(orders)
    failpoints.ACTS["database"] = _losing(engine, orders.database_url)
    failpoints.ACTS["unheard"] = _unheard(engine)
    for name, act in failpoints.ACTS.items():
        failpoints.ACTS[name] = _marking(orders.reached, act)


def _marking(mark: Path, act: Callable[[str], None]) -> Callable[[str], None]:
    """Leave a mark before failing, so that nobody takes a place never reached for a passed one."""

    def marked(place: str) -> None:
        mark.touch()
        act(place)

    return marked


def _hang(orders: Orders) -> None:
    """Stand still until somebody says how much time has passed meanwhile."""
    orders.hung.touch()
    until = time.monotonic() + GIVE_UP
    while not orders.wake.exists():
        if time.monotonic() > until:
            raise TimeoutError("Nobody woke the worker.")
        time.sleep(PAUSE)
    seconds = float(orders.wake.read_text())
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)).start()


def _losing(engine: Engine, address: str) -> Callable[[str], None]:
    """Return what takes the database away: connections are cut, or every statement fails."""
    if make_url(address).get_backend_name() == "postgresql":
        return lambda _place: _cut_connections(address)
    return lambda _place: _fail_statements(engine)


def _cut_connections(address: str) -> None:
    plain = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) {others}")
        while connection.execute(f"SELECT count(*) {others}").fetchone() != (0,):
            time.sleep(PAUSE)


def _fail_statements(engine: Engine) -> None:
    """Let the next statement or commit fail, and the transaction with it, as on a lost disk."""

    left = ["statement"]

    def fail(*_given: Any) -> None:
        if left:
            left.clear()
            raise OperationalError("lost", {}, Exception("disk I/O error"))

    event.listen(engine, "before_cursor_execute", fail)
    event.listen(engine, "commit", fail)


def _unheard(engine: Engine) -> Callable[[str], None]:
    """Return what lets the database commit, and loses its answer."""
    dialect, commit = engine.dialect, engine.dialect.do_commit

    def lose(connection: Any) -> None:
        dialect.do_commit = commit  # type: ignore[method-assign]
        commit(connection)
        raise dialect.loaded_dbapi.OperationalError("the answer to the commit is lost")

    def learn(_place: str) -> None:
        dialect.do_commit = lose  # type: ignore[method-assign]

    return learn


if __name__ == "__main__":
    serve()
