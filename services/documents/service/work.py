"""What every use case gets: the open session, who acts, and what time it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.models import Audit, EventRow, Outbox
from shared.actors import Actor
from shared.audit import record_act
from shared.clock import Clock
from shared.contracts.codec import to_json
from shared.events import publish
from shared.outbox import enqueue

WORKER_NAME = "Výzva"


@dataclass(frozen=True)
class Work:
    """One use case at work."""

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
            Audit,
            actor=self.actor,
            act=act,
            subject=subject,
            at=self.now,
            details=to_json(details),
        )

    def tell(self, kind: str, subject_id: UUID, payload: dict[str, Any]) -> None:
        """Append an event to the feed."""
        publish(
            self.session,
            EventRow,
            organisation_id=self.organisation_id,
            kind=kind,
            subject_id=subject_id,
            payload=to_json(payload),
            at=self.now,
        )

    def later(self, kind: str, payload: dict[str, Any], message_id: UUID | None = None) -> None:
        """Have something done after the commit."""
        enqueue(
            self.session,
            Outbox,
            organisation_id=self.organisation_id,
            kind=kind,
            payload=to_json(payload),
            message_id=message_id,
        )


def worker_actor(organisation_id: UUID) -> Actor:
    """Return the actor in whose name the worker acts for an organisation."""
    return Actor(organisation_id=organisation_id, name=WORKER_NAME, service="documents")
