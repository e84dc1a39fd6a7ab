"""Bad input: each kind gets a clear problem and changes nothing."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from services.registry.domain.calls import CallNotReady
from services.registry.models import Application, ApplicationFile, Audit, Base, db
from services.registry.problems import PROBLEMS
from shared.errors import DomainError

from .browser import Browser
from .office import Office, application, czk, fiches, plan, prague, problem_of


def rows(office: Office) -> dict[str, int]:
    """Count the rows of every table but those that every sign-in touches."""
    with office.app.app_context():
        return {
            table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in ("seen_token", "sign_in_session", "sign_in_attempt")
        }


CALL = "/calls/{call}"
APPLICATION = "/applications/{application}"
NEW_PERSON = {
    "login": "novy",
    "password": "dlouhé heslo pro něj",
    "name": "Nový",
    "roles": ["assistant"],
}

BAD_BODIES: list[Any] = [
    pytest.param(
        "PUT", "/calls/{new}", {"number": 9, "title": "x", "state": "published"}, id="unknown field"
    ),
    pytest.param("PUT", "/calls/{new}", {"number": "9", "title": 5}, id="wrong type"),
    pytest.param("PUT", "/calls/{new}", {"number": 9}, id="missing"),
    pytest.param("PUT", "/calls/{new}", {"number": 9, "title": "x" * 201}, id="too long"),
    pytest.param("PUT", "/calls/{new}", {"number": 1000, "title": "x"}, id="out of range"),
    pytest.param("PUT", "/calls/{new}", [], id="a list"),
    pytest.param(
        "PUT", f"{CALL}/plan", {"title": "x", "closes_at": "2026-05-29T12:00:00"}, id="naive time"
    ),
    pytest.param("PUT", f"{CALL}/plan", {"title": "x", "closes_at": "zítra"}, id="not a time"),
    pytest.param(
        "PUT", f"{CALL}/fiches", {"fiches": [{"code": "F 1", "name": "x"}]}, id="fiche code"
    ),
    pytest.param("PUT", f"{CALL}/fiches", {**fiches(), "rule": {"ranking": "x"}}, id="rule word"),
    pytest.param(
        "POST",
        f"{CALL}/allocation-recommendation",
        {"amount": {"amount": 5, "currency": "CZK"}, "reason": "x"},
        id="amount as number",
    ),
    pytest.param(
        "POST",
        f"{CALL}/allocation-recommendation",
        {"amount": {"amount": "5.001", "currency": "CZK"}, "reason": "x"},
        id="amount too precise",
    ),
    pytest.param(
        "PUT",
        f"{APPLICATION}/identity",
        {"method": "x", "standing": "applicant"},
        id="identity method",
    ),
    pytest.param(
        "PUT",
        f"{APPLICATION}/identity",
        {"method": "document", "standing": "applicant"},
        id="no document kind",
    ),
    pytest.param("PUT", f"{APPLICATION}/control-sheet", {"answers": "yes"}, id="answers as text"),
    pytest.param("POST", f"{APPLICATION}/refusal", {"reasons": []}, id="no reasons"),
    pytest.param("POST", f"{APPLICATION}/withdrawal", {"reason": ""}, id="no reason"),
    pytest.param("PUT", "/people/{new}", {**NEW_PERSON, "roles": ["king"]}, id="unknown role"),
    pytest.param("PUT", "/people/{new}", {**NEW_PERSON, "password": "krátké"}, id="short password"),
    pytest.param("PUT", "/people/{new}", {**NEW_PERSON, "login": "Ž"}, id="wrong login"),
    pytest.param("PUT", "/members/{new}", {"name": "x", "email": "x"}, id="wrong e-mail"),
    pytest.param(
        "PUT",
        "/strategy",
        {"shares": [{"fiche": "F1", "name": "x", "percent": "99"}]},
        id="99 per cent",
    ),
    pytest.param(
        "PUT",
        "/delegations/{new}",
        {
            "act": "approve_allocation",
            "delegate_id": "{new}",
            "valid_from": "2026-05-20",
            "valid_to": "2026-05-21",
        },
        id="act not delegable",
    ),
]


@pytest.mark.parametrize(("method", "path", "body"), BAD_BODIES)
def test_bad_body_is_told_and_changes_nothing(
    office: Office, method: str, path: str, body: Any
) -> None:
    call_id = office.open_call()
    ids = {"call": call_id, "application": office.submit(call_id), "new": uuid4()}
    before = rows(office)

    reply = office.director.call(method, path.format(**ids), body)

    status, _slug = problem_of(reply)
    assert status in (409, 422), reply.get_data(as_text=True)
    assert rows(office) == before


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"requested": czk(0)}, "requested-grant-not-positive"),
        ({"fiche": "F9"}, "not-found"),
        ({"place_code": "12"}, "invalid-municipality-code"),
        ({"surprise": 1}, "invalid"),
    ],
)
def test_bad_application_is_refused(office: Office, changes: dict[str, Any], slug: str) -> None:
    call_id = office.open_call()

    body = application(call_id, **changes)
    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", body)

    assert problem_of(reply)[1] == slug
    assert office.director.get(f"/calls/{call_id}/applications")["total"] == 0


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"ic": "00262979"}, "invalid-ic"),
        ({"ic": None}, "missing-ic"),
        ({"data_box_id": "abcdefg"}, "invalid-data-box-id"),
        ({"email": "x@y"}, "invalid-email"),
        ({"kind": "king"}, "invalid"),
        ({"birth_date": "1970-01-01"}, "invalid"),
    ],
)
def test_bad_applicant_is_refused(office: Office, changes: dict[str, Any], slug: str) -> None:
    body = application(office.open_call())
    body["applicant"] |= changes

    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", body)

    assert problem_of(reply) == (422, slug)


@pytest.mark.parametrize(
    ("content", "slug"),
    [
        (b"", "file-empty"),
        (b"MZ\x90\x00 program", "file-type-not-allowed"),
        (b"\x89PNG\r\n\x1a\n...", "file-type-mismatch"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), "file-too-large"),
    ],
)
def test_bad_file_is_refused(office: Office, content: bytes, slug: str) -> None:
    application_id = office.submit(office.open_call())

    reply = office.registrar.upload(application_id, "budget", content)

    assert problem_of(reply)[1] == slug
    with office.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ApplicationFile)) == 0


def test_far_too_large_upload_is_cut_off(office: Office) -> None:
    application_id = office.submit(office.open_call())

    reply = office.registrar.upload(application_id, "budget", b"%PDF-" + b"0" * (22 * 1024 * 1024))

    assert problem_of(reply) == (413, "too-large")


def test_file_of_an_unknown_kind_is_refused(office: Office) -> None:
    application_id = office.submit(office.open_call())

    assert problem_of(office.registrar.upload(application_id, "other")) == (
        422,
        "unknown-attachment",
    )


def test_foreign_organisation_sees_and_changes_nothing(
    office: Office, found: Callable[[str], None]
) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)
    file_id = office.director.get(f"/applications/{application_id}")["files"][0]["id"]
    found("jina")
    foreign = Office(office.app, office.clock, office.documents, "jina")
    before = rows(office)

    for method, path, body in (
        ("GET", f"/calls/{call_id}", None),
        ("GET", f"/calls/{call_id}/applications", None),
        ("GET", f"/applications/{application_id}", None),
        ("GET", f"/applications/{application_id}/files/{file_id}", None),
        ("PUT", f"/calls/{call_id}/plan", {"title": "x"}),
        ("POST", f"/calls/{call_id}/announcement", {}),
        ("POST", f"/applications/{application_id}/withdrawal", {"reason": "chci"}),
        ("PUT", f"/received-lists/{uuid4()}", {"call_id": str(call_id)}),
        ("POST", f"/people/{office.director.actor.person_id}/password", {"password": "x" * 20}),
    ):
        assert problem_of(foreign.director.call(method, path, body)) == (404, "not-found"), path

    assert rows(office) == before
    assert foreign.director.get("/calls")["items"] == []
    assert [person["name"] for person in foreign.director.get("/people")] == ["Jana Malá"]


def test_foreign_id_cannot_be_taken_over(office: Office, found: Callable[[str], None]) -> None:
    call_id = office.draft_call()
    found("jina")
    foreign = Office(office.app, office.clock, office.documents, "jina")

    reply = foreign.director.call("PUT", f"/calls/{call_id}", {"number": 8, "title": "8. výzva"})

    assert problem_of(reply) == (409, "id-reused")


def test_stale_version_is_refused(office: Office) -> None:
    call_id = office.draft_call()
    version = office.assistant.get(f"/calls/{call_id}")["version"]
    body = {**plan(8, None), "version": version}
    office.assistant.put(f"/calls/{call_id}/plan", {**body, "intake_place": "Jinde"})

    reply = office.director.call("PUT", f"/calls/{call_id}/plan", body)

    assert problem_of(reply) == (409, "stale")
    assert office.director.get(f"/calls/{call_id}")["intake_place"] == "Jinde"


def test_stale_form_is_refused_in_words(office: Office) -> None:
    call_id = office.draft_call()
    browser = Browser(office.app).sign_in(office.director.login)
    old = browser.get(f"/registry/office/calls/{call_id}/plan")
    browser.submit(old, "Zapsat termíny a místa", intake_place="Jinde")

    reply = browser.submit(old, "Zapsat termíny a místa", intake_place="Tady")

    assert reply.status == 409
    assert "mezitím změnil někdo jiný" in reply.errors()
    assert reply.values("Zapsat termíny a místa")["intake_place"] == "Tady"


def test_double_submit_makes_one(office: Office) -> None:
    call_id = office.open_call()
    application_id = uuid4()
    body = application(call_id)
    office.registrar.put(f"/applications/{application_id}", body)
    before = rows(office)

    office.registrar.put(f"/applications/{application_id}", body)

    assert rows(office) == before
    other = {**body, "title": "Jiný projekt"}
    reply = office.registrar.call("PUT", f"/applications/{application_id}", other)
    assert problem_of(reply) == (409, "id-reused")


def test_second_click_on_register_changes_nothing(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    version = office.director.get(f"/applications/{application_id}")["version"]
    path = f"/applications/{application_id}/registration"
    first = office.director.post(path, {"version": version})
    before = rows(office)

    second = office.director.post(path, {"version": version})

    assert second["application"]["number"] == first["application"]["number"] == "8/001"
    assert rows(office) == before


def test_two_people_at_once_register_once(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    office.delegate("register_application", office.assistant)
    path = f"/applications/{application_id}/registration"
    answers: list[int] = []

    def click(person: Any) -> None:
        answers.append(person.call("POST", path, {}).status_code)

    threads = [
        threading.Thread(target=click, args=[person])
        for person in (office.director, office.assistant)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, 409]
    with office.app.app_context():
        serials = list(db.session.scalars(select(Application.serial)))
        decisions = select(func.count()).select_from(Audit).where(Audit.act == "register")
        assert (serials, db.session.scalar(decisions)) == ([1], 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("registration", {}),
        ("refusal", {"reasons": ["Chybí příloha."]}),
        ("resubmission", {"channel": "email", "submitter_name": "x"}),
    ],
)
def test_registered_application_cannot_be_decided_again(
    office: Office, path: str, body: dict[str, Any]
) -> None:
    application_id = office.registered(office.open_call())
    office.delegate("register_application", office.assistant)
    before = rows(office)

    reply = office.assistant.call("POST", f"/applications/{application_id}/{path}", body)

    assert problem_of(reply) == (409, "act-not-allowed")
    assert rows(office) == before


def test_withdrawn_application_is_told_to_evaluation(office: Office) -> None:
    application_id = office.registered(office.open_call())

    path = f"/applications/{application_id}/withdrawal"
    office.registrar.post(path, {"reason": "Žadatel si to rozmyslel."})

    reply = office.as_service("evaluation", "GET", "/events?after=0")
    assert reply.get_json()["events"][-1]["kind"] == "application.withdrawn"


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

    assert problem_of(reply) == (403, "not-entitled")


def test_last_director_cannot_be_dismissed(office: Office) -> None:
    facts = {"name": "Jana Malá", "roles": ["assistant"], "version": 1}

    path = f"/people/{office.director.actor.person_id}"
    assert problem_of(office.director.call("PATCH", path, facts)) == (409, "last-director")


def test_future_arrival_is_refused(office: Office) -> None:
    body = application(office.open_call())
    body["submission"]["received_at"] = prague(21, 5).isoformat()

    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", body)

    assert problem_of(reply) == (422, "received-in-future")


def test_application_to_an_unpublished_call_is_refused(office: Office) -> None:
    body = application(office.approved_call())

    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", body)

    assert problem_of(reply) == (409, "act-not-allowed")


def all_errors(kind: type[DomainError]) -> set[type[DomainError]]:
    found = set(kind.__subclasses__())
    return found | {deeper for child in found for deeper in all_errors(child)}


def test_every_error_of_registry_has_its_words() -> None:
    ours = {
        kind for kind in all_errors(DomainError) if kind.__module__.startswith("services.registry")
    }

    assert ours - set(PROBLEMS) == set()
    assert CallNotReady in PROBLEMS


def test_unknown_ids_are_not_found(office: Office) -> None:
    for path in ("/calls", "/applications"):
        reply = office.director.call("GET", f"{path}/{UUID(int=5)}")
        assert problem_of(reply) == (404, "not-found")
