"""Finding rows, always within the organisation and within what the person may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, defaultload, lazyload

from services.documents.domain.documents import DRAFT, ISSUED, SIGNING
from services.documents.domain.records import RecordUnknown
from services.documents.models import Delivery, Document, Proof, Signature, SigningKey
from services.documents.service.work import Work
from shared.document_kinds import KINDS

SEES_ALL = ("director", "assistant", "registrar", "auditor")
"""Roles that see every document of the organisation; others see those that they sign."""
APPROVED_FIRST = tuple(kind.code for kind in KINDS if kind.needs_approval)
"""Kinds that nobody signs before the director has approved them."""
ALONE = defaultload(Delivery.document).options(
    lazyload(Document.signatures), lazyload(Document.delivery)
)
"""A delivery without those who signed its document and without, once more, itself: two questions
less where thousands are handled one after another."""


def visible_documents(work: Work) -> Select[Document]:
    """Return the query of the documents that the actor may see."""
    query = select(Document).where(Document.organisation_id == work.organisation_id)
    if _sees_all(work):
        return query
    mine = (
        select(Signature.document_id)
        .join(Document)
        .where(
            Signature.organisation_id == work.organisation_id,
            Signature.person_id == work.actor.person_id,
        )
    )
    shown = [kind.code for kind in KINDS if work.actor.has_role(*kind.read_by)]
    is_for_reading = and_(Document.kind.in_(shown), Document.state == ISSUED)
    return query.where(or_(Document.id.in_(mine), is_for_reading))


def document_of(work: Work, document_id: UUID, *, lock: bool = False) -> Document:
    """Return a document.

    Raises:
        RecordUnknown: none in this organisation that the actor may see.
    """
    query = visible_documents(work).where(Document.id == document_id)
    found = work.session.scalar(query.with_for_update(of=Document) if lock else query)
    if found is None:
        raise RecordUnknown()
    return found


def visible_deliveries(work: Work) -> Select[Delivery]:
    """Return the query of the deliveries that the actor may see."""
    query = select(Delivery).where(Delivery.organisation_id == work.organisation_id)
    if _sees_all(work):
        return query
    documents = visible_documents(work).with_only_columns(Document.id)
    return query.where(Delivery.document_id.in_(documents))


def _sees_all(work: Work) -> bool:
    return work.actor.service is not None or work.actor.has_role(*SEES_ALL)


def delivery_of(work: Work, delivery_id: UUID) -> Delivery:
    """Return a delivery.

    Raises:
        RecordUnknown: none in this organisation that the actor may see.
    """
    found = work.session.scalar(visible_deliveries(work).where(Delivery.id == delivery_id))
    if found is None:
        raise RecordUnknown()
    return found


def proof_of(work: Work, delivery_id: UUID, proof_id: UUID) -> Proof:
    """Return a proof of a delivery.

    Raises:
        RecordUnknown: no such proof of this delivery.
    """
    delivery = delivery_of(work, delivery_id)
    for proof in delivery.proofs:
        if proof.id == proof_id:
            return proof
    raise RecordUnknown()


def current_key(work: Work) -> SigningKey | None:
    """Return the actor's signing key, or ``None`` before it was made."""
    return work.session.scalar(
        select(SigningKey).where(
            SigningKey.organisation_id == work.organisation_id,
            SigningKey.person_id == work.actor.person_id,
            SigningKey.replaced_at.is_(None),
        )
    )


def waiting_documents(work: Work) -> Select[Document]:
    """Return the query of the documents that wait for the actor's signature."""
    return select(Document).where(
        Document.organisation_id == work.organisation_id,
        is_due_to(work, work.actor.person_id),
        or_(Document.approved_at.is_not(None), Document.kind.not_in(APPROVED_FIRST)),
    )


def is_due_to(work: Work, person_id: UUID | None) -> ColumnElement[bool]:
    """Return the condition that a document waits for the person: asked, unsigned, and in turn."""
    mine = (
        select(Signature.document_id)
        .join(Document)
        .where(
            Signature.organisation_id == work.organisation_id,
            Signature.person_id == person_id,
            Signature.signed_at.is_(None),
            or_(Document.in_order.is_(False), ~_somebody_before()),
        )
    )
    return and_(Document.state.in_((DRAFT, SIGNING)), Document.id.in_(mine))


def _somebody_before() -> Exists:
    """Tell in a query of signatures whether one that was named before is missing."""
    before = aliased(Signature)
    return exists().where(
        before.document_id == Signature.document_id,
        before.position < Signature.position,
        before.signed_at.is_(None),
    )


def documents_to_approve(work: Work) -> Select[Document]:
    """Return the query of the documents that wait for the director's approval."""
    return select(Document).where(
        Document.organisation_id == work.organisation_id,
        Document.state == "draft",
        Document.approved_at.is_(None),
        Document.kind.in_(APPROVED_FIRST),
    )
