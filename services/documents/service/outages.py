"""An outage of ISDS that nobody announced, as people are told of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.domain.outages import is_news
from services.documents.models import IsdsOutage
from services.documents.service.breakers import audit, holder_of, locked
from services.documents.service.work import Work
from shared.clock import Clock, SystemClock


@dataclass(frozen=True)
class Silence:
    """What a worker knows of an outage."""

    since: datetime
    """Real time, like the next one."""
    code: str
    next_trial_at: datetime


def note_away(
    session: Session, clock: Clock, account: str, found: Silence, holder: UUID | None
) -> None:
    """Write down that ISDS does not answer; of several workers the first one told since when."""
    first = IsdsOutage(
        account=account,
        organisation_id=holder,
        since=found.since,
        code=found.code,
        next_trial_at=found.next_trial_at,
    )
    row, is_new = locked(session, first)
    is_same = not is_new and is_news(row.next_trial_at, SystemClock().now())
    row.since = min(row.since, found.since) if is_same else found.since
    row.code, row.next_trial_at = found.code, found.next_trial_at
    session.flush()
    if not is_same:
        audit(session, clock, row, "lose_isds", code=row.code)


def is_noted(session: Session, account: str) -> bool:
    """Tell whether people are told of an outage."""
    return session.get(IsdsOutage, account) is not None


def note_back(session: Session, clock: Clock, account: str) -> None:
    """Write down that ISDS answers again."""
    row = session.get(IsdsOutage, account, with_for_update=True)
    if row is not None:
        audit(session, clock, row, "reach_isds", since=row.since.isoformat())
        session.delete(row)


def outage_for(work: Work, account: str, configured: UUID | None) -> IsdsOutage | None:
    """Return the outage that lasts, if the data box is that of the actor's organisation.

    A row that no trial renewed is the word of a worker that is gone.
    """
    if holder_of(work.session, configured) != work.organisation_id:
        return None
    row = work.session.get(IsdsOutage, account)
    return row if row is not None and is_news(row.next_trial_at, SystemClock().now()) else None
