"""R1-R23, R54, R58-R60, R65-R66, one by one, over the API."""

from datetime import timedelta
from email import message_from_bytes, policy
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.registry.models import Audit, MailRow, Submission, db

from .browser import Browser
from .office import Office, Person, application, czk, expect, fiches, plan, prague, problem_of


def call_of(office: Office, call_id: UUID) -> dict[str, object]:
    found: dict[str, object] = office.director.get(f"/calls/{call_id}")
    return found


def announce(person: Person, call_id: UUID) -> object:
    return person.call("POST", f"/calls/{call_id}/announcement", {})


# Announcing


@pytest.mark.parametrize("who", ["assistant", "registrar", "committee", "evaluator"])
def test_r1_nobody_but_the_director_announces(office: Office, who: str) -> None:
    call_id = office.approved_call()

    reply = getattr(office, who).call("POST", f"/calls/{call_id}/announcement", {})

    assert problem_of(reply) == (403, "not-entitled")
    assert call_of(office, call_id)["state"] == "allocation_approved"


def test_r1_a_delegate_announces_and_the_record_says_by_which_delegation(office: Office) -> None:
    call_id = office.approved_call()
    delegation_id = office.delegate("announce_call", office.assistant)

    office.assistant.post(f"/calls/{call_id}/announcement")

    with office.app.app_context():
        entry = db.session.scalars(select(Audit).where(Audit.act == "announce_call")).one()
        assert entry.details["delegation_id"] == str(delegation_id)


def test_r2_several_calls_a_year_are_possible(office: Office) -> None:
    office.published_call(8)
    office.published_call(9)

    found = office.director.get("/calls?state=published")
    assert [call["number"] for call in found["items"]] == [9, 8]


def test_r3_call_open_for_less_than_three_weeks_is_refused(office: Office) -> None:
    call_id = office.approved_call()
    office.move_to(prague(9, 5))

    reply = office.director.call("POST", f"/calls/{call_id}/announcement", {})

    assert problem_of(reply) == (422, "call-not-ready")
    (error,) = reply.get_json()["errors"]
    assert error["field"] == "closes_at"
    assert "nejdříve 1. 6. 2026" in error["detail"]


def test_r4_what_was_published_is_kept_with_its_hash(office: Office) -> None:
    call_id = office.published_call()

    (snapshot,) = office.director.get(f"/calls/{call_id}/snapshots")

    assert snapshot["kind"] == "call"
    assert len(snapshot["sha256"]) == 64
    assert snapshot["content"]["intake_place"] == "Kancelář MAS, Náměstí 1"
    page = office.client.get("/mas/szk/vyzvy/8")
    assert snapshot["sha256"] in page.get_data(as_text=True)


def test_r5_the_same_act_makes_a_line_on_the_home_page(office: Office) -> None:
    assert "8. výzva" not in office.client.get("/mas/szk").get_data(as_text=True)

    office.published_call()

    assert "8. výzva" in office.client.get("/mas/szk").get_data(as_text=True)


def test_r6_each_member_gets_one_mail_and_the_log_says_so(office: Office) -> None:
    for name in ("Obec Výsluní", "Spolek Horal"):
        email = f"{name.split()[1].encode('ascii', 'ignore').decode().lower()}@mas.cz"
        office.director.put(f"/members/{uuid4()}", {"name": name, "email": email})
    gone = {"name": "Bývalý člen", "email": "byvaly@mas.cz", "is_active": False}
    office.director.put(f"/members/{uuid4()}", gone)
    office.published_call()

    office.run_worker()
    office.run_worker()

    folder = office.app.extensions["vyzva-settings"].var / "mail"
    mails = [message_from_bytes(f.read_bytes(), policy=policy.default) for f in folder.glob("*")]
    assert sorted(mail["To"] for mail in mails) == ["horal@mas.cz", "vslun@mas.cz"]
    assert mails[0]["Subject"] == "Vyhlášení výzvy – 8. výzva"
    assert "http://mas.test/registry/mas/szk/vyzvy/8" in mails[0].get_content()
    with office.app.app_context():
        assert all(row.sent_at for row in db.session.scalars(select(MailRow)))


