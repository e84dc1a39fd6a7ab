"""Somebody between the sending worker and ISDS spoils the answers: nothing is sent twice (F5, F7).

Each request reaches the simulator and is obeyed; what comes back is hostile.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import update

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.operations import Operation
from services.documents.models import Delivery, db
from shared.db import transaction
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.hostile_answers import BROKEN, http
from tests.documents.offices import Office, letter, open_office
from tests.documents.patience import PATIENCE
from tests.documents.raw_answering import Raw, Spoiling, raw_answering

pytestmark = pytest.mark.one_database
NAMES = (
    "nothing", "two lengths", "gzip", "HTTP 204 No", "cut in the code, untold",
    "a bomb of entities", "very many elements", "a fault beside", "two that differ",
)  # fmt: skip
"""One of each kind; that each of the others is unknown too, `test_isds_hostile` shows."""
FEW = NAMES[::2]
PREFIX = re.compile(rb"(</?)[pq]:")


@dataclass
class Between(Spoiling):
    """Hands every request on to the simulator, and spoils some answers."""

    simulator: str = ""
    names: tuple[str, ...] = ()
    """How the next answers of the operation are spoilt; later ones come as they are."""

    def reply(self, operation: Operation, request: bytes) -> Raw:
        """Let the simulator do it, and tell something else."""
        done = requests.post(
            f"{self.simulator}/{operation.service}",
            data=request,
            auth=SENDER_LOGIN,
            timeout=PATIENCE,
        )
        if operation is not self.spoils or not self.names:
            return http(done.content)
        name, *rest = self.names
        self.names = tuple(rest)
        return BROKEN[name](_as_written_here(done.content))


def _as_written_here(body: bytes) -> bytes:
    """Return the simulator's answer with the prefixes that the hostile answers look for."""
    bare = body.replace(b"SOAP-ENV:", b"s:").replace(b"xmlns:SOAP-ENV", b"xmlns:s")
    return PREFIX.sub(rb"\1", bare).replace(b"xmlns:q", b"xmlns")


@pytest.fixture
def between(simulator: Simulator) -> Iterator[Between]:
    with raw_answering(Between(simulator=simulator.base_url)) as raw:
        assert isinstance(raw, Between)
        yield raw


@pytest.fixture
def sender(between: Between, simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(f"{between.address}/DS", *SENDER_LOGIN))
    office = open_office(tmp_path / "var", database_url, gateway, isds_seal_roots=roots)
    office.clock.move_to(datetime.now(UTC))
    return office


def states(sender: Office, made: list[dict[str, str]]) -> list[str]:
    return [sender.view(one["id"])["delivery"]["state"] for one in made]


def wake(sender: Office) -> None:
    """Let the rest after a failure be over."""
    with sender.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(next_at=None))


def test_a_spoilt_answer_makes_no_second_message(
    sender: Office, between: Between, simulator: Simulator
) -> None:
    between.spoils, between.names = Operation.CREATE_MESSAGE, NAMES
    made = [sender.put(letter(box=TOWN)) for _ in NAMES]

    sender.work()
    first = states(sender, made)
    sender.work(3)

    assert set(first) == {"unknown"}
    assert set(states(sender, made)) == {"delivered"}
    references = [message["sender_reference"] for message in simulator.messages()]
    assert sorted(references) == sorted(f"{one['number']}/1" for one in made)
    assert between.asked.count(Operation.CREATE_MESSAGE) == len(NAMES)


@pytest.mark.parametrize(
    "operation",
    [
        Operation.GET_LIST_OF_SENT_MESSAGES,
        Operation.GET_SIGNED_DELIVERY_INFO,
        Operation.SIGNED_SENT_MESSAGE_DOWNLOAD,
        Operation.FIND_DATA_BOX_2,
    ],
)
def test_spoilt_answers_to_questions_only_delay(
    sender: Office, between: Between, simulator: Simulator, operation: Operation
) -> None:
    """The worker lives on and asks again, whatever it was told; nobody calls it delivered."""
    between.spoils, between.names = operation, FEW
    made = sender.put(letter(box=TOWN))
    if operation is Operation.GET_LIST_OF_SENT_MESSAGES:
        simulator.fault("drop", params={"when": "after"}, times=1)

    for _ in range(len(FEW) + 4):
        wake(sender)
        sender.work()

    assert between.names == ()
    assert states(sender, [made]) == ["delivered"]
    assert len(simulator.messages()) == 1
