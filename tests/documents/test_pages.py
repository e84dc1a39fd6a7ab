"""Pages: what waits, looking, signing with one secret, posting; in Czech and without surprises."""

import io
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from shared.actors import Actor
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    SCAN,
    SECRET,
    STRANGER,
    Office,
    letter,
    open_office,
    person,
    record,
)


def shown(page: str) -> str:
    found = re.search(r'name="shown"[^>]*value="([^"]*)"', page)
    assert found, page
    return found[1]


def sign(browser: FlaskClient, ids: list[str], secret: str = SECRET, back: str = "") -> Any:
    address = f"/sign?ids={','.join(ids)}&next={back}"
    page = browser.get(address).text
    return browser.post(address, data={"shown": shown(page), "signing_secret": secret})


def test_what_waits_is_on_the_first_page(office: Office) -> None:
    made = office.put(record(CONTROLLER))
    office.put(letter())
    office.work(2)

    mine = office.browser(CONTROLLER).get("/").text
    leader = office.browser(DIRECTOR).get("/").text

    assert made["number"] in mine
    assert "Podepsat dokument" in mine
    assert "Odeslat poštou nebo předat" not in mine
    assert "Odeslat poštou nebo předat" in leader
    assert "Podepsat dokument" not in leader


def test_one_secret_signs_all_and_leads_back(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = [office.put(record(DIRECTOR)) for _ in range(3)]

    reply = sign(
        office.browser(DIRECTOR), [m["id"] for m in made], back="/evaluation/returned?next=/x"
    )

    assert (reply.status_code, reply.location) == (303, "/evaluation/returned?next=/x")
    office.work(2)
    assert {office.view(m["id"])["state"] for m in made} == {"issued"}


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_only_local_places_are_returned_to(office: Office, back: str) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))

    assert sign(office.browser(DIRECTOR), [made["id"]], back=back).location == "/"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (2, "Podepsat oba dokumenty"),
        (3, "Podepsat všechny 3 dokumenty"),
        (5, "Podepsat všech 5 dokumentů"),
    ],
)
def test_several_documents_are_counted_in_good_czech(
    office: Office, count: int, words: str
) -> None:
    office.make_key(DIRECTOR)
    made = [office.put(record(DIRECTOR))["id"] for _ in range(count)]
    browser = office.browser(DIRECTOR)

    assert words in browser.get("/").text
    assert words in browser.get(f"/sign?ids={','.join(made)}").text


def test_the_preview_shows_the_bytes_that_will_be_signed(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)

    page = browser.get(f"/sign?ids={made['id']}").text
    preview = browser.get(f"/{made['id']}/preview.pdf?sha256={made['sha256']}")

    assert shown(page) == f"{made['id']}:{made['sha256']}"
    assert preview.data.startswith(b"%PDF-1.7")
    assert preview.headers["Content-Disposition"].startswith("inline")
    assert browser.get(f"/{made['id']}/preview.pdf?sha256={'0' * 64}").status_code == 404


def test_pages_are_shown_as_pictures_of_the_same_bytes(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)
    address = f"/{made['id']}/pages/1.png?sha256={made['sha256']}"

    picture = browser.get(address)

    assert address in browser.get(f"/{made['id']}").text
    assert picture.mimetype == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert browser.get(f"/{made['id']}/pages/2.png").status_code == 404
    assert browser.get(f"/{made['id']}/pages/0.png").status_code == 404
    assert office.browser(STRANGER).get(address).status_code == 404


def test_a_colleague_in_between_asks_for_another_look(office: Office) -> None:
    for actor in (DIRECTOR, CONTROLLER):
        office.make_key(actor)
    made = office.put(record(DIRECTOR, CONTROLLER))
    browser = office.browser(CONTROLLER)
    seen = shown(browser.get(f"/sign?ids={made['id']}").text)
    office.sign(made["id"], DIRECTOR)

    reply = browser.post(f"/sign?ids={made['id']}", data={"shown": seen, "signing_secret": SECRET})

    assert reply.status_code == 409
    assert "od zobrazení změnil" in reply.text
    assert shown(reply.text) != seen


def test_a_wrong_secret_signs_nothing_and_says_so(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))

    reply = sign(office.browser(DIRECTOR), [made["id"]], "spatne-heslo")

    assert reply.status_code == 403
    assert "Podpisové heslo nesouhlasí" in reply.text
    assert "spatne-heslo" not in reply.text
    assert office.view(made["id"])["state"] == "draft"


