"""A backup is restored: what was sent since is found, and nothing is sent twice (D9)."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from werkzeug.test import TestResponse

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage
from services.documents.models import DatabasePlace, Delivery, db
from services.documents.worker import outbox
from shared.actors import Actor
from shared.db import transaction
from shared.evidence.keeping import Keeper
from shared.evidence.restoring import BehindItsCopies, record_restoration, refuse_when_behind
from tests.databases import sqlite_address
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.directory_office import add_box
from tests.documents.meanwhile import open_sender, told_of
from tests.documents.offices import DIRECTOR, ORGANISATION, STRANGER, Office, letter, open_office
from tests.documents.test_paper import PNG

pytestmark = pytest.mark.one_database
HALF_AN_HOUR = timedelta(minutes=31)


class Drill:
    """An office whose database is put back to how it was before a letter was sent."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self._folder = office, folder

    @property
    def evidence(self) -> Any:
        return self.office.app.extensions["vyzva-evidence"]

    def back_up(self) -> None:
        self._close()
        shutil.copy(self._folder / "test.sqlite", self._folder / "backup")

    def restore(self) -> None:
        """Sign what there is, as the worker does each minute, and lose it."""
        with self.office.context():
            Keeper(self.evidence).keep(ORGANISATION)
        self._close()
        shutil.copy(self._folder / "backup", self._folder / "test.sqlite")
        for rest in self._folder.glob("test.sqlite-*"):
            rest.unlink()

    def own_up(self) -> None:
        with self.office.context():
            assert record_restoration(self.evidence, "drill") == 1

    def issue(self) -> dict[str, Any]:
        """Make a letter and seal it; it is ready to be sent."""
        made = self.office.put(letter(box=TOWN))
        with self.office.context():
            outbox(self.office.app.extensions["documents-tools"]).run_once()
        assert self.state(made)[0] == "ready"
        return made

    def state(self, made: dict[str, Any]) -> tuple[str, str | None]:
        found = self.office.view(made["id"])["delivery"]
        return found["state"], found["reason"]

    def reference(self, made: dict[str, Any]) -> str:
        with self.office.context():
            key = UUID(self.office.view(made["id"])["delivery"]["id"])
            return db.session().get_one(Delivery, key).sender_reference

    def _close(self) -> None:
        with self.office.context():
            Keeper(self.evidence).keep(ORGANISATION)
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def drill(simulator: Simulator, tmp_path: Path) -> Iterator[Drill]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    more = {"isds_seal_roots": roots, "look_up_seconds": 1800}
    office = open_office(tmp_path / "var", sqlite_address(tmp_path), gateway, **more)
    office.clock.move_to(datetime.now(UTC))
    yield Drill(office, tmp_path)


def test_what_was_sent_since_the_backup_is_found_and_not_sent_again(
    drill: Drill, simulator: Simulator
) -> None:
    made = drill.issue()
    drill.back_up()
    drill.office.work(2)
    (message,) = simulator.messages()

    drill.restore()
    forgotten = drill.state(made)
    with drill.office.context(), pytest.raises(BehindItsCopies):
        refuse_when_behind(drill.evidence)
    drill.own_up()
    drill.office.work(2)

    assert forgotten == ("ready", None)
    assert [one["id"] for one in simulator.messages()] == [message["id"]]
    found = drill.office.view(made["id"])["delivery"]
    assert (found["state"], found["message_id"]) == ("delivered", message["id"])
    assert len(found["proofs"]) == 2


def test_what_was_not_sent_waits_for_the_whole_window_and_is_sent_once(
    drill: Drill, simulator: Simulator
) -> None:
    made = drill.issue()
    drill.back_up()
    drill.office.put(letter(box=TOWN))
    drill.restore()
    drill.own_up()

    drill.office.work(3)
    in_doubt = drill.state(made), len(simulator.messages())
    with time_machine.travel(datetime.now(UTC) + HALF_AN_HOUR):
        drill.office.clock.move_to(datetime.now(UTC))
        drill.office.work(4)

    assert in_doubt == (("unknown", None), 0)
    assert drill.state(made) == ("delivered", None)
    assert len(simulator.messages()) == 1


def test_a_document_sealed_anew_after_its_message_left_goes_to_a_person(
    drill: Drill, simulator: Simulator
) -> None:
    made = drill.office.put(letter(box=TOWN))
    drill.back_up()
    drill.office.work(2)
    drill.restore()
    drill.own_up()

    drill.office.work(3)

    assert drill.state(made) == ("needs_person", "duplicate")
    assert len(simulator.messages()) == 1


