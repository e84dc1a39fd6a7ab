"""Who sends for a data box: one process at a time."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.documents.adapters.processes import is_gone
from services.documents.models import SenderTurn

LASTS = timedelta(minutes=5)
"""After so long without a word a sender counts as gone, though its machine does not say so."""


def is_others(session: Session, account: str, name: str, now: datetime) -> bool:
    """Tell whether another process has the turn (*now* is real time)."""
    row = session.get(SenderTurn, account)
    return row is not None and _is_held(row, name, now)


def take_turn(session: Session, account: str, name: str, now: datetime) -> bool:
    """Take the turn, or keep it; tell whether that is done."""
    row = session.get(SenderTurn, account, with_for_update=True, populate_existing=True)
    if row is None:
        session.add(SenderTurn(account=account, holder=name, holds_until=now + LASTS))
        session.flush()
        return True
    if _is_held(row, name, now):
        return False
    row.holder, row.holds_until = name, now + LASTS
    session.flush()
    return True


def end_turn(session: Session, account: str, name: str) -> None:
    """Let the next one send at once, if the turn is this process's."""
    row = session.get(SenderTurn, account, with_for_update=True, populate_existing=True)
    if row is not None and row.holder == name:
        session.delete(row)
        session.flush()


def _is_held(row: SenderTurn, name: str, now: datetime) -> bool:
    """Tell whether somebody else holds it; what ends too late was given by a clock ahead."""
    is_in_time = now < row.holds_until <= now + 2 * LASTS
    return row.holder != name and is_in_time and not is_gone(row.holder)
