"""Paper: posting and handing over with their proofs, and nothing without them."""

import io
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from services.documents.models import Delivery, db
from services.documents.rendering.templates import labels_of
from shared.actors import Actor
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    SCAN,
    STRANGER,
    Office,
    letter,
    open_office,
)

PNG = b"\x89PNG\r\n\x1a\n a scanned paper"

POSTED = {"posted_on": "2026-04-03", "tracking_number": "RR 123 456 785 CZ"}
HANDED = {"handed_over_on": "2026-04-03", "received_by": "Jan Novák"}


def waiting(office: Office) -> dict[str, Any]:
    """Return a delivery that waits for a person, because the recipient has no box."""
    made = office.put(letter())
    office.work(2)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    assert found["state"] == "needs_person"
    return found


def act(
    office: Office,
    found: dict[str, Any],
    what: str,
    data: dict[str, Any],
    actor: Actor = DIRECTOR,
    **scan: Any,
) -> Any:
    return office.prove(found["id"], what, actor, data, **scan)


def later(office: Office, day: datetime) -> None:
    """Let the worker look at everything on a later day."""
    office.clock.move_to(day)
    with office.context():
        db.session.query(Delivery).update({"next_at": None})
        db.session.commit()
    office.work()


def test_a_posted_item_is_delivered_on_the_third_working_day(office: Office) -> None:
    found = waiting(office)

    posted = act(office, found, "posting", POSTED)
    office.work()
    before = office.view(found["document_id"])["delivery"]["state"]
    later(office, datetime(2026, 4, 9, 8, tzinfo=UTC))

    assert (posted.status_code, posted.json["state"]) == (200, "sent")
    assert posted.json["tracking_number"] == "RR123456785CZ"
    assert before == "sent"
    after = office.view(found["document_id"])["delivery"]
    assert (after["state"], after["delivered_on"], after["delivery_basis"]) == (
        "delivered",
        "2026-04-09",
        "posted",
    )
    assert office.events()[-2:] == ["delivery.dispatched", "delivery.delivered"]


def test_the_slip_is_kept_as_it_came(office: Office) -> None:
    posted = act(office, waiting(office), "posting", POSTED, scan=PNG, name="listek.png").json

    (proof,) = posted["proofs"]
    kept = office.api("GET", f"/deliveries/{posted['id']}/proofs/{proof['id']}", AUDITOR)
    assert (proof["kind"], proof["sha256"]) == ("posting_slip", sha256(PNG).hexdigest())
    assert proof["file_name"].endswith(".png")
    assert (kept.data, kept.mimetype) == (PNG, "image/png")
    assert kept.headers["Content-Disposition"].startswith("attachment")


def test_a_setting_lets_the_slip_be_missing(tmp_path: Path, database_url: str) -> None:
    lenient = open_office(tmp_path / "var", database_url, posting_slip="optional")

    assert act(lenient, waiting(lenient), "posting", POSTED, scan=None).json["state"] == "sent"


def test_the_days_of_the_presumption_are_a_setting(tmp_path: Path, database_url: str) -> None:
    slow = open_office(tmp_path / "var", database_url, postal_days=5)
    found = waiting(slow)
    page = slow.browser(DIRECTOR).get(f"/deliveries/{found['id']}").text

    posted = act(slow, found, "posting", POSTED)
    slow.work()
    later(slow, datetime(2026, 4, 10, 8, tzinfo=UTC))
    before = slow.view(found["document_id"])["delivery"]["state"]
    later(slow, datetime(2026, 4, 13, 8, tzinfo=UTC))

    assert "za doručenou 5. pracovní den po podání" in page
    assert (posted.status_code, before) == (200, "sent")
    assert slow.view(found["document_id"])["delivery"]["delivered_on"] == "2026-04-13"


@pytest.fixture
def registered(tmp_path: Path, database_url: str) -> Office:
    """Return an office that posts with an advice of receipt."""
    return open_office(tmp_path / "var", database_url, advice_of_receipt=True)


def test_with_an_advice_nothing_is_presumed(registered: Office) -> None:
    found = waiting(registered)
    act(registered, found, "posting", POSTED)
    later(registered, datetime(2026, 5, 9, 8, tzinfo=UTC))

    before = registered.view(found["document_id"])["delivery"]["state"]
    reply = act(registered, found, "advice", {"received_on": "2026-04-08"}, scan=PNG, name="a.png")

    assert (before, reply.json["state"]) == ("sent", "delivered")
    assert (reply.json["delivered_on"], reply.json["delivery_basis"]) == ("2026-04-08", "advice")
    assert [proof["kind"] for proof in reply.json["proofs"]] == ["posting_slip", "advice"]
    assert registered.events()[-1] == "delivery.delivered"


