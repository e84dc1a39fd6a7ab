"""In which order the allocation run looks at candidates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.allocation import Ranking, TieBreak, TransferMode, UnderdrawnMechanism

from .allocation_rule import AllocationRule
from .allocation_values import Candidate


@dataclass(frozen=True)
class Queue:
    """Candidates served one after another. A misfit stops (only) its own queue."""

    name: str
    candidates: tuple[Candidate, ...]
    is_bound_to_fiche: bool = True
    """Whether the fiche's own amount limits what is available."""


def ordered(candidates: Sequence[Candidate], rule: AllocationRule) -> list[Candidate]:
    """Return the candidates by points, ties broken as the rule says.

    Source:
        R63 (by points), A14 (ties), section 1.9 (order of receipt is the last resort, so
        that the order is always complete).
    """
    return sorted(candidates, key=lambda candidate: _order_key(candidate, rule.tie_break))


def _order_key(candidate: Candidate, chain: Sequence[TieBreak]) -> tuple[Any, ...]:
    keys = {
        TieBreak.RECEIVED_ORDER: candidate.received_order,
        TieBreak.LOWER_REQUEST: candidate.requested.amount,
        TieBreak.HIGHER_REQUEST: -candidate.requested.amount,
    }
    return (-candidate.points, *(keys[name] for name in chain), candidate.received_order)


def base_queues(candidates: Sequence[Candidate], rule: AllocationRule) -> list[Queue]:
    """Return the queues of the main part of the run, in the order they are served.

    Args:
        candidates: Those that may get money, already in order.

    Source:
        R63 (within fiches), section 1.9 (tiers, preferences, spill over), A20, A21.
    """
    tiers = _tiers(candidates, rule)
    if rule.ranking is Ranking.WITHIN_FICHE:
        # Every fiche is a queue of its own; tiers only say which fiche is served first.
        tiers = [(fiche,) for tier in tiers for fiche in _served_order(tier, rule)]
    queues = []
    for tier in tiers:
        members = [candidate for candidate in candidates if candidate.fiche in tier]
        queues += _split_by_preference("+".join(tier), members, rule)
    return queues


def _tiers(candidates: Sequence[Candidate], rule: AllocationRule) -> list[tuple[str, ...]]:
    present = {candidate.fiche for candidate in candidates}
    tiers = list(rule.tiers)
    if rule.spill_over is not None:
        tiers.append(rule.spill_over.to_fiches)
    has_declared = bool(tiers)
    if rule.underdrawn_mechanism is UnderdrawnMechanism.EXTRA_TIER:
        first = rule.consider_underdrawn
        tiers = [first, *(tuple(f for f in tier if f not in first) for tier in tiers)]
    rest = tuple(sorted(present - {fiche for tier in tiers for fiche in tier}))
    if rest and (rule.others_last or not has_declared):
        tiers.append(rest)
    return [tier for tier in tiers if tier]


def _served_order(tier: Sequence[str], rule: AllocationRule) -> list[str]:
    declared = [fiche for fiche, _ in rule.fiche_allocation]
    return [fiche for fiche in declared if fiche in tier]


def _split_by_preference(
    name: str, members: Sequence[Candidate], rule: AllocationRule
) -> list[Queue]:
    """Put those that their fiche does not prefer behind all others of the tier."""
    wanted = {preference.fiche: preference.applicant_kind for preference in rule.preferences}
    late = [c for c in members if wanted.get(c.fiche, c.applicant_kind) != c.applicant_kind]
    first = [c for c in members if c not in late]
    named = ((name, first), (f"{name} / others", late))
    return [Queue(label, tuple(part)) for label, part in named if part]


def transfer_queues(
    candidates: Sequence[Candidate], rule: AllocationRule, *, named: Sequence[Candidate]
) -> list[Queue]:
    """Return the queues that are served from what fiches left.

    Source:
        R67 (unspent allocation may go to another fiche, always to concrete projects), A20.
    """
    if rule.transfer is TransferMode.NONE:
        return []
    if rule.transfer is TransferMode.NAMED:
        # Each named project stands for itself: one that does not fit stops no other.
        return [Queue(c.number, (c,), is_bound_to_fiche=False) for c in named]
    first: tuple[str, ...] = ()
    if rule.underdrawn_mechanism is UnderdrawnMechanism.TRANSFER_FIRST:
        first = rule.consider_underdrawn
    groups = (
        ("+".join(first), [c for c in candidates if c.fiche in first]),
        ("*", [c for c in candidates if c.fiche not in first]),
    )
    return [Queue(name, tuple(group), is_bound_to_fiche=False) for name, group in groups if group]
