"""Money: exact, never mixed, never a float, and written and read the Czech way."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import FrozenInstanceError
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.money import (
    LARGEST,
    NBSP,
    AmountNotReadable,
    AmountOutOfRange,
    AmountTooPrecise,
    CurrencyNotKnown,
    MixedCurrencies,
    Money,
)

MANY = 10**15 - 1
amounts = st.integers(-MANY, MANY).map(Money.from_hundredths)
small = st.integers(-(10**9), 10**9).map(Money.from_hundredths)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 900 000", "1900000.00"),
        ("1,9 mil", "1900000.00"),
        ("1 900 000 Kč", "1900000.00"),
        ("8 890 tis. Kč", "8890000.00"),
        ("1900000", "1900000.00"),
        ("1900000.00", "1900000.00"),
        ("1 900 000,5", "1900000.50"),
        ("1\u00a0900\u202f000\u2009Kč", "1900000.00"),
        ("  1 900 000   Kč ", "1900000.00"),
        ("1.900.000,- Kč", "1900000.00"),
        ("1 900,-", "1900.00"),
        ("1 900,-- Kč", "1900.00"),
        ("1.9 mil.", "1900000.00"),
        ("8,890 mil. Kč", "8890000.00"),
        ("1,935 tis. Kč", "1935.00"),
        ("1 milion korun", "1000000.00"),
        ("2 miliony", "2000000.00"),
        ("5 miliónů Kč", "5000000.00"),
        ("3 miliardy Kč", "3000000000.00"),
        ("2 mld. Kč", "2000000000.00"),
        ("30 tisíc", "30000.00"),
        ("12 266 314 CZK", "12266314.00"),
        ("1900kč", "1900.00"),
        ("0", "0.00"),
        ("0,01", "0.01"),
        ("-5 Kč", "-5.00"),
        ("−5 Kč", "-5.00"),
        ("007", "7.00"),
    ],
)
def test_czech_writing_is_read(text: str, amount: str) -> None:
    assert Money.parse(text).to_json() == {"amount": amount, "currency": "CZK"}


@pytest.mark.parametrize(("text", "currency"), [("100 EUR", "EUR"), ("100 €", "EUR")])
def test_a_named_currency_wins(text: str, currency: str) -> None:
    assert Money.parse(text) == Money(Decimal(100), currency)


def test_an_unnamed_currency_is_the_callers() -> None:
    assert Money.parse("100", "EUR") == Money(Decimal(100), "EUR")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("   ", id="spaces"),
        pytest.param("Kč", id="no number"),
        pytest.param("abc", id="words"),
        pytest.param("1.900", id="thousands or decimals?"),
        pytest.param("1,900", id="thousands or decimals, English?"),
        pytest.param("1.935 mil", id="a point with three digits stays doubtful"),
        pytest.param("1,900,000", id="English groups"),
        pytest.param("19 00", id="a group of two"),
        pytest.param("1 9000", id="a group of four"),
        pytest.param("1900 000", id="a long first group"),
        pytest.param("1 900.5", id="Czech groups with a foreign point"),
        pytest.param("1,2,3", id="two marks"),
        pytest.param("--5", id="two signs"),
        pytest.param("1e5", id="exponent"),
        pytest.param("0x10", id="hexadecimal"),
        pytest.param("1_000", id="underscore"),
        pytest.param("NaN", id="not a number"),
        pytest.param("Infinity", id="infinite"),
        pytest.param("٣٤", id="digits of another script"),
        pytest.param("5 mil mil", id="two units"),
        pytest.param("5 PLN", id="a currency that we do not know"),
        pytest.param("5 Kč, 6 Kč", id="two amounts"),
        pytest.param("1" * 61, id="too long to look at"),
        pytest.param("1\x00", id="a control character"),
        pytest.param(",5", id="no whole part"),
        pytest.param("5,", id="no decimals"),
    ],
)
def test_what_is_not_one_amount_without_doubt_is_refused(text: str) -> None:
    with pytest.raises(AmountNotReadable) as refused:
        Money.parse(text)

    assert refused.value.params == {"text": text[:60]}


@pytest.mark.parametrize("text", ["0,0001", "1,234567 tis"])
def test_parts_of_a_heller_are_refused(text: str) -> None:
    with pytest.raises(AmountTooPrecise):
        Money.parse(text)


@pytest.mark.parametrize("text", ["10 000 000 000 000", "1" * 60, "99999999 mld"])
def test_an_amount_beyond_every_budget_is_refused(text: str) -> None:
    with pytest.raises(AmountOutOfRange):
        Money.parse(text)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_by_name(text: str) -> None:
    with suppress(AmountNotReadable, AmountTooPrecise, AmountOutOfRange):
        Money.parse(text)


@given(money=amounts)
def test_what_is_written_the_czech_way_is_read_back(money: Money) -> None:
    assert Money.parse(money.formatted()) == money


@pytest.mark.parametrize(
    ("amount", "cs", "en", "de"),
    [
        ("1900000", "1_900_000_Kč", "CZK_1,900,000", "1.900.000_CZK"),
        ("1900000.50", "1_900_000,50_Kč", "CZK_1,900,000.50", "1.900.000,50_CZK"),
        ("999", "999_Kč", "CZK_999", "999_CZK"),
        ("0", "0_Kč", "CZK_0", "0_CZK"),
        ("-1234.5", "-1_234,50_Kč", "CZK_-1,234.50", "-1.234,50_CZK"),
        ("9999999999999.99", "9_999_999_999_999,99_Kč", None, None),
    ],
)
def test_people_read_the_amount_in_their_language(
    amount: str, cs: str, en: str | None, de: str | None
) -> None:
    money = Money(Decimal(amount))

    for language, expected in (("cs", cs), ("en", en), ("de", de), ("fr", cs)):
        assert expected is None or money.formatted(language) == expected.replace("_", NBSP)


def test_json_form_is_a_string_of_two_decimals_and_a_currency() -> None:
    money = Money.czk(1_900_000)

    assert money.to_json() == {"amount": "1900000.00", "currency": "CZK"}
    assert str(money) == "1900000.00 CZK"


@given(money=amounts)
def test_json_form_survives_the_journey(money: Money) -> None:
    assert Money.from_json(json.loads(json.dumps(money.to_json()))) == money


@given(money=amounts)
def test_hundredths_survive_the_journey(money: Money) -> None:
    assert Money.from_hundredths(money.hundredths) == money


@pytest.mark.parametrize(
    "value",
    [
        None,
        "1900000",
        1900000,
        [],
        {},
        {"amount": "1"},
        {"currency": "CZK"},
        {"amount": "1", "currency": "CZK", "note": "x"},
        {"amount": 1, "currency": "CZK"},
        {"amount": 1.5, "currency": "CZK"},
        {"amount": None, "currency": "CZK"},
        {"amount": "1 900", "currency": "CZK"},
        {"amount": "1,5", "currency": "CZK"},
        {"amount": "1e3", "currency": "CZK"},
        {"amount": "NaN", "currency": "CZK"},
        {"amount": "1.005", "currency": "CZK"},
        {"amount": "+1", "currency": "CZK"},
        {"amount": "1\n", "currency": "CZK"},
        {"amount": "99999999999999", "currency": "CZK"},
    ],
)
def test_any_other_json_is_refused(value: Any) -> None:
    with pytest.raises(AmountNotReadable):
        Money.from_json(value)


@pytest.mark.parametrize("currency", ["", "czk", "Kč", "XXX", None, 5, ["CZK"]])
def test_an_unknown_currency_is_refused(currency: Any) -> None:
    with pytest.raises(CurrencyNotKnown):
        Money.from_json({"amount": "1.00", "currency": currency})


@pytest.mark.parametrize("value", [1.0, 0.1, 1, "1", None, True])
def test_only_a_decimal_makes_money(value: Any) -> None:
    with pytest.raises(TypeError):
        Money(value)


@pytest.mark.parametrize("make", [Money.czk, Money.from_hundredths, Money.czk(100).percent])
@pytest.mark.parametrize("value", [1.0, True, "1"])
def test_a_float_never_slips_in(make: Callable[[Any], Money], value: Any) -> None:
    with pytest.raises(TypeError):
        make(value)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_an_amount_is_a_number(amount: str) -> None:
    with pytest.raises(AmountNotReadable):
        Money(Decimal(amount))


def test_an_amount_has_no_parts_of_a_heller() -> None:
    with pytest.raises(AmountTooPrecise):
        Money(Decimal("0.001"))


def test_a_sum_beyond_the_range_is_refused_and_not_rounded() -> None:
    with pytest.raises(AmountOutOfRange):
        Money(LARGEST) + Money(Decimal("0.01"))


@pytest.mark.parametrize(
    "operation",
    [
        lambda money, other: money + other,
        lambda money, other: money - other,
        lambda money, other: money < other,
        lambda money, other: money <= other,
        lambda money, other: money > other,
        lambda money, other: money >= other,
        lambda money, other: Money.total([money, other]),
    ],
)
def test_two_currencies_never_mix(operation: Callable[[Money, Money], Any]) -> None:
    with pytest.raises(MixedCurrencies):
        operation(Money.czk(1), Money(Decimal(1), "EUR"))


def test_the_same_number_in_another_currency_is_not_equal() -> None:
    assert Money.czk(1) != Money(Decimal(1), "EUR")


@pytest.mark.parametrize("other", [1, 1.0, Decimal(1), "1", None])
def test_money_meets_only_money(other: Any) -> None:
    with pytest.raises(TypeError):
        Money.czk(1) + other
    with pytest.raises(TypeError):
        other - Money.czk(1)
    with pytest.raises(TypeError):
        Money.czk(1) < other  # noqa: B015 - only the refusal matters


@pytest.mark.parametrize("times", [1.5, Decimal("1.5"), True, "2"])
def test_money_is_multiplied_by_whole_numbers_only(times: Any) -> None:
    with pytest.raises(TypeError):
        Money.czk(1) * times


def test_arithmetic() -> None:
    whole = Money.czk(8_890_000)

    assert whole - Money.czk(1_900_000) == Money.czk(6_990_000)
    assert whole * 2 == 2 * whole == Money.czk(17_780_000)
    assert -whole + whole == Money.zero()
    assert Money.total([]) == Money.zero()
    assert Money.total([whole, whole]) == whole * 2


@pytest.mark.parametrize(
    ("amount", "rate", "share"),
    [
        pytest.param("8890000", "12.5", "1111250.00", id="exact"),
        pytest.param("100.01", "50", "50.01", id="half a heller goes up"),
        pytest.param("-100.01", "50", "-50.01", id="half a heller goes away from zero"),
        pytest.param("1", "33.333", "0.33", id="less than half goes down"),
    ],
)
def test_a_percentage_is_rounded_in_one_known_way(amount: str, rate: str, share: str) -> None:
    assert Money(Decimal(amount)).percent(Decimal(rate)) == Money(Decimal(share))


@given(first=small, second=small)
def test_adding_and_subtracting_are_exact(first: Money, second: Money) -> None:
    assert first + second == second + first
    assert first + second - second == first
    assert (first + second).hundredths == first.hundredths + second.hundredths


@given(first=amounts, second=amounts)
def test_order_is_that_of_the_numbers(first: Money, second: Money) -> None:
    assert (first < second) is (first.amount < second.amount)
    assert (first > second) is (first.amount > second.amount)
    assert (first <= second) is (not first > second)
    assert (first >= second) is (not first < second)


def test_the_result_does_not_depend_on_the_threads_decimal_context() -> None:
    money = Money(Decimal("9999999999.99"))

    with localcontext() as context:
        context.prec = 3
        doubled, negative = money + money, -money
        again = Money.parse(money.formatted())

    assert doubled == Money(Decimal("19999999999.98"))
    assert negative == Money(Decimal("-9999999999.99"))
    assert again == money


def test_equal_amounts_are_one_key() -> None:
    assert len({Money.czk(1), Money(Decimal("1.00")), Money(Decimal("1E0"))}) == 1


def test_there_is_no_negative_zero() -> None:
    assert Money(Decimal("-0.00")).to_json()["amount"] == "0.00"
    assert (-Money.zero()).formatted() == f"0{NBSP}Kč"


def test_money_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Money.czk(1).amount = Decimal(2)  # type: ignore[misc]  # the point of the test
