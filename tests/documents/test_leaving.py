"""Nothing leaves on paper that would not leave by data box; the verifier's word is used again."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.documents import passing
from services.documents.desk import gate, tools
from services.documents.domain.records import FileUnsound
from services.documents.domain.trust_lists import TrustedList
from services.documents.leaving import Told
from services.documents.models import Delivery, Document, FilePass, db
from shared.db import read_only, transaction
from tests.documents.authorities import make_authority
from tests.documents.offices import ASSISTANT, DIRECTOR, Office, letter

POSTED = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
HANDED = {"handed_over_on": "2026-04-03", "received_by": "Jan Novák"}


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count how often the verifier itself is asked; it is asked all the same."""
    asked: list[str] = []
    judge = passing.judge_own

    def counted(with_tools: Any, known: Any, pdf: bytes) -> Any:
        asked.append(known.number)
        return judge(with_tools, known, pdf)

    monkeypatch.setattr(passing, "judge_own", counted)
    yield asked


def waiting(office: Office) -> dict[str, Any]:
    """Return a letter that waits to leave on paper."""
    made = office.put(letter())
    office.work(2)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    assert found["state"] == "needs_person"
    return found


def stored_at(office: Office, sha256: str) -> Path:
    with office.context():
        return Path(tools().files._path(sha256))


def altered(office: Office, document: Document) -> None:
    """Other bytes lie in the store under the issued file's name."""
    path = stored_at(office, document.sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"#")


def gone(office: Office, document: Document) -> None:
    """The file is not in the store any more."""
    stored_at(office, document.sha256).unlink()


def unsealed(_office: Office, document: Document) -> None:
    """The row names the file as it was before the seal."""
    document.sha256 = document.preview_sha256


def another(office: Office, document: Document) -> None:
    """The row names the file of another issued letter."""
    other = office.put(letter())
    office.work(2)
    document.sha256 = office.view(other["id"])["sha256"]


def earlier(office: Office, document: Document) -> None:
    """The row still names the issued file, although proofs were added to it meanwhile."""
    office.clock.move_to(office.clock.now() + timedelta(hours=3))
    issued = document.sha256
    with office.context(), transaction(db.session()) as session:
        session.get_one(Document, document.id).care_due_at = datetime(2020, 1, 1, tzinfo=UTC)
    office.work(2)
    assert office.view(str(document.id))["sha256"] != issued
    document.sha256 = issued


SPOILED = [altered, gone, unsealed, another, earlier]


def spoil(office: Office, document_id: str, how: Callable[[Office, Document], None]) -> None:
    with office.context():
        document = db.session().get_one(Document, UUID(document_id))
        db.session().expunge_all()
    how(office, document)
    with office.context(), transaction(db.session()) as session:
        session.get_one(Document, UUID(document_id)).sha256 = document.sha256


def post(office: Office, delivery_id: str) -> TestResponse:
    return office.prove(delivery_id, "posting", DIRECTOR, POSTED)


def hand_over(office: Office, delivery_id: str) -> TestResponse:
    # The receipt was printed before the file was spoiled.
    scan = b"%PDF-1.7 a signed receipt"
    return office.prove(delivery_id, "hand-over", DIRECTOR, HANDED, scan)


def print_letter(office: Office, delivery_id: str) -> TestResponse:
    return office.api("GET", f"/deliveries/{delivery_id}/letter.pdf", ASSISTANT)


def print_receipt(office: Office, delivery_id: str) -> TestResponse:
    return office.api("GET", f"/deliveries/{delivery_id}/receipt.pdf", ASSISTANT)


@pytest.mark.parametrize("how", SPOILED, ids=lambda one: one.__name__)
def test_no_paper_leaves_that_is_not_the_issued_document(
    office: Office, how: Callable[[Office, Document], None]
) -> None:
    found = waiting(office)
    spoil(office, found["document_id"], how)

    for act in (print_letter, post, hand_over, print_receipt):
        with office.context(), transaction(db.session()) as session:
            session.get_one(Delivery, UUID(found["id"])).reason = "no_box"
        reply = act(office, found["id"])

        assert reply.status_code == 409, (act.__name__, reply.json)
        assert reply.json["type"].endswith("file-unsound")
        after = office.view(found["document_id"])["delivery"]
        assert (after["state"], after["reason"]) == ("needs_person", "no_box")
        assert after["file_fault"]
        assert after["proofs"] == []