@pytest.mark.parametrize(
    ("part", "nothing"),
    [
        pytest.param("presentation_at", None, id="R7: date of presentations"),
        pytest.param("presentation_place", "", id="R7: place of presentations"),
        pytest.param("intake_place", "", id="R8: intake place"),
        pytest.param("opens_at", None, id="R8: beginning of intake"),
        pytest.param("closes_at", None, id="R8: end of intake"),
        pytest.param("regulation_version_id", None, id="R54: pinned regulation"),
    ],
)
def test_r7_r8_call_without_a_mandatory_part_is_refused(
    office: Office, part: str, nothing: object
) -> None:
    call_id = office.approved_call()
    regulation_id = UUID(str(call_of(office, call_id)["regulation_id"]))
    office.assistant.put(f"/calls/{call_id}/plan", {**plan(8, regulation_id), part: nothing})

    reply = office.director.call("POST", f"/calls/{call_id}/announcement", {})

    assert problem_of(reply) == (422, "call-not-ready")
    assert call_of(office, call_id)["published_at"] is None


def test_r9_call_without_an_approved_amount_is_refused(office: Office) -> None:
    call_id = office.draft_call()

    reply = office.director.call("POST", f"/calls/{call_id}/announcement", {})

    assert problem_of(reply) == (409, "act-not-allowed")


# Intake


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
        submission = db.session.scalars(select(Submission)).one()
        assert (submission.channel, submission.received_at.hour) == ("email", 22)


