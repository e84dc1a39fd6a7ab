"""Whether the sender's box can pay for a message, asked of ISDS; and what waited for money."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from services.documents.delivery.port import DataBoxGateway, GatewayRefused, GatewayUnavailable
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.legal_delivery import OVM_TYPES
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service.postage import (
    Payer,
    holding_organisations,
    note_payer,
    release_held,
)
from services.documents.service.work import Work, worker_actor
from shared.clock import SystemClock
from shared.db import read_only, transaction
from shared.money import Money

log = logging.getLogger(__name__)

KNOWN_FOR = timedelta(minutes=5)
"""So long an answer about rights and credit serves further messages."""


def payer_for(desk: DispatchDesk, delivery: Delivery) -> Payer | None:
    """Return the sender's box for a message that may cost something; ``None`` for a free one.

    Raises:
        GatewayUnavailable, GatewayRefused: nobody can tell now.
    """
    if delivery.recipient_type in OVM_TYPES:
        return None
    return _payer(desk, delivery.organisation_id)


def _payer(desk: DispatchDesk, organisation_id: UUID) -> Payer:
    now = SystemClock().now()
    if desk.payer is not None and not _is_old(desk.payer_asked_at, now):
        return desk.payer
    with desk.hearing() as gateway:
        payer = _ask(gateway, desk.tools.settings.credit_in_hundredths)
    desk.payer, desk.payer_asked_at = payer, now
    with transaction(desk.session()) as session:
        note_payer(Work(session, worker_actor(organisation_id), desk.tools.clock), payer)
        hit("payer.written")
    hit("payer.committed")
    return payer


def _is_old(asked_at: datetime | None, now: datetime) -> bool:
    return asked_at is None or abs(now - asked_at) > KNOWN_FOR


def _ask(gateway: DataBoxGateway, unit: int) -> Payer:
    box = gateway.login().box
    if box.type_number in OVM_TYPES:
        return Payer(box.box_id, box.name, box.type_number, (), True, Money.zero())
    return Payer(
        box_id=box.box_id,
        name=box.name,
        type_number=box.type_number,
        rights=tuple(gateway.paid_rights(box.box_id)),
        may_send_paid=gateway.may_send_commercial(box.box_id),
        credit=Money.from_hundredths(gateway.credit(box.box_id) * unit),
    )


def release_payable(desk: DispatchDesk) -> int:
    """Let go of what waited for money or approval and need not any more; return how many."""
    with read_only(desk.session()) as session:
        waiting = holding_organisations(desk.everywhere(session))
    return sum(_release(desk, organisation_id) for organisation_id in waiting)


def _release(desk: DispatchDesk, organisation_id: UUID) -> int:
    try:
        holds = desk.sends_for(organisation_id)
        now = desk.tools.clock.now()
        purse = _payer(desk, organisation_id).purse(now) if holds else None
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("nobody tells now whether the data box can pay")
        desk.heed(getattr(error, "code", None))
        purse = None
    with transaction(desk.session()) as session:
        work = Work(session, worker_actor(organisation_id), desk.tools.clock)
        count = release_held(work, purse, desk.tools.settings.paid_price)
        hit("held.released.written")
    hit("held.released.committed")
    return count
