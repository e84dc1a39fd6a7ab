"""When the login of the data box ends: the worker notes it, and people hear of it in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from services.documents.domain.ways import days_left, warning_for
from services.documents.models import LoginEnd
from services.documents.service.breakers import SUBJECT
from services.documents.service.work import Work
from shared.clock import PRAGUE

CERTIFICATE, PASSWORD = "certificate", "password"


@dataclass(frozen=True)
class ShownEnd:
    """The end of a part of the login, for a page."""

    kind: str
    """``certificate`` or ``password``."""
    ends_at: datetime
    left: int
    """Whole days until it ends; negative afterwards."""
    warning: int
    """60, 30 or 7 when it ends within so many days, else 0."""


def note_ends(work: Work, account: str, ends: Mapping[str, datetime | None]) -> None:
    """Write down when the parts of a login end; reminders of another end begin anew.

    Args:
        ends: By kind; ``None`` where the login has no such part or it never ends. Of a kind that
            is not there nobody could tell now, and what was known of it stays.
    """
    kept: dict[str, LoginEnd] = {}
    for row in work.session.scalars(_own(work).with_for_update()):
        if row.account != account or ends.get(row.kind, row.ends_at) is None:
            work.session.delete(row)
        else:
            kept[row.kind] = row
    work.session.flush()
    for kind, at in ends.items():
        if at is None:
            continue
        if kind not in kept:
            _add(work, LoginEnd(account=account, kind=kind, ends_at=at, reminded=0))
        elif kept[kind].ends_at != at:
            kept[kind].ends_at, kept[kind].reminded = at, 0


def remind_of_login(work: Work) -> int:
    """Tell of each part of the login that ends, once for each step; return how many were told."""
    told = 0
    for row in work.session.scalars(_own(work).with_for_update()):
        step = warning_for(row.ends_at, work.now)
        if not step or (row.reminded and step >= row.reminded):
            continue
        row.reminded = step
        day = row.ends_at.astimezone(PRAGUE).date()
        details = {"kind": row.kind, "days": step, "ends_on": day}
        work.tell("data_box_login.ends", work.organisation_id, details)
        work.audit("remind_login", (SUBJECT, work.organisation_id), kind=row.kind, days=step)
        told += 1
    return told


def login_ends(work: Work, account: str) -> list[ShownEnd]:
    """Return when the parts of the present login end, as they were seen last; first ends first."""
    rows = work.session.scalars(_own(work).where(LoginEnd.account == account))
    shown = [
        ShownEnd(
            row.kind,
            row.ends_at,
            days_left(row.ends_at, work.now),
            warning_for(row.ends_at, work.now),
        )
        for row in rows
    ]
    return sorted(shown, key=lambda one: (one.ends_at, one.kind))


def _own(work: Work) -> Select[LoginEnd]:
    own = LoginEnd.organisation_id == work.organisation_id
    return select(LoginEnd).where(own).order_by(LoginEnd.account, LoginEnd.kind)


def _add(work: Work, row: LoginEnd) -> None:
    row.organisation_id = work.organisation_id
    try:
        with work.session.begin_nested():
            work.session.add(row)
    except IntegrityError:
        return  # another worker has just noted the same
