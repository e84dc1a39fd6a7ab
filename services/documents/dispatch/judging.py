"""Files are judged before their turn to leave, so that no letter waits for the verifier.

Only the word is kept; the look right before sending rests on it, or judges anew (ADR 24). What does
not pass here is refused there.
"""

import logging
from collections import deque
from uuid import UUID

from services.documents.adapters.files import FileDamaged, FileMissing, StoreUnavailable
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.rows import WITHOUT_PROOFS
from services.documents.domain.deliveries import READY
from services.documents.domain.records import FileUnsound
from services.documents.service.deliveries import unjudged_deliveries
from services.documents.verification.sandbox import Busy
from shared.db import read_only

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Files of one turn, about half a second: proofs wait for them."""
REST = 5.0
"""Seconds (steady clock) after nothing was left."""
CANNOT_TELL = (Busy, FileUnsound, FileMissing, FileDamaged, StoreUnavailable)


class JudgingAhead:
    """Has the files of ready letters judged, from the end of the queue whose front is sent."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._next = deque[UUID]()
        self._rests_until = 0.0

    def run_once(self) -> int:
        """Have some files judged; return how many."""
        if not self._next:
            self._fill()
        some = [self._next.popleft() for _ in range(min(AT_ONCE, len(self._next)))]
        for delivery_id in some:
            try:
                self._judge(delivery_id)
            except CANNOT_TELL as error:
                # Whoever sends it comes to the same end, and says so where people see it.
                told = {"delivery_id": str(delivery_id), "why": str(error)}
                log.warning("a file could not be judged ahead", extra=told)
        return len(some)

    def _fill(self) -> None:
        now = self._desk.steady()
        if self._desk.tools.gateway is None or now < self._rests_until:
            return
        with read_only(self._desk.session()) as session:
            self._next.extend(unjudged_deliveries(self._desk.everywhere(session)))
        if not self._next:
            self._rests_until = now + REST

    def _judge(self, delivery_id: UUID) -> None:
        delivery = self._desk.peek(delivery_id, WITHOUT_PROOFS)
        if delivery.state == READY:
            pdf = self._desk.tools.files.get(delivery.leaving_sha256)
            self._desk.gate.judge(delivery, delivery.leaving_sha256, pdf)
