"""Every kept file comes under a time stamp in the night after, and stays provable."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import x509
from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.exc import DBAPIError

from services.documents.acts import Bench
from services.documents.archiving import Archivist, gather, renew
from services.documents.domain.archive import is_gathering_due, last_gathering
from services.documents.evidence.evidence_records import BadRecord, check_record, read_record
from services.documents.evidence.tokens import TokenJudge
from services.documents.models import ArchiveLeaf, ArchiveStamp, ArchiveTree, db
from services.documents.service.work import worker_actor
from services.documents.signing.port import SigningUnavailable
from services.documents.tools import Tools
from tests.documents.offices import (
    ASSISTANT,
    DIRECTOR,
    NOW,
    ORGANISATION,
    SCAN,
    STRANGER,
    Office,
    letter,
    open_office,
    record,
)

DAY = timedelta(days=1)


def tools(office: Office) -> Tools:
    found: Tools = office.app.extensions["documents-tools"]
    return found


def judge(office: Office) -> TokenJudge:
    return TokenJudge([x509.Certificate.load(tools(office).trust_anchors[0])])


def issued(office: Office, **more: Any) -> dict[str, Any]:
    made = office.put(record(**more))
    office.work()
    view = office.view(made["id"])
    assert view["state"] == "issued"
    return view


def night(office: Office) -> None:
    """Let the clock pass two in the morning, and the worker do what is due."""
    office.clock.move_to(office.clock.now() + DAY)
    office.work()


def evidence(office: Office, document: dict[str, Any], **query: str) -> Any:
    """Ask for the record of the file that was issued; later revisions have their own."""
    path = f"/documents/{document['id']}/evidence-record"
    return office.service("GET", path, **{"sha256": document["sha256"], **query})


def content(office: Office, document: dict[str, Any]) -> bytes:
    return tools(office).files.get(document["sha256"])


def test_a_document_has_its_record_in_the_morning(office: Office) -> None:
    documents = [issued(office, title=f"Zápis {number}") for number in range(3)]
    before = evidence(office, documents[0])
    night(office)

    assert (before.status_code, before.json["type"]) == (409, "urn:vyzva:problem:record-not-yet")
    for document in documents:
        record, file = evidence(office, document).data, content(office, document)
        moment = check_record(record, file, office.clock.now(), judge(office))
        assert moment == office.clock.now().replace(microsecond=0)
        with pytest.raises(BadRecord):
            check_record(record, file + b"\n", office.clock.now(), judge(office))


def test_one_night_makes_one_tree_and_asks_for_one_time_stamp(office: Office) -> None:
    for number in range(5):
        issued(office, title=f"Zápis {number}")
    night(office)
    office.work(rounds=3)

    with office.context():
        assert db.session.scalar(select(func.count(ArchiveTree.id))) == 1
        assert db.session.scalar(select(func.count(ArchiveStamp.id))) == 1
        assert db.session.scalar(select(func.count(ArchiveLeaf.id))) >= 5


def test_a_night_without_new_files_makes_nothing(office: Office) -> None:
    issued(office)
    for _ in range(4):
        night(office)

    with office.context():
        assert db.session.scalar(select(func.count(ArchiveTree.id))) == 1


def test_proofs_of_delivery_are_gathered_too(office: Office) -> None:
    sent = office.put(letter())
    office.work()
    delivery = office.view(sent["id"])["delivery"]
    posted = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
    reply = office.prove(delivery["id"], "posting", ASSISTANT, posted)
    assert reply.status_code < 300, reply.json
    night(office)

    slip = tools(office).files.put(SCAN)
    with office.context():
        held = select(ArchiveLeaf.position).where(ArchiveLeaf.sha256 == slip)
        assert db.session.scalar(held) is not None


def test_a_time_stamp_is_renewed_before_it_ends(office: Office) -> None:
    document = issued(office)
    file = content(office, document)
    night(office)
    first = evidence(office, document).data
    with office.context():
        ends = db.session.scalars(select(ArchiveStamp.good_until)).one()
    office.clock.move_to(ends - timedelta(days=59))
    office.work()

    record = evidence(office, document).data
    assert [len(chain) for chain in read_record(first)] == [1]
    assert [len(chain) for chain in read_record(record)] == [2]
    assert check_record(record, file, office.clock.now(), judge(office)) == check_record(
        first, file, office.clock.now(), judge(office)
    )


def test_a_fallen_algorithm_is_replaced_in_every_record(office: Office, database_url: str) -> None:
    old = issued(office)
    file = content(office, old)
    night(office)
    with office.context():
        ends = db.session.scalars(select(ArchiveStamp.good_until)).one()
    stronger = open_office(tools(office).settings.var, database_url, archive_algorithm="sha512")
    stronger.clock.move_to(office.clock.now())
    young = issued(stronger, title="Mladší")
    night(stronger)
    # The new tree covers the former one, so only the new one is renewed.
    stronger.clock.move_to(ends - timedelta(days=30))
    stronger.work()

    record = evidence(stronger, old).data
    chains = read_record(record)
    assert [[stamp.algorithm for stamp in chain] for chain in chains] == [
        ["sha256"],
        ["sha512", "sha512"],
    ]
    now = stronger.clock.now()
    assert check_record(record, file, now, judge(stronger)).date() == (NOW + DAY).date()
    of_young = evidence(stronger, young).data
    assert [len(chain) for chain in read_record(of_young)] == [2]
    check_record(of_young, content(stronger, young), now, judge(stronger))


def test_without_a_time_stamp_nothing_is_kept_and_the_next_look_catches_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = issued(office)

    def away(*_: Any) -> bytes:
        raise SigningUnavailable("No time stamp.")

    with monkeypatch.context() as patch:
        patch.setattr(tools(office).stamps, "stamp", away)
        night(office)
        assert evidence(office, document).status_code == 409
    office.clock.move_to(office.clock.now() + timedelta(hours=1))
    office.work()

    assert evidence(office, document).status_code == 200


def test_two_workers_make_no_file_provable_twice(office: Office) -> None:
    issued(office)
    office.clock.move_to(office.clock.now() + DAY)
    with office.context():
        bench = Bench(db.session, tools(office), worker_actor(ORGANISATION))
        assert [gather(bench), gather(bench), renew(bench)] == [1, 0, 0]
    first, second = (Archivist(db.session, tools(office)) for _ in range(2))
    with office.context():
        assert [first.run_once(), second.run_once()] == [0, 0]


def test_a_damaged_file_gets_no_record_and_keeps_none_from_others(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = issued(office, title="Poškozený"), issued(office, title="Celý")
    stored = tools(office).settings.var / "documents" / "files"
    victim = stored / bad["sha256"][:2] / bad["sha256"]
    victim.chmod(0o600)
    victim.write_bytes(b"%PDF-1.7 jiny")
    night(office)

    assert evidence(office, bad).status_code == 409
    assert evidence(office, good).status_code == 200
    assert "missing or damaged" in caplog.text


def test_nobody_changes_a_record_in_the_database(office: Office) -> None:
    issued(office)
    night(office)
    with office.context():
        for table in (ArchiveTree, ArchiveLeaf, ArchiveStamp):
            assert db.session.scalars(select(table)).first() is not None
            key = inspect(table).primary_key[0]
            for statement in (update(table).values({key: key}), delete(table)):
                with pytest.raises(DBAPIError, match="append-only"):
                    db.session.execute(statement)
                db.session.rollback()


def test_strangers_and_unknown_revisions_get_nothing(office: Office) -> None:
    document = issued(office)
    night(office)
    path = f"/documents/{document['id']}/evidence-record"

    assert office.api("GET", path, STRANGER).status_code == 404
    assert office.api("GET", path, DIRECTOR, sha256="0" * 64).status_code == 404
    assert office.api("GET", path, DIRECTOR, sha256="nonsense").status_code == 422
    assert office.api("GET", path, DIRECTOR).status_code == 200


NIGHTS = [
    # now, hour, newest gathering (all UTC)
    ("2026-04-03T07:12", 2, "2026-04-03T00:00"),  # summer time: 02:00 in Prague
    ("2026-04-02T23:59", 2, "2026-04-02T00:00"),
    ("2026-01-15T00:59", 2, "2026-01-14T01:00"),  # winter time
    ("2026-01-15T01:00", 2, "2026-01-15T01:00"),
    ("2026-03-29T12:00", 2, "2026-03-29T01:00"),  # the clocks skip this hour
    ("2026-10-25T12:00", 2, "2026-10-25T00:00"),  # the clocks repeat it: the first of the two
    ("2026-01-01T00:30", 23, "2025-12-31T22:00"),
]


@pytest.mark.parametrize(("now", "hour", "expected"), NIGHTS)
def test_the_newest_night(now: str, hour: int, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    night = last_gathering(moment, hour)

    assert night == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert is_gathering_due(night - timedelta(seconds=1), moment, hour)
    assert not is_gathering_due(night, moment, hour)
    assert not is_gathering_due(None, moment, hour)


def test_an_office_that_is_off_at_night_gathers_in_the_morning(office: Office) -> None:
    document = issued(office)
    office.work()
    assert evidence(office, document).status_code == 409
    office.clock.move_to(office.clock.now() + 10 * DAY)
    office.work()
    assert evidence(office, document).status_code == 200


def test_the_office_reads_it_where_it_looks_for_the_document(
    office: Office,
) -> None:
    document = issued(office)
    browser = office.browser(DIRECTOR)
    before = browser.get(f"/{document['id']}").text
    night(office)
    after = browser.get(f"/{document['id']}").text

    assert "Důkazní záznam" not in before
    assert "Důkazní záznam" in after
    shown = evidence(office, office.view(document["id"])).data
    assert browser.get(f"/{document['id']}/evidence-record").data == shown
