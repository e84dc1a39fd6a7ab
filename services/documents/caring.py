"""The worker's care for documents after the last signature: what is due, one after another."""

import logging
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.acts import Bench, seal_document
from services.documents.adapters.files import FileDamaged, FileMissing
from services.documents.domain.care import (
    AN_HOUR,
    B_LT,
    B_LTA,
    B_T,
    BLOCKS_DISPATCH,
    DAMAGED,
    NO_REVOCATION,
    NO_STAMP,
    NOT_PROVED,
    REVOKED,
)
from services.documents.domain.documents import SIGNED
from services.documents.models import Document
from services.documents.service.loading import document_of
from services.documents.service.revisions import (
    KeptFile,
    below_archival,
    keep,
    note_trouble,
    to_renew,
)
from services.documents.service.work import Work, worker_actor
from services.documents.signing.keeping import Kept, NotProved
from services.documents.signing.levels import SignerRevoked
from services.documents.signing.port import BadFile, SigningUnavailable
from services.documents.signing.revocation_lists import RevocationUnknown, TooEarly
from services.documents.tools import Tools
from shared.actors import FEED_READER
from shared.db import read_only, transaction

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Documents of a kind that one look takes on; the others wait for the next."""


def seal_waiting(session: Callable[[], Session], tools: Tools) -> int:
    """Seal documents whose first attempt failed or got lost; return how many were tried.

    While no time stamp can be had, one document a round is enough to notice that it is back.
    """
    tried = 0
    for document_id, organisation_id in _due(session, tools, SIGNED):
        tried += 1
        if not seal_document(Bench(session, tools, worker_actor(organisation_id)), document_id):
            break
    return tried


def raise_levels(session: Callable[[], Session], tools: Tools) -> int:
    """Bring issued documents to B-LTA and renew what would end; return how many were tried.

    While no time stamp can be had, one document a look is enough to notice that it is back; the
    answers about revocation are gathered all the same, because they may not be had later.
    """
    with read_only(session()) as opened:
        work = Work(opened, FEED_READER, tools.clock)
        due = to_renew(work, tools.keeper.policy, AT_ONCE) + below_archival(work, AT_ONCE)
    tried, stamps_come = 0, True
    for one in due:
        if stamps_come or one.level == B_T:
            tried += 1
            bench = Bench(session, tools, worker_actor(one.organisation_id))
            stamps_come = care_for(bench, one.document_id) != NO_STAMP and stamps_come
    return tried


def care_for(bench: Bench, document_id: UUID) -> str | None:
    """Do the next thing that an issued document's proof needs; write down what hinders it.

    Returns:
        The trouble that hindered it, ``None`` when nothing did.
    """
    with read_only(bench.session()) as session:
        document = document_of(bench.work(session), document_id)
        sha256, level = document.sha256, document.level
    try:
        kept = _kept(bench.tools, sha256, level)
    except TooEarly:
        _look_later(bench, document_id)
        return None
    except tuple(TROUBLES) as error:
        return _note(bench, document_id, error)
    file = KeptFile(bench.tools.files.put(kept.pdf), len(kept.pdf), kept.good_until)
    with transaction(bench.session()) as session:
        work = bench.work(session)
        fresh = document_of(work, document_id, lock=True)
        if fresh.sha256 == sha256:
            keep(work, fresh, kept, file, bench.tools.keeper.policy)
    return NO_STAMP if kept.waits_for else None


TROUBLES: dict[type[Exception], str] = {
    SignerRevoked: REVOKED,
    RevocationUnknown: NO_REVOCATION,
    NotProved: NOT_PROVED,
    SigningUnavailable: NO_STAMP,
    BadFile: DAMAGED,
    FileMissing: DAMAGED,
    FileDamaged: DAMAGED,
}
"""What each hindrance is called at the document."""


def _kept(tools: Tools, sha256: str, level: str) -> Kept:
    pdf, at = tools.files.get(sha256), tools.clock.now()
    if level == B_LTA:
        return tools.keeper.renew(pdf, at)
    kept = tools.keeper.complete(pdf, at)
    if kept.waits_for and level == B_LT:
        # It got this far before; another revision with the same would prove nothing more.
        raise SigningUnavailable(kept.waits_for)
    return kept


def _look_later(bench: Bench, document_id: UUID) -> None:
    """Wait for the authorities' next list; that is no trouble yet."""
    with transaction(bench.session()) as session:
        work = bench.work(session)
        document_of(work, document_id, lock=True).care_due_at = work.now + AN_HOUR


def _note(bench: Bench, document_id: UUID, error: Exception) -> str:
    trouble = next(name for kind, name in TROUBLES.items() if isinstance(error, kind))
    if trouble in BLOCKS_DISPATCH:
        log.error("a document cannot be proved", extra={"document_id": str(document_id)})
    with transaction(bench.session()) as session:
        work = bench.work(session)
        note_trouble(work, document_of(work, document_id, lock=True), trouble, str(error))
    return trouble


def _due(session: Callable[[], Session], tools: Tools, state: str) -> list[tuple[UUID, UUID]]:
    is_due = Document.care_due_at <= tools.clock.now()
    query = select(Document.id, Document.organisation_id).where(Document.state == state, is_due)
    ordered = query.order_by(Document.care_due_at, Document.id).limit(AT_ONCE)
    with read_only(session()) as opened:
        return [(row.id, row.organisation_id) for row in opened.execute(ordered)]
