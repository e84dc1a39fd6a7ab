"""A person prepares a batch from a table: judged line by line, then as any other batch."""

import io
from typing import Any
from uuid import uuid4

import pytest
from lxml import html

from services.documents.models import Audit, Batch, Delivery, db
from tests.documents.batch_office import check_numbers, confirm, counts, listed
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
    record,
)
from tests.documents.test_rendering import text_of

TABLE = (
    "Adresát;Ulice a číslo;PSČ a obec;Datová schránka;IČO;Oslovení\r\n"
    "Obec Abertamy;Farní 2;362 35 Abertamy;;254398;pane starosto\r\n"
    "Horský dvůr, s. r. o.;;;vqbab52;;paní jednatelko\r\n"
)
FORM = {
    "name": "Pozvánky na seminář",
    "kind": "official_letter",
    "language": "cs",
    "title": "Pozvánka na seminář",
    "text": "Vážený {Oslovení},\r\n\r\nzveme vás *srdečně* #dne 12. května.",
    "function": "asistentka",
}


def send(office: Office, table: Any, actor: Any = ASSISTANT, **change: Any) -> Any:
    """Send the form with a file."""
    content = table.encode("cp1250") if isinstance(table, str) else table
    data = {**FORM, "batch_id": str(uuid4()), "lines": "", **change}
    data |= {"file": (io.BytesIO(content), "tabulka.csv")}
    return office.browser(actor).post("/batches/new", data=data)


def fields(page: str) -> dict[str, str]:
    """Return what the page's form would send as it stands."""
    form = html.fromstring(page).xpath("//main//form[@method='post']")[0]
    return {name: (value or "").lstrip("\r\n") for name, value in form.form_values()}


def rows(page: str) -> list[list[str]]:
    """Return the faults as the page lists them."""
    found = html.fromstring(page).xpath("//main//div[@class='table-wrap']//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in found]


def batch_in(reply: Any) -> str:
    assert reply.status_code == 303, reply.text
    return str(reply.headers["Location"].rpartition("/")[2])


def recipients(office: Office) -> dict[str, str | None]:
    """Return to whom something goes, with the data box."""
    with office.context():
        found = db.session().query(Delivery)
        return {one.recipient_name: one.data_box_id for one in found}


def test_a_table_becomes_letters_that_are_approved_signed_and_issued(office: Office) -> None:
    office.make_key(ASSISTANT)
    batch = batch_in(send(office, TABLE))
    director = office.browser(DIRECTOR)

    prepared = director.get(f"/batches/{batch}").text
    ids = [item["document_id"] for item in listed(office, batch)]
    looked = director.post(f"/batches/{batch}/items/{ids[0]}/preview", follow_redirects=True)
    early = director.post(f"/batches/{batch}/approval", data={"approved": "2"})
    confirm(office, batch, 2)
    office.work(2)
    wrong = director.post(f"/batches/{batch}/approval", data={"approved": "3"})
    refused = office.browser(ASSISTANT).post(f"/batches/{batch}/approval", data={"approved": "2"})
    right = director.post(f"/batches/{batch}/approval", data={"approved": "2"})
    again = director.post(f"/batches/{batch}/approval", data={"approved": "2"})
    signed = [office.sign(key, ASSISTANT).status_code for key in ids]
    office.work(2)

    assert "Pozvánky na seminář" in prepared
    assert "Vážený pane starosto," in text_of(looked.data)
    assert "zveme vás *srdečně* #dne 12. května." in text_of(looked.data)
    assert "Farní 2" in text_of(looked.data)
    assert [wrong.status_code, refused.status_code, right.status_code] == [422, 403, 303]
    assert "Počet dokumentů v dávce je 2, napsali jste 3." in wrong.text
    assert (early.status_code, again.status_code) == (409, 409)
    assert signed == [201, 201]
    assert {office.view(key)["state"] for key in ids} == {"issued"}
    assert recipients(office) == {"Obec Abertamy": None, "Horský dvůr, s. r. o.": "vqbab52"}
    check_numbers(office)


def test_nothing_is_made_while_one_line_is_bad_and_no_line_is_lost(office: Office) -> None:
    before = office.stored()
    bad = TABLE + "Ves;;;;254399;pane\r\n;Zámek 1;Ostrov;;;paní\r\n"

    reply = send(office, bad)

    assert (reply.status_code, office.stored()) == (422, before)
    assert rows(reply.text) == [
        ["4", "IČO", "254399 není IČO: kontrolní číslice nesouhlasí."],
        ["5", "Adresát", "Doplňte tento údaj."],
    ]
    assert "V tabulce je chyb: 2. Zatím nevzniklo nic." in reply.text
    back = fields(reply.text)
    assert back["lines"].splitlines() == bad.splitlines()
    assert {name: back[name] for name in FORM} == {
        **FORM,
        "text": FORM["text"].replace("\r\n", "\n"),
    }
    mended = back["lines"].replace("254399", "254398").replace("\n;Zámek", "\nZámek;Zámek")
    batch = batch_in(office.browser(ASSISTANT).post("/batches/new", data={**back, "lines": mended}))
    assert counts(office, batch)["waiting"] == 4
    assert office.put(record())["number"].endswith("-000005"), "the refused lines took no number"


def test_a_second_click_makes_the_same_batch_and_other_lines_none(office: Office) -> None:
    key = str(uuid4())
    sent = [send(office, TABLE, batch_id=key) for _ in range(2)]
    other = send(office, TABLE + "Ves;;;;254398;pane\r\n", batch_id=key)

    assert [batch_in(one) for one in sent] == [key, key]
    assert counts(office, key)["waiting"] == 2
    assert other.status_code == 409
    assert "Z tohoto formuláře už dávka vznikla" in other.text
    confirm(office, key, 2)
    office.work(2)
    assert batch_in(send(office, TABLE, batch_id=key)) == key, "also when it is made"
    assert counts(office, key)["made"] == 2
    stranger = send(office, TABLE, actor=STRANGER, batch_id=key)
    assert stranger.status_code == 404


def test_the_audit_trail_tells_what_the_batch_was_made_from(office: Office) -> None:
    batch = batch_in(send(office, TABLE))

    with office.context():
        entries = db.session().query(Audit).filter(Audit.subject_type == "batch").all()
        told = {one.act: one.details for one in entries}
        assert str(db.session().query(Batch).one().id) == batch
    assert set(told) == {"prepare_batch", "fill_batch"}
    assert told["fill_batch"]["count"] == 2
    assert told["fill_batch"]["last"].endswith("-000002")
    assert len(told["fill_batch"]["table_sha256"]) == 64


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        (b"PK\x03\x04\x00", {}, "Soubor není tabulka CSV"),
        (b"", {}, "nemá pod záhlavím žádný řádek"),
        (TABLE.partition("\n")[0], {}, "nemá pod záhlavím žádný řádek"),
        (b"a;" + b"x" * (2 * 1024 * 1024), {}, "nejvýše 5000 řádků a 2048 kB"),
        (TABLE, {"kind": "score_sheet"}, "field-error"),
        (TABLE, {"kind": "cooperation_agreement"}, "field-error"),
        (TABLE, {"function": " "}, "Vyplňte"),
        (TABLE, {"text": "{Oslovení}" + "\r\n\r\nx" * 2001}, "Z řádku nejde udělat dokument"),
    ],
)
def test_what_cannot_be_prepared_makes_nothing(
    office: Office, table: Any, change: dict[str, str], words: str
) -> None:
    before = office.stored()

    reply = send(office, table, **change)

    assert (reply.status_code, office.stored()) == (422, before)
    assert words in reply.text


