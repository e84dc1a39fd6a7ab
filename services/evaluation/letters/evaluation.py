"""Records of evaluation: score sheets, ex-ante checks, presentations."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from services.evaluation.domain.onsite import Claim, ClaimVerdict, Effect
from services.evaluation.domain.scores import Criterion
from services.evaluation.models import (
    Assignment,
    Call,
    Case,
    OnsiteCheck,
    PresentationChange,
    PresentationSession,
    ScoreSheet,
)
from shared.contracts.documents import (
    DocumentRequest,
    Signer,
    fact_rows,
    heading,
    paragraph,
    table,
)
from shared.contracts.registry import FileView

from .parts import case_facts, day, letter, moment, points, record

GOAL = "cíl strategického plánu"
CLAIM_WORDS = {
    ClaimVerdict.TRUE: "pravdivé",
    ClaimVerdict.NOT_TRUE: "nepravdivé",
    ClaimVerdict.NOT_VERIFIABLE: "nelze ověřit",
}
EFFECT_WORDS = {
    Effect.NONE: "bez důsledku",
    Effect.POINTS: "srážka bodů",
    Effect.NOT_RECOMMENDED: "projekt nelze doporučit",
}


def score_sheet(
    call: Call,
    case: Case,
    sheet: ScoreSheet,
    criteria: Sequence[Criterion],
    *,
    assignment: Assignment,
) -> DocumentRequest:
    """Compose the score sheet of one evaluator (R50-R52)."""
    value = sheet.value
    rows = [
        [
            _with_goal(criterion),
            points(criterion.max_points),
            points(value.scores[criterion.code].points),
            value.scores[criterion.code].reason,
        ]
        for criterion in criteria
    ]
    totals = [
        "Celkem",
        points(sum((c.max_points for c in criteria), Decimal(0))),
        points(value.total),
        "",
    ]
    columns = [("Kritérium", "left"), ("Nejvýše", "right"), ("Body", "right"), ("Důvod", "left")]
    blocks = [table(columns, rows, totals)]
    if sheet.note:
        blocks += [heading("Poznámka hodnotitele"), paragraph(sheet.note)]
    blocks.append(
        paragraph(
            "Prohlašuji, že jsem projekt hodnotil(a) nestranně a že mi není známa žádná "
            "skutečnost, pro kterou bych byl(a) ve střetu zájmů."
        )
    )
    return record(
        "score_sheet",
        "Bodovací list",
        blocks,
        [Signer(sheet.evaluator_id, sheet.evaluator_name, assignment.evaluator_function)],
        call=call,
        case=case,
        facts=case_facts(
            case,
            scores=sheet.scores,
            total=str(value.total),
            spl_goals={one.code: one.spl_goal for one in criteria if one.spl_goal},
        ),
    )


def _with_goal(criterion: Criterion) -> str:
    """Name the criterion, and the goal of the strategic plan that it serves (R51)."""
    goal = f" ({GOAL}: {criterion.spl_goal})" if criterion.spl_goal else ""
    return f"{criterion.text}{goal}"


def onsite_record(
    call: Call,
    case: Case,
    check: OnsiteCheck,
    claims: Sequence[Claim],
    criteria: Sequence[Criterion],
    *,
    signers: list[Signer],
) -> DocumentRequest:
    """Compose the record of the ex-ante check (R48-R51)."""
    rows = [
        [
            claim.statement,
            CLAIM_WORDS[claim.verdict],
            claim.note,
            EFFECT_WORDS[claim.effect]
            + (f" ({points(claim.deduction)})" if claim.effect is Effect.POINTS else ""),
        ]
        for claim in claims
    ]
    columns = [
        ("Údaj v žádosti", "left"),
        ("Zjištění", "left"),
        ("Popis", "left"),
        ("Důsledek", "left"),
    ]
    blocks = [
        fact_rows(
            ("Datum kontroly", day(check.visited_on)),
            ("Místo", check.place),
            ("Přítomní členové komise", ", ".join(person["name"] for person in check.present)),
        ),
        heading("Pravdivost údajů uvedených v žádosti"),
        table(columns, rows),
        heading("Potřebnost projektu"),
        paragraph(check.need),
        heading("Soulad se strategickým plánem, jeho cíli a prioritami"),
        paragraph(check.accord),
    ]
    goals = [(one.text, one.spl_goal) for one in criteria if one.spl_goal]
    if goals:
        rows = [list(goal) for goal in goals]
        columns = [("Kritérium fiche", "left"), ("Cíl nebo priorita strategického plánu", "left")]
        blocks.append(table(columns, rows))
    return record(
        "onsite_record",
        "Záznam o kontrole ex ante na místě",
        blocks,
        signers,
        call=call,
        case=case,
        facts=case_facts(case, claims=check.claims, deduction=check.deduction),
    )


def print_receipt(
    call: Call,
    case: Case,
    files: Sequence[FileView],
    *,
    handed_by: str,
    on: datetime,
    signer: Signer,
) -> DocumentRequest:
    """Compose the receipt by which an evaluator confirms the material on paper (R46)."""
    rows = [[str(number), file.name] for number, file in enumerate(files, start=1)]
    blocks = [
        fact_rows(("Předal(a)", handed_by), ("Převzal(a)", signer.name), ("Datum", day(on))),
        paragraph(
            "Potvrzuji, že jsem na vlastní žádost převzal(a) tyto vytištěné podklady projektu "
            "k hodnocení. Nepředám je nikomu dalšímu."
        ),
        table([("Č.", "right"), ("Podklad", "left")], rows),
    ]
    return record(
        "print_receipt",
        "Potvrzení o převzetí vytištěných podkladů",
        blocks,
        [signer],
        call=call,
        case=case,
        facts=case_facts(
            case,
            handed_by=handed_by,
            files=[{"id": str(file.id), "sha256": file.sha256} for file in files],
        ),
    )


def presentation_record(
    call: Call, session: PresentationSession, cases: Sequence[Case], *, signer: Signer
) -> DocumentRequest:
    """Compose the record of the public presentations (R56)."""
    by_id = {str(case.id): case for case in cases}
    rows = []
    for number, entry in enumerate(session.entries, start=1):
        case = by_id[entry["application_id"]]
        rows.append(
            [
                str(number),
                case.number,
                case.applicant_name,
                case.title,
                "představen" if entry["was_presented"] else "nepředstaven",
                entry["note"],
            ]
        )
    columns = [
        ("Poř.", "right"),
        ("Číslo", "left"),
        ("Žadatel", "left"),
        ("Projekt", "left"),
        ("Prezentace", "left"),
        ("Poznámka", "left"),
    ]
    facts = [("Konání", moment(call.presentation_at)), ("Místo", call.presentation_place)]
    if session.public_count is not None:
        facts.append(("Přítomno z veřejnosti", str(session.public_count)))
    blocks = [fact_rows(*facts), table(columns, rows)]
    if session.note:
        blocks.append(paragraph(session.note))
    return record(
        "presentation_record",
        f"Záznam o veřejných prezentacích projektů – {call.number}. výzva",
        blocks,
        [signer],
        call=call,
        facts={"entries": session.entries},
    )


def presentation_notice(
    call: Call, case: Case, change: PresentationChange, *, signer: Signer
) -> DocumentRequest:
    """Compose the notice of a new date of presentations (R58, R59)."""
    blocks = [
        paragraph("oznamujeme Vám změnu termínu veřejné prezentace projektů."),
        fact_rows(
            ("Původní termín", f"{moment(change.old_at)}, {change.old_place}"),
            ("Nový termín", f"{moment(change.new_at)}, {change.new_place}"),
            ("Důvod změny", change.reason),
        ),
        paragraph("Prosíme, abyste svůj projekt představili v novém termínu."),
    ]
    return letter(
        "presentation_notice",
        "Změna termínu veřejné prezentace projektů",
        blocks,
        signer,
        call=call,
        case=case,
        facts=case_facts(case, new_at=change.new_at.isoformat()),
    )
