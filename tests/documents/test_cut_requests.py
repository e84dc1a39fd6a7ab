"""A request of CreateMessage that breaks anywhere in its body is of unknown fate (F6)."""

from pathlib import Path

import pytest

from services.documents.models import Delivery, db
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import letter
from tests.documents.test_false_deliveries import a_minute_old, open_sender

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("after_bytes", [0, 1, 500, 5_000, 30_000])
def test_a_request_that_broke_is_looked_for_and_only_then_sent_again(
    simulator: Simulator, tmp_path: Path, database_url: str, after_bytes: int, is_reset: bool
) -> None:
    office = open_sender(simulator, tmp_path, database_url)
    params = {"after_bytes": after_bytes, "reset": is_reset}
    simulator.fault("cut", "dz", params=params, times=1)

    made = office.put(letter(box=TOWN))
    office.work()
    broken = office.view(made["id"])["delivery"]["state"]
    with office.context():
        attempts = db.session().query(Delivery).one().attempts
    before = simulator.messages()
    a_minute_old(office)
    office.work(4)

    assert (broken, attempts, before) == ("unknown", 1, [])
    assert office.view(made["id"])["delivery"]["state"] == "delivered"
    assert len(simulator.messages()) == 1
    listed = [
        row["calls"]
        for row in simulator.control("GET", "/ledger")["calls"]
        if row["operation"] == "GetListOfSentMessages"
    ]
    assert sum(listed) >= 1