def test_r14_only_the_director_or_her_delegate_registers(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    path = f"/applications/{application_id}/registration"
    assert problem_of(office.registrar.call("POST", path, {})) == (403, "not-entitled")

    delegation_id = office.delegate("register_application", office.registrar)
    decided = office.registrar.post(path)

    assert decided["application"]["registered_by"] == "Prijem"
    revoked = office.director.post(f"/delegations/{delegation_id}/revocation")
    assert revoked["revoked_on"] == "2026-05-20"
    other = office.complete(office.submit(UUID(decided["application"]["call_id"])))
    reply = office.registrar.call("POST", f"/applications/{other}/registration", {})
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

    reply = office.director.call("POST", f"/applications/{application_id}/registration", {})

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
    assert any("podat znovu do 29. 5. 2026 12:00" in text for text in texts)


def test_a3_resubmission_is_possible_until_the_close(office: Office) -> None:
    application_id = office.submit(office.open_call())
    office.registrar.upload(application_id, "budget")
    office.director.post(f"/applications/{application_id}/refusal", {"reasons": ["Chybí příloha."]})
    path = f"/applications/{application_id}/resubmission"
    again = {"channel": "in_person", "submitter_name": "Petr Novák"}

    resubmitted = office.registrar.post(path, again)

    assert (resubmitted["state"], resubmitted["files"]) == ("received", [])
    office.complete(application_id)
    office.director.post(f"/applications/{application_id}/registration")


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


# The list


def test_r22_list_waits_for_the_end_of_intake(office: Office) -> None:
    call_id = office.open_call()

    body = {"call_id": str(call_id)}
    reply = office.assistant.call("PUT", f"/received-lists/{uuid4()}", body)

    assert problem_of(reply) == (409, "act-not-allowed")


def test_r22_list_waits_for_every_decision(office: Office) -> None:
    call_id = office.open_call()
    office.submit(call_id)
    office.move_to(prague(29, 5, 13))

    body = {"call_id": str(call_id)}
    reply = office.assistant.call("PUT", f"/received-lists/{uuid4()}", body)

    assert problem_of(reply) == (409, "undecided-applications")


def test_r22_deadline_and_its_reason_belong_to_the_list(office: Office) -> None:
    call_id = office.open_call()
    office.move_to(prague(29, 5, 13))

    made = office.assistant.put(f"/received-lists/{uuid4()}", {"call_id": str(call_id)})

    received = made["received_list"]
    assert received["due"] == "2026-06-05"
    assert received["deadline"]["rule"] == "D2"


def test_r23_list_has_exactly_the_five_columns(office: Office) -> None:
    call_id = office.open_call()
    office.registered(call_id)
    office.move_to(prague(29, 5, 13))

    made = office.assistant.put(f"/received-lists/{uuid4()}", {"call_id": str(call_id)})

    assert made["received_list"]["rows"] == [
        {
            "applicant_name": "Obec Kovářská",
            "place": "Kovářská",
            "project_title": "Naučná stezka",
            "fiche": "Podpora cestovního ruchu (F3)",
            "requested_grant": czk(900_000),
        }
    ]
    (paper,) = office.documents.of_kind("received_list")
    columns = [column["label"] for column in paper["content"]["blocks"][-1]["columns"]]
    assert len(columns) == 5


def test_list_made_again_cancels_the_unsigned_one(office: Office) -> None:
    call_id = office.open_call()
    office.move_to(prague(29, 5, 13))
    body = {"call_id": str(call_id)}
    first = office.assistant.put(f"/received-lists/{uuid4()}", body)

    second = office.assistant.put(f"/received-lists/{uuid4()}", body)
    office.run_worker()

    assert office.documents.cancelled == [first["received_list"]["document_id"]]
    found = office.assistant.get(f"/calls/{call_id}/received-list")
    assert found["id"] == second["received_list"]["id"]


# Money


def test_r65_two_steps_are_both_recorded(office: Office) -> None:
    call_id = office.approved_call()

    (decision,) = office.director.get(f"/calls/{call_id}/allocation-decisions")

    assert decision["recommended_by"] == "Jana Malá"
    assert decision["decided_by"] == "Vybor"
    assert decision["amount"] == czk(8_890_000)
    assert [fiche["code"] for fiche in decision["fiches"]] == ["F1", "F3"]


def test_r65_only_the_programme_committee_decides(office: Office) -> None:
    call_id = office.draft_call()
    recommendation = {"amount": czk(1), "reason": "Podle SPL."}
    office.director.post(f"/calls/{call_id}/allocation-recommendation", recommendation)

    decision = {"outcome": "approved", "decided_on": "2026-05-07"}
    reply = office.director.call("POST", f"/calls/{call_id}/allocation-decision", decision)

    assert reply.status_code == 403


def test_r65_returned_recommendation_needs_a_note_and_reopens_the_draft(office: Office) -> None:
    call_id = office.draft_call()
    recommendation = {"amount": czk(9_000_000), "reason": "Podle SPL."}
    office.director.post(f"/calls/{call_id}/allocation-recommendation", recommendation)
    path = f"/calls/{call_id}/allocation-decision"
    decision = {"outcome": "returned", "decided_on": "2026-05-07"}
    assert problem_of(office.committee.call("POST", path, decision)) == (422, "reason-missing")

    office.committee.post(path, {**decision, "note": "Méně pro F1."})

    assert call_of(office, call_id)["state"] == "draft"


def test_r66_fiches_stand_still_once_the_amount_is_recommended(office: Office) -> None:
    call_id = office.approved_call()

    reply = office.assistant.call("PUT", f"/calls/{call_id}/fiches", fiches())

    assert problem_of(reply) == (409, "act-not-allowed")
    office.director.post(f"/calls/{call_id}/reopening")
    assert call_of(office, call_id)["amount"] == czk(0)
    office.assistant.put(f"/calls/{call_id}/fiches", fiches())


# Presentations


def change(day: int, **more: str) -> dict[str, str]:
    at = prague(day, 6, 16).isoformat()
    return {"new_at": at, "new_place": "Sokolovna", "reason": "Volby.", **more}


def test_r58_r60_change_of_presentations_is_published_in_the_same_act(office: Office) -> None:
    call_id = office.open_call()

    office.assistant.put(f"/calls/{call_id}/presentation-changes/{uuid4()}", change(25))

    page = office.client.get("/mas/szk/vyzvy/8").get_data(as_text=True)
    assert "Sokolovna" in page and "Volby." in page
    assert "Změna veřejných prezentací" in office.client.get("/mas/szk").get_data(as_text=True)


def test_r59_less_than_a_week_ahead_needs_a_recorded_exception(office: Office) -> None:
    call_id = office.open_call()
    office.move_to(prague(20, 6) - timedelta(days=2))
    path = f"/calls/{call_id}/presentation-changes/{uuid4()}"

    refused = office.assistant.call("PUT", path, change(24))
    assert problem_of(refused) == (422, "presentation-change-too-late")

    other = f"/calls/{call_id}/presentation-changes/{uuid4()}"
    office.assistant.put(other, change(24, override_reason="Havárie v sále."))


# Late publication, and who gets what


def test_r22_a_late_list_says_why_and_its_deadline_stays(office: Office) -> None:
    call_id = office.open_call()
    office.registered(call_id)
    office.move_to(prague(1, 6))
    list_id = uuid4()
    made = office.assistant.put(f"/received-lists/{list_id}", {"call_id": str(call_id)})
    office.documents.sign(made["received_list"]["document_id"], office.organisation_id)
    office.run_worker()
    office.move_to(prague(8, 6))
    path = f"/received-lists/{list_id}/publication"

    silent = office.assistant.call("POST", path, {})
    published = office.assistant.post(path, {"late_reason": "Podpis se opozdil."})

    assert problem_of(silent) == (422, "late-without-reason")
    assert "5. 6. 2026" in silent.get_json()["detail"]
    assert published["due"] == made["received_list"]["due"] == "2026-06-05"
    assert published["deadline"] == made["received_list"]["deadline"]
    assert published["late_reason"] == "Podpis se opozdil."
    browser = Browser(office.app).sign_in(office.assistant.login)
    inside = browser.get(f"/registry/office/received-lists/{list_id}").text
    assert "po lhůtě" in inside
    assert "7 kalendářních dnů od pátku 29. května 2026" in inside
    public = browser.get("/registry/mas/szk/vyzvy/8/prijate-zadosti").text
    assert "po lhůtě, která uplynula 5. června 2026: Podpis se opozdil." in public
    with office.app.app_context():
        entry = db.session.scalars(select(Audit).where(Audit.act == "publish_list")).one()
        assert entry.details["is_in_time"] is False


def test_r22_the_page_of_a_late_list_asks_for_the_reason(office: Office) -> None:
    call_id = office.open_call()
    office.move_to(prague(1, 6))
    list_id = uuid4()
    made = office.assistant.put(f"/received-lists/{list_id}", {"call_id": str(call_id)})
    office.documents.sign(made["received_list"]["document_id"], office.organisation_id)
    office.run_worker()
    browser = Browser(office.app).sign_in(office.assistant.login)
    button = "Zveřejnit seznam přijatých žádostí"
    address = f"/registry/office/received-lists/{list_id}"
    assert "Proč se seznam zveřejňuje po lhůtě" not in browser.get(address).text
    office.move_to(prague(8, 6))

    refused = browser.submit(browser.get(address), button)
    done = browser.submit(browser.get(address), button, late_reason="Podpis se opozdil.")

    assert refused.status == 422
    assert "uplynula 5. 6. 2026" in refused.text
    assert done.status == 303


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
    if data_box is None:
        assert receipt.get("delivery") is None, "it is given over the counter"
    else:
        recipient = receipt["delivery"]["recipient"]
        assert (recipient["name"], recipient["data_box_id"]) == ("Obec Kovářská", data_box)
