"""What a use case gets: the open session, who acts, what time it is, and where it leaves traces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import Session

from shared.actors import Actor
from shared.audit import AuditMixin, record_act
from shared.clock import Clock
from shared.contracts.codec import to_json
from shared.events import EventMixin, Told, publish_all
from shared.outbox import OutboxMixin, enqueue


@dataclass(frozen=True)
class Tables:
    """Where a service leaves its traces."""

    audit: type[AuditMixin]
    event: type[EventMixin]
    outbox: type[OutboxMixin]


@dataclass(frozen=True)
class Work:
    """One use case at work; a service says in which tables."""

    tables: ClassVar[Tables]

    session: Session
    actor: Actor
    clock: Clock

    @property
    def now(self) -> datetime:
        """The present moment of the process (aware UTC)."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The present Prague day."""
        return self.clock.today()

    @property
    def organisation_id(self) -> UUID:
        """The organisation by which every query is scoped."""
        return self.actor.organisation_id

    def audit(self, act: str, subject: tuple[str, UUID], **details: Any) -> None:
        """Leave the audit entry of the act."""
        record_act(
            self.session,
            self.tables.audit,
            actor=self.actor,
            act=act,
            subject=subject,
            at=self.now,
            details=to_json(details),
        )

    def tell(self, kind: str, subject_id: UUID, payload: Any, at: datetime | None = None) -> None:
        """Append an event to the feed."""
        self.tell_all([(kind, subject_id, payload)], at)

    def tell_all(self, events: Iterable[tuple[str, UUID, Any]], at: datetime | None = None) -> None:
        """Append events (kind, subject, payload) to the feed, in their order."""
        moment = at or self.now
        told = [
            Told(kind, subject_id, to_json(payload), moment) for kind, subject_id, payload in events
        ]
        publish_all(self.session, self.tables.event, self.organisation_id, told)

    def later(self, kind: str, payload: Any, message_id: UUID | None = None) -> UUID:
        """Put into the outbox what must happen after the commit."""
        return enqueue(
            self.session,
            self.tables.outbox,
            organisation_id=self.organisation_id,
            kind=kind,
            payload=to_json(payload),
            message_id=message_id,
        )
