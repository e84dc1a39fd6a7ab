"""Documents over the JSON API: made once, signed by the right people, issued, never changed."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from pypdf import PdfReader

from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    NOW,
    SECRET,
    STRANGER,
    Office,
    letter,
    record,
)


def test_a_document_goes_from_draft_to_issued(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))
    preview = office.api("GET", f"/documents/{made['id']}/preview.pdf", DIRECTOR).data

    signed = office.sign(made["id"], DIRECTOR)
    office.work()

    assert made["state"] == "draft"
    assert (signed.status_code, signed.json["state"]) == (201, "signed")
    issued = office.view(made["id"])
    assert issued["state"] == "issued"
    assert issued["issued_at"] == "2026-04-03T07:12:05+00:00"
    final = office.service("GET", f"/documents/{made['id']}/file.pdf").data
    assert final.startswith(preview)
    assert "PŘÍJEM ŽÁDOSTI" in PdfReader(BytesIO(final)).pages[0].extract_text()
    assert office.events() == ["document.signed", "document.issued"]


def test_numbers_follow_one_another(office: Office) -> None:
    first, second = office.put(record(DIRECTOR)), office.put(record(DIRECTOR))

    assert first["number"].endswith("-2026-000001")
    assert second["number"].endswith("-2026-000002")


def test_asking_twice_makes_one(office: Office) -> None:
    document_id = uuid4()
    first = office.put(record(DIRECTOR), document_id)
    second = office.put(record(DIRECTOR), document_id)
    other = office.service("PUT", f"/documents/{document_id}", record(DIRECTOR, title="Jiný"))

    assert first == second
    assert (other.status_code, other.json["type"]) == (409, "urn:vyzva:problem:id-reused")
    assert office.service("GET", "/documents").json["total"] == 1


def test_two_people_sign_and_only_then_it_is_issued(office: Office) -> None:
    for actor in (DIRECTOR, CONTROLLER):
        office.make_key(actor)
    made = office.put(record(DIRECTOR, CONTROLLER))

    first = office.sign(made["id"], CONTROLLER)
    office.work()

    assert first.json["state"] == "signing"
    assert office.view(made["id"])["state"] == "signing"
    second = office.sign(made["id"], DIRECTOR)
    office.work()
    assert second.json["state"] == "signed"
    assert office.view(made["id"])["state"] == "issued"


def test_a_document_without_signers_is_only_sealed(office: Office) -> None:
    made = office.put(record())

    office.work()

    assert office.view(made["id"])["state"] == "issued"


def test_times_come_from_the_process_clock(office: Office) -> None:
    office.clock.move_to(NOW.replace(year=2021))
    made = office.put(record())
    office.work()

    assert "-2021-" in made["number"]
    assert office.view(made["id"])["issued_at"].startswith("2021-04-03")


Change = dict[str, Any]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"points": 5}, "points", id="unknown field"),
        pytest.param({"title": 5}, "title", id="wrong type"),
        pytest.param({"title": "x" * 301}, "title", id="too long"),
        pytest.param({"title": "a\x00b"}, "title", id="unprintable"),
        pytest.param({"title": ""}, "title", id="empty"),
        pytest.param({"layout": "poster"}, "layout", id="unknown layout"),
        pytest.param({"kind": "Příjem"}, "kind", id="bad kind"),
        pytest.param({"content": {"blocks": []}}, "content.blocks", id="nothing said"),
        pytest.param(
            {"content": {"blocks": [{"type": "script", "text": "x"}]}},
            "content.blocks.0",
            id="unknown block",
        ),
        pytest.param(
            {"content": {"blocks": [{"type": "paragraph", "text": "x", "style": "bold"}]}},
            "content.blocks.0.style",
            id="unknown field of a block",
        ),
        pytest.param({"signers": [{"name": "x"}]}, "signers.0.person_id", id="missing person"),
        pytest.param({"facts": {"a": {"b": "\x00"}}}, "facts", id="bad facts"),
        pytest.param({"case_id": "12"}, "case_id", id="no id"),
    ],
)
def test_bad_requests_are_told_and_change_nothing(
    office: Office, change: Change, field: str
) -> None:
    office.put(record(DIRECTOR))
    before = office.stored()

    reply = office.service("PUT", f"/documents/{uuid4()}", {**record(DIRECTOR), **change})

    assert (reply.status_code, reply.mimetype) == (422, "application/problem+json")
    assert any(field in row["field"] for row in reply.json["errors"]), reply.json
    assert office.stored() == before


@pytest.mark.parametrize("missing", ["kind", "layout", "title", "content", "signers"])
def test_nothing_necessary_may_be_missing(office: Office, missing: str) -> None:
    body = {k: v for k, v in record(DIRECTOR).items() if k != missing}

    assert office.service("PUT", f"/documents/{uuid4()}", body).status_code == 422


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (record(DIRECTOR, DIRECTOR), "signer-named-twice"),
        (letter(DIRECTOR, box="abcdefg"), "bad-box-id"),
        (letter(DIRECTOR, box="aydaadk", channel="post"), "data-box-must-be-used"),
        (
            record(
                content={
                    "blocks": [{"type": "table", "columns": [{"label": "A"}], "rows": [["1", "2"]]}]
                }
            ),
            "table-uneven",
        ),
    ],
)
def test_contradictions_are_refused(office: Office, body: dict[str, Any], slug: str) -> None:
    reply = office.service("PUT", f"/documents/{uuid4()}", body)

    assert (reply.status_code, reply.json["type"]) == (422, f"urn:vyzva:problem:{slug}")
    assert office.service("GET", "/documents").json["total"] == 0


def test_only_services_make_documents(office: Office) -> None:
    path = f"/documents/{uuid4()}"

    assert office.api("PUT", path, DIRECTOR, record(DIRECTOR)).status_code == 403
    assert office.client.put(f"/api/v1{path}", json=record(DIRECTOR)).status_code == 401


def test_a_foreign_organisation_sees_and_does_nothing(office: Office) -> None:
    office.make_key(STRANGER)
    made = office.put(record(DIRECTOR))
    path = f"/documents/{made['id']}"

    assert office.api("GET", path, STRANGER).status_code == 404
    assert office.api("GET", f"{path}/preview.pdf", STRANGER).status_code == 404
    assert office.sign(made["id"], STRANGER).status_code == 404
    reason = {"reason": "omyl"}
    assert office.api("POST", f"{path}/cancellation", STRANGER, reason).status_code == 404
    assert office.service("PUT", path, record(DIRECTOR), STRANGER).status_code == 404
    assert office.api("GET", "/documents", STRANGER).json["total"] == 0


def test_people_see_what_they_sign_and_the_office_sees_all(office: Office) -> None:
    mine, other = office.put(record(CONTROLLER)), office.put(record(DIRECTOR))

    assert office.api("GET", f"/documents/{mine['id']}", CONTROLLER).status_code == 200
    assert office.api("GET", f"/documents/{other['id']}", CONTROLLER).status_code == 404
    assert office.api("GET", "/documents", CONTROLLER).json["total"] == 1
    assert office.api("GET", "/documents", AUDITOR).json["total"] == 2


def test_lists_are_filtered_and_paged(office: Office) -> None:
    case = str(uuid4())
    office.put(record(DIRECTOR, case_id=case))
    for _ in range(3):
        office.put(record(CONTROLLER))

    by_case = office.api("GET", "/documents", ASSISTANT, case_id=case).json
    waiting = office.api("GET", "/documents", ASSISTANT, waiting_for=CONTROLLER.person_id).json
    page = office.api("GET", "/documents", ASSISTANT, page=2, page_size=3).json

    assert (by_case["total"], waiting["total"]) == (1, 3)
    assert (len(page["items"]), page["total"]) == (1, 4)
    assert office.api("GET", "/documents", ASSISTANT, page=0).status_code == 422
    assert office.api("GET", "/documents", ASSISTANT, colour="red").status_code == 422


def test_the_wrong_person_cannot_sign(office: Office) -> None:
    office.make_key(ASSISTANT)
    made = office.put(record(DIRECTOR))

    reply = office.sign(made["id"], ASSISTANT)

    assert (reply.status_code, reply.json["type"]) == (403, "urn:vyzva:problem:not-a-signer")
    assert office.view(made["id"])["state"] == "draft"


def test_a_double_click_signs_once(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR, CONTROLLER))
    shown = made["sha256"]
    body = {"signing_secret": SECRET, "expected_sha256": shown}
    path = f"/documents/{made['id']}/signatures"

    first = office.api("POST", path, DIRECTOR, body)
    second = office.api("POST", path, DIRECTOR, body)

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json["type"] == "urn:vyzva:problem:already-signed"


def test_only_the_shown_bytes_can_be_signed(office: Office) -> None:
    for actor in (DIRECTOR, CONTROLLER):
        office.make_key(actor)
    made = office.put(record(DIRECTOR, CONTROLLER))
    office.sign(made["id"], DIRECTOR)
    body = {"signing_secret": SECRET, "expected_sha256": made["sha256"]}

    reply = office.api("POST", f"/documents/{made['id']}/signatures", CONTROLLER, body)

    assert (reply.status_code, reply.json["type"]) == (409, "urn:vyzva:problem:document-changed")


def test_without_a_key_nobody_signs(office: Office) -> None:
    made = office.put(record(DIRECTOR))

    reply = office.sign(made["id"], DIRECTOR)

    assert (reply.status_code, reply.json["type"]) == (409, "urn:vyzva:problem:no-signing-key")


def test_wrong_secrets_are_counted_and_lock_the_key(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))

    slugs = [office.sign(made["id"], DIRECTOR, "spatne-heslo").json["type"] for _ in range(6)]
    right = office.sign(made["id"], DIRECTOR)

    assert slugs[:4] == ["urn:vyzva:problem:wrong-secret"] * 4
    assert slugs[4:] == ["urn:vyzva:problem:key-locked"] * 2
    assert right.status_code == 429
    assert office.view(made["id"])["state"] == "draft"


@pytest.mark.parametrize(
    ("secret", "slug"),
    [
        ("krátké", "secret-too-short"),
        ("aaaaaaaaaaaa", "secret-too-simple"),
        ("x1y2" * 100, "secret-too-long"),
        ("ing. jana malá", "secret-too-simple"),
    ],
)
def test_weak_secrets_make_no_key(office: Office, secret: str, slug: str) -> None:
    reply = office.api("POST", "/signing-key", DIRECTOR, {"signing_secret": secret})

    assert (reply.status_code, reply.json["type"]) == (422, f"urn:vyzva:problem:{slug}")
    assert office.api("GET", "/signing-key", DIRECTOR).status_code == 409


def test_a_key_is_made_once(office: Office) -> None:
    office.make_key(DIRECTOR)

    again = office.api("POST", "/signing-key", DIRECTOR, {"signing_secret": "jiné-heslo-123"})

    assert (again.status_code, again.json["type"]) == (409, "urn:vyzva:problem:key-exists")


def test_a_cancelled_document_stays_cancelled(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))
    path = f"/documents/{made['id']}/cancellation"

    first = office.api("POST", path, DIRECTOR, {"reason": "Chyba v částce"})
    second = office.api("POST", path, DIRECTOR, {"reason": "znovu"})

    assert (first.status_code, first.json["state"]) == (200, "cancelled")
    assert second.status_code == 409
    assert office.sign(made["id"], DIRECTOR).json["type"].endswith("nothing-to-sign")
    assert office.events() == ["document.cancelled"]


def test_an_issued_document_cannot_be_cancelled(office: Office) -> None:
    made = office.put(record())
    office.work()
    path = f"/documents/{made['id']}/cancellation"

    assert office.service("POST", path, {"reason": "pozdě"}).status_code == 409
    assert office.view(made["id"])["state"] == "issued"


def test_cancelling_needs_the_right_role_and_a_reason(office: Office) -> None:
    made = office.put(record(CONTROLLER))
    path = f"/documents/{made['id']}/cancellation"

    assert office.api("POST", path, CONTROLLER, {"reason": "x"}).status_code == 403
    assert office.api("POST", path, DIRECTOR, {}).status_code == 422
    assert office.api("POST", path, DIRECTOR, {"reason": ""}).status_code == 422


def test_there_is_no_signed_file_before_a_signature(office: Office) -> None:
    made = office.put(record(DIRECTOR))

    reply = office.service("GET", f"/documents/{made['id']}/file.pdf")

    assert (reply.status_code, reply.json["type"]) == (409, "urn:vyzva:problem:file-not-ready")


def test_the_letterhead_is_set_by_the_leaders(office: Office) -> None:
    body = {"name": "MAS SZK, z. s.", "code": "MASZK", "lines": ["Boží Dar 1"]}

    assert office.api("PUT", "/letterhead", CONTROLLER, body).status_code == 403
    bad = office.api("PUT", "/letterhead", DIRECTOR, {**body, "code": "mas-1"})
    assert bad.json["type"].endswith("bad-organisation-code")
    assert office.api("PUT", "/letterhead", DIRECTOR, body).status_code == 200
    assert office.put(record(DIRECTOR))["number"] == "MASZK-2026-000001"


def test_a_killed_worker_seals_after_its_restart(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))
    office.sign(made["id"], DIRECTOR)

    office.work()
    office.work()

    assert office.view(made["id"])["state"] == "issued"
    assert office.events().count("document.issued") == 1
