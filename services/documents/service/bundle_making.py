"""Evidence bundles: claimed by a worker, kept stretch by stretch, taken over when ready."""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from services.documents.adapters.files import FileStore
from services.documents.domain.bundles import (
    BUNDLE,
    CALL,
    MAKING,
    WAITING,
    WORKER_DIED,
    may_go_on,
    sum_of_pieces,
)
from services.documents.failpoints import hit
from services.documents.models import Bundle, Delivery, Document
from services.documents.service.bundle_stretches import (
    PieceLost,
    Stretch,
    add_stretch,
    forget_after,
    pieces_of,
    stretch_with,
    stretches_of,
)
from services.documents.service.bundles import forget_stretches, locked_bundle
from services.documents.service.letterheads import letterhead_of
from services.documents.service.work import Work
from shared.calendar_cz import prague_day
from shared.clock import SystemClock
from shared.contracts.bundles import BundlePart, BundleRequest
from shared.contracts.codec import from_json

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
PAUSE = timedelta(minutes=1)
MOST_ATTEMPTS = 60
"""Without a stretch in between. An outage of a time stamp authority is waited out for an hour."""
MOST_LOSSES = 5
"""Pieces that are lost after they were kept; a store that loses so many needs a person."""


@dataclass(frozen=True)
class Claim:
    """A bundle that this worker makes, for as long as its lease stands."""

    bundle_id: UUID
    organisation_id: UUID
    token: UUID
    organisation: str
    title: str
    asked_at: datetime
    asked_by: str
    begun_at: datetime
    request_sha256: str

    @property
    def told_on(self) -> date:
        """The day on which the caller told what was done by then; deadlines are judged by it."""
        return prague_day(self.asked_at)


def due_bundles(work: Work) -> list[tuple[UUID, UUID]]:
    """Return organisation and id of the bundles that nobody makes now, the oldest first."""
    now = SystemClock().now()
    free = or_(Bundle.leased_until.is_(None), Bundle.leased_until < now)
    query = select(Bundle.organisation_id, Bundle.id).where(
        Bundle.state.in_((WAITING, MAKING)), Bundle.next_at <= now, free
    )
    rows = work.session.execute(query.order_by(Bundle.next_at, Bundle.id).limit(10))
    return [(organisation, key) for organisation, key in rows]


def claim_bundle(work: Work, bundle_id: UUID) -> Claim | None:
    """Begin, or go on after a worker that died.

    Returns:
        ``None`` when another was faster, or when it is given up: whoever worked on it so often
        died of it.
    """
    bundle = locked_bundle(work, bundle_id)
    now = SystemClock().now()
    is_held = bundle.leased_until is not None and bundle.leased_until >= now
    if is_held or not BUNDLE.allows(bundle.state, "begin"):
        return None
    if bundle.attempts >= MOST_ATTEMPTS:
        bundle.trouble = WORKER_DIED
        _give_up(work, bundle)
        return None
    bundle.state = BUNDLE.apply(bundle.state, "begin")
    bundle.leased_until, bundle.fencing_token = now + LEASE, uuid4()
    bundle.attempts += 1
    bundle.begun_at = bundle.begun_at or work.now
    work.session.flush()
    return Claim(
        bundle_id=bundle.id,
        organisation_id=bundle.organisation_id,
        token=bundle.fencing_token,
        organisation=letterhead_of(work).name,
        title=bundle.title,
        asked_at=bundle.asked_at,
        asked_by=bundle.asked_by,
        begun_at=bundle.begun_at,
        request_sha256=bundle.request_sha256,
    )


@dataclass(frozen=True)
class Progress:
    """How far a bundle is."""

    done: int
    total: int


def note_progress(work: Work, claim: Claim, progress: Progress) -> bool:
    """Tell how far the bundle is and hold it longer; ``False`` when it is not this worker's now."""
    bundle = _held(work, claim)
    if bundle is None:
        return False
    _note(bundle, progress)
    return True


def _note(bundle: Bundle, progress: Progress) -> None:
    bundle.done, bundle.total = progress.done, progress.total
    bundle.leased_until = SystemClock().now() + LEASE


def take_up(work: Work, claim: Claim, key: bytes) -> tuple[Claim, list[Stretch]] | None:
    """Return what is written of a bundle already, to go on after it; forget what cannot stay.

    A stretch that is not ours any more is written anew, with all that follow. So is everything
    that was read on an earlier day and is not sealed: else a bundle would pass off old states and
    old words of the verifier as those of the day on which it is sealed.

    Args:
        key: of the marks of the stretches.

    Returns:
        ``None`` when the bundle is not this worker's now.
    """
    bundle = _held(work, claim)
    if bundle is None:
        return None
    found = stretches_of(work, bundle, key)
    if found and not may_go_on(found[-1].chapter, prague_day(claim.begun_at), work.clock.today()):
        found = []
    if forget_after(work, bundle, len(found)):
        told = {"bundle_id": str(claim.bundle_id), "stretches_kept": len(found)}
        log.warning("some of a bundle is written anew", extra=told)
    if not found:
        bundle.begun_at = work.now
    return replace(claim, begun_at=bundle.begun_at or work.now), found


