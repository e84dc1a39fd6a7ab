"""Who may do what: nobody without a token, a role and an organisation."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from .office import Office, problem_of, stored


def test_foreign_organisation_sees_and_changes_nothing(
    office: Office, found: Callable[[str], None]
) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)
    file_id = office.director.get(f"/applications/{application_id}")["files"][0]["id"]
    found("jina")
    foreign = Office(office.app, office.clock, office.documents, "jina")
    before = stored(office)

    for method, path, body in (
        ("GET", f"/calls/{call_id}", None),
        ("GET", f"/calls/{call_id}/applications", None),
        ("GET", f"/applications/{application_id}", None),
        ("GET", f"/applications/{application_id}/files/{file_id}", None),
        ("PUT", f"/calls/{call_id}/plan", {"title": "x"}),
        ("POST", f"/calls/{call_id}/announcement", {}),
        ("POST", f"/applications/{application_id}/withdrawal", {"reason": "chci"}),
        ("PUT", f"/received-lists/{uuid4()}", {"call_id": str(call_id)}),
        (
            "POST",
            f"/people/{office.director.actor.person_id}/password",
            {"present": "x", "password": "x" * 20},
        ),
    ):
        assert problem_of(foreign.director.call(method, path, body)) == (404, "not-found"), path

    assert stored(office) == before
    assert foreign.director.get("/calls")["items"] == []
    assert [person["name"] for person in foreign.director.get("/people")] == ["Jana Malá"]


def test_foreign_id_cannot_be_taken_over(office: Office, found: Callable[[str], None]) -> None:
    call_id = office.draft_call()
    found("jina")
    foreign = Office(office.app, office.clock, office.documents, "jina")

    reply = foreign.director.call("PUT", f"/calls/{call_id}", {"number": 8, "title": "8. výzva"})

    assert problem_of(reply) == (409, "id-reused")


@pytest.mark.parametrize(
    ("who", "method", "path"),
    [
        ("evaluator", "PUT", "/applications/{id}"),
        ("registrar", "PUT", "/calls/{id}"),
        ("assistant", "PUT", "/people/{id}"),
        ("assistant", "PUT", "/delegations/{id}"),
        ("director", "GET", "/events?after=0"),
        ("director", "PUT", "/calls/{id}/results/{id}"),
        ("director", "PUT", "/applications/{id}/folder-entries/{id}"),
    ],
)
def test_wrong_person_is_refused(office: Office, who: str, method: str, path: str) -> None:
    reply = getattr(office, who).call(method, path.format(id=uuid4()), {})

    assert problem_of(reply) == (403, "not-allowed")


def test_nobody_gets_in_without_a_token(office: Office) -> None:
    assert problem_of(office.client.get("/api/v1/calls")) == (401, "not-signed-in")
    page = office.client.get("/office")
    assert page.status_code == 302
    assert page.headers["Location"].startswith("/registry/sign-in?next=")


def test_dismissed_person_loses_rights_at_once(office: Office) -> None:
    call_id = office.approved_call()
    person = office.assistant
    office.delegate("announce_call", person)
    facts = {"name": "Asistentka", "roles": ["assistant"], "is_active": False, "version": 1}
    path = f"/people/{person.actor.person_id}"
    assert office.director.call("PATCH", path, facts).status_code == 200

    reply = person.call("POST", f"/calls/{call_id}/announcement", {})

    assert problem_of(reply) == (401, "not-signed-in")


def test_last_director_cannot_be_dismissed(office: Office) -> None:
    facts = {"name": "Jana Malá", "roles": ["assistant"], "version": 1}

    path = f"/people/{office.director.actor.person_id}"
    assert problem_of(office.director.call("PATCH", path, facts)) == (409, "last-director")
