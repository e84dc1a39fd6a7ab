"""The declared rule by which a call's money is divided. Pure values and their checks."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

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


class AmountNotPositive(DomainError):
    """The call's amount, or a fiche's, is not more than zero."""


class FicheAllocationMissing(DomainError):
    """Ranking within fiches needs an amount for each fiche."""


class FicheAllocationUnexpected(DomainError):
    """Ranking regardless of fiches takes no amounts for fiches."""


class FicheTwice(DomainError):
    """A fiche stands in two tiers, or twice among the allocations."""


class MechanismMissing(DomainError):
    """Under-drawn fiches are to be considered, but the rule does not say how."""


class TransferMechanismWithoutTransfer(DomainError):
    """Under-drawn fiches go first in a transfer, but no automatic transfer is declared."""


class TransferOutsideFiches(DomainError):
    """Money can be transferred only between fiches that have their own amounts."""


@dataclass(frozen=True)
class Preference:
    """Inside a fiche, projects of one kind of applicant go first."""

    fiche: str
    applicant_kind: str


@dataclass(frozen=True)
class SpillOver:
    """What these fiches leave goes to those fiches."""

    from_fiches: tuple[str, ...]
    to_fiches: tuple[str, ...]


@dataclass(frozen=True)
class AllocationRule:
    """Everything that decides how the money is divided; nothing else does.

    Source:
        Section 1.9 of the process (vocabulary of the eight historical calls), A14, A19-A22.
    """

    amount: Money
    ranking: Ranking
    on_misfit: OnMisfit
    amount_kind: AmountKind = AmountKind.MAXIMUM
    fiche_allocation: tuple[tuple[str, Money], ...] = ()
    """Amount per fiche, in the order in which fiches are served."""
    tiers: tuple[tuple[str, ...], ...] = ()
    """Groups of fiches in strict order of priority; inside a group points decide (A21)."""
    others_last: bool = False
    """Whether fiches outside the tiers come last, or are not open at all."""
    spill_over: SpillOver | None = None
    preferences: tuple[Preference, ...] = ()
    transfer: TransferMode = TransferMode.NONE
    consider_underdrawn: tuple[str, ...] = ()
    underdrawn_mechanism: UnderdrawnMechanism | None = None
    tie_break: tuple[TieBreak, ...] = (TieBreak.RECEIVED_ORDER,)
    min_points: Decimal | None = None

    @property
    def budgets(self) -> dict[str, Money]:
        """Amounts by fiche."""
        return dict(self.fiche_allocation)


def check_rule(rule: AllocationRule, fiches: Collection[str]) -> None:
    """Refuse a rule that leaves a question open or contradicts itself.

    Args:
        rule: The declared rule of the call.
        fiches: Fiches of the candidates.

    Raises:
        AmountNotPositive, FicheTwice, FicheAllocationMissing, FicheAllocationUnexpected,
        MechanismMissing, TransferMechanismWithoutTransfer, TransferOutsideFiches: See the
            classes.

    Source:
        A19, A20 ("bude se zohledňovat" must become a declared mechanism), R63, R66, R67.
    """
    zero = Money.zero(rule.amount.currency)
    if rule.amount <= zero or any(amount <= zero for _, amount in rule.fiche_allocation):
        raise AmountNotPositive()
    _check_fiches_once(rule)
    if rule.ranking is Ranking.WITHIN_FICHE:
        missing = sorted(set(fiches) - set(rule.budgets))
        if missing:
            raise FicheAllocationMissing(fiches=missing)
    elif rule.fiche_allocation:
        raise FicheAllocationUnexpected()
    elif rule.transfer is not TransferMode.NONE:
        raise TransferOutsideFiches()
    _check_underdrawn(rule)


def _check_fiches_once(rule: AllocationRule) -> None:
    spilled = rule.spill_over.to_fiches if rule.spill_over else ()
    tiered = [fiche for tier in (*rule.tiers, spilled) for fiche in tier]
    allocated = [fiche for fiche, _ in rule.fiche_allocation]
    for names in (tiered, allocated):
        if len(set(names)) != len(names):
            raise FicheTwice(fiches=sorted({name for name in names if names.count(name) > 1}))


def _check_underdrawn(rule: AllocationRule) -> None:
    if not rule.consider_underdrawn:
        return
    if rule.underdrawn_mechanism is None:
        raise MechanismMissing(fiches=list(rule.consider_underdrawn))
    needs_transfer = rule.underdrawn_mechanism is UnderdrawnMechanism.TRANSFER_FIRST
    if needs_transfer and rule.transfer is not TransferMode.AUTOMATIC:
        raise TransferMechanismWithoutTransfer(fiches=list(rule.consider_underdrawn))
