"""The first page: what waits for the person, by when."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext
from sqlalchemy import Row, Select, func

from services.documents.desk import looking
from services.documents.models import Delivery, Document
from services.documents.service.dispatches import stop_of
from services.documents.service.loading import current_key, waiting_documents
from services.documents.service.work import Work
from services.documents.tasks import (
    approvals_to_give,
    certificates_to_renew,
    clocks_to_set,
    deliveries_to_do,
    dispatches_to_approve,
    keys_to_see,
    logins_to_mend,
    outage_to_see,
    recipients_to_tell,
    risks_to_see,
)
from services.documents.web import pages
from services.documents.web.frame import READERS, page
from shared.auth import SIGNED_IN, access
from shared.waiting import MOST_OF_A_KIND
from shared.web.tasks import WaitingTask, by_deadline

Unsigned = Row[UUID, str, str, date | None]


@pages.get("/")
@access(SIGNED_IN)
def waiting() -> str:
    """Show the documents to sign and the deliveries that need a person, the most urgent first."""
    work = looking()
    to_sign = waiting_documents(work)
    shown = _most_urgent(work, to_sign)
    tasks = [_to_sign(*row) for row in shown]
    tasks += [*approvals_to_give(work), *dispatches_to_approve(work), *deliveries_to_do(work)]
    tasks += [
        *keys_to_see(work),
        *recipients_to_tell(work),
        *certificates_to_renew(work),
        *risks_to_see(work),
        *clocks_to_set(work),
        *logins_to_mend(work),
        *outage_to_see(work),
    ]
    return page(
        "waiting.html",
        stop=stop_of(work),
        is_told=READERS.admits(work.actor),
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
    return work.session.execute(ordered.limit(MOST_OF_A_KIND)).all()


def _to_sign(document_id: UUID, number: str, title: str, due: date | None) -> WaitingTask:
    return WaitingTask(
        what=gettext("Podepsat dokument"),
        subject=f"{number} – {title}",
        url=url_for("pages.sign", ids=document_id, next=url_for("pages.waiting")),
        button=gettext("Podepsat"),
        due=due,
        subject_url=url_for("pages.document", document_id=document_id),
    )
