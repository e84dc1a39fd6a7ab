"""Drawdown of the plan: planned, actual, gap; and the limits that follow from it."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.drawdown import Drawdown, apportion, drawdown, proposed_limits
from services.registry.domain.strategy import PlannedShare
from shared.money import Money

SHARES = (
    PlannedShare("F1", "Zemědělství", Decimal(50)),
    PlannedShare("F3", "Cestovní ruch", Decimal(30)),
    PlannedShare("F9", "Diverzifikace", Decimal(20)),
)


def czk(**amounts: int) -> dict[str, Money]:
    return {fiche: Money.czk(amount) for fiche, amount in amounts.items()}


def compared(
    allotted: Mapping[str, Money] | None = None,
    in_open_calls: Mapping[str, Money] | None = None,
    total: int | None = 1_000_000,
    without_fiche: int = 0,
) -> Drawdown:
    return drawdown(
        SHARES,
        total=None if total is None else Money.czk(total),
        allotted=allotted or {},
        in_open_calls=in_open_calls or {},
        without_fiche=Money.czk(without_fiche),
    )


def test_each_fiche_shows_plan_reality_and_gap() -> None:
    found = compared(czk(F1=300_000, F3=100_000), czk(F3=50_000, F9=20_000))

    rows = [
        (
            row.fiche,
            row.planned,
            row.allotted,
            row.in_open_calls,
            row.actual_percent,
            row.gap_points,
            row.gap,
        )
        for row in found.fiches
    ]
    zero, c, d = Money.zero(), Money.czk, Decimal
    assert rows == [
        ("F1", c(500_000), c(300_000), zero, d("75.00"), d("-25.00"), c(200_000)),
        ("F3", c(300_000), c(100_000), c(50_000), d("25.00"), d("5.00"), c(150_000)),
        ("F9", c(200_000), zero, c(20_000), d("0.00"), d("20.00"), c(180_000)),
    ]
    assert (found.allotted, found.in_open_calls, found.gap) == (
        c(400_000),
        c(70_000),
        c(530_000),
    )


def test_before_the_first_results_nothing_is_drawn() -> None:
    found = compared()

    assert [row.actual_percent for row in found.fiches] == [Decimal(0)] * 3
    assert [row.gap_points for row in found.fiches] == [Decimal(50), Decimal(30), Decimal(20)]


def test_plan_without_its_whole_amount_has_percentages_only() -> None:
    found = compared(czk(F1=60, F3=40), total=None)

    assert [row.gap_points for row in found.fiches] == [Decimal(-10), Decimal(-10), Decimal(20)]
    assert [(row.planned, row.gap) for row in found.fiches] == [(None, None)] * 3
    assert found.gap is None


def test_fiche_outside_the_plan_is_shown_with_nothing_planned() -> None:
    found = compared(czk(F1=100, F7=100))

    last = found.fiches[-1]
    assert (last.fiche, last.planned, last.gap) == ("F7", Money.zero(), Money.czk(-100))
    assert last.gap_points == Decimal(-50)


def test_overdrawn_fiche_has_a_negative_gap() -> None:
    assert compared(czk(F9=250_000)).fiches[2].gap == Money.czk(-50_000)


def test_purse_without_fiches_counts_in_the_whole_only() -> None:
    found = compared(czk(F1=100_000), without_fiche=400_000)

    assert found.in_open_calls == Money.czk(400_000)
    assert found.gap == Money.czk(500_000)
    assert all(row.in_open_calls == Money.zero() for row in found.fiches)


@pytest.mark.parametrize(
    ("opened", "amount", "limits"),
    [
        pytest.param(("F1", "F3", "F9"), None, czk(F1=200_000, F3=150_000, F9=180_000), id="gaps"),
        pytest.param(("F3",), None, czk(F3=150_000), id="only what the call opens"),
        pytest.param(("F3", "F9"), 33_000, czk(F3=15_000, F9=18_000), id="in proportion to gaps"),
        pytest.param(("F3", "F9"), 660_000, czk(F3=300_000, F9=360_000), id="more than the gaps"),
        pytest.param((), 100, {}, id="no fiche"),
        pytest.param(("F7",), 100, {}, id="fiche outside the plan"),
    ],
)
def test_limits_follow_what_the_fiches_lack(
    opened: tuple[str, ...], amount: int | None, limits: dict[str, Money]
) -> None:
    present = compared(czk(F1=300_000, F3=100_000), czk(F3=50_000, F9=20_000))

    given_amount = None if amount is None else Money.czk(amount)
    assert proposed_limits(present, opened, given_amount) == limits


def test_overdrawn_fiche_gets_nothing_while_another_one_lacks() -> None:
    present = compared(czk(F1=600_000))

    assert proposed_limits(present, ("F1", "F9"), Money.czk(1000)) == czk(F9=1000)


def test_when_nothing_is_lacking_the_planned_shares_divide() -> None:
    present = compared(czk(F1=500_000, F3=300_000, F9=200_000))

    assert proposed_limits(present, ("F1", "F3"), Money.czk(800)) == czk(F1=500, F3=300)


def test_without_the_whole_of_the_plan_the_call_evens_out_what_was_drawn() -> None:
    present = compared(czk(F1=500, F3=300), total=None)

    assert proposed_limits(present, ("F1", "F3", "F9"), Money.czk(200)) == czk(F9=200)
    assert proposed_limits(present, ("F1",)) == {}


AMOUNTS = st.integers(0, 10**11).map(Money.from_hundredths)
PLANS = st.lists(st.integers(1, 100), min_size=1, max_size=9).map(
    lambda weights: [
        PlannedShare(f"F{number}", "", Decimal(part) / 100)
        for number, part in enumerate(apportion(10_000, [Fraction(w) for w in weights]))
    ]
)


@given(PLANS, st.data())
def test_no_haler_and_no_hundredth_of_a_point_is_lost(
    plan: list[PlannedShare], data: st.DataObject
) -> None:
    allotted = {share.fiche: data.draw(AMOUNTS) for share in plan}
    in_open_calls = {share.fiche: data.draw(AMOUNTS) for share in plan}
    total, without_fiche = data.draw(AMOUNTS), data.draw(AMOUNTS)

    found = drawdown(
        plan,
        total=total,
        allotted=allotted,
        in_open_calls=in_open_calls,
        without_fiche=without_fiche,
    )

    assert Money.total(row.planned for row in found.fiches if row.planned) == total
    if found.allotted != Money.zero():
        assert sum(row.actual_percent for row in found.fiches) == 100
        assert sum(row.gap_points for row in found.fiches) == 0
    gaps = Money.total(row.gap for row in found.fiches if row.gap is not None)
    assert gaps - without_fiche == found.gap
    for row in found.fiches:
        share = Fraction(row.planned_percent) * total.hundredths / 100
        assert row.planned is not None
        assert abs(row.planned.hundredths - share) < 1


@given(PLANS, st.integers(1, 10**10), st.data())
def test_a_given_amount_is_divided_whole_and_never_by_debts(
    plan: list[PlannedShare], hundredths: int, data: st.DataObject
) -> None:
    allotted = {share.fiche: data.draw(AMOUNTS) for share in plan}
    present = drawdown(
        plan,
        total=data.draw(st.none() | AMOUNTS),
        allotted=allotted,
        in_open_calls={},
        without_fiche=Money.zero(),
    )
    amount = Money.from_hundredths(hundredths)

    limits = proposed_limits(present, [share.fiche for share in plan], amount)

    assert all(limit.amount > 0 for limit in limits.values())
    if hundredths >= 100:
        assert Money.total(limits.values()) == amount
    else:
        assert Money.total(limits.values()) in (amount, Money.zero())


@given(st.integers(0, 10**9), st.lists(st.fractions(min_value=0), max_size=8))
def test_parts_give_the_whole_and_differ_by_less_than_one(
    whole: int, weights: list[Fraction]
) -> None:
    parts = apportion(whole, weights)

    if sum(weights) == 0:
        assert not any(parts)
        return
    assert sum(parts) == whole
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - whole * weight / sum(weights)) < 1
