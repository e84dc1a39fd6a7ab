"""The pages: every one of them opens for those who may see it, and says what it is for."""

from uuid import uuid4

import pytest

from .browser import Browser
from .office import Office, czk, prague


@pytest.fixture
def browser(office: Office) -> Browser:
    return Browser(office.app).sign_in(office.director.login)


def test_every_office_page_opens(office: Office, browser: Browser) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)
    waiting_id = office.submit(call_id)
    draft_id = office.draft_call(9)
    addresses = [
        "/office",
        "/office/calls",
        "/office/calls/new",
        f"/office/calls/{call_id}",
        f"/office/calls/{call_id}/announcement",
        f"/office/calls/{call_id}/presentation",
        f"/office/calls/{draft_id}",
        f"/office/calls/{draft_id}/plan",
        f"/office/calls/{draft_id}/discarding",
        f"/office/calls/{draft_id}/announcement",
        f"/office/calls/{draft_id}/recommendation",
        f"/office/calls/{draft_id}/fiches/new",
        f"/office/calls/{draft_id}/fiches/F3",
        f"/office/calls/{draft_id}/rule",
        f"/office/calls/{draft_id}/control-sheet",
        f"/office/calls/{call_id}/received-list",
        "/office/applications",
        f"/office/applications?call={call_id}&state=registered&sort=-requested&q=stezka",
        f"/office/applications/new/{call_id}",
        f"/office/applications/{application_id}",
        f"/office/applications/{application_id}/cover",
        f"/office/applications/{waiting_id}",
        f"/office/applications/{waiting_id}/edit",
        f"/office/applications/{waiting_id}/files",
        f"/office/applications/{waiting_id}/identity",
        f"/office/applications/{waiting_id}/preliminary-check",
        f"/office/applications/{waiting_id}/applicant-signature",
        f"/office/applications/{waiting_id}/control-sheet",
        f"/office/applications/{waiting_id}/registration",
        f"/office/applications/{waiting_id}/refusal",
        f"/office/applications/{waiting_id}/withdrawal",
        "/office/people",
        "/office/people/new",
        f"/office/people/{office.director.actor.person_id}",
        "/office/people/delegations",
        "/office/people/members",
        "/office/strategy",
        "/office/drawdown",
        "/office/settings",
        "/office/regulations",
        "/account",
    ]

    for address in addresses:
        page = browser.get(f"/registry{address}")
        assert page.status == 200, (address, page.text[:500])
        assert len(page.tree.xpath("//h1")) == 1, address
        assert page.tree.xpath("//p[@class='purpose']"), address


def test_public_pages_need_no_account(office: Office) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)
    office.move_to(prague(29, 5, 13))
    office.run_worker()
    list_id = uuid4()
    made = office.assistant.put(f"/received-lists/{list_id}", {"call_id": str(call_id)})
    office.documents.sign(made["received_list"]["document_id"], office.organisation_id)
    office.run_worker()
    office.assistant.post(f"/received-lists/{list_id}/publication")
    row = {
        "application_id": str(application_id),
        "points": "77",
        "outcome": "approved",
        "amount": czk(900_000),
        "reason": "Nejvíc bodů.",
    }
    results = {"resolution_number": "3/2026", "decided_on": "2026-05-29", "rows": [row]}
    reply = office.as_service("evaluation", "PUT", f"/calls/{call_id}/results/{uuid4()}", results)
    assert reply.status_code == 200, reply.get_data(as_text=True)
    regulation = office.director.get(f"/calls/{call_id}")["regulation_id"]
    visitor = Browser(office.app)

    for address in (
        "/mas/szk",
        "/mas/szk/vyzvy",
        "/mas/szk/vyzvy/8",
        "/mas/szk/vyzvy/8/prijate-zadosti",
        "/mas/szk/vyzvy/8/vysledky",
        f"/mas/szk/predpisy/{regulation}",
    ):
        page = visitor.get(f"/registry{address}")
        assert page.status == 200, (address, page.text[:500])
    assert "Částky fichí jsou smyšlené." in visitor.get("/registry/mas/szk/vyzvy/8").text
    assert visitor.get("/registry/").location == "/registry/mas/szk"
