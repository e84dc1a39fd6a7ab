"""Levels of proof: B-T at issue, then B-LTA by a job of its own; renewals; what hinders them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from asn1crypto import x509
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from services.documents.models import Document, Revision, SigningKey, db
from services.documents.signing import development_pki
from services.documents.signing.development_pki import DevelopmentPki
from services.documents.tools import Tools
from tests.documents.offices import DIRECTOR, NOW, Office, letter, open_office, record
from tests.documents.test_outages import Switch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def real() -> Iterator[Any]:
    """Let real time stand where the frozen clock stands."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def move(office: Office, real: Any, by: timedelta) -> None:
    office.clock.move_to(office.clock.now() + by)
    real.move_to(office.clock.now())


def tools(office: Office) -> Tools:
    found: Tools = office.app.extensions["documents-tools"]
    return found


def rows(office: Office, document_id: str) -> list[Revision]:
    with office.context():
        own = Revision.document_id == UUID(document_id)
        found = list(db.session.scalars(select(Revision).where(own).order_by(Revision.ordinal)))
        db.session.expunge_all()
        return found


def row(office: Office, document_id: str) -> Document:
    with office.context():
        found = db.session.get_one(Document, UUID(document_id))
        db.session.expunge_all()
        return found


def issued(office: Office, **more: Any) -> str:
    """Have a document signed by the director and sealed."""
    made = office.put(record(DIRECTOR, **more))
    assert office.sign(made["id"], DIRECTOR).status_code == 201
    office.work()
    assert office.view(made["id"])["state"] == "issued"
    return str(made["id"])


@pytest.fixture
def ready(office: Office, real: Any) -> Office:
    office.make_key(DIRECTOR)
    return office


def test_an_issued_document_becomes_provable_for_long(ready: Office, real: Any) -> None:
    document_id = issued(ready)
    assert ready.view(document_id)["level"] == "B-T"
    before = ready.view(document_id)["sha256"]

    move(ready, real, HOUR)
    ready.work()

    view, kept = ready.view(document_id), rows(ready, document_id)
    assert (view["level"], view["trouble"], view["state"]) == ("B-LTA", None, "issued")
    assert [(one.level, one.reason) for one in kept] == [
        ("B-T", "issued"),
        ("B-LTA", "time_stamp"),
    ]
    assert [one.sha256 for one in kept] == [before, view["sha256"]]
    files = tools(ready).files
    assert files.get(view["sha256"]).startswith(files.get(before))
    assert tools(ready).keeper.problems(files.get(view["sha256"]), ready.clock.now()) == []
    assert kept[-1].good_until > ready.clock.now() + 365 * 5 * DAY
    assert row(ready, document_id).algorithms == "sha256 ec-256"


def test_nothing_happens_before_the_rest_is_over(ready: Office, real: Any) -> None:
    document_id = issued(ready)

    move(ready, real, timedelta(minutes=59))
    ready.work()

    assert ready.view(document_id)["level"] == "B-T"


def test_an_outage_leaves_it_visibly_at_a_lower_level_until_a_stamp_comes(
    ready: Office, real: Any
) -> None:
    switch = Switch(ready)
    keeper = tools(ready).keeper
    object.__setattr__(keeper, "stamper", tools(ready).stamps)
    document_id = issued(ready)
    switch.works = False

    move(ready, real, HOUR)
    ready.work(3)
    view = ready.view(document_id)
    assert (view["level"], view["trouble"]) == ("B-LT", "no_stamp")

    switch.works = True
    move(ready, real, 30 * DAY)
    ready.work()
    view = ready.view(document_id)
    assert (view["level"], view["trouble"]) == ("B-LTA", None)
    assert [one.level for one in rows(ready, document_id)] == ["B-T", "B-LT", "B-LTA"]


def test_a_long_outage_costs_one_revision_and_few_looks(ready: Office, real: Any) -> None:
    """Each further look would only repeat what the file already proves."""
    switch = Switch(ready)
    object.__setattr__(tools(ready).keeper, "stamper", tools(ready).stamps)
    documents = [issued(ready), issued(ready, title="Druhý")]
    switch.works = False
    asked = []
    for _ in range(30):
        move(ready, real, DAY)
        before = switch.asked
        ready.work()
        asked.append(switch.asked - before)

    for document_id in documents:
        assert [one.level for one in rows(ready, document_id)] == ["B-T", "B-LT"]
        assert row(ready, document_id).trouble_since == NOW + DAY
    # The first day both get their revocation data; then one document finds out for all, and the
    # nightly tree asks once.
    assert max(asked[1:]) <= 2


def test_what_a_person_must_see_to_is_looked_at_once_a_day(ready: Office, real: Any) -> None:
    document_id = issued(ready)
    revoke(ready, person_certificate(ready), NOW - HOUR)
    for _ in range(2 * 24):
        move(ready, real, HOUR)
        ready.work()

    found = row(ready, document_id)
    assert found.trouble == "revoked"
    # Pauses are doubled from 20 seconds to a day: hourly at first, then less and less.
    assert found.care_attempts <= 13
    assert found.care_due_at > ready.clock.now()


