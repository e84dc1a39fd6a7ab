"""The first page: what waits for the person, by when."""

from flask import url_for
from flask_babel import gettext

from services.documents.desk import looking
from services.documents.domain.deliveries import NEEDS_PERSON
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

MOST_TASKS = 200


@pages.get("/")
@access(SIGNED_IN)
def waiting() -> str:
    """Show the documents to sign and the deliveries that need a person."""
    work = looking()
    to_sign = list(
        work.session.scalars(
            waiting_documents(work).order_by(Document.created_at, Document.id).limit(MOST_TASKS)
        )
    )
    tasks = [_to_sign(document) for document in to_sign]
    if work.actor.has_role(*OFFICE_ROLES):
        tasks += [_to_dispatch(delivery) for delivery in _for_person(work)]
    return page(
        "waiting.html",
        tasks=by_deadline(tasks),
        sign_all=",".join(str(document.id) for document in to_sign) if len(to_sign) > 1 else "",
        count=len(to_sign),
        has_key=current_key(work) is not None,
    )


def _for_person(work: Work) -> list[Delivery]:
    query = visible_deliveries(work).where(Delivery.state == NEEDS_PERSON)
    ordered = query.order_by(Delivery.dispatch_by, Delivery.sender_reference).limit(MOST_TASKS)
    return list(work.session.scalars(ordered))


def _to_sign(document: Document) -> WaitingTask:
    return WaitingTask(
        what=gettext("Podepsat dokument"),
        subject=f"{document.number} – {document.title}",
        url=url_for("pages.sign", ids=document.id, next=url_for("pages.waiting")),
        button=gettext("Podepsat"),
        due=document.delivery.dispatch_by if document.delivery else None,
        subject_url=url_for("pages.document", document_id=document.id),
    )


def _to_dispatch(delivery: Delivery) -> WaitingTask:
    return WaitingTask(
        what=gettext("Odeslat poštou nebo předat"),
        subject=f"{delivery.document.number} – {delivery.recipient_name}",
        url=url_for("pages.delivery", delivery_id=delivery.id),
        button=gettext("Vyřídit doručení"),
        due=delivery.dispatch_by,
        subject_url=url_for("pages.document", document_id=delivery.document_id),
    )
