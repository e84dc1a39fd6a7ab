"""The allocation rule that a call declares: the whole vocabulary, and nothing outside it. Pure.

The rule is published with the call; evaluation runs it. What the rule does not say cannot
happen, so a wish such as "under-drawn fiches will be considered" has to name its mechanism.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from services.registry.domain.applicants import ApplicantKind
from services.registry.domain.fiches import Fiche
from shared.contracts.allocation import (
    AmountKind,
    OnMisfit,
    Ranking,
    TieBreak,
    TransferMode,
    UnderdrawnMechanism,
)
from shared.errors import DomainError


class UnknownFiche(DomainError):
    """The rule names a fiche that the call does not open. Params: ``fiche``, ``part``."""


class FicheInTwoTiers(DomainError):
    """A fiche stands in two tiers, or in a tier and among those that get the rest.

    Params: ``fiche``.
    """


class EmptyTier(DomainError):
    """A tier names no fiche. Params: ``tier`` (counted from 1)."""


class FicheWithoutAllocation(DomainError):
    """Ranking within fiches needs an allocation for each fiche. Params: ``fiche``."""


class TransferNeedsFiches(DomainError):
    """There is nothing to transfer when all projects share one purse."""


class SpillOverNeedsTiers(DomainError):
    """Money spills from earlier tiers to later fiches; the rule has no tiers."""


class UnderdrawnWithoutMechanism(DomainError):
    """Fiches shall be considered, but the rule does not say how. Params: ``fiches``."""


class MechanismNeedsTransfer(DomainError):
    """Under-drawn fiches go first in a transfer, but no automatic transfer is declared."""


class TieBreakNotTotal(DomainError):
    """The order of arrival must come last, so that no tie is left."""


class InvalidMinPoints(DomainError):
    """The least number of points cannot be negative. Params: ``min_points``."""


@dataclass(frozen=True, slots=True)
class Preference:
    """In one fiche, applicants of one kind come first (C4: ``F5``, ``ngo``)."""

    fiche: str
    applicant_kind: ApplicantKind


@dataclass(frozen=True, slots=True)
class SpillOver:
    """What some fiches do not use goes to others (C3: from F1, F3, F7 to F5)."""

    from_fiches: tuple[str, ...]
    to_fiches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """The declared rule of a call.

    The amount is the call's approved amount and the allocations are its fiches' own, so the
    rule does not repeat them.
    """

    ranking: Ranking
    on_misfit: OnMisfit
    amount_kind: AmountKind = AmountKind.MAXIMUM
    tiers: tuple[tuple[str, ...], ...] = ()
    """Groups of fiches in strict priority; inside a group points decide (A21)."""
    others_last: bool = False
    """Whether fiches outside the tiers come last, or are not served at all."""
    spill_over: SpillOver | None = None
    preferences: tuple[Preference, ...] = ()
    transfer: TransferMode = TransferMode.NONE
    consider_underdrawn: tuple[str, ...] = ()
    underdrawn_mechanism: UnderdrawnMechanism | None = None
    tie_break: tuple[TieBreak, ...] = (TieBreak.RECEIVED_ORDER,)
    min_points: Decimal | None = None


def rule_defects(rule: AllocationRule, fiches: Collection[Fiche]) -> tuple[DomainError, ...]:
    """Return everything that makes the rule unusable for these fiches.

    Source:
        R63-R67 and the eight calls of the seed; A19 (a project larger than the rest),
        A20 (considering needs a mechanism), A21 (tiers are strict), A14 (ties, minimum).
    """
    return (
        *_unknown_fiches(rule, {fiche.code for fiche in fiches}),
        *_tier_defects(rule),
        *_purse_defects(rule, fiches),
        *_underdrawn_defects(rule),
        *_order_defects(rule),
    )


def _unknown_fiches(rule: AllocationRule, known: set[str]) -> list[DomainError]:
    named = {
        "tiers": [code for tier in rule.tiers for code in tier],
        "preferences": [item.fiche for item in rule.preferences],
        "consider_underdrawn": list(rule.consider_underdrawn),
    }
    if rule.spill_over:
        named["spill_over"] = [*rule.spill_over.from_fiches, *rule.spill_over.to_fiches]
    return [
        UnknownFiche(fiche=code, part=part)
        for part, codes in named.items()
        for code in codes
        if code not in known
    ]


def _tier_defects(rule: AllocationRule) -> list[DomainError]:
    defects: list[DomainError] = [
        EmptyTier(tier=position) for position, tier in enumerate(rule.tiers, 1) if not tier
    ]
    targets = rule.spill_over.to_fiches if rule.spill_over else ()
    served = Counter(code for tier in (*rule.tiers, targets) for code in tier)
    defects += [FicheInTwoTiers(fiche=code) for code, times in served.items() if times > 1]
    if rule.spill_over and not rule.tiers:
        defects.append(SpillOverNeedsTiers())
    return defects


def _purse_defects(rule: AllocationRule, fiches: Collection[Fiche]) -> list[DomainError]:
    if rule.ranking is Ranking.WITHIN_FICHE:
        return [FicheWithoutAllocation(fiche=f.code) for f in fiches if f.allocation is None]
    return [] if rule.transfer is TransferMode.NONE else [TransferNeedsFiches()]


def _underdrawn_defects(rule: AllocationRule) -> list[DomainError]:
    if not rule.consider_underdrawn:
        return []
    if rule.underdrawn_mechanism is None:
        return [UnderdrawnWithoutMechanism(fiches=rule.consider_underdrawn)]
    is_first = rule.underdrawn_mechanism is UnderdrawnMechanism.TRANSFER_FIRST
    if is_first and rule.transfer is not TransferMode.AUTOMATIC:
        return [MechanismNeedsTransfer()]
    return []


def _order_defects(rule: AllocationRule) -> list[DomainError]:
    defects: list[DomainError] = []
    if not rule.tie_break or rule.tie_break[-1] is not TieBreak.RECEIVED_ORDER:
        defects.append(TieBreakNotTotal())
    if rule.min_points is not None and rule.min_points < 0:
        defects.append(InvalidMinPoints(min_points=rule.min_points))
    return defects