def test_paper_is_closed_until_the_list_was_read(drill: Drill) -> None:
    made = drill.office.put(letter(box=None, ic="99999999"))
    drill.office.work(2)
    drill.back_up()
    drill.office.put(letter(box=TOWN))
    drill.restore()
    drill.own_up()

    delivery = drill.office.view(made["id"])["delivery"]
    body = {"posted_on": str(drill.office.clock.today()), "tracking_number": "RR123456785CZ"}
    before = drill.office.prove(delivery["id"], "posting", DIRECTOR, body)
    with time_machine.travel(datetime.now(UTC)) as traveller:
        drill.office.work(3)
        traveller.shift(HALF_AN_HOUR)
        drill.office.work(4)

    assert delivery["reason"] == "no_box"
    assert (before.status_code, before.json["type"]) == (409, "urn:vyzva:problem:paper-not-allowed")
    assert drill.state(made) == ("needs_person", "no_box")
    after = drill.office.prove(delivery["id"], "posting", DIRECTOR, body)
    assert after.status_code == 200


def test_the_box_is_not_left_for_paper_until_the_list_was_read(
    drill: Drill, simulator: Simulator
) -> None:
    """ISDS refused the letter; whether it was tried again since, the backup does not know."""
    simulator.fault("status", params={"code": "1214"}, times=1)
    made = drill.office.put(letter(box=TOWN))
    drill.office.work(2)
    drill.back_up()
    drill.office.put(letter(box=TOWN))
    drill.restore()
    drill.own_up()

    seen = drill.office.view(made["id"])["delivery"]
    body = {"to": "post", "reason": "ISDS přílohu nepřijímá.", "version": seen["version"]}
    reply = drill.office.api("POST", f"/deliveries/{seen['id']}/channel", DIRECTOR, body)

    assert (seen["state"], seen["reason"]) == ("needs_person", "refused")
    assert (reply.status_code, reply.json["type"]) == (
        409,
        "urn:vyzva:problem:switch-not-allowed",
    )
    assert drill.office.view(made["id"])["delivery"] == seen


def test_new_letters_have_references_that_nothing_lost_can_have(drill: Drill) -> None:
    drill.back_up()
    lost = drill.issue()
    number, reference = lost["number"], drill.reference(lost)
    drill.restore()
    drill.own_up()

    anew = drill.issue()

    assert anew["number"] == number  # the restored register gives it again
    assert reference == f"{number}/1"
    assert drill.reference(anew) == f"{number}/2"


def send_by_hand(drill: Drill, simulator: Simulator, made: dict[str, Any], box: str) -> None:
    """Let a person send the very letter in another program, under our reference."""
    with drill.office.context():
        key = UUID(drill.office.view(made["id"])["delivery"]["id"])
        row = db.session().get_one(Delivery, key)
        tools = drill.office.app.extensions["documents-tools"]
        pdf = tools.files.get(row.document.sha256)
        name = row.recipient_name
        message = OutgoingMessage(box, row.subject, row.sender_reference, "", name, "a.pdf", pdf)
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    assert gateway.create_message(message).message_id


def test_what_somebody_sent_by_hand_to_a_wrong_box_is_nobodys_delivery(
    drill: Drill, simulator: Simulator
) -> None:
    made = drill.issue()
    drill.back_up()
    send_by_hand(drill, simulator, made, FARM)
    drill.office.put(letter(box=None))
    drill.restore()
    drill.own_up()
    simulator.log_in(FARM)

    drill.office.work(4)

    found = drill.office.view(made["id"])["delivery"]
    assert (found["state"], found["reason"]) == ("needs_person", "mismatch")
    assert (found["data_box_id"], found["delivered_on"]) == (TOWN, None)
    assert len(simulator.messages()) == 1


def test_a_recipient_known_by_ico_has_the_box_of_that_ico(
    drill: Drill, simulator: Simulator
) -> None:
    town, farm = (drill.office.put(letter(box=None, ic="00254398")) for _ in range(2))
    with drill.office.context():
        outbox(drill.office.app.extensions["documents-tools"]).run_once()
    drill.back_up()
    send_by_hand(drill, simulator, town, TOWN)
    send_by_hand(drill, simulator, farm, FARM)
    drill.office.put(letter(box=None))
    drill.restore()
    drill.own_up()

    drill.office.work(4)

    assert drill.state(town) == ("delivered", None)
    assert drill.state(farm) == ("needs_person", "mismatch")


def test_of_an_ico_with_several_boxes_any_is_the_recipients(
    drill: Drill, simulator: Simulator
) -> None:
    """And the letters behind it are looked for all the same."""
    boxes = ("9nqab6b", "xhzkdqv")
    for box in boxes:
        add_box(simulator, box, "Dvojí, z. s.", ic="26000001")
    double, town = (drill.office.put(letter(box=None, ic=ic)) for ic in ("26000001", "00254398"))
    with drill.office.context():
        outbox(drill.office.app.extensions["documents-tools"]).run_once()
    drill.back_up()
    send_by_hand(drill, simulator, double, boxes[1])
    send_by_hand(drill, simulator, town, TOWN)
    drill.office.put(letter(box=None))
    drill.restore()
    drill.own_up()

    drill.office.work(4)

    assert drill.state(double) == ("sent", None)
    assert drill.state(town) == ("delivered", None)


def leave_box(office: Office, key: str) -> TestResponse:
    """Let a person decide that the letter goes by post."""
    version = office.api("GET", f"/deliveries/{key}", DIRECTOR).json["version"]
    why = {"to": "post", "reason": "Schránka adresáta je znepřístupněná.", "version": version}
    return office.api("POST", f"/deliveries/{key}/channel", DIRECTOR, why)