@pytest.mark.parametrize(
    ("data", "scan", "slug"),
    [
        ({"received_on": "2026-04-02"}, PNG, "proof-before-posting"),
        ({"received_on": "2026-04-04"}, PNG, "proof-from-future"),
        ({"received_on": "2026-04-03"}, None, "invalid"),
        ({"received_on": "2026-04-03"}, b"jen text", "file-type-not-allowed"),
        ({"received_on": "2026-04-03"}, SCAN, "proof-used-twice"),
        ({}, PNG, "invalid"),
    ],
)
def test_a_bad_advice_delivers_nothing(
    registered: Office, data: dict[str, str], scan: bytes | None, slug: str
) -> None:
    found = waiting(registered)
    act(registered, found, "posting", POSTED)
    name = "dodejka.pdf" if scan == SCAN else "dodejka.png"

    reply = act(registered, found, "advice", data, scan=scan, name=name)

    assert reply.json["type"] == f"urn:vyzva:problem:{slug}"
    after = registered.view(found["document_id"])["delivery"]
    assert (after["state"], len(after["proofs"])) == ("sent", 1)


def test_an_advice_is_taken_only_where_one_was_asked_for(office: Office) -> None:
    found = waiting(office)
    unposted = act(office, found, "advice", {"received_on": "2026-04-03"})
    act(office, found, "posting", POSTED)

    plain = act(office, found, "advice", {"received_on": "2026-04-03"}, scan=PNG, name="a.png")

    assert unposted.json["type"] == "urn:vyzva:problem:act-not-allowed"
    assert (plain.status_code, plain.json["type"]) == (409, "urn:vyzva:problem:advice-not-awaited")


def test_an_item_that_came_back_is_not_delivered_and_goes_another_way(office: Office) -> None:
    found = waiting(office)
    act(office, found, "posting", POSTED)
    path = f"/deliveries/{found['id']}/return"

    early = office.api("POST", path, DIRECTOR, {"returned_on": "2026-04-02"})
    back = office.api("POST", path, DIRECTOR, {"returned_on": "2026-04-03"})
    later(office, datetime(2026, 5, 9, 8, tzinfo=UTC))
    handed = act(office, found, "hand-over", HANDED)

    assert early.json["type"] == "urn:vyzva:problem:proof-before-posting"
    assert (back.json["state"], back.json["reason"]) == ("needs_person", "returned")
    assert (handed.json["state"], handed.json["delivery_basis"]) == ("delivered", "hand_over")


def test_handing_over_delivers_at_once(office: Office) -> None:
    found = waiting(office)
    form = office.receipt(found["id"])
    reply = act(office, found, "hand-over", HANDED, scan=form)

    assert reply.json["state"] == "delivered"
    assert (reply.json["delivered_on"], reply.json["delivery_basis"]) == ("2026-04-03", "hand_over")
    assert reply.json["received_by"] == "Jan Novák"
    assert [proof["sha256"] for proof in reply.json["proofs"]] == [sha256(form).hexdigest()]


def test_handing_over_leaves_a_record_signed_by_who_handed_over(office: Office) -> None:
    office.make_key(ASSISTANT)
    found = waiting(office)

    form = office.receipt(found["id"])
    handed = act(office, found, "hand-over", HANDED, ASSISTANT, scan=form).json
    record = office.view(handed["receipt_id"])
    signed = office.sign(record["id"], ASSISTANT)
    office.work(2)

    assert (record["kind"], record["state"]) == ("hand_over_receipt", "draft")
    assert [signer["name"] for signer in record["signers"]] == [ASSISTANT.name]
    assert signed.status_code == 201
    pdf = office.api("GET", f"/documents/{record['id']}/file.pdf", AUDITOR).data
    reader = PdfReader(io.BytesIO(pdf))
    facts = json.loads(reader.attachments["facts.json"][0])["facts"]
    assert facts["scan_sha256"] == sha256(form).hexdigest()
    assert facts["document_sha256"] == office.view(found["document_id"])["sha256"]
    text = reader.pages[0].extract_text().replace("\u00a0", " ")
    for words in ("Jan Novák", ASSISTANT.name, "3. dubna 2026", "Obec Abertamy"):
        assert words in text
    assert office.view(record["id"])["state"] == "issued"


