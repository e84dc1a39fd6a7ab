"""Between rows of a call and the values that the rules know."""

from services.registry.domain.allocation_rules import AllocationRule
from services.registry.domain.calls import CallPlan
from services.registry.domain.fiches import (
    AcceptabilityCriterion,
    Attachment,
    Fiche,
    ScoringCriterion,
)
from services.registry.domain.intake import SheetItem, sheet_items
from services.registry.models import Call, FicheRow
from shared.contracts.codec import from_json, to_json

DEFAULT_FORMAL_ITEMS = (
    SheetItem("delivered_in_window", "Žádost byla podána v termínu a v místě podle výzvy"),
    SheetItem("electronic_form", "Žádost je v elektronické podobě a lze ji otevřít"),
    SheetItem("all_fields", "Povinné údaje žádosti jsou vyplněné"),
    SheetItem("signed", "Žádost je podepsaná oprávněnou osobou"),
)
"""Lines of the control sheet of a new call; each call may have its own (R15)."""


def fiche_of(row: FicheRow) -> Fiche:
    """Return the fiche as a value."""
    return Fiche(
        code=row.code,
        name=row.name,
        allocation=row.allocation,
        attachments=tuple(from_json(Attachment, item) for item in row.attachments),
        acceptability=tuple(from_json(AcceptabilityCriterion, item) for item in row.acceptability),
        scoring=tuple(from_json(ScoringCriterion, item) for item in row.scoring),
    )


def write_fiche(row: FicheRow, fiche: Fiche, position: int) -> FicheRow:
    """Write the value into its row."""
    row.code, row.name, row.position = fiche.code, fiche.name, position
    row.allocation = fiche.allocation
    row.attachments = to_json(list(fiche.attachments))
    row.acceptability = to_json(list(fiche.acceptability))
    row.scoring = to_json(list(fiche.scoring))
    return row


def rule_of(call: Call) -> AllocationRule | None:
    """Return the declared rule, ``None`` while there is none."""
    return from_json(AllocationRule, call.rule) if call.rule else None


def plan_of(call: Call) -> CallPlan:
    """Return the call as a value."""
    return CallPlan(
        number=call.number,
        title=call.title,
        fiches=tuple(fiche_of(row) for row in call.fiches),
        rule=rule_of(call),
        intake_opens_at=call.opens_at,
        intake_closes_at=call.closes_at,
        intake_place=call.intake_place,
        presentation_at=call.presentation_at,
        presentation_place=call.presentation_place,
        approved_amount=call.approved_amount,
        regulation_version_id=call.regulation_version_id,
    )


def sheet_items_of(call: Call, fiche: FicheRow) -> tuple[SheetItem, ...]:
    """Return the lines of the control sheet for one fiche of the call."""
    formal = (SheetItem(item["code"], item["text"]) for item in call.formal_items)
    return sheet_items(formal, fiche_of(fiche))


def formal_items_json(items: tuple[SheetItem, ...] = DEFAULT_FORMAL_ITEMS) -> list[dict[str, str]]:
    """Return the formal lines as they are stored."""
    return [{"code": item.code, "text": item.text} for item in items]
