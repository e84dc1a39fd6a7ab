"""Documents that wait for the acting person's signature."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import Row, String, cast, func, select
from sqlalchemy.orm import Session

from services.evaluation.models import Record
from services.evaluation.service.acting import Acting
from services.evaluation.words import RECORD_KINDS
from shared.web.tasks import WaitingTask

AT_ONCE = 50
"""How many documents are signed with one secret at most."""
Waiting = Row[UUID, str, str, date | None, int]


def tasks(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Return one task per kind of document."""
    for kind, group in groupby(waiting_records(session, acting), key=lambda one: one.kind):
        records = list(group)
        count = len(records)
        yield WaitingTask(
            what=gettext("Podepsat: %(kind)s", kind=str(RECORD_KINDS.get(kind, kind))),
            subject=records[0].title
            if count == 1
            else ngettext("%(num)s dokument", "%(num)s dokumentů", count),
            url=sign_url([str(one.id) for one in records], url_for("home.dashboard")),
            button=ngettext("Podepsat dokument", "Podepsat dokumenty", count),
            due=min((one.due for one in records if one.due), default=None),
            reason=gettext("Lhůta, do které musí být dopis odeslán.") if records[0].due else "",
            has_more=records[0].total > count,
        )


def waiting_records(session: Session, acting: Acting) -> Sequence[Waiting]:
    """Return the most urgent documents of each kind that wait, as many as are signed at once."""
    urgency = (Record.due.asc().nulls_last(), Record.requested_at, Record.id)
    place = func.row_number().over(partition_by=Record.kind, order_by=urgency)
    total = func.count().over(partition_by=Record.kind)
    found = (
        select(
            *(Record.id, Record.kind, Record.title, Record.due),
            *(place.label("place"), total.label("total")),
        )
        .where(
            Record.organisation_id == acting.organisation_id,
            Record.state == "waiting",
            cast(Record.signer_ids, String).like(f"%{acting.actor.person_id}%"),
        )
        .subquery()
    )
    one = found.c
    query = select(one.id, one.kind, one.title, one.due, one.total).where(one.place <= AT_ONCE)
    return session.execute(query.order_by(one.kind, one.place)).all()


def sign_url(record_ids: list[str], back: str) -> str:
    """Return where the person signs; afterwards the browser comes back to *back*."""
    returned = f"{url_for('home.returned')}?next={quote(back, safe='')}"
    return f"/documents/sign?{urlencode({'ids': ','.join(record_ids), 'next': returned})}"
