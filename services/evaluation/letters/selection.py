"""Records of the selection: minutes, resolution, result notices."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from services.evaluation.models import Call, Case, Meeting, Recommendation, Resolution
from shared.contracts.documents import (
    DocumentRequest,
    Signer,
    fact_rows,
    heading,
    paragraph,
    statement,
    table,
)
from shared.money import Money

from .parts import case_facts, crowns, day, fiche_name, letter, moment, points, record
from .reviews import review_advice

VERDICT_WORDS = {"approved": "schváleno", "rejected": "neschváleno", "reserve": "náhradník"}


def committee_minutes(
    call: Call,
    meeting: Meeting,
    decided: Sequence[tuple[Case, Recommendation]],
    *,
    signers: list[Signer],
) -> DocumentRequest:
    """Compose the minutes with one recommendation per project (R61, R62, R67)."""
    present = ", ".join(
        f"{person['name']}{' (předsedá)' if person['id'] == str(meeting.chair_id) else ''}"
        for person in meeting.present
    )
    blocks = [
        fact_rows(
            ("Konání", moment(meeting.held_at)), ("Místo", meeting.place), ("Přítomní", present)
        ),
        paragraph(
            "Výběrová komise projednala po kontrolách ex ante a veřejných prezentacích každý "
            "projekt zvlášť. Postupovala podle bodového hodnocení v rámci jednotlivých fichí."
        ),
    ]
    for fiche in sorted({case.fiche for case, _ in decided}):
        blocks += [heading(f"Fiche {fiche_name(call, fiche)}"), _recommendations(fiche, decided)]
    for transfer in meeting.transfers:
        blocks.append(paragraph(_transfer_sentence(transfer, decided)))
    facts = [
        {
            "application_id": str(case.id),
            "is_recommended": item.is_recommended,
            "reason": item.reason,
            "points": item.points,
            "voters": item.voters,
            "recused": item.recused,
        }
        for case, item in decided
    ]
    return record(
        "committee_minutes",
        f"Zápis z jednání výběrové komise – {call.number}. výzva",
        blocks,
        signers,
        call=call,
        facts={"recommendations": facts, "transfers": meeting.transfers},
    )


def _recommendations(
    fiche: str, decided: Sequence[tuple[Case, Recommendation]]
) -> dict[str, object]:
    mine = [pair for pair in decided if pair[0].fiche == fiche]
    mine.sort(key=lambda pair: (-Fraction(pair[1].points), pair[0].received_order))
    rows = []
    for case, item in mine:
        recused = ", ".join(person["name"] for person in item.recused)
        rows.append(
            [
                case.number,
                f"{case.applicant_name}: {case.title}",
                points(item.points),
                crowns(case.requested),
                "doporučen" if item.is_recommended else "nedoporučen",
                f"{item.in_favour}/{item.against}/{item.abstained}",
                item.reason
                + (f" (hlasování se zdrželi pro střet zájmů: {recused})" if recused else ""),
            ]
        )
    columns = [
        ("Číslo", "left"),
        ("Projekt", "left"),
        ("Body", "right"),
        ("Požaduje", "right"),
        ("Doporučení", "left"),
        ("Pro/proti/zdrž.", "left"),
        ("Důvod", "left"),
    ]
    return table(columns, rows)


def _transfer_sentence(
    transfer: dict[str, object], decided: Sequence[tuple[Case, Recommendation]]
) -> str:
    names = {str(case.id): case.number for case, _ in decided}
    ids = transfer["application_ids"]
    numbers = ", ".join(names[str(key)] for key in ids) if isinstance(ids, list) else ""
    return (
        f"Komise doporučuje převést nevyčerpanou alokaci fiche {transfer['from_fiche']} na fiche "
        f"{transfer['to_fiche']} a schválit z ní tyto projekty: {numbers}. "
        f"Důvod: {transfer['reason']}"
    )


def resolution(
    call: Call, item: Resolution, cases: dict[str, Case], *, signers: list[Signer]
) -> DocumentRequest:
    """Compose the general assembly's resolution (R68)."""
    vote = item.vote
    blocks = [
        paragraph(
            f"Valná hromada schválila dne {day(item.decided_on)} konečný výběr projektů "
            f"{call.number}. výzvy, a tím i výši alokace pro výzvu a jednotlivé fiche."
        ),
        fact_rows(
            ("Hlasů celkem", str(vote["entitled"])),
            ("Přítomno", str(vote["present"])),
            ("Pro", str(vote["in_favour"])),
            ("Proti", str(vote["against"])),
            ("Zdrželo se", str(vote["abstained"])),
        ),
        heading("Výběr projektů"),
        _selected(item, cases),
        heading("Konečná alokace fichí"),
        _amounts(call, item),
    ]
    if item.amount_change_reason:
        blocks.append(paragraph(f"Důvod změny částky výzvy: {item.amount_change_reason}"))
    return record(
        "resolution",
        f"Usnesení valné hromady č. {item.number}",
        blocks,
        signers,
        call=call,
        facts={"vote": vote, "lines": item.lines, "total": item.total.to_json()},
    )


