"""The list of received applications over the API: in time, or late with a reason (R22, R23)."""

from uuid import uuid4

from sqlalchemy import select

from services.registry.models import Audit, db

from .browser import Browser
from .office import Office, czk, prague, problem_of


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
    assert columns == [
        "Název žadatele",
        "Místo realizace projektu (NUTS5)",
        "Název projektu",
        "Název a číslo fiche",
        "Požadovaná částka dotace",
    ]


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
