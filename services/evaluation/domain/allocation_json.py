"""The allocation rule and result as JSON values: read from the call, kept with the run."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shared.contracts.allocation import (
    AmountKind,
    OnMisfit,
    Ranking,
    TieBreak,
    TransferMode,
    UnderdrawnMechanism,
)
from shared.errors import DomainError
from shared.money import Money

from .allocation import AllocationResult, Candidate, Step
from .allocation_rule import AllocationRule, Preference, SpillOver

KNOWN = {
    "amount_kind",
    "ranking",
    "on_misfit",
    "tiers",
    "others_last",
    "spill_over",
    "preferences",
    "transfer",
    "consider_underdrawn",
    "underdrawn_mechanism",
    "tie_break",
    "min_points",
}


class RuleNotReadable(DomainError):
    """The declared rule has words that the vocabulary does not know."""


def rule_from_json(
    rule: Mapping[str, Any], amount: Money, fiches: Mapping[str, Money | None]
) -> AllocationRule:
    """Read the rule that a call declares.

    Args:
        rule: The rule as announced.
        amount: The approved amount of the call.
        fiches: Approximate amount of each fiche, in the call's order; ``None`` where none.

    Raises:
        RuleNotReadable: A field or a value is unknown, or a needed one is missing.

    Source:
        Section 1.9 of the process: nothing outside the vocabulary decides.
    """
    unknown = sorted(set(rule) - KNOWN)
    if unknown:
        raise RuleNotReadable(fields=unknown)
    try:
        return _read(rule, amount, fiches)
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise RuleNotReadable(fields=[str(error)]) from error


def _read(
    rule: Mapping[str, Any], amount: Money, fiches: Mapping[str, Money | None]
) -> AllocationRule:
    ranking = Ranking(rule["ranking"])
    is_within = ranking is Ranking.WITHIN_FICHE
    spill = rule.get("spill_over")
    mechanism = rule.get("underdrawn_mechanism")
    least = rule.get("min_points")
    return AllocationRule(
        amount=amount,
        ranking=ranking,
        on_misfit=OnMisfit(rule["on_misfit"]),
        amount_kind=AmountKind(rule.get("amount_kind", AmountKind.MAXIMUM)),
        # Without ranking within fiches their amounts only inform; they bind nothing.
        fiche_allocation=tuple((f, m) for f, m in fiches.items() if is_within and m is not None),
        tiers=tuple(tuple(tier) for tier in rule.get("tiers", ())),
        others_last=bool(rule.get("others_last", False)),
        spill_over=SpillOver(tuple(spill["from_fiches"]), tuple(spill["to_fiches"]))
        if spill
        else None,
        preferences=tuple(
            Preference(item["fiche"], item["applicant_kind"])
            for item in rule.get("preferences", ())
        ),
        transfer=TransferMode(rule.get("transfer", TransferMode.NONE)),
        consider_underdrawn=tuple(rule.get("consider_underdrawn", ())),
        underdrawn_mechanism=UnderdrawnMechanism(mechanism) if mechanism else None,
        tie_break=tuple(
            TieBreak(item) for item in rule.get("tie_break", (TieBreak.RECEIVED_ORDER,))
        ),
        min_points=None if least is None else Decimal(str(least)),
    )


def candidate_to_json(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate as it entered the run; points stay exact.

    Source:
        R62-R68: what the assembly decides about can be recalculated from what was kept.
    """
    return {
        "application_id": str(candidate.application_id),
        "number": candidate.number,
        "fiche": candidate.fiche,
        "points": str(candidate.points),
        "requested": candidate.requested.to_json(),
        "applicant_kind": candidate.applicant_kind,
        "received_order": candidate.received_order,
        "is_recommended": candidate.is_recommended,
    }


def result_to_json(result: AllocationResult) -> dict[str, Any]:
    """Return the whole run line by line, with every step and every sum.

    Source:
        R62-R68: what the assembly decides about can be recalculated from what was kept.
    """
    return {
        "lines": [
            {
                **candidate_to_json(line.candidate),
                "rank": line.rank,
                "fiche_rank": line.fiche_rank,
                "outcome": line.outcome.value,
                "granted": line.granted.to_json(),
                "step": _step(line.step),
            }
            for line in result.lines
        ],
        "steps": [_step(step) for step in result.steps],
        "transfers": [
            {
                "application_id": str(item.application_id),
                "to_fiche": item.to_fiche,
                "amount": item.amount.to_json(),
                "sources": [[fiche, part.to_json()] for fiche, part in item.sources],
            }
            for item in result.transfers
        ],
        "fiches": [
            {
                "fiche": item.fiche,
                "allocation": _money(item.allocation),
                "requested": item.requested.to_json(),
                "recommended": item.recommended.to_json(),
                "granted_in_fiche": item.granted_in_fiche.to_json(),
                "granted_by_transfer": item.granted_by_transfer.to_json(),
                "left": _money(item.left),
            }
            for item in result.fiches
        ],
        "granted": result.granted.to_json(),
        "left": result.left.to_json(),
    }


def _money(value: Money | None) -> Any:
    return None if value is None else value.to_json()


def _step(step: Step) -> dict[str, Any]:
    return {
        "order": step.order,
        "phase": step.phase.value,
        "queue": step.queue,
        "application_id": str(step.application_id),
        "outcome": step.outcome.value,
        "reason": step.reason.value,
        "needed": step.needed.to_json(),
        "available": step.available.to_json(),
        "granted": step.granted.to_json(),
        "call_left": step.call_left.to_json(),
        "blocked_by": str(step.blocked_by) if step.blocked_by else None,
    }
