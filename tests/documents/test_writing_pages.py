"""Pages on which people write documents, correct, translate and approve them, set the head."""

import io
import json
import struct
import zlib
from typing import Any
from uuid import UUID, uuid4

import pytest
from lxml import html
from pypdf import PdfReader

from services.documents.domain.content_json import content_of
from services.documents.domain.wording import TextsMissing, TooManyTexts, rewritten, wordings
from tests.documents.archival import violations
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    Office,
    letter,
    record,
)
from tests.documents.test_rendering import text_of

WRITTEN = {
    "kind": "official_letter",
    "language": "cs",
    "title": "Rozhodnutí o přezkumu hodnocení projektu 8/012",
    "facts": "Žadatel: Obec Abertamy\nBody před přezkumem: 71,5",
    "text": "Námitkám vyhovujeme.\r\n\r\nBody kritéria 2 *se* zvyšují #o 3.",
    "function": "asistentka",
    "recipient": "Obec Abertamy",
    "address": "Farní 2\n362 35 Abertamy",
}
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>'
)


def png(width: int = 4, height: int = 4) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    lines = b"".join(b"\0" + b"\x1f\x5c\x4d" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def fields(page: str) -> dict[str, str]:
    """Return what the page's form would send as it stands."""
    form = html.fromstring(page).xpath("//main//form[@method='post']")[0]
    return {name: (value or "").lstrip("\r\n") for name, value in form.form_values()}


def issued(office: Office, body: dict[str, Any] | None = None) -> str:
    made = office.put(body or record())
    office.work(2)
    return str(made["id"])


def preview(office: Office, document_id: str) -> str:
    return text_of(office.api("GET", f"/documents/{document_id}/preview.pdf", DIRECTOR).data)


def test_an_agreement_has_articles_and_places_for_the_other_parties(office: Office) -> None:
    key = str(uuid4())
    agreement = {
        **WRITTEN,
        "document_id": key,
        "kind": "cooperation_agreement",
        "language": "de",
        "title": "Kooperationsvereinbarung",
        "text": "# Gegenstand\r\n\r\nEin Weg.\r\n\r\n#\r\n\r\n# Dauer\r\nZwei Jahre.",
        "parties": "LAG Zwönitztal e. V.: Max Mustermann, Vorsitzender\r\n\r\nGemeinde Aue",
        "recipient": "",
    }

    answer = office.browser(ASSISTANT).post("/new", data=agreement)

    assert answer.status_code == 303
    shown = preview(office, key)
    for words in ("1. Gegenstand", "Ein Weg.", "# Dauer", "Max Mustermann, Vorsitzender"):
        assert words in shown  # a paragraph of two lines is no heading
    assert shown.count("Datum und Unterschrift") == len(("LAG", "Gemeinde"))


def test_a_written_document_is_approved_signed_and_issued(office: Office) -> None:
    office.make_key(ASSISTANT)
    browser = office.browser(ASSISTANT)
    key = str(uuid4())

    answers = [browser.post("/new", data={**WRITTEN, "document_id": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    view = office.view(key)
    assert (view["state"], view["kind"]) == ("draft", "official_letter")
    for words in ("Námitkám vyhovujeme.", "Body kritéria 2 *se* zvyšují #o 3.", "71,5"):
        assert words in preview(office, key)
    assert "Schválit, co je zobrazeno" not in browser.get(f"/{key}").text
    assert f"/sign?ids={key}" not in browser.get("/").text

    director = office.browser(DIRECTOR)
    assert "Schválit koncept" in director.get("/").text
    shown = {"shown": view["sha256"]}
    assert director.post(f"/{key}/approval", data={"shown": "0" * 64}).status_code == 409
    assert director.post(f"/{key}/approval", data=shown).status_code == 303
    assert office.sign(key, ASSISTANT).status_code == 201
    office.work(2)
    assert office.view(key)["state"] == "issued"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "score_sheet"}, "field-error"),
        ({"kind": "cooperation_agreement", "language": "en"}, "jen překlad"),
        ({"text": " "}, "Vyplňte"),
        ({"data_box_id": "neplatna"}, "není datová schránka"),
    ],
)
def test_what_cannot_be_written_makes_nothing(
    office: Office, change: dict[str, str], words: str
) -> None:
    before = office.stored()
    data = {**WRITTEN, "document_id": str(uuid4()), **change}

    reply = office.browser(ASSISTANT).post("/new", data=data)

    assert reply.status_code == 422
    assert words in reply.text
    assert office.stored() == before


