"""What a data message costs, and whether the sender may spend it. Pure."""

from dataclasses import dataclass
from datetime import date

from services.documents.domain.legal_delivery import OVM_TYPES
from shared.errors import DomainError
from shared.money import Money

FREE, PAID = "free", "paid"

# Why a message that is ready does not leave yet.
HOLD_PRICE = "price"
"""Nobody has approved what it costs."""
HOLD_APPROVAL = "approval"
"""The organisation wants each paid dispatch approved, and nobody has approved this one."""
HOLD_CREDIT = "credit"
"""The box has no right to send paid messages now, or too little credit."""
HOLD_LIMIT = "limit"
"""This month would cost more than allowed."""
HOLD_PAUSE = "pause"
"""A person paused the dispatch."""


@dataclass(frozen=True)
class Postage:
    """Kind of a message and its price."""

    kind: str
    """``free`` or ``paid``."""
    price: Money
    """Zero for a free one."""


@dataclass(frozen=True)
class Terms:
    """What an organisation's person approved about paid messages."""

    price: Money
    """Most that one message may cost."""
    monthly_limit: Money | None
    """Most that a calendar month may cost; ``None`` means no limit."""
    asks_each: bool
    """Paid messages wait for an approval of their own; otherwise the act that made the document
    is enough."""


class NegativePostage(DomainError):
    """A price or a limit below zero says nothing."""


def check_terms(terms: Terms) -> None:
    """Refuse amounts that mean nothing.

    Raises:
        NegativePostage: one is below zero.

    Source:
        No law.
    """
    if min(terms.price, terms.monthly_limit or Money.zero()) < Money.zero():
        raise NegativePostage()


@dataclass(frozen=True)
class Purse:
    """Whether the sender's box could pay now."""

    may_send: bool
    """It has a right to send paid messages."""
    credit: Money | None
    """Prepaid credit that a message is paid from; ``None`` if somebody pays in another way."""


def postage(*, sender_type: int, recipient_type: int, price: Money) -> Postage:
    """Tell whether a message between two boxes is free, and what it costs otherwise.

    Args:
        sender_type: Number of the sender's box type, 10 to 16 for public authorities.
        recipient_type: The same of the recipient.
        price: Price of one paid message (PDZ), from the contract or the price list.

    Raises:
        ValueError: the price is negative.

    Source:
        Act No. 300/2008 Coll., s. 18a: private persons pay for messages among themselves; a
        message from or to a public authority is free. The price is no part of the law.
    """
    if price < Money.zero():
        raise ValueError("A price is not negative.")
    if sender_type in OVM_TYPES or recipient_type in OVM_TYPES:
        return Postage(FREE, Money.zero())
    return Postage(PAID, price)


def why_held(
    *,
    price: Money | None,
    agreed: Money | None,
    terms: Terms | None,
    purse: Purse,
    spent: Money,
) -> str | None:
    """Tell why a paid message must wait, or ``None`` when it may leave.

    Args:
        price: What it costs now; ``None`` while the operator has not said.
        agreed: The price that a person approved for this very message; ``None`` without one.
        terms: What is approved for all messages; ``None`` while nothing is.
        purse: What the box can pay.
        spent: What the messages of this calendar month cost so far; those of unknown fate
            count, because they may exist.

    Source:
        No law: an organisation's money is spent by its people. A message that waits is never
        sent in another way instead (R38).
    """
    if price is None or terms is None or terms.price < price:
        return HOLD_PRICE
    if terms.asks_each and (agreed is None or agreed < price):
        return HOLD_APPROVAL
    if not purse.may_send or (purse.credit is not None and purse.credit < price):
        return HOLD_CREDIT
    is_over = terms.monthly_limit is not None and spent + price > terms.monthly_limit
    return HOLD_LIMIT if is_over and price > Money.zero() else None


def affordable(price: Money, *, spent: Money, limit: Money | None) -> int | None:
    """Return how many messages the month still bears; ``None`` means any number.

    Source:
        No law; see :func:`why_held`.
    """
    if limit is None or price <= Money.zero():
        return None
    return max(0, (limit - spent).hundredths // price.hundredths)


def month_of(day: date) -> tuple[date, date]:
    """Return the first day of the month of a Prague day, and of the month after it.

    Source:
        No law: the limit is one of calendar months, as bills are.
    """
    first = day.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first, after
