"""Money for data messages: approving, charging with the intent, giving back what was not sent."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.exc import IntegrityError

from services.documents.delivery.port import PaidRight
from services.documents.domain.deliveries import DELIVERY, HELD
from services.documents.domain.dispatches import PAUSED
from services.documents.domain.legal_delivery import OVM_TYPES
from services.documents.domain.postage import (
    HOLD_APPROVAL,
    HOLD_CREDIT,
    HOLD_LIMIT,
    HOLD_PAUSE,
    HOLD_PRICE,
    Postage,
    Purse,
    Terms,
    affordable,
    check_terms,
    month_of,
    postage,
    why_held,
)
from services.documents.domain.records import check_named_version
from services.documents.models import (
    Batch,
    BatchItem,
    Delivery,
    Dispatch,
    DispatchStop,
    PostageMonth,
    PostageTerms,
    SenderBox,
)
from services.documents.service.work import Work
from shared.calendar_cz import prague_day
from shared.clock import SystemClock
from shared.money import Money

AT_ONCE = 500
"""Held messages that one look lets go."""
BY_ITSELF = (HOLD_PRICE, HOLD_APPROVAL, HOLD_CREDIT, HOLD_LIMIT)
"""Holds that the worker ends as soon as their reason is gone; a pause is ended by a person."""


@dataclass(frozen=True)
class Payer:
    """The sender's box as far as money goes; asked of ISDS."""

    box_id: str
    name: str
    type_number: int
    rights: tuple[PaidRight, ...]
    may_send_paid: bool
    credit: Money

    def purse(self, at: datetime) -> Purse:
        """What the box can pay then: with a right of its own kind, or from the credit."""
        any_recipient = [right for right in self.rights if not right.recipient_box]
        live = [right for right in any_recipient if _is_live(right, at)]
        is_paid_otherwise = any(right.kind not in CREDIT_KINDS for right in live)
        return Purse(self.may_send_paid, None if is_paid_otherwise else self.credit)


def _is_live(right: PaidRight, at: datetime) -> bool:
    """Tell whether a right has neither ended nor been used up."""
    has_ended = right.expires_at is not None and right.expires_at <= at
    return not has_ended and (right.left is None or right.left > 0)


CREDIT_KINDS = frozenset({"E", "O"})
"""Paid from the credit, or by the other side for an answer only: neither pays for any message."""


def set_terms(work: Work, terms: Terms, version: int | None) -> PostageTerms:
    """Write down what a person approves about paid messages from now on.

    Args:
        version: Of what was shown; ``None`` while nothing was approved yet.

    Raises:
        NegativePostage: an amount is below zero.
        RecordChanged: somebody changed it meanwhile.
    """
    check_terms(terms)
    found = work.session.get(PostageTerms, work.organisation_id)
    if found is None:
        found = PostageTerms(organisation_id=work.organisation_id)
        work.session.add(found)
    else:
        check_named_version(shown=version, present=found.version)
    found.price, found.monthly_limit = terms.price, terms.monthly_limit
    found.asks_each = terms.asks_each
    found.approved_by, found.approved_at = work.actor.name, work.now
    work.session.flush()
    details = {"price": terms.price, "monthly_limit": terms.monthly_limit}
    subject = ("postage_terms", work.organisation_id)
    work.audit("set_postage_terms", subject, **details, asks_each=terms.asks_each)
    return found


def terms_of(work: Work) -> Terms | None:
    """Return what is approved; ``None`` before anything is."""
    found = work.session.get(PostageTerms, work.organisation_id)
    return Terms(found.price, found.monthly_limit, found.asks_each) if found else None


def spent_in_month(work: Work, day: date) -> Money:
    """Return what the messages of the day's month cost so far."""
    found = work.session.get(PostageMonth, (work.organisation_id, month_of(day)[0]))
    return found.spent if found else Money.zero()


def postage_of(delivery: Delivery, payer: Payer | None, price: Money | None) -> Postage | None:
    """Return kind and price; ``None`` while the price is not known."""
    recipient = delivery.recipient_type or 0
    sender = payer.type_number if payer else 0
    if sender in OVM_TYPES or recipient in OVM_TYPES:
        return postage(sender_type=sender, recipient_type=recipient, price=Money.zero())
    if price is None:
        return None
    return postage(sender_type=sender, recipient_type=recipient, price=price)


def pay_or_hold(work: Work, delivery: Delivery, payer: Payer | None, price: Money | None) -> bool:
    """Count the price of a message towards its month, or hold the message; tell which.

    Called in the transaction of the intent to send, so that what is counted is what may leave.
    The month's row is locked: two workers never spend the same crown. While the organisation
    has stopped its dispatch, a message stays as it is; one whose approved dispatch was paused
    while it was under way waits with the others.
    """
    with work.session.no_autoflush:  # what is asked here knows nothing of the letter's own row
        stop = work.session.get(DispatchStop, work.organisation_id)
        if stop is not None and stop.ended_at is None:
            return False
        if _is_paused(work, delivery):
            return False
    found = postage_of(delivery, payer, price)
    delivery.price = found.price if found else None
    if found is not None and found.price == Money.zero():
        return True
    month = _locked_month(work)
    reason = why_held(
        price=price,
        agreed=delivery.agreed_price,
        terms=terms_of(work),
        purse=payer.purse(work.now) if payer else Purse(may_send=False, credit=None),
        spent=month.spent,
    )
    if reason is not None or found is None:
        hold(work, delivery, reason or HOLD_PRICE)
        return False
    month.spent += found.price
    delivery.charged_on = work.today
    return True