def test_what_was_refused_is_a_task_with_its_reason_on_the_page(office: Office) -> None:
    found = waiting(office)
    spoil(office, found["document_id"], unsealed)
    browser = office.browser(DIRECTOR)

    refused = browser.get(f"/deliveries/{found['id']}/letter.pdf")
    page = browser.get(f"/deliveries/{found['id']}").text

    assert refused.status_code == 409
    assert "není přesně to, co bylo vydáno" in refused.text
    assert "Uložený soubor neprošel ověřením" in page
    assert "Zapsat podání na poště" not in page
    assert office.events()[-1] == "delivery.needs_person"


def test_no_posting_sheet_names_a_letter_whose_file_was_changed(office: Office) -> None:
    sound, spoiled = waiting(office), waiting(office)
    assert post(office, sound["id"]).status_code == 200
    numbers = {**POSTED, "tracking_number": "RR987654326CZ"}
    scan = b"%PDF-1.7 another slip"
    reply = office.prove(spoiled["id"], "posting", DIRECTOR, numbers, scan)
    assert reply.status_code == 200, reply.json
    sheet = f"/posting-sheets/{uuid4()}"
    spoil(office, spoiled["document_id"], altered)

    refused = office.api("PUT", sheet, DIRECTOR, {"posted_on": POSTED["posted_on"]})

    assert refused.status_code == 409
    assert office.view(spoiled["document_id"])["number"] in refused.json["detail"]
    assert office.view(spoiled["document_id"])["delivery"]["state"] == "sent"


def test_a_letter_that_came_back_stops_no_sheet_of_the_day(office: Office) -> None:
    """It is no longer on it to leave; its own paper stays closed by its own look."""
    found = waiting(office)
    assert post(office, found["id"]).status_code == 200
    path, back = f"/deliveries/{found['id']}/return", {"returned_on": "2026-04-03"}
    assert office.api("POST", path, DIRECTOR, back).status_code == 200
    spoil(office, found["document_id"], altered)
    told, day = office.events(), {"posted_on": POSTED["posted_on"]}

    sheet = office.api("PUT", f"/posting-sheets/{uuid4()}", DIRECTOR, day)
    table = office.browser(DIRECTOR).get(f"/posting-sheet/{POSTED['posted_on']}.csv")

    assert (sheet.status_code, table.status_code) == (200, 200), sheet.json
    assert POSTED["tracking_number"] in table.text
    after = office.view(found["document_id"])["delivery"]
    assert (after["state"], after["reason"], after["file_fault"]) == (
        *("needs_person", "returned"),
        None,
    )
    assert office.events() == told


def test_a_sound_letter_is_printed_posted_and_put_on_the_sheet(
    office: Office, judged: list[str]
) -> None:
    found = waiting(office)

    printed = print_letter(office, found["id"])
    posted = post(office, found["id"])
    body = {"posted_on": POSTED["posted_on"]}
    sheet = office.api("PUT", f"/posting-sheets/{uuid4()}", DIRECTOR, body)

    assert (printed.status_code, posted.status_code, sheet.status_code) == (200, 200, 200)
    assert printed.data.startswith(b"%PDF-")
    assert len(judged) == 1


# The verifier's word


def newest(office: Office, delivery_id: str) -> tuple[Delivery, bytes]:
    """Return a letter with its file, as the dispatch has them in hand."""
    delivery = db.session().get_one(Delivery, UUID(delivery_id))
    assert delivery.document.sha256
    db.session().expunge_all()
    return delivery, tools().files.get(delivery.document.sha256)


def check(office: Office, delivery_id: str, *, is_read_before: bool = False) -> None:
    with office.context():
        delivery, pdf = newest(office, delivery_id)
        told = None
        if is_read_before:
            with read_only(db.session()) as session:
                told = gate().told_of(session, [delivery])[delivery.id]
                session.expunge_all()
        gate().check(delivery, delivery.document.sha256, pdf, told)