def post(drill: Drill, key: str, actor: Actor = DIRECTOR) -> TestResponse:
    body = {"posted_on": str(drill.office.clock.today()), "tracking_number": "RR123456785CZ"}
    return drill.office.prove(key, "posting", actor, body)


def test_what_isds_is_known_to_hold_goes_by_post_once_it_is_undeliverable(
    drill: Drill, simulator: Simulator
) -> None:
    office = drill.office
    made = office.put(letter(box=FARM))
    office.work(2)
    drill.back_up()
    office.put(letter(box=TOWN))
    drill.restore()
    drill.own_up()
    simulator.control("POST", f"/boxes/{FARM}/closure", {})
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        office.work(4)

    found = office.view(made["id"])["delivery"]
    left = leave_box(office, found["id"])
    posted = post(drill, found["id"])

    assert (left.status_code, posted.status_code) == (200, 200), posted.json
    assert len(simulator.messages()) == 1


def test_what_was_posted_before_the_backup_and_comes_back_after_it_goes_out_again(
    drill: Drill,
) -> None:
    office = drill.office
    made = office.put(letter(box=None, ic="99999999"))
    office.work(2)
    key, day = office.view(made["id"])["delivery"]["id"], str(office.clock.today())
    assert post(drill, key).status_code == 200
    drill.back_up()
    office.put(letter(box=TOWN))
    drill.restore()
    drill.own_up()
    office.work(2)

    back = office.api("POST", f"/deliveries/{key}/return", DIRECTOR, {"returned_on": day})
    office.work(2)
    body = {"posted_on": day, "tracking_number": "RR123456785CZ"}
    again = office.prove(key, "posting", DIRECTOR, body, scan=PNG, name="a.png")

    assert (back.status_code, again.status_code) == (200, 200), again.json


def test_an_office_that_never_had_a_data_box_waits_for_none(tmp_path: Path) -> None:
    office = open_office(tmp_path / "var", sqlite_address(tmp_path))
    office.clock.move_to(datetime.now(UTC))
    drill = Drill(office, tmp_path)
    made = office.put(letter(box=None))
    office.work(2)
    drill.back_up()
    office.put(letter(box=None))
    drill.restore()
    drill.own_up()

    office.work(1)

    assert drill.state(made) == ("needs_person", "no_sender")
    assert post(drill, office.view(made["id"])["delivery"]["id"]).status_code == 200


def test_an_office_whose_data_box_is_not_set_up_again_yet_waits_for_it(
    drill: Drill, tmp_path: Path
) -> None:
    drill.office.put(letter(box=TOWN))
    drill.office.work(2)
    made = drill.office.put(letter(box=None, ic="99999999"))
    drill.office.work(2)
    drill.back_up()
    drill.office.put(letter(box=None))
    drill.restore()
    drill.own_up()
    tools = drill.office.app.extensions["documents-tools"]
    drill.office.app.extensions["documents-tools"] = replace(tools, gateway=None)

    drill.office.work(2)

    assert drill.state(made) == ("needs_person", "no_box")
    assert post(drill, drill.office.view(made["id"])["delivery"]["id"]).status_code == 409


def test_an_equal_reference_in_the_box_of_another_organisation_closes_nothing(
    simulator: Simulator, tmp_path: Path
) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    more = {"isds_seal_roots": roots, "isds_organisation": ORGANISATION, "look_up_seconds": 1}
    office = open_office(tmp_path / "var", sqlite_address(tmp_path), gateway, **more)
    office.clock.move_to(datetime.now(UTC))
    drill = Drill(office, tmp_path)
    mine = office.put(letter(box=TOWN))
    place = f"/documents/{uuid4()}"
    theirs = office.service("PUT", place, letter(box=None, ic="99999999"), actor=STRANGER).json
    office.work(3)
    drill.back_up()
    office.put(letter(box=TOWN))
    drill.restore()
    drill.own_up()

    office.work(3)

    assert mine["number"] == theirs["number"]
    found = office.service("GET", place, actor=STRANGER).json["delivery"]
    assert (found["state"], found["reason"]) == ("needs_person", "no_box")
    assert post(drill, found["id"], STRANGER).status_code == 200


def test_what_is_made_before_a_move_is_noted_gets_no_reference_of_what_was_lost(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    """The standby took over a moment ago; the worker has not looked yet, a person writes."""
    office = open_sender(simulator, tmp_path, database_url, told_of(simulator))
    office.work()
    with office.context(), transaction(db.session()) as session:
        session.query(DatabasePlace).one().place = "another cluster"

    made = office.put(letter(box=TOWN))
    office.work(3)

    with office.context():
        row = db.session().query(Delivery).one()
        assert (row.sender_reference, row.epoch) == (f"{made['number']}/2", 1)
    assert office.view(made["id"])["delivery"]["state"] == "delivered"
    assert len(simulator.messages()) == 1
