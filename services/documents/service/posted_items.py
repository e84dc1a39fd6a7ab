"""What was given to the post and what came of it: facts of a day that no later act takes away."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import with_expression

from services.documents.domain import channels
from services.documents.domain.paper import RETURNED
from services.documents.models import Delivery, Document, ItemOutcome, PostedItem
from services.documents.service.work import Work

LOOK_BACK = timedelta(days=60)


def keep_item(
    work: Work, delivery: Delivery, number: str, posted_on: date, *, with_advice: bool
) -> PostedItem:
    """Keep what was posted, under the name and address that stand on it."""
    item = PostedItem(
        id=uuid4(),
        organisation_id=delivery.organisation_id,
        delivery_id=delivery.id,
        ordinal=len(items_of(work, delivery.id)) + 1,
        posted_on=posted_on,
        tracking_number=number,
        with_advice=with_advice,
        own_hands=delivery.own_hands,
        recipient_name=delivery.recipient_name,
        address=delivery.address,
        recorded_at=work.now,
    )
    work.session.add(item)
    work.session.flush()
    return item


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
    """Return the query of what the sheet of a day names, in the order of the letters' numbers.

    Each item comes with the number of its letter; neither delivery nor document is loaded.
    """
    query = _own(work).join(Delivery, Delivery.id == PostedItem.delivery_id)
    query = query.join(Document, Document.id == Delivery.document_id)
    query = query.where(PostedItem.posted_on == day)
    query = query.options(with_expression(PostedItem.number, Document.number))
    query = query.execution_options(populate_existing=True)
    return query.order_by(Delivery.sender_reference, PostedItem.ordinal)


def items_posted_on(work: Work, day: date) -> Sequence[PostedItem]:
    """Return what the sheet of a day names."""
    return work.session.scalars(posted_on_day(work, day)).all()


def letters_still_posted(work: Work, day: date) -> Sequence[UUID]:
    """Return the deliveries that were posted on a day and have not come back since.

    Nothing leaves any more by an item that came back: its letter waits for another way, or went it.
    """
    came_back = select(ItemOutcome.id).where(
        ItemOutcome.item_id == PostedItem.id, ItemOutcome.outcome == RETURNED
    )
    query = _own(work).join(Delivery, Delivery.id == PostedItem.delivery_id)
    query = query.where(PostedItem.posted_on == day, Delivery.channel == channels.POST)
    query = query.where(~came_back.exists()).order_by(Delivery.sender_reference)
    return work.session.scalars(query.with_only_columns(PostedItem.delivery_id)).all()


def days_of_posting(work: Work) -> list[tuple[date, int]]:
    """Return the newest days on which something was posted, each with how many letters."""
    query = select(PostedItem.posted_on, func.count()).group_by(PostedItem.posted_on)
    query = query.where(PostedItem.organisation_id == work.organisation_id)
    query = query.where(PostedItem.posted_on >= work.today - LOOK_BACK)
    found = work.session.execute(query.order_by(PostedItem.posted_on.desc()))
    return [(day, count) for day, count in found]


def _own(work: Work) -> Select[PostedItem]:
    return select(PostedItem).where(PostedItem.organisation_id == work.organisation_id)
