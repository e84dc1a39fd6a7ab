"""Bad input: each kind gets a clear problem and changes nothing."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from services.registry.domain.calls import CallNotReady
from services.registry.models import ApplicationFile, db
from services.registry.problems import PROBLEMS
from shared.errors import DomainError

from .browser import Browser
from .office import Office, application, czk, fiches, prague, problem_of, stored

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
    before = stored(office)

    reply = office.director.call(method, path.format(**ids), body)

    status, _slug = problem_of(reply)
    assert status in (409, 422), reply.get_data(as_text=True)
    assert stored(office) == before


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


def test_a_form_refuses_what_it_did_not_ask_for(office: Office) -> None:
    call_id = office.draft_call()
    browser = Browser(office.app).sign_in(office.director.login)
    page = browser.get(f"/registry/office/calls/{call_id}/plan")
    before = stored(office)

    reply = browser.submit(page, "Zapsat termíny a místa", intake_place="Jinde", state="published")

    assert reply.status == 422
    assert "Přišly údaje, na které se stránka neptá: „state“." in reply.errors()
    assert reply.values("Zapsat termíny a místa")["intake_place"] == "Jinde"
    assert stored(office) == before


def test_a_button_refuses_what_it_did_not_ask_for(office: Office) -> None:
    call_id = office.approved_call()
    browser = Browser(office.app).sign_in(office.director.login)
    page = browser.get(f"/registry/office/calls/{call_id}")
    before = stored(office)

    reply = browser.submit(page, "Vrátit do návrhu", approved_amount="1")

    assert reply.status == 422
    assert "„approved_amount“" in reply.errors()
    assert stored(office) == before
