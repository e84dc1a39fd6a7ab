"""Forms of acts that let letters leave: they carry what these may cost as the page showed it."""

from wtforms import HiddenField

from services.documents.domain.estimates import Estimate
from services.documents.service.estimates import Seen
from shared.money import Money
from shared.web.forms import PageForm


class PricedForm(PageForm):
    """An act that is refused when it may cost more by now than the page showed."""

    most = HiddenField()
    """The upper bound in hundredths; empty while nobody has set a price."""

    def show(self, estimate: Estimate) -> None:
        """Let the next post stand for what the page shows now."""
        most = estimate.most
        self.most.data = "" if most is None else str(most.hundredths)

    def seen(self, price: Money | None) -> Seen:
        """Return on the strength of what the person acts; what is no number allows no cost."""
        text = self.most.data or ""
        if not text:
            return Seen(price)
        is_number = text.isascii() and text.isdecimal() and len(text) <= LONGEST
        return Seen(price, Money.from_hundredths(int(text) if is_number else 0))


LONGEST = 15
"""Digits of the largest amount."""
