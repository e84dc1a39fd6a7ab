"""The worker's care for documents after the last signature: what is due, one after another."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.acts import Bench, seal_document
from services.documents.domain.documents import SIGNED
from services.documents.models import Document
from services.documents.service.work import worker_actor
from services.documents.tools import Tools
from shared.clock import SystemClock
from shared.db import reading, transaction

AT_ONCE = 50
"""Documents that one look takes on; the others wait for the next."""


def seal_waiting(session: Callable[[], Session], tools: Tools) -> int:
    """Seal documents whose first attempt failed or got lost; return how many were tried.

    While no time stamp can be had, one document a round is enough to notice that it is back.
    """
    tried = 0
    for document_id, organisation_id in _due(session, SIGNED):
        tried += 1
        if not seal_document(Bench(session, tools, worker_actor(organisation_id)), document_id):
            break
    return tried


def _due(session: Callable[[], Session], state: str) -> list[tuple[UUID, UUID]]:
    is_due = Document.care_due_at <= SystemClock().now()
    query = select(Document.id, Document.organisation_id).where(Document.state == state, is_due)
    ordered = query.order_by(Document.care_due_at, Document.id).limit(AT_ONCE)
    with reading(), transaction(session()) as opened:
        return [(row.id, row.organisation_id) for row in opened.execute(ordered)]
