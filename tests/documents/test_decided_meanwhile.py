"""What a person has decided holds against what ISDS, a list or an older answer says."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import BoxFacts, OutgoingMessage
from services.documents.dispatch import sending
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.finding import look_up
from services.documents.domain.recipients import Answer, Wanted
from services.documents.models import Delivery, db
from services.documents.worker import outbox
from shared.db import transaction
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.directory_office import (
    NOVAK,
    WHY,
    act,
    delivery_of,
    issue,
    open_directory_office,
    the_one,
)
from tests.documents.offices import Office, letter, open_office

pytestmark = pytest.mark.one_database


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Office]:
    yield open_directory_office(simulator, tmp_path, database_url)


def change(office: Office, made: dict[str, Any], **values: Any) -> None:
    with office.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(delivery_of(office, made)["id"]))
        for name, value in values.items():
            setattr(row, name, value)


def test_a_named_box_that_a_person_denied_is_not_proposed_again(
    sender: Office, simulator: Simulator
) -> None:
    """The document names the farm's box; the number is the town's."""
    made = issue(sender, box=FARM, ic="00254398")
    asked = delivery_of(sender, made)["reason"]

    reply = act(sender, the_one(sender), "denial", reason=WHY)
    sender.work(3)

    assert reply.status_code == 200, reply.json
    assert asked == "ambiguous"
    found = the_one(sender)
    assert (found["outcome"], found["box_id"], found["candidates"]) == ("usable", TOWN, [])
    assert delivery_of(sender, made)["reason"] == "wrong_box"
    assert simulator.messages() == []


class OneBox:
    """A directory with one box for whatever is asked."""

    def find_box(self, **_by: str | None) -> BoxFacts:
        return BoxFacts(FARM, 20, "Horský dvůr, s. r. o.", True, "25221213")

    def can_receive(self, _box_id: str) -> bool:
        return True


@pytest.mark.parametrize(("denied", "outcome"), [((), "usable"), ((FARM,), "none")])
def test_a_denied_box_is_not_found_by_the_number_either(
    denied: tuple[str, ...], outcome: str
) -> None:
    """Of two boxes with this number, both denied, one is gone since."""
    wanted = Wanted("Horský dvůr", ic="25221213", denied=frozenset(denied))
    gateway: Any = OneBox()

    answer = look_up(gateway, wanted)

    assert answer.outcome == outcome


def test_a_message_to_the_chosen_box_is_adopted_though_nothing_else_is_known(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, name="Jan Novák")
    act(sender, the_one(sender), "choice", box_id=NOVAK[0], reason=WHY)
    simulator.fault("http", "FindDataBox2", params={"status": 503, "when": "before"}, times=2)
    sender.work()
    waiting = delivery_of(sender, made)["state"]
    _by_hand(sender, simulator, made)
    change(sender, made, next_at=None)

    sender.work(3)

    found = delivery_of(sender, made)
    assert waiting == "ready"
    assert (found["state"], found["reason"]) == ("sent", None)
    assert found["data_box_id"] == NOVAK[0]
    assert len(simulator.messages()) == 1


def _by_hand(office: Office, simulator: Simulator, made: dict[str, Any]) -> None:
    with office.context():
        row = db.session().get_one(Delivery, UUID(delivery_of(office, made)["id"]))
        file = office.app.extensions["documents-tools"].files.get(row.document.sha256)
        message = OutgoingMessage(NOVAK[0], "Dopis", row.sender_reference, "", "", "d.pdf", file)
    other = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    assert other.create_message(message).message_id


def test_an_answer_about_what_was_decided_otherwise_meanwhile_is_no_answer(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person chooses the box while the directory is still asked about a second letter."""
    first = issue(sender, name="Jan Novák")
    change(sender, first, state="cancelled")  # what waits for the choice would clear the other up
    second = sender.put(letter(name="Jan Novák"))
    with sender.context():
        outbox(sender.app.extensions["documents-tools"]).run_once()
    ask, decided = sending.ask_directory, list[int]()

    def decide_meanwhile(desk: DispatchDesk, wanted: Wanted, *more: Any) -> Answer:
        answer = ask(desk, wanted, *more)
        if not decided:
            reply = act(sender, the_one(sender), "choice", box_id=NOVAK[0], reason=WHY)
            decided.append(reply.status_code)
        return answer

    monkeypatch.setattr(sending, "ask_directory", decide_meanwhile)

    sender.work(3)

    found = delivery_of(sender, second)
    assert decided == [200]
    assert (found["state"], found["reason"]) == ("sent", None)
    assert the_one(sender)["box_id"] == NOVAK[0]
    assert found["data_box_id"] == NOVAK[0]


@pytest.mark.parametrize(
    ("named", "state", "reason"),
    [("1000001", "needs_person", "not_found"), (None, "needs_person", "no_sender")],
)
def test_a_message_that_a_person_named_is_never_sent_anew_where_no_list_can_be_had(
    tmp_path: Path, database_url: str, named: str | None, state: str, reason: str
) -> None:
    office = open_office(tmp_path / "var", database_url)
    office.clock.move_to(datetime.now(UTC))
    made = office.put(letter(box=None))
    office.work(2)
    change(office, made, state="unknown", reason=None, lost_at=None, message_id=named)

    office.work(3)

    found = delivery_of(office, made)
    assert (found["state"], found["reason"]) == (state, reason)
