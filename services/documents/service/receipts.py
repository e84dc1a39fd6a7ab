"""The receipt of a handed-over document: a form to be signed by hand, and the signed record."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.documents.domain.content import Content, Facts, Paragraph
from services.documents.domain.documents import SignerSlot
from services.documents.models import Delivery, Letterhead
from services.documents.rendering.dates import day_in_words
from services.documents.rendering.port import RenderRequest
from services.documents.rendering.templates import labels_of
from services.documents.service.creating import DocumentFacts
from services.documents.service.printing import (
    Press,
    canonical,
    printed_letterhead,
    printing_of,
)
from services.documents.service.work import Work
from shared.actors import Actor
from shared.contracts.codec import to_json

KIND = "hand_over_receipt"


@dataclass(frozen=True)
class HandOver:
    """Who took the document over, and when."""

    handed_over_on: date
    received_by: str


def receipt_facts(
    actor: Actor, delivery: Delivery, hand_over: HandOver, scan_sha256: str
) -> DocumentFacts:
    """Return the record of a handing over, to be signed by the person who handed over.

    Source:
        R39: handed over in person against signature; R97: hand-over receipt. The scan with the
        recipient's signature is bound to the record by its hash.
    """
    document = delivery.document
    labels = labels_of(document.language)
    rows = (
        *_rows(delivery),
        (labels["handed_over_on"], day_in_words(hand_over.handed_over_on, document.language)),
        (labels["received_by"], hand_over.received_by),
        (labels["handed_over_by"], actor.name),
        (labels["scan"], _in_two_lines(scan_sha256)),
    )
    title = labels["hand_over_title"].format(number=document.number)
    signer = SignerSlot(0, actor.person_id or UUID(int=0), actor.name, labels["hands_over"])
    return DocumentFacts(
        kind=KIND,
        layout="record",
        language=document.language,
        title=title,
        content=Content((), (Facts(rows), Paragraph(labels["hand_over_text"]))),
        raw_content={
            "reference": [],
            "blocks": [
                {"type": "facts", "rows": [list(row) for row in rows]},
                {"type": "paragraph", "text": labels["hand_over_text"]},
            ],
        },
        facts=to_json(
            {
                "delivery_id": delivery.id,
                "document_id": document.id,
                "document_sha256": document.sha256,
                "scan_sha256": scan_sha256,
                "handed_over_on": hand_over.handed_over_on,
                "received_by": hand_over.received_by,
            }
        ),
        signers=(signer,),
        case_id=document.case_id,
        call_id=document.call_id,
    )


def print_receipt(work: Work, press: Press, delivery: Delivery) -> bytes:
    """Return the form that the recipient signs by hand; nothing of it is kept.

    Source:
        R39: handed over in person against signature.
    """
    document = delivery.document
    letterhead = work.session.get_one(Letterhead, work.organisation_id)
    labels = labels_of(document.language)
    return press.renderer.print_out(
        RenderRequest(
            document_id=delivery.id,
            number=document.number,
            kind=KIND,
            layout="receipt",
            language=document.language,
            title=labels["receipt_title"],
            created_at=work.now,
            letterhead=printed_letterhead(press, printing_of(press, letterhead)),
            content=Content((), (Facts(_rows(delivery)), Paragraph(labels["receipt_text"]))),
            facts=canonical({"delivery_id": str(delivery.id), "document_id": str(document.id)}),
            is_development=press.is_development,
        )
    )


def _rows(delivery: Delivery) -> tuple[tuple[str, str], ...]:
    document = delivery.document
    labels = labels_of(document.language)
    return (
        (labels["document"], f"{document.number} – {document.title}"),
        (labels["file"], _in_two_lines(document.sha256)),
        (labels["recipient"], "\n".join([delivery.recipient_name, *delivery.address])),
    )


def _in_two_lines(sha256: str) -> str:
    """Break a hash, which is too long for a line of the letter."""
    return f"{sha256[:32]}\n{sha256[32:]}"
