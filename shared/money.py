"""Amounts of money: exact, two decimals, one currency. Pure: no database, no request, no clock.

A binary float never becomes money, two currencies never mix, and nothing is rounded silently:
the one operation that rounds, `Money.percent`, says how.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final, Self, TypedDict

from shared.errors import DomainError

CZK: Final = "CZK"
EUR: Final = "EUR"
CENT: Final = Decimal("0.01")
LARGEST: Final = Decimal("9999999999999.99")
"""Fifteen digits: fits ``NUMERIC(15, 2)`` and, in hundredths, a 64-bit integer."""

NBSP: Final = "\u00a0"

# Our own context: the result may not depend on what another library did to the thread's one.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_HUNDRED: Final = Decimal(100)

_LONGEST_TEXT: Final = 60
_GROUP: Final = 3
_SPACES: Final = re.compile(r"\s+")
_JSON_AMOUNT: Final = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_WRITTEN: Final = re.compile(
    r"""(?P<sign>[-−]?)\ ?
        (?:(?P<spaced>[0-9]{1,3}(?:\ [0-9]{3})+)      # 1 900 000
          |(?P<dotted>[0-9]{1,3}(?:\.[0-9]{3}){2,})   # 1.900.000; "1.900" alone is ambiguous
          |(?P<plain>[0-9]+))
        (?:(?P<mark>[.,])(?P<decimals>[0-9]+)
          |[.,](?P<dashes>[-–]{1,2}))?                # 1 900,-
        \ ?(?:(?P<thousand>tis(?:\.|íce?)?)
             |(?P<million>mil(?:\.|i[oó]n(?:[yuů])?)?)
             |(?P<milliard>mld\.?|miliard[ay]?))?
        \ ?(?P<currency>Kč|CZK|korun[ay]?|€|EUR)?""",
    re.VERBOSE | re.IGNORECASE,
)
_POWERS: Final = {"thousand": 3, "million": 6, "milliard": 9}
_SIGNS: Final = {CZK: "Kč", EUR: "€"}
"""The currencies that we know, with their Czech signs."""
_EURO_WORDS: Final = frozenset({"€", "eur"})


class AmountNotReadable(DomainError):
    """The text does not say one amount without doubt (``text``)."""


class AmountTooPrecise(DomainError):
    """The amount has more than two decimals (``amount``)."""


class AmountOutOfRange(DomainError):
    """The amount has more than thirteen digits before the point (``amount``)."""


class CurrencyNotKnown(DomainError):
    """The ``currency`` is not one of those that we know: CZK, EUR."""


class MixedCurrencies(DomainError):
    """Two amounts in different currencies were combined (``left``, ``right``)."""


class MoneyJson(TypedDict):
    """Money in JSON: the amount is a string, because JSON numbers become floats."""

    amount: str
    currency: str


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency.

    Equal means the same amount in the same currency. Different currencies are unequal, but
    putting them in order, adding or subtracting them raises `MixedCurrencies`.
    """

    amount: Decimal
    """Always stored with two decimals; may be negative."""
    currency: str = CZK
    """ISO 4217 code."""

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"Money takes a Decimal, not {type(self.amount).__name__}.")
        if not isinstance(self.currency, str) or self.currency not in _SIGNS:
            raise CurrencyNotKnown(currency=self.currency)
        object.__setattr__(self, "amount", _two_decimals(self.amount))

    @classmethod
    def czk(cls, amount: int | Decimal) -> Self:
        """Return Czech crowns, e.g. ``Money.czk(1_900_000)``."""
        return cls(_decimal(amount), CZK)

    def in_crowns(self) -> Self:
        """Return the amount itself when it is in Czech crowns: services keep no other currency.

        Raises:
            CurrencyNotKnown: It is in another one.
        """
        if self.currency != CZK:
            raise CurrencyNotKnown(currency=self.currency)
        return self

    @classmethod
    def zero(cls, currency: str = CZK) -> Self:
        """Return nothing, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def from_hundredths(cls, hundredths: int, currency: str = CZK) -> Self:
        """Return the amount stored as a whole number of hundredths (haléře, cents)."""
        return cls(_EXACT.multiply(_decimal(hundredths), CENT), currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str = CZK) -> "Money":
        """Return the sum; of nothing it is zero in ``currency``.

        Raises:
            MixedCurrencies: An amount is in another currency.
        """
        result: Money = cls.zero(currency)
        for amount in amounts:
            result += amount
        return result

    @classmethod
    def parse(cls, text: str, currency: str = CZK) -> Self:
        """Return the amount that a person wrote the Czech way.

        Reads ``1 900 000``, ``1900000,50``, ``1.900.000 Kč``, ``1 900 000,- Kč``,
        ``1,9 mil``, ``8 890 tis. Kč``, ``2 mld.``, ``100 EUR``. What could mean two amounts
        (``1.900``, ``1,900,000``, ``19 00``) is refused, never guessed.

        Args:
            text: What the person wrote. Any kind of space separates.
            currency: The currency when the text names none.

        Raises:
            AmountNotReadable: The text is not one amount.
            AmountTooPrecise: More than two decimals.
            AmountOutOfRange: More than thirteen digits before the point.
        """
        written = _SPACES.sub(" ", text).strip()
        found = _WRITTEN.fullmatch(written) if len(written) <= _LONGEST_TEXT else None
        if found is None or _is_ambiguous(found):
            raise AmountNotReadable(text=text[:_LONGEST_TEXT])
        return cls(_written_amount(found), _written_currency(found) or currency)

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Return the amount from its JSON form ``{"amount": "1900000.00", "currency": "CZK"}``.

        Raises:
            AmountNotReadable: Another field, a missing one, a number instead of a string, or
                a string that is not a plain decimal with at most two decimals.
            CurrencyNotKnown: The currency is not one that we know.
        """
        if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
            raise AmountNotReadable(text=str(value)[:_LONGEST_TEXT])
        amount = value["amount"]
        if not isinstance(amount, str) or not _JSON_AMOUNT.fullmatch(amount):
            raise AmountNotReadable(text=str(amount)[:_LONGEST_TEXT])
        return cls(Decimal(amount), value["currency"])

    def to_json(self) -> MoneyJson:
        """Return the JSON form; `from_json` reads it back."""
        return {"amount": f"{self.amount:f}", "currency": self.currency}

    @property
    def hundredths(self) -> int:
        """The amount as a whole number of hundredths, exact in every database."""
        return int(_EXACT.multiply(self.amount, _HUNDRED))

    def percent(self, rate: Decimal) -> Self:
        """Return ``rate`` per cent of the amount, half a hundredth rounded away from zero."""
        share = _EXACT.divide(_EXACT.multiply(self.amount, _decimal(rate)), _HUNDRED)
        return type(self)(share.quantize(CENT, context=_EXACT), self.currency)

    def formatted(self, language: str = "cs") -> str:
        """Return the amount for people: ``1 900 000 Kč`` with non-breaking spaces.

        Hundredths are shown only where there are some. ``en`` gives ``CZK 1,900,000``,
        ``de`` gives ``1.900.000 CZK``; every other language is written the Czech way.
        """
        pattern = ",.2f" if self.hundredths % 100 else ",.0f"
        written = f"{self.amount:{pattern}}"
        if language == "en":
            return f"{self.currency}{NBSP}{written}"
        groups, sign = (".", self.currency) if language == "de" else (NBSP, _SIGNS[self.currency])
        separators = str.maketrans({",": groups, ".": ","})
        return f"{written.translate(separators)}{NBSP}{sign}"

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def __add__(self, other: "Money") -> Self:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return type(self)(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: "Money") -> Self:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return type(self)(_EXACT.subtract(self.amount, other.amount), self.currency)

    def __mul__(self, times: int) -> Self:
        if isinstance(times, bool) or not isinstance(times, int):
            return NotImplemented
        return type(self)(_EXACT.multiply(self.amount, _decimal(times)), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return type(self)(self.amount.copy_negate(), self.currency)

    def __lt__(self, other: "Money") -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        self._require_same_currency(other)
        return self.amount <= other.amount

    # There is no __gt__ and __ge__: for a > b Python asks b < a.

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise MixedCurrencies(left=self.currency, right=other.currency)


def _decimal(number: int | Decimal) -> Decimal:
    """Return the exact decimal. ``True`` is not a number and a float is not exact."""
    if isinstance(number, bool) or not isinstance(number, (int, Decimal)):
        raise TypeError(f"Money takes an int or a Decimal, not {type(number).__name__}.")
    return Decimal(number)


def _two_decimals(amount: Decimal) -> Decimal:
    if not amount.is_finite():
        raise AmountNotReadable(text=str(amount))
    if amount.copy_abs() > LARGEST:
        raise AmountOutOfRange(amount=amount)
    stored = amount.quantize(CENT, context=_EXACT)
    if stored != amount:
        raise AmountTooPrecise(amount=amount)
    # Adding zero turns "-0.00" into "0.00".
    return _EXACT.add(stored, Decimal("0.00"))


def _is_ambiguous(found: re.Match[str]) -> bool:
    """Tell whether the point or comma could separate thousands as well as decimals.

    A comma is the Czech decimal mark, so only a plain amount with exactly three digits after
    it is doubtful ("1,900"). A point is foreign: three digits after it always are.
    """
    mark, decimals = found["mark"], found["decimals"] or ""
    if mark is None:
        return False
    if mark == "." and (found["dotted"] or found["spaced"]):
        return True
    return len(decimals) == _GROUP and (mark == "." or _power(found) == 0)


def _written_amount(found: re.Match[str]) -> Decimal:
    whole = (found["spaced"] or found["dotted"] or found["plain"]).replace(" ", "")
    number = Decimal(f"{whole.replace('.', '')}.{found['decimals'] or '0'}")
    sign = -1 if found["sign"] else 1
    return _EXACT.multiply(number, Decimal(sign).scaleb(_power(found)))


def _power(found: re.Match[str]) -> int:
    """Return the power of ten that the word behind the number stands for."""
    return next((power for word, power in _POWERS.items() if found[word]), 0)


def _written_currency(found: re.Match[str]) -> str | None:
    named = found["currency"]
    if named is None:
        return None
    return EUR if named.lower() in _EURO_WORDS else CZK
