"""Evidence bundles: claimed by a worker, kept stretch by stretch, taken over when ready."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.orm import selectinload

from services.documents.adapters.files import FileStore
from services.documents.domain.bundles import BUNDLE, CALL, MAKING, WAITING
from services.documents.failpoints import hit
from services.documents.models import Bundle, BundlePiece, BundleStretch, Document
from services.documents.service.bundles import forget_stretches, locked_bundle
from services.documents.service.letterheads import letterhead_of
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.bundles import BundlePart, BundleRequest
from shared.contracts.codec import from_json

PIECE = 8 * 1024 * 1024
"""Octets of a container that are kept as one file."""
LEASE = timedelta(minutes=2)
PAUSE = timedelta(minutes=1)
MOST_ATTEMPTS = 60
"""Without a stretch in between. An outage of a time stamp authority is waited out for an hour."""


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
class Stretch:
    """Some of a container that the store has."""

    pieces: tuple[str, ...]
    """SHA-256, in their order."""
    chapter: str
    """Where to go on after it."""
    notes: bytes


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


def keep_pieces(files: FileStore, stretch: BinaryIO) -> tuple[str, ...]:
    """Keep what a file holds, piece by piece.

    Raises:
        StoreFull, StoreUnavailable: it is not kept.
    """
    stretch.seek(0)
    pieces = []
    while piece := stretch.read(PIECE):
        pieces.append(files.put(piece))
    hit("bundle.stored")
    return tuple(pieces)


def keep_stretch(
    work: Work, claim: Claim, stretch: Stretch, progress: Progress, key: bytes
) -> bool:
    """Take over what was written, so that nobody writes it again.

    Args:
        key: of the marks; see ``stretches_of``.

    Returns:
        ``False`` when the bundle is not this worker's now: paused, given up, or another's.
    """
    bundle = _held(work, claim)
    if bundle is None:
        return False
    rows = _rows(work, claim)
    here = sum(row.pieces for row in rows)
    work.session.add_all(
        BundlePiece(
            organisation_id=claim.organisation_id,
            bundle_id=claim.bundle_id,
            ordinal=here + number,
            sha256=sha256,
        )
        for number, sha256 in enumerate(stretch.pieces)
    )
    work.session.add(
        BundleStretch(
            organisation_id=claim.organisation_id,
            bundle_id=claim.bundle_id,
            ordinal=len(rows),
            pieces=len(stretch.pieces),
            chapter=stretch.chapter,
            notes=stretch.notes,
            mark=_mark(key, rows[-1].mark if rows else claim.bundle_id.bytes, stretch),
        )
    )
    _note(bundle, progress)
    bundle.attempts, bundle.last_error = 1, ""
    work.session.flush()
    hit("bundle.kept")
    return True


def stretches_of(work: Work, claim: Claim, key: bytes) -> list[Stretch] | None:
    """Return what is written of a bundle already.

    Each stretch has a mark by a key that lies outside of the database. Otherwise whoever can
    write there could put words of his own under the seal.

    Returns:
        ``None`` when a mark is wrong: altered, or made by another machine.
    """
    last, found = claim.bundle_id.bytes, []
    query = select(BundlePiece.sha256).where(BundlePiece.bundle_id == claim.bundle_id)
    pieces = iter(work.session.scalars(query.order_by(BundlePiece.ordinal)).all())
    for row in _rows(work, claim):
        own = tuple(next(pieces, "") for _ in range(row.pieces))
        stretch = Stretch(own, row.chapter, row.notes)
        last = _mark(key, last, stretch)
        if not hmac.compare_digest(last, row.mark):
            return None
        found.append(stretch)
    return found if next(pieces, None) is None else None


def begin_anew(work: Work, claim: Claim) -> None:
    """Forget what is written of a bundle, because nobody can go on with it."""
    forget_stretches(work, claim.bundle_id)
    work.session.execute(delete(BundlePiece).where(BundlePiece.bundle_id == claim.bundle_id))


def _rows(work: Work, claim: Claim) -> Sequence[BundleStretch]:
    own = select(BundleStretch).where(BundleStretch.bundle_id == claim.bundle_id)
    return work.session.scalars(own.order_by(BundleStretch.ordinal)).all()


def _mark(key: bytes, before: bytes, stretch: Stretch) -> bytes:
    told = "\n".join((stretch.chapter, *stretch.pieces)).encode()
    return hmac.digest(key, before + hashlib.sha256(stretch.notes).digest() + told, "sha256")


def keep_bundle(work: Work, claim: Claim, sha256: str, size: int) -> bool:
    """Declare the container whole; ``False`` when the bundle is not this worker's now.

    Args:
        sha256: of all its pieces, one after another.
        size: octets of all of them.
    """
    bundle = _held(work, claim)
    if bundle is None:
        return False
    bundle.state = BUNDLE.apply(bundle.state, "finish")
    bundle.hash, bundle.size, bundle.ready_at = sha256, size, work.now
    bundle.leased_until, bundle.last_error = None, ""
    forget_stretches(work, claim.bundle_id)
    work.session.flush()
    work.audit("make", ("bundle", bundle.id), sha256=sha256, size=size)
    return True


def put_off_bundle(work: Work, claim: Claim, error: str) -> None:
    """Note why the bundle could not be made now, and when it is tried again, if ever."""
    bundle = _held(work, claim)
    if bundle is None:
        return
    bundle.last_error, bundle.leased_until = error[:2000], None
    bundle.next_at = SystemClock().now() + PAUSE
    if bundle.attempts >= MOST_ATTEMPTS:
        _give_up(work, bundle)


def _give_up(work: Work, bundle: Bundle) -> None:
    bundle.state = BUNDLE.apply(bundle.state, "give_up")
    bundle.leased_until = None
    work.audit("give_up", ("bundle", bundle.id), attempts=bundle.attempts)


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
    loaded = query.options(selectinload(Document.revisions)).order_by(Document.number)
    found = work.session.scalars(loaded.limit(most)).all()
    work.session.expunge_all()
    return found


def _held(work: Work, claim: Claim) -> Bundle | None:
    bundle = locked_bundle(work, claim.bundle_id)
    is_mine = bundle.fencing_token == claim.token and bundle.state == MAKING
    return bundle if is_mine else None
