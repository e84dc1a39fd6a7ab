"""The two documents that are measured: the two-page control sheet and a notice of one page.

Each one is somebody else's: name, address, amounts and points differ, as in a real call, so that
nothing is typeset once for all of them.
"""

from collections.abc import Callable
from typing import Any

from tests.documents.offices import letter, record

Paper = Callable[[int], dict[str, Any]]
LETTERHEAD = {
    "name": "MAS Sdružení Západní Krušnohoří, z. s.",
    "code": "MASSZK",
    "lines": ["náměstí Míru 77/1, 362 35 Abertamy", "IČO 265 44 789 · www.mas.example.org"],
}
QUESTIONS = (
    "Je žádost podaná v termínu, který vyhlásila výzva, a na předepsaném formuláři?",
    "Odpovídá žadatel okruhu oprávněných žadatelů podle výzvy a jejích příloh?",
    "Je místo realizace na území působnosti místní akční skupiny?",
    "Jsou všechny povinné přílohy doložené a podepsané oprávněnou osobou?",
)
PLACES = ("Abertamy", "Pernink", "Nejdek", "Horní Blatná", "Merklín", "Hroznětín", "Potůčky")
PLANS = ("Obnova hřiště", "Přístavba zbrojnice", "Oprava kapličky", "Dílna pro mládež", "Stezka")
VERDICTS = (
    ("PROJEKT BYL SCHVÁLEN", "Valná hromada Váš projekt schválila. O dalších krocích k vyplacení "
     "dotace Vás bude informovat kancelář MAS."),
    ("PROJEKT NEBYL SCHVÁLEN", "Valná hromada Váš projekt neschválila."),
    ("PROJEKT JE NÁHRADNÍKEM", "Váš projekt byl zařazen mezi náhradníky. Uvolní-li se prostředky, "
     "budeme Vás informovat."),
)  # fmt: skip
REVIEW = (
    "Proti výsledku se můžete písemně odvolat do patnácti dnů ode dne, kdy Vám bylo oznámení "
    "doručeno. Odvolání podejte kanceláři místní akční skupiny; musí z něj být patrné, proti "
    "kterému rozhodnutí směřuje a v čem je spatřován rozpor s pravidly výzvy."
)


def notice(n: int) -> dict[str, Any]:
    """Return a request for the notice of the result to the n-th applicant."""
    place, plan = PLACES[n % 7], PLANS[n % 5]
    verdict, words = VERDICTS[n % 3]
    rows = [
        ["Počet získaných bodů", f"{40 + n % 61},{n % 10}0"],
        ["Požadovaná dotace", _crowns(300_000 + 1_113 * n)],
        ["Schválená dotace", _crowns(290_000 + 1_007 * n)],
        ["Usnesení", "č. 3/2026 ze dne 30. března 2026"],
    ]
    blocks: list[dict[str, Any]] = [
        {"type": "paragraph", "text": "oznamujeme Vám výsledek výběru projektů 8. výzvy."},
        {"type": "statement", "text": verdict},
        {"type": "paragraph", "text": words},
        {"type": "facts", "rows": rows},
        {"type": "paragraph", "text": REVIEW},
    ]
    reference = [["Výzva", "8. výzva"], ["Projekt", f"{plan}, {place}"], ["Spis", f"8/{n:03d}"]]
    asked = letter(box=None)
    asked["delivery"]["recipient"] |= {
        "name": f"Spolek {plan.lower()} {place}, z. s.",
        "address": [f"Hlavní {n + 1}", f"362 35 {place}"],
    }
    return asked | {
        "kind": "result_notice",
        "title": "Oznámení o výsledku výběru projektů",
        "content": {"reference": reference, "blocks": blocks},
        "facts": {"application": f"8/{n:03d}", "verdict": verdict, "rows": rows},
    }


def sheet(n: int) -> dict[str, Any]:
    """Return a request for a control sheet with a table of facts and twenty checked rows."""
    rows = [
        ["Žadatel", f"Obec {PLACES[n % 7]}"],
        ["IČO", f"{254_398 + 11 * n:08d}"],
        ["Název projektu", f"{PLANS[n % 5]} při základní škole"],
        ["Požadovaná dotace", _crowns(300_000 + 1_113 * n)],
        ["Celkové výdaje", _crowns(400_000 + 1_213 * n)],
    ]
    items = [
        {
            "label": f"{k + 1}. {QUESTIONS[k % 4]}",
            "verdict": "no" if (n + k) % 9 == 0 else "yes",
            "note": f"Ověřeno v příloze č. {1 + (n + 3 * k) % 40}.",
        }
        for k in range(20)
    ]
    blocks: list[dict[str, Any]] = [
        {"type": "heading", "text": "Údaje o žadateli"},
        {"type": "facts", "rows": rows},
        {"type": "heading", "text": "Formální náležitosti"},
        {"type": "checklist", "items": items},
        {"type": "paragraph", "text": "Kontrolu provedla pověřená osoba kanceláře."},
    ]
    reference = [["Výzva", "8. výzva"], ["Spis", f"8/{n:03d}"]]
    return record(
        kind="control_sheet",
        title=f"Kontrolní arch žádosti 8/{n:03d}",
        content={"reference": reference, "blocks": blocks},
        facts={"application": f"8/{n:03d}", "rows": rows, "checks": items},
    )


def _crowns(amount: int) -> str:
    return f"{amount:,} Kč".replace(",", " ")


PAPERS: dict[str, Paper] = {"control sheet, 2 pages": sheet, "notice, 1 page": notice}
