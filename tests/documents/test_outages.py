"""No time stamp, no issue: kept back where staff see it, caught up by itself (T1, T3, T6)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.documents.domain.care import ISSUED_FILE
from services.documents.domain.stamp_faults import OutsideFault
from services.documents.models import Document, Outbox, Revision, db
from services.documents.signing.port import AuthorityFailed, TimeStampAuthority
from services.documents.signing.stamp_desk import StampDesk, StampSource
from tests.documents.offices import ASSISTANT, DIRECTOR, Office, letter, open_office, record


class Switch:
    """The authority of the product, with a switch."""

    def __init__(self, office: Office, authority: TimeStampAuthority | None = None) -> None:
        """Stand before the first authority, or before another one that is reached instead."""
        tools = office.app.extensions["documents-tools"]
        behind = (*tools.outfit.stamps, tools.pki.stamp_source())[0]
        self.name, self.works, self.asked = behind.authority.name, True, 0
        self._behind = authority or behind.authority
        source = StampSource(self, behind.trust)
        # An authority outside is left alone for some real time; here the clock is all there is.
        desk = StampDesk([source], Path("without quota"), now=office.clock.now)
        tools.seal._stamper = desk
        object.__setattr__(tools, "stamps", desk)

    def ask(self, request: bytes, at: datetime) -> bytes:
        self.asked += 1
        if not self.works:
            raise AuthorityFailed(OutsideFault.NO_ANSWER, "It is silent.")
        return self._behind.ask(request, at)


def wait(office: Office, time: timedelta) -> None:
    office.clock.move_to(office.clock.now() + time)


@pytest.fixture
def switch(office: Office) -> Switch:
    return Switch(office)


def column(office: Office, document_id: str, *names: str) -> list[Any]:
    with office.context():
        row = db.session.get_one(Document, UUID(document_id))
        return [getattr(row, name) for name in names]


def revisions(office: Office) -> int:
    """Count issued files; those that only add proofs do not matter here."""
    with office.context():
        query = select(func.count()).select_from(Revision).where(Revision.reason == ISSUED_FILE)
        return db.session.scalar(query) or 0


def test_without_a_time_stamp_nothing_is_issued_or_sent_and_staff_see_why(
    office: Office, switch: Switch
) -> None:
    switch.works = False
    made = office.put(letter())

    office.work(5)

    view = office.view(made["id"])
    assert (view["state"], view["level"], view["issued_at"]) == ("signed", "", None)
    assert view["trouble"] == "no_seal"
    assert view["delivery"]["state"] == "waiting_for_issue"
    assert office.events() == ["document.signed"]
    assert revisions(office) == 0
    page = office.browser(ASSISTANT).get(f"/{made['id']}").text
    assert "nelze opatřit pečetí s časovým razítkem" in page
    assert "vázne" in office.browser(ASSISTANT).get("/list").text


def test_the_worker_catches_up_by_itself_after_thirty_days(office: Office, switch: Switch) -> None:
    switch.works = False
    made = [office.put(letter()) for _ in range(3)]
    office.work(2)
    for _ in range(60):
        wait(office, timedelta(hours=12))
        office.work()
    switch.works = True
    wait(office, timedelta(minutes=31))
    office.work(3)

    views = [office.view(one["id"]) for one in made]
    assert {view["state"] for view in views} == {"issued"}
    assert {(view["level"], view["trouble"]) for view in views} == {("B-T", None)}
    assert revisions(office) == 3


def test_an_outage_costs_few_requests(office: Office, switch: Switch) -> None:
    switch.works = False
    for _ in range(20):
        office.put(record())

    office.work(30)

    assert switch.asked == 3


def test_a_lost_message_leaves_no_document_behind(office: Office, switch: Switch) -> None:
    made = office.put(record())
    with office.context():
        db.session.execute(Outbox.__table__.delete())
        db.session.commit()

    office.work()
    assert office.view(made["id"])["state"] == "signed"
    wait(office, timedelta(minutes=15))
    office.work()

    assert office.view(made["id"])["state"] == "issued"


def test_a_second_try_issues_no_second_time(office: Office, switch: Switch) -> None:
    made = office.put(record())
    office.work(3)
    with office.context():
        row = db.session.get_one(Document, UUID(made["id"]))
        row.care_due_at = office.clock.now() - timedelta(days=1)
        db.session.commit()

    office.work(3)

    assert revisions(office) == 1
    assert office.events() == ["document.signed", "document.issued"]


def test_the_trouble_is_written_down_once(office: Office, switch: Switch) -> None:
    switch.works = False
    made, began = office.put(record()), office.clock.now()
    for _ in range(5):
        office.work()
        wait(office, timedelta(hours=1))

    page = office.browser(DIRECTOR).get(f"/{made['id']}").text

    assert page.count("Práce s dokumentem se zastavila") == 1
    attempts, since = column(office, made["id"], "care_attempts", "trouble_since")
    assert attempts == 5
    assert since == began


def test_a_damaged_file_stops_only_its_own_document(tmp_path: Path, database_url: str) -> None:
    office = open_office(tmp_path / "var", database_url)
    harmed, whole = office.put(record()), office.put(record())
    path = tmp_path / "var/documents/files" / harmed["sha256"][:2] / harmed["sha256"]
    path.write_bytes(path.read_bytes()[:-40])

    office.work(2)

    assert office.view(harmed["id"])["trouble"] == "damaged"
    assert office.view(whole["id"])["state"] == "issued"
