"""The next letters of a turn are read together: their rows, and what is known of their files.

Reading ahead decides nothing: the intent is written only where nobody has changed the rows since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload

from services.documents.dispatch.ahead import FRESH_FOR
from services.documents.dispatch.desk import DispatchDesk
from services.documents.leaving import Told
from services.documents.models import Delivery
from services.documents.service.loading import ALONE
from shared.db import read_only

AT_ONCE = 16
"""Letters that are read together; sent within half a second where ISDS is quick."""
SOME = (
    select(Delivery)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .options(ALONE, joinedload(Delivery.recipient), lazyload(Delivery.proofs))
)


@dataclass(frozen=True)
class Letter:
    """A letter as it stood a moment ago."""

    delivery: Delivery
    """Free of any transaction."""
    told: Told
    read_at: float
    """On the steady clock of the desk."""


class NextLetters:
    """Reads the letters of a turn shortly before each is needed."""

    def __init__(self, desk: DispatchDesk, ids: Iterable[UUID]) -> None:
        self._desk = desk
        self._ids = list(ids)
        self._places = {one: place for place, one in enumerate(self._ids)}
        self._read: dict[UUID, Letter] = {}

    def take(self, delivery_id: UUID) -> Letter | None:
        """Return a letter of the turn, read a moment ago; ``None`` if it is there no more."""
        known = self._read.get(delivery_id)
        # It is to stay new until it leaves, so one that is half as old is read again.
        if known is None or self._desk.steady() - known.read_at >= FRESH_FOR / 2:
            self._read = self._read_some(self._places[delivery_id])
        return self._read.get(delivery_id)

    def _read_some(self, place: int) -> dict[UUID, Letter]:
        ids, read_at = self._ids[place : place + AT_ONCE], self._desk.steady()
        with read_only(self._desk.session()) as session:
            rows = session.scalars(SOME, {"ids": ids}).all()
            told = self._desk.gate.told_of(session, rows)
            session.expunge_all()
        return {one.id: Letter(one, told[one.id], read_at) for one in rows}
