"""Proofs of some deliveries are written down together, which costs a fraction of each alone.

Nothing is lost by waiting for a few others: whatever is not written down is fetched once more.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.documents.dispatch.desk import Change, DispatchDesk
from services.documents.dispatch.proving import TROUBLE, Proved, Stored, store
from services.documents.models import Delivery
from services.documents.service.work import Work

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Deliveries whose proofs are written down together."""
LONGEST = 0.5
"""Seconds after which proofs wait for no others."""
LARGEST = 4 * 1024 * 1024
"""Octets of files after which proofs wait for no others: they wait in memory."""

Keep = Callable[[Work, Delivery, Stored], None]
"""Writes down proofs whose files are kept."""


@dataclass(frozen=True)
class Fetched:
    """The believed proofs of a delivery, and what is to be done once their files are kept."""

    delivery_id: UUID
    organisation_id: UUID
    proofs: Sequence[Proved]
    keep: Keep


class Pile:
    """Proofs that wait to be written down."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._waiting: list[Fetched] = []
        self._since = 0.0

    def add(self, fetched: Fetched) -> None:
        """Put proofs on the pile; the whole pile is written down once it is full or old."""
        if self._waiting and self._waiting[0].organisation_id != fetched.organisation_id:
            self.write()
        if not self._waiting:
            self._since = self._desk.steady()
        self._waiting.append(fetched)
        if self._is_full():
            self.write()

    def _is_full(self) -> bool:
        size = sum(len(proof.zfo) for one in self._waiting for proof in one.proofs)
        is_old = self._desk.steady() - self._since >= LONGEST
        return len(self._waiting) >= AT_ONCE or size >= LARGEST or is_old

    def write(self) -> None:
        """Write down what waits: all of it, or, where something goes wrong, each alone."""
        some, self._waiting = self._waiting, []
        if len(some) > 1:
            try:
                self._write_together(some)
            except Exception:  # whatever it is belongs to one of them, and is told of that one
                log.info("proofs are written down one by one", exc_info=True)
            else:
                return
        for one in some:
            with self._desk.apart_from_others(one.delivery_id):
                self._write_alone(one)

    def _write_together(self, some: Sequence[Fetched]) -> None:
        stored = store(self._desk, [proof for one in some for proof in one.proofs])
        left, changes = stored, dict[UUID, Change]()
        for one in some:
            own, left = left.split(len(one.proofs))
            changes[one.delivery_id] = _change(one, own)
        self._desk.change_all(changes, "proofs")

    def _write_alone(self, one: Fetched) -> None:
        try:
            stored = store(self._desk, one.proofs)
        except TROUBLE as error:
            self._desk.put_off(one.delivery_id, error)
        else:
            self._desk.change(one.delivery_id, _change(one, stored), "proofs")


def _change(one: Fetched, stored: Stored) -> Change:
    def change(work: Work, row: Delivery) -> None:
        one.keep(work, row, stored)

    return change
