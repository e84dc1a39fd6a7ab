"""Records about money: what the programme committee decided, and the drawdown of the plan."""

from decimal import Decimal

from services.registry.domain.drawdown import Drawdown, FicheDrawdown
from services.registry.models import AllocationDecision, Call
from services.registry.service.papers import day_words, moment_words, signer_of
from services.registry.service.work import Work
from shared.contracts.codec import to_json
from shared.contracts.documents import (
    Content,
    DocumentRequest,
    fact_rows,
    heading,
    paragraph,
    statement,
    table,
)
from shared.document_kinds import layout_of
from shared.money import Money

NOTHING = "–"
OUTCOMES = {
    "approved": "PROGRAMOVÝ VÝBOR SCHVÁLIL PŘEDBĚŽNOU ČÁSTKU",
    "returned": "PROGRAMOVÝ VÝBOR VRÁTIL DOPORUČENÍ K PŘEPRACOVÁNÍ",
}


def allocation_decision(work: Work, call: Call, decision: AllocationDecision) -> DocumentRequest:
    """Compose the record of the decision about the amount of a call (R65, R66, R97)."""
    rows = [
        ("Doporučila", f"{decision.recommended_by}, {moment_words(decision.recommended_at)}"),
        ("Zdůvodnění doporučení", decision.reason),
        ("Částka výzvy", decision.amount.formatted("cs")),
        ("Den jednání výboru", day_words(decision.decided_on) if decision.decided_on else NOTHING),
        ("Zaznamenal(a)", decision.decided_by),
        ("Poznámka", decision.note or NOTHING),
    ]
    names = {fiche.code: fiche.name for fiche in call.fiches}
    amounts = [(item["code"], item["allocation"]) for item in decision.fiches]
    lines = [
        [f"{code} {names.get(code, '')}".strip(), _amount(amount and Money.from_json(amount))]
        for code, amount in amounts
    ]
    columns = [("Fiche", "left"), ("Přibližná alokace", "right")]
    return DocumentRequest(
        kind="allocation_decision",
        layout=layout_of("allocation_decision"),
        title=f"Rozhodnutí programového výboru o částce – {call.title}",
        content=Content(
            [("Výzva", call.title), ("Datum", moment_words(work.now))],
            [
                statement(OUTCOMES[decision.outcome or "returned"]),
                fact_rows(*rows),
                heading("Alokace fichí"),
                table(columns, lines),
            ],
        ),
        signers=[signer_of(work)],
        call_id=call.id,
        facts=to_json(
            {
                "call_id": call.id,
                "outcome": decision.outcome,
                "amount": decision.amount,
                "fiches": decision.fiches,
                "decided_on": decision.decided_on,
            }
        ),
    )


def drawdown_report(work: Work, present: Drawdown) -> DocumentRequest:
    """Compose the report about the drawdown of the strategic plan (R69)."""
    columns = [
        ("Fiche", "left"),
        ("Plán %", "right"),
        ("Plán", "right"),
        ("Schváleno", "right"),
        ("V otevřených výzvách", "right"),
        ("Čerpání %", "right"),
        ("Rozdíl v p. b.", "right"),
        ("Zbývá", "right"),
    ]
    totals = [
        "Celkem",
        "",
        _amount(present.total),
        _amount(present.allotted),
        _amount(present.in_open_calls),
        "",
        "",
        _amount(present.gap),
    ]
    blocks = [
        paragraph(
            "Stav čerpání strategického plánu podle konečných výsledků výzev. Čerpání v procentech "
            "je podíl fiche na všem, co bylo dosud schváleno. Rozdíl říká, o kolik procentních "
            "bodů je nižší než plán; záporný znamená, že fiche čerpá víc."
        ),
        table(columns, [*map(_line, present.fiches), *_undivided(present)], totals),
    ]
    return DocumentRequest(
        kind="drawdown_report",
        layout=layout_of("drawdown_report"),
        title=f"Čerpání strategie ke dni {day_words(work.today)}",
        content=Content([("Stav k", moment_words(work.now))], blocks),
        signers=[signer_of(work)],
        facts=to_json(present),
    )


def _line(row: FicheDrawdown) -> list[str]:
    return [
        f"{row.fiche} {row.name}".strip(),
        _number(row.planned_percent),
        _amount(row.planned),
        _amount(row.allotted),
        _amount(row.in_open_calls),
        _number(row.actual_percent),
        _number(row.gap_points),
        _amount(row.gap),
    ]


def _undivided(present: Drawdown) -> list[list[str]]:
    """Show what open calls hold for no single fiche, so that the column adds up to its total."""
    if present.without_fiche == Money.zero():
        return []
    return [["nerozdělené na fiche", "", "", "", _amount(present.without_fiche), "", "", ""]]


def _amount(money: Money | None) -> str:
    return NOTHING if money is None else money.formatted("cs")


def _number(number: Decimal) -> str:
    return f"{number:.2f}".replace(".", ",").replace("-", "−")
