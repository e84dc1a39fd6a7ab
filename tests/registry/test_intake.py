"""Applications over the API: received, checked, registered, refused (R10-R21, A3, R98)."""

from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.registry.models import ApplicationFile, Submission, db

from .office import Office, application, expect, prague, problem_of


@pytest.mark.parametrize("moment", [prague(18, 5, 7, 59), prague(29, 5, 12, 1)])
def test_r10_outside_the_window_is_refused(office: Office, moment: object) -> None:
    call_id = office.published_call()
    office.move_to(moment)  # type: ignore[arg-type]  # a table

    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", application(call_id))

    assert problem_of(reply) == (409, "outside-intake-window")
    assert office.director.get(f"/calls/{call_id}/applications")["total"] == 0


def test_r10_the_refusal_outside_the_window_can_be_recorded(office: Office) -> None:
    call_id = office.published_call()
    office.move_to(prague(29, 5, 13))

    late = application(call_id, record_refusal=True)
    recorded = office.registrar.put(f"/applications/{uuid4()}", late)

    assert recorded["state"] == "refused"


def test_r10_a_refusal_cannot_be_recorded_inside_the_window(office: Office) -> None:
    late = application(office.open_call(), record_refusal=True)

    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", late)

    assert problem_of(reply) == (409, "act-not-allowed")


def test_r11_original_bytes_hash_channel_and_time_are_kept(office: Office) -> None:
    call_id = office.open_call()
    arrived = {"channel": "email", "submitter_name": "Petr", "received_at": "2026-05-19T22:15:00Z"}
    application_id = office.submit(call_id, submission=arrived)
    content = b"%PDF-1.4\n\x00\x01 original \xff"
    file = expect(office.registrar.upload(application_id, "budget", content), 201)

    got = office.director.call("GET", f"/applications/{application_id}/files/{file['id']}")

    assert got.get_data() == content
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    with office.app.app_context():
        kept = db.session.get_one(ApplicationFile, UUID(file["id"]))
        assert (kept.sha256, kept.size) == (sha256(content).hexdigest(), len(content))
        submission = db.session.scalars(select(Submission)).one()
        assert (submission.channel, submission.received_at.hour) == ("email", 22)


