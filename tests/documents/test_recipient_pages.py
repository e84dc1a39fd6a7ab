"""Pages of the register of recipients: looking, asking, choosing, and leaving the data box."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.documents.conftest import NO_PAID, TOWN, Simulator
from tests.documents.directory_office import (
    NOBODY,
    NOVAK,
    WHY,
    act,
    add_box,
    delivery_of,
    issue,
    open_directory_office,
    the_one,
)
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    STRANGER,
    Office,
)


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Office]:
    yield open_directory_office(simulator, tmp_path, database_url)


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found, page
    return found[1]


def test_the_empty_register_says_why_it_is_empty(office: Office) -> None:
    browser = office.browser(DIRECTOR)

    assert "Adresáti se zapisují sami" in browser.get("/recipients").text
    assert "Výběru neodpovídá žádný" in browser.get("/recipients?outcome=usable").text
    assert browser.get("/recipients?outcome=nonsense&sort=-box&page=7").status_code == 200


def test_the_register_is_listed_filtered_and_saved(sender: Office) -> None:
    issue(sender, ic="00254398")
    issue(sender, name=NOBODY)
    browser = sender.browser(AUDITOR)

    everybody = browser.get("/recipients?sort=-name").text
    with_box = browser.get("/recipients?outcome=usable").text
    reply = browser.get("/recipients.csv?q=bezschr")

    assert everybody.index(NOBODY) < everybody.index("Obec Abertamy")
    assert (NOBODY in with_box, TOWN in with_box) == (False, True)
    rows = list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";"))
    assert [row[:1] for row in rows] == [["Adresát"], [NOBODY]]
    assert rows[1][3] == "nemá datovou schránku"
    assert "Zapsat adresáta" not in everybody  # an auditor only looks
    assert "Zapsat adresáta" in sender.browser(ASSISTANT).get("/recipients").text


def test_one_recipient_shows_box_answers_letters_and_history(sender: Office) -> None:
    made = issue(sender, ic="00254398")
    address = f"/recipients/{the_one(sender)['id']}"

    page = sender.browser(AUDITOR).get(address).text

    for shown in (TOWN, "nalezená podle IČO", "orgán veřejné moci", made["number"], "Odpověď ISDS"):
        assert shown in page
    assert "Zeptat se ISDS teď" not in page
    assert sender.browser(CONTROLLER).get(address).status_code == 403
    assert sender.browser(STRANGER).get(address).status_code == 404
    delivery = sender.browser(AUDITOR).get(f"/deliveries/{delivery_of(sender, made)['id']}").text
    assert address in delivery


def test_a_person_chooses_the_box_on_the_page(sender: Office, simulator: Simulator) -> None:
    made = issue(sender, name="Jan Novák")
    browser, address = sender.browser(DIRECTOR), f"/recipients/{the_one(sender)['id']}"
    page = browser.get(address).text
    body = {"box_id": NOVAK[0], "version": version_in(page)}

    unexplained = browser.post(f"{address}/choice", data={**body, "reason": "ano"})
    unchosen = browser.post(f"{address}/choice", data={**body, "box_id": "", "reason": WHY})
    done = browser.post(f"{address}/choice", data={**body, "reason": WHY})
    again = browser.post(f"{address}/choice", data={**body, "reason": WHY})
    sender.work(2)

    assert "Abertamy" in page
    assert "Praha" in page
    assert (unexplained.status_code, "aspoň 5 znaků" in unexplained.text) == (422, True)
    assert (unchosen.status_code, done.status_code, again.status_code) == (422, 303, 422)
    assert delivery_of(sender, made)["state"] == "sent"
    assert WHY in browser.get(address).text


@pytest.mark.parametrize("kinds", [("OVM_PFO", "PFO"), ("PO", "PFO"), ("OVM", "PO")])
@pytest.mark.parametrize("chosen", [0, 1])
def test_a_person_chooses_between_open_boxes_of_two_kinds(
    sender: Office, simulator: Simulator, kinds: tuple[str, str], chosen: int
) -> None:
    """An executor's office and his business have one IČO, other rules and other prices."""
    boxes = ("9nqab6b", "xhzkdqv")
    for box, kind in zip(boxes, kinds, strict=True):
        add_box(simulator, box, f"JUDr. Dvojí {kind}", ic="26000001", type=kind)

    made = issue(sender, ic="26000001")
    assert delivery_of(sender, made)["reason"] == "ambiguous"
    assert simulator.messages() == []
    browser, address = sender.browser(DIRECTOR), f"/recipients/{the_one(sender)['id']}"
    assert "Vybrat datovou schránku adresáta" in browser.get("/").text
    page = browser.get(address).text
    assert all(box in page for box in boxes)
    body = {"box_id": boxes[chosen], "version": version_in(page), "reason": WHY}
    assert browser.post(f"{address}/choice", data=body).status_code == 303
    sender.work(2)

    assert [one["recipient_id"] for one in simulator.messages()] == [boxes[chosen]]


