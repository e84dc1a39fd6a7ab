"""Evidence bundles: asked for, claimed by a worker, kept, fetched."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from services.documents.adapters.files import FileStore
from services.documents.domain.bundles import (
    BUNDLE,
    CALL,
    MAKING,
    READY,
    WAITING,
    BundleIdReused,
    BundleNotReady,
    check_part_names,
)
from services.documents.domain.records import RecordUnknown
from services.documents.models import Bundle, BundlePiece, Document
from services.documents.service.letterheads import letterhead_of
from services.documents.service.printing import canonical
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.bundles import BundleRequest
from shared.contracts.codec import from_json, to_json

PIECE = 8 * 1024 * 1024
"""Octets of a container that are kept as one file."""
LEASE = timedelta(minutes=2)
PAUSE = timedelta(minutes=1)
MOST_ATTEMPTS = 60
"""An outage of a time stamp authority is waited out for an hour; then a person asks again."""


def ask_for_bundle(work: Work, files: FileStore, bundle_id: UUID, request: BundleRequest) -> Bundle:
    """Note that a bundle is wanted; the same id with the same request returns the same bundle.

    Raises:
        BundleIdReused: the id belongs to another request.
        RecordUnknown: it belongs to another organisation.
        PartNameTaken: a part takes a name that the bundle keeps for itself.
    """
    sha256 = files.put(canonical(to_json(request)).encode())
    existing = work.session.get(Bundle, bundle_id)
    if existing is not None:
        return _same(work, existing, sha256)
    check_part_names([part.name for part in request.parts])
    letterhead_of(work)
    bundle = Bundle(
        id=bundle_id,
        organisation_id=work.organisation_id,
        kind=request.kind,
        title=request.title,
        subject_id=request.call_id if request.kind == CALL else request.case_ids[0],
        call_id=request.call_id,
        request_sha256=sha256,
        missing=sum(one.missing is not None for one in request.expected),
        state=BUNDLE.initial,
        asked_at=work.now,
        asked_by=work.actor.name,
        next_at=SystemClock().now(),
    )
    work.session.add(bundle)
    work.session.flush()
    details = {"kind": bundle.kind, "of": bundle.subject_id, "request": sha256}
    work.audit("ask_for", ("bundle", bundle_id), **details)
    return bundle


def _same(work: Work, existing: Bundle, sha256: str) -> Bundle:
    if existing.organisation_id != work.organisation_id:
        raise RecordUnknown()
    if existing.request_sha256 != sha256:
        raise BundleIdReused()
    return existing


def bundle_of(work: Work, bundle_id: UUID) -> Bundle:
    """Return a bundle.

    Raises:
        RecordUnknown: none in this organisation.
    """
    own = select(Bundle).where(Bundle.organisation_id == work.organisation_id)
    found = work.session.scalar(own.where(Bundle.id == bundle_id))
    if found is None:
        raise RecordUnknown()
    return found


def bundles_about(work: Work, subject_id: UUID | None, call_id: UUID | None) -> Select[Bundle]:
    """Return the query of the bundles of a subject, of a call, or of all; the newest first."""
    query = select(Bundle).where(Bundle.organisation_id == work.organisation_id)
    if subject_id is not None:
        query = query.where(Bundle.subject_id == subject_id)
    if call_id is not None:
        query = query.where(Bundle.call_id == call_id)
    return query.order_by(Bundle.asked_at.desc(), Bundle.id)


def fetch_bundle(work: Work, bundle_id: UUID) -> Bundle:
    """Return a bundle that is about to be given away, and note who takes it.

    Raises:
        RecordUnknown: none in this organisation.
        BundleNotReady: its file is not made.
    """
    bundle = bundle_of(work, bundle_id)
    if bundle.state != READY:
        raise BundleNotReady()
    work.audit("download", ("bundle", bundle_id), sha256=bundle.hash)
    return bundle


# The worker's part.


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
    """Begin, or begin again after a worker that died; ``None`` when another was faster."""
    bundle = _locked(work, bundle_id)
    now = SystemClock().now()
    is_held = bundle.leased_until is not None and bundle.leased_until >= now
    if is_held or not BUNDLE.allows(bundle.state, "begin"):
        return None
    bundle.state = BUNDLE.apply(bundle.state, "begin")
    bundle.leased_until, bundle.fencing_token = now + LEASE, uuid4()
    bundle.attempts += 1
    bundle.done = 0
    work.session.flush()
    return Claim(
        bundle_id=bundle.id,
        organisation_id=bundle.organisation_id,
        token=bundle.fencing_token,
        organisation=letterhead_of(work).name,
        title=bundle.title,
        asked_at=bundle.asked_at,
        asked_by=bundle.asked_by,
        request_sha256=bundle.request_sha256,
    )


def note_progress(work: Work, claim: Claim, done: int, total: int) -> bool:
    """Tell how far the bundle is and hold it longer; ``False`` when another worker has it."""
    bundle = _held(work, claim)
    if bundle is None:
        return False
    bundle.done, bundle.total = done, total
    bundle.leased_until = SystemClock().now() + LEASE
    return True


@dataclass(frozen=True)
class KeptContainer:
    """A container that the store has."""

    sha256: str
    size: int
    pieces: Sequence[str]
    """SHA-256 of its pieces, in their order."""


def keep_pieces(files: FileStore, container: BinaryIO) -> KeptContainer:
    """Keep a container piece by piece.

    Raises:
        StoreFull, StoreUnavailable: it is not kept.
    """
    whole, pieces, size = hashlib.sha256(), [], 0
    container.seek(0)
    while piece := container.read(PIECE):
        whole.update(piece)
        size += len(piece)
        pieces.append(files.put(piece))
    return KeptContainer(whole.hexdigest(), size, pieces)


def keep_bundle(work: Work, claim: Claim, kept: KeptContainer) -> bool:
    """Take over the container; ``False`` when another worker has the bundle."""
    bundle = _held(work, claim)
    if bundle is None:
        return False
    bundle.state = BUNDLE.apply(bundle.state, "finish")
    bundle.hash, bundle.size, bundle.ready_at = kept.sha256, kept.size, work.now
    bundle.pieces = [
        BundlePiece(organisation_id=bundle.organisation_id, ordinal=ordinal, sha256=sha256)
        for ordinal, sha256 in enumerate(kept.pieces)
    ]
    bundle.leased_until, bundle.last_error = None, ""
    work.session.flush()
    work.audit("make", ("bundle", bundle.id), sha256=kept.sha256, size=kept.size)
    return True


def put_off_bundle(work: Work, claim: Claim, error: str) -> None:
    """Note why the bundle could not be made now, and when it is tried again, if ever."""
    bundle = _held(work, claim)
    if bundle is None:
        return
    bundle.last_error, bundle.leased_until = error[:2000], None
    bundle.next_at = SystemClock().now() + PAUSE
    if bundle.attempts >= MOST_ATTEMPTS:
        bundle.state = BUNDLE.apply(bundle.state, "give_up")
        work.audit("give_up", ("bundle", bundle.id), attempts=bundle.attempts)


def request_of(files: FileStore, claim: Claim) -> BundleRequest:
    """Return what was asked for."""
    return from_json(BundleRequest, json.loads(files.get(claim.request_sha256)))


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
    bundle = _locked(work, claim.bundle_id)
    is_mine = bundle.fencing_token == claim.token and bundle.state == MAKING
    return bundle if is_mine else None


def _locked(work: Work, bundle_id: UUID) -> Bundle:
    return work.session.get_one(Bundle, bundle_id, with_for_update=True, populate_existing=True)
