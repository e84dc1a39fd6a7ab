"""Event feeds between services: append-only, ordered, replayable; consumers keep a cursor.

What must flow against the direction of calls flows here. A feed is read with
``GET /api/v1/events?after=<seq>``; handling an event and moving the cursor are one transaction.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import String, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.clock import SystemClock
from shared.contracts.codec import from_json, to_json
from shared.contracts.events import Event, EventPage
from shared.db import BigId, Owned, reading, table_of, transaction
from shared.outbox import PARKED, Handler, Message, OutboxMixin

log = logging.getLogger(__name__)

FEED_LOCK = 7_201_936
PAGE = 200
PARK_AFTER = 5
"""Attempts at an event before it is parked."""
PARKED_PAUSE = timedelta(minutes=1)
"""Pause before a parked event is tried again by itself."""


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


@dataclass(frozen=True)
class Told:
    """What is to be told to other services."""

    kind: str
    subject_id: UUID
    payload: dict[str, Any]
    at: datetime


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
    """Append one event to the feed; see :func:`publish_all`."""
    publish_all(session, table, organisation_id, [Told(kind, subject_id, payload, at)])


def publish_all(
    session: Session, table: type[EventMixin], organisation_id: UUID, told: Sequence[Told]
) -> None:
    """Append events to the feed, in their order, within the caller's transaction.

    On PostgreSQL writers of one feed wait for each other from here to their commit. Otherwise a
    lower number could become visible after a higher one, and a consumer would pass it by.
    So publish late in the use case: who waits here must not hold what the other one needs.
    """
    if not told:
        return
    session.flush()  # rows first, then the feed: in this order everybody takes what he waits for
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FEED_LOCK})
    recorded_at = SystemClock().now()
    rows = [
        {
            "organisation_id": organisation_id,
            "kind": one.kind,
            "subject_id": one.subject_id,
            "payload": one.payload,
            "at": one.at,
            "recorded_at": recorded_at,
        }
        for one in told
    ]
    # One row after another, so that the numbers follow the order; nobody asks for them here.
    session.execute(insert(table_of(table)), rows)


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
    """Reads one foreign feed and lets a handler per kind write what follows from it.

    An event that fails again and again is parked in the outbox, where people see it and can try
    again; all that follows about the same things waits behind it, in order. The rest goes on, so
    that one bad event stops neither other cases nor other organisations.
    """

    def __init__(
        self,
        feed: str,
        *,
        fetch: Callable[[int], EventPage],
        session: Callable[[], Session],
        cursors: type[CursorMixin],
        parking: type[OutboxMixin],
        handlers: Mapping[str, EventHandler],
    ) -> None:
        self._feed, self._fetch, self._session = feed, fetch, session
        self._cursors, self._parking, self._handlers = cursors, parking, handlers
        self._failures: Counter[int] = Counter()

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

    def outbox_handlers(self) -> dict[str, Handler]:
        """Return what tries parked events again, by kind of outbox message."""
        return {self._parked_kind: self._handle_parked}

    @property
    def _parked_kind(self) -> str:
        return f"{PARKED}{self._feed}"

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
        try:
            with transaction(self._session()) as session:
                row = session.get_one(self._cursors, self._feed, with_for_update=True)
                if event.seq <= row.seq:
                    return  # another worker was here first
                if self._is_behind_a_parked_one(session, event):
                    self._park(session, event, "It waits for an earlier event.")
                else:
                    self._handle(session, event)
                row.seq = event.seq
        except OperationalError:
            raise  # the database is away or busy: says nothing about the event
        except Exception as error:  # whatever a handler stumbles over
            self._failures[event.seq] += 1
            if self._failures[event.seq] < PARK_AFTER:
                raise
            log.exception("event parked", extra={"event_id": str(event.id), "kind": event.kind})
            self._pass_by(event, f"{type(error).__name__}: {error}")

    def _handle(self, session: Session, event: Event) -> None:
        handler = self._handlers.get(event.kind)
        if handler is not None:
            handler(session, event)

    def _pass_by(self, event: Event, reason: str) -> None:
        self._session().rollback()
        with transaction(self._session()) as session:
            row = session.get_one(self._cursors, self._feed, with_for_update=True)
            if event.seq <= row.seq:
                return
            self._park(session, event, reason)
            row.seq = event.seq

    def _park(self, session: Session, event: Event, reason: str) -> None:
        now = SystemClock().now()
        session.add(
            self._parking(
                id=event.id,
                organisation_id=event.organisation_id,
                kind=self._parked_kind,
                payload=to_json(event),
                created_at=now,
                available_at=now + PARKED_PAUSE,
                last_error=reason[:2000],
            )
        )

    def _waiting(self, session: Session, event: Event) -> list[Event]:
        """Return the parked events about the same things, oldest first."""
        table = self._parking
        query = select(table.payload).where(
            table.organisation_id == event.organisation_id,
            table.kind == self._parked_kind,
            table.delivered_at.is_(None),
        )
        parked = [from_json(Event, payload) for payload in session.scalars(query)]
        related = [other for other in parked if things_of(other) & things_of(event)]
        return sorted(related, key=lambda other: other.seq)

    def _is_behind_a_parked_one(self, session: Session, event: Event) -> bool:
        return any(other.seq < event.seq for other in self._waiting(session, event))

    def _handle_parked(self, message: Message) -> None:
        """Try a parked event again; done and noted as done in one transaction.

        Raises:
            EarlierEventWaits: another event about the same things comes first.
        """
        event = from_json(Event, message.payload)
        with transaction(self._session()) as session:
            row = session.get_one(self._parking, message.id, with_for_update=True)
            if row.delivered_at is not None:
                return
            if self._is_behind_a_parked_one(session, event):
                raise EarlierEventWaits
            self._handle(session, event)
            row.delivered_at = SystemClock().now()


class EarlierEventWaits(Exception):
    """A parked event waits for an earlier one about the same case or document."""


def things_of(event: Event) -> frozenset[str]:
    """Return the ids of the things that an event is about: its subject, its case."""
    case_id = event.payload.get("case_id")
    return frozenset({str(event.subject_id), *([str(case_id)] if case_id else [])})
