"""Whatever people write, a document can be made of it, and nobody is shown something else."""

import io
import unicodedata
from dataclasses import replace

import pytest
from pypdf import PdfReader

from services.documents.domain.content import Column, Content, Facts, Heading, Paragraph, Table
from services.documents.rendering.characters import LAYOUT, Setter
from services.documents.rendering.port import Addressee, Letterhead, SignaturePlace, StampRequest
from services.documents.rendering.templates import CURRENT, template
from services.documents.rendering.typst_renderer import TypstRenderer
from tests.documents.archival import violations
from tests.documents.samples import request
from tests.documents.test_rendering import text_of

pytestmark = pytest.mark.one_database

RENDERER = TypstRenderer()
SETTABLE = template(CURRENT).characters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Obec Abertamy – „Škola“ ✓", "Obec Abertamy – „Škola“ ✓"),
        ("Radost 😀", "Radost [U+1F600]"),
        ("שלום", "[U+05E9][U+05DC][U+05D5][U+05DD]"),
        ("000 1\u202e Kč", "000 1[U+202E] Kč"),
        ("S\u030ckola", "Škola"),
        ("ne\u200bviditelný\ufeff", "neviditelný"),
        ("zvonek\x07", "zvonek"),
        ("česko\u2011německý", "česko-německý"),
        ("široká\u3000mezera", "široká mezera"),
        ("první\u2028druhý", "první\ndruhý"),
        ("roz\u00addělení\ttabulátor\nřádek", "roz\u00addělení\ttabulátor\nřádek"),
        ("\ue000", "[U+E000]"),
    ],
)
def test_what_the_typeface_lacks_is_named(text: str, expected: str) -> None:
    assert Setter(SETTABLE).set(text) == expected


@pytest.mark.parametrize("weight", ["facts", "table", "paragraph", "title"])
def test_every_character_that_is_told_to_be_there_can_be_set(weight: str) -> None:
    """The list belongs to the typeface in all three weights that the templates use."""
    letters = sorted(SETTABLE - LAYOUT)
    lone = [one for one in letters if not unicodedata.combining(one)]
    text = " ".join(lone) + " " + " ".join(f"o{one}" for one in letters if one not in lone)
    content = {
        "facts": Content((), (Facts((("Znaky", text),)),)),
        "table": Content((), (Table((Column(text),), ((text,),)),)),
        "paragraph": Content((), (Paragraph(text),)),
        "title": Content((), (Heading(text[:300]),)),
    }[weight]

    assert "[U+" not in text_of(RENDERER.render(request(content=content)).pdf)


BAD = "Zvědavý 😀 שלום \u202eobrácený\u202c 漢字 \ufffd \U0010ffff"


@pytest.mark.parametrize("layout", ["letter", "record", "list", "minutes"])
def test_a_document_of_strange_characters_is_made_and_keeps_the_rules(layout: str) -> None:
    content = Content(
        ((BAD, BAD),),
        (Heading(BAD), Facts(((BAD, BAD),)), Table((Column(BAD),), ((BAD,),), (BAD,))),
    )
    wanted = replace(
        request(layout, content=content, title=BAD),
        signers=(SignaturePlace("Signature1", BAD, BAD),),
        letterhead=Letterhead(BAD, (BAD,)),
        addressee=Addressee(BAD, (BAD,), "aydaadk"),
    )

    pdf = RENDERER.render(wanted).pdf

    assert violations(pdf) == []
    text = text_of(pdf)
    assert "[U+1F600]" in text
    assert "Znaky, které písmo dokumentu nemá" in text


def test_the_reader_is_told_only_where_something_was_named() -> None:
    assert "Znaky, které písmo" not in text_of(RENDERER.render(request()).pdf)


def test_a_stamp_names_a_strange_certificate() -> None:
    pdf = RENDERER.stamp(StampRequest("Elektronický podpis", "3. 4. 2026", "CA 漢"))

    assert "[U+6F22]" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
