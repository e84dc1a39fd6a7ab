"""After a refused login: one worker tries whether ISDS lets us in again, with no letter at risk."""

import logging

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable, LoginFault
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.refused_logins import LOGIN_REFUSED
from services.documents.failpoints import hit
from services.documents.service.breakers import accept_login, claim_trial, is_trial_due
from shared.clock import SystemClock
from shared.db import read_only, transaction

log = logging.getLogger(__name__)


def try_login(desk: DispatchDesk) -> int:
    """Try the login once its pause is over; return how many trials that were."""
    gateway = desk.tools.gateway
    if gateway is None or not desk.is_breaker_open() or desk.reopens_at is not None:
        return 0
    now = SystemClock().now()
    with read_only(desk.session()) as session:
        is_due = is_trial_due(session, desk.account, now)
    if not is_due:
        return 0
    with transaction(desk.session()) as session:
        is_mine = claim_trial(session, desk.account, now)
        hit("login.claimed.written")
    hit("login.claimed.committed")
    if not is_mine:
        return 0
    try:
        gateway.login()
    except LoginFault as fault:
        desk.heed(fault.code)
        return 1
    except GatewayUnavailable:
        log.warning("nobody tells now whether the login is good again")
        return 1
    except GatewayRefused as refused:
        if refused.code in LOGIN_REFUSED:
            desk.heed(refused.code)
            return 1
    with transaction(desk.session()) as session:
        accept_login(session, desk.tools.clock, desk.account)
        hit("login.accepted.written")
    desk.breaker_seen_at = None
    hit("login.accepted.committed")
    return 1
