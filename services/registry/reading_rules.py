"""From checked values of a request to fiches and an allocation rule."""

from typing import Any

from services.registry.domain.allocation_rules import AllocationRule, Preference, SpillOver
from services.registry.domain.fiches import (
    AcceptabilityCriterion,
    Attachment,
    Fiche,
    ScoringCriterion,
)
from services.registry.domain.intake import SheetItem
from services.registry.service.calls import FichesFacts
from services.registry.service.plans import DEFAULT_FORMAL_ITEMS


def fiches_facts(body: dict[str, Any]) -> FichesFacts:
    """Return the fiches, the rule and the formal lines as values."""
    given = body.get("formal_items")
    items = tuple(SheetItem(**item) for item in given) if given else DEFAULT_FORMAL_ITEMS
    rule = body.get("rule")
    return FichesFacts(
        fiches=tuple(fiche(item) for item in body["fiches"]),
        rule=allocation_rule(rule) if rule else None,
        formal_items=items,
    )


def fiche(body: dict[str, Any]) -> Fiche:
    """Return one fiche as a value."""
    return Fiche(
        code=body["code"],
        name=body["name"],
        allocation=body["allocation"],
        attachments=tuple(Attachment(**item) for item in body["attachments"]),
        acceptability=tuple(AcceptabilityCriterion(**item) for item in body["acceptability"]),
        scoring=tuple(ScoringCriterion(**item) for item in body["scoring"]),
    )


def allocation_rule(body: dict[str, Any]) -> AllocationRule:
    """Return the rule as a value."""
    spill = body["spill_over"]
    nested = {
        "tiers": tuple(tuple(tier) for tier in body["tiers"]),
        "preferences": tuple(Preference(**item) for item in body["preferences"]),
        "consider_underdrawn": tuple(body["consider_underdrawn"]),
        "tie_break": tuple(body["tie_break"]),
        "spill_over": SpillOver(tuple(spill["from_fiches"]), tuple(spill["to_fiches"]))
        if spill
        else None,
    }
    return AllocationRule(**{**body, **nested})
