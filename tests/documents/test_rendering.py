"""Typesetting: the same bytes for the same facts, every word as it was given."""

import io
import json
from dataclasses import replace
from typing import get_args

import pypdfium2
import pytest
from pypdf import PdfReader

from services.documents.domain.content import Block, Column, Content, Facts, Paragraph, Table
from services.documents.rendering.port import RenderRequest, StampRequest
from services.documents.rendering.typography import typeset
from services.documents.rendering.typst_renderer import TypstRenderer
from tests.documents.samples import EVERYTHING, request

RENDERER = TypstRenderer()
DARK = 200
"""Of a colour of a drawn point: what is not paper."""
MOST_EMPTY = 0.4
"""Of a page before the signatures; once it was half of it."""


def text_of(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """Return the text with usual spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def pages_of(wanted: RenderRequest) -> list[str]:
    """Return the text of each page, with its line ends."""
    pages = PdfReader(io.BytesIO(RENDERER.render(wanted).pdf)).pages
    return [plain(page.extract_text()) for page in pages]


@pytest.mark.parametrize("layout", ["letter", "record", "list", "minutes"])
@pytest.mark.parametrize("language", ["cs", "en", "de"])
def test_each_layout_shows_everything(layout: str, language: str) -> None:
    rendered = RENDERER.render(request(layout, language=language))

    text = text_of(rendered.pdf)
    for words in ("PŘÍJEM ŽÁDOSTI", "MASZK-2026-000123", "Obec Abertamy", "8/012", "Chybí podpis."):
        assert words in text
    assert rendered.fields == ("Signature1", "Seal")


def test_the_same_request_gives_the_same_bytes() -> None:
    again = TypstRenderer()

    assert RENDERER.render(request()).pdf == again.render(request()).pdf


def test_the_development_mark_is_on_every_page() -> None:
    long = Content((), tuple(Paragraph(f"Odstavec {n}") for n in range(120)))
    reader = PdfReader(io.BytesIO(RENDERER.render(request(content=long)).pdf))

    assert len(reader.pages) > 2
    for page in reader.pages:
        assert "bez právních účinků" in page.extract_text().replace("\u00a0", " ")


def test_production_bears_no_mark() -> None:
    assert "bez právních" not in text_of(RENDERER.render(request(is_development=False)).pdf)


HOSTILE = [
    "*tučně* _kurzíva_ `kód` = Nadpis",
    "#set page(width: 1pt) #panic(1)",
    "$x^2$ @odkaz <popisek> \\ \\u{41} [x] {y}",
    '"); #read("/etc/passwd")',
    "<b>html</b> &amp; {{ jinja }} %s",
    "// komentář /* blok */ https://example.org ~ --- ...",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("block", ["paragraph", "facts", "table"])
def test_hostile_text_appears_literally(text: str, block: str) -> None:
    blocks = {
        "paragraph": Paragraph(text),
        "facts": Facts((("Popisek", text),)),
        "table": Table((Column("Text"),), ((text,),)),
    }

    pdf = RENDERER.render(request(content=Content((), (blocks[block],)))).pdf

    assert " ".join(text.split()).replace(" ", "") in text_of(pdf).replace(" ", "")


def test_a_hostile_title_is_only_a_title() -> None:
    pdf = RENDERER.render(request(title="#let x = 1 *a*")).pdf

    assert "#let x = 1 *a*" in text_of(pdf)


def test_facts_are_attached_as_they_are() -> None:
    attachments = PdfReader(io.BytesIO(RENDERER.render(request()).pdf)).attachments

    assert json.loads(attachments["facts.json"][0]) == {"amount": "1900000.00"}


def test_the_file_is_tagged_archival_and_has_no_active_content() -> None:
    pdf = RENDERER.render(request()).pdf
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    metadata = root["/Metadata"].get_object().get_data().decode()

    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/Lang"] == "cs"
    assert root["/MarkInfo"]["/Marked"]
    assert not {"/OpenAction", "/AA", "/OCProperties"} & set(root)


FOOT = 62
"""Points at the foot of a page that hold its foot line."""


@pytest.mark.parametrize("signers", [0, 3, 7, 20])
def test_every_signature_field_is_tagged_and_lies_on_the_page(signers: int) -> None:
    reader = PdfReader(io.BytesIO(RENDERER.render(request(signers=signers)).pdf))
    widgets = [
        (page, note.get_object()) for page in reader.pages for note in page.get("/Annots", ())
    ]

    assert len(widgets) == signers + 1
    for page, widget in widgets:
        left, bottom, right, top = (float(v) for v in widget["/Rect"])
        assert 0 < left < right < float(page.mediabox.width)
        assert FOOT < bottom < top < float(page.mediabox.height)
        assert "/StructParent" in widget
        assert widget["/TU"]


def test_many_columns_turn_the_page() -> None:
    wide = Table(tuple(Column(f"S{n}") for n in range(9)), (tuple("123456789"),))
    page = PdfReader(
        io.BytesIO(RENDERER.render(request("list", content=Content((), (wide,)))).pdf)
    ).pages[0]

    assert page.mediabox.width > page.mediabox.height


def test_a_stamp_has_the_size_of_its_field() -> None:
    stamp = RENDERER.stamp(StampRequest("Elektronický podpis", "3. 4. 2026", "1"))
    page = PdfReader(io.BytesIO(stamp)).pages[0]

    assert (float(page.mediabox.width), float(page.mediabox.height)) == (221, 42)
    assert "Elektronický podpis" in page.extract_text()


@pytest.mark.parametrize("language", ["cs", "en", "de"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pekárna, s. r. o., Potok", "Pekárna, s.\u00a0r.\u00a0o., Potok"),
        ("Stavby, spol. s r. o.", "Stavby, spol.\u00a0s\u00a0r.\u00a0o."),
        ("Stavby, spol. s r.o.", "Stavby, spol.\u00a0s\u00a0r.o."),
        ("Lesní škola, z. s.", "Lesní škola, z.\u00a0s."),
        ("Lesní škola, z. s. p. o.", "Lesní škola, z.\u00a0s.\u00a0p.\u00a0o."),
    ],
)
def test_a_legal_form_is_never_torn_apart(text: str, expected: str, language: str) -> None:
    assert typeset(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v domě a s panem", "v\u00a0domě a\u00a0s\u00a0panem"),
        ("z 8. výzvy, 3. 4. 2026", "z\u00a08.\u00a0výzvy, 3.\u00a04.\u00a02026"),
        ("1,9 mil. Kč", "1,9\u00a0mil.\u00a0Kč"),
        ("362 35 Abertamy", "362\u00a035 Abertamy"),
        ("dopis J. Nováka", "dopis J.\u00a0Nováka"),
        ("dne 3. dubna 2026", "dne 3.\u00a0dubna\u00a02026"),
        ("podle § 17 odst. 4", "podle §\u00a017 odst.\u00a04"),
        ("č. j. 12", "č.\u00a0j.\u00a012"),
        ("beze změny", "beze změny"),
    ],
)
def test_czech_spaces(text: str, expected: str) -> None:
    assert typeset(text, "cs") == expected
    assert typeset(text, "en") == text


@pytest.mark.parametrize("language", ["cs", "en", "de"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 900 000 Kč", "1\u202f900\u202f000\u00a0Kč"),
        ("12\u00a0345\u00a0%", "12\u202f345\u00a0%"),
        ("2026 100 bodů", "2026 100\u00a0bodů"),
        ("8/001 200", "8/001 200"),
    ],
)
def test_thousands_stand_apart_in_every_language(text: str, expected: str, language: str) -> None:
    assert typeset(text, language) == expected


def test_german_days_and_abbreviations_stay_together() -> None:
    assert typeset("am 3. April, vgl. Nr. 8", "de") == "am 3.\u00a0April, vgl. Nr.\u00a08"


def test_everything_sample_has_each_block() -> None:
    assert {type(block) for block in EVERYTHING.blocks} == set(get_args(Block))


@pytest.mark.parametrize("layout", ["letter", "record", "list", "minutes"])
def test_numbers_and_names_are_not_hyphenated(layout: str) -> None:
    long_name = "Spolek přátel nejdelšího krušnohorského kulturního dědictví, z. s."
    rows = (("Postup podle předpisu, verze", "2026/1"), ("Žadatel", long_name))
    text = pages_of(replace(request(layout), content=Content(rows, (Facts(rows),))))[0]

    assert "MASZK-2026-000123" in text
    assert "-\n" not in text
    assert "verze" in text


@pytest.mark.parametrize("lines", range(24, 44))
def test_nobody_signs_a_page_without_text(lines: int) -> None:
    """Whatever fills the first page, the end of the text goes along with the signatures."""
    blocks = (*(Paragraph(f"Řádek {n}.") for n in range(lines)), Facts((("Závěr", "přijatelný"),)))

    pages = pages_of(request(content=Content((), blocks)))

    assert "přijatelný" in pages[-1]
    assert "elektronická pečeť organizace" in pages[-1]


@pytest.mark.parametrize("lines", range(24, 44))
def test_no_seal_stands_alone_on_a_page(lines: int) -> None:
    """With a few signatures all boxes stay together, wherever the page ends."""
    blocks = tuple(Paragraph(f"Řádek {n}.") for n in range(lines))

    pages = pages_of(request(content=Content((), blocks), signers=3))

    assert "Ing. Jana Malá 1" in pages[-1]
    assert "elektronická pečeť organizace" in pages[-1]


@pytest.mark.parametrize("lines", range(24, 44))
def test_a_short_table_is_not_torn(lines: int) -> None:
    before = tuple(Paragraph(f"Řádek {n}.") for n in range(lines))
    rows = tuple((f"8/{n:03d}", f"Projekt {n}.") for n in range(10))
    table = Table((Column("Číslo"), Column("Projekt")), rows)
    after = tuple(Paragraph(f"Dodatek {n}.") for n in range(20))

    pages = pages_of(request(content=Content((), (*before, table, *after))))

    (bearing,) = [page for page in pages if "8/00" in page]
    assert all(number in bearing for number, _ in rows)


def test_a_name_stands_once_in_a_signed_place() -> None:
    assert pages_of(request())[0].count("Ing. Jana Malá 1") == 1


def test_short_columns_leave_their_place_to_long_ones() -> None:
    columns = tuple(Column(label) for label in ("Číslo", "Projekt", "Doporučení"))
    project = "Obec Kamenný Vrch: Rekonstrukce hasičské zbrojnice a jejího okolí"
    table = Table(columns, (("8/001", project, "doporučen"),))

    assert project in pages_of(request("minutes", content=Content((), (table,))))[0]


@pytest.mark.parametrize("block", ["paragraph", "facts", "table"])
def test_a_word_longer_than_a_line_stays_on_the_page(block: str) -> None:
    word = "0123456789abcdef" * 12
    blocks = {
        "paragraph": Paragraph(word),
        "facts": Facts((("Otisk", word),)),
        "table": Table((Column("Otisk"),), ((word,),)),
    }

    lines = pages_of(request(content=Content((), (blocks[block],))))[0].splitlines()

    assert word in "".join(lines).replace("\u200b", "")
    assert max(len(line) for line in lines) < 150


def empty_below(pdf: bytes, number: int) -> float:
    """Return how much of a page is empty below its text, the footer left aside."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[number].render(scale=0.5, prefer_bgrx=False)
    pixels, height = bytes(drawn.buffer), drawn.height
    top, bottom = int(24 / 297 * height), int(274 / 297 * height)
    rows = (pixels[row * drawn.stride :][: drawn.width * 3] for row in range(top, bottom))
    last = max((row for row, line in enumerate(rows) if min(line) < DARK), default=0)
    document.close()
    return 1 - last / (bottom - top)


@pytest.mark.parametrize("signers", [1, 3])
def test_signatures_take_the_end_of_a_text_along_and_leave_no_half_page_empty(
    signers: int,
) -> None:
    gaps = []
    for lines in range(14, 32, 2):
        blocks = tuple(Paragraph(f"Věta číslo {number}.") for number in range(lines))
        pdf = RENDERER.render(request(content=Content((), blocks), signers=signers)).pdf
        pages = [plain(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]
        assert f"Věta číslo {lines - 1}." in pages[-1], "nobody signs a page without text"
        gaps += [empty_below(pdf, number) for number in range(len(pages) - 1)]

    assert gaps, "some of them take two pages"
    assert max(gaps) < MOST_EMPTY


@pytest.mark.parametrize("signers", [1, 3])
@pytest.mark.parametrize("rows", [6, 10, 15])
def test_a_table_at_the_end_leaves_no_half_page_empty(rows: int, signers: int) -> None:
    """Where it is too long to go along, the signatures say by themselves what they are for."""
    table = Table((Column("Obec"), Column("Body")), (("Abertamy", "12"),) * rows)
    gaps = []
    for lines in range(0, 30, 3):
        text = tuple(Paragraph(f"Věta číslo {number}.") for number in range(lines))
        pdf = RENDERER.render(request(content=Content((), (*text, table)), signers=signers)).pdf
        pages = len(PdfReader(io.BytesIO(pdf)).pages)
        gaps += [empty_below(pdf, number) for number in range(pages - 1)]

    assert gaps, "some of them take two pages"
    assert max(gaps) < MOST_EMPTY