def test_all_or_none(office: Office) -> None:
    office.make_key(DIRECTOR)
    first, second = office.put(record(DIRECTOR)), office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)
    address = f"/sign?ids={first['id']},{second['id']}"
    seen = shown(browser.get(address).text)
    office.service("POST", f"/documents/{second['id']}/cancellation", {"reason": "chyba"})

    reply = browser.post(address, data={"shown": seen, "signing_secret": SECRET})

    assert reply.status_code == 409
    assert office.view(first["id"])["state"] == "draft"


def test_a_double_click_on_sign_leads_on(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)
    sign(browser, [made["id"]], back="/list")

    again = browser.get(f"/sign?ids={made['id']}&next=/list")

    assert (again.status_code, again.location) == (303, "/list")


def test_the_first_signature_leads_through_making_the_key(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)

    reply = browser.get(f"/sign?ids={made['id']}&next=/list")
    page = browser.get(reply.location)
    done = browser.post(reply.location, data={"signing_secret": SECRET, "repeated": SECRET})

    assert reply.status_code == 303
    assert "Vytvořit můj podpis" in page.text
    assert done.status_code == 303
    assert browser.get(done.location).status_code == 200
    assert "Platí" in browser.get("/my-signature").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"signing_secret": "krátké", "repeated": "krátké"}, "aspoň 10 znaků"),
        ({"signing_secret": SECRET, "repeated": "jiné-heslo-9"}, "Hesla se neshodují"),
        ({}, "Vyplňte prosím"),
    ],
)
def test_bad_secrets_make_no_key(office: Office, data: dict[str, str], words: str) -> None:
    reply = office.browser(DIRECTOR).post("/my-signature", data={**data, "version": ""})

    assert reply.status_code == 422
    assert words in reply.text


def test_a_forgotten_secret_gives_a_new_key(office: Office) -> None:
    office.make_key(DIRECTOR)
    browser = office.browser(DIRECTOR)

    browser.post("/my-signature/retirement", data={"version": ""})
    office.make_key(DIRECTOR, "jiné-heslo-123")

    made = office.put(record(DIRECTOR))
    assert office.sign(made["id"], DIRECTOR).status_code == 403
    assert office.sign(made["id"], DIRECTOR, "jiné-heslo-123").status_code == 201


@pytest.mark.parametrize("path", ["/", "/list", "/deliveries", "/my-signature", "/sign?ids=x"])
def test_every_page_needs_a_sign_in(office: Office, path: str) -> None:
    reply = office.client.get(path)

    assert reply.status_code == 302
    assert "/registry/sign-in" in reply.location


def test_lists_are_filtered_sorted_and_scoped(office: Office) -> None:
    made = office.put(record(DIRECTOR, title="Zvláštní název"))
    office.put(record(CONTROLLER))

    found = office.browser(ASSISTANT).get("/list?q=zvláštní&sort=title").text
    mine = office.browser(CONTROLLER).get("/list").text
    foreign = office.browser(STRANGER).get("/list").text

    assert made["number"] in found
    assert "000002" not in found
    assert made["number"] not in mine
    assert "Žádný dokument tu není" in foreign
    assert office.browser(ASSISTANT).get("/list?state=nonsense&page=-1&sort=x").status_code == 200


def test_a_list_is_narrowed_by_kind_person_case_and_recipient(office: Office) -> None:
    case = str(uuid4())
    mine = office.put(record(DIRECTOR, case_id=case))["number"]
    sheet = office.put(record(CONTROLLER, kind="score_sheet"))["number"]
    posted = office.put(letter(ASSISTANT, subject="Oznámení – 8/014"))["number"]
    browser = office.browser(ASSISTANT)

    def listed(query: str) -> set[str]:
        page = browser.get(f"/list?{query}").text
        return {number for number in (mine, sheet, posted) if number in page}

    assert listed("") == {mine, sheet, posted}
    assert listed("kind=score_sheet") == {sheet}
    assert listed("kind=nonsense") == {mine, sheet, posted}
    assert listed("person=Dvo%C5%99%C3%A1k") == {sheet}
    assert listed("q=8/014") == {posted}
    assert listed("q=Abertamy") == {posted}
    assert listed(f"case={case}") == {mine}
    assert listed("case=x") == set()
    assert listed(f"case={case}&kind=score_sheet") == set()
    assert f'name="case" value="{case}"' in browser.get(f"/list?case={case}").text