@pytest.mark.parametrize("language", ["cs", "en", "de"])
def test_a_receipt_is_printed_for_the_recipient_to_sign(office: Office, language: str) -> None:
    made = office.put({**letter(), "language": language})
    office.work(2)
    found = office.view(made["id"])["delivery"]

    reply = office.api("GET", f"/deliveries/{found['id']}/receipt.pdf", ASSISTANT)

    text = PdfReader(io.BytesIO(reply.data)).pages[0].extract_text().replace("\u00a0", " ")
    assert made["number"] in text
    assert labels_of(language)["by_hand_receiver"] in text
    assert office.api("GET", f"/deliveries/{found['id']}/receipt.pdf", STRANGER).status_code == 404
    assert office.api("GET", f"/deliveries/{found['id']}/receipt.pdf", AUDITOR).status_code == 403


def test_an_act_written_down_later_keeps_its_own_day(office: Office) -> None:
    found = waiting(office)
    office.clock.move_to(datetime(2026, 4, 8, 8, tzinfo=UTC))

    reply = act(office, found, "posting", POSTED)

    assert reply.json["dispatched_at"] == "2026-04-03T10:00:00+00:00"


@pytest.mark.parametrize(
    ("what", "data", "slug"),
    [
        ("posting", {**POSTED, "posted_on": "2026-04-04"}, "proof-from-future"),
        ("posting", {**POSTED, "posted_on": "2026-04-02"}, "proof-before-issue"),
        ("posting", {**POSTED, "tracking_number": "RR"}, "tracking-number-missing"),
        ("posting", {**POSTED, "tracking_number": "RR123456789CZ"}, "tracking-number-wrong"),
        ("posting", {"posted_on": "2026-04-03"}, "invalid"),
        ("posting", {**POSTED, "weight": "20"}, "invalid"),
        ("posting", {**POSTED, "posted_on": "včera"}, "invalid"),
        ("hand-over", {**HANDED, "received_by": "  "}, "receiver-missing"),
        ("hand-over", {**HANDED, "handed_over_on": "2026-04-04"}, "proof-from-future"),
    ],
)
def test_bad_proofs_change_nothing(office: Office, what: str, data: Any, slug: str) -> None:
    _refused(office, what, data, slug)


@pytest.mark.parametrize(
    ("what", "scan", "name", "slug"),
    [
        ("posting", None, "", "slip-missing"),
        ("posting", b"", "listek.pdf", "file-empty"),
        ("posting", b"MZ\x00\x01", "listek.pdf", "file-type-not-allowed"),
        ("posting", b"jen text", "listek.pdf", "file-type-not-allowed"),
        ("posting", SCAN, "listek.png", "file-type-mismatch"),
        ("hand-over", None, "", "invalid"),
        ("hand-over", b"", "podpis.pdf", "file-empty"),
        ("hand-over", b"<html>", "podpis.pdf", "file-type-not-allowed"),
        ("hand-over", b"%PDF-" + b"0" * 1024 * 1024, "podpis.pdf", "file-too-large"),
    ],
)
def test_a_bad_scan_changes_nothing(
    tmp_path: Path, database_url: str, what: str, scan: bytes | None, name: str, slug: str
) -> None:
    strict = open_office(tmp_path / "var", database_url, max_upload_mb=1)

    _refused(strict, what, POSTED if what == "posting" else HANDED, slug, scan=scan, name=name)


def _refused(office: Office, what: str, data: Any, slug: str, **scan: Any) -> None:
    found = waiting(office)
    files = stored(office)

    reply = act(office, found, what, data, **scan)

    assert reply.json["type"] == f"urn:vyzva:problem:{slug}"
    assert reply.status_code in (413, 415, 422)
    after = office.view(found["document_id"])["delivery"]
    assert (after["state"], after["proofs"], after["receipt_id"]) == ("needs_person", [], None)
    assert stored(office) == files


def stored(office: Office) -> set[Path]:
    """Return every file of the store."""
    folder = office.app.extensions["vyzva-settings"].var / "documents" / "files"
    return set(folder.rglob("*"))


def test_a_second_click_posts_nothing_more(office: Office) -> None:
    found = waiting(office)
    act(office, found, "posting", POSTED)

    again = act(office, found, "posting", POSTED)

    assert (again.status_code, again.json["type"]) == (409, "urn:vyzva:problem:act-not-allowed")
    assert office.events().count("delivery.dispatched") == 1


