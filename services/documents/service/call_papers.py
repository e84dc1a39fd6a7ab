"""How many documents and deliveries a call has, and how far they are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from services.documents.domain.deliveries import DELIVERED
from services.documents.domain.documents import CANCELLED, ISSUED
from services.documents.models import Delivery, Document
from services.documents.service.work import Work
from shared.contracts.bundles import CallPapers


def papers_of_calls(work: Work, call_ids: Sequence[UUID]) -> list[CallPapers]:
    """Count the documents of calls, and those that have to be delivered, in one question.

    A cancelled document counts for nothing: nobody waits for it.
    """
    mine = Document.organisation_id == work.organisation_id, Document.call_id.in_(call_ids)
    query = (
        select(
            Document.call_id,
            func.count(),
            func.count().filter(Document.state == ISSUED),
            func.count(Delivery.id),
            func.count().filter(Delivery.state == DELIVERED),
        )
        .outerjoin(Delivery, Delivery.document_id == Document.id)
        .where(*mine, Document.state != CANCELLED)
        .group_by(Document.call_id)
    )
    rows = work.session.execute(query).all()
    found = {call_id: CallPapers(call_id, *counts) for call_id, *counts in rows if call_id}
    return [found.get(one, CallPapers(one, 0, 0, 0, 0)) for one in call_ids]
