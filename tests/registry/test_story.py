"""The path of the story over the API: call, application, registration, list, events."""

from uuid import uuid4

from .office import Office, expect, prague, problem_of


def test_from_draft_to_published_list(office: Office) -> None:
    office.director.put(f"/members/{uuid4()}", {"name": "Obec Výsluní", "email": "obec@vysluni.cz"})
    call_id = office.published_call()
    office.move_to(prague(20, 5, 10))

    application_id = office.complete(office.submit(call_id))
    decided = office.director.post(
        f"/applications/{application_id}/registration", office.seen(application_id)
    )

    assert decided["application"]["number"] == "8/001"
    assert decided["are_documents_made"]
    (record,) = office.documents.of_kind("intake_record")
    assert record["content"]["blocks"][0] == {"type": "statement", "text": "PŘÍJEM ŽÁDOSTI"}
    assert record["case_id"] == str(application_id)

    office.move_to(prague(29, 5, 13))
    office.run_worker()
    list_id = uuid4()
    made = office.assistant.put(f"/received-lists/{list_id}", {"call_id": str(call_id)})
    early = office.assistant.call("POST", f"/received-lists/{list_id}/publication", {})
    assert problem_of(early) == (409, "act-not-allowed")

    office.documents.sign(made["received_list"]["document_id"], office.organisation_id)
    office.run_worker()
    published = office.assistant.post(f"/received-lists/{list_id}/publication")

    assert published["state"] == "published"
    assert published["due"] == "2026-06-05"
    feed = expect(office.as_service("evaluation", "GET", "/events?after=0"), 200)
    assert [event["kind"] for event in feed["events"]] == [
        "call.published",
        "application.registered",
        "call.closed",
    ]
    assert feed["events"][1]["payload"]["applicant"]["ic"] == "00262978"
    assert list(office.app.extensions["vyzva-settings"].var.glob("mail/*.eml"))
