"""The strategic plan: what share of money each fiche is planned to draw. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from services.registry.domain.fiches import repeated_codes
from shared.errors import DomainError
from shared.money import Money

WHOLE = Decimal(100)


class ShareOutOfRange(DomainError):
    """A share is more than 0 and at most 100 per cent. Params: ``fiche``, ``percent``."""


class SharesNotWhole(DomainError):
    """The shares do not give 100 per cent. Params: ``total``."""


class PlanNotPositive(DomainError):
    """The whole amount of the plan must be more than zero. Params: ``total``."""


@dataclass(frozen=True, slots=True)
class PlannedShare:
    """Planned share of one fiche."""

    fiche: str
    name: str
    percent: Decimal


def check_shares(shares: Collection[PlannedShare]) -> None:
    """Refuse a plan whose shares do not make a whole.

    Raises:
        RepeatedCode, ShareOutOfRange, SharesNotWhole.

    Source:
        R64, R69 (drawdown follows the percentages of the approved plan).
    """
    repeated = repeated_codes("shares", (share.fiche for share in shares))
    if repeated:
        raise repeated[0]
    for share in shares:
        if not 0 < share.percent <= WHOLE:
            raise ShareOutOfRange(fiche=share.fiche, percent=share.percent)
    total = sum((share.percent for share in shares), Decimal(0))
    if total != WHOLE:
        raise SharesNotWhole(total=total)


def check_total(total: Money | None) -> Money | None:
    """Return the whole amount of the plan when it can be one; it may be left open.

    Raises:
        PlanNotPositive.

    Source:
        R64, R69 (planned amounts follow from it).
    """
    if total is not None and total.amount <= 0:
        raise PlanNotPositive(total=total)
    return total
