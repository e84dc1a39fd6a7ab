"""A backup is restored: what was sent since is found, and nothing is sent twice (D9)."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.models import Delivery, db
from services.documents.worker import outbox
from shared.evidence.keeping import Keeper
from shared.evidence.restoring import BehindItsCopies, record_restoration, refuse_when_behind
from tests.databases import sqlite_address
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import DIRECTOR, ORGANISATION, Office, letter, open_office

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
    body = {"posted_on": str(drill.office.clock.today()), "tracking_number": "RR123456789CZ"}
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
