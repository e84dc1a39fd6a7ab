"""The next deliveries of a turn are read together: their rows, and what is known of their files.

Reading ahead decides nothing: what follows is written only where nobody has changed the rows since.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session, lazyload

from services.documents.dispatch.ahead import FRESH_FOR
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.rows import SOME
from services.documents.leaving import Told
from services.documents.models import Delivery
from shared.db import read_only

AT_ONCE = 16
"""Deliveries that are read together; handled within half a second where ISDS is quick."""
WITHOUT_PROOFS = SOME.options(lazyload(Delivery.proofs))


class Read(Protocol):
    """What was read at some time."""

    @property
    def read_at(self) -> float:
        """On the steady clock of the desk."""
        ...


T = TypeVar("T", bound=Read)


class Together(Generic[T]):
    """Reads the deliveries of a turn shortly before each is needed."""

    def __init__(self, desk: DispatchDesk, ids: Iterable[UUID]) -> None:
        self._desk = desk
        self._ids = list(ids)
        self._places = {one: place for place, one in enumerate(self._ids)}
        self._read: dict[UUID, T] = {}

    def take(self, delivery_id: UUID) -> T | None:
        """Return what belongs to the turn, read a moment ago; ``None`` if it is there no more."""
        known = self._read.get(delivery_id)
        # It is to stay new until it is needed, so what is half as old is read again.
        if known is None or self._desk.steady() - known.read_at >= FRESH_FOR / 2:
            place, read_at = self._places[delivery_id], self._desk.steady()
            with read_only(self._desk.session()) as session:
                self._read = self.read(session, self._ids[place : place + AT_ONCE], read_at)
                session.expunge_all()
        return self._read.get(delivery_id)

    def read(self, session: Session, ids: Sequence[UUID], read_at: float) -> dict[UUID, T]:
        """Read all that is needed of some."""
        raise NotImplementedError


@dataclass(frozen=True)
class Letter:
    """A letter as it stood a moment ago."""

    delivery: Delivery
    """Free of any transaction."""
    told: Told
    read_at: float


class NextLetters(Together[Letter]):
    """What is to be sent, with what is known of the files."""

    def read(self, session: Session, ids: Sequence[UUID], read_at: float) -> dict[UUID, Letter]:
        """Read the letters."""
        rows = session.scalars(WITHOUT_PROOFS, {"ids": ids}).all()
        told = self._desk.gate.told_of(session, rows)
        return {one.id: Letter(one, told[one.id], read_at) for one in rows}


@dataclass(frozen=True)
class Row:
    """A sent delivery as it stood a moment ago."""

    delivery: Delivery
    """With its proofs, free of any transaction."""
    read_at: float


class NextRows(Together[Row]):
    """What was sent, with its proofs."""

    def read(self, session: Session, ids: Sequence[UUID], read_at: float) -> dict[UUID, Row]:
        """Read the deliveries."""
        rows = session.scalars(SOME, {"ids": ids}).all()
        return {one.id: Row(one, read_at) for one in rows}
