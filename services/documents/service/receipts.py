"""The receipt of a handed-over document: a form to be signed by hand, and the signed record."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.documents.domain.content import Content, Facts, Paragraph
from services.documents.domain.content_json import content_of
from services.documents.domain.documents import SignerSlot
from services.documents.domain.drawn import Drawing, check_typed_name, read_drawing, svg_of
from services.documents.domain.receipts import SortedReceipt, receipt_code
from services.documents.models import Delivery, Letterhead
from services.documents.rendering.dates import day_in_words, exact_time
from services.documents.rendering.port import RenderRequest
from services.documents.rendering.templates import labels_of
from services.documents.service.channelling import check_paper_now
from services.documents.service.creating import DocumentFacts
from services.documents.service.printing import (
    Press,
    canonical,
    printed_letterhead,
    printing_of,
)
from services.documents.service.work import Work
from shared.contracts.codec import to_json
from shared.uploads import TEXT, FileType

KIND = "hand_over_receipt"
SCANNED, DRAWN, TYPED = "scanned", "drawn", "typed"
"""How the recipient signed: on paper, on the office's tablet, or by typing the name there."""
FINGERPRINTS = {SCANNED: "scan", DRAWN: "drawing", TYPED: "typed"}
TEXTS = {SCANNED: "hand_over_text", DRAWN: "drawn_text", TYPED: "typed_text"}


@dataclass(frozen=True)
class Scan:
    """A scanned paper, judged by its content."""

    content: bytes
    type: FileType

    @property
    def sha256(self) -> str:
        """SHA-256 of the file as it came."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Signed:
    """What bears the recipient's signature."""

    file: Scan
    way: str
    """``scanned``, ``drawn`` or ``typed``."""
    receipts: tuple[SortedReceipt, ...] = ()
    """What the codes of a scan say."""
    shown: str = ""
    """SHA-256 of the file that was handed over when somebody signed on the tablet."""
    svg: str = ""
    """The signature that was drawn."""


DRAWING = FileType("svg", "image/svg+xml", b"<svg")


def drawn(drawing: Drawing, shown: str) -> Signed:
    """Return a signature that was drawn for a file."""
    svg = svg_of(drawing)
    return Signed(Scan(svg.encode(), DRAWING), DRAWN, shown=shown, svg=svg)


def typed(work: Work, delivery: Delivery, name: str, shown: str) -> Signed:
    """Return what the recipient declared for a file by typing the name."""
    number, said_at = delivery.document.number, exact_time(work.now, "cs")
    words = f"Převzal(a) jsem osobně dokument {number}, otisk souboru (SHA-256) {shown}."
    content = f"{words}\n{name}\nNapsáno příjemcem na zařízení organizace, {said_at}.\n"
    return Signed(Scan(content.encode(), TEXT), TYPED, shown=shown)


def signed_there(
    work: Work, delivery: Delivery, received_by: str, shown: str, *, drawing: str, name: str
) -> Signed:
    """Return what the recipient drew on the spot, or typed where nothing was drawn.

    Raises:
        DrawingUnreadable, DrawingEmpty, NameNotTyped: it is no signature.
    """
    if name and drawing in ("", "[]"):
        return typed(work, delivery, check_typed_name(name, received_by), shown)
    return drawn(read_drawing(drawing), shown)


@dataclass(frozen=True)
class HandOver:
    """Who took the document over, and when."""

    handed_over_on: date
    received_by: str


def receipt_facts(
    work: Work, delivery: Delivery, hand_over: HandOver, signed: Signed
) -> DocumentFacts:
    """Return the record of a handing over, to be signed by the person who handed over.

    Args:
        delivery: Its ``sha256`` is that of the file that was handed over.

    Source:
        R39: handed over in person against signature; R97: hand-over receipt. What bears the
        recipient's signature is bound to the record by its hash; a drawn one stands in it.
    """
    document, actor = delivery.document, work.actor
    content = _content(work, delivery, hand_over, signed)
    title = labels_of(document.language)["hand_over_title"].format(number=document.number)
    hands_over = labels_of(document.language)["hands_over"]
    return DocumentFacts(
        kind=KIND,
        layout="record",
        language=document.language,
        title=title,
        content=content_of(content),
        raw_content=content,
        facts=to_json(
            {
                "delivery_id": delivery.id,
                "document_id": document.id,
                "document_sha256": delivery.sha256,
                "scan_sha256": signed.file.sha256,
                "signed": signed.way,
                "handed_over_on": hand_over.handed_over_on,
                "received_by": hand_over.received_by,
            }
        ),
        signers=(SignerSlot(0, actor.person_id or UUID(int=0), actor.name, hands_over),),
        case_id=document.case_id,
        call_id=document.call_id,
    )


def _content(work: Work, delivery: Delivery, hand_over: HandOver, signed: Signed) -> dict[str, Any]:
    language = delivery.document.language
    labels = labels_of(language)
    rows = [
        *_rows(delivery, delivery.sha256 or ""),
        (labels["handed_over_on"], day_in_words(hand_over.handed_over_on, language)),
        (labels["received_by"], hand_over.received_by),
        (labels["handed_over_by"], work.actor.name),
    ]
    if signed.way != SCANNED:
        rows.append((labels["signed_at"], exact_time(work.now, language)))
    rows.append((labels[FINGERPRINTS[signed.way]], _in_two_lines(signed.file.sha256)))
    blocks: list[dict[str, Any]] = [
        {"type": "facts", "rows": [list(row) for row in rows]},
        {"type": "paragraph", "text": labels[TEXTS[signed.way]]},
    ]
    if signed.svg:
        label = labels["drawn_by"].format(name=hand_over.received_by)
        blocks.append({"type": "drawing", "label": label, "svg": signed.svg})
    return {"reference": [], "blocks": blocks}


def print_receipt(work: Work, press: Press, delivery: Delivery) -> bytes:
    """Return the form that the recipient signs by hand; nothing of it is kept.

    Its QR code says for which file of which delivery it was printed.

    Raises:
        SwitchFirst, DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst: the data box may be usable.

    Source:
        R39: handed over in person against signature.
    """
    check_paper_now(work, delivery)
    document = delivery.document
    rows = _rows(delivery, document.sha256)
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
            content=Content((), (Facts(rows), Paragraph(labels["receipt_text"]))),
            facts=canonical({"delivery_id": str(delivery.id), "document_id": str(document.id)}),
            is_development=press.is_development,
            code=receipt_code(delivery.id, document.sha256),
        )
    )


def _rows(delivery: Delivery, file: str) -> tuple[tuple[str, str], ...]:
    document = delivery.document
    labels = labels_of(document.language)
    return (
        (labels["document"], f"{document.number} – {document.title}"),
        (labels["file"], _in_two_lines(file)),
        (labels["recipient"], "\n".join([delivery.recipient_name, *delivery.address])),
    )


def _in_two_lines(file: str) -> str:
    """Break a hash, which is too long for a line of the letter."""
    return f"{file[:32]}\n{file[32:]}"
