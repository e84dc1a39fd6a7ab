"""Deliveries by fiction that ISDS takes back: EV3 in the place of EV2 (F13)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.dispatch.asking_each import AT_ONCE, ask_each
from services.documents.dispatch.desk import DispatchDesk, kept_code
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
from shared.pauses import doubled

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
        self._again: list[str] = []
        """Messages that are undeliverable, and could not be taken back."""
        self._failures = 0
        """Times in a row that some of them could not be taken back."""

    def run_once(self) -> int:
        """Take back what has to be; return how many deliveries."""
        now = SystemClock().now()
        if self._desk.tools.gateway is None or is_resting(self._next_look, now, ONCE_AN_HOUR):
            return 0
        with read_only(self._desk.session()) as session:
            if not concluding.is_any_by_fiction(self._desk.everywhere(session)):
                return 0
        shown = self._desk.tools.clock.now()
        until = self._desk.tools.settings.changes_until(shown)
        try:
            found = self._undeliverable(shown - LOOK_BACK, until)
        except (GatewayUnavailable, GatewayRefused) as error:
            self._desk.heed(getattr(error, "code", None))
            log.warning("nobody tells now which messages became undeliverable")
            self._next_look = now + SOON
            return 0
        failed = [number for one, number in found.items() if not self._is_taken_back(one)]
        self._rest(now, until or shown, failed)
        return len(found) - len(failed)

    def _rest(self, now: datetime, heard: datetime, failed: list[str]) -> None:
        """Write down until when everything was heard, or come back for the rest, and what failed.

        Nobody is off the list before what was told of him is written down.
        """
        self._missed = (self._missed or [])[AT_ONCE:]
        self._again += [one for one in failed if one not in self._again]
        if self._missed:
            self._next_look = None
            return
        if self._again:
            # ISDS tells a change for some days only; whatever failed so long is asked for by name.
            self._missed, self._again = self._again, []
            self._next_look = now + doubled(SOON, self._failures, ONCE_AN_HOUR)
            self._failures += 1
            return
        self._failures = 0
        with transaction(self._desk.session()) as session:
            heard_until(session, self._desk.account, heard)
            hit("overturned.heard.written")
        hit("overturned.heard.committed")
        self._next_look = now + ONCE_AN_HOUR

    def _undeliverable(self, since: datetime, until: datetime | None) -> dict[UUID, str]:
        with self._desk.hearing() as gateway:
            changes = gateway.state_changes(since, until)
        closed = [item.message_id for item in changes if item.state == UNDELIVERABLE]
        closed += self._ask_for_missed(since)
        with read_only(self._desk.session()) as session:
            return concluding.delivered_by_fiction(self._desk.everywhere(session), closed)

    def _ask_for_missed(self, since: datetime) -> list[str]:
        """Ask one by one for what may have changed before *since* while nobody listened."""
        if self._missed is None:
            self._missed = self._list_missed(since)
        told = ask_each(self._desk, self._missed[:AT_ONCE])
        return [one for one, info in told.items() if is_undeliverable(info.state, info.events)]

    def _list_missed(self, since: datetime) -> list[str]:
        with read_only(self._desk.session()) as session:
            heard = last_heard(session, self._desk.account)
            if heard is not None and heard >= since:
                return []
            work = self._desk.everywhere(session)
            return delivered_by_fiction_before(work, prague_day(since) + ONE_DAY)

    def _is_taken_back(self, delivery_id: UUID) -> bool:
        """Take one delivery back; whatever goes wrong with it keeps no other one."""
        told = {"delivery_id": str(delivery_id)}
        try:
            self._take_back(delivery_id)
        except TROUBLE as error:
            told["why"] = kept_code(error)
            log.warning("a new delivery info cannot be had", extra=told)
            self._desk.heed(getattr(error, "code", None))
        except Exception:
            log.exception("a delivery by fiction cannot be taken back now", extra=told)
        else:
            return True
        return False

    def _take_back(self, delivery_id: UUID) -> None:
        """Fetch the new delivery info, keep it beside the old one, and draw the conclusion."""
        row = self._desk.peek(delivery_id)
        proof = fetch_delivery_info(self._desk, row.message_id or "")
        stored = store(self._desk, [proof])

        def note(work: Work, fresh: Delivery) -> None:
            stored.keep(work, fresh)
            concluding.overturn(work, fresh, proof.info)

        self._desk.change(delivery_id, note, "overturned")
