"""What the register knows about a document: the verifier's measure for files of our own."""

from collections.abc import Sequence

from sqlalchemy import or_, select
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
from shared.evidence.log import vouched_details


def registered(session: Session, document: Document) -> IssuedDocument:
    """Return what the verifier has to know about a document.

    A row of the register alone makes nothing ours: whoever may write into the database could add
    one. Only those revisions are known that an act in the evidence log names.
    """
    issued = _vouched(session, document)
    unfinished = [document.preview_sha256, *(item.sha256 for item in document.signatures)]
    revisions = [KnownRevision(item, Stage.ISSUED) for item in issued]
    revisions += [
        KnownRevision(item, Stage.UNFINISHED) for item in unfinished if item and item not in issued
    ]
    serials = {item.position: item.certificate_serial or "" for item in document.signatures}
    signers = [
        ExpectedSigner(slot.field, slot.name, serials[slot.position]) for slot in slots_of(document)
    ]
    return IssuedDocument(
        number=document.number,
        present_sha256=document.sha256,
        revisions=tuple(revisions),
        signers=tuple(signers),
        seal_field=SEAL_FIELD,
        is_cancelled=document.state == CANCELLED,
    )


def _vouched(session: Session, document: Document) -> list[str]:
    """Return the revisions that the register has and the evidence log vouches for, in order."""
    rows = select(Revision.sha256).where(Revision.document_id == document.id)
    acts = vouched_details(
        session, Audit, document.organisation_id, ("document", document.id), REVISION_ACTS
    )
    named = {details.get("sha256") for details in acts}
    return [one for one in session.scalars(rows.order_by(Revision.ordinal)) if one in named]


def issued_files(session: Session, document: Document) -> frozenset[str]:
    """Return the hashes of all revisions that were ever issued of a document."""
    return frozenset(_vouched(session, document))


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
