"""What was given to the post and what came of it: facts of a day that no later act takes away."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, select

from services.documents.models import Delivery, ItemOutcome, PostedItem
from services.documents.service.work import Work

LOOK_BACK = timedelta(days=60)


def keep_item(
    work: Work, delivery: Delivery, number: str, posted_on: date, *, with_advice: bool
) -> None:
    """Keep what was posted, under the name and address that stand on it."""
    work.session.add(
        PostedItem(
            id=uuid4(),
            organisation_id=delivery.organisation_id,
            delivery_id=delivery.id,
            ordinal=len(items_of(work, delivery.id)) + 1,
            posted_on=posted_on,
            tracking_number=number,
            with_advice=with_advice,
            recipient_name=delivery.recipient_name,
            address=delivery.address,
            recorded_at=work.now,
        )
    )
    work.session.flush()


def keep_outcome(work: Work, delivery: Delivery, outcome: str, day: date) -> None:
    """Keep what the post told of the item that it has now."""
    item = items_of(work, delivery.id)[-1]
    work.session.add(
        ItemOutcome(
            id=uuid4(),
            organisation_id=item.organisation_id,
            item_id=item.id,
            ordinal=len(item.outcomes) + 1,
            outcome=outcome,
            day=day,
            recorded_at=work.now,
        )
    )
    work.session.flush()


def items_of(work: Work, delivery_id: UUID) -> Sequence[PostedItem]:
    """Return what was posted for a delivery, in the order of the acts."""
    query = _own(work).where(PostedItem.delivery_id == delivery_id)
    return work.session.scalars(query.order_by(PostedItem.ordinal)).all()


def posted_on_day(work: Work, day: date) -> Select[PostedItem]:
    """Return the query of what the sheet of a day names, in the order of the letters' numbers."""
    query = _own(work).join(Delivery, Delivery.id == PostedItem.delivery_id)
    query = query.where(PostedItem.posted_on == day)
    return query.order_by(Delivery.sender_reference, PostedItem.ordinal)


def items_posted_on(work: Work, day: date) -> Sequence[PostedItem]:
    """Return what the sheet of a day names."""
    return work.session.scalars(posted_on_day(work, day)).all()


def days_of_posting(work: Work) -> list[tuple[date, int]]:
    """Return the newest days on which something was posted, each with how many letters."""
    query = _own(work).where(PostedItem.posted_on >= work.today - LOOK_BACK)
    days = Counter(work.session.scalars(query.with_only_columns(PostedItem.posted_on)))
    return sorted(days.items(), reverse=True)


def _own(work: Work) -> Select[PostedItem]:
    return select(PostedItem).where(PostedItem.organisation_id == work.organisation_id)
