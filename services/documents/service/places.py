"""Whether the database is where it was: a standby that took over may lack the last moments.

PostgreSQL knows each cluster by a number of its own, and counts in its write-ahead log how often a
standby was promoted. One of them changes when somebody fails over, restores a dump, or goes to
another server. What is signed outside the database (``shared.evidence.restoring``) shows only a
loss that goes back behind the newest checkpoint; this shows any, and doubts where nothing was lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.documents.models import DatabasePlace
from services.documents.models.base import LEDGER
from shared.clock import SystemClock

HERE: dict[str, ColumnElement[str]] = {
    "postgresql": literal_column(
        "(SELECT system_identifier || '/'"
        " || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) FROM pg_control_system())"
    ),
    "sqlite": literal_column("'file'"),
}
"""By dialect. An SQLite database is a file of this machine: no other one can take over."""
INSERTS: dict[str, Callable[..., Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
LAST = {
    name: select(DatabasePlace.number, (DatabasePlace.place == here).label("is_here"))
    .order_by(DatabasePlace.number.desc())
    .limit(1)
    for name, here in HERE.items()
}
RESTORED = func.coalesce(select(func.max(LEDGER.epoch.number)).scalar_subquery(), 0)


def _standing(last: Select[int, bool]) -> Select[int, bool]:
    """Return what asks in one go; a place that nobody noted yet is the first."""
    found = last.subquery()
    moves = func.coalesce(select(found.c.number).scalar_subquery(), 0)
    is_noted = func.coalesce(select(found.c.is_here).scalar_subquery(), true())
    return select((RESTORED + moves).label("epoch"), is_noted.label("is_noted"))


STANDING = {name: _standing(last) for name, last in LAST.items()}


@dataclass(frozen=True)
class Standing:
    """What is known of losses of the database."""

    epoch: int
    """How often it may have lost what was done last: restored backups that were owned up to, and
    moves to other places."""
    is_noted: bool
    """Whether its present place is noted; while it is not, nothing is certain."""


def standing_of(session: Session) -> Standing:
    """Return what is known of losses of the database."""
    row = session.execute(STANDING[_dialect(session)]).one()
    return Standing(row.epoch, bool(row.is_noted))


def is_to_be_noted(session: Session) -> bool:
    """Tell whether the database is in a place that nobody noted yet."""
    row = session.execute(LAST[_dialect(session)]).one_or_none()
    return row is None or not row.is_here


def note_place(session: Session) -> bool:
    """Note the place; tell whether the database has moved. Whoever is slower notes nothing."""
    row = session.execute(LAST[_dialect(session)]).one_or_none()
    if row is not None and row.is_here:
        return False
    here = session.scalars(select(HERE[_dialect(session)])).one()
    number = 0 if row is None else row.number + 1
    values = {"number": number, "place": here, "since": SystemClock().now()}
    insert = INSERTS[_dialect(session)](DatabasePlace).values(values)
    session.execute(insert.on_conflict_do_nothing())
    return row is not None


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
