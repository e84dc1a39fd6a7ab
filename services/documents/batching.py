"""The worker makes the documents of batches: typeset and stored outside any transaction."""

import logging
from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.acts import Bench
from services.documents.adapters.files import StoreFull, StoreUnavailable
from services.documents.domain.batches import NotTypeset
from services.documents.failpoints import hit
from services.documents.rendering.port import RenderingFailed
from services.documents.schemas.incoming import DocumentIn, document_facts
from services.documents.service import batch_making as steps
from services.documents.service.batch_making import Claimed
from services.documents.service.batches import batch_of, item_of
from services.documents.service.creating import DocumentFacts, draft
from services.documents.service.printing import Press, Typeset, print_request, typeset
from services.documents.service.work import worker_actor
from services.documents.tools import Tools, press_of
from shared.db import reading, transaction
from shared.errors import DomainError

log = logging.getLogger(__name__)

AT_ONCE = 25
"""Documents of one batch that one look makes; then the worker sees to its other tasks."""
FULL, SILENT = "store_full", "store_silent"


def make_batches(session: Callable[[], Session], tools: Tools) -> int:
    """Make some documents of every running batch; return how many were made or failed."""
    with reading(), transaction(session()) as opened:
        running = [(row.id, row.organisation_id) for row in opened.execute(steps.running_batches())]
    return sum(
        _make_some(Bench(session, tools, worker_actor(organisation_id)), batch_id)
        for batch_id, organisation_id in running
    )


def _make_some(bench: Bench, batch_id: UUID) -> int:
    for count in range(AT_ONCE):
        with transaction(bench.session()) as session:
            begun = steps.begin_item(bench.work(session), batch_id)
        if begun is None or not _make(bench, batch_id, begun):
            return count
    return AT_ONCE


def _make(bench: Bench, batch_id: UUID, begun: Claimed) -> bool:
    """Make one document, or note why not; ``False`` when the surroundings hinder all of them."""
    hit("batch.claimed")
    try:
        _make_and_keep(bench, batch_id, begun)
    except (StoreFull, StoreUnavailable) as error:
        trouble = FULL if isinstance(error, StoreFull) else SILENT
        with transaction(bench.session()) as session:
            steps.give_back(bench.work(session), batch_id, begun.item_id, trouble)
        return False
    except RenderingFailed:
        log.warning("a document of a batch cannot be typeset", exc_info=True)
        _fail(bench, batch_id, begun, NotTypeset())
    except DomainError as error:
        _fail(bench, batch_id, begun, error)
    return True


def _make_and_keep(bench: Bench, batch_id: UUID, begun: Claimed) -> None:
    press, facts = press_of(bench.tools), document_facts(DocumentIn().load(begun.raw))
    if begun.preview is None:
        press.files.check_room()
    made = begun.preview or _typeset(bench, press, begun, facts)
    hit("batch.stored")
    with transaction(bench.session()) as session:
        work = bench.work(session)
        steps.make_item(work, batch_id, begun, facts, made)
        hit("batch.kept")
    hit("batch.committed")


def _typeset(bench: Bench, press: Press, begun: Claimed, facts: DocumentFacts) -> Typeset:
    with reading(), transaction(bench.session()) as session:
        document = draft(bench.work(session), begun.item_id, facts, begun.reserved)
    return typeset(press, print_request(press, document))


def _fail(bench: Bench, batch_id: UUID, begun: Claimed, error: DomainError) -> None:
    with transaction(bench.session()) as session:
        steps.fail_item(bench.work(session), batch_id, begun.item_id, error)


def preview_item(bench: Bench, batch_id: UUID, item_id: UUID) -> None:
    """Typeset one document of a batch to be looked at; the document will be this very file.

    Raises:
        RecordUnknown: no such document in this batch.
        StoreFull, StoreUnavailable: the file cannot be kept.
    """
    with reading(), transaction(bench.session()) as session:
        work = bench.work(session)
        begun = steps.claimed(batch_of(work, batch_id), item_of(work, batch_id, item_id))
    if begun.preview is not None or not begun.raw:
        return
    press, facts = press_of(bench.tools), document_facts(DocumentIn().load(begun.raw))
    made = _typeset(bench, press, begun, facts)
    with transaction(bench.session()) as session:
        steps.pin_preview(bench.work(session), batch_id, item_id, made)
