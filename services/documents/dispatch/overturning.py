"""Deliveries by fiction that ISDS takes back: EV3 in the place of EV2 (F13)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.dispatch.asking_each import AT_ONCE, ask_each
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.proving import LOOK_BACK, TROUBLE, fetch_delivery_info, store
from services.documents.domain.legal_delivery import UNDELIVERABLE, is_undeliverable
from services.documents.domain.outages import is_resting
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service import concluding
from services.documents.service.listening import (
    delivered_by_fiction_before,
    heard_until,
    last_heard,
)
from services.documents.service.work import Work
from shared.calendar_cz import prague_day
from shared.clock import SystemClock
from shared.db import read_only, transaction

log = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)
ONCE_AN_HOUR = timedelta(hours=1)
"""A delivery that is taken back was thought done; nobody waits for the minute."""
SOON = timedelta(minutes=1)
"""ISDS is not asked at every turn of the worker for what it could not tell or prove just now."""


class Overturner:
    """Asks which messages became undeliverable after they had counted as delivered."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._next_look: datetime | None = None
        self._missed: list[str] | None = None
        """Messages whose change ISDS may not tell any more; ``None`` before anybody counted."""

    def run_once(self) -> int:
        """Take back what has to be; return how many deliveries."""
        now = SystemClock().now()
        if self._desk.tools.gateway is None or is_resting(self._next_look, now, ONCE_AN_HOUR):
            return 0
        with read_only(self._desk.session()) as session:
            if not concluding.delivered_by_fiction(self._desk.everywhere(session)):
                return 0
        shown = self._desk.tools.clock.now()
        try:
            found = self._undeliverable(shown - LOOK_BACK)
        except (GatewayUnavailable, GatewayRefused) as error:
            self._desk.heed(getattr(error, "code", None))
            log.warning("nobody tells now which messages became undeliverable")
            self._next_look = now + SOON
            return 0
        outcomes = [self._take_back(delivery_id) for delivery_id in found]
        self._rest(now, shown, is_whole=all(outcomes))
        return sum(outcomes)

    def _rest(self, now: datetime, shown: datetime, *, is_whole: bool) -> None:
        """Write down until when everything was heard, or come back at once for the rest."""
        if not is_whole:
            # What could not be proved now is asked for again soon, whoever told of it.
            self._missed, self._next_look = None, now + SOON
            return
        if self._missed:
            self._next_look = None
            return
        with transaction(self._desk.session()) as session:
            heard_until(session, self._desk.account, shown)
            hit("overturned.heard.written")
        hit("overturned.heard.committed")
        self._next_look = now + ONCE_AN_HOUR

    def _undeliverable(self, since: datetime) -> list[UUID]:
        with self._desk.hearing() as gateway:
            changes = gateway.state_changes(since)
        closed = [item.message_id for item in changes if item.state == UNDELIVERABLE]
        closed += self._ask_for_missed(since)
        with read_only(self._desk.session()) as session:
            return concluding.delivered_by_fiction(self._desk.everywhere(session), closed)

    def _ask_for_missed(self, since: datetime) -> list[str]:
        """Ask one by one for what may have changed before *since* while nobody listened."""
        if self._missed is None:
            self._missed = self._list_missed(since)
        told = ask_each(self._desk, self._missed[:AT_ONCE])
        self._missed = self._missed[AT_ONCE:]
        return [one for one, info in told.items() if is_undeliverable(info.state, info.events)]

    def _list_missed(self, since: datetime) -> list[str]:
        with read_only(self._desk.session()) as session:
            heard = last_heard(session, self._desk.account)
            if heard is not None and heard >= since:
                return []
            work = self._desk.everywhere(session)
            return delivered_by_fiction_before(work, prague_day(since) + ONE_DAY)

    def _take_back(self, delivery_id: UUID) -> bool:
        """Fetch the new delivery info, keep it beside the old one, and draw the conclusion."""
        row = self._desk.peek(delivery_id)
        try:
            proof = fetch_delivery_info(self._desk, row.message_id or "")
            stored = store(self._desk, [proof])
        except TROUBLE as error:
            log.warning("a new delivery info cannot be had", extra={"delivery_id": str(row.id)})
            self._desk.heed(getattr(error, "code", None))
            return False

        def note(work: Work, fresh: Delivery) -> None:
            stored.keep(work, fresh)
            concluding.overturn(work, fresh, proof.info)

        self._desk.change(delivery_id, note, "overturned")
        return True
