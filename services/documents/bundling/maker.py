"""The worker's task: one bundle at a time, in slices, so that sealing and sending never wait."""

import logging
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.acts import Bench
from services.documents.bundling.making import Progress, write_bundle
from services.documents.service import bundles
from services.documents.service.bundles import Claim
from services.documents.service.work import Work, worker_actor
from services.documents.tools import Tools
from shared.actors import FEED_READER
from shared.db import reading, transaction

log = logging.getLogger(__name__)

SLICE = 1.0
"""Seconds of work on a bundle before the worker looks at its other tasks."""


@dataclass
class _Open:
    """A bundle that is being written."""

    claim: Claim
    file: BinaryIO
    """Without a name: whatever happens to the worker, nothing stays behind."""
    steps: Generator[Progress]


class BundleMaker:
    """Makes bundles. A worker that dies leaves a lease that ends; another begins again."""

    def __init__(
        self, session: Callable[[], Session], tools: Tools, *, slice_seconds: float = SLICE
    ) -> None:
        self._session, self._tools, self._slice = session, tools, slice_seconds
        self._open: _Open | None = None

    def run_once(self) -> int:
        """Work on a bundle for a while; return 1 if there was one."""
        if self._open is None:
            self._open = self._begin()
        if self._open is None:
            return 0
        opened = self._open
        try:
            is_over = self._go_on(opened)
        except Exception as error:  # the next bundle must not wait for a broken one
            log.warning("a bundle cannot be made now", exc_info=True)
            self._close()
            self._put_off(opened.claim, error)
        else:
            if is_over:
                self._close()
        return 1

    def _begin(self) -> _Open | None:
        with reading(), transaction(self._session()) as session:
            due = bundles.due_bundles(Work(session, FEED_READER, self._tools.clock))
        for organisation_id, bundle_id in due:
            bench = self._bench(organisation_id)
            with transaction(self._session()) as session:
                claim = bundles.claim_bundle(bench.work(session), bundle_id)
            if claim is not None:
                file = TemporaryFile(dir=_scratch(self._tools))  # noqa: SIM115 - closed in _close
                return _Open(claim, file, write_bundle(bench, claim, file))
        return None

    def _go_on(self, opened: _Open) -> bool:
        """Write for one slice; return whether nothing is left to do for this worker."""
        until = time.monotonic() + self._slice
        for progress in opened.steps:
            if time.monotonic() >= until:
                return not self._tell(opened.claim, progress)
        self._keep(opened)
        return True

    def _tell(self, claim: Claim, progress: Progress) -> bool:
        with transaction(self._session()) as session:
            work = self._bench(claim.organisation_id).work(session)
            return bundles.note_progress(work, claim, progress.done, progress.total)

    def _keep(self, opened: _Open) -> None:
        opened.file.flush()
        kept = bundles.keep_pieces(self._tools.files, opened.file)
        with transaction(self._session()) as session:
            work = self._bench(opened.claim.organisation_id).work(session)
            if not bundles.keep_bundle(work, opened.claim, kept):
                log.warning("another worker made the bundle")

    def _put_off(self, claim: Claim, error: Exception) -> None:
        self._session().rollback()  # what the failed step left behind
        with transaction(self._session()) as session:
            work = self._bench(claim.organisation_id).work(session)
            bundles.put_off_bundle(work, claim, f"{type(error).__name__}: {error}")

    def _close(self) -> None:
        if self._open is not None:
            self._open.steps.close()
            self._open.file.close()
        self._open = None

    def _bench(self, organisation_id: UUID) -> Bench:
        return Bench(self._session, self._tools, worker_actor(organisation_id))


def _scratch(tools: Tools) -> Path:
    """Return the folder for unfinished files: on the disk of the store, not in memory."""
    folder = tools.settings.var / "documents" / "unfinished"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