def test_only_the_office_of_the_same_organisation_may(office: Office) -> None:
    found = waiting(office)

    assert act(office, found, "posting", POSTED, CONTROLLER).status_code == 403
    assert act(office, found, "posting", POSTED, AUDITOR).status_code == 403
    assert act(office, found, "posting", POSTED, STRANGER).status_code == 404
    assert office.api("GET", f"/deliveries/{found['id']}", STRANGER).status_code == 404
    assert office.api("GET", "/deliveries", STRANGER).json["total"] == 0
    assert office.api("GET", "/deliveries", AUDITOR, state="needs_person").json["total"] == 1


def test_nothing_leaves_before_the_document_is_issued(office: Office) -> None:
    made = office.put(letter(DIRECTOR))
    office.work(2)

    found = office.view(made["id"])["delivery"]

    assert found["state"] == "waiting_for_issue"
    assert act(office, found, "hand-over", HANDED).status_code == 409


def test_a_cancelled_document_cancels_its_delivery(office: Office) -> None:
    made = office.put(letter(DIRECTOR))
    office.api("POST", f"/documents/{made['id']}/cancellation", DIRECTOR, {"reason": "chyba"})

    assert office.view(made["id"])["delivery"]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"version": 99}, 409, "stale"),
        ({"version": None}, 422, "invalid"),
        ({"reason": "tak"}, 422, "reason-missing"),
        ({"reason": ""}, 422, "invalid"),
    ],
)
def test_another_try_needs_a_reason_and_what_was_shown(
    office: Office, changes: dict[str, Any], status: int, slug: str
) -> None:
    found = waiting(office)
    before, good = office.stored(), {"reason": "Zřídil si ji.", "version": found["version"]}

    path = f"/deliveries/{found['id']}/retry"
    reply = office.api("POST", path, DIRECTOR, {**good, **changes})

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert office.stored() == before
    assert office.api("POST", path, DIRECTOR, good).status_code == 200


def test_a_person_may_have_the_box_tried_again(office: Office) -> None:
    found = waiting(office)

    reply = office.retry(found["id"])
    office.work()

    assert reply.json["state"] == "unknown"  # it is looked for first
    assert office.view(found["document_id"])["delivery"]["state"] == "needs_person"


def presumed(office: Office) -> dict[str, Any]:
    """Return a letter that was posted, and is presumed to have arrived."""
    found = waiting(office)
    assert act(office, found, "posting", POSTED).status_code == 200
    later(office, datetime(2026, 4, 20, 8, tzinfo=UTC))
    delivery = office.api("GET", f"/deliveries/{found['id']}", DIRECTOR).json
    assert (delivery["state"], delivery["delivery_basis"]) == ("delivered", "posted")
    return found


def test_an_item_that_was_presumed_to_have_come_can_come_back(office: Office) -> None:
    found, day = presumed(office), str(office.clock.today())
    shown = office.browser(DIRECTOR).get(f"/deliveries/{found['id']}").text

    back = office.api("POST", f"/deliveries/{found['id']}/return", DIRECTOR, {"returned_on": day})

    assert "Pošta zásilku vrátila?" in shown
    assert (back.status_code, back.json["state"], back.json["reason"]) == (
        200,
        "needs_person",
        "returned",
    )
    assert back.json["delivered_on"] is None
    assert office.events(("delivery",))[-2:] == ["delivery.overturned", "delivery.needs_person"]


def test_an_advice_disproves_the_presumed_day(office: Office) -> None:
    found, day = presumed(office), str(office.clock.today())

    reply = act(office, found, "advice", {"received_on": day}, scan=PNG, name="a.png")

    assert (reply.status_code, reply.json["delivered_on"]) == (200, day)
    assert reply.json["delivery_basis"] == "advice"
    assert office.events(("delivery",))[-2:] == ["delivery.overturned", "delivery.delivered"]


def test_what_was_posted_without_an_advice_stays_so_on_the_sheet(office: Office) -> None:
    """That an advice came after all does not change which service was paid for."""
    found, day = presumed(office), str(office.clock.today())

    act(office, found, "advice", {"received_on": day}, scan=PNG, name="a.png")
    sheet = office.browser(DIRECTOR).get(f"/posting-sheet/{POSTED['posted_on']}.csv").text

    assert ";doporučeně;" in sheet
    assert "s dodejkou" not in sheet


def test_what_an_advice_proved_cannot_come_back(office: Office) -> None:
    found, day = presumed(office), str(office.clock.today())
    act(office, found, "advice", {"received_on": day}, scan=PNG, name="a.png")

    back = office.api("POST", f"/deliveries/{found['id']}/return", DIRECTOR, {"returned_on": day})

    assert back.status_code == 409
