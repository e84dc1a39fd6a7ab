"""From sent to delivered: state changes, sealed proofs, the day that follows from them."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from services.documents.adapters.files import FileDamaged, FileMissing, StoreUnavailable
from services.documents.delivery.port import DeliveryInfo, GatewayRefused, GatewayUnavailable
from services.documents.delivery.proofs import (
    BadProof,
    belong_together,
)
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain import deliveries
from services.documents.domain.channels import POST
from services.documents.domain.deliveries import CLOCK_SKEW
from services.documents.domain.legal_delivery import is_undeliverable
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service import deliveries as steps
from services.documents.service.deliveries import ProofFile
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.codec import to_json
from shared.db import reading, transaction

log = logging.getLogger(__name__)

MOST_LOOK_BACK = timedelta(days=14)
"""ISDS tells state changes of the last 15 days."""
AT_ONCE = 100
"""Messages that are asked for one by one between two polls."""
ONCE_A_DAY = timedelta(days=1)
"""Rest of a message that only a state change can move."""
TROUBLE = (GatewayUnavailable, GatewayRefused, BadProof, FileMissing, FileDamaged, StoreUnavailable)


class Follower:
    """Follows sent deliveries; asks ISDS for state changes no more often than allowed."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._next_poll: datetime | None = None
        self._seen_until: datetime | None = None
        """Until when (process clock) state changes were read; before that, nobody looked."""
        self._missed: list[str] = []
        """Messages whose changes may be older than those that ISDS still tells."""

    def run_once(self) -> int:
        """Follow what is due; return how many deliveries were touched."""
        self._notice_changes()
        ids = self._desk.due(deliveries.SENT)
        for delivery_id in ids:
            self._follow(delivery_id)
        return len(ids)

    def _notice_changes(self) -> None:
        """Wake deliveries whose state changed: the way that ISDS prescribes."""
        now = SystemClock().now()
        if self._desk.tools.gateway is None or (self._next_poll and now < self._next_poll):
            return
        self._next_poll = now + timedelta(seconds=self._desk.tools.settings.poll_seconds)
        with reading(), transaction(self._desk.session()) as session:
            oldest = steps.oldest_dispatch(self._desk.everywhere(session))
        shown = self._desk.tools.clock.now()
        if oldest is None:
            self._seen_until = shown
            return
        since = max(oldest - CLOCK_SKEW, shown - MOST_LOOK_BACK)
        self._remember_missed(since)
        try:
            changes = self._desk.gateway.state_changes(since)
            hit("changes.read")
            newest = self._ask_for_missed()
        except (GatewayUnavailable, GatewayRefused) as error:
            self._desk.heed(getattr(error, "code", None))
            log.warning("state changes cannot be had")
            return
        newest |= {item.message_id: item.state for item in sorted(changes, key=lambda c: c.at)}
        with transaction(self._desk.session()) as session:
            steps.wake_changed(self._desk.everywhere(session), newest)
            hit("changes.written")
        hit("changes.committed")
        self._seen_until = shown

    def _remember_missed(self, since: datetime) -> None:
        """After a long rest, list the messages that may have changed before *since*, unheard."""
        if self._seen_until is None or self._seen_until < since:
            with reading(), transaction(self._desk.session()) as session:
                self._missed = steps.messages_before(self._desk.everywhere(session), since)

    def _ask_for_missed(self) -> dict[str, int]:
        """Ask for some of them one by one; return their states."""
        portion, states = self._missed[:AT_ONCE], {}
        for message_id in portion:
            try:
                states[message_id] = self._desk.gateway.delivery_info(message_id).state
            except GatewayRefused:
                log.warning("nothing is told of a message", extra={"message_id": message_id})
        self._missed = self._missed[len(portion) :]
        return states

    def _follow(self, delivery_id: UUID) -> None:
        row = self._desk.peek(delivery_id)
        # An item may be posted after its message turned out undeliverable, whose number it keeps.
        if row.channel == POST or row.message_id is None:
            self._desk.change(delivery_id, self._finish_posted, "posted")
            return
        try:
            self._fetch_proofs(row, row.message_id)
        except TROUBLE as error:
            log.warning("a proof cannot be had", extra={"delivery_id": str(delivery_id)})
            self._desk.put_off(delivery_id, error)

    def _fetch_proofs(self, row: Delivery, message_id: str) -> None:
        if row.message_state is not None:
            self._think_again(row)
            return
        message = steps.sent_info(row)
        try:
            message = message or self._fetch_sent_message(row, message_id)
        except GatewayRefused:
            # A message that the antivirus stopped can never be fetched, only heard of.
            if not is_undeliverable(self._desk.gateway.delivery_info(message_id).state, ()):
                raise
        self._fetch_delivery_info(row, message_id, message)

    def _finish_posted(self, work: Work, row: Delivery) -> None:
        if row.state == deliveries.SENT and not steps.finish_posted(work, row):
            steps.postpone(row, self._pause)

    @property
    def _pause(self) -> timedelta:
        """Rest before looking whether a day has come; the demonstration clock can jump."""
        return timedelta(seconds=self._desk.tools.settings.poll_seconds)

    def _fetch_sent_message(self, row: Delivery, message_id: str) -> DeliveryInfo:
        tools = self._desk.tools
        zfo = self._desk.gateway.signed_sent_message(message_id)
        hit("message.fetched")
        proof = self._desk.read_sent(zfo)
        hit("message.verified")
        if proof.info.message_id != message_id or row.sha256 not in proof.file_hashes:
            raise BadProof("The sealed message is another one.")
        file = ProofFile(deliveries.SENT_MESSAGE, tools.files.put(zfo))
        hit("message.stored")
        facts = {**to_json(proof.info), "files": list(proof.file_hashes)}

        def keep(work: Work, fresh: Delivery) -> None:
            steps.keep_proof(work, fresh, file, facts)

        self._desk.change(row.id, keep, "message")
        return proof.info

    def _fetch_delivery_info(
        self, row: Delivery, message_id: str, message: DeliveryInfo | None
    ) -> None:
        tools = self._desk.tools
        zfo = self._desk.gateway.signed_delivery_info(message_id)
        hit("info.fetched")
        info = self._desk.read_delivery(zfo)
        hit("info.verified")
        if info.message_id != message_id or (message and not belong_together(message, info)):
            raise BadProof("The delivery info speaks of another message.")
        file, facts = ProofFile(deliveries.DELIVERY_INFO, tools.files.put(zfo)), to_json(info)
        hit("info.stored")

        def note(work: Work, fresh: Delivery) -> None:
            steps.keep_proof(work, fresh, file, facts)
            self._conclude(work, fresh, info)

        self._desk.change(row.id, note, "info")

    def _think_again(self, row: Delivery) -> None:
        """Draw the conclusion from the newest proof again: a day may have come meanwhile."""
        info = steps.newest_info(row)
        if info is None:
            return

        def note(work: Work, fresh: Delivery) -> None:
            self._conclude(work, fresh, info)

        self._desk.change(row.id, note, "thought")

    def _conclude(self, work: Work, fresh: Delivery, info: DeliveryInfo) -> None:
        if not steps.note_delivery_info(work, fresh, info):
            steps.postpone(fresh, self._pause if steps.waits_for_day(info) else ONCE_A_DAY)
