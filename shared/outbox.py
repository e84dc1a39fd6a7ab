"""The outbox: what must happen after a commit is a row of that same commit.

At-least-once with a fencing token: a message is handed to its handler outside any transaction,
and only the worker whose token still stands may record the outcome. Handlers are idempotent;
the message id is the idempotency key.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, String, Text, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from shared.clock import SystemClock
from shared.db import Keyed, Owned, transaction
from shared.pauses import doubled

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
FIRST_DELAY = timedelta(seconds=1)
LONGEST_DELAY = timedelta(minutes=30)
KEEP_TRYING = timedelta(days=14)
"""An outage of some days is waited out; only then a person must see to it."""
MAX_ATTEMPTS = 1000
"""More than fit into that time: who reaches it kills its workers."""
SETTLING = timedelta(hours=6)
"""So long another service may not have learnt yet what a message builds on."""
PARKED = "parked."
"""How the kinds of messages begin that hold an event which could not be handled."""
BATCH = 100


class PermanentFailure(Exception):
    """Trying again cannot help; the message goes to the staff's list at once."""


class OutboxMixin(Keyed, Owned):
    """Columns of a service's ``outbox`` table; all instants are real time, never demo time."""

    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    fencing_token: Mapped[UUID | None]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        return (Index(None, "delivered_at", "dead_at", "available_at"),)


@dataclass(frozen=True)
class Message:
    """A claimed message as its handler sees it."""

    id: UUID
    organisation_id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime

    @property
    def age(self) -> timedelta:
        """How long it has been waiting."""
        return SystemClock().now() - self.created_at


Handler = Callable[[Message], None]


def enqueue(
    session: Session,
    table: type[OutboxMixin],
    *,
    organisation_id: UUID,
    kind: str,
    payload: dict[str, Any],
    message_id: UUID | None = None,
) -> UUID:
    """Add a message to the caller's transaction and return its id (the idempotency key)."""
    now = SystemClock().now()
    row = table(
        id=message_id or uuid4(),
        organisation_id=organisation_id,
        kind=kind,
        payload=payload,
        created_at=now,
        available_at=now,
    )
    session.add(row)
    return row.id


class OutboxWorker:
    """Claims messages of one service's outbox and hands them to handlers by kind."""

    def __init__(
        self,
        session: Callable[[], Session],
        table: type[OutboxMixin],
        handlers: Mapping[str, Handler],
        *,
        lease: timedelta = LEASE,
    ) -> None:
        self._session = session
        self._table = table
        self._handlers = handlers
        self._lease = lease

    def run_once(self) -> int:
        """Handle the messages that are due; return how many were handled or failed.

        At most ``BATCH``, so that a full outbox does not starve the worker's other tasks.
        """
        for count in range(BATCH):
            claimed = self._claim()
            if claimed is None:
                return count
            self._handle(*claimed)
        return BATCH

    def _claim(self) -> tuple[Message, UUID] | None:
        table, now, token = self._table, SystemClock().now(), uuid4()
        due = (
            select(table.id)
            .where(table.delivered_at.is_(None), table.dead_at.is_(None), table.available_at <= now)
            .where(or_(table.leased_until.is_(None), table.leased_until < now))
            .where(table.kind.in_(list(self._handlers)))
            .order_by(table.available_at, table.created_at, table.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with transaction(self._session()) as session:
            key = session.scalar(due)
            if key is None:
                return None
            row = session.get_one(table, key)
            row.leased_until, row.fencing_token = now + self._lease, token
            row.attempts += 1
            message = Message(
                row.id, row.organisation_id, row.kind, row.payload, row.attempts, row.created_at
            )
        return message, token

    def _handle(self, message: Message, token: UUID) -> None:
        try:
            if message.attempts > MAX_ATTEMPTS:
                # Nobody recorded the earlier attempts: it kills its workers, one after another.
                raise PermanentFailure("Every attempt ended without an outcome.")
            self._handlers[message.kind](message)
        except PermanentFailure as error:
            self._finish(message, token, error=error, is_dead=True)
        except Exception as error:  # the worker loop must survive any handler
            log.warning(
                "outbox message failed", exc_info=True, extra={"message_id": str(message.id)}
            )
            self._finish(message, token, error=error, is_dead=message.age >= KEEP_TRYING)
        else:
            self._finish(message, token)

    def _finish(
        self,
        message: Message,
        token: UUID,
        *,
        error: Exception | None = None,
        is_dead: bool = False,
    ) -> None:
        now, table = SystemClock().now(), self._table
        values: dict[str, Any] = {"leased_until": None}
        if error is None:
            values["delivered_at"] = now
        else:
            values["last_error"] = f"{type(error).__name__}: {error}"[:2000]
            values["available_at"] = now + delay_after(message.id, message.attempts)
            values["dead_at"] = now if is_dead else None
        mine = update(table).where(table.id == message.id, table.fencing_token == token)
        self._session().rollback()  # what a failed handler left behind
        with transaction(self._session()) as session:
            done = session.execute(mine.values(**values).returning(table.id)).first()
        if done is None:
            log.warning("an outbox lease was lost", extra={"message_id": str(message.id)})


def needs_help(table: type[OutboxMixin]) -> ColumnElement[bool]:
    """Return the condition for messages that people must know of: given up, or parked events."""
    is_parked = and_(table.kind.startswith(PARKED), table.delivered_at.is_(None))
    return or_(table.dead_at.is_not(None), is_parked)


def stuck_messages(
    session: Session, table: type[OutboxMixin], organisation_id: UUID, most: int = 200
) -> list[OutboxMixin]:
    """Return the messages that were given up and the parked events, the oldest first."""
    query = select(table).where(_is_stuck(table, organisation_id))
    return list(session.scalars(query.order_by(table.created_at, table.id).limit(most)))


def count_stuck(session: Session, table: type[OutboxMixin], organisation_id: UUID) -> int:
    """Return how many messages wait for a person's help."""
    query = select(func.count()).select_from(table).where(_is_stuck(table, organisation_id))
    return session.scalar(query) or 0


def _is_stuck(table: type[OutboxMixin], organisation_id: UUID) -> ColumnElement[bool]:
    return and_(table.organisation_id == organisation_id, needs_help(table))


def revive(row: OutboxMixin) -> bool:
    """Have a message tried at once; tell whether it was given up or is a parked event."""
    is_parked = row.kind.startswith(PARKED) and row.delivered_at is None
    if row.dead_at is None and not is_parked:
        return False
    row.dead_at, row.attempts, row.available_at = None, 0, SystemClock().now()
    return True


def delay_after(message_id: UUID, attempts: int) -> timedelta:
    """Return the pause before the next attempt: doubled each time, with jitter, bounded.

    The jitter is taken from the message id, so that a replay behaves the same.
    """
    base = doubled(FIRST_DELAY, attempts - 1, LONGEST_DELAY)
    part: float = sha256(f"{message_id}{attempts}".encode()).digest()[0] / 255
    return base * (0.75 + part / 2)
