"""An office whose sender and prover ask ISDS one delivery ahead, on a clock that stands still."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import BoxFacts, GatewayUnavailable, OutgoingMessage, Permit
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.following import Follower
from services.documents.dispatch.judging import JudgingAhead
from services.documents.dispatch.sending import send_ready
from services.documents.domain.isds_outcome import Exchange
from services.documents.models import Delivery, db
from services.documents.worker import asking_ahead, outbox
from tests.documents.conftest import SENDER_LOGIN, Simulator
from tests.documents.offices import Office, letter, open_office


class Meanwhile(IsdsGateway):
    """The real client; something happens while it sends its first message."""

    def __init__(self, account: IsdsAccount) -> None:
        super().__init__(account)
        self.happens: Callable[[], object] | None = None
        self.unheard: str | None = None
        """The box about which no answer comes."""

    def find_box(self, **asked: Any) -> BoxFacts | None:
        if asked.get("box_id") == self.unheard is not None:
            raise GatewayUnavailable("no answer")
        return super().find_box(**asked)

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        exchange = super().create_message(message, permit)
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return exchange


class House:
    """An office whose sender and prover ask one delivery ahead."""

    def __init__(self, simulator: Simulator, folder: Path, address: str) -> None:
        self.gateway = Meanwhile(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
        self.office: Office = open_office(folder / "var", address, self.gateway)
        self.office.clock.move_to(datetime.now(UTC))
        self.simulator = simulator
        self.seconds = 0.0
        self.desk = asking_ahead(self._desk())
        self.follower = Follower(asking_ahead(self._desk()))

    def _desk(self) -> DispatchDesk:
        tools = self.office.app.extensions["documents-tools"]
        return DispatchDesk(db.session, tools, steady=lambda: self.seconds)

    def issue(self, *boxes: str) -> list[UUID]:
        """Make letters and seal them; return their deliveries in the order in which they leave."""
        days = (f"2026-05-{day:02}" for day in range(1, 29))
        made = [self.office.put(letter(box=box, dispatch_by=next(days))) for box in boxes]
        with self.office.context():
            outbox(self.office.app.extensions["documents-tools"]).run_once()
        return [UUID(self.office.view(one["id"])["delivery"]["id"]) for one in made]

    def known(self, *boxes: str) -> None:
        """Have written to these before, so that no answer about them is news."""
        for box in boxes:
            self.issue(box)
            self.send()
            self.prove()

    def judge(self) -> None:
        """Have the files judged before their turn comes, as the process beside the sender does."""
        with self.office.context():
            while JudgingAhead(self.desk).run_once():
                pass

    def send(self) -> None:
        with self.office.context():
            send_ready(self.desk)

    def prove(self) -> None:
        with self.office.context():
            self.follower.run_once()

    def states(self, deliveries: list[UUID]) -> list[str]:
        with self.office.context():
            return [db.session.get_one(Delivery, one).state for one in deliveries]

    def calls(self) -> Counter[str]:
        rows = self.simulator.control("GET", "/ledger")["calls"]
        return Counter({row["operation"]: row["calls"] for row in rows})
