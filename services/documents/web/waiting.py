"""The first page: what waits for the person, by when."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext
from sqlalchemy import Row, Select, and_, func, or_

from services.documents.desk import looking
from services.documents.domain.channels import POST
from services.documents.domain.deliveries import NEEDS_PERSON, SENT
from services.documents.models import Delivery, Document
from services.documents.service.loading import (
    current_key,
    visible_deliveries,
    waiting_documents,
)
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.frame import OFFICE_ROLES, page
from shared.auth import SIGNED_IN, access
from shared.web.tasks import WaitingTask, by_deadline

MOST_TASKS = 50
"""As many as a person can look through, and sign, at once."""
Unsigned = Row[UUID, str, str, date | None]
Undispatched = Row[UUID, UUID, str, str, date | None, str]


@pages.get("/")
@access(SIGNED_IN)
def waiting() -> str:
    """Show the documents to sign and the deliveries that need a person, the most urgent first."""
    work = looking()
    to_sign = waiting_documents(work)
    shown = _most_urgent(work, to_sign)
    tasks = [_to_sign(*row) for row in shown]
    if work.actor.has_role(*OFFICE_ROLES):
        tasks += [_to_dispatch(*row) for row in _for_person(work)]
    return page(
        "waiting.html",
        tasks=by_deadline(tasks),
        sign_all=",".join(str(row.id) for row in shown) if len(shown) > 1 else "",
        shown=len(shown),
        count=work.session.scalar(to_sign.with_only_columns(func.count())) or 0,
        has_key=current_key(work) is not None,
    )


def _most_urgent(work: Work, query: Select[Document]) -> Sequence[Unsigned]:
    """Return id, number, title and deadline: nothing else of a document is shown."""
    columns = (Document.id, Document.number, Document.title, Delivery.dispatch_by)
    found = query.with_only_columns(*columns).outerjoin(
        Delivery, Delivery.document_id == Document.id
    )
    ordered = found.order_by(
        Delivery.dispatch_by.asc().nulls_last(), Document.created_at, Document.id
    )
    return work.session.execute(ordered.limit(MOST_TASKS)).all()


def _for_person(work: Work) -> Sequence[Undispatched]:
    columns = (
        *(Delivery.id, Delivery.document_id, Document.number),
        *(Delivery.recipient_name, Delivery.dispatch_by, Delivery.state),
    )
    awaits_advice = and_(
        Delivery.state == SENT, Delivery.channel == POST, Delivery.presumed_on.is_(None)
    )
    query = visible_deliveries(work).where(or_(Delivery.state == NEEDS_PERSON, awaits_advice))
    found = query.with_only_columns(*columns).join(Document, Document.id == Delivery.document_id)
    ordered = found.order_by(Delivery.dispatch_by.asc().nulls_last(), Delivery.sender_reference)
    return work.session.execute(ordered.limit(MOST_TASKS)).all()


def _to_sign(document_id: UUID, number: str, title: str, due: date | None) -> WaitingTask:
    return WaitingTask(
        what=gettext("Podepsat dokument"),
        subject=f"{number} – {title}",
        url=url_for("pages.sign", ids=document_id, next=url_for("pages.waiting")),
        button=gettext("Podepsat"),
        due=due,
        subject_url=url_for("pages.document", document_id=document_id),
    )


def _to_dispatch(
    delivery_id: UUID, document_id: UUID, number: str, recipient: str, due: date | None, state: str
) -> WaitingTask:
    is_posted = state == SENT
    return WaitingTask(
        what=gettext("Doplnit dodejku") if is_posted else gettext("Odeslat poštou nebo předat"),
        subject=f"{number} – {recipient}",
        url=url_for("pages.delivery", delivery_id=delivery_id),
        button=gettext("Zapsat dodejku") if is_posted else gettext("Vyřídit doručení"),
        due=None if is_posted else due,
        subject_url=url_for("pages.document", document_id=document_id),
    )
