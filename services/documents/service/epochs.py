"""After a restored backup: what was sent since is not in the database, so everything is in doubt.

An epoch begins when a restoration is recorded (``evidence restored``). Whatever was not told before
is looked for in the list of sent messages before anything of it is sent; see ADR 29.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import and_, or_, select

from services.documents.domain import deliveries
from services.documents.domain.deliveries import DELIVERY, DOUBTED_REASONS, DOUBTED_STATES
from services.documents.domain.numbering import sender_reference
from services.documents.models import Delivery, Document
from services.documents.models.base import LEDGER
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.evidence.keeping import current_epoch

AT_ONCE = 200
"""Deliveries that are put in doubt in one look of the worker."""


def mark_epoch(work: Work, documents: Iterable[Document]) -> None:
    """Give new deliveries the present epoch, and references that no lost delivery can have had.

    After a restoration the numbers of what was lost are given again, to other documents.
    """
    sent = [(item.number, item.delivery) for item in documents if item.delivery is not None]
    epoch = current_epoch(work.session, LEDGER) if sent else 0
    if not epoch:
        return
    for number, delivery in sent:
        delivery.epoch = epoch
        delivery.sender_reference = sender_reference(number, epoch + 1)


def is_certain(work: Work, delivery: Delivery) -> bool:
    """Tell whether everything that became of the delivery is in this database."""
    return delivery.epoch >= current_epoch(work.session, LEDGER)


def doubtful_deliveries(work: Work) -> list[UUID]:
    """Return deliveries of all organisations whose message may have been sent and forgotten."""
    epoch = current_epoch(work.session, LEDGER)
    asked = and_(
        Delivery.state == deliveries.NEEDS_PERSON,
        Delivery.reason.in_(DOUBTED_REASONS),
        Delivery.message_id.is_(None),
    )
    may_be_sent = or_(Delivery.state.in_(DOUBTED_STATES), asked)
    query = select(Delivery.id).where(Delivery.epoch < epoch, may_be_sent)
    return list(work.session.scalars(query.order_by(Delivery.id).limit(AT_ONCE)))


def begin_doubt(work: Work, delivery: Delivery) -> None:
    """Have the message looked for since the document was made, whatever the backup says."""
    if is_certain(work, delivery):
        return
    delivery.state = DELIVERY.apply(delivery.state, "doubt")
    delivery.epoch = current_epoch(work.session, LEDGER)
    delivery.reason, delivery.hold, delivery.next_at = None, None, None
    delivery.leased_until, delivery.fencing_token, delivery.sha256 = None, None, None
    delivery.intent_shown_at = delivery.document.created_at
    delivery.lost_at, delivery.last_look_at = SystemClock().now(), None
    work.session.flush()
    work.audit("doubt", ("delivery", delivery.id), epoch=delivery.epoch)
