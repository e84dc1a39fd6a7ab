"""What the records and letters have in common."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.evaluation.domain.scores import shown
from services.evaluation.models import Call, Case
from shared.clock import PRAGUE
from shared.contracts.documents import (
    Content,
    DeliveryRequest,
    DocumentRequest,
    Recipient,
    Signer,
    paragraph,
)
from shared.deadlines import Deadline, date_words, deadline_sentence
from shared.document_kinds import layout_of
from shared.money import NBSP, Money

LONGEST_TITLE = 300
CONTACT = (
    "S dotazy i námitkami se obraťte na kancelář MAS; spojení je v záhlaví tohoto dopisu. "
    "Uveďte prosím číslo jednací."
)


def day(value: date | datetime) -> str:
    """Write a Prague calendar day: "3. dubna 2026"."""
    local = value.astimezone(PRAGUE).date() if isinstance(value, datetime) else value
    return date_words(local, str).replace(" ", NBSP)


def moment(value: datetime) -> str:
    """Write a Prague day and time: "3. dubna 2026 v 9:12"."""
    local = value.astimezone(PRAGUE)
    return f"{day(local.date())} v{NBSP}{local.hour}:{local.minute:02d}"


def crowns(value: Money) -> str:
    """Write an amount: "1 900 000 Kč"."""
    return value.formatted("cs")


def points(value: Fraction | Decimal | str) -> str:
    """Write points with a comma and no more decimal places than they need: "88,5"."""
    text = f"{shown(Fraction(value)):f}"
    return text.rstrip("0").rstrip(".").replace(".", ",")


def why(deadline: Deadline) -> str:
    """Say why a deadline falls on its day."""
    return deadline_sentence(deadline, str)


def call_name(call: Call) -> str:
    """Name the call by its number and, where it says more, its title."""
    return call.name


def fiche_name(call: Call, number: str) -> str:
    """Name a fiche by its number and, where the call opened it, its name."""
    fiche = call.fiche(number)
    return f"{number} – {fiche.name}" if fiche else number


def case_reference(call: Call, case: Case) -> list[tuple[str, str]]:
    """Return the reference lines on top of a record about one project."""
    return [
        ("Výzva", call_name(call)),
        ("Registrační číslo", case.number),
        ("Žadatel", case.applicant_name),
        ("Projekt", case.title),
        ("Fiche", fiche_name(call, case.fiche)),
        ("Požadovaná dotace", crowns(case.requested)),
        *_regulation_line(call),
    ]


def titled(title: str, case: Case) -> str:
    """Name a paper so that nobody takes it for the same paper about another project."""
    return f"{title} – {case.number} {case.applicant_name}"[:LONGEST_TITLE]


def call_reference(call: Call) -> list[tuple[str, str]]:
    """Return the reference lines on top of a record about a whole call."""
    return [
        ("Výzva", call_name(call)),
        ("Alokace výzvy", crowns(call.amount)),
        *_regulation_line(call),
    ]


def _regulation_line(call: Call) -> list[tuple[str, str]]:
    version = call.facts["regulation_version"]
    return [("Postup podle předpisu, verze", version)] if version else []


def regulation_facts(call: Call) -> dict[str, str | None]:
    """Return the version of the regulation that binds the call, for records and audit (R55)."""
    return {name: call.facts[name] for name in ("regulation_id", "regulation_version")}


def case_facts(case: Case, **more: Any) -> dict[str, Any]:
    """Return the machine-readable facts that are kept with a record about one project."""
    return {
        "application_id": str(case.id),
        "application_number": case.number,
        "fiche": case.fiche,
        "requested": case.requested.to_json(),
        **more,
    }


def record(
    kind: str,
    title: str,
    blocks: list[dict[str, Any]],
    signers: list[Signer],
    *,
    call: Call,
    case: Case | None = None,
    facts: dict[str, Any] | None = None,
) -> DocumentRequest:
    """Build a record that stays in the folder."""
    return DocumentRequest(
        kind=kind,
        layout=layout_of(kind),
        title=titled(title, case) if case else title,
        content=Content(
            reference=case_reference(call, case) if case else call_reference(call), blocks=blocks
        ),
        signers=signers,
        case_id=case.id if case else None,
        call_id=call.id,
        facts={**(facts or {}), **regulation_facts(call)},
    )


def letter(
    kind: str,
    title: str,
    blocks: list[dict[str, Any]],
    signer: Signer,
    *,
    call: Call,
    case: Case,
    facts: dict[str, Any] | None = None,
    dispatch_by: date | None = None,
) -> DocumentRequest:
    """Build a letter to the applicant, to be delivered provably."""
    applicant = case.view.applicant
    recipient = Recipient(
        name=applicant.name,
        address=applicant.address,
        data_box_id=applicant.data_box_id,
        ic=applicant.ic,
    )
    return DocumentRequest(
        kind=kind,
        layout=layout_of(kind),
        title=titled(title, case),
        content=Content(
            reference=case_reference(call, case),
            blocks=[paragraph("Vážená paní, vážený pane,"), *blocks, paragraph(CONTACT)],
        ),
        signers=[signer],
        case_id=case.id,
        call_id=call.id,
        facts={**(facts or case_facts(case)), **regulation_facts(call)},
        delivery=DeliveryRequest(
            recipient=recipient,
            subject=f"{title} – {case.number}",
            channel="auto",
            dispatch_by=dispatch_by,
        ),
    )
