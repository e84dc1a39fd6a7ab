"""A message that was given up is tried again, because a person wants it."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.models import Outbox
from shared.outbox import revive

from .acting import Acting
from .cases import trace
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
        trace(session, acting, "try_again", row, {"kind": row.kind})