def test_r14_only_the_director_or_her_delegate_registers(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    path = f"/applications/{application_id}/registration"
    seen = office.seen(application_id)
    assert problem_of(office.registrar.call("POST", path, seen)) == (403, "not-entitled")

    delegation_id = office.delegate("register_application", office.registrar)
    decided = office.registrar.post(path, seen)

    assert decided["application"]["registered_by"] == "Prijem"
    revoked = office.director.post(f"/delegations/{delegation_id}/revocation")
    assert revoked["revoked_on"] == "2026-05-20"
    other = office.complete(office.submit(UUID(decided["application"]["call_id"])))
    reply = office.registrar.call("POST", f"/applications/{other}/registration", office.seen(other))
    assert problem_of(reply) == (403, "not-entitled")


def test_r15_r16_the_control_sheet_becomes_a_document_of_the_case(office: Office) -> None:
    application_id = office.registered(office.open_call())

    (sheet,) = office.documents.of_kind("control_sheet")

    assert sheet["case_id"] == str(application_id)
    items = sheet["content"]["blocks"][-1]["items"]
    assert items[-1] == {"label": "Fotografie", "verdict": "n_a", "note": ""}
    assert all(item["verdict"] == "yes" for item in items[:-1])


@pytest.mark.parametrize(
    ("answer", "slug"),
    [
        ({"code": "other", "verdict": "yes"}, "unknown-sheet-item"),
        ({"code": "signed", "verdict": "no"}, "note-missing"),
        ({"code": "attachment:budget", "verdict": "n_a"}, "mandatory-not-applicable"),
        ({"code": "attachment:budget", "verdict": "yes"}, "verdict-against-files"),
    ],
)
def test_r15_contradicting_sheet_is_refused(
    office: Office, answer: dict[str, str], slug: str
) -> None:
    application_id = office.submit(office.open_call())

    path = f"/applications/{application_id}/control-sheet"
    reply = office.registrar.call("PUT", path, {"answers": [answer]})

    assert problem_of(reply) == (422, slug)


def test_r17_identity_is_verified_without_the_number_of_a_document(office: Office) -> None:
    application_id = office.submit(office.open_call())
    path = f"/applications/{application_id}/identity"
    facts = {"method": "document", "document": "passport", "standing": "applicant"}

    saved = office.registrar.put(path, facts)
    with_number = office.registrar.call("PUT", path, {**facts, "number": "123456789"})

    assert saved["checked_by"] == "Prijem"
    assert problem_of(with_number) == (422, "invalid")


@pytest.mark.parametrize("missing", ["budget", "title_deed", "identity", "sheet", "signature"])
def test_r18_nothing_incomplete_is_registered(office: Office, missing: str) -> None:
    application_id = office.submit(office.open_call())
    for code in {"budget", "title_deed"} - {missing}:
        office.registrar.upload(application_id, code)
    if missing != "signature":
        office.sign_on_spot(application_id)
    if missing != "identity":
        identity = {"method": "data_box", "standing": "statutory"}
        office.registrar.put(f"/applications/{application_id}/identity", identity)
    if missing not in ("sheet", "budget", "title_deed"):
        sheet = office.registrar.get(f"/applications/{application_id}/control-sheet")
        answers = [{"code": item["code"], "verdict": "yes"} for item in sheet["items"]]
        office.registrar.put(f"/applications/{application_id}/control-sheet", {"answers": answers})

    reply = office.director.call(
        "POST", f"/applications/{application_id}/registration", office.seen(application_id)
    )

    assert problem_of(reply) == (409, "not-registrable")
    assert reply.get_json()["errors"]
    assert office.director.get(f"/applications/{application_id}")["state"] == "received"
    assert not office.documents.of_cases()


def test_r18_refusal_has_reasons_and_a_letter(office: Office) -> None:
    application_id = office.submit(office.open_call())
    path = f"/applications/{application_id}/refusal"
    assert problem_of(office.director.call("POST", path, {"reasons": [" "]})) == (
        422,
        "reason-missing",
    )

    refused = office.director.post(path, {"reasons": ["Chybí rozpočet projektu."]})

    assert refused["application"]["state"] == "refused"
    (letter,) = office.documents.of_kind("refusal")
    texts = [block.get("text", "") for block in letter["content"]["blocks"]]
    assert "– Chybí rozpočet projektu." in texts
    assert any("podat znovu do 29. května 2026 v 12:00" in text for text in texts)


def test_a3_resubmission_is_possible_until_the_close(office: Office) -> None:
    application_id = office.submit(office.open_call())
    office.registrar.upload(application_id, "budget")
    office.director.post(f"/applications/{application_id}/refusal", {"reasons": ["Chybí příloha."]})
    path = f"/applications/{application_id}/resubmission"
    again = {"channel": "in_person", "submitter_name": "Petr Novák"}

    resubmitted = office.registrar.post(path, again)

    assert (resubmitted["state"], resubmitted["files"]) == ("received", [])
    office.complete(application_id)
    office.director.post(
        f"/applications/{application_id}/registration", office.seen(application_id)
    )


def test_a3_resubmission_after_the_close_is_refused(office: Office) -> None:
    application_id = office.submit(office.open_call())
    office.director.post(f"/applications/{application_id}/refusal", {"reasons": ["Chybí příloha."]})
    office.move_to(prague(29, 5, 12, 1))

    again = {"channel": "in_person", "submitter_name": "Petr Novák"}
    reply = office.registrar.call("POST", f"/applications/{application_id}/resubmission", again)

    assert problem_of(reply) == (409, "outside-intake-window")


def test_r19_registration_opens_the_folder_and_numbers_follow(office: Office) -> None:
    call_id = office.open_call()

    numbers = [
        office.director.get(f"/applications/{office.registered(call_id)}")["number"]
        for _ in range(3)
    ]

    assert numbers == ["8/001", "8/002", "8/003"]


def test_r21_the_receiver_signs_the_exact_words(office: Office) -> None:
    office.registered(office.open_call())

    (record,) = office.documents.of_kind("intake_record")

    assert record["content"]["blocks"][0]["text"] == "PŘÍJEM ŽÁDOSTI"
    assert record["signers"][0]["name"] == "Jana Malá"
    assert ["Doklad", "občanský průkaz"] in record["content"]["blocks"][1]["rows"]


@pytest.mark.parametrize("data_box", ["vqbab52", None])
def test_r98_the_receipt_of_registration_goes_to_the_applicant(
    office: Office, data_box: str | None
) -> None:
    call_id = office.open_call()
    applicant = {**application(call_id)["applicant"], "data_box_id": data_box}

    application_id = office.registered(call_id, applicant=applicant)

    (receipt,) = office.documents.of_kind("registration_receipt")
    assert receipt["case_id"] == str(application_id)
    assert "8/001" in receipt["title"]
    recipient = receipt["delivery"]["recipient"]
    assert (recipient["name"], recipient["data_box_id"]) == ("Obec Kovářská", data_box)
    assert receipt["delivery"]["channel"] == "auto"
