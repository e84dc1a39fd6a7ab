"""Before a message is sent that had to wait: has somebody sent it by hand meanwhile (F10)?

One list serves many messages for a minute; for those that had to be put off it is read anew. What
it shows becomes unknown, and is looked into like a message whose answer was lost.
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
from shared.db import reading, transaction

log = logging.getLogger(__name__)


def look_first(desk: DispatchDesk, ids: list[UUID]) -> dict[UUID, SentList | None]:
    """Return which of these ready deliveries may be sent, and the list on which that rests."""
    asked = _to_look_for(desk, ids)
    may_go: dict[UUID, SentList | None] = {one: None for one in ids if one not in asked}
    if not asked:
        return may_go
    since = min(one.made_at for one in asked.values()) - WIDE
    try:
        if any(one.was_put_off for one in asked.values()):
            desk.sent_list = None  # it may be older than what kept them, and than somebody's act
        seen = _sent_list(desk, since)
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("the list of sent messages cannot be had before sending")
        for delivery_id in asked:
            desk.put_off(delivery_id, error)
        return may_go
    for delivery_id, one in asked.items():
        if one.reference in seen.references:
            desk.change(delivery_id, _suspect, "send.suspected")
        else:
            may_go[delivery_id] = seen
    return {one: may_go[one] for one in ids if one in may_go}  # in the order of their deadlines


def _to_look_for(desk: DispatchDesk, ids: list[UUID]) -> dict[UUID, Waiting]:
    """Return what may have been sent by hand from the box that we log in to."""
    if desk.tools.gateway is None:
        return {}
    with reading(), transaction(desk.session()) as session:
        found = to_look_for(desk.everywhere(session), ids)
    ours = {one for one in {row.organisation_id for row in found} if desk.sends_for(one)}
    return {row.delivery_id: row for row in found if row.organisation_id in ours}


def _sent_list(desk: DispatchDesk, since: datetime) -> SentList:
    now = desk.clocks.steady()
    if desk.sent_list is None or not desk.sent_list.serves(since, now):
        records = desk.gateway.sent_messages(since, desk.tools.clock.now() + WIDE)
        references = frozenset(record.sender_reference for record in records)
        desk.sent_list = SentList(now, since, references)
        hit("send.list_read")
    return desk.sent_list


def _suspect(work: Work, row: Delivery) -> None:
    if row.state == READY:
        suspect(work, row)
