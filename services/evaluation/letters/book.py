"""The book for the selection committee (R61, R63)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.evaluation.domain.book import Placed
from services.evaluation.domain.onsite import ClaimVerdict
from services.evaluation.models import Call, Case, OnsiteCheck, ScoreSheet
from shared.contracts.documents import (
    DocumentRequest,
    Signer,
    fact_rows,
    heading,
    paragraph,
    table,
)

from .evaluation import CLAIM_WORDS
from .parts import crowns, fiche_name, points, record

KIND = "committee_book"
NOTHING = "–"


@dataclass(frozen=True)
class Told:
    """What the committee is told about one project."""

    case: Case
    sheets: Sequence[ScoreSheet]
    """Those that count, by evaluator's name."""
    visit: OnsiteCheck | None
    conflicted: Sequence[str]
    """Members who may not vote about it."""


def committee_book(
    call: Call,
    fiches: Mapping[str, Sequence[Placed]],
    told: Mapping[UUID, Told],
    *,
    signer: Signer,
) -> DocumentRequest:
    """Compose the book: the order within fiches, then every project with what was found."""
    blocks: list[dict[str, Any]] = [
        paragraph(
            "Kniha shrnuje podklady pro jednání výběrové komise: pořadí projektů podle bodů "
            "v jednotlivých fichích, body hodnotitelů, zjištění kontrol ex ante na místě a členy "
            "komise, kteří o projektu pro střet zájmů nehlasují. O každém projektu komise "
            "rozhodne zvlášť."
        )
    ]
    for number, placed in fiches.items():
        blocks += _order(call, number, placed, told)
    for placed in fiches.values():
        for one in placed:
            blocks += _project(one, told[one.entry.application_id])
    return record(
        KIND,
        f"Kniha pro výběrovou komisi – {call.number}. výzva",
        blocks,
        [signer],
        call=call,
        facts={"projects": [_facts(one, told) for row in fiches.values() for one in row]},
    )


def place(one: Placed) -> str:
    """Write a place, or the places that equal projects share: "1.", "2.–3."."""
    return f"{one.first}." if one.first == one.last else f"{one.first}.–{one.last}."


def _order(
    call: Call, number: str, placed: Sequence[Placed], told: Mapping[UUID, Told]
) -> list[dict[str, Any]]:
    fiche = call.fiche(number)
    allocation = fiche.allocation if fiche else None
    rows = [
        [
            place(one),
            told[one.entry.application_id].case.number,
            _name(told[one.entry.application_id].case),
            points(one.entry.points),
            crowns(one.entry.requested),
            crowns(one.running),
        ]
        for one in placed
    ]
    columns = [
        ("Pořadí", "left"),
        ("Číslo", "left"),
        ("Projekt", "left"),
        ("Body", "right"),
        ("Požaduje", "right"),
        ("Požadováno průběžně", "right"),
    ]
    known = "" if allocation is None else f" Přibližná alokace fiche je {crowns(allocation)}."
    sentence = f"Projektů: {len(placed)}, požadováno celkem {crowns(placed[-1].running)}.{known}"
    return [
        heading(f"Pořadí: Fiche {fiche_name(call, number)}"),
        paragraph(sentence),
        table(columns, rows),
    ]


def _project(one: Placed, told: Told) -> list[dict[str, Any]]:
    case, visit = told.case, told.visit
    facts = [
        ("Žadatel", case.applicant_name),
        ("Místo realizace", case.place),
        ("Požadovaná dotace", crowns(case.requested)),
        ("Body a pořadí ve fichi", f"{points(one.entry.points)} bodů, {place(one)} místo"),
        ("O projektu nehlasují", ", ".join(told.conflicted) or "žádný člen není ve střetu zájmů"),
    ]
    if visit is not None:
        facts.append(("Potřebnost podle kontroly na místě", visit.need))
        facts.append(("Soulad se strategickým plánem", visit.accord))
    blocks = [heading(f"{case.number} {case.title}"), fact_rows(*facts), _sheets(told.sheets)]
    claims = visit.claims if visit is not None else []
    if claims:
        rows = [
            [one["statement"], CLAIM_WORDS[ClaimVerdict(one["verdict"])], one["note"]]
            for one in claims
        ]
        columns = [("Údaj v žádosti", "left"), ("Zjištění na místě", "left"), ("Popis", "left")]
        blocks.append(table(columns, rows))
    return blocks


def _sheets(sheets: Sequence[ScoreSheet]) -> dict[str, Any]:
    rows = [[one.evaluator_name, points(one.value.total), one.note or NOTHING] for one in sheets]
    return table([("Hodnotitel", "left"), ("Body", "right"), ("Poznámka", "left")], rows)


def _name(case: Case) -> str:
    return f"{case.applicant_name}: {case.title}"


def _facts(one: Placed, told: Mapping[UUID, Told]) -> dict[str, Any]:
    about = told[one.entry.application_id]
    return {
        "application_id": str(one.entry.application_id),
        "fiche": one.entry.fiche,
        "points": str(one.entry.points),
        "places": [one.first, one.last],
        "requested": one.entry.requested.to_json(),
        "sheets": [str(sheet.id) for sheet in about.sheets],
    }
