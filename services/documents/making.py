"""Making one document: typeset and stored while no transaction is open, then taken over.

The number stands in the file, so the next one is read first; whoever was faster takes it, and the
document is typeset anew with another one. Nothing is reserved, so nothing is lost in between.
"""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.documents.acts import Bench
from services.documents.models import Document, Translation
from services.documents.service.creating import (
    DocumentFacts,
    create_document,
    draft,
    existing_document,
    keep,
    plan_document,
)
from services.documents.service.letterheads import letterhead_of, next_number
from services.documents.service.printing import printing_of, typeset
from services.documents.service.translating import (
    TranslatedText,
    keep_translation,
    plan_translation,
)
from services.documents.service.work import Work
from services.documents.tools import press_of
from shared.db import reading, transaction

MOST_TRIES = 3
"""Then the document takes its number first and is typeset while it holds it."""


class _Overtaken(Exception):
    """Somebody took the number, or changed the letterhead, while the document was typeset."""


def make_document(bench: Bench, document_id: UUID, facts: DocumentFacts) -> Document:
    """Make a document; the same id with the same facts returns the document that exists.

    Raises:
        IdReused, RecordUnknown, CorrectsUnissued, CorrectsOtherKind, SignerNamedTwice,
            TooManySigners, TableUneven, ContentTooLong, BadBoxId, DataBoxMustBeUsed: see
            :func:`create_document`.
        RenderingFailed, StoreFull, StoreUnavailable: the file cannot be made or kept.
    """
    for _ in range(MOST_TRIES):
        try:
            return _try(bench, document_id, facts)
        except (_Overtaken, IntegrityError):
            continue  # somebody made the same document, or another one with the same number
    with transaction(bench.session()) as session:
        return create_document(bench.work(session), press_of(bench.tools), document_id, facts)


def make_translation(bench: Bench, document_id: UUID, text: TranslatedText) -> Translation:
    """Typeset and keep the document in another language; the same text makes one translation.

    Raises:
        RecordUnknown, NoTranslation, TableUneven, ContentTooLong: see
            :func:`plan_translation`.
        RenderingFailed, StoreFull, StoreUnavailable: the file cannot be made or kept.
    """
    press = press_of(bench.tools)
    request = _planned(bench, lambda work: plan_translation(work, press, document_id, text))
    rendered = press.renderer.render(request)
    sha256 = press.files.put(rendered.pdf)
    with transaction(bench.session()) as session:
        return keep_translation(bench.work(session), document_id, text, sha256, rendered.pages)


def _try(bench: Bench, document_id: UUID, facts: DocumentFacts) -> Document:
    press = press_of(bench.tools)
    plan = _planned(bench, lambda work: plan_document(work, press, document_id, facts))
    made = typeset(press, plan.request) if plan is not None else None
    with transaction(bench.session()) as session:
        work = bench.work(session)
        existing = existing_document(work, document_id, facts)
        if existing is not None:
            return existing
        letterhead = letterhead_of(work)
        if plan is None or made is None or printing_of(press, letterhead) != plan.reserved.printing:
            # Rare: the first document of an organisation, or its letterhead changed just now.
            return create_document(work, press, document_id, facts)
        if next_number(work, letterhead) != plan.reserved.number:
            raise _Overtaken
        return keep(work, draft(work, document_id, facts, plan.reserved), made)


T = TypeVar("T")


def _planned(bench: Bench, plan: Callable[[Work], T]) -> T:
    """Let a use case look at the database; whatever it composed in the session is thrown away."""
    session: Session = bench.session()
    with reading():
        session.rollback()
        try:
            with session.no_autoflush:
                return plan(bench.work(session))
        finally:
            session.rollback()
