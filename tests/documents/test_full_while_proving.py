"""The disk is full while proofs come: told as that, tried again later and later, lost nothing."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from services.documents.adapters import folder
from services.documents.desk import tools
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.overturning import SOON, Overturner
from services.documents.domain.proof_faults import STORE_FULL
from services.documents.models import Delivery, db
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import DIRECTOR, Office
from tests.documents.paid_office import approve, issue, open_paid_office
from tests.documents.test_overturned import by_fiction, close, delivery_of, infos

DOCUMENT = b"%PDF-"


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    office = open_paid_office(simulator, tmp_path, database_url)
    approve(office, 10, None)
    return office


@contextmanager
def full_disk() -> Iterator[list[int]]:
    """Let no sealed file of ISDS fit in; count the attempts."""
    write, refused = folder._write_whole, list[int]()

    def fill(contents: Mapping[Path, bytes]) -> None:
        if all(content.startswith(DOCUMENT) for content in contents.values()):
            write(contents)
            return
        refused.append(len(contents))
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(folder, "_write_whole", fill)
        yield refused


def row_of(office: Office) -> Delivery:
    with office.context():
        found = db.session().query(Delivery).one()
        db.session().expunge_all()
        return found


def downloads(simulator: Simulator) -> int:
    """Return how often a sealed file was fetched."""
    rows = simulator.control("GET", "/ledger")["calls"]
    kinds = ("SignedSentMessageDownload", "GetSignedDeliveryInfo")
    return sum(row["calls"] for row in rows if row["operation"] in kinds)


def test_a_message_whose_proofs_do_not_fit_in_rests_and_is_delivered_once_there_is_room(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, TOWN)
    rests, fetched = list[timedelta](), list[int]()

    with time_machine.travel(datetime.now(UTC), tick=False) as hands:
        with full_disk() as refused:
            for turn in (1, 2, 3):
                sender.work(3)
                row = row_of(sender)
                assert (row.state, row.last_error, row.failures) == ("sent", STORE_FULL, turn)
                assert row.next_at is not None
                rests.append(row.next_at - datetime.now(UTC))
                fetched.append(downloads(simulator))
                hands.move_to(row.next_at, tick=False)
        page = sender.browser(DIRECTOR).get(f"/deliveries/{row.id}").text
        sender.work(2)

    assert len(refused) == 3, "each turn asked once, whatever the worker did meanwhile"
    assert fetched == [2, 4, 6]
    assert timedelta(seconds=10) <= rests[0] <= rests[1] <= rests[2]
    assert "V našem úložišti souborů došlo místo, doklad se nevešel." in page
    assert "ať na disku uvolní místo" in page
    assert "Výzva si doklad vyžádá znovu sama." in page
    assert "Chyba je na naší straně" not in page
    found = delivery_of(sender, made)
    assert found["state"] == "delivered"
    assert {proof["kind"] for proof in found["proofs"]} == {"sent_message", "delivery_info"}
    assert row_of(sender).last_error == ""
    assert len(simulator.messages()) == 1


def test_a_delivery_that_is_to_be_taken_back_waits_for_room_and_is_asked_about_less_and_less(
    sender: Office, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    made = by_fiction(sender, simulator)
    before = infos(delivery_of(sender, made))
    close(sender, simulator)

    with sender.context(), time_machine.travel(datetime.now(UTC), tick=False) as hands:
        overturner = Overturner(DispatchDesk(db.session, tools()))
        with full_disk() as refused:
            tried = [turn for turn in range(8) if _is_tried(overturner, refused, hands)]
        meanwhile = delivery_of(sender, made)
        hands.shift(SOON * 8)
        taken_back = overturner.run_once()

    assert tried == [0, 1, 3, 7], "after one minute, then two, then four"
    assert (meanwhile["state"], infos(meanwhile)) == ("delivered", before)
    assert [record.why for record in caplog.records if hasattr(record, "why")] == [STORE_FULL] * 4
    assert taken_back == 1
    found = delivery_of(sender, made)
    assert found["state"] == "needs_person"
    assert len(infos(found)) == len(before) + 1


def _is_tried(overturner: Overturner, refused: list[int], hands: time_machine.Traveller) -> bool:
    """Let one minute begin; tell whether the new proof was fetched in it."""
    before = len(refused)
    assert overturner.run_once() == 0
    hands.shift(SOON)
    return len(refused) > before
