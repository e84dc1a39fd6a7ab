"""What the register knows about a document: the verifier's measure for files of our own."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from services.documents.domain.documents import CANCELLED
from services.documents.models import REVISION_ACTS, Audit, Document, Revision, Signature
from services.documents.rendering.port import SEAL_FIELD
from services.documents.service.signing import slots_of
from services.documents.verification.issued import (
    ExpectedSigner,
    IssuedDocument,
    Stage,
)
from services.documents.verification.issued import Revision as KnownRevision
from shared.evidence.log import vouched_details_of

SIGNATURES = (
    select(Signature)
    .where(Signature.document_id.in_(bindparam("ids", expanding=True)))
    .order_by(Signature.position)
)
REVISIONS = (
    select(Revision.document_id, Revision.sha256)
    .where(Revision.document_id.in_(bindparam("ids", expanding=True)))
    .order_by(Revision.ordinal)
)
"""Asked for the letters that leave, so put together once."""


def registered(session: Session, document: Document) -> IssuedDocument:
    """Return what the verifier has to know about a document; see :func:`registered_all`."""
    return registered_all(session, [document])[document.id]


def registered_all(session: Session, documents: Sequence[Document]) -> dict[UUID, IssuedDocument]:
    """Return what the verifier has to know about documents, by their ids; in three questions.

    A row of the register alone makes nothing ours: whoever may write into the database could add
    one. Only those revisions are known that an act in the evidence log names.

    Args:
        documents: With their columns; they may be free of any session.
    """
    issued, signed = _vouched(session, documents), defaultdict[UUID, list[Signature]](list)
    for one in session.scalars(SIGNATURES, {"ids": list(issued)}):
        signed[one.document_id].append(one)
    return {one.id: _registered(one, issued[one.id], signed[one.id]) for one in documents}


def _registered(
    document: Document, issued: list[str], signatures: Sequence[Signature]
) -> IssuedDocument:
    unfinished = [document.preview_sha256, *(item.sha256 for item in signatures)]
    revisions = [KnownRevision(item, Stage.ISSUED) for item in issued]
    revisions += [
        KnownRevision(item, Stage.UNFINISHED) for item in unfinished if item and item not in issued
    ]
    signers = [
        ExpectedSigner(slot.field, slot.name, item.certificate_serial or "")
        for item, slot in zip(signatures, slots_of(signatures), strict=True)
    ]
    return IssuedDocument(
        number=document.number,
        present_sha256=document.sha256,
        revisions=tuple(revisions),
        signers=tuple(signers),
        seal_field=SEAL_FIELD,
        is_cancelled=document.state == CANCELLED,
    )


def _vouched(session: Session, documents: Sequence[Document]) -> dict[UUID, list[str]]:
    """Return the revisions that the register has and the evidence log vouches for, in order."""
    of_organisation = defaultdict[UUID, list[UUID]](list)
    for one in documents:
        of_organisation[one.organisation_id].append(one.id)
    found: dict[UUID, list[str]] = {one.id: [] for one in documents}
    named: dict[UUID, set[Any]] = {}
    for own, ids in of_organisation.items():
        acts = vouched_details_of(session, Audit, own, "document", ids, REVISION_ACTS)
        named |= {one: {details.get("sha256") for details in said} for one, said in acts.items()}
    for document_id, sha256 in session.execute(REVISIONS, {"ids": list(found)}):
        if sha256 in named[document_id]:
            found[document_id].append(sha256)
    return found


def issued_files(session: Session, document: Document) -> frozenset[str]:
    """Return the hashes of all revisions that were ever issued of a document."""
    return frozenset(_vouched(session, [document])[document.id])


def newest_file(session: Session, document: Document) -> str | None:
    """Return the hash of the last revision that was added to the register; ``None`` before issue.

    The register of revisions only ever grows, unlike the row of the document.
    """
    own = select(Revision.sha256).where(Revision.document_id == document.id)
    return session.scalars(own.order_by(Revision.ordinal.desc()).limit(1)).first()


def document_with(session: Session, hashes: Sequence[str]) -> Document | None:
    """Return the document to which a file with one of these hashes belongs, of any organisation.

    The earlier a hash stands in the list the more it counts.
    """
    found = session.scalars(
        select(Document).where(
            or_(
                Document.sha256.in_(hashes),
                Document.preview_sha256.in_(hashes),
                Document.id.in_(select(Revision.document_id).where(Revision.sha256.in_(hashes))),
                Document.id.in_(select(Signature.document_id).where(Signature.sha256.in_(hashes))),
            )
        )
    ).all()
    return found[0] if found else None
