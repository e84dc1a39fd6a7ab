"""A registration rests on what whoever decides saw: nothing changes under his hands."""

import threading
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.domain.intake import check_registration
from services.registry.models import PresentationChangeRow, db
from services.registry.service import registration
from shared.tokens import make_person_token

from .browser import Browser
from .office import Office, Person, application, expect, prague, problem_of

IDENTITY = {"method": "document", "document": "passport", "standing": "authorised"}


def file_of(office: Office, application_id: UUID, code: str) -> str:
    files = office.director.get(f"/applications/{application_id}")["files"]
    return str(next(file["id"] for file in files if file["kind"] == code))


def ask(office: Office, who: Person, method: str, path: str, body: Any = None) -> int:
    """Send a request of its own, beside others."""
    headers = {"Authorization": f"Bearer {make_person_token(office.keys, who.actor)}"}
    client = office.app.test_client()
    return client.open(f"/api/v1{path}", method=method, json=body, headers=headers).status_code


def change_sheet(office: Office, application_id: UUID) -> None:
    path = f"/applications/{application_id}/control-sheet"
    items = office.registrar.get(path)["items"]
    answers = [
        {"code": item["code"], "verdict": item["verdict"], "note": "opraveno"} for item in items
    ]
    office.registrar.put(path, {"answers": answers})


def change_identity(office: Office, application_id: UUID) -> None:
    office.registrar.put(f"/applications/{application_id}/identity", IDENTITY)


def add_file(office: Office, application_id: UUID) -> None:
    expect(office.registrar.upload(application_id, "photo"), 201)


def remove_file(office: Office, application_id: UUID) -> None:
    file_id = file_of(office, application_id, "budget")
    reply = office.registrar.call("DELETE", f"/applications/{application_id}/files/{file_id}")
    assert reply.status_code == 204


def note_check(office: Office, application_id: UUID) -> None:
    path = f"/applications/{application_id}/preliminary-check"
    office.registrar.put(path, {"findings": "Chybí razítko."})


def sign_again(office: Office, application_id: UUID) -> None:
    signed = {"manner": "on_spot", "file_id": file_of(office, application_id, "application")}
    office.registrar.put(f"/applications/{application_id}/applicant-signature", signed)


CHANGES = [change_sheet, change_identity, add_file, remove_file, note_check, sign_again]


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_registers_on_what_he_has_not_seen(office: Office, change: Any) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    seen = office.seen(application_id)

    change(office, application_id)

    path = f"/applications/{application_id}/registration"
    assert problem_of(office.director.call("POST", path, seen)) == (409, "stale")
    assert office.director.get(f"/applications/{application_id}")["state"] == "received"


def test_the_form_names_what_was_seen_too(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    browser = Browser(office.app).sign_in(office.director.login)
    folder = f"/registry/office/applications/{application_id}"
    page = browser.get(f"{folder}/registration")
    change_sheet(office, application_id)

    stale = browser.submit(page, "Zaregistrovat žádost")
    unnamed = browser.submit(
        browser.get(f"{folder}/registration"), "Zaregistrovat žádost", version=""
    )

    assert (stale.status, unnamed.status) == (409, 409)
    assert office.director.get(f"/applications/{application_id}")["state"] == "received"


def test_a_registration_without_a_version_is_refused(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))

    reply = office.director.call("POST", f"/applications/{application_id}/registration", {})

    assert reply.status_code == 422
    assert office.director.get(f"/applications/{application_id}")["state"] == "received"


def test_a_file_cannot_go_while_its_application_is_registered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registration has judged and not committed yet; the removal has to wait, and fails."""
    application_id = office.complete(office.submit(office.open_call()))
    file_id, seen = file_of(office, application_id, "budget"), office.seen(application_id)
    has_judged, go_on = threading.Event(), threading.Event()

    def judge_and_wait(*given: Any) -> None:
        check_registration(*given)
        has_judged.set()
        go_on.wait(20)

    monkeypatch.setattr(registration, "check_registration", judge_and_wait)
    path = f"/applications/{application_id}"
    done: dict[str, int] = {}

    def register() -> None:
        done["register"] = ask(office, office.director, "POST", f"{path}/registration", seen)

    def remove() -> None:
        done["remove"] = ask(office, office.registrar, "DELETE", f"{path}/files/{file_id}")

    registering, removing = threading.Thread(target=register), threading.Thread(target=remove)
    registering.start()
    assert has_judged.wait(20)
    removing.start()
    removing.join(1)
    waited = removing.is_alive()
    go_on.set()
    registering.join(20)
    removing.join(20)

    assert (waited, done) == (True, {"register": 200, "remove": 409})
    registered = office.director.get(path)
    assert registered["state"] == "registered"
    assert "budget" in {file["kind"] for file in registered["files"]}


# The list of received applications


def with_list(office: Office) -> tuple[UUID, str]:
    """Return a call with a list of received applications, and the document of the list."""
    call_id = office.open_call()
    office.registered(call_id)
    office.move_to(prague(1, 6, 10))
    made = office.registrar.put(f"/received-lists/{uuid4()}", {"call_id": str(call_id)})
    return call_id, made["received_list"]["document_id"]


def backdated(call_id: UUID) -> dict[str, Any]:
    submission = {
        "channel": "in_person",
        "submitter_name": "Petr Novák",
        "received_at": prague(29, 5, 11, 59).isoformat(),
    }
    return application(call_id, submission=submission)


def test_no_application_appears_behind_the_list(office: Office) -> None:
    call_id, document_id = with_list(office)
    application_id = uuid4()
    for moment in (None, prague(1, 9, 10)):
        if moment:
            office.documents.sign(document_id, office.organisation_id)
            office.run_worker()
            office.move_to(moment)
        reply = office.registrar.call("PUT", f"/applications/{application_id}", backdated(call_id))
        assert problem_of(reply) == (409, "list-made-already")

    assert office.director.get(f"/calls/{call_id}/applications")["total"] == 1


def test_a_list_that_was_cancelled_gives_way_to_a_forgotten_application(office: Office) -> None:
    call_id, document_id = with_list(office)
    office.documents.sign(document_id, office.organisation_id, kind="document.cancelled")
    office.run_worker()

    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", backdated(call_id))

    assert reply.status_code == 200


def test_a_repaired_application_does_not_appear_behind_the_list(office: Office) -> None:
    call_id = office.open_call()
    application_id = office.complete(office.submit(call_id))
    refusal = {"reasons": ["Chybí razítko."]}
    office.director.post(f"/applications/{application_id}/refusal", refusal)
    office.move_to(prague(1, 6, 10))
    office.registrar.put(f"/received-lists/{uuid4()}", {"call_id": str(call_id)})

    again = backdated(call_id)["submission"]
    reply = office.registrar.call("POST", f"/applications/{application_id}/resubmission", again)

    assert problem_of(reply) == (409, "list-made-already")


# Who changed the presentations


def test_a_person_publishes_a_change_in_no_other_name(office: Office) -> None:
    call_id, change_id = office.published_call(), uuid4()
    body = {
        "new_at": prague(25, 6, 16).isoformat(),
        "new_place": "Jinde",
        "reason": "Sál je obsazený.",
        "actor_name": "Ing. Někdo Jiný, ředitel",
    }

    office.registrar.put(f"/calls/{call_id}/presentation-changes/{change_id}", body)

    with office.app.app_context():
        assert [row.actor_name for row in db.session.query(PresentationChangeRow)] == ["Prijem"]
