"""Before a message is sent that had to wait: has somebody sent it by hand meanwhile (F10)?

One list serves many messages for a minute, those that were put off if it was asked for when they
had rested already. What it shows becomes unknown, and is looked into like a message whose answer
was lost.
"""

import logging
from datetime import datetime
from uuid import UUID

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.sent_lists import SentList
from services.documents.domain.deliveries import READY, WIDE
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service.looking import Waiting, suspect, to_look_for
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.db import read_only

log = logging.getLogger(__name__)


def look_first(desk: DispatchDesk, ids: list[UUID]) -> dict[UUID, SentList | None]:
    """Return which of these ready deliveries may be sent, and the list on which that rests."""
    asked = _to_look_for(desk, ids)
    may_go: dict[UUID, SentList | None] = {one: None for one in ids if one not in asked}
    if not asked:
        return may_go
    since = min(one.made_at for one in asked.values()) - WIDE
    try:
        seen = _sent_list(desk, since, list(asked.values()))
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("the list of sent messages cannot be had before sending")
        for delivery_id in asked:
            desk.put_off(delivery_id, error)
        return may_go
    for delivery_id, one in asked.items():
        if one.reference in seen.references:
            with desk.apart_from_others(delivery_id):
                desk.change(delivery_id, _suspect, "send.suspected")
        else:
            may_go[delivery_id] = seen
    return {one: may_go[one] for one in ids if one in may_go}  # in the order of their deadlines


def _to_look_for(desk: DispatchDesk, ids: list[UUID]) -> dict[UUID, Waiting]:
    """Return what may have been sent by hand from the box that we log in to."""
    if desk.tools.gateway is None:
        return {}
    with read_only(desk.session()) as session:
        found = to_look_for(desk.everywhere(session), ids)
    ours = {one for one in {row.organisation_id for row in found} if desk.sends_for(one)}
    return {row.delivery_id: row for row in found if row.organisation_id in ours}


def _sent_list(desk: DispatchDesk, since: datetime, waiting: list[Waiting]) -> SentList:
    now, kept = desk.clocks.steady(), desk.sent_list
    if kept is None or not kept.serves(since, now) or not all(map(kept.is_after, waiting)):
        asked_on = SystemClock().now()
        with desk.hearing() as gateway:
            records = gateway.sent_messages(since, desk.tools.clock.now() + WIDE)
        references = frozenset(record.sender_reference for record in records)
        desk.sent_list = SentList(now, asked_on, since, references)
        hit("send.list_read")
        return desk.sent_list
    return kept


def _suspect(work: Work, row: Delivery) -> None:
    if row.state == READY:
        suspect(work, row)
