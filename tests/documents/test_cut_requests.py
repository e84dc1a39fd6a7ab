"""A request of CreateMessage that breaks anywhere in its body is of unknown fate (F6)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.documents.delivery.multipart import Packed
from services.documents.delivery.operations import Operation
from services.documents.delivery.transport import SoapTransport
from services.documents.models import Delivery, db
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import letter
from tests.documents.test_false_deliveries import a_minute_old, open_sender

pytestmark = pytest.mark.one_database


PLACES: dict[str, Callable[[int], int]] = {
    "the head alone": lambda _length: 0,
    "the first byte": lambda _length: 1,
    "half of the body": lambda length: length // 2,
    "all but the last byte": lambda length: length - 1,
}
"""How much of the body arrives, of so many bytes."""


@pytest.mark.parametrize("is_reset", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_a_request_that_broke_is_looked_for_and_only_then_sent_again(
    simulator: Simulator,
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    place: Callable[[int], int],
    is_reset: bool,
) -> None:
    office = open_sender(simulator, tmp_path, database_url)
    post, cuts = SoapTransport.post, list[int]()

    def post_and_cut(self: SoapTransport, operation: Operation, request: Packed, *more: Any) -> Any:
        if operation == Operation.CREATE_MESSAGE and not cuts:
            cuts.append(place(len(request.body)))
            params = {"after_bytes": cuts[0], "reset": is_reset}
            simulator.fault("cut", "dz", params=params, times=1)
        return post(self, operation, request, *more)

    monkeypatch.setattr(SoapTransport, "post", post_and_cut)

    made = office.put(letter(box=TOWN))
    office.work()
    broken = office.view(made["id"])["delivery"]["state"]
    with office.context():
        attempts = db.session().query(Delivery).one().attempts
    before = simulator.messages()
    a_minute_old(office)
    office.work(4)

    assert len(cuts) == 1
    assert (broken, attempts, before) == ("unknown", 1, [])
    assert office.view(made["id"])["delivery"]["state"] == "delivered"
    assert len(simulator.messages()) == 1
    listed = [
        row["calls"]
        for row in simulator.control("GET", "/ledger")["calls"]
        if row["operation"] == "GetListOfSentMessages"
    ]
    assert sum(listed) >= 1
