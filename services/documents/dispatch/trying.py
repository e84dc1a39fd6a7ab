"""While ISDS is away: one empty call after each pause tries whether it is back."""

import logging

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable, LoginFault
from services.documents.dispatch.desk import DispatchDesk

log = logging.getLogger(__name__)


def try_isds(desk: DispatchDesk) -> int:
    """Try once the pause is over; return how many trials that were."""
    gateway = desk.tools.gateway
    is_left_alone = desk.reopens_at is not None or desk.is_breaker_open()
    if gateway is None or not desk.outage.is_trial_due or is_left_alone:
        return 0
    try:
        with desk.outage.hearing():
            gateway.ping()
    except LoginFault as fault:
        desk.heed(fault.code)
        return 1
    except GatewayUnavailable:
        log.warning("ISDS is still out of reach")
        return 1
    except GatewayRefused as refused:
        desk.heed(refused.code)
    log.warning("ISDS answers again")
    return 1