def charge_adopted(
    work: Work, delivery: Delivery, payer: Payer | None, price: Money | None
) -> None:
    """Count a message that exists, and that this database did not send, towards its month.

    What an attempt of ours has counted is not counted again. Called before anything is told: the
    month is locked first, then the feed, as whoever gives a price back does.
    """
    found = postage_of(delivery, payer, price)
    if delivery.charged_on is not None or found is None:
        return
    delivery.price = found.price
    if found.price == Money.zero():
        return
    day = prague_day(delivery.intent_shown_at or work.now)
    _locked_month(work, day).spent += found.price
    delivery.charged_on = day


def _is_paused(work: Work, delivery: Delivery) -> bool:
    """Hold a message whose approval or batch is paused; tell whether it must not leave now.

    Whoever ends the pause right now has its row. Waiting for them here, with the delivery in hand,
    could be waiting for each other, and holding it unseen would hold it for ever: then it is left
    as it is, and the next turn decides.
    """
    batch_id = select(BatchItem.batch_id).where(BatchItem.id == delivery.document_id)
    asked: list[Select[str]] = [
        select(Batch.sending).where(Batch.id == batch_id.scalar_subquery()),
    ]
    if delivery.dispatch_id is not None:
        asked.append(select(Dispatch.state).where(Dispatch.id == delivery.dispatch_id))
    paused = [query for query in asked if work.session.scalar(query) == PAUSED]
    if any(_stays_paused(work, query) for query in paused):
        hold(work, delivery, HOLD_PAUSE)
    return bool(paused)


def _stays_paused(work: Work, query: Select[str]) -> bool:
    """Tell whether the pause lasts until this transaction ends."""
    return work.session.scalar(query.with_for_update(read=True, skip_locked=True)) == PAUSED


def give_back(work: Work, delivery: Delivery) -> None:
    """Take the price out of its month again: the message was certainly not created."""
    if delivery.charged_on is None or delivery.price is None:
        return
    month = _locked_month(work, delivery.charged_on)
    month.spent -= delivery.price
    delivery.charged_on = None


def hold(work: Work, delivery: Delivery, reason: str) -> None:
    """Let a message wait for money or a person's word."""
    delivery.state = DELIVERY.apply(delivery.state, "hold")
    delivery.hold, delivery.next_at = reason, None
    work.session.flush()
    work.audit("hold", ("delivery", delivery.id), reason=reason, price=delivery.price)


def let_go(work: Work, delivery: Delivery) -> None:
    """Let a held message be sent."""
    delivery.state = DELIVERY.apply(delivery.state, "let_go")
    reason, delivery.hold, delivery.next_at = delivery.hold, None, None
    work.session.flush()
    work.audit("let_go", ("delivery", delivery.id), reason=reason)


def release_held(work: Work, purse: Purse | None, price: Money | None) -> int:
    """Let go, in the order of legal deadlines, what need not wait any more; return how many.

    Args:
        purse: What the box can pay; ``None`` when nobody knows, then what waits for credit stays.
        price: What a message costs now.
    """
    terms = terms_of(work)
    if price is None or terms is None or terms.price < price:
        return 0
    spent = spent_in_month(work, work.today)
    left = affordable(price, spent=spent, limit=terms.monthly_limit)
    may_go = _ended_holds(terms, purse, price)
    most = AT_ONCE if left is None else min(left, AT_ONCE)
    found = list(work.session.scalars(_held(work).where(may_go).limit(most)))
    for row in found:
        let_go(work, row)
    return len(found)


def _ended_holds(terms: Terms, purse: Purse | None, price: Money) -> ColumnElement[bool]:
    """Return which holds are over."""
    over = [HOLD_PRICE, HOLD_LIMIT]
    if purse and purse.may_send and (purse.credit is None or purse.credit >= price):
        over.append(HOLD_CREDIT)
    if not terms.asks_each:
        over.append(HOLD_APPROVAL)
    is_agreed = and_(Delivery.hold == HOLD_APPROVAL, Delivery.agreed_price >= price)
    return or_(Delivery.hold.in_(over), is_agreed)


def _held(work: Work) -> Select[Delivery]:
    query = select(Delivery).where(
        Delivery.organisation_id == work.organisation_id, Delivery.state == HELD
    )
    by_deadline = (Delivery.dispatch_by.asc().nulls_last(), Delivery.sender_reference)
    return query.order_by(*by_deadline).with_for_update(of=Delivery, skip_locked=True)


def holding_organisations(work: Work) -> list[UUID]:
    """Return the organisations that have held messages which the worker may let go."""
    waiting = select(Delivery.organisation_id).where(
        Delivery.state == HELD, Delivery.hold.in_(BY_ITSELF)
    )
    return list(work.session.scalars(waiting.distinct()))


def note_payer(work: Work, payer: Payer) -> None:
    """Keep what the box itself says, for the pages."""
    row = work.session.get(SenderBox, work.organisation_id)
    if row is None:
        row = SenderBox(organisation_id=work.organisation_id)
        work.session.add(row)
    row.box_id, row.name, row.box_type = payer.box_id, payer.name, payer.type_number
    row.may_send_paid, row.credit = payer.may_send_paid, payer.purse(work.now).credit
    row.rights = [right.kind for right in payer.rights]
    row.asked_at = SystemClock().now()


def _locked_month(work: Work, day: date | None = None) -> PostageMonth:
    organisation_id, month = work.organisation_id, month_of(day or work.today)[0]
    key = (organisation_id, month)
    found = work.session.get(PostageMonth, key, with_for_update=True)
    if found is not None:
        return found
    first = PostageMonth(organisation_id=organisation_id, month=month, spent=Money.zero())
    try:
        with work.session.begin_nested():
            work.session.add(first)
    except IntegrityError:  # another worker began the month at the same time
        return work.session.get_one(PostageMonth, key, with_for_update=True)
    return first
