"""The two documents that are measured: the two-page control sheet and a one-page notice."""

from typing import Any

from tests.documents.offices import record

QUESTIONS = (
    "Je žádost podaná v termínu, který vyhlásila výzva, a na předepsaném formuláři?",
    "Odpovídá žadatel okruhu oprávněných žadatelů podle výzvy a jejích příloh?",
    "Je místo realizace na území působnosti místní akční skupiny?",
    "Jsou všechny povinné přílohy doložené a podepsané oprávněnou osobou?",
)


def notice() -> dict[str, Any]:
    """Return a request for a notice of one page."""
    return record(layout="letter", kind="result_notice", title="Oznámení o výsledku 8. výzvy")


def sheet() -> dict[str, Any]:
    """Return a request for a control sheet with a table of facts and twenty checked rows."""
    rows = [
        ["Žadatel", "Obec Abertamy"],
        ["IČO", "00254398"],
        ["Název projektu", "Obnova hřiště při základní škole"],
        ["Požadovaná dotace", "1 900 000 Kč"],
        ["Celkové výdaje", "2 000 000 Kč"],
    ]
    items = [
        {"label": f"{n + 1}. {QUESTIONS[n % 4]}", "verdict": "yes", "note": "Ověřeno v příloze."}
        for n in range(20)
    ]
    blocks: list[dict[str, Any]] = [
        {"type": "heading", "text": "Údaje o žadateli"},
        {"type": "facts", "rows": rows},
        {"type": "heading", "text": "Formální náležitosti"},
        {"type": "checklist", "items": items},
        {"type": "paragraph", "text": "Kontrolu provedla pověřená osoba kanceláře."},
    ]
    content = {"reference": [["Výzva", "8. výzva"], ["Spis", "8/012"]], "blocks": blocks}
    return record(kind="control_sheet", title="Kontrolní arch žádosti 8/012", content=content)


PAPERS = {"control sheet, 2 pages": sheet, "notice, 1 page": notice}
