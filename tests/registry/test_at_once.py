"""Clicks that come twice, late, or from two people at once."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.registry.models import Application, Audit, db

from .browser import Browser
from .office import Office, application, plan, problem_of, stored


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
    before = stored(office)

    office.registrar.put(f"/applications/{application_id}", body)

    assert stored(office) == before
    other = {**body, "title": "Jiný projekt"}
    reply = office.registrar.call("PUT", f"/applications/{application_id}", other)
    assert problem_of(reply) == (409, "id-reused")


def test_second_click_on_register_changes_nothing(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    version = office.director.get(f"/applications/{application_id}")["version"]
    path = f"/applications/{application_id}/registration"
    first = office.director.post(path, {"version": version})
    before = stored(office)

    second = office.director.post(path, {"version": version})

    assert second["application"]["number"] == first["application"]["number"] == "8/001"
    assert stored(office) == before


def test_two_people_at_once_register_once(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    office.delegate("register_application", office.assistant)
    path, seen = f"/applications/{application_id}/registration", office.seen(application_id)
    answers: list[int] = []

    def click(person: Any) -> None:
        answers.append(person.call("POST", path, seen).status_code)

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
        ("registration", {"version": 1}),
        ("refusal", {"reasons": ["Chybí příloha."]}),
        ("resubmission", {"channel": "email", "submitter_name": "x"}),
    ],
)
def test_registered_application_cannot_be_decided_again(
    office: Office, path: str, body: dict[str, Any]
) -> None:
    application_id = office.registered(office.open_call())
    office.delegate("register_application", office.assistant)
    before = stored(office)

    reply = office.assistant.call("POST", f"/applications/{application_id}/{path}", body)

    assert problem_of(reply) == (409, "act-not-allowed")
    assert stored(office) == before


def test_withdrawn_application_is_told_to_evaluation(office: Office) -> None:
    application_id = office.registered(office.open_call())

    path = f"/applications/{application_id}/withdrawal"
    office.registrar.post(path, {"reason": "Žadatel si to rozmyslel."})

    reply = office.as_service("evaluation", "GET", "/events?after=0")
    assert reply.get_json()["events"][-1]["kind"] == "application.withdrawn"
