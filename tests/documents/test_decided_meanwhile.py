"""What a person has decided holds against what ISDS, a list or an older answer says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm.exc import StaleDataError

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.directory import box_facts
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import BoxFacts, OutgoingMessage
from services.documents.delivery.soap import with_children
from services.documents.dispatch import asking, sending
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.finding import look_up
from services.documents.domain.recipients import Answer, Wanted
from services.documents.models import Delivery, Recipient, db
from services.documents.service.box_answers import note_answer
from services.documents.service.work import Work, worker_actor
from services.documents.worker import outbox
from shared.db import read_only, transaction
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.directory_office import (
    NOVAK,
    WHY,
    act,
    delivery_of,
    issue,
    listed,
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


def test_the_same_answer_once_more_does_not_undo_what_a_person_has_just_decided(
    sender: Office,
) -> None:
    """PostgreSQL waits for the person's transaction, and writes over its row afterwards."""
    issue(sender, box=TOWN)
    with sender.context():
        with read_only(db.session()) as session:
            read = session.query(Recipient).one()
            session.expunge_all()
        decided = act(sender, the_one(sender), "question")
        with transaction(db.session()) as session:
            session.query(Recipient).one().chosen_box = FARM
        answer = Answer("usable", read.box_id, read.box_type, read.box_name, read.found_by)

        with pytest.raises(StaleDataError), transaction(db.session()) as session:
            session.add(read)
            work = Work(session, worker_actor(read.organisation_id), sender.clock)
            note_answer(work, read, answer, timedelta(days=1))

        row = db.session().query(Recipient).one()
    assert decided.status_code == 200
    assert (row.chosen_box, row.is_wanted) == (FARM, True)


def test_nothing_is_sent_to_whom_nobody_has_entered_yet(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker holds the letter while this one enters recipients."""
    made = sender.put(letter(box=TOWN))
    enter = sending.enter
    monkeypatch.setattr(sending, "enter", lambda *_given: 0)
    monkeypatch.setattr(asking, "enter", lambda *_given: 0)

    sender.work(2)
    skipped = delivery_of(sender, made)["state"]
    monkeypatch.setattr(sending, "enter", enter)
    sender.work(2)

    assert skipped == "ready"
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_one_recipient_with_whom_something_is_wrong_keeps_no_other_one_from_being_asked(
    sender: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Jan Novák", "Jana Nováková"):
        issue(sender, name=name)
    rows = sorted(listed(sender), key=lambda one: str(one["id"]))
    for row in rows:
        act(sender, row, "question")
    asked, ask = list[str](), asking.ask_directory

    def breaks(desk: DispatchDesk, wanted: Wanted) -> Answer:
        asked.append(wanted.name)
        if wanted.name == rows[0]["name"]:
            raise RuntimeError("nobody foresaw this")
        return ask(desk, wanted)

    monkeypatch.setattr(asking, "ask_directory", breaks)
    sender.work(2)

    assert asked == [rows[0]["name"], rows[1]["name"]]
    with sender.context():
        failed = {one.name: one.failures for one in db.session().query(Recipient)}
    assert failed == {rows[0]["name"]: 1, rows[1]["name"]: 0}


def test_a_holder_with_an_endless_name_is_kept_by_its_beginning() -> None:
    """ISDS may tell three names of thousands of characters each."""
    names = dict.fromkeys(("firmName", "pnGivenNames", "pnLastName"), "přátelé " * 100)
    owner = with_children("dbOwnerInfo", {"dbID": TOWN, "dbType": "PO", "dbState": "1", **names})

    found = box_facts(owner)

    assert len(found.name) == Recipient.box_name.type.length
    assert found.name.startswith("přátelé přátelé")


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