def _selected(item: Resolution, cases: dict[str, Case]) -> dict[str, object]:
    columns = [
        ("Fiche", "left"),
        ("Číslo", "left"),
        ("Projekt", "left"),
        ("Body", "right"),
        ("Požaduje", "right"),
        ("Rozhodnutí", "left"),
        ("Dotace", "right"),
        ("Poznámka", "left"),
    ]
    rows = [_selected_row(line, cases[line["application_id"]]) for line in item.lines]
    return table(columns, rows, ["", "", "Celkem", "", "", "", crowns(item.total), ""])


def _selected_row(line: dict[str, Any], case: Case) -> list[str]:
    return [
        case.fiche,
        case.number,
        f"{case.applicant_name}: {case.title}",
        points(line["points"]),
        crowns(case.requested),
        VERDICT_WORDS[line["verdict"]],
        crowns(Money.from_json(line["amount"])),
        line["reason"],
    ]


def _amounts(call: Call, item: Resolution) -> dict[str, object]:
    rows = [
        [fiche_name(call, fiche), crowns(Money.from_json(amount))]
        for fiche, amount in item.by_fiche.items()
    ]
    return table([("Fiche", "left"), ("Alokace", "right")], rows, ["Celkem", crowns(item.total)])


def result_notice(
    call: Call, case: Case, item: Resolution, line: dict[str, object], *, signer: Signer
) -> DocumentRequest:
    """Compose the notice of the result to the applicant, with points and amount (R98)."""
    verdict = str(line["verdict"])
    amount = Money.from_json(line["amount"])
    words = {
        "approved": (
            "PROJEKT BYL SCHVÁLEN",
            "Valná hromada Váš projekt schválila. "
            "O dalších krocích k vyplacení dotace Vás bude informovat kancelář MAS.",
        ),
        "rejected": ("PROJEKT NEBYL SCHVÁLEN", "Valná hromada Váš projekt neschválila."),
        "reserve": (
            "PROJEKT JE NÁHRADNÍKEM",
            "Váš projekt byl zařazen mezi náhradníky. "
            "Uvolní-li se prostředky, budeme Vás informovat.",
        ),
    }[verdict]
    facts = [
        ("Počet získaných bodů", points(str(line["points"]))),
        ("Požadovaná dotace", crowns(case.requested)),
        ("Schválená dotace", crowns(amount)),
        ("Usnesení", f"č. {item.number} ze dne {day(item.decided_on)}"),
    ]
    if line["explanation"]:
        facts.append(("Odůvodnění", str(line["explanation"])))
    return letter(
        "result_notice",
        "Oznámení o výsledku výběru projektů",
        [
            paragraph(f"oznamujeme Vám výsledek výběru projektů {call.number}. výzvy."),
            statement(words[0]),
            paragraph(words[1]),
            fact_rows(*facts),
            *review_advice(call),
        ],
        signer,
        call=call,
        case=case,
        facts=case_facts(case, verdict=verdict, points=line["points"], amount=amount.to_json()),
    )
