"""Whoever comes late decides nothing about what others have begun meanwhile (F9)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage, Permit
from services.documents.desk import tools
from services.documents.dispatch import looking_up
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.deliveries import LookUpPlan
from services.documents.domain.isds_outcome import Exchange
from services.documents.models import Delivery, db
from shared.db import transaction
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import Office, letter, open_office

pytestmark = pytest.mark.one_database


class Slow(IsdsGateway):
    """Whoever sends by it comes back late."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        found = super().create_message(message, permit)
        self.meanwhile()
        return found


@pytest.fixture
def gateway(simulator: Simulator) -> Slow:
    return Slow(IsdsAccount(simulator.base_url, *SENDER_LOGIN))


@pytest.fixture
def sender(
    simulator: Simulator, tmp_path: Path, database_url: str, gateway: Slow
) -> Iterator[Office]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    office = open_office(tmp_path / "var", database_url, gateway, isds_seal_roots=roots)
    office.clock.move_to(datetime.now(UTC))
    yield office


def test_an_outcome_of_one_attempt_says_nothing_of_another_one(
    sender: Office, gateway: Slow
) -> None:
    """Meanwhile another worker gave the attempt up, looked for it, and has begun a second one."""
    second = uuid4()

    def begin_anew() -> None:
        with transaction(db.session()) as session:
            session.query(Delivery).one().fencing_token = second

    gateway.meanwhile = begin_anew
    made = sender.put(letter(box=TOWN))
    sender.work()

    with sender.context():
        row = db.session().get_one(Delivery, UUID(sender.view(made["id"])["delivery"]["id"]))
        assert (row.state, row.fencing_token, row.message_id) == ("sending", second, None)


def test_a_plan_for_one_attempt_is_not_followed_for_another_one(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first attempt was given up and a second one lost while this worker slept."""
    simulator.fault("drop", params={"when": "after"}, times=1)
    simulator.fault("list_lag", operation="GetListOfSentMessages", params={"seconds": 3600})
    made = sender.put(letter(box=TOWN))
    sender.work()

    def lose_another(*_given: object) -> LookUpPlan:
        with transaction(db.session()) as session:
            session.query(Delivery).one().attempts += 1
        return LookUpPlan("resend")

    monkeypatch.setattr(looking_up, "_plan", lose_another)
    with sender.context(), transaction(db.session()) as session:
        session.query(Delivery).one().next_at = None
    with sender.context():
        looking_up.reconcile(DispatchDesk(db.session, tools()))

    found = sender.view(made["id"])["delivery"]
    assert found["state"] == "unknown"
