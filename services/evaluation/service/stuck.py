"""A message that was given up is tried again, because a person wants it."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.models import Audit, Outbox
from shared.audit import record_act
from shared.outbox import revive

from .acting import Acting
from .errors import NoSuchRow


def try_again(session: Session, acting: Acting, message_id: UUID) -> None:
    """Put the message back to those that are tried.

    Raises:
        NoSuchRow: There is none in the organisation.
    """
    row = session.get(Outbox, message_id)
    if row is None or row.organisation_id != acting.organisation_id:
        raise NoSuchRow(id=message_id)
    if revive(row):
        record_act(
            session,
            Audit,
            actor=acting.actor,
            act="try_again",
            subject=("outbox", row.id),
            at=acting.now,
            details={"kind": row.kind},
        )
