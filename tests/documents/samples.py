"""Documents to typeset and sign in tests."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.documents.domain.content import (
    CheckItem,
    Checklist,
    Column,
    Content,
    Drawing,
    Facts,
    Heading,
    Paragraph,
    Parties,
    Statement,
    Table,
)
from services.documents.domain.drawn import Drawing as Drawn
from services.documents.domain.drawn import svg_of
from services.documents.rendering.port import (
    Addressee,
    Letterhead,
    RenderRequest,
    SignaturePlace,
)

AT = datetime(2026, 4, 3, 7, 12, 5, tzinfo=UTC)
ORGANISATION = "MAS Sdružení Západní Krušnohoří, z. s."
SIGNATURE = Drawn((((60, 160), (200, 60), (340, 250), (480, 90)), ((300, 240), (700, 230))))
EVERYTHING = Content(
    reference=(("Spisová značka", "8/012"),),
    blocks=(
        Heading("Výsledek"),
        Statement("PŘÍJEM ŽÁDOSTI"),
        Paragraph("Žádost byla podána v kanceláři.\nDruhý řádek."),
        Facts((("Žadatel", "Obec Abertamy"), ("Dotace", "1 900 000 Kč"))),
        Table(
            (Column("Číslo"), Column("Částka", "right")), (("8/001", "10 Kč"),), ("Celkem", "10 Kč")
        ),
        Checklist(
            (CheckItem("Je příloha úplná?", "no", "Chybí podpis."), CheckItem("Je včas?", "n_a"))
        ),
        Parties((("LAG Zwönitztal e. V.", "Max Mustermann, Vorsitzender"), ("Obec Abertamy", ""))),
        Drawing("Podpis příjemce: Jan Novák", svg_of(SIGNATURE)),
    ),
)


def request(
    layout: str = "record",
    *,
    content: Content = EVERYTHING,
    signers: int = 1,
    language: str = "cs",
    title: str = "Záznam o příjmu žádosti",
    is_development: bool = True,
    **more: Any,
) -> RenderRequest:
    places = tuple(
        SignaturePlace(f"Signature{n + 1}", f"Ing. Jana Malá {n + 1}", "ředitelka")
        for n in range(signers)
    )
    return RenderRequest(
        document_id=UUID(int=8),
        number="MASZK-2026-000123",
        kind="receipt",
        layout=layout,
        language=language,
        title=title,
        created_at=AT,
        letterhead=Letterhead(ORGANISATION, ("Boží Dar 1, 362 62 Boží Dar",)),
        content=content,
        facts=json.dumps({"amount": "1900000.00"}),
        signers=places,
        addressee=Addressee("Obec Abertamy", ("Farní 2", "362 35 Abertamy"), "aydaadk"),
        is_development=is_development,
        verify_at="https://maszk.example/documents/verify/00000000-0000-0000-0000-000000000008",
        **more,
    )
