"""Deliveries by fiction that ISDS takes back: EV3 in the place of EV2 (F13)."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from services.documents.adapters.files import FileDamaged, FileMissing, StoreUnavailable
from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.delivery.proofs import BadProof, belong_together
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.deliveries import DELIVERY_INFO
from services.documents.domain.legal_delivery import UNDELIVERABLE
from services.documents.models import Delivery
from services.documents.service import deliveries as steps
from services.documents.service.deliveries import ProofFile
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.codec import to_json
from shared.db import reading, transaction

log = logging.getLogger(__name__)

ONCE_AN_HOUR = timedelta(hours=1)
"""A delivery that is taken back was thought done; nobody waits for the minute."""
LOOK_BACK = timedelta(days=14)
"""ISDS tells state changes of the last 15 days."""
TROUBLE = (GatewayUnavailable, GatewayRefused, BadProof, FileMissing, FileDamaged, StoreUnavailable)


class Overturner:
    """Asks which messages became undeliverable after they had counted as delivered."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._next_look: datetime | None = None

    def run_once(self) -> int:
        """Take back what has to be; return how many deliveries."""
        now = SystemClock().now()
        if self._desk.tools.gateway is None or (self._next_look and now < self._next_look):
            return 0
        with reading(), transaction(self._desk.session()) as session:
            if not steps.delivered_by_fiction(self._desk.everywhere(session)):
                return 0
        try:
            found = self._undeliverable()
        except (GatewayUnavailable, GatewayRefused) as error:
            self._desk.heed(getattr(error, "code", None))
            log.warning("nobody tells now which messages became undeliverable")
            return 0
        outcomes = [self._take_back(delivery_id) for delivery_id in found]
        # What could not be proved now is asked for again at the next look of the worker.
        self._next_look = now + ONCE_AN_HOUR if all(outcomes) else None
        return sum(outcomes)

    def _undeliverable(self) -> list[UUID]:
        since = self._desk.tools.clock.now() - LOOK_BACK
        changes = self._desk.gateway.state_changes(since)
        closed = [item.message_id for item in changes if item.state == UNDELIVERABLE]
        with reading(), transaction(self._desk.session()) as session:
            return steps.delivered_by_fiction(self._desk.everywhere(session), closed)

    def _take_back(self, delivery_id: UUID) -> bool:
        """Fetch the new delivery info, keep it beside the old one, and draw the conclusion."""
        row, tools = self._desk.peek(delivery_id), self._desk.tools
        try:
            zfo = self._desk.gateway.signed_delivery_info(row.message_id or "")
            info = self._desk.read_delivery(zfo)
            message = steps.sent_info(row)
            if info.message_id != row.message_id or (
                message is not None and not belong_together(message, info)
            ):
                raise BadProof("The delivery info speaks of another message.")
            file = ProofFile(DELIVERY_INFO, tools.files.put(zfo))
        except TROUBLE as error:
            log.warning("a new delivery info cannot be had", extra={"delivery_id": str(row.id)})
            self._desk.heed(getattr(error, "code", None))
            return False

        def note(work: Work, fresh: Delivery) -> None:
            steps.keep_proof(work, fresh, file, to_json(info))
            steps.overturn(work, fresh, info)

        self._desk.change(delivery_id, note, "overturned")
        return True
