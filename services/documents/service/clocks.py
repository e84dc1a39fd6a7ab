"""Which machines' clocks are wrong, for the people who can set them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.documents.models import ApartClock

KEPT_FOR = timedelta(hours=1)
"""What no worker has seen for so long is gone: the machine is off, or has another name."""


def note_apart(session: Session, machine: str, seconds: int, isds_now: datetime) -> None:
    """Write down that a machine's clock is apart from that of ISDS."""
    row = session.get(ApartClock, machine, with_for_update=True)
    if row is None:
        row = ApartClock(machine=machine, noticed_at=isds_now)
        session.add(row)
    row.seconds, row.seen_at = seconds, isds_now


def note_right(session: Session, machine: str, isds_now: datetime) -> None:
    """Write down that a machine's clock is right, and forget what is long gone."""
    is_over = or_(ApartClock.machine == machine, ApartClock.seen_at < isds_now - KEPT_FOR)
    session.execute(delete(ApartClock).where(is_over))


def apart_clocks(session: Session) -> list[ApartClock]:
    """Return the machines that send nothing now, by name."""
    return list(session.scalars(select(ApartClock).order_by(ApartClock.machine)))
