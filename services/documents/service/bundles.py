"""Evidence bundles: asked for, paused, given up, fetched. The worker's part is elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select

from services.documents.adapters.files import FileStore
from services.documents.domain.bundles import (
    BUNDLE,
    CALL,
    READY,
    BundleIdReused,
    BundleNotReady,
    check_part_names,
)
from services.documents.domain.records import RecordUnknown
from services.documents.models import Bundle, BundleGiven, BundleStretch
from services.documents.service.letterheads import letterhead_of
from services.documents.service.printing import canonical
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.bundles import BundlePart, BundleRequest
from shared.contracts.codec import to_json

GIVEN_OCTETS = 1024 * 1024
"""Octets of the caller's files that are kept, and later read, as one file."""


@dataclass(frozen=True)
class KeptRequest:
    """A request that the store has: its head, and the caller's files apart."""

    sha256: str
    given: tuple[str, ...]


def keep_request(files: FileStore, request: BundleRequest) -> KeptRequest:
    """Keep what is asked for, in files that are small enough to be read one after another.

    Raises:
        StoreFull, StoreUnavailable: it is not kept.
    """
    given = tuple(files.put(one) for one in _gathered(request.parts))
    head = to_json(replace(request, parts=[])) | {"given": given}
    return KeptRequest(files.put(canonical(head).encode()), given)


def _gathered(parts: Sequence[BundlePart]) -> Iterator[bytes]:
    group: list[Any] = []
    octets = 0
    for part in parts:
        group.append(to_json(part))
        octets += len(part.text)
        if octets >= GIVEN_OCTETS:
            yield canonical(group).encode()
            group, octets = [], 0
    if group:
        yield canonical(group).encode()


def ask_for_bundle(
    work: Work, bundle_id: UUID, request: BundleRequest, kept: KeptRequest
) -> Bundle:
    """Note that a bundle is wanted; the same id with the same request returns the same bundle.

    Args:
        kept: the request as the store has it.

    Raises:
        BundleIdReused: the id belongs to another request.
        RecordUnknown: it belongs to another organisation.
        PartNameTaken: a part takes a name that the bundle keeps for itself.
    """
    existing = work.session.get(Bundle, bundle_id)
    if existing is not None:
        return _same(work, existing, kept.sha256)
    check_part_names([part.name for part in request.parts])
    letterhead_of(work)
    bundle = Bundle(
        id=bundle_id,
        organisation_id=work.organisation_id,
        kind=request.kind,
        title=request.title,
        subject_id=request.call_id if request.kind == CALL else request.case_ids[0],
        call_id=request.call_id,
        request_sha256=kept.sha256,
        missing=sum(one.missing is not None for one in request.expected),
        state=BUNDLE.initial,
        asked_at=work.now,
        asked_by=work.actor.name,
        next_at=SystemClock().now(),
        given=[
            BundleGiven(organisation_id=work.organisation_id, ordinal=ordinal, sha256=sha256)
            for ordinal, sha256 in enumerate(kept.given)
        ],
    )
    work.session.add(bundle)
    work.session.flush()
    details = {"kind": bundle.kind, "of": bundle.subject_id, "request": kept.sha256}
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


def ready_bundle(work: Work, bundle_id: UUID) -> Bundle:
    """Return a bundle that was made.

    Raises:
        RecordUnknown: none in this organisation.
        BundleNotReady: its file is not made.
    """
    bundle = bundle_of(work, bundle_id)
    if bundle.state != READY:
        raise BundleNotReady()
    return bundle


def note_download(work: Work, bundle_id: UUID, sha256: str, *, is_as_made: bool) -> None:
    """Note who begins to take a bundle, or to whom it was refused as not what was made.

    Whether all of it arrived, nobody here can know.

    Args:
        sha256: of the container as the database has it.

    Raises:
        RecordUnknown, BundleNotReady: see ``ready_bundle``.
    """
    act = "begin_download" if is_as_made else "refuse_download"
    work.audit(act, ("bundle", ready_bundle(work, bundle_id).id), sha256=sha256)


def pause_bundle(work: Work, bundle_id: UUID) -> Bundle:
    """Have nobody work on a bundle until somebody resumes; what is written stays.

    Raises:
        RecordUnknown, ActNotAllowed: no such bundle, or nobody works on it.
    """
    return _steer(work, bundle_id, "pause")


def resume_bundle(work: Work, bundle_id: UUID) -> Bundle:
    """Go on after a pause, or try again after it was given up.

    Raises:
        RecordUnknown, ActNotAllowed: no such bundle, or it goes on by itself or is over.
    """
    bundle = _steer(work, bundle_id, "resume")
    bundle.attempts, bundle.losses, bundle.next_at = 0, 0, SystemClock().now()
    bundle.trouble, bundle.last_error = "", ""
    return bundle


def cancel_bundle(work: Work, bundle_id: UUID) -> Bundle:
    """Give a bundle up for good; files of the store stay, as always.

    Raises:
        RecordUnknown, ActNotAllowed: no such bundle, or it is over.
    """
    bundle = _steer(work, bundle_id, "cancel")
    forget_stretches(work, bundle_id)
    return bundle


def _steer(work: Work, bundle_id: UUID, act: str) -> Bundle:
    bundle_of(work, bundle_id)
    bundle = locked_bundle(work, bundle_id)
    bundle.state = BUNDLE.apply(bundle.state, act)
    bundle.leased_until, bundle.fencing_token = None, None
    work.audit(act, ("bundle", bundle_id), done=bundle.done, total=bundle.total)
    return bundle


def locked_bundle(work: Work, bundle_id: UUID) -> Bundle:
    """Return a bundle as it is now, for nobody else to change meanwhile."""
    return work.session.get_one(Bundle, bundle_id, with_for_update=True, populate_existing=True)


def forget_stretches(work: Work, bundle_id: UUID) -> None:
    """Take away the notes about a bundle that nobody goes on with."""
    work.session.execute(delete(BundleStretch).where(BundleStretch.bundle_id == bundle_id))
