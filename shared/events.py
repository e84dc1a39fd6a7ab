"""Event feeds between services: append-only, ordered, replayable; consumers keep a cursor.

What must flow against the direction of calls flows here. A feed is read with
``GET /api/v1/events?after=<seq>``; handling an event and moving the cursor are one transaction.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import String, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.clock import SystemClock
from shared.contracts.events import Event, EventPage
from shared.db import BigId, Owned, reading, transaction

log = logging.getLogger(__name__)

FEED_LOCK = 7_201_936
PAGE = 200


class EventMixin(Owned):
    """Columns of a service's ``event`` table."""

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class CursorMixin:
    """Columns of a consumer's ``feed_cursor`` table: how far each feed was read."""

    feed: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(BigId, default=0)

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


def publish(
    session: Session,
    table: type[EventMixin],
    *,
    organisation_id: UUID,
    kind: str,
    subject_id: UUID,
    payload: dict[str, Any],
    at: datetime,
) -> None:
    """Append an event to the feed within the caller's transaction.

    On PostgreSQL writers of one feed wait for each other from here to their commit. Otherwise a
    lower number could become visible after a higher one, and a consumer would pass it by.
    So publish late in the use case: who waits here must not hold what the other one needs.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FEED_LOCK})
    session.add(
        table(
            organisation_id=organisation_id,
            kind=kind,
            subject_id=subject_id,
            payload=payload,
            at=at,
            recorded_at=SystemClock().now(),
        )
    )
    session.flush()


def read_feed(
    session: Session, table: type[EventMixin], after: int, limit: int = PAGE
) -> EventPage:
    """Return the events after *after*, oldest first, at most *limit*."""
    query = select(table).where(table.seq > after).order_by(table.seq).limit(min(limit, PAGE))
    rows = session.scalars(query).all()
    events = [
        Event(
            seq=row.seq,
            id=row.id,
            organisation_id=row.organisation_id,
            kind=row.kind,
            subject_id=row.subject_id,
            payload=row.payload,
            at=row.at,
        )
        for row in rows
    ]
    return EventPage(events=events, next=rows[-1].seq if rows else after)


EventHandler = Callable[[Session, Event], None]


class FeedConsumer:
    """Reads one foreign feed and lets a handler per kind write what follows from it."""

    def __init__(
        self,
        feed: str,
        *,
        fetch: Callable[[int], EventPage],
        session: Callable[[], Session],
        cursors: type[CursorMixin],
        handlers: Mapping[str, EventHandler],
    ) -> None:
        self._feed, self._fetch, self._session = feed, fetch, session
        self._cursors, self._handlers = cursors, handlers

    def run_once(self) -> int:
        """Read and handle all that is new; return how many events were passed."""
        count = 0
        while True:
            after = self._position()
            page = self._fetch(after)
            for event in page.events:
                self._pass(event)
                count += 1
            if len(page.events) < PAGE:
                return count

    def _position(self) -> int:
        """Return the cursor; make its row on first use, so that workers can lock it."""
        query = select(self._cursors.seq).where(self._cursors.feed == self._feed)
        session = self._session()
        with reading():
            session.rollback()
            position = session.scalar(query)
            session.rollback()  # no transaction stays open while the other service is called
        if position is not None:
            return position
        try:
            with transaction(session):
                session.add(self._cursors(feed=self._feed, seq=0))
        except IntegrityError:
            pass  # another worker was first; its cursor counts
        return 0

    def _pass(self, event: Event) -> None:
        """Handle one event and move the cursor in one transaction, each event exactly once."""
        with transaction(self._session()) as session:
            row = session.get_one(self._cursors, self._feed, with_for_update=True)
            if event.seq <= row.seq:
                return  # another worker was here first
            handler = self._handlers.get(event.kind)
            if handler is not None:
                handler(session, event)
            row.seq = event.seq