def test_a_person_says_that_none_of_them_is_it(sender: Office) -> None:
    issue(sender, name="Jan Novák")
    browser, address = sender.browser(DIRECTOR), f"/recipients/{the_one(sender)['id']}"
    body = {"version": version_in(browser.get(address).text)}

    unexplained = browser.post(f"{address}/denial", data=body)
    done = browser.post(f"{address}/denial", data={**body, "reason": WHY})
    sender.work(2)

    assert (unexplained.status_code, done.status_code) == (422, 303)
    page = browser.get(address).text
    assert "nemá datovou schránku" in page
    assert "Která schránka to je" not in page


def test_isds_is_asked_at_a_click(sender: Office, simulator: Simulator) -> None:
    issue(sender, ic="00254398")
    browser, address = sender.browser(DIRECTOR), f"/recipients/{the_one(sender)['id']}"
    simulator.control("POST", f"/boxes/{TOWN}/state", {"state": 4})

    asked = browser.post(f"{address}/question")
    meanwhile = browser.get(address).text
    sender.work()

    assert asked.status_code == 303
    assert "Výzva se právě ptá ISDS" in meanwhile
    assert "schránka zprávy nepřijímá" in browser.get(address).text


def test_a_recipient_is_entered_and_completed_by_form(sender: Office) -> None:
    browser, key = sender.browser(ASSISTANT), str(uuid4())
    entry: dict[str, Any] = {
        "recipient_id": key,
        "name": " Obec  Abertamy ",
        "address": "Farní 2\n",
    }

    bad = browser.post("/recipients/new", data={**entry, "ic": "nevím"})
    made = browser.post("/recipients/new", data={**entry, "ic": "254398"})
    twice = browser.post("/recipients/new", data={**entry, "ic": "254398"})
    twin = browser.post("/recipients/new", data={**entry, "recipient_id": str(uuid4())})
    sender.work()
    page = browser.get(f"/recipients/{key}/edit").text
    completed = {**entry, "ic": "00254398", "box_id": TOWN.upper(), "version": version_in(page)}
    wrong = browser.post(f"/recipients/{key}/edit", data={**completed, "box_id": "abcdefg"})
    done = browser.post(f"/recipients/{key}/edit", data=completed)
    stale = browser.post(f"/recipients/{key}/edit", data={**completed, "name": "Jinak"})

    assert (bad.status_code, "nejvýš osm číslic" in bad.text) == (422, True)
    assert (made.status_code, twice.status_code, twin.status_code) == (303, 303, 303)
    assert (wrong.status_code, done.status_code, stale.status_code) == (422, 303, 409)
    sender.work()
    assert "vybraná nebo zadaná člověkem" in browser.get(f"/recipients/{key}").text


def test_the_data_box_is_left_on_a_page_of_its_own(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "1214"}, times=1)
    found = delivery_of(sender, issue(sender, box=TOWN))
    browser, address = sender.browser(DIRECTOR), f"/deliveries/{found['id']}"
    before = browser.get(address).text
    page = browser.get(f"{address}/channel").text
    body = {"to": "in_person", "version": version_in(page)}

    unexplained = browser.post(f"{address}/channel", data=body)
    done = browser.post(f"{address}/channel", data={**body, "reason": "Přijde si osobně."})
    after = browser.get(address).text

    assert f"{address}/channel" in before
    assert "Zapsat podání na poště" not in before
    assert (unexplained.status_code, done.status_code) == (422, 303)
    assert "Zapsat osobní předání" in after
    assert f"{address}/channel" not in after
    assert "Způsob doručení změněn" in after


def test_a_delivery_says_why_paper_is_closed(sender: Office) -> None:
    made = issue(sender, name=NOBODY)
    address = f"/deliveries/{delivery_of(sender, made)['id']}"
    browser = sender.browser(DIRECTOR)
    opened = browser.get(address).text
    act(sender, the_one(sender), "question")
    sender.clock.move_to(sender.clock.now().replace(year=sender.clock.now().year + 1))

    closed = browser.get(address).text

    assert "Stáhnout dokument k vytištění" in opened
    assert "Nejdřív se zeptejte ISDS" not in opened
    assert "Stáhnout dokument k vytištění" not in closed
    assert "Nejdřív se zeptejte ISDS" in closed


@pytest.mark.parametrize(
    ("told", "box"),
    [
        pytest.param({"box": NO_PAID, "name": "Jan Novák"}, NO_PAID, id="by its box"),
        pytest.param({"ic": "99999999", "name": NOBODY}, None, id="by the number"),
    ],
)
def test_who_takes_no_paid_messages_is_not_said_to_have_no_box(
    sender: Office, simulator: Simulator, told: dict[str, str], box: str | None
) -> None:
    """ISDS answers 0009 and shows no holder."""
    simulator.fault("status", "FindDataBox2", params={"code": "0009"})

    made = issue(sender, **told)

    found, one = delivery_of(sender, made), the_one(sender)
    browser = sender.browser(DIRECTOR)
    page = browser.get(f"/deliveries/{found['id']}").text
    assert (found["state"], found["reason"]) == ("needs_person", "box_unusable")
    assert (one["outcome"], one["box_id"]) == ("unusable", box)
    assert "Datová schránka adresáta zprávu nepřijme." in page
    assert "nemá datovou schránku" not in page
    assert "schránka zprávy nepřijímá" in browser.get(f"/recipients/{one['id']}").text
    assert simulator.messages() == []
