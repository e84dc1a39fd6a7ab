"""How letters would leave and what they may cost, by what is known before ISDS is asked. Pure.

Source: no law; an organisation's money is spent by its people, who see it first (ADR 27).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.documents.domain.channels import DATA_BOX, NO_WAY_IN, PAPER, POST, USABLE, Known
from services.documents.domain.legal_delivery import OVM_TYPES
from services.documents.domain.postage import (
    FREE,
    HOLD_APPROVAL,
    HOLD_PRICE,
    PAID,
    Terms,
    affordable,
)
from shared.errors import DomainError
from shared.money import Money

UNSURE = "unsure"
"""Free or paid: nobody has asked yet whose box it is, or whether there is one."""
ON_PAPER = "paper"
"""No data box, as far as is known; what the post takes is not paid from the data box."""
KINDS = (FREE, PAID, UNSURE, ON_PAPER)


class PostageGrew(DomainError):
    """The letters may cost more than the person saw. Params: ``most``, ``shown``."""


@dataclass(frozen=True)
class Expected:
    """How one letter would leave."""

    channel: str
    box_id: str | None
    kind: str
    """One of ``KINDS``."""
    most: Money | None
    """What it costs at most, and exactly unless it is unsure; ``None`` while no price is set."""
    own_hands: bool = False
    """Only the addressee, or who may read everything in the box, may take it over."""


@dataclass(frozen=True)
class Line:
    """Letters that leave in one way."""

    channel: str
    kind: str
    count: int
    most: Money | None
    """Of all of them; see ``Expected``."""


def expected(
    likely: str,
    named_box: str | None,
    known: Known,
    *,
    box_type: int | None,
    sender_type: int | None,
    price: Money | None,
    now: datetime,
) -> Expected:
    """Tell how a letter would leave by the last answers of ISDS.

    Args:
        likely: Channel that follows from the letter alone.
        named_box: Box that the letter names.
        known: What the register of recipients knows of the addressee.
        box_type: Number of the type of the box that it knows.
        sender_type: The same of the sender's box; ``None`` before anybody asked.
        price: Of one paid message; ``None`` while nobody has set it.
        now: Present instant (aware UTC, process clock).

    Source:
        R38: a usable box wins over any other way, and what nobody knows may turn out to be one.
        Act No. 300/2008 Coll., s. 18a: a message from or to a public authority is free.
    """
    is_fresh = known.holds_until is not None and known.holds_until >= now
    if known.outcome in NO_WAY_IN and is_fresh:
        channel = likely if likely in PAPER else POST
        return Expected(channel, None, ON_PAPER, Money.zero())
    is_usable = known.outcome == USABLE
    kind = _kind(box_type if is_usable else None, sender_type)
    box = known.box_id if is_usable else named_box
    most = Money.zero() if kind == FREE else price
    return Expected(DATA_BOX if is_usable else likely, box, kind, most)


def _kind(recipient_type: int | None, sender_type: int | None) -> str:
    if recipient_type in OVM_TYPES or sender_type in OVM_TYPES:
        return FREE
    return UNSURE if recipient_type is None or sender_type is None else PAID


@dataclass(frozen=True)
class Estimate:
    """What one act would let leave, and the money for it."""

    lines: tuple[Line, ...]
    price: Money | None
    """Of one paid message; ``None`` while nobody has set it."""
    left: Money | None
    """Of this month's limit; ``None`` without a limit."""
    own_hands: int
    """How many of the letters go into the addressee's own hands."""
    waits_for: str | None
    """Why every paid message would wait at first; see ``domain.postage``."""

    def count(self, *kinds: str) -> int:
        """How many letters are of these kinds; of any kind if none is named."""
        return sum(one.count for one in self.lines if one.kind in (kinds or KINDS))

    @property
    def total(self) -> Money | None:
        """What those cost that are known to be paid ones."""
        return self._cost(self.count(PAID))

    @property
    def most(self) -> Money | None:
        """What all of them may cost at most."""
        return self._cost(self.count(PAID, UNSURE))

    @property
    def beyond(self) -> int:
        """How many of them may have to wait for a higher limit or the next month."""
        if self.price is None:
            return 0
        can = affordable(self.price, spent=Money.zero(), limit=self.left)
        return 0 if can is None else max(0, self.count(PAID, UNSURE) - can)

    def _cost(self, count: int) -> Money | None:
        if count == 0:
            return Money.zero()
        return None if self.price is None else times(self.price, count)


def times(price: Money, count: int) -> Money:
    """Return what so many messages cost.

    Source:
        No law.
    """
    return Money.from_hundredths(price.hundredths * count)


def summed_up(
    letters: Iterable[Expected], *, price: Money | None, terms: Terms | None, spent: Money
) -> Estimate:
    """Sum letters up.

    Args:
        letters: What would leave.
        price: Of one paid message now.
        terms: What is approved about paid messages.
        spent: In this calendar month.

    Source:
        No law; what is approved is what was shown.
    """
    found = list(letters)
    counts = Counter((one.channel, one.kind) for one in found)
    order = sorted(counts, key=lambda key: (KINDS.index(key[1]), key[0]))
    costless = {FREE: Money.zero(), ON_PAPER: Money.zero()}
    lines = [
        Line(channel, kind, count, costless.get(kind, price and times(price, count)))
        for channel, kind in order
        for count in [counts[channel, kind]]
    ]
    limit = terms.monthly_limit if terms else None
    left = None if limit is None else max(limit - spent, Money.zero())
    own_hands = sum(one.own_hands for one in found)
    return Estimate(tuple(lines), price, left, own_hands, _why_waits(price, terms))


def _why_waits(price: Money | None, terms: Terms | None) -> str | None:
    if price is None or terms is None or terms.price < price:
        return HOLD_PRICE
    return HOLD_APPROVAL if terms.asks_each else None


def check_shown(found: Estimate, shown: Money | None) -> None:
    """Refuse an act that may cost more than whoever does it was shown.

    Args:
        found: What it may cost now.
        shown: The upper bound that was shown; ``None`` if none was.

    Raises:
        PostageGrew: it may cost more.

    Source:
        No law; what is approved is what was shown.
    """
    if shown is not None and found.most is not None and found.most > shown:
        raise PostageGrew(most=found.most, shown=shown)
