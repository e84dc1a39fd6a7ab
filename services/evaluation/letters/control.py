"""Records and letters of the administrative control."""

from collections.abc import Sequence
from datetime import date, datetime

from services.evaluation.domain import controls
from services.evaluation.models import Call, Case, Control
from shared.contracts.documents import (
    DocumentRequest,
    Signer,
    checklist,
    fact_rows,
    heading,
    paragraph,
    statement,
    table,
)
from shared.deadlines import Deadline, latest_safe_dispatch

from .parts import case_facts, day, letter, moment, record, why
from .reviews import review_advice

ENTRY_TEXT = "ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI"
NOTICE_TITLE = "Oznámení o provedení administrativní kontroly"
DEFICIENCY_TITLE = "Výzva k odstranění nedostatků"
KIND_HEADINGS = {
    controls.ItemKind.ACCEPTABILITY: "Kritéria přijatelnosti",
    controls.ItemKind.ATTACHMENT: "Přílohy",
}


def control_list(
    call: Call,
    case: Case,
    control: Control,
    items: Sequence[controls.ControlItem],
    *,
    on: datetime,
) -> DocumentRequest:
    """Compose the filled control list of one controller (R28, R30, R31)."""
    verdict = "přijatelný" if control.is_acceptable else "nepřijatelný"
    blocks = [block for kind in KIND_HEADINGS for block in _findings(kind, control, items)]
    blocks += [
        heading("Závěr"),
        paragraph(
            "Podle mého zjištění je projekt v rámci administrativní kontroly "
            f"{verdict}{'.' if control.is_acceptable else ' z důvodů uvedených výše.'}"
        ),
        statement(f"PROJEKT JE {verdict.upper()}"),
        fact_rows(
            ("Kontrolu provedl(a)", control.controller_name),
            ("Datum kontroly", day(on)),
            ("Kolo kontroly", str(control.round)),
        ),
    ]
    return record(
        "control_list",
        "Kontrolní list",
        blocks,
        [_signer(control)],
        call=call,
        case=case,
        facts=case_facts(
            case,
            round=control.round,
            findings=control.findings,
            is_acceptable=control.is_acceptable,
        ),
    )


def _findings(
    kind: controls.ItemKind, control: Control, items: Sequence[controls.ControlItem]
) -> list[dict[str, object]]:
    mine = [item for item in items if item.kind is kind]
    if not mine:
        return []
    found = control.finding_values
    rows = [(item.text, found[item.code].verdict.value, found[item.code].note) for item in mine]
    return [heading(KIND_HEADINGS[kind]), checklist(*rows)]


def control_entry(call: Call, case: Case, control: Control, *, on: datetime) -> DocumentRequest:
    """Compose the record in the project folder (R32): name, date, the exact text, signature."""
    return record(
        "control_entry",
        "Záznam ve složce projektu",
        [
            statement(ENTRY_TEXT),
            fact_rows(
                ("Jméno", control.controller_name),
                ("Datum", day(on)),
                ("Kolo kontroly", str(control.round)),
            ),
        ],
        [_signer(control)],
        call=call,
        case=case,
        facts=case_facts(case, text=ENTRY_TEXT, round=control.round),
    )


def _signer(control: Control) -> Signer:
    return Signer(control.controller_id, control.controller_name, control.controller_function)


def deficiency_call(
    call: Call,
    case: Case,
    deficiencies: Sequence[str],
    fixed_date: date,
    *,
    signer: Signer,
) -> DocumentRequest:
    """Compose the call to remove deficiencies (R33, R34)."""
    rows = [[str(number), text] for number, text in enumerate(deficiencies, start=1)]
    blocks = [
        paragraph(
            "při administrativní kontrole Vaší žádosti jsme zjistili nedostatky, které je "
            "nutné odstranit. Jde o tyto nedostatky:"
        ),
        table([("Č.", "right"), ("Nedostatek", "left")], rows),
        paragraph("Nedostatky odstraňte nejpozději v tento den:"),
        statement(day(fixed_date)),
        paragraph(
            "Opravené nebo doplněné podklady doručte do kanceláře MAS, nebo je pošlete datovou "
            f"schránkou, a uveďte registrační číslo {case.number}. Termín je pevný. "
            "Pokud nedostatky do tohoto dne neodstraníte, bude administrativní kontrola "
            "ukončena a projekt nepostoupí k hodnocení."
        ),
    ]
    return letter(
        "deficiency_call",
        DEFICIENCY_TITLE,
        blocks,
        signer,
        call=call,
        case=case,
        facts=case_facts(case, deficiencies=list(deficiencies), fixed_date=fixed_date.isoformat()),
        dispatch_by=latest_safe_dispatch(fixed_date, call.deadlines),
    )


def control_notice(
    call: Call,
    case: Case,
    deadline: Deadline,
    *,
    outcome: str,
    reasons: Sequence[str],
    signer: Signer,
) -> DocumentRequest:
    """Compose the notice about the administrative control (R36, R37).

    Args:
        outcome: ``passed``, ``failed`` or ``expired``.
        reasons: Defects that were found, in the controllers' words.
    """
    ended = case.control_ended_at
    dated = f" Kontrola byla ukončena dne {day(ended)}." if ended else ""
    blocks = [
        paragraph(
            "oznamujeme Vám výsledek administrativní kontroly žádosti o dotaci, kterou jste "
            f"podali v rámci výzvy č. {call.number}.{dated}"
        ),
        *_outcome_blocks(call, outcome, reasons),
    ]
    return letter(
        "control_notice",
        NOTICE_TITLE,
        blocks,
        signer,
        call=call,
        case=case,
        facts=case_facts(
            case, outcome=outcome, notice_due=deadline.due.isoformat(), notice_why=why(deadline)
        ),
        dispatch_by=deadline.due,
    )


def _outcome_blocks(call: Call, outcome: str, reasons: Sequence[str]) -> list[dict[str, object]]:
    if outcome == "passed":
        return [
            statement("PROJEKT JE PŘIJATELNÝ"),
            paragraph(
                "Projekt splnil podmínky administrativní kontroly a postupuje k hodnocení. "
                "Přijďte jej představit na veřejné prezentaci projektů:"
            ),
            fact_rows(
                ("Kdy", moment(call.presentation_at)),
                ("Kde", call.presentation_place),
            ),
            paragraph("Změní-li se termín nebo místo, dáme Vám včas vědět."),
        ]
    if outcome == "expired":
        cause = (
            "Nedostatky uvedené ve výzvě k jejich odstranění nebyly ve stanoveném termínu "
            "odstraněny. Projekt proto nepostupuje k hodnocení."
        )
        return [statement("PROJEKT NENÍ PŘIJATELNÝ"), paragraph(cause), *review_advice(call)]
    rows = [[str(number), text] for number, text in enumerate(reasons, start=1)]
    return [
        statement("PROJEKT NENÍ PŘIJATELNÝ"),
        paragraph("Projekt nesplnil podmínky administrativní kontroly z těchto důvodů:"),
        table([("Č.", "right"), ("Důvod", "left")], rows),
        *review_advice(call),
    ]
