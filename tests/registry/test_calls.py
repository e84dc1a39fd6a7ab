"""Calls over the API: announcing and money (R1-R9, R54, R65, R66)."""

import json
from email import message_from_bytes, policy
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.registry.models import Audit, MailRow, Outbox, db

from .office import Office, czk, fiches, plan, prague, problem_of


def call_of(office: Office, call_id: UUID) -> dict[str, object]:
    found: dict[str, object] = office.director.get(f"/calls/{call_id}")
    return found


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
    canonical = json.dumps(snapshot["content"], sort_keys=True, ensure_ascii=False)
    assert snapshot["sha256"] == sha256(canonical.encode()).hexdigest()
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


def test_r98_the_announced_text_becomes_one_document_to_sign(office: Office) -> None:
    call_id = office.published_call()

    made = [office.director.post(f"/calls/{call_id}/text-document") for _ in range(2)]

    assert made[0]["document_id"] == made[1]["document_id"]
    (snapshot,) = office.director.get(f"/calls/{call_id}/snapshots")
    with office.app.app_context():
        (asked,) = [
            row.payload["request"]
            for row in db.session.query(Outbox).filter_by(kind="documents.put")
            if row.payload["request"]["kind"] == "call_text"
        ]
    assert asked["facts"]["snapshot_sha256"] == snapshot["sha256"]
    words = json.dumps(asked["content"], ensure_ascii=False)
    for part in ("Kancelář MAS, Náměstí 1", "Předběžná částka výzvy", "Nejvýše bodů"):
        assert part in words
    for part in ("povinná příloha", "nepovinná příloha"):
        assert f'"{part}"' in words
