"""Signatures in two steps: plan, then take over.

The signature itself is made between the steps, outside any transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.documents.domain.approvals import check_approved
from services.documents.domain.documents import (
    DOCUMENT,
    SignerSlot,
    act_of_signature,
    check_preview,
    role_to_sign,
    slot_to_sign,
)
from services.documents.domain.records import DocumentWaitsForNobody, WrongState
from services.documents.domain.risks import earliest
from services.documents.domain.ways import SERVICE
from services.documents.models import Document, Letterhead, Signature
from services.documents.service.approving import awaits_approval, needs_approval
from services.documents.service.estimates import each_of, noted_one
from services.documents.service.issuing import ask_for_seal
from services.documents.service.loading import document_of
from services.documents.service.work import Work
from shared.document_kinds import BY_CODE
from shared.money import Money


@dataclass(frozen=True)
class SignaturePlan:
    """What is to be signed, checked and ready."""

    document_id: UUID
    number: str
    language: str
    accent: str
    slot: SignerSlot
    sha256: str
    is_first: bool
    role: str = ""
    """In which the person signs; see ``domain.documents.role_to_sign``."""


@dataclass(frozen=True)
class MadeSignature:
    """A signature that was made for a plan."""

    plan: SignaturePlan
    sha256: str
    at: datetime
    certificate_serial: str
    way: str = SERVICE
    """See ``domain.ways``."""
    revocation: str = "good"
    """``good``, or ``unsure`` when nobody told whether the certificate holds."""
    good_until: datetime | None = None
    """When its certificate ends."""


def slots_of(signatures: Sequence[Signature]) -> list[SignerSlot]:
    """Return a document's places for signatures as values."""
    return [
        SignerSlot(item.position, item.person_id, item.name, item.function, item.signed_at)
        for item in signatures
    ]


def may_sign(work: Work, document: Document) -> bool:
    """Tell whether the document waits for the actor's signature, and for nothing before it."""
    before = [s for s in document.signatures if s.signed_at is None]
    mine = [s for s in before if s.person_id == work.actor.person_id]
    is_turn = bool(mine) and (not document.in_order or before[0] is mine[0])
    return is_turn and DOCUMENT.allows(document.state, "sign") and not awaits_approval(document)


def plan_signature(work: Work, document_id: UUID, expected_sha256: str) -> SignaturePlan:
    """Check that the actor may sign exactly these bytes now.

    Raises:
        RecordUnknown: no such document.
        DocumentWaitsForNobody: it is signed, issued or cancelled.
        NotASigner, AlreadySigned, NotYourTurn, RoleNotHeld: wrong person, or not now.
        NotApproved: the director must approve it first.
        DocumentChanged: other bytes were shown.
    """
    plan = plan_present(work, document_id)
    check_preview(expected_sha256, plan.sha256, plan.number)
    return plan


def plan_present(work: Work, document_id: UUID) -> SignaturePlan:
    """Check that the actor may sign the present revision.

    Raises:
        RecordUnknown, DocumentWaitsForNobody, NotASigner, AlreadySigned, NotApproved: see above.
    """
    document = document_of(work, document_id)
    slots = slots_of(document.signatures)
    person = work.actor.person_id or UUID(int=0)
    slot = slot_to_sign(slots, person, document.number, in_order=document.in_order)
    if not DOCUMENT.allows(document.state, "sign"):
        raise DocumentWaitsForNobody(number=document.number, state=document.state)
    check_approved(
        needs_approval=needs_approval(document),
        approved_at=document.approved_at,
        number=document.number,
    )
    role = _role(work, document)
    letterhead = work.session.get_one(Letterhead, work.organisation_id)
    return SignaturePlan(
        document_id=document.id,
        number=document.number,
        language=document.language,
        accent=letterhead.accent,
        slot=slot,
        sha256=document.sha256,
        is_first=not any(item.is_signed for item in slots),
        role=role,
    )


def _role(work: Work, document: Document) -> str:
    kind = BY_CODE[document.kind]
    is_delegate = bool(kind.delegable) and work.actor.is_delegated(kind.delegable, work.today)
    return role_to_sign(kind.roles, work.actor.roles, document.number, is_delegate=is_delegate)


def take_over(work: Work, made: Sequence[MadeSignature], price: Money | None) -> list[Document]:
    """Take over signatures, all or none: each only onto the revision that it was made for.

    Args:
        price: Of one paid message; how each document would leave is kept with its signature.

    Raises:
        AlreadySigned: a double click came second.
        DocumentChanged: a colleague signed between the steps.
        WrongState: the document was cancelled between the steps.
    """
    leaving = each_of(work, [item.plan.document_id for item in made], price)
    return [
        _take_over_one(work, item, noted_one(leaving.get(item.plan.document_id))) for item in made
    ]


def _take_over_one(work: Work, made: MadeSignature, postage: dict[str, Any]) -> Document:
    document = document_of(work, made.plan.document_id, lock=True)
    slots = slots_of(document.signatures)
    person = made.plan.slot.person_id
    slot_to_sign(slots, person, document.number, in_order=document.in_order)
    check_preview(made.plan.sha256, document.sha256, document.number)
    act = act_of_signature(slots)
    if not DOCUMENT.allows(document.state, act):
        raise WrongState(number=document.number, state=document.state)
    row = next(s for s in document.signatures if s.position == made.plan.slot.position)
    row.signed_at, row.sha256 = made.at, made.sha256
    row.certificate_serial, row.way = made.certificate_serial, made.way
    row.revocation, row.role = made.revocation, made.plan.role
    document.sha256 = made.sha256
    document.good_until = earliest(document.good_until, made.good_until)
    document.state = DOCUMENT.apply(document.state, act)
    details: dict[str, Any] = {"sha256": made.sha256, "position": row.position, "way": made.way}
    details |= {"revocation": made.revocation, "role": made.plan.role, **postage}
    work.audit("sign", ("document", document.id), **details)
    if act == "sign_last":
        document.signed_at = made.at
        work.session.flush()
        ask_for_seal(work, document)
    work.session.flush()
    return document
