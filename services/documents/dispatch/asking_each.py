"""Messages whose change ISDS tells no more: each is asked for by itself."""

import logging
from collections.abc import Sequence

from services.documents.delivery.port import DeliveryInfo, GatewayRefused
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.refused_logins import LOGIN_REFUSED

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Messages that are asked for between two looks."""


def ask_each(desk: DispatchDesk, message_ids: Sequence[str]) -> dict[str, DeliveryInfo]:
    """Return what ISDS tells of messages, without those of which it tells nothing.

    Raises:
        GatewayUnavailable: no answer can be had.
        GatewayRefused: the login was refused.
    """
    told = {}
    for message_id in message_ids:
        try:
            with desk.hearing() as gateway:
                told[message_id] = gateway.delivery_info(message_id)
        except GatewayRefused as refused:
            if refused.code in LOGIN_REFUSED:
                raise
            log.warning("nothing is told of a message", extra={"message_id": message_id})
    return told