def a_day_later(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    office.clock.move_to(office.clock.now() + timedelta(hours=24))


def a_day_earlier(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock was wrong when it was judged."""
    office.clock.move_to(office.clock.now() - timedelta(minutes=1))


def another_verifier(_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "edition", lambda: "another")


def a_revocation(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    with office.context():
        pki = tools().pki
        assert pki is not None
        pki.revoke(4711, office.clock.now())


def a_row_by_hand(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds the database writes a newer word into it, without the key."""
    with office.context(), transaction(db.session()) as session:
        known = session.scalars(select(FilePass)).one()
        later = known.judged_at + timedelta(seconds=1)
        values = {
            name: getattr(known, name)
            for name in ("organisation_id", "document_id", "sha256", "grounds", "report", "mark")
        }
        session.add(
            FilePass(id=uuid4(), **values, judged_at=later, good_until=later + timedelta(days=999))
        )
    office.clock.move_to(office.clock.now() + timedelta(minutes=1))


def a_certificate_told_to_be_revoked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """An authority told of somebody's certificate, when it was asked before a signature."""
    with office.context():
        found = {"0" * 64: office.clock.now()}
        monkeypatch.setattr(tools().revocations, "told_revoked", lambda: found)


def a_trust_list(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    found = TrustedList("CZ", 7, office.clock.now(), None)
    with office.context():
        monkeypatch.setattr(tools().shelf, "lists", lambda: [found])


def a_lost_key(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    with office.context():
        (tools().settings.var / "documents" / "passes.key").unlink()


def another_authority(office: Office, _monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation believes one more root than when it was judged."""
    with office.context():
        root = make_authority().root.der
        object.__setattr__(tools(), "trust_anchors", (*tools().trust_anchors, root))


CHANGES = [
    *(a_day_later, a_day_earlier, another_verifier, another_authority),
    *(a_revocation, a_row_by_hand, a_lost_key, a_certificate_told_to_be_revoked, a_trust_list),
]


@pytest.mark.parametrize("is_read_before", [False, True], ids=["read-then", "read-before"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_the_word_counts_until_something_changes_that_it_depends_on(
    office: Office,
    judged: list[str],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Office, pytest.MonkeyPatch], None],
    is_read_before: bool,
) -> None:
    found = waiting(office)
    check(office, found["id"], is_read_before=is_read_before)
    check(office, found["id"], is_read_before=is_read_before)
    assert len(judged) == 1

    change(office, monkeypatch)
    check(office, found["id"], is_read_before=is_read_before)

    assert len(judged) == 2


def test_the_word_about_one_letter_passes_no_other(office: Office, judged: list[str]) -> None:
    one, other = waiting(office), waiting(office)
    check(office, one["id"])
    with office.context():
        delivery, pdf = newest(office, other["id"])
        letters = [newest(office, one["id"])[0], delivery]
        with read_only(db.session()) as session:
            told = gate().told_of(session, letters)
            session.expunge_all()
        mixed = Told(told[delivery.id].known, told[letters[0].id].passed)
        assert mixed.passed is not None and told[delivery.id].passed is None

        gate().check(delivery, delivery.document.sha256, pdf, mixed)

        assert len(judged) == 2
        with pytest.raises(FileUnsound):
            gate().check(delivery, delivery.document.sha256, pdf, told[letters[0].id])


def test_the_word_is_about_these_very_bytes(office: Office, judged: list[str]) -> None:
    found = waiting(office)
    check(office, found["id"])

    with office.context():
        delivery, pdf = newest(office, found["id"])
        for other in (pdf + b"\n", pdf[:-1], b""):
            with pytest.raises(FileUnsound):
                gate().check(delivery, delivery.document.sha256, other)

    assert len(judged) == 1


def test_a_cancelled_document_does_not_leave_on_an_older_word(office: Office) -> None:
    found = waiting(office)
    check(office, found["id"])
    with office.context(), transaction(db.session()) as session:
        session.get_one(Document, UUID(found["document_id"])).state = "cancelled"

    with pytest.raises(FileUnsound):
        check(office, found["id"])
