"""From sent to delivered: state changes, sealed proofs, the day that follows from them."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from services.documents.delivery.port import DeliveryInfo, GatewayRefused, GatewayUnavailable
from services.documents.dispatch.ahead import Asked, one_ahead
from services.documents.dispatch.asking_each import AT_ONCE, ask_each
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.keeping import Fetched, Pile
from services.documents.dispatch.proving import (
    LOOK_BACK,
    TROUBLE,
    Call,
    Proved,
    Stored,
    fetch_delivery_info,
    fetch_sent_message,
    store,
)
from services.documents.dispatch.reading_ahead import NextRows
from services.documents.domain import deliveries
from services.documents.domain.channels import POST
from services.documents.domain.deliveries import CLOCK_SKEW
from services.documents.domain.legal_delivery import is_undeliverable
from services.documents.domain.outages import is_resting
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service import concluding
from services.documents.service import deliveries as steps
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.db import read_only, transaction

log = logging.getLogger(__name__)

ONCE_A_DAY = timedelta(days=1)
"""Rest of a message that only a state change can move."""
OVERLAP = timedelta(hours=6)
"""So much of what was read before is read again: ISDS may list a change late."""


@dataclass(frozen=True)
class _InHand:
    """A delivery that was read, and the calls for its proofs that were begun ahead."""

    row: Delivery
    message: Call | None = None
    info: Call | None = None


@dataclass(frozen=True)
class _AskedAhead:
    row: Delivery
    asked: Asked
    has_own: bool
    """The sealed message was kept before; only the delivery info was asked for."""

    def taken(self) -> _InHand:
        """Return the calls that can be taken where the proofs are wanted."""
        message = None if self.has_own else self.asked.take(0)
        return _InHand(self.row, message, self.asked.take(-1))


class Follower:
    """Follows sent deliveries; asks ISDS for state changes no more often than allowed."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._next_poll: datetime | None = None
        self._seen_until: datetime | None = None
        """Until when (process clock) state changes were read; before that, nobody looked."""
        self._whole_until: datetime | None = None
        """Until then (real time) it is enough to read the newest changes."""
        self._missed: list[str] = []
        """Messages whose changes may be older than those that ISDS still tells."""

    def run_once(self) -> int:
        """Follow what is due; return how many deliveries were touched."""
        self._notice_changes()
        ids = self._desk.due(deliveries.SENT)
        rows, pile = NextRows(self._desk, ids), Pile(self._desk)
        for delivery_id, ahead in one_ahead(ids, partial(self._ask_ahead, rows)):
            with self._desk.apart_from_others(delivery_id):
                self._follow(delivery_id, pile, ahead)
        pile.write()
        self._desk.settle()
        return len(ids)

    def _notice_changes(self) -> None:
        """Wake deliveries whose state changed: the way that ISDS prescribes."""
        now = SystemClock().now()
        if self._desk.tools.gateway is None or is_resting(self._next_poll, now, self._pause):
            return
        self._next_poll = now + self._pause
        with read_only(self._desk.session()) as session:
            oldest = concluding.oldest_dispatch(self._desk.everywhere(session))
        shown = self._desk.tools.clock.now()
        if oldest is None:
            self._seen_until = shown
            return
        since = max(oldest - CLOCK_SKEW, shown - LOOK_BACK)
        self._remember_missed(since)
        until = self._desk.tools.settings.changes_until(shown)
        if until is not None and until <= since:
            return  # what was sent a moment ago
        is_whole = not is_resting(self._whole_until, now, ONCE_A_DAY)
        try:
            with self._desk.hearing() as gateway:
                begins = since if is_whole else self._newest(since)
                changes = gateway.state_changes(begins, until)
            hit("changes.read")
            newest = self._ask_for_missed()
        except (GatewayUnavailable, GatewayRefused) as error:
            self._desk.heed(getattr(error, "code", None))
            log.warning("state changes cannot be had")
            return
        newest |= {item.message_id: item.state for item in sorted(changes, key=lambda c: c.at)}
        with transaction(self._desk.session()) as session:
            concluding.wake_changed(self._desk.everywhere(session), newest)
            hit("changes.written")
        hit("changes.committed")
        self._missed = self._missed[AT_ONCE:]  # not before what was told of them is written down
        self._seen_until = until or shown
        self._whole_until = now + ONCE_A_DAY if is_whole else self._whole_until

    def _newest(self, since: datetime) -> datetime:
        """Return from when changes are read between two readings of all that ISDS still tells."""
        return since if self._seen_until is None else max(since, self._seen_until - OVERLAP)

    def _remember_missed(self, since: datetime) -> None:
        """After a long rest, list the messages that may have changed before *since*, unheard."""
        if self._seen_until is None or self._seen_until < since:
            with read_only(self._desk.session()) as session:
                self._missed = concluding.messages_before(self._desk.everywhere(session), since)

    def _ask_for_missed(self) -> dict[str, int]:
        """Ask for some of them one by one; return their states."""
        told = ask_each(self._desk, self._missed[:AT_ONCE])
        return {message_id: info.state for message_id, info in told.items()}

    def _ask_ahead(self, rows: NextRows, delivery_id: UUID) -> _AskedAhead | None:
        """Begin to fetch the proofs of the delivery that is the next one."""
        ahead = self._desk.ahead
        if ahead is None or self._desk.tools.gateway is None or not ahead.may_begin():
            return None
        gateway, read = self._desk.gateway, rows.take(delivery_id)
        if read is None:
            return None
        row = read.delivery
        number, has_own = row.message_id, concluding.has_own_copy(row)
        if row.channel == POST or number is None or row.message_state is not None:
            return None
        info = partial(gateway.signed_delivery_info, number)
        message = [] if has_own else [partial(gateway.signed_sent_message, number)]
        asked = ahead.begin(*message, info)
        return _AskedAhead(row, asked, has_own) if asked is not None else None

    def _follow(self, delivery_id: UUID, pile: Pile, ahead: _AskedAhead | None) -> None:
        is_fresh = ahead is not None and ahead.asked.is_fresh
        asked = ahead.taken() if ahead and is_fresh else _InHand(self._desk.peek(delivery_id))
        row = asked.row
        # An item may be posted after its message turned out undeliverable, whose number it keeps.
        if row.channel == POST or row.message_id is None:
            self._desk.change(delivery_id, self._finish_posted, "posted")
            return
        try:
            self._fetch_proofs(asked, row.message_id, pile)
        except TROUBLE as error:
            self._desk.put_off(delivery_id, error)

    def _fetch_proofs(self, asked: _InHand, message_id: str, pile: Pile) -> None:
        """Fetch what is missing, and have all of it written down at once."""
        row = asked.row
        if row.message_state is not None:
            self._think_again(row)
            return
        has_own = concluding.has_own_copy(row)
        found = [] if has_own else self._sent_message(message_id, asked.message)
        try:
            newest = fetch_delivery_info(self._desk, message_id, asked.info)
        except TROUBLE:
            self._keep_message(row, found)
            raise

        def keep(work: Work, fresh: Delivery, stored: Stored) -> None:
            if fresh.version == row.version:  # else somebody has heard something newer
                stored.keep(work, fresh)
                self._conclude(work, fresh, newest.info)

        pile.add(Fetched(row.id, row.organisation_id, [*found, newest], keep))

    def _sent_message(self, message_id: str, begun: Call | None) -> list[Proved]:
        """Return the sealed message; nothing if nobody can ever have it."""
        try:
            return [fetch_sent_message(self._desk, message_id, begun)]
        except GatewayRefused:
            # A message that the antivirus stopped can never be fetched, only heard of.
            if not is_undeliverable(self._desk.gateway.delivery_info(message_id).state, ()):
                raise
            return []

    def _keep_message(self, row: Delivery, found: list[Proved]) -> None:
        """Keep the message alone, so that only the rest has to be fetched next time."""
        if found:
            self._desk.change(row.id, store(self._desk, found).keep, "message")

    def _finish_posted(self, work: Work, row: Delivery) -> None:
        if row.state == deliveries.SENT and not concluding.finish_posted(work, row):
            steps.postpone(row, self._pause)

    @property
    def _pause(self) -> timedelta:
        """Rest before looking whether a day has come; the demonstration clock can jump."""
        return self._desk.tools.settings.poll_pause

    def _think_again(self, row: Delivery) -> None:
        """Draw the conclusion from the newest proof again: a day may have come meanwhile."""
        info = concluding.newest_info(row)
        if info is None:
            return

        def note(work: Work, fresh: Delivery) -> None:
            if fresh.version == row.version:
                self._conclude(work, fresh, info)

        self._desk.change(row.id, note, "thought")

    def _conclude(self, work: Work, fresh: Delivery, info: DeliveryInfo) -> None:
        rules = self._desk.tools.settings.delivery_rules
        if not concluding.note_delivery_info(work, fresh, info, rules):
            steps.postpone(fresh, self._pause if concluding.waits_for_day(info) else ONCE_A_DAY)
