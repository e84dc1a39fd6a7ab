"""The list of applications: the states that it shows can be chosen, summed and taken away."""

import csv
import io
from uuid import UUID, uuid4

import pytest

from .browser import Browser
from .office import Office, czk, expect, prague

LIST = "/registry/office/applications"


@pytest.fixture
def call_id(office: Office) -> UUID:
    call_id = office.open_call()
    office.submit(call_id, title="=1+1", requested=czk(100_000))
    office.registered(call_id, title="Stezka", requested=czk(200_000))
    approved = office.registered(call_id, title="Muzeum", requested=czk(300_000))
    entry = {
        "kind": "approved",
        "text": "Schváleno.",
        "actor_name": "Jana Malá",
        "happened_at": office.clock.now().isoformat(),
        "state": "approved",
    }
    path = f"/applications/{approved}/folder-entries/{uuid4()}"
    expect(office.as_service("evaluation", "PUT", path, entry), 200)
    return call_id


@pytest.mark.parametrize(
    ("state", "titles", "total"),
    [
        ("", {"=1+1", "Stezka", "Muzeum"}, "600 000 Kč"),
        ("received", {"=1+1"}, "100 000 Kč"),
        ("registered", {"Stezka"}, "200 000 Kč"),
        ("approved", {"Muzeum"}, "300 000 Kč"),
        ("withdrawn", set(), None),
    ],
)
def test_the_filter_follows_what_is_shown(
    office: Office, call_id: UUID, state: str, titles: set[str], total: str | None
) -> None:
    page = Browser(office.app).sign_in(office.director.login).get(f"{LIST}?state={state}")

    assert {a.text_content() for a in page.tree.xpath("//tbody//td[3]/a")} == titles
    feet = [" ".join(td.text_content().split()) for td in page.tree.xpath("//tfoot/tr/td[1]")]
    assert feet == ([total] if total else [])
    words = {
        (option.get("value"), option.text_content())
        for option in page.tree.xpath("//select[@name='state']/option")
    }
    assert {("approved", "schváleno"), ("registered", "zaregistrována")} <= words
    assert ("withdrawn", "stažena") in words


def test_the_file_has_what_the_filters_leave_and_no_formula(office: Office, call_id: UUID) -> None:
    director = Browser(office.app).sign_in(office.director.login)
    page = director.get(f"{LIST}?call={call_id}&sort=requested&page=1")
    (link,) = page.tree.xpath("//a[contains(@href, 'table.csv')]/@href")

    reply = director.get(link).reply

    rows = list(csv.reader(io.StringIO(reply.get_data().decode("utf-8-sig")), delimiter=";"))
    assert [row[2] for row in rows[1:]] == ["'=1+1", "Stezka", "Muzeum"]
    assert [row[4] for row in rows[1:]] == ["100000,00", "200000,00", "300000,00"]
    assert rows[3][6] == "schváleno"
    one = director.get(f"{LIST}/table.csv?state=received").reply.get_data().decode("utf-8-sig")
    assert len(one.splitlines()) == 2


def test_a_call_shows_as_decided_once_its_results_are_published(
    office: Office, call_id: UUID
) -> None:
    director = Browser(office.app).sign_in(office.director.login)
    office.move_to(prague(1, 6))
    office.run_worker()
    assert "příjem ukončen" in director.get(f"/registry/office/calls/{call_id}").text

    results = {"resolution_number": "3/2026", "decided_on": "2026-05-29", "rows": []}
    path = f"/calls/{call_id}/results/{uuid4()}"
    expect(office.as_service("evaluation", "PUT", path, results), 200)

    for address in (f"/calls/{call_id}", "/calls", ""):
        assert "rozhodnuto" in director.get(f"/registry/office{address}").text, address


def test_what_is_undecided_after_the_close_is_warned_of_with_its_day(
    office: Office, call_id: UUID
) -> None:
    director = Browser(office.app).sign_in(office.director.login)
    address = f"/registry/office/calls/{call_id}"
    assert "Po uzávěrce zbývá" not in director.get(address).text

    office.move_to(prague(1, 6))

    page = director.get(address)
    assert "Po uzávěrce zbývá 1 žádost" in page.text
    assert "má být zveřejněný do 5. června 2026" in page.text
    assert "5. 6. 2026" in director.get("/registry/office").text