def keep_stretch(
    work: Work, claim: Claim, stretch: Stretch, progress: Progress, key: bytes
) -> bool:
    """Take over what was written, so that nobody writes it again.

    Args:
        key: of the marks of the stretches.

    Returns:
        ``False`` when the bundle is not this worker's now: paused, given up, or another's.
    """
    bundle = _held(work, claim)
    if bundle is None:
        return False
    add_stretch(work, bundle, stretch, key)
    _note(bundle, progress)
    bundle.attempts, bundle.trouble, bundle.last_error = 1, "", ""
    work.session.flush()
    hit("bundle.kept")
    return True


@dataclass(frozen=True)
class Whole:
    """A container that is written to its end."""

    pieces: list[str]
    """SHA-256, in their order."""
    sha256: str
    """Of all of them, one after another."""
    size: int


def keep_bundle(work: Work, claim: Claim, whole: Whole) -> bool:
    """Declare the container whole; ``False`` when the bundle is not this worker's now.

    Raises:
        PieceLost: the database speaks of other pieces than were written.
    """
    bundle = _held(work, claim)
    if bundle is None:
        return False
    pairs = zip_longest(pieces_of(work, bundle), whole.pieces)
    for ordinal, (noted, written) in enumerate(pairs):
        if noted != written:
            raise PieceLost(ordinal)
    bundle.state = BUNDLE.apply(bundle.state, "finish")
    bundle.hash, bundle.size, bundle.ready_at = whole.sha256, whole.size, work.now
    bundle.leased_until, bundle.trouble, bundle.last_error = None, "", ""
    forget_stretches(work, claim.bundle_id)
    work.session.flush()
    told = {"sha256": whole.sha256, "size": whole.size, "pieces": sum_of_pieces(whole.pieces)}
    work.audit("make", ("bundle", bundle.id), **told)
    return True


def put_off_bundle(work: Work, claim: Claim, trouble: str, error: Exception) -> None:
    """Note why the bundle could not be made now, and when it is tried again, if ever.

    Args:
        trouble: one of ``TROUBLES``.
        error: of a piece that is lost, its stretch and what follows is forgotten.
    """
    bundle = _held(work, claim)
    if bundle is None:
        return
    bundle.trouble, bundle.last_error = trouble, f"{type(error).__name__}: {error}"[:2000]
    bundle.leased_until, bundle.next_at = None, SystemClock().now() + PAUSE
    if isinstance(error, PieceLost):
        bundle.losses += 1
        forget_after(work, bundle, stretch_with(work, bundle, error.ordinal))
    if bundle.attempts >= MOST_ATTEMPTS or bundle.losses >= MOST_LOSSES:
        _give_up(work, bundle)


def _give_up(work: Work, bundle: Bundle) -> None:
    bundle.state = BUNDLE.apply(bundle.state, "give_up")
    bundle.leased_until = None
    details = {"attempts": bundle.attempts, "trouble": bundle.trouble}
    work.audit("give_up", ("bundle", bundle.id), **details)


@dataclass(frozen=True)
class Asked:
    """What was asked for, without the caller's files."""

    request: BundleRequest
    given: tuple[str, ...]
    """Where the caller's files are kept."""


def asked_of(files: FileStore, claim: Claim) -> Asked:
    """Return what was asked for."""
    head = json.loads(files.get(claim.request_sha256))
    return Asked(from_json(BundleRequest, head), tuple(head["given"]))


def given_parts(files: FileStore, sha256: str) -> Iterator[BundlePart]:
    """Give the caller's files that are kept together."""
    told: list[Any] = json.loads(files.get(sha256))
    return (from_json(BundlePart, one) for one in told)


def documents_of(request: BundleRequest, organisation_id: UUID) -> Select[Document]:
    """Return the query of the documents that belong into a bundle."""
    named = {key for one in request.expected for key in one.document_ids}
    wanted: list[ColumnElement[bool]] = [
        Document.case_id.in_(request.case_ids),
        Document.id.in_(named),
    ]
    if request.kind == CALL:
        wanted.append(Document.call_id == request.call_id)
    return select(Document).where(Document.organisation_id == organisation_id, or_(*wanted))


def count_documents(work: Work, request: BundleRequest) -> int:
    """Return how many documents belong into a bundle."""
    query = documents_of(request, work.organisation_id).with_only_columns(Document.id)
    return work.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def documents_after(
    work: Work, request: BundleRequest, number: str, most: int
) -> Sequence[Document]:
    """Return the next documents of a bundle in the order of their numbers, free of the session."""
    query = documents_of(request, work.organisation_id).where(Document.number > number)
    posted = selectinload(Document.delivery).selectinload(Delivery.posted_items)
    wanted = (selectinload(Document.revisions), selectinload(Document.copies), posted)
    loaded = query.options(*wanted).order_by(Document.number)
    found = work.session.scalars(loaded.limit(most)).all()
    work.session.expunge_all()
    return found


def _held(work: Work, claim: Claim) -> Bundle | None:
    bundle = locked_bundle(work, claim.bundle_id)
    is_mine = bundle.fencing_token == claim.token and bundle.state == MAKING
    return bundle if is_mine else None
