"""The worker makes the documents of batches: typeset, sealed and stored outside any transaction.

While a group of documents is taken over by the database, the next one is being made in threads:
the typesetter, the disk and the time stamp authority do not need Python meanwhile. Several
workers may share a batch; each takes other documents in hand.
"""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.orm import Session

from services.documents.acts import Bench, Sealed, seal_file
from services.documents.adapters.files import StoreFull, StoreUnavailable
from services.documents.domain.batches import NotTypeset
from services.documents.failpoints import hit
from services.documents.models import Document
from services.documents.rendering.port import RenderingFailed
from services.documents.schemas.incoming import kept_facts
from services.documents.service import batch_making as steps
from services.documents.service.batch_making import Claimed, Made
from services.documents.service.batches import batch_of, item_of
from services.documents.service.creating import new_document
from services.documents.service.issuing import SealOrder
from services.documents.service.printing import (
    Press,
    Printed,
    Typeset,
    print_request,
    printed_from,
    typeset,
)
from services.documents.service.work import worker_actor
from services.documents.signing.port import BadFile, SigningUnavailable
from services.documents.tools import Tools, press_of
from shared.db import read_only, reading, transaction
from shared.errors import DomainError

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Documents of one batch that one look makes; then the worker sees to its other tasks."""
GROUP = 20
"""Documents that are taken over in one transaction."""
HANDS = 4
"""Threads that make documents: more than processors, because each waits for disk and network."""
TURN = 0.001
"""Seconds for which a thread may compute while another one waits for Python. A hand comes back from
typesetter, disk and network many times in one document; by Python's own five milliseconds each time
it waits longer than it works, and the second processor stands still."""
FULL, SILENT = "store_full", "store_silent"


@dataclass(frozen=True)
class Drawn:
    """A document with its files, which are nowhere but in memory."""

    claimed: Claimed
    document: Document
    printed: Printed | Typeset
    """Typeset now, or kept already because somebody looked at it before."""
    sealed: Sealed | None
    """The file with the seal; ``None`` when others sign first, or no seal could be had."""


@dataclass
class Outcomes:
    """How the documents of one group ended."""

    made: list[Made] = field(default_factory=list)
    failed: dict[UUID, DomainError] = field(default_factory=dict)
    hindered: list[UUID] = field(default_factory=list)
    trouble: str = ""
    """What hinders all documents, not just one."""

    def hinder(self, those: Iterable[Claimed], error: DomainError) -> None:
        """Note that the store takes nothing now."""
        self.hindered += [one.item_id for one in those]
        self.trouble = FULL if isinstance(error, StoreFull) else SILENT


def make_batches(session: Callable[[], Session], tools: Tools) -> int:
    """Make some documents of every running batch; return how many were made or failed."""
    with read_only(session()) as opened:
        running = [(row.id, row.organisation_id) for row in opened.execute(steps.running_batches())]
    return sum(
        _make_some(Bench(session, tools, worker_actor(organisation_id)), batch_id)
        for batch_id, organisation_id in running
    )


@dataclass(frozen=True)
class _InHand:
    """A document that a thread is making."""

    claimed: Claimed
    future: "Future[Drawn]"


@contextmanager
def _quick_turns() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _make_some(bench: Bench, batch_id: UUID) -> int:
    with _quick_turns(), ThreadPoolExecutor(HANDS, thread_name_prefix="batch") as hands:
        left, done = AT_ONCE, 0
        group = _begin(bench, batch_id, hands, min(GROUP, left))
        while group:
            left -= len(group)
            ahead = _begin(bench, batch_id, hands, min(GROUP, left)) if left else []
            outcomes = _outcomes(bench.tools, group)
            done += _record(bench, batch_id, outcomes)
            if outcomes.trouble:
                return done + _record(bench, batch_id, _outcomes(bench.tools, ahead))
            group = ahead
    return done


def _begin(bench: Bench, batch_id: UUID, hands: ThreadPoolExecutor, most: int) -> list[_InHand]:
    with transaction(bench.session()) as session:
        taken = steps.begin_items(bench.work(session), batch_id, most)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy of this thread
    return [_InHand(one, hands.submit(_make_aside, app, bench.tools, one)) for one in taken]


def _make_aside(app: Flask, tools: Tools, claimed: Claimed) -> Drawn:
    """Make one document in a thread, whose session, if anything asks for one, is its own."""
    with app.app_context(), reading():
        return _make(tools, claimed)


def _outcomes(tools: Tools, group: Sequence[_InHand]) -> Outcomes:
    """Wait for a group and keep its files.

    What hinders one document is sorted from what is its own fault.
    """
    found, drawn = Outcomes(), []
    for one in group:
        try:
            drawn.append(one.future.result())
        except (StoreFull, StoreUnavailable) as error:
            found.hinder([one.claimed], error)
        except RenderingFailed:
            log.warning("a document of a batch cannot be typeset", exc_info=True)
            found.failed[one.claimed.item_id] = NotTypeset()
        except DomainError as error:
            found.failed[one.claimed.item_id] = error
    try:
        found.made = _kept(tools, drawn)
    except (StoreFull, StoreUnavailable) as error:
        found.hinder([one.claimed for one in drawn], error)
    return found


def _kept(tools: Tools, group: Sequence[Drawn]) -> list[Made]:
    """Keep the files of a group together; the database learns of them later.

    Raises:
        StoreFull, StoreUnavailable: they are not kept.
    """
    contents = [content for one in group for content in _files(one)]
    names = iter(tools.files.put_all(contents)) if contents else iter(())
    made = [_made(one, names) for one in group]
    for one in made:
        hit("batch.stored")
        if one.sealed is not None:
            hit("seal.stored")
    return made


def _files(one: Drawn) -> Iterator[bytes]:
    if isinstance(one.printed, Printed):
        yield from (one.printed.pdf, one.printed.facts)
    if one.sealed is not None:
        yield one.sealed.pdf


def _made(one: Drawn, names: Iterator[str]) -> Made:
    """Return a document with the names that its files have in the store, in their order."""
    kept = one.printed
    if isinstance(kept, Printed):
        kept = Typeset(next(names), next(names), kept.pages)
    sealed = one.sealed.kept_as(next(names)) if one.sealed is not None else None
    return Made(one.claimed.item_id, one.document, kept, sealed)


def _record(bench: Bench, batch_id: UUID, outcomes: Outcomes) -> int:
    """Write down how documents ended, all in one transaction; return how many came to an end."""
    with transaction(bench.session()) as session:
        work = bench.work(session)
        if outcomes.failed:
            steps.fail_items(work, batch_id, outcomes.failed)
        if outcomes.hindered:
            steps.give_back(work, batch_id, outcomes.hindered, outcomes.trouble)
        if outcomes.made:
            wait = bench.tools.settings.level_wait
            kept = steps.take_over(work, batch_id, outcomes.made, wait)
            _reached(outcomes, kept, "kept")
    _reached(outcomes, [one.item_id for one in outcomes.made], "committed")
    return len(outcomes.made) + len(outcomes.failed)


def _reached(outcomes: Outcomes, kept: Sequence[UUID], step: str) -> None:
    for one in outcomes.made:
        if one.item_id in kept:
            hit(f"batch.{step}")
            if one.sealed is not None:
                hit(f"seal.{step}")


def _make(tools: Tools, claimed: Claimed) -> Drawn:
    """Typeset and seal one document; nothing is kept.

    Raises:
        StoreFull, StoreUnavailable: the surroundings hinder every document.
        RenderingFailed, DomainError: this document cannot be made.
    """
    hit("batch.claimed")
    document = _drawn_up(claimed)
    printed, pdf = _printed(press_of(tools), claimed, document)
    sealed = _sealed(tools, claimed, pdf) if steps.is_only_sealed(document) else None
    return Drawn(claimed, document, printed, sealed)


def _printed(press: Press, claimed: Claimed, document: Document) -> tuple[Printed | Typeset, bytes]:
    """Return what is printed, and its bytes."""
    if claimed.preview is not None:
        return claimed.preview, press.files.get(claimed.preview.sha256)
    press.files.check_room()
    printed = printed_from(press, print_request(press, document))
    return printed, printed.pdf


def _drawn_up(claimed: Claimed) -> Document:
    facts = kept_facts(claimed.raw)
    organisation_id = claimed.sealing.organisation_id
    return new_document(organisation_id, claimed.item_id, facts, claimed.reserved)


def _sealed(tools: Tools, claimed: Claimed, pdf: bytes) -> Sealed | None:
    """Return the sealed file; without seal or time stamp the worker's care goes on later."""
    order = SealOrder(
        organisation_id=claimed.sealing.organisation_id,
        organisation=claimed.sealing.organisation,
        accent=claimed.sealing.accent,
        language=str(claimed.raw.get("language", "cs")),
        is_first=True,
    )
    try:
        sealed = seal_file(tools, order, pdf)
    except (SigningUnavailable, BadFile):
        log.warning("a document of a batch waits for its seal", exc_info=True)
        return None
    hit("seal.made")
    return sealed


def preview_item(bench: Bench, batch_id: UUID, item_id: UUID) -> None:
    """Typeset one document of a batch to be looked at; the document will be this very file.

    Raises:
        RecordUnknown: no such document in this batch.
        StoreFull, StoreUnavailable: the file cannot be kept.
    """
    with read_only(bench.session()) as session:
        work = bench.work(session)
        batch, item = batch_of(work, batch_id), item_of(work, batch_id, item_id)
        begun = steps.claimed(batch, item, steps.sealing_of(work))
    if begun.preview is not None or not begun.raw:
        return
    press: Press = press_of(bench.tools)
    made = typeset(press, print_request(press, _drawn_up(begun)))
    with transaction(bench.session()) as session:
        steps.pin_preview(bench.work(session), batch_id, item_id, made)
