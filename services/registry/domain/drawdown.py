"""Drawdown of the strategic plan: what was planned, what is allotted, what is missing. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from services.registry.domain.strategy import PlannedShare
from shared.money import Money

POINT = Decimal("0.01")
"""Percentages are said to two places."""
WHOLE_IN_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class FicheDrawdown:
    """Where one fiche stands against the plan."""

    fiche: str
    name: str
    planned_percent: Decimal
    planned: Money | None
    """``None`` while the plan does not state its whole amount."""
    allotted: Money
    """By final results of calls."""
    in_open_calls: Money
    """Approved for calls that have no results yet."""
    actual_percent: Decimal
    """Share in everything allotted so far."""

    @property
    def gap_points(self) -> Decimal:
        """Percentage points that the fiche lacks; negative when it has drawn more than planned."""
        return self.planned_percent - self.actual_percent

    @property
    def gap(self) -> Money | None:
        """Money that is neither allotted nor in an open call; negative when there is too much."""
        if self.planned is None:
            return None
        return self.planned - self.allotted - self.in_open_calls


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The whole plan."""

    total: Money | None
    """Whole amount of the plan, if it is stated."""
    fiches: tuple[FicheDrawdown, ...]
    without_fiche: Money
    """Amounts of open calls that have one purse for all fiches."""

    @property
    def allotted(self) -> Money:
        """Everything allotted by final results."""
        return Money.total(row.allotted for row in self.fiches)

    @property
    def in_open_calls(self) -> Money:
        """Everything approved for calls without results."""
        return Money.total(row.in_open_calls for row in self.fiches) + self.without_fiche

    @property
    def gap(self) -> Money | None:
        """What is left of the plan."""
        return None if self.total is None else self.total - self.allotted - self.in_open_calls


def drawdown(
    shares: Sequence[PlannedShare],
    *,
    total: Money | None,
    allotted: Mapping[str, Money],
    in_open_calls: Mapping[str, Money],
    without_fiche: Money,
) -> Drawdown:
    """Compare what was allotted with what the plan says; nothing is lost in rounding.

    Args:
        shares: the plan; a fiche outside it that has money counts with nothing planned.
        total: whole amount of the plan.
        allotted: by fiche, from final results.
        in_open_calls: by fiche, approved for calls without results.
        without_fiche: approved for such calls, but for no fiche of its own.

    Source:
        R64 (volumes follow the planned percentages), R69 (planned, actual and their gap).
    """
    outside = sorted((set(allotted) | set(in_open_calls)) - {share.fiche for share in shares})
    every = [*shares, *(PlannedShare(code, "", Decimal(0)) for code in outside)]
    planned = _planned(every, total)
    drawn = [allotted.get(share.fiche, Money.zero()) for share in every]
    actual = apportion(WHOLE_IN_POINTS, [Fraction(money.hundredths) for money in drawn])
    rows = tuple(
        FicheDrawdown(
            fiche=share.fiche,
            name=share.name,
            planned_percent=share.percent,
            planned=planned[position],
            allotted=drawn[position],
            in_open_calls=in_open_calls.get(share.fiche, Money.zero()),
            actual_percent=Decimal(actual[position]) * POINT,
        )
        for position, share in enumerate(every)
    )
    return Drawdown(total, rows, without_fiche)


def proposed_limits(
    present: Drawdown, opened: Collection[str], amount: Money | None = None
) -> dict[str, Money]:
    """Return how much each opened fiche should get so that the plan is kept.

    A fiche lacks what its share makes of the plan without what it has drawn or may still draw
    in open calls. A given amount is divided in proportion to what the fiches lack; when none
    lacks anything, by their planned shares. Without an amount each gets what it lacks.

    Returns:
        Limits above zero, in whole crowns but for the haléře of the amount itself; nothing
        when neither the amount nor the whole of the plan is known.

    Source:
        R64, R70 (the director recommends the limits of a call and its fiches; R69 is the
        ground of it, and she may depart from it).
    """
    rows = [row for row in present.fiches if row.fiche in opened]
    whole = present.total or (amount and present.allotted + present.in_open_calls + amount)
    if whole is None:
        return {}
    lacking = [_lacking(row, whole) for row in rows]
    if amount is None:
        limits = [int(lack) // 100 * 100 for lack in lacking]
    else:
        weights = lacking if any(lacking) else [Fraction(row.planned_percent) for row in rows]
        crowns, rest = divmod(amount.hundredths, 100)
        limits = [share * 100 for share in apportion(crowns, weights)]
        limits = _with_rest(limits, rest)
    found = zip(rows, limits, strict=True)
    return {row.fiche: Money.from_hundredths(limit) for row, limit in found if limit > 0}


def apportion(whole: int, weights: Sequence[Fraction]) -> list[int]:
    """Divide a whole by weights into whole parts that give exactly the whole.

    What is left after rounding down goes to the largest remainders, earlier ones first. With
    no weight at all everybody gets nothing.

    Source:
        R69 (shares are said so that they give 100 per cent and amounts the whole plan).
    """
    sum_of_weights = sum(weights, Fraction(0))
    if sum_of_weights == 0:
        return [0 for _ in weights]
    exact = [whole * weight / sum_of_weights for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda n: (parts[n] - exact[n], n))
    for position in order[: whole - sum(parts)]:
        parts[position] += 1
    return parts


def _planned(every: Sequence[PlannedShare], total: Money | None) -> list[Money | None]:
    if total is None:
        return [None for _ in every]
    parts = apportion(total.hundredths, [Fraction(share.percent) for share in every])
    return [Money.from_hundredths(part) for part in parts]


def _lacking(row: FicheDrawdown, whole: Money) -> Fraction:
    """Return the hundredths that the fiche lacks to its share of the whole, never below zero."""
    target = whole.hundredths * Fraction(row.planned_percent) / 100
    return max(Fraction(0), target - (row.allotted + row.in_open_calls).hundredths)


def _with_rest(limits: list[int], rest: int) -> list[int]:
    """Give the haléře of the amount to the largest limit."""
    if rest and any(limits):
        limits[limits.index(max(limits))] += rest
    return limits
