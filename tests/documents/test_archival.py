"""Every file is archival (PDF/A-3a) and accessible (PDF/UA-1), before and after signing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

from services.documents.rendering.typst_renderer import TypstRenderer
from tests.documents.archival import violations
from tests.documents.offices import CONTROLLER, DIRECTOR, Office, letter
from tests.documents.samples import request

pytestmark = pytest.mark.one_database

RENDERER = TypstRenderer()


@pytest.mark.parametrize("layout", ["letter", "record", "list", "minutes"])
@pytest.mark.parametrize("language", ["cs", "en", "de"])
def test_every_layout_keeps_the_rules(layout: str, language: str) -> None:
    assert violations(RENDERER.render(request(layout, language=language, signers=3)).pdf) == []


def test_a_form_to_be_signed_by_hand_keeps_them_too() -> None:
    assert violations(RENDERER.print_out(request("receipt"))) == []


def test_a_notice_keeps_the_rules_when_it_is_signed_and_sealed(office: Office) -> None:
    for actor in (DIRECTOR, CONTROLLER):
        office.make_key(actor)
    made = office.put(letter(DIRECTOR, CONTROLLER))
    for actor in (DIRECTOR, CONTROLLER):
        assert office.sign(made["id"], actor).status_code == 201
    office.work(2)

    file = office.api("GET", f"/documents/{made['id']}/file.pdf", DIRECTOR).data

    assert office.view(made["id"])["state"] == "issued"
    assert len(PdfReader(io.BytesIO(file)).get_fields() or {}) == 3
    assert violations(file) == []


Break = Callable[[PdfWriter], Any]


def root(writer: PdfWriter) -> Any:
    return writer.root_object


def delete(*names: str) -> Break:
    """Take a value out of the catalogue."""

    def act(writer: PdfWriter) -> None:
        where = root(writer)
        for name in names[:-1]:
            where = where[name].get_object()
        del where[names[-1]]

    return act


def element(kind: str, change: Callable[[Any], Any]) -> Break:
    """Change the first structure element of a kind."""

    def act(writer: PdfWriter) -> None:
        found = next(
            item
            for number in range(len(writer._objects))
            if isinstance(item := writer.get_object(number + 1), DictionaryObject)
            and item.get("/S") == kind
            and "/P" in item
        )
        change(found)

    return act


def font(change: Callable[[Any], Any]) -> Break:
    def act(writer: PdfWriter) -> None:
        fonts = writer.pages[0]["/Resources"]["/Font"].get_object()
        change(next(iter(fonts.values())).get_object())

    return act


def without_file(item: Any) -> None:
    descriptor = item["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
    for name in {"/FontFile2", "/FontFile3"} & set(descriptor):
        del descriptor[name]


def widget(change: Callable[[Any], Any]) -> Break:
    return lambda writer: change(writer.pages[-1]["/Annots"][0].get_object())


def paint(text: bytes) -> Break:
    """Add to the content of the first page."""

    def act(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(writer.pages[0].get_contents().get_data() + b"\n" + text)
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    return act


def script(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
    )
    root(writer)[NameObject("/OpenAction")] = action


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (delete("/Lang"), "no language"),
        (delete("/Metadata"), "no metadata"),
        (delete("/OutputIntents"), "no output intent"),
        (delete("/MarkInfo"), "not marked"),
        (delete("/StructTreeRoot"), "no structure tree"),
        (delete("/ViewerPreferences", "/DisplayDocTitle"), "title is not displayed"),
        (script, "the file acts"),
        (element("/Figure", lambda e: e.pop("/Alt")), "no alternative text"),
        (element("/TH", lambda e: e.pop("/A")), "no scope"),
        (
            element("/H1", lambda e: e.update({NameObject("/S"): NameObject("/H3")})),
            "a heading skips",
        ),
        (
            element("/P", lambda e: e.update({NameObject("/S"): NameObject("/Odstavec")})),
            "no standard type",
        ),
        (font(lambda f: f.pop("/ToUnicode")), "does not tell its characters"),
        (font(without_file), "is not embedded"),
        (widget(lambda w: w.pop("/TU")), "no description"),
        (widget(lambda w: w.pop("/AP")), "no appearance"),
        (widget(lambda w: w.pop("/StructParent")), "outside the structure tree"),
        (widget(lambda w: w.pop("/F")), "has the flags 0"),
        (paint(b"0 0 9 9 re f"), "paints what is not tagged"),
        (paint(b"/P <</MCID 9999>> BDC 0 0 9 9 re f EMC"), "belongs to nothing"),
        (paint(b"/Artifact BMC 0 0 9 9 re f"), "does not end"),
        (lambda w: w.pages[-1].pop("/Tabs"), "order of the structure"),
        (lambda w: root(w)["/AF"][0].get_object().pop("/AFRelationship"), "attachment lacks"),
        (lambda w: root(w).update({NameObject("/AA"): ArrayObject()}), "catalogue has /AA"),
    ],
)
def test_a_harmed_file_is_found_out(harm: Break, words: str) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(RENDERER.render(request("letter")).pdf))
    harm(writer)
    out = io.BytesIO()
    writer.write(out)

    found = violations(out.getvalue())

    assert [text for text in found if words in text], found