def test_many_faults_are_counted_and_the_first_are_shown(office: Office) -> None:
    table = "Adresát;IČO\n" + "".join(f"Ves {n};254399\n" for n in range(300))

    reply = send(office, table, text="Zveme vás.")

    assert reply.status_code == 422
    assert "V tabulce je chyb: 300." in reply.text
    assert len(rows(reply.text)) == 100
    assert "Dalších chyb: 200." in reply.text


def test_the_sample_has_the_columns_and_can_be_sent_as_it_is(office: Office) -> None:
    sample = office.browser(ASSISTANT).get("/batches/sample.csv")

    batch = batch_in(send(office, sample.data, text="Zveme vás."))

    assert sample.data.startswith(b"\xef\xbb\xbfAdres")
    assert [item["title"] for item in listed(office, batch)] == ["Pozvánka na seminář pro žadatele"]


def test_recipients_are_taken_from_the_deliveries_that_a_list_showed(office: Office) -> None:
    for name in ("=Obec", "Město", "Město"):
        body = letter(box=None)
        body["delivery"]["recipient"]["name"] = name
        office.put(body)
    browser = office.browser(ASSISTANT)
    page = browser.get("/deliveries?q=o").text
    link = html.fromstring(page).xpath("//a[contains(@href, 'from=deliveries')]/@href")[0]

    form = fields(browser.get(link).text)
    lines = form["lines"].split("\n")
    reply = browser.post("/batches/new", data={**form, **FORM, "text": "Zveme vás."})

    assert [line.partition(";")[0] for line in lines if line.strip()] == [
        "Adresát",
        "'=Obec",
        "Město",
    ]
    taken = listed(office, batch_in(reply))
    assert len(taken) == 2
    confirm(office, batch_in(reply), 2)
    office.work(2)
    assert set(recipients(office)) == {"=Obec", "Město"}


@pytest.mark.parametrize("actor", [CONTROLLER, AUDITOR])
def test_only_leaders_prepare_batches(office: Office, actor: Any) -> None:
    before = office.stored()

    assert office.browser(actor).get("/batches/new").status_code == 403
    assert office.browser(actor).get("/batches/sample.csv").status_code == 403
    assert send(office, TABLE, actor=actor).status_code == 403
    assert office.stored() == before


def test_the_page_says_why_other_kinds_are_not_offered(office: Office) -> None:
    page = office.browser(ASSISTANT).get("/batches/new").text

    assert "úřední dopis" in page
    assert "Proč tu nejsou ostatní druhy dokumentů" in page
    assert "oznámení o výsledku" in page
    assert page.count("<option") == 1 + 3