def test_a_short_time_stamp_is_renewed_a_few_times_only(
    tmp_path: Path, database_url: str, real: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An authority keeps a certificate that ends within the margin for half a year."""
    monkeypatch.setattr(development_pki, "STAMPER_DAYS", 170)
    monkeypatch.setattr(development_pki, "STAMPER_REPLACED_BEFORE", timedelta(0))
    office = open_office(tmp_path / "var", database_url)
    document_id = str(office.put(record())["id"])
    office.work()
    for _ in range(160):
        move(office, real, DAY)
        office.work()

    kept = rows(office, document_id)
    assert row(office, document_id).trouble == "short_stamp"
    assert 2 <= len(kept) <= 8
    assert all(one.made_at < two.good_until for two, one in pairwise(kept[1:]))


def revoke(office: Office, certificate: bytes, at: datetime) -> None:
    pki: DevelopmentPki = tools(office).pki
    pki.revoke(x509.Certificate.load(certificate).serial_number, at)


def person_certificate(office: Office) -> bytes:
    with office.context():
        return db.session.scalars(select(SigningKey.certificate)).one()


def test_a_certificate_that_was_revoked_before_stops_everything(ready: Office, real: Any) -> None:
    document_id = issued(ready)
    revoke(ready, person_certificate(ready), NOW - HOUR)

    move(ready, real, HOUR)
    ready.work()

    view = ready.view(document_id)
    assert (view["level"], view["trouble"]) == ("B-T", "revoked")
    assert len(rows(ready, document_id)) == 1
    assert "zneplatněn" in ready.browser(DIRECTOR).get(f"/{document_id}").text


def test_a_certificate_that_was_revoked_afterwards_harms_no_earlier_signature(
    ready: Office, real: Any
) -> None:
    document_id = issued(ready)
    move(ready, real, HOUR)
    ready.work()
    revoke(ready, person_certificate(ready), ready.clock.now() + HOUR)

    move(ready, real, 30 * DAY)

    content = tools(ready).files.get(ready.view(document_id)["sha256"])
    assert tools(ready).keeper.problems(content, ready.clock.now()) == []


def test_a_revoked_seal_is_not_sent(tmp_path: Path, database_url: str, real: Any) -> None:
    office = open_office(tmp_path / "var", database_url, dispatch_level="B-LTA")
    made = office.put(letter())
    office.work()
    seal = tools(office).pki.seal_identity(DIRECTOR.organisation_id, DIRECTOR.organisation_name)
    revoke(office, seal.certificate, NOW - HOUR)

    move(office, real, HOUR)
    office.work(2)

    view = office.view(made["id"])
    assert view["trouble"] == "revoked"
    assert view["delivery"]["state"] == "ready"


def test_a_level_below_the_wanted_one_is_not_sent(
    tmp_path: Path, database_url: str, real: Any
) -> None:
    office = open_office(tmp_path / "var", database_url, dispatch_level="B-LTA")
    made = office.put(letter())
    office.work(3)
    assert office.view(made["id"])["delivery"]["state"] == "ready"

    move(office, real, HOUR)
    office.work()
    move(office, real, HOUR)
    office.work()

    # Without a known box the office has to see to it: the document was allowed to leave.
    assert office.view(made["id"])["delivery"]["state"] == "needs_person"


def test_a_stamp_is_renewed_before_it_ends(ready: Office, real: Any) -> None:
    document_id = issued(ready)
    move(ready, real, HOUR)
    ready.work()
    first = rows(ready, document_id)[-1].good_until

    move(ready, real, first - 200 * DAY - ready.clock.now())
    ready.work()
    assert rows(ready, document_id)[-1].reason == "time_stamp"
    move(ready, real, 30 * DAY)
    ready.work()

    kept = rows(ready, document_id)[-1]
    assert row(ready, document_id).trouble_note == ""
    assert (kept.reason, kept.level) == ("renewed", "B-LTA")
    assert kept.good_until > first + 365 * DAY
    ready.work(2)
    assert len(rows(ready, document_id)) == 3


def test_the_database_keeps_revisions_as_they_were(ready: Office, real: Any) -> None:
    document_id = issued(ready)
    for statement in (
        "UPDATE document_revision SET level = 'B-B'",
        "DELETE FROM document_revision",
    ):
        with ready.context():
            with pytest.raises(DatabaseError, match="append-only"):
                db.session.execute(text(statement))
            db.session.rollback()

    assert len(rows(ready, document_id)) == 1


def test_every_revision_can_be_looked_at(ready: Office, real: Any) -> None:
    document_id = issued(ready)
    move(ready, real, HOUR)
    ready.work()

    browser = ready.browser(DIRECTOR)
    for one in rows(ready, document_id):
        address = f"/{document_id}/file.pdf?sha256={one.sha256}"
        assert browser.get(address).get_data() == tools(ready).files.get(one.sha256)


NOBODY_TELLS = datetime(2026, 1, 1, tzinfo=UTC)


def test_without_revocation_data_it_waits_visibly(ready: Office, real: Any) -> None:
    document_id = issued(ready)
    lists = tools(ready).keeper.lists
    fetch = lists._fetch
    lists._fetch = lambda url, asked, _at: fetch(url, asked, NOBODY_TELLS)  # out of date for months

    move(ready, real, HOUR)
    ready.work()
    view = ready.view(document_id)
    assert (view["level"], view["trouble"]) == ("B-T", "no_revocation")

    lists._fetch = fetch
    move(ready, real, HOUR)
    ready.work()
    assert ready.view(document_id)["level"] == "B-LTA"
