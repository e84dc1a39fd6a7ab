"""The form of an application: nothing chosen beforehand, every fault said at once."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from .browser import Browser, Page
from .office import Office, application, prague

BUTTON = "Přijmout žádost"
VALUES = {
    "fiche": "F3",
    "title": "Naučná stezka",
    "place": "Kovářská",
    "requested": "900 000",
    "applicant_name": "Obec Kovářská",
    "applicant_kind": "municipality",
    "ic": "00262978",
    "municipality": "Kovářská",
    "submitter_name": "Petr Novák",
}


@pytest.fixture
def call_id(office: Office) -> UUID:
    return office.open_call()


@pytest.fixture
def clerk(office: Office) -> Browser:
    return Browser(office.app).sign_in(office.assistant.login)


def send(clerk: Browser, call_id: UUID, **changes: Any) -> Page:
    page = clerk.get(f"/registry/office/applications/new/{call_id}")
    return clerk.submit(page, BUTTON, **{**VALUES, **changes})


def at_field(page: Page, name: str) -> str:
    found = page.tree.xpath(f"//*[@id='{name}-hint']//*[@class='field-error']")
    return " ".join(" ".join(item.text_content().split()) for item in found)


def test_neither_fiche_nor_kind_is_chosen_beforehand(call_id: UUID, clerk: Browser) -> None:
    page = clerk.get(f"/registry/office/applications/new/{call_id}")
    shown = page.values(BUTTON)

    refused = send(clerk, call_id, fiche="", applicant_kind="")

    assert (shown["fiche"], shown["applicant_kind"]) == ("", "")
    assert refused.status == 422
    assert at_field(refused, "fiche") == at_field(refused, "applicant_kind") != ""


def test_what_the_hint_demands_is_not_called_optional(
    office: Office, call_id: UUID, clerk: Browser
) -> None:
    def label(page: Page, name: str) -> str:
        (found,) = page.tree.xpath(f"//label[@for='{name}']")
        return str(found.text_content())

    form = clerk.get(f"/registry/office/applications/new/{call_id}")
    plan = clerk.get(f"/registry/office/calls/{office.draft_call(9)}/plan")

    assert "nepovinné" in label(form, "email") and "nepovinné" in label(plan, "note")
    assert "nepovinné" not in label(form, "ic") + label(plan, "intake_place")
    assert plan.text.count("Nutné k vyhlášení.") == 6


def test_every_fault_is_said_at_once_and_at_its_field(
    office: Office, call_id: UUID, clerk: Browser
) -> None:
    wrong = {
        "ic": "00262979",
        "data_box_id": "abcdefg",
        "email": "x@y",
        "requested": "0",
        "place_code": "12",
    }
    refused = send(clerk, call_id, **wrong)

    assert refused.status == 422
    for name in wrong:
        assert at_field(refused, name), name
        assert refused.tree.xpath(f"//*[@class='error-summary']//a[@href='#{name}']"), name
    assert refused.values(BUTTON)["title"] == "Naučná stezka"
    assert office.director.get(f"/calls/{call_id}/applications")["total"] == 0


def test_the_api_says_every_fault_at_once(office: Office, call_id: UUID) -> None:
    body = application(call_id)
    body["applicant"] |= {"ic": "3", "founder_ic": "2", "email": "x@y"}

    reply = office.registrar.call("PUT", f"/applications/{uuid4()}", body)

    assert reply.status_code == 422
    assert [row["field"] for row in reply.get_json()["errors"]] == ["ic", "founder_ic", "email"]


@pytest.mark.parametrize(("kind", "status"), [("municipality", 422), ("person", 303)])
def test_only_a_natural_person_may_have_no_ic(
    call_id: UUID, clerk: Browser, kind: str, status: int
) -> None:
    reply = send(clerk, call_id, ic="", applicant_kind=kind)

    assert reply.status == status
    if status == 422:
        assert at_field(reply, "ic") == "Doplňte IČO žadatele."


def test_more_than_the_fiche_has_asks_for_a_confirmation_and_refuses_nothing(
    call_id: UUID, clerk: Browser
) -> None:
    asked = send(clerk, call_id, requested="9 000 000")
    done = clerk.submit(asked, BUTTON, is_amount_right="y")

    assert asked.status == 422
    assert "Fiche F3 má ve výzvě jen 1 000 000 Kč" in at_field(asked, "requested").replace(
        "\xa0", " "
    )
    assert done.status == 303, done.errors()


def test_the_applicant_is_prefilled_from_his_last_application(
    office: Office, call_id: UUID, clerk: Browser
) -> None:
    office.submit(call_id)
    address = f"/registry/office/applications/new/{call_id}"

    known = clerk.get(f"{address}?known_ic=262978").values(BUTTON)
    unknown = clerk.get(f"{address}?known_ic=27082440")
    wrong = clerk.get(f"{address}?known_ic=3")

    assert known["applicant_name"] == "Obec Kovářská"
    assert known["applicant_kind"] == "municipality"
    assert known["data_box_id"] == "vqbab52"
    assert (known["title"], known["requested"]) == ("", "")
    assert "zatím nikdo nežádal" in unknown.text
    assert unknown.values(BUTTON)["ic"] == "27082440"
    assert "není správné" in wrong.text


def test_a_foreign_applicant_is_not_prefilled(
    office: Office, call_id: UUID, found: Any, clerk: Browser
) -> None:
    office.submit(call_id)
    found("jina")
    foreign = Office(office.app, office.clock, office.documents, "jina")
    foreign.hire_everybody()
    theirs = Browser(office.app).sign_in(foreign.director.login)
    office.move_to(prague(7, 5, 10))
    other = foreign.open_call()

    page = theirs.get(f"/registry/office/applications/new/{other}?known_ic=262978")

    assert page.status == 200
    assert page.values(BUTTON)["applicant_name"] == ""


def test_receiving_is_offered_only_while_the_intake_runs(office: Office) -> None:
    call_id = office.published_call()
    clerk = Browser(office.app).sign_in(office.assistant.login)
    address = f"/registry/office/calls/{call_id}"

    def offered() -> bool:
        return BUTTON in [a.text_content() for a in clerk.get(address).tree.xpath("//a")]

    assert not offered()
    office.move_to(prague(20, 5, 10))
    assert offered()
    office.move_to(prague(29, 5, 12, 1))
    assert not offered()
    assert (
        "Příjem žádostí teď neběží"
        in clerk.get(f"/registry/office/applications/new/{call_id}").text
    )


def test_a_call_number_that_is_taken_is_said_at_the_field(office: Office, clerk: Browser) -> None:
    office.draft_call(8)
    page = clerk.get("/registry/office/calls/new")

    refused = clerk.submit(page, "Založit výzvu", number="8", title="Osmá")

    assert refused.status == 409
    assert at_field(refused, "number") == "Výzva č. 8 už existuje. Zvolte jiné číslo."
