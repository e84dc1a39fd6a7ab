"""After a restored backup: what was sent since is not in the database, so everything is in doubt.

An epoch begins when a restoration is recorded (``evidence restored``), and when the database is
found in another place, as after a standby took over. Whatever was not told before is looked for in
the list of sent messages before anything of it is sent; see ADR 29.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from services.documents.domain import deliveries
from services.documents.domain.deliveries import (
    DELIVERY,
    DOUBTED_REASONS,
    DOUBTED_STATES,
    Moment,
    may_be_forgotten,
)
from services.documents.domain.numbering import sender_reference
from services.documents.models import Delivery, Document
from services.documents.service.deliveries import begin_search
from services.documents.service.places import standing_of
from services.documents.service.work import Work
from shared.clock import SystemClock

AT_ONCE = 200
"""Deliveries that are put in doubt in one look of the worker."""


def epoch_of(work: Work) -> int:
    """Return how often the database may have lost what was done last.

    A place that is not noted yet counts: what is made before it is must not get the references of
    what was lost.
    """
    standing = standing_of(work.session)
    return standing.epoch if standing.is_noted else standing.epoch + 1


def mark_epoch(work: Work, documents: Iterable[Document]) -> None:
    """Give new deliveries the present epoch, and references that no lost delivery can have had.

    After a restoration the numbers of what was lost are given again, to other documents.
    """
    sent = [(item.number, item.delivery) for item in documents if item.delivery is not None]
    epoch = epoch_of(work) if sent else 0
    if not epoch:
        return
    for number, delivery in sent:
        delivery.epoch = epoch
        delivery.sender_reference = sender_reference(number, epoch + 1)


def is_certain(work: Work, delivery: Delivery) -> bool:
    """Tell whether everything that the data box may have done is in this database."""
    standing = standing_of(work.session)
    if standing.is_noted and delivery.epoch >= standing.epoch:
        return True
    return not may_be_forgotten(delivery.state, delivery.reason, delivery.message_id)


def doubtful_organisations(work: Work) -> list[UUID]:
    """Return the organisations that have deliveries whose message may be forgotten."""
    found = select(Delivery.organisation_id).where(_may_be_forgotten(work)).distinct()
    return list(work.session.scalars(found.order_by(Delivery.organisation_id)))


def doubtful_deliveries(work: Work, organisation_id: UUID) -> list[UUID]:
    """Return deliveries of an organisation whose message may have been sent and forgotten."""
    mine = Delivery.organisation_id == organisation_id
    query = select(Delivery.id).where(mine, _may_be_forgotten(work))
    return list(work.session.scalars(query.order_by(Delivery.id).limit(AT_ONCE)))


def has_sent_by_box(work: Work, organisation_id: UUID) -> bool:
    """Tell whether anything of the organisation was ever given to a data box."""
    tried = or_(Delivery.intent_at.is_not(None), Delivery.message_id.is_not(None))
    query = select(Delivery.id).where(Delivery.organisation_id == organisation_id, tried)
    return work.session.scalar(query.limit(1)) is not None


def _may_be_forgotten(work: Work) -> ColumnElement[bool]:
    """Return :func:`may_be_forgotten` for a query, of what was not looked for since."""
    asked = and_(
        Delivery.state == deliveries.NEEDS_PERSON,
        Delivery.reason.in_(DOUBTED_REASONS),
        Delivery.message_id.is_(None),
    )
    is_old = Delivery.epoch < epoch_of(work)
    return and_(is_old, or_(Delivery.state.in_(DOUBTED_STATES), asked))


def end_doubt(work: Work, delivery: Delivery) -> None:
    """Write down that no data box can have sent it, so that there is nothing to look for."""
    delivery.epoch = epoch_of(work)
    work.session.flush()
    work.audit("end_doubt", ("delivery", delivery.id), epoch=delivery.epoch)


def begin_doubt(work: Work, delivery: Delivery) -> None:
    """Have the message looked for since the document was made, whatever the backup says."""
    if is_certain(work, delivery):
        return
    delivery.state = DELIVERY.apply(delivery.state, "doubt")
    delivery.epoch = epoch_of(work)
    delivery.reason, delivery.hold = None, None
    delivery.leased_until, delivery.fencing_token, delivery.sha256 = None, None, None
    delivery.intent_shown_at = delivery.document.created_at
    begin_search(delivery, Moment(SystemClock().now(), None))
    work.session.flush()
    work.audit("doubt", ("delivery", delivery.id), epoch=delivery.epoch)
