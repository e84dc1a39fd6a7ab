"""Lists of calls, people, delegations, members and of what is published: nothing is cut off."""

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.registry.web import office_lists, people, public
from services.registry.web import public_lists as published
from shared.web.tables import Listing

from .browser import Browser, Page
from .office import Office, czk, expect, prague

HOME = "/registry/office"


def column(page: Page, number: int) -> list[str]:
    cells = page.tree.xpath(f"//tbody/tr/td[{number}]")
    return [" ".join(cell.text_content().split()) for cell in cells]


def counted(page: Page) -> str:
    (found,) = page.tree.xpath("//nav[@class='pager']/span")
    return str(found.text_content())


def two_on_a_page(listing: Listing) -> Listing:
    return replace(listing, page_size=2)


def test_people_are_found_by_role_name_and_state(office: Office) -> None:
    director = Browser(office.app).sign_in(office.director.login)

    assert "szk.prijem" in column(director.get(f"{HOME}/people"), 4)
    assert column(director.get(f"{HOME}/people?role=evaluator"), 1) == ["Hodnotitel"]
    assert column(director.get(f"{HOME}/people?q=prijem"), 4) == ["szk.prijem"]
    names = column(director.get(f"{HOME}/people?sort=-name"), 1)
    assert names == sorted(names, reverse=True)
    nobody = director.get(f"{HOME}/people?state=ended")
    assert "Tomuto výběru nikdo neodpovídá." in nobody.text


def test_a_button_leads_back_to_its_page_of_members(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "MEMBERS", two_on_a_page(office_lists.MEMBERS))
    for name in "abcde":
        body = {"name": f"Člen {name}", "email": f"{name}@clen.cz"}
        office.director.put(f"/members/{uuid4()}", body)
    director = Browser(office.app).sign_in(office.director.login)
    second = director.get(f"{HOME}/people/members?page=2")
    assert (column(second, 1), counted(second)) == (["Člen c", "Člen d"], "3–4 z 5")

    left = director.submit(second, "Neposílat")

    back = director.follow(left)
    assert column(back, 1) == ["Člen c", "Člen d"]
    assert column(director.get(f"{HOME}/people/members?state=ended"), 1) == ["Člen c"]


def test_delegations_are_told_apart_by_whether_they_live(office: Office) -> None:
    office.delegate("register_application", office.assistant)
    over = office.delegate("announce_call", office.registrar)
    office.director.post(f"/delegations/{over}/revocation")
    director = Browser(office.app).sign_in(office.director.login)
    path = f"{HOME}/people/delegations"

    assert column(director.get(f"{path}?sort=who"), 1) == ["Asistentka", "Prijem"]
    assert column(director.get(f"{path}?state=active"), 1) == ["Asistentka"]
    assert column(director.get(f"{path}?state=ended"), 1) == ["Prijem"]
    assert column(director.get(f"{path}?what=announce_call"), 1) == ["Prijem"]


def test_a_delegation_revoked_meanwhile_is_told_on_the_list(office: Office) -> None:
    delegation = office.delegate("register_application", office.assistant)
    director = Browser(office.app).sign_in(office.director.login)
    old = director.get(f"{HOME}/people/delegations?state=active")
    office.director.post(f"/delegations/{delegation}/revocation")

    late = director.submit(old, "Odvolat")

    assert late.location == f"{HOME}/people/delegations?page=1&state=active"
    (said,) = director.follow(late).tree.find_class("notice-error")
    assert "odvoláno už od" in said.text_content()


@pytest.fixture
def decided(office: Office) -> UUID:
    """A call with three registered projects, its results, and a draft of another call."""
    call_id = office.open_call()
    points = {"Stezka": "9.5", "Muzeum": "88", "Lávka": "70"}
    ids = {title: office.registered(call_id, title=title) for title in points}
    office.draft_call(9)
    office.move_to(prague(29, 5, 13))
    office.run_worker()
    rows = [
        {
            "application_id": str(ids[title]),
            "points": points[title],
            "outcome": "rejected" if title == "Stezka" else "approved",
            "amount": czk(0 if title == "Stezka" else 100_000),
            "reason": "=1+1",
        }
        for title in ("Muzeum", "Stezka", "Lávka")
    ]
    results: dict[str, Any] = {"resolution_number": "3", "decided_on": "2026-05-29", "rows": rows}
    path = f"/calls/{call_id}/results/{uuid4()}"
    expect(office.as_service("evaluation", "PUT", path, results), 200)
    return call_id


def test_calls_are_found_by_the_state_that_is_shown(office: Office, decided: UUID) -> None:
    director = Browser(office.app).sign_in(office.director.login)

    assert column(director.get(f"{HOME}/calls"), 1) == ["9. výzva", "8. výzva"]
    assert column(director.get(f"{HOME}/calls?state=decided"), 1) == ["8. výzva"]
    assert column(director.get(f"{HOME}/calls?state=draft"), 1) == ["9. výzva"]
    closed = director.get(f"{HOME}/calls?state=closed")
    assert "Tomuto výběru neodpovídá žádná výzva." in closed.text


def test_published_results_can_be_sorted_filtered_and_taken_away(
    office: Office, decided: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, visitor = "/registry/mas/szk/vyzvy/8/vysledky", Browser(office.app)
    assert column(visitor.get(path), 3) == ["Muzeum", "Stezka", "Lávka"], "as it was resolved"
    assert column(visitor.get(f"{path}?sort=points"), 3) == ["Stezka", "Lávka", "Muzeum"]
    one = visitor.get(f"{path}?outcome=approved&sort=title")
    assert column(one, 3) == ["Lávka", "Muzeum"]

    (link,) = one.tree.xpath("//a[contains(@href, '.csv')]/@href")
    text = visitor.get(link).reply.get_data().decode("utf-8-sig")

    table = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[2] for row in table[1:]] == ["Lávka", "Muzeum"]
    assert table[1][4:] == ["70", "schválen", "100000,00", "'=1+1"]
    monkeypatch.setattr(
        public, "result_list", lambda lines: two_on_a_page(published.result_list(lines))
    )
    assert counted(visitor.get(f"{path}?page=2")) == "3–3 z 3"


def test_the_received_list_is_paged_in_its_own_order(
    office: Office, decided: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_id = uuid4()
    office.assistant.put(f"/received-lists/{list_id}", {"call_id": str(decided)})
    made = office.assistant.get(f"/calls/{decided}/received-list")
    office.documents.sign(made["document_id"], office.organisation_id)
    office.run_worker()
    office.assistant.post(f"/received-lists/{list_id}/publication")
    path, visitor = "/registry/mas/szk/vyzvy/8/prijate-zadosti", Browser(office.app)

    assert column(visitor.get(path), 3) == ["Stezka", "Muzeum", "Lávka"], "as they came"
    assert column(visitor.get(f"{path}?sort=title"), 3) == ["Lávka", "Muzeum", "Stezka"]
    assert column(visitor.get(f"{path}?q=muz"), 3) == ["Muzeum"]
    monkeypatch.setattr(
        public, "received_list", lambda rows: two_on_a_page(published.received_list(rows))
    )
    assert counted(visitor.get(f"{path}?page=2")) == "3–3 z 3"
