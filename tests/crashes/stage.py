"""Where workers fail: an office, the simulator on a socket, and processes that can be killed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage
from services.documents.models import DatabasePlace, Delivery, Proof, db
from services.documents.models.base import LEDGER
from services.isds_simulator.seal.authority import SEAL_NAME
from shared.db import transaction
from tests.crashes.child import Orders
from tests.documents.conftest import SENDER_LOGIN, Simulator, run_simulator
from tests.documents.offices import DIRECTOR, Office, letter, open_office
from tests.house.tree import ROOT

PATIENCE = 60.0
PRICE = 10
"""Of a paid message, in crowns; approved in the office of these tests."""
QUICK = {"quiet_seconds": 0, "second_look_seconds": 0, "look_up_seconds": 1, "poll_seconds": 1}
QUICK |= {"isds_clock_seconds": 86_400}  # workers are sent into the future, the simulator is not
AFTER_LEASE, AFTER_REST = timedelta(minutes=6), timedelta(minutes=40)


class Zygote:
    """The process from which workers are forked."""

    def __init__(self, errors: Path) -> None:
        self._errors = errors.open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crashes.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def start(self, orders: Orders) -> int:
        """Fork a worker; return its process id."""
        return self._ask(f"work {orders.to_line()}")

    def wait(self, pid: int) -> int:
        """Wait for a worker; return its status, negative for a signal."""
        return self._ask(f"wait {pid}")

    def close(self) -> None:
        """End it."""
        self._process.communicate()
        self._errors.close()

    def _ask(self, line: str) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise TypeError("Pipes were asked for.")
        stdin.write(f"{line}\n")
        stdin.flush()
        return int(stdout.readline())


@dataclass
class Stage:
    """One office with its simulator; scenarios play on it one after another."""

    office: Office
    simulator: Simulator
    zygote: Zygote
    ahead: timedelta = timedelta()
    """How far the workers' clock is ahead of the machine's by now."""
    shown: timedelta = timedelta()
    """The same of the process clock."""

    def issue(self, box: str | None, **more: Any) -> dict[str, Any]:
        """Make a letter that needs no signature."""
        return self.office.put(letter(box=box, **more))

    def send_by_hand(self, made: dict[str, Any], box: str) -> None:
        """Send a message with the letter's reference, as a person in another program may."""
        gateway = IsdsGateway(IsdsAccount(self.simulator.base_url, *SENDER_LOGIN))
        reference = made.get("reference") or self.reference(made)
        by_hand = OutgoingMessage(
            box, "Oznámení", reference, "", "Obec", "dopis.pdf", b"%PDF-1.7 by hand"
        )
        assert gateway.create_message(by_hand).message_id

    def orders(self, **more: Any) -> Orders:
        """Return orders for a worker on this stage."""
        settings = self.office.app.extensions["vyzva-settings"]
        plain = Orders(
            var=str(settings.var),
            database_url=settings.database_url,
            address=self.simulator.base_url,
            login=SENDER_LOGIN,
            settings={
                **QUICK,
                "isds_paid_price": PRICE,
                "isds_seal_roots": str(settings.isds_seal_roots),
                "isds_seal_holders": [{"name": SEAL_NAME}],
            },
            later=self.ahead.total_seconds(),
            shown=(datetime.now(UTC) + self.shown).isoformat(),
        )
        return replace(plain, **more)

    def work(self, **more: Any) -> int:
        """Let a worker work, and wait for it."""
        return self.zygote.wait(self.zygote.start(self.orders(**more)))

    def came_to(self, failpoint: str) -> bool:
        """Tell whether a worker came to the place where it was to fail; asking forgets it."""
        mark = self.orders(failpoint=failpoint).reached
        is_there = mark.exists()
        mark.unlink(missing_ok=True)
        return is_there

    def hang(self, **more: Any) -> tuple[int, Orders]:
        """Let a worker work until it hangs."""
        orders = self.orders(**more)
        pid, until = self.zygote.start(orders), time.monotonic() + PATIENCE
        while not orders.hung.exists():
            if time.monotonic() > until:
                raise TimeoutError(f"The worker never came to {orders.failpoint}.")
            time.sleep(0.01)
        return pid, orders

    def wake(self, pid: int, orders: Orders) -> int:
        """Let a hung worker go on, at the time that it is by now, and wait for it."""
        slept = self.ahead.total_seconds()
        orders.wake.with_suffix(".new").write_text(str(slept))
        orders.wake.with_suffix(".new").rename(orders.wake)
        status = self.zygote.wait(pid)
        orders.hung.unlink()
        orders.wake.unlink()
        return status

    def change(self, made: dict[str, Any], **values: Any) -> None:
        """Change a delivery behind the product's back."""
        with self.office.context(), transaction(db.session()) as session:
            row = session.get_one(Delivery, UUID(self.view(made)["id"]))
            for name, value in values.items():
                setattr(row, name, value)

    def view(self, made: dict[str, Any]) -> dict[str, Any]:
        """Return a delivery as everybody sees it."""
        found: dict[str, Any] = self.office.view(made["id"])["delivery"]
        return found

    def messages(self, made: dict[str, Any]) -> list[dict[str, Any]]:
        """Return what the simulator's own ledger holds of a letter."""
        query = f"/messages?reference={self.reference(made)}"
        found: list[dict[str, Any]] = self.simulator.control("GET", query)["messages"]
        return found

    def reference(self, made: dict[str, Any]) -> str:
        """Return under which reference a letter leaves."""
        with self.office.context():
            return db.session().get_one(Delivery, UUID(self.view(made)["id"])).sender_reference

    def forget(self, made: dict[str, Any]) -> None:
        """Restore a backup made before the letter was sent, and own up to it: an epoch begins."""
        self._lose(made)
        with self.office.context(), transaction(db.session()) as session:
            number = (session.scalar(select(func.max(LEDGER.epoch.number))) or 0) + 1
            session.add(LEDGER.epoch(number=number, began_at=datetime.now(UTC), reason="drill"))

    def fail_over(self, made: dict[str, Any]) -> None:
        """Let a standby take over that had not heard yet that the letter was sent."""
        self._lose(made)
        with self.office.context(), transaction(db.session()) as session:
            session.execute(update(DatabasePlace).values(place="another server"))

    def _lose(self, made: dict[str, Any]) -> None:
        unsent = {"state": "ready", "message_id": None, "message_state": None, "attempts": 0}
        self.change(made, **unsent, sha256=None, intent_shown_at=None, delivered_on=None)
        with self.office.context(), transaction(db.session()) as session:
            session.execute(delete(Proof).where(Proof.delivery_id == UUID(self.view(made)["id"])))

    def prove(self, made: dict[str, Any], act: str, **body: Any) -> None:
        """Let the director write down an act on paper."""
        reply = self.office.prove(self.view(made)["id"], act, DIRECTOR, body)
        assert reply.status_code < 300, reply.json


@contextmanager
def open_stage(folder: Path, database_url: str) -> Iterator[Stage]:
    """Set the stage up on an empty database, and take it down."""
    with run_simulator(folder / "isds") as simulator:
        roots = folder / "roots.pem"
        roots.write_bytes(simulator.control("GET", "/root.pem"))
        office = open_office(folder / "var", database_url, isds_seal_roots=roots)
        office.clock.move_to(datetime.now(UTC))
        zygote = Zygote(folder / "workers.txt")
        try:
            yield Stage(office, simulator, zygote)
        finally:
            zygote.close()
            with office.context():
                db.engine.dispose()
