"""The worker's task: one bundle at a time, in slices, so that sealing and sending never wait."""

import logging
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.acts import Bench
from services.documents.adapters.files import (
    FileDamaged,
    FileMissing,
    StoreFull,
    StoreUnavailable,
)
from services.documents.bundling.making import Bindery, Step, open_bindery, write_bundle
from services.documents.bundling.notes import Notebook
from services.documents.domain.bundles import (
    PIECE_LOST,
    PROGRAM_FAILED,
    REQUEST_LOST,
    SEAL_AWAY,
    SEAL_REVOKED,
    STAMP_AWAY,
    STORE_AWAY,
    STORE_FULL,
)
from services.documents.failpoints import hit
from services.documents.passing import marking_key
from services.documents.service import bundle_making as steps
from services.documents.service.bundle_making import Claim
from services.documents.service.bundle_stretches import PIECE, PieceLost, Stretch, keep_pieces
from services.documents.service.work import Work, worker_actor
from services.documents.signing.port import SealRevoked, SigningUnavailable
from services.documents.tools import Tools
from shared.actors import FEED_READER
from shared.db import read_only, transaction
from shared.evidence.anchoring import StampUnavailable

log = logging.getLogger(__name__)

TOLD: Sequence[tuple[type[Exception], str]] = (
    *((SealRevoked, SEAL_REVOKED), (SigningUnavailable, SEAL_AWAY), (StampUnavailable, STAMP_AWAY)),
    *((StoreFull, STORE_FULL), (StoreUnavailable, STORE_AWAY), (PieceLost, PIECE_LOST)),
    *((FileMissing, REQUEST_LOST), (FileDamaged, REQUEST_LOST)),
)
"""Only what was asked for can be missing so: what else the store lost, the bundle itself names."""
SLICE = 1.0
"""Seconds of work on a bundle before the worker looks at its other tasks."""


@dataclass(frozen=True)
class Bounds:
    """When what is written is kept, so that nobody has to write it again."""

    octets: int = PIECE
    seconds: float = 15.0
    """Of work that is lost at most when a worker dies."""


@dataclass
class _Open:
    """A bundle that is being written."""

    claim: Claim
    file: BinaryIO
    """Without a name: whatever happens to the worker, nothing stays behind."""
    bindery: Bindery
    notebook: Notebook
    steps: Generator[Step]
    kept_at: float = field(default_factory=time.monotonic)

    def is_due(self, step: Step, bounds: Bounds) -> bool:
        """Tell whether what is written should be kept now."""
        if step.chapter != self.bindery.chapter:
            return True
        is_old = time.monotonic() - self.kept_at >= bounds.seconds
        return step.can_end and (is_old or self.bindery.writer.stretch >= bounds.octets)


class BundleMaker:
    """Makes bundles. A worker that dies leaves a lease that ends; another goes on."""

    def __init__(
        self,
        session: Callable[[], Session],
        tools: Tools,
        *,
        slice_seconds: float = SLICE,
        bounds: Bounds | None = None,
    ) -> None:
        self._session, self._tools, self._slice = session, tools, slice_seconds
        self._bounds = bounds or Bounds()
        self._open: _Open | None = None

    def run_once(self) -> int:
        """Work on a bundle for a while; return 1 if there was one."""
        if self._open is None:
            claim = self._claim()
            if claim is None:
                return 0
            self._try(claim, lambda: self._begin(claim))
        if self._open is not None:
            opened = self._open
            self._try(opened.claim, lambda: self._go_on(opened))
        return 1

    def _try(self, claim: Claim, act: Callable[[], bool]) -> None:
        """Do some of the work; let the bundle go when it is over, or cannot be made now."""
        try:
            is_over = act()
        except Exception as error:  # the next bundle must not wait for a broken one
            log.warning("a bundle cannot be made now", exc_info=True)
            self._close()
            self._put_off(claim, error)
        else:
            if is_over:
                self._close()

    def _claim(self) -> Claim | None:
        with read_only(self._session()) as session:
            due = steps.due_bundles(Work(session, FEED_READER, self._tools.clock))
        for organisation_id, bundle_id in due:
            with transaction(self._session()) as session:
                work = self._bench(organisation_id).work(session)
                claim = steps.claim_bundle(work, bundle_id)
            if claim is not None:
                return claim
        return None

    def _begin(self, claim: Claim) -> bool:
        file = TemporaryFile(dir=_scratch(self._tools))  # noqa: SIM115 - closed in _close
        try:
            bindery = open_bindery(self._bench(claim.organisation_id), claim, file, self._key)
        except BaseException:
            file.close()
            raise
        if bindery is None:
            file.close()
            return True
        notebook = Notebook(bindery.book, bindery.writer)
        self._open = _Open(bindery.claim, file, bindery, notebook, write_bundle(bindery))
        return False

    def _go_on(self, opened: _Open) -> bool:
        """Write for one slice; return whether nothing is left to do for this worker."""
        until = time.monotonic() + self._slice
        for step in opened.steps:
            if opened.is_due(step, self._bounds) and not self._keep(opened, step):
                return True
            if time.monotonic() >= until:
                return not self._tell(opened)
        self._finish(opened)
        return True

    def _tell(self, opened: _Open) -> bool:
        claim = opened.claim
        with transaction(self._session()) as session:
            work = self._bench(claim.organisation_id).work(session)
            return steps.note_progress(work, claim, opened.bindery.progress)

    def _keep(self, opened: _Open, step: Step) -> bool:
        """Keep the stretch; return whether the bundle is still this worker's."""
        claim, bindery = opened.claim, opened.bindery
        opened.file.flush()
        pieces = keep_pieces(self._tools.files, opened.file)
        stretch = Stretch(pieces, step.chapter, opened.notebook.fresh())
        with transaction(self._session()) as session:
            work = self._bench(claim.organisation_id).work(session)
            is_mine = steps.keep_stretch(work, claim, stretch, bindery.progress, self._key)
        if not is_mine:
            return False
        hit("bundle.committed")
        bindery.pieces += pieces
        bindery.chapter = step.chapter
        bindery.writer.begin_stretch()
        opened.notebook.turn()
        opened.kept_at = time.monotonic()
        return True

    def _finish(self, opened: _Open) -> None:
        claim = opened.claim
        with transaction(self._session()) as session:
            work = self._bench(claim.organisation_id).work(session)
            if not steps.keep_bundle(work, claim, opened.bindery.whole):
                log.warning("another worker made the bundle")

    @property
    def _key(self) -> bytes:
        return marking_key(self._tools.settings)

    def _put_off(self, claim: Claim, error: Exception) -> None:
        self._session().rollback()  # what the failed step left behind
        with transaction(self._session()) as session:
            work = self._bench(claim.organisation_id).work(session)
            steps.put_off_bundle(work, claim, _trouble(error), error)

    def _close(self) -> None:
        if self._open is not None:
            self._open.steps.close()
            self._open.file.close()
        self._open = None

    def _bench(self, organisation_id: UUID) -> Bench:
        return Bench(self._session, self._tools, worker_actor(organisation_id))


def _trouble(error: Exception) -> str:
    """Return what people are told of an error."""
    return next((told for kind, told in TOLD if isinstance(error, kind)), PROGRAM_FAILED)


def _scratch(tools: Tools) -> Path:
    """Return the folder for unfinished files: on the disk of the store, not in memory."""
    folder = tools.settings.var / "documents" / "unfinished"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