def test_the_file_of_deliveries_has_what_the_filters_leave(office: Office) -> None:
    posted = office.put(letter(ASSISTANT, subject="Oznámení – 8/014"))["number"]
    browser = office.browser(ASSISTANT)

    (link,) = re.findall(r'href="([^"]*\.csv[^"]*)"', browser.get("/deliveries?q=Abertamy").text)
    rows = browser.get(link.replace("&amp;", "&")).text.splitlines()
    nobody = browser.get("/deliveries.csv?q=nikdo").text.splitlines()

    assert (len(rows), len(nobody)) == (2, 1)
    assert rows[1].startswith(f"{posted};Obec Abertamy")


def test_a_document_leads_to_its_case(office: Office) -> None:
    case = str(uuid4())
    made = office.put(record(DIRECTOR, case_id=case))

    assert f"/list?case={case}" in office.browser(ASSISTANT).get(f"/{made['id']}").text


def test_a_foreign_document_is_not_there(office: Office) -> None:
    made = office.put(record(DIRECTOR))

    for path in (f"/{made['id']}", f"/{made['id']}/file.pdf", f"/sign?ids={made['id']}"):
        assert office.browser(STRANGER).get(path).status_code == 404


def test_the_detail_tells_the_whole_story(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(letter(DIRECTOR))
    office.sign(made["id"], DIRECTOR)
    office.work(2)

    page = office.browser(AUDITOR).get(f"/{made['id']}").text

    for words in ("vydaný", "Ing. Jana Malá", "Opatřeno pečetí", "čeká na vás", "pages/1.png"):
        assert words in page


def delivery_page(browser: FlaskClient) -> str:
    """Return the address of the one delivery that waits for a person."""
    address = re.search(r"/deliveries/[0-9a-f-]{36}", browser.get("/").text)
    assert address
    return address[0]


def scan(content: bytes = SCAN, name: str = "sken.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_posting_and_handing_over_by_form(office: Office) -> None:
    office.make_key(ASSISTANT)
    office.put(letter())
    office.work(2)
    browser = office.browser(ASSISTANT)
    address = delivery_page(browser)
    handed = {"handed_over_on": "3. 4. 2026", "received_by": "Jan Novák"}

    bad = browser.post(f"{address}/posting", data={"posted_on": "31. 2. 2026", "slip": scan()})
    future = browser.post(
        f"{address}/hand-over",
        data={
            **handed,
            "handed_over_on": "5. 4. 2026",
            "scan": scan(browser.get(f"{address}/receipt.pdf").data),
        },
    )
    unsigned = browser.post(f"{address}/hand-over", data=handed)
    text = browser.post(f"{address}/hand-over", data={**handed, "scan": scan(b"text")})
    form = browser.get(f"{address}/receipt.pdf").data
    good = browser.post(f"{address}/hand-over", data={**handed, "scan": scan(form)})

    assert [r.status_code for r in (bad, future, unsigned, text)] == [422, 422, 422, 415]
    assert "3. 4. 2026" in bad.text
    assert "ještě nenastal" in future.text
    assert "Sken podepsaného potvrzení: Vyberte soubor." in unsigned.text
    assert "není v povoleném formátu" in text.text
    assert "Jan Novák" in text.text
    assert good.status_code == 303
    assert "osobním předáním proti podpisu" in browser.get(address).text
    assert "Předání dokumentu" in browser.get(good.location).text


def test_the_recipient_gets_a_form_to_sign(office: Office) -> None:
    office.put(letter())
    office.work(2)
    browser = office.browser(ASSISTANT)
    address = f"{delivery_page(browser)}/receipt.pdf"

    form = browser.get(address)

    assert address in browser.get(delivery_page(browser)).text
    assert form.data.startswith(b"%PDF")
    assert office.browser(AUDITOR).get(address).status_code == 403


def test_an_advice_and_a_return_by_form(tmp_path: Path, database_url: str) -> None:
    office = open_office(
        tmp_path / "var", database_url, advice_of_receipt=True, posting_slip="optional"
    )
    office.put(letter())
    office.work(2)
    browser = office.browser(ASSISTANT)
    address = delivery_page(browser)
    posted = {"posted_on": "3. 4. 2026", "tracking_number": "RR123456785CZ"}
    waiting = browser.get(address).text

    browser.post(f"{address}/posting", data=posted)
    sent = browser.get(address).text
    home = browser.get("/").text
    without = browser.post(f"{address}/advice", data={"received_on": "3. 4. 2026"})
    back = browser.post(f"{address}/return", data={"returned_on": "3. 4. 2026"})
    again = browser.get(address).text
    browser.post(f"{address}/posting", data=posted)
    done = browser.post(f"{address}/advice", data={"received_on": "3. 4. 2026", "scan": scan()})

    assert "Pošlete doporučeně s dodejkou" in waiting
    assert "Zapsat dodejku" in sent
    assert "Doplnit dodejku" in home
    assert "Zapsat podání" not in sent
    assert (without.status_code, back.status_code, done.status_code) == (422, 303, 303)
    assert "Pošta zásilku vrátila" in again
    assert "dnem převzetí podle dodejky" in browser.get(address).text


def test_a_stale_form_is_refused(office: Office) -> None:
    made = office.put(letter())
    office.work(2)
    delivery = office.view(made["id"])["delivery"]

    reply = office.browser(ASSISTANT).post(
        f"/deliveries/{delivery['id']}/posting",
        data={
            "posted_on": "3. 4. 2026",
            "tracking_number": "RR123456785CZ",
            "slip": scan(),
            "version": "1",
        },
    )

    assert reply.status_code == 409
    assert "mezitím změnil" in reply.text


def test_cancelling_by_form_needs_a_reason(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)

    without = browser.post(f"/{made['id']}/cancellation", data={"reason": ""})
    done = browser.post(f"/{made['id']}/cancellation", data={"reason": "Chyba v částce"})

    assert without.status_code == 422
    assert done.status_code == 303
    assert "Chyba v částce" in browser.get(f"/{made['id']}").text


def test_a_form_refuses_what_it_did_not_ask_for(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    before = office.stored()

    answer = office.browser(DIRECTOR).post(
        f"/{made['id']}/cancellation", data={"reason": "Chyba v částce", "state": "issued"}
    )

    assert answer.status_code == 422
    assert "Přišly údaje, na které se stránka neptá: „state“." in answer.text
    assert office.stored() == before


def test_forms_are_protected(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)
    office.app.config["WTF_CSRF_ENABLED"] = True

    assert browser.post(f"/{made['id']}/cancellation", data={"reason": "x"}).status_code == 400
    assert office.view(made["id"])["state"] == "draft"


def named(title: str, *signers: Actor, **more: Any) -> dict[str, Any]:
    return {**letter(*signers, **more), "title": title}


def test_papers_to_sign_are_told_apart(office: Office) -> None:
    office.make_key(DIRECTOR)
    titles = [f"Oznámení – 9/00{n} Obec {n}" for n in (6, 2, 4)]
    made = [office.put(named(title, DIRECTOR)) for title in titles]
    kept = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)

    page = browser.get("/sign?ids=" + ",".join(item["id"] for item in made)).text
    mixed = browser.get(f"/sign?ids={made[0]['id']},{kept['id']}").text
    alone = browser.get(f"/sign?ids={kept['id']}").text

    heads = re.findall(r"<h2 id=.d[0-9]+.>([^<]+)</h2>", page)
    assert heads == sorted(titles)
    assert "dostane Obec Abertamy" in page
    assert "poštou" in page
    assert "Potom jej dostane adresát" in page
    assert "Adresátům se z nich doručí, jak je uvedeno výše: 1." in mixed
    assert "Nikomu se neposílá" in alone
    assert ">Podepsat dokument</button>" in alone


def test_a_file_is_named_by_what_it_is_about(office: Office) -> None:
    made = office.put(named("Oznámení – 9/006 Obec Lipová", DIRECTOR))

    reply = office.browser(DIRECTOR).get(f"/{made['id']}/file.pdf")

    name = f"{made['number']}-oznameni-9-006-obec-lipova.pdf"
    assert reply.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_documents_and_deliveries_lead_to_the_folder_and_the_call(office: Office) -> None:
    case, call = uuid4(), uuid4()
    made = office.put({**letter(), "case_id": str(case), "call_id": str(call)})
    office.work(2)
    browser = office.browser(ASSISTANT)

    for page in (f"/{made['id']}", delivery_page(browser)):
        text = browser.get(page).text
        assert f"/registry/office/applications/{case}" in text
        assert f"/registry/office/calls/{call}" in text


def test_the_committee_reads_its_book_once_it_is_issued(office: Office) -> None:
    member = person("Člen Komise", "committee")
    made = office.put(record(ASSISTANT, kind="committee_book", layout="list"))
    other = office.put(record(ASSISTANT))
    office.make_key(ASSISTANT)
    for key in (made["id"], other["id"]):
        assert office.browser(member).get(f"/{key}").status_code == 404
        assert office.sign(key, ASSISTANT).status_code == 201
    office.work(2)

    assert office.browser(member).get(f"/{made['id']}").status_code == 200
    assert office.browser(member).get(f"/{made['id']}/file.pdf").status_code == 200
    assert office.browser(member).get(f"/{other['id']}").status_code == 404
    assert office.browser(CONTROLLER).get(f"/{made['id']}").status_code == 404