def test_an_agreement_may_be_authoritative_in_german(office: Office) -> None:
    key = str(uuid4())
    data = {
        **{"document_id": key, "kind": "cooperation_agreement", "language": "de"},
        **{"title": "Kooperationsvereinbarung", "text": "Die Partner arbeiten zusammen."},
        **{"function": "Assistentin"},
    }

    assert office.browser(ASSISTANT).post("/new", data=data).status_code == 303

    text = preview(office, key)
    assert "Die Partner arbeiten zusammen." in text
    assert "elektronisches Siegel der Organisation" in text


def test_a_correction_is_written_text_by_text(office: Office) -> None:
    old = issued(office)
    browser = office.browser(DIRECTOR)
    page = browser.get(f"/{old}/correction").text
    data = fields(page)
    place = next(name for name, value in data.items() if value == "Obec Abertamy")

    reply = browser.post(f"/{old}/correction", data={**data, place: "Město Abertamy"})

    assert reply.status_code == 303
    new = reply.headers["Location"].rpartition("/")[2]
    assert "Město Abertamy" in preview(office, new)
    assert office.view(new)["corrects"]["id"] == old
    assert "opravuje novější dokument" in browser.get(f"/{old}").text
    assert office.view(old)["number"] in browser.get(f"/{new}").text


def test_a_draft_is_cancelled_not_corrected(office: Office) -> None:
    draft = str(office.put(record(DIRECTOR))["id"])
    browser = office.browser(DIRECTOR)

    reply = browser.post(
        f"/{draft}/correction", data=fields(browser.get(f"/{draft}/correction").text)
    )

    assert reply.status_code == 409
    assert "Vydat opravu" not in browser.get(f"/{draft}").text


def test_a_translation_is_written_text_by_text(office: Office) -> None:
    made = issued(office, letter())
    browser = office.browser(ASSISTANT)
    data = fields(browser.get(f"/{made}/translation/de").text)
    data |= {name: f"Text {name}" for name in data if name.startswith("text_")}

    reply = browser.post(f"/{made}/translation/de", data={**data, "title": "Mitteilung"})

    assert reply.status_code == 303
    pdf = browser.get(f"/{made}/translation/de.pdf")
    assert violations(pdf.data) == []
    assert "Verbindlich ist nur die tschechische Fassung" in text_of(pdf.data)
    assert f"/{made}/translation/de.pdf" in browser.get(f"/{made}").text


@pytest.mark.parametrize("actor", [CONTROLLER, AUDITOR])
def test_only_the_office_writes(office: Office, actor: Any) -> None:
    made = issued(office)
    browser = office.browser(actor)
    paths = ("/new", "/letterhead", f"/{made}/correction", f"/{made}/translation/en")

    assert {browser.get(path).status_code for path in paths} == {403}


def test_the_letterhead_is_set_with_an_emblem(office: Office) -> None:
    before = str(office.put(record(DIRECTOR))["id"])
    old = office.view(before)["sha256"]
    browser = office.browser(DIRECTOR)
    data = {**fields(browser.get("/letterhead").text), "name": "MAS Nová", "accent": "#003366"}
    data |= {"lines": "Boží Dar 1\nIČO 27017010"}

    for content, name in ((SVG, "znak.svg"), (png(), "znak.png")):
        upload = {**data, "logo": (io.BytesIO(content), name)}
        assert browser.post("/letterhead", data=upload).status_code == 303
        made = str(office.put(record(DIRECTOR))["id"])
        file = office.api("GET", f"/documents/{made}/preview.pdf", DIRECTOR).data
        assert violations(file) == []
        assert "IČO 27017010" in text_of(file)

    assert office.view(before)["sha256"] == old
    assert browser.get("/letterhead/sample.pdf").data.startswith(b"%PDF-")
    assert browser.post("/letterhead", data={**data, "without_logo": "y"}).status_code == 303
    assert "Odebrat dosavadní znak" not in browser.get("/letterhead").text


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a",
        SVG.replace(b"<circle", b"<script>1</script><circle"),
        SVG.replace(b"<circle", b'<image href="http://a.example/a.png"/><circle'),
        SVG.replace(b"<circle", b'<use href="http://a.example/a.svg#b"/><circle'),
        SVG.replace(b"<circle", b'<circle onload="a()" '),
        SVG.replace(b"<circle", b'<circle style="fill:url(http://a.example/)" '),
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG,
        SVG[:-6],
        png()[:40],
        png()[:16] + b"\x00\x00\x80\x00" * 2 + png()[24:],
        SVG.replace(b"<circle", b'<use href="#a"/>' * 13 + b"<circle"),
        SVG + b" " * 200_000,
    ],
    ids=lambda content: content[:60].decode("latin-1"),
)
def test_a_picture_that_is_more_than_shapes_is_refused(office: Office, content: bytes) -> None:
    browser = office.browser(DIRECTOR)
    data = fields(browser.get("/letterhead").text)
    before = office.stored()

    upload = {**data, "logo": (io.BytesIO(content), "znak.svg")}
    reply = browser.post("/letterhead", data=upload)

    assert reply.status_code == 422
    assert "Znak musí být" in reply.text
    assert office.stored() == before


