"""Whoever comes late decides nothing about what others have begun meanwhile (F9)."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.documents.desk import tools
from services.documents.dispatch import looking_up
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.deliveries import LookUpPlan
from services.documents.models import Delivery, db
from shared.db import transaction
from tests.documents.conftest import TOWN, Simulator
from tests.documents.meanwhile import Told, open_sender, told_of
from tests.documents.offices import Office, letter

pytestmark = pytest.mark.one_database


@pytest.fixture
def gateway(simulator: Simulator) -> Told:
    return told_of(simulator)


@pytest.fixture
def sender(
    simulator: Simulator, tmp_path: Path, database_url: str, gateway: Told
) -> Iterator[Office]:
    yield open_sender(simulator, tmp_path, database_url, gateway)


def test_an_outcome_of_one_attempt_says_nothing_of_another_one(
    sender: Office, gateway: Told
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
