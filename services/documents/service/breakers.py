"""The breaker of the login to ISDS: opened by a refusal, closed by a good trial or by a person."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.documents.domain.outages import is_resting
from services.documents.domain.refused_logins import LONGEST_PAUSE, pause_after
from services.documents.models import IsdsOutage, LoginBreaker
from services.documents.service.letterheads import only_organisation
from services.documents.service.work import Work, worker_actor
from shared.clock import Clock, SystemClock

TRIAL_LASTS = timedelta(minutes=5)
"""Longer than a call; if whoever tries dies, another one may try then."""
SUBJECT = "data_box_login"
SUBJECTS: dict[type, str] = {LoginBreaker: SUBJECT, IsdsOutage: "data_box_outage"}
Kept = TypeVar("Kept", LoginBreaker, IsdsOutage)


def breaker_of(session: Session, account: str) -> LoginBreaker | None:
    """Return the open breaker of an account; ``None`` while people may log in."""
    return session.get(LoginBreaker, account)


def holder_of(session: Session, configured: UUID | None) -> UUID | None:
    """Return whose data box the account is: as configured, or of the only organisation."""
    return configured or only_organisation(session)


def note_refusal(
    session: Session, clock: Clock, account: str, *, code: str, holder: UUID | None
) -> LoginBreaker:
    """Open the breaker, or lengthen its pause when a trial failed.

    Of several workers that are refused together only the first one counts.
    """
    now = SystemClock().now()
    first = LoginBreaker(
        account=account,
        organisation_id=holder,
        code=code,
        refusals=0,
        refused_at=now,
        next_trial_at=now,
    )
    row, is_new = locked(session, first)
    if not is_new and is_resting(row.next_trial_at - TRIAL_LASTS, now, LONGEST_PAUSE):
        return row
    row.refusals, row.refused_at, row.code = row.refusals + 1, now, code
    row.next_trial_at = now + pause_after(row.refusals)
    session.flush()
    audit(session, clock, row, "refuse_login", code=code, refusals=row.refusals)
    return row


def is_trial_due(session: Session, account: str, now: datetime) -> bool:
    """Tell whether the breaker is open and its pause is over; it only reads."""
    row = breaker_of(session, account)
    return row is not None and not is_resting(row.next_trial_at, now, LONGEST_PAUSE)


def claim_trial(session: Session, account: str, now: datetime) -> bool:
    """Tell whether to try the login now; then nobody else does for a while."""
    row = session.get(LoginBreaker, account, with_for_update=True, populate_existing=True)
    if row is None or is_resting(row.next_trial_at, now, LONGEST_PAUSE):
        return False
    row.next_trial_at = now + TRIAL_LASTS
    return True


def accept_login(session: Session, clock: Clock, account: str) -> None:
    """Close the breaker: ISDS has just let us in."""
    row = session.get(LoginBreaker, account, with_for_update=True)
    if row is not None:
        audit(session, clock, row, "accept_login", refusals=row.refusals)
        session.delete(row)


def breaker_for(work: Work, account: str, configured: UUID | None) -> LoginBreaker | None:
    """Return the open breaker if the data box is that of the actor's organisation."""
    is_ours = holder_of(work.session, configured) == work.organisation_id
    return breaker_of(work.session, account) if is_ours else None


def allow_login(work: Work, account: str, configured: UUID | None) -> None:
    """Close the breaker by a person's word: the login was mended. Asking again changes nothing."""
    row = breaker_for(work, account, configured)
    if row is None:
        return
    work.audit("allow_login", (SUBJECT, work.organisation_id), refusals=row.refusals)
    work.session.delete(row)


def locked(session: Session, first: Kept) -> tuple[Kept, bool]:
    """Return the row of an account, locked, and whether it was made now, of *first*."""
    kind, account = type(first), first.account
    found = session.get(kind, account, with_for_update=True, populate_existing=True)
    if found is not None:
        return found, False
    try:
        with session.begin_nested():
            session.add(first)
    except IntegrityError:  # another worker was there at the same time
        return session.get_one(kind, account, with_for_update=True), False
    return first, True


def audit(
    session: Session, clock: Clock, row: LoginBreaker | IsdsOutage, act: str, **details: str | int
) -> None:
    """Leave an entry with the holder; where nobody knows whose box it is, there is no log."""
    if row.organisation_id is not None:
        work = Work(session, worker_actor(row.organisation_id), clock)
        work.audit(act, (SUBJECTS[type(row)], row.organisation_id), **details)
