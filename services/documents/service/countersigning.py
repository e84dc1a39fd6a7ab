"""Counter-signed copies of agreements: kept as they came, with what the verifier said then."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.documents.adapters.files import FileStore
from services.documents.domain.countersigning import (
    CopyKeptAlready,
    NotCountersigned,
    check_copy,
    check_received,
)
from services.documents.domain.records import RecordUnknown
from services.documents.models import CountersignedCopy, Document
from services.documents.service.loading import document_of
from services.documents.service.receipts import Scan
from services.documents.service.register import document_with
from services.documents.service.work import Work
from shared.audit import row_hash
from shared.calendar_cz import prague_day
from shared.document_kinds import BY_CODE


@dataclass(frozen=True)
class Countersigned:
    """What another party sent back."""

    file: Scan
    name: str
    """Of the file, as it came."""
    signed_by: str
    """Who signed for the other party."""
    received_on: date


@dataclass(frozen=True)
class Word:
    """What the verifier said of the file."""

    verdict: str = ""
    """Empty for a file without electronic signatures that raises no other doubt."""
    report: dict[str, Any] | None = None


def takes_copies(document: Document) -> bool:
    """Tell whether another party signs documents of this kind."""
    return document.kind in BY_CODE and BY_CODE[document.kind].is_countersigned


def check_countersigned(work: Work, document_id: UUID, came: Countersigned) -> str:
    """Return the cleaned name of who signed, if the copy may be kept.

    Raises:
        RecordUnknown: no such document.
        NotAnAgreement, AgreementNotIssued, CountersignerMissing, ProofFromFuture,
        ProofBeforeIssue: no copy of it can be kept so.
        NotCountersigned, CopyKeptAlready: the file is no other one.
    """
    document = document_of(work, document_id)
    issued_on = prague_day(document.issued_at) if document.issued_at else None
    signed_by = check_copy(
        number=document.number,
        is_agreement=takes_copies(document),
        state=document.state,
        issued_on=issued_on,
        signed_by=came.signed_by,
    )
    check_received(came.received_on, issued_on or work.today, work.today)
    ours = document_with(work.session, [came.file.sha256])
    if ours is not None and ours.organisation_id == work.organisation_id:
        raise NotCountersigned(number=ours.number)
    if any(one.sha256 == came.file.sha256 for one in document.copies):
        raise CopyKeptAlready(number=document.number)
    return signed_by


def keep_countersigned(
    work: Work, files: FileStore, document_id: UUID, came: Countersigned, word: Word
) -> CountersignedCopy:
    """Keep a copy that was judged.

    Raises:
        others: see ``check_countersigned``.
    """
    document = document_of(work, document_id, lock=True)
    signed_by = check_countersigned(work, document_id, came)
    copy = CountersignedCopy(
        id=uuid4(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        ordinal=len(document.copies) + 1,
        sha256=files.put(came.file.content),
        file_name=came.name,
        media_type=came.file.type.media_type,
        signed_by=signed_by,
        received_on=came.received_on,
        kept_at=work.now,
        kept_by=work.actor.name,
        verdict=word.verdict,
        report=word.report or {},
    )
    work.session.add(copy)
    work.session.flush()
    work.session.expire(document, ["copies"])
    told = {"sha256": copy.sha256, "verdict": copy.verdict, "received_on": copy.received_on}
    subject = ("document", document.id)
    work.audit("keep_countersigned", subject, **told, row_sha256=row_hash(copy))
    return copy


def copy_of(work: Work, document_id: UUID, copy_id: UUID) -> CountersignedCopy:
    """Return a counter-signed copy of a document.

    Raises:
        RecordUnknown: no such copy of a document that the actor may see.
    """
    found = (one for one in document_of(work, document_id).copies if one.id == copy_id)
    copy = next(found, None)
    if copy is None:
        raise RecordUnknown()
    return copy
