"""The pages: languages, long lists, playing the recipient, proofs, faults, clock, calls."""

import re
from collections.abc import Iterator
from typing import Any

import html5lib
import pytest
from asn1crypto import cms
from flask.testing import FlaskClient

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.current import EXTENSION

from .conftest import BOXES, FARMER, MAS, TOWN
from .wire import PDF
from .world import fill

pytestmark = pytest.mark.one_database

PATHS = ("/", f"/boxes/{FARMER}", "/messages", "/faults", "/clock", "/calls")


class Browser:
    """A person who reads pages and sends their forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def read(self, path: str, status: int = 200, **headers: str) -> str:
        reply = self.client.get(path, headers=headers)
        assert reply.status_code == status, reply.text
        html5lib.HTMLParser(strict=True).parse(reply.text)
        return reply.text

    def send(self, page: str, action: str, status: int = 200, **form: str) -> str:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read(page))
        assert token is not None
        data = {"csrf_token": token[1], **form}
        reply = self.client.post(action, data=data, follow_redirects=True)
        assert reply.status_code == status, reply.text
        html5lib.HTMLParser(strict=True).parse(reply.text)
        return reply.text


@pytest.fixture
def browser(settings: SimulatorSettings) -> Iterator[Browser]:
    app = create_app(settings)
    client = app.test_client()
    for box in BOXES:
        client.post("/control/boxes", json=box)
    fill(app.extensions[EXTENSION], TOWN, 60, boxes=30)
    yield Browser(client)


def messages_of(browser: Browser, **query: str) -> Any:
    reply = browser.client.get("/control/messages", query_string=query).json
    assert reply is not None
    return reply["messages"]


@pytest.mark.parametrize(
    ("chosen", "accept", "lang", "words"),
    [
        ("", "", "cs", ("Datové schránky", "Čeká na přihlášení", "přístupná")),
        ("", "en", "en", ("Data boxes", "Awaits signing in", "open")),
        ("de", "en", "de", ("Datenboxen", "Wartet auf Anmeldung", "zugänglich")),
        ("xx", "", "cs", ("Datové schránky",)),
    ],
)
def test_pages_follow_the_language(
    browser: Browser, chosen: str, accept: str, lang: str, words: tuple[str, ...]
) -> None:
    if chosen:
        browser.client.set_cookie("vyzva_lang", chosen)

    pages = [browser.read(path, **{"Accept-Language": accept}) for path in PATHS]

    assert all(f'<html lang="{lang}">' in page for page in pages)
    for text in words:
        assert text in pages[0]


@pytest.mark.parametrize("path", PATHS)
def test_pages_take_nothing_from_elsewhere(browser: Browser, path: str) -> None:
    text = browser.read(path)

    assert "<script" not in text and " style=" not in text
    assert not re.search(r'(src|href|action)="(https?:)?//', text)


def test_boxes_are_searched_sorted_and_paged(browser: Browser) -> None:
    first = browser.read("/?order=id")
    assert "1–25 z 34" in first and 'rel="next"' in first and 'rel="prev"' not in first
    second = browser.read("/?order=id&page=2")
    assert "26–34 z 34" in second and 'rel="prev"' in second
    ids = re.findall(r'href="/boxes/([a-z0-9]{7})"', first + second)
    assert ids == sorted(ids) and len(set(ids)) == 34

    found = browser.read("/?q=MESTO+kad")
    assert "Město Kadaň" in found and "Karel Pole" not in found
    assert "žádná schránka neodpovídá" in browser.read("/?q=neexistuje")


def test_messages_are_searched_filtered_sorted_and_paged(browser: Browser) -> None:
    newest = browser.read("/messages")
    assert "1–25 z 60" in newest
    numbers = re.findall(r'href="/messages/(\d+)"', newest)
    assert numbers == sorted(numbers, reverse=True)
    oldest = re.findall(r'href="/messages/(\d+)"', browser.read("/messages?order=oldest"))
    assert oldest == sorted(oldest) and oldest[0] < numbers[-1]

    assert "1–15 z 15" in browser.read("/messages?q=vyrozumeni")
    assert "1–1 z 1" in browser.read("/messages?q=MAS-2026-000007")
    assert "Takovou zprávu simulátor nemá" in browser.read("/messages?state=3")
    assert "1–2 z 2" in browser.read(
        f"/messages?recipient={messages_of(browser)[0]['recipient_id']}"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/?page=0",
        "/?page=x&order=evil",
        "/?q=%22%22%22*(AND",
        "/messages?page=999999999&order=1;drop",
        "/messages?state=99&q=%00%27",
        "/messages?q=NEAR(a+b)&sender=%27",
        "/calls?page=-1",
    ],
)
def test_odd_questions_get_a_page(browser: Browser, path: str) -> None:
    browser.read(path)


@pytest.mark.parametrize("path", ["/boxes/aaaaaaa", "/messages/1", "/messages/1/sent.zfo", "/x"])
def test_a_page_of_nothing_is_not_found(browser: Browser, path: str) -> None:
    assert browser.client.get(path).status_code == 404


def test_a_person_plays_the_recipient(browser: Browser) -> None:
    message = messages_of(browser)[0]
    box, page = f"/boxes/{message['recipient_id']}", f"/messages/{message['id']}"

    delivered = browser.send(box, f"{box}/login", event="EV12")
    assert "Přihlášením se doručily 2 zprávy." in delivered
    assert "EV12" in browser.read(page)

    read = browser.send(page, f"{page}/reading")
    assert "přečtená" in read and "odesilatel vidí: doručená přihlášením" in read
    again = browser.send(box, f"{page}/closure")
    assert "Nedoručitelná může být jen zpráva, která čeká." in again
    browser.send(box, f"{box}/login", status=400, event="EV99")


def test_a_box_is_closed_paid_for_and_closed_after_the_fact(browser: Browser) -> None:
    recipient = messages_of(browser)[1]["recipient_id"]
    box = f"/boxes/{recipient}"

    assert "Schránka je teď dočasně znepřístupněná." in browser.send(box, f"{box}/state/2")
    assert "12\u202f345,00" in browser.send(box, f"{box}/credit", crowns="12345")
    assert "celé koruny" in browser.send(box, f"{box}/credit", crowns="-5")
    closed = browser.send(box, f"{box}/closure")

    assert "nedoručitelné jsou 2 zprávy" in closed and "trvale znepřístupněná" in closed
    assert browser.client.post(f"{box}/state/9").status_code in {400, 404}


def test_the_part_of_the_pages_is_marked_inside_it_too(browser: Browser) -> None:
    box, message = f"/boxes/{FARMER}", f"/messages/{messages_of(browser)[0]['id']}"
    marked = {page: browser.read(page) for page in ("/", box, "/messages", message)}

    assert 'href="/" aria-current="page"' in marked["/"]
    assert 'href="/" aria-current="true"' in marked[box]
    assert 'href="/messages" aria-current="page"' in marked["/messages"]
    assert 'href="/messages" aria-current="true"' in marked[message]


def test_a_foreign_form_is_refused(browser: Browser) -> None:
    reply = browser.client.post(f"/boxes/{TOWN}/state/2")

    assert reply.status_code == 400
    assert browser.client.get(f"/control/boxes/{TOWN}").json["state"] == 1  # type: ignore[index]


def test_proofs_and_files_are_downloaded(browser: Browser) -> None:
    message = messages_of(browser)[0]
    page = f"/messages/{message['id']}"
    assert "received.zfo" not in browser.read(page)
    assert browser.client.get(f"{page}/received.zfo").status_code == 404
    browser.client.post(f"/control/boxes/{message['recipient_id']}/recipient-login", json={})

    assert "received.zfo" in browser.read(page)
    for kind in ("sent", "received", "delivery"):
        reply = browser.client.get(f"{page}/{kind}.zfo")
        content = cms.ContentInfo.load(reply.data)["content"]["encap_content_info"]["content"]
        assert message["id"].encode() in content.native
        assert reply.headers["Content-Disposition"].startswith("attachment")
    file = browser.client.get(f"{page}/files/0")
    assert file.data.startswith(PDF[:8]) and file.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.client.get(f"{page}/files/1").status_code == 404

    browser.client.post("/control/clock", json={"advance_seconds": 4 * 366 * 86400})
    assert "Obsah je po lhůtě smazaný" in browser.read(page)
    assert browser.client.get(f"{page}/sent.zfo").status_code == 404
    assert browser.client.get(f"{page}/delivery.zfo").status_code == 200


def test_a_fault_is_set_and_taken_back_by_a_form(browser: Browser) -> None:
    form = {
        "kind": "status",
        "operation": "CreateMessage",
        "params": "code=0005\nwhen=after",
        "times": "3",
        "every": "2",
        "box_id": MAS,
    }
    page = browser.send("/faults", "/faults", **form)

    assert "Porucha status je nastavená." in page and "při každém 2. volání, zbývá 3×" in page
    (fault,) = browser.client.get("/control/faults").json["faults"]  # type: ignore[index]
    assert fault["params"] == {"code": "0005", "when": "after"}
    assert "Porucha je vypnutá." in browser.send("/faults", f"/faults/{fault['id']}/clearing")
    browser.send("/faults", "/faults", kind="slow", operation="*", params="seconds=0.5")
    assert "Všechny poruchy jsou vypnuté." in browser.send("/faults", "/faults/clearing")


def test_a_wrong_fault_says_what_is_wrong_and_keeps_the_form(browser: Browser) -> None:
    form = {"kind": "delay", "operation": "DummyOperation", "params": "second=1", "times": "x"}

    page = browser.send("/faults", "/faults", status=422, **form)

    assert "Porucha není nastavená." in page and "times" in page
    assert "second=1</textarea>" in page
    assert '<option value="delay" selected>' in page
    assert '<option value="DummyOperation" selected>' in page


def test_the_clock_is_set_by_forms(browser: Browser) -> None:
    def clock() -> Any:
        return browser.client.get("/control/clock").json

    browser.send("/clock", "/clock", now="2030-07-01T12:00:00")
    browser.send("/clock", "/clock", speed="0")
    assert clock()["now"].startswith("2030-07-01T10:00:0")
    browser.send("/clock", "/clock", jump="eleven_days")
    assert clock()["now"].startswith("2030-07-12T10:00:0") and clock()["stopped"]
    assert "hodiny stojí" in browser.read("/")
    assert "od 1. 1. 2010" in browser.send("/clock", "/clock", status=422, now="1999-01-01T00:00")
    assert "od 1. 1. 2010" in browser.send("/clock", "/clock", status=422, now="soon")
    browser.send("/clock", "/clock", reset="1")
    assert clock()["offset_seconds"] == 0


def test_the_scenario_and_the_calls_are_shown(browser: Browser) -> None:
    steps = [{"at": "+1h", "do": "login", "box": FARMER}]
    browser.client.post("/control/scenario", json={"steps": steps})
    browser.client.post("/DS/dz", data=b"noise", headers={"Authorization": "Basic bWFzOng="})

    assert "čeká" in browser.read("/clock")
    browser.client.post("/control/clock", json={"advance_seconds": 3601})
    assert "hotovo" in browser.read("/clock")
    calls = browser.read("/calls")
    assert "sign-in" in calls and "401" in calls