def test_texts_go_back_to_their_places() -> None:
    content = letter()["content"]
    given = [one.text for one in wordings(content)]

    assert content_of(rewritten(content, given)) == content_of(content)
    turned = rewritten(content, [text.upper() for text in given])
    assert [one.text for one in wordings(turned)] == [text.upper() for text in given]
    with pytest.raises(TextsMissing):
        rewritten(content, given[1:])
    with pytest.raises(TooManyTexts):
        wordings({"reference": [["a", "b"]] * 201, "blocks": []})


def test_the_posting_sheet_lists_what_was_posted_on_the_day(office: Office) -> None:
    office.make_key(DIRECTOR)
    browser = office.browser(DIRECTOR)
    form = {"posted_on": "2026-04-03", "document_id": str(uuid4())}
    assert browser.post("/posting-sheet", data=form).status_code == 409
    made = office.put(letter())
    office.work(3)
    delivery = office.view(str(made["id"]))["delivery"]
    slip = {"posted_on": "2026-04-03", "tracking_number": "RR 123 456 785 CZ"}
    assert office.prove(delivery["id"], "posting", DIRECTOR, slip).status_code == 200

    reply = browser.post("/posting-sheet", data=form)

    assert reply.status_code == 303
    text = preview(office, form["document_id"])
    for words in ("RR123456785CZ", str(made["number"]), "Obec Abertamy", "Zásilek celkem: 1,"):
        assert words in text
    assert office.sign(form["document_id"], DIRECTOR).status_code == 201
    again = office.api(
        "PUT", f"/posting-sheets/{UUID(int=5)}", DIRECTOR, {"posted_on": "2026-04-02"}
    )
    assert again.json["type"].endswith(":nothing-posted")


def test_the_readable_proof_tells_of_an_item_that_came_back(office: Office) -> None:
    made = office.put(letter())
    office.work(3)
    delivery = office.view(str(made["id"]))["delivery"]
    path = f"/deliveries/{delivery['id']}"
    slip = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
    act = {"handed_over_on": "2026-04-03", "received_by": "Jan Starosta"}
    acts = [
        office.prove(delivery["id"], "posting", DIRECTOR, slip),
        office.api("POST", f"{path}/return", DIRECTOR, {"returned_on": "2026-04-03"}),
        office.prove(delivery["id"], "hand-over", DIRECTOR, act),
    ]
    assert [one.status_code for one in acts] == [200, 200, 200], acts[-1].json

    paper = office.api("POST", f"{path}/proof-paper", DIRECTOR).json

    text = " ".join(preview(office, paper["id"]).split())
    for words in ("RR123456785CZ", "pošta vrátila 3. dubna 2026", "osobním předáním"):
        assert words in text
    pdf = office.api("GET", f"/documents/{paper['id']}/preview.pdf", DIRECTOR).data
    facts = json.loads(PdfReader(io.BytesIO(pdf)).attachments["facts.json"][0])["facts"]
    (item,) = facts["posted_items"]
    assert item["outcomes"] == [{"outcome": "returned", "day": "2026-04-03"}]


def test_a_proof_of_delivery_is_read_out_once(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(letter())
    office.work(3)
    delivery = office.view(str(made["id"]))["delivery"]
    early = office.api("POST", f"/deliveries/{delivery['id']}/proof-paper", DIRECTOR)
    act = {"handed_over_on": "2026-04-03", "received_by": "Jan Starosta"}
    assert office.prove(delivery["id"], "hand-over", DIRECTOR, act).status_code == 200
    browser = office.browser(DIRECTOR)
    assert "Vystavit čitelný doklad" in browser.get(f"/deliveries/{delivery['id']}").text

    places = [
        browser.post(f"/deliveries/{delivery['id']}/proof-paper").headers["Location"]
        for _ in range(2)
    ]
    office.work(2)

    assert early.json["type"].endswith(":not-delivered")
    assert len(set(places)) == 1
    paper = places[0].rpartition("/")[2]
    assert office.view(paper)["state"] == "issued"
    for words in ("Jan Starosta", "osobním předáním proti podpisu", str(made["number"])):
        assert words in preview(office, paper)
