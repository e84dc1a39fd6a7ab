"""What a person sees of the money for data messages before approving anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from services.documents.domain.deliveries import HELD
from services.documents.domain.postage import month_of
from services.documents.models import Delivery, PostageMonth, PostageTerms, SenderBox
from services.documents.service.postage import spent_in_month
from services.documents.service.work import Work
from shared.money import Money

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class PostagePanel:
    """Prices, limits and what waits."""

    price: Money | None
    """What a paid message costs by the settings; ``None`` while nobody has set it."""
    terms: PostageTerms | None
    box: SenderBox | None
    """What the worker last heard; ``None`` before it asked."""
    spent: Money
    """Of this month."""
    held: Mapping[str, int]
    """How many messages wait, by the reason."""
    months: tuple[PostageMonth, ...]
    """The newest first."""
    next_month: date

    @property
    def left(self) -> Money | None:
        """What may still be spent this month; ``None`` without a limit."""
        if self.terms is None or self.terms.monthly_limit is None:
            return None
        return max(self.terms.monthly_limit - self.spent, Money.zero())

    @property
    def is_price_approved(self) -> bool:
        """Whether what a message costs now is approved."""
        known = self.price is not None and self.terms is not None
        return known and self.terms.price >= self.price  # type: ignore[union-attr,operator]  # known

    def cost_of(self, count: int) -> Money | None:
        """Return what so many messages cost now."""
        if self.price is None:
            return None
        return Money.from_hundredths(self.price.hundredths * count)


def postage_panel(work: Work, price: Money | None) -> PostagePanel:
    """Gather what is known of the money."""
    months = select(PostageMonth).where(PostageMonth.organisation_id == work.organisation_id)
    newest = months.order_by(PostageMonth.month.desc()).limit(MONTHS_SHOWN)
    return PostagePanel(
        price=price,
        terms=work.session.get(PostageTerms, work.organisation_id),
        box=work.session.get(SenderBox, work.organisation_id),
        spent=spent_in_month(work, work.today),
        held=held_counts(work),
        months=tuple(work.session.scalars(newest)),
        next_month=month_of(work.today)[1],
    )


def held_counts(work: Work) -> dict[str, int]:
    """Return how many messages of the organisation wait, by the reason."""
    rows = work.session.execute(
        select(Delivery.hold, func.count())
        .where(Delivery.organisation_id == work.organisation_id, Delivery.state == HELD)
        .group_by(Delivery.hold)
    )
    return {reason or "": count for reason, count in rows}


def first_deadline(work: Work, reasons: Sequence[str]) -> date | None:
    """Return the nearest legal deadline of what waits for these reasons."""
    return work.session.scalar(
        select(func.min(Delivery.dispatch_by)).where(
            Delivery.organisation_id == work.organisation_id,
            Delivery.state == HELD,
            Delivery.hold.in_(reasons),
        )
    )
