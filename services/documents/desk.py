"""How api and web open a use case: transaction, acting person and tools of the request."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import cast
from uuid import UUID

from flask import Response, current_app, request
from werkzeug.datastructures import FileStorage

from services.documents.acts import Bench
from services.documents.adapters.files import (
    FileDamaged,
    FileMissing,
    FileStore,
    StoreUnavailable,
)
from services.documents.domain.bundles import BundleChanged
from services.documents.domain.deliveries import takes_paper
from services.documents.domain.numbering import file_name
from services.documents.domain.records import PaperNotAllowed
from services.documents.evidence.containers import MEDIA_TYPE
from services.documents.leaving import Gate
from services.documents.models import db
from services.documents.scanning import read_receipts
from services.documents.service.bundles import note_download, ready_bundle
from services.documents.service.channelling import check_paper_now
from services.documents.service.loading import delivery_of, document_of
from services.documents.service.printing import Press
from services.documents.service.receipts import SCANNED, Scan, Signed
from services.documents.service.records import record_of_revision
from services.documents.service.work import Work
from services.documents.storage.containers import Container, container_of
from services.documents.tools import Tools, press_of
from shared.auth import current_actor
from shared.db import mark_reading, transaction
from shared.uploads import SCANS, FileType, check_file, safe_name
from shared.web.downloads import disposition

log = logging.getLogger(__name__)

OFFICE_ROLES = ("director", "assistant", "registrar")
"""Roles that see to documents and deliveries of the office."""
RISK_ROLES = (*OFFICE_ROLES, "operator", "auditor")
"""Roles that look after what is at risk."""
PDF = "application/pdf"
BINARY = "application/octet-stream"
RECEIPT = "potvrzeni-o-prevzeti.pdf"


@contextmanager
def working() -> Iterator[Work]:
    """Open a use case that writes: everything in it is committed, or nothing."""
    with transaction(db.session()) as session:
        yield Work(session, current_actor(), tools().clock)


def looking() -> Work:
    """Return what a page needs to read."""
    return Work(db.session(), current_actor(), tools().clock)


def tools() -> Tools:
    """Return the ports of this app."""
    return cast("Tools", current_app.extensions["documents-tools"])


def bench() -> Bench:
    """Return the place of an act that reaches beyond the database."""
    return Bench(db.session, tools(), current_actor())


def gate() -> Gate:
    """Return where letters go out."""
    return Gate(db.session, tools())


def press() -> Press:
    """Return what makes files."""
    return press_of(tools())


def read_scan(upload: FileStorage) -> Scan:
    """Read and judge an uploaded scan.

    Raises:
        FileEmpty, FileTooLarge, FileTypeNotAllowed, FileTypeMismatch.
    """
    content, limit = upload.read(), tools().settings.max_upload_mb
    name = safe_name(upload.filename or "")
    return Scan(content, check_file(content, name=name, limit_mb=limit, allowed=SCANS))


def signed_scan(scan: Scan, delivery_id: UUID) -> Signed:
    """Return what a scan of a signed receipt says by its codes.

    It is not read for a delivery that takes no paper: the act itself says what stands in its way.

    Raises:
        ScanUnreadable, ScanTooLong, PageWithoutCode, PageWithTwoCodes, NoReceiptFound,
        VerifierBusy: see ``scanning.read_receipts``.
    """
    delivery = delivery_of(looking(), delivery_id)
    if not takes_paper(delivery.state, delivery.reason):
        return Signed(scan, SCANNED)
    return Signed(scan, SCANNED, receipts=read_receipts(scan).receipts)


def read_upload(upload: FileStorage, *allowed: FileType) -> bytes:
    """Read an uploaded file and judge its type by its content.

    Raises:
        FileEmpty, FileTooLarge, FileTypeNotAllowed, FileTypeMismatch.
    """
    content: bytes = upload.read()
    limit = tools().settings.max_upload_mb
    check_file(content, name=safe_name(upload.filename or ""), limit_mb=limit, allowed=allowed)
    return content


def file_answer(content: bytes, name: str, media_type: str, *, is_shown: bool = False) -> Response:
    """Serve a file; shown within a page only when it is a document of ours."""
    response = Response(content, mimetype=media_type)
    kind = "inline" if is_shown else "attachment"
    response.headers["Content-Disposition"] = disposition(name, kind)
    return response


def letter_answer(delivery_id: UUID) -> Response:
    """Serve the file of a letter that leaves on paper, judged before.

    Raises:
        RecordUnknown, PaperNotAllowed: there is no such letter, or no paper for it.
        SwitchFirst, DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst: the data box may be usable.
        FileUnsound, VerifierBusy: see ``Gate.paper_file``.
    """
    work = looking()
    delivery = delivery_of(work, delivery_id)
    if not takes_paper(delivery.state, delivery.reason):
        raise PaperNotAllowed(reason=delivery.reason)
    check_paper_now(work, delivery)
    name = file_name(delivery.document.number, delivery.document.title)
    content = gate().paper_file(current_actor(), delivery_id)
    return file_answer(content, name, PDF)


def record_answer(work: Work, document_id: UUID, sha256: str | None = None) -> Response:
    """Serve the evidence record (RFC 4998) of a revision, by default of the present one.

    Raises:
        RecordUnknown: no such document, or it has no such revision.
        RecordNotYet: the revision has not been gathered yet.
    """
    document = document_of(work, document_id)
    record = record_of_revision(work, document, sha256 or document.sha256)
    name = file_name(document.number, document.title).removesuffix(".pdf")
    return file_answer(record, f"{name}.ers", BINARY)


def bundle_answer(bundle_id: UUID) -> Response:
    """Serve the container of a bundle piece by piece, and note first who takes it.

    Its pieces are those that the evidence log says were made; the store compares each with its
    name as it leaves. A missing or damaged one breaks the download off before its end, so the
    length that was told is not reached. Who asks for the head alone takes nothing.

    Raises:
        RecordUnknown, BundleNotReady: see the use case.
        BundleChanged: it is not what was made, or its first piece is not in the store as it was
            kept; the refusal stays in the audit trail.
        StoreUnavailable: the store cannot tell now.
    """
    is_taken = request.method != "HEAD"
    mark_reading(not is_taken)  # a download is an act of its own
    work = looking()
    made = container_of(work.session, ready_bundle(work, bundle_id))
    work.session.rollback()  # reading a large one takes its time; no transaction waits for it
    body = _begun(bundle_id, made, is_taken=is_taken)
    if is_taken:
        with working() as work:
            note_download(work, bundle_id, made.sha256, is_as_made=body is not None)
    if body is None:
        log.error("a bundle is not what was made", extra={"bundle_id": str(bundle_id)})
        raise BundleChanged()
    response = Response(body, mimetype=MEDIA_TYPE)
    response.content_length = made.size
    name = f"vyzva-{bundle_id}.asice"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _begun(bundle_id: UUID, made: Container, *, is_taken: bool) -> Iterable[bytes] | None:
    """Return what leaves, its first piece read; ``None`` when that is not what was made."""
    if not made.is_as_made:
        return None
    if not is_taken:
        return ()
    files, pieces = tools().files, iter(made.pieces)
    try:
        first = files.get(next(pieces))
    except (FileMissing, FileDamaged):
        return None
    return chain([first], _rest(files, bundle_id, pieces))


def _rest(files: FileStore, bundle_id: UUID, pieces: Iterator[str]) -> Iterator[bytes]:
    try:
        yield from map(files.get, pieces)
    except (FileMissing, FileDamaged, StoreUnavailable) as error:
        told = {"bundle_id": str(bundle_id), "error": type(error).__name__}
        log.error("a bundle broke off while it was taken", extra=told)
        raise
