"""An application is taken back before its result, never after it (A26)."""

from uuid import uuid4

from .browser import Browser
from .office import Office, czk, expect, prague, problem_of

BUTTON = "Zaznamenat stažení žádosti"


def test_nothing_is_withdrawn_after_its_result_was_published(office: Office) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)
    office.move_to(prague(1, 6))
    row = {
        "application_id": str(application_id),
        "points": "77",
        "outcome": "approved",
        "amount": czk(900_000),
        "reason": "",
    }
    results = {"resolution_number": "3/2026", "decided_on": "2026-05-29", "rows": [row]}
    reply = office.as_service("evaluation", "PUT", f"/calls/{call_id}/results/{uuid4()}", results)
    expect(reply, 200)

    path = f"/applications/{application_id}/withdrawal"
    refused = office.registrar.call("POST", path, {"reason": "Rozmyslel se."})

    assert problem_of(refused) == (409, "decided-already")
    clerk = Browser(office.app).sign_in(office.registrar.login)
    page = clerk.get(f"/registry/office{path}")
    assert "schváleno" in page.text and not page.tree.xpath("//textarea")
    assert BUTTON not in clerk.get(f"/registry/office/applications/{application_id}").text


def test_a_withdrawal_says_what_it_causes_and_asks_for_a_confirmation(office: Office) -> None:
    application_id = office.registered(office.open_call())
    clerk = Browser(office.app).sign_in(office.registrar.login)
    page = clerk.get(f"/registry/office/applications/{application_id}/withdrawal")

    hasty = clerk.submit(page, BUTTON, reason="Rozmyslel se.")
    done = clerk.submit(page, BUTTON, reason="Rozmyslel se.", is_sure="y")

    assert "Hodnocení případ uzavře" in page.text
    assert hasty.status == 422 and "Potvrďte" in hasty.errors()
    assert done.status == 303
