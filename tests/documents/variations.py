"""What a paper may have beside the usual: emblem, long names, many rows, no attachment."""

from collections.abc import Iterator
from dataclasses import replace

from services.documents.domain.content import (
    CheckItem,
    Checklist,
    Column,
    Content,
    Facts,
    Paragraph,
    Table,
)
from services.documents.rendering.port import (
    Addressee,
    Letterhead,
    Logo,
    RenderRequest,
    SignaturePlace,
)
from tests.documents.samples import ORGANISATION, request

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">
<defs><linearGradient id="g"><stop offset="0" stop-color="#1f5c4d"/>
<stop offset="1" stop-color="#d9a21b" stop-opacity="0.4"/></linearGradient></defs>
<rect width="40" height="20" rx="4" fill="url(#g)"/><circle cx="10" cy="10" r="6" fill="#fff"/>
</svg>"""
LONG_NAME = (
    "Spolek přátel nejdelšího krušnohorského kulturního a přírodního dědictví na česko-saském "
    "pomezí, pobočný spolek, z. s."
)
LONG_WORD = "Nejneobhospodařovávatelnějšími" * 3


def variations() -> Iterator[tuple[str, RenderRequest, tuple[str, ...]]]:
    """Return papers by name, with the profiles of PDF/A and PDF/UA that they must keep."""
    usual, plain = ("3a", "ua1"), ("2a", "ua1")
    head = Letterhead(ORGANISATION, ("Boží Dar 1", "IČO 27017010"), logo=Logo(SVG, "svg"))
    for layout in ("letter", "record", "list", "minutes"):
        yield f"plain-{layout}", request(layout, profile="2a"), plain
        yield f"long-{layout}", _long(layout), usual
        yield f"empty-{layout}", request(layout, content=Content((), ()), signers=0), usual
    yield "emblem", replace(request("letter"), letterhead=head), usual
    yield "correction", request("record", corrects="MASZK-2026-000122 ze dne 2. dubna 2026"), usual
    yield "rows", request("list", content=rows(200)), usual
    yield "wide-rows", request("minutes", content=rows(200, columns=9)), usual
    yield "questions", request("list", content=questions(60)), usual
    yield "signers", request("minutes", signers=20), usual
    for language in ("en", "de"):
        translated = request("letter", language=language, is_translation=True)
        yield f"translation-{language}", translated, usual


def _long(layout: str) -> RenderRequest:
    content = Content(
        (("Žadatel", LONG_NAME), (LONG_NAME, "8/012")),
        (
            Facts((("Název projektu", f"{LONG_NAME} {LONG_WORD}"), (LONG_NAME, "1 900 000 Kč"))),
            Paragraph(f"{LONG_NAME}. " * 12 + LONG_WORD),
            Table(
                (Column("Číslo"), Column(LONG_NAME)), (("8/001", LONG_NAME), ("8/002", LONG_WORD))
            ),
        ),
    )
    places = (SignaturePlace("Signature1", LONG_NAME, LONG_NAME),)
    return replace(
        request(layout, content=content, title=f"Oznámení o výsledku – {LONG_NAME}"),
        signers=places,
        addressee=Addressee(LONG_NAME, (LONG_NAME, "362 35 Abertamy"), "aydaadk"),
        letterhead=Letterhead(LONG_NAME, (LONG_NAME,)),
    )


def rows(count: int, columns: int = 4) -> Content:
    """Return a table with many rows."""
    heads = tuple(Column(f"Sloupec {n + 1}") for n in range(columns))
    lines = tuple(
        tuple("Obec Kamenný Vrch" if c == 1 else f"{r + 1}/{c + 1}" for c in range(columns))
        for r in range(count)
    )
    return Content((), (Table(heads, lines, tuple("Celkem" for _ in heads)),))


def questions(count: int) -> Content:
    """Return a check list with many questions."""
    items = tuple(
        CheckItem(f"Je příloha č. {n + 1} úplná a podepsaná?", "yes" if n % 3 else "no", "Bez vad.")
        for n in range(count)
    )
    return Content((), (Checklist(items),))
