"""Documents that a person writes on a page: from facts, and corrections of issued ones."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.documents.domain.content_json import content_of
from services.documents.domain.documents import SignerSlot
from services.documents.domain.wording import rewritten
from services.documents.models import Document
from services.documents.service.creating import DeliveryFacts, DocumentFacts, RecipientFacts
from services.documents.service.work import Work
from shared.document_kinds import BY_CODE, PERSON, layout_of

BY_HAND = tuple(kind.code for kind in BY_CODE.values() if kind.made_by == PERSON)
"""Kinds for which no act of the product stands."""
HEADING = "#"
"""Begins a line that is the title of a part."""
LONGEST_SUBJECT = 255


@dataclass(frozen=True)
class Draft:
    """What a person wrote."""

    kind: str
    language: str
    title: str
    facts: tuple[tuple[str, str], ...]
    """Labels and values, set as a list before the text."""
    text: str
    """Paragraphs are parted by an empty line; one line that begins with ``#`` is a heading."""
    function: str
    """In which the writing person signs."""
    recipient: RecipientFacts | None = None
    own_hands: bool = False
    parties: tuple[tuple[str, str], ...] = ()
    """Others who sign the paper by hand, each with who stands for it."""


def drafted(work: Work, draft: Draft) -> DocumentFacts:
    """Return the document that the draft asks for, to be signed by the person who wrote it."""
    blocks: list[dict[str, Any]] = []
    if draft.facts:
        blocks.append({"type": "facts", "rows": [list(pair) for pair in draft.facts]})
    blocks += [_text_block(text) for text in paragraphs(draft.text)]
    if draft.parties:
        blocks.append({"type": "parties", "rows": [list(pair) for pair in draft.parties]})
    content = {"reference": [], "blocks": blocks}
    signer = SignerSlot(0, work.actor.person_id or UUID(int=0), work.actor.name, draft.function)
    return DocumentFacts(
        kind=draft.kind,
        layout=layout_of(draft.kind),
        language=draft.language,
        title=draft.title,
        content=content_of(content),
        raw_content=content,
        facts=dict(draft.facts),
        signers=(signer,),
        delivery=_delivery(draft.title, draft.recipient, own_hands=draft.own_hands),
    )


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text; a single line break stays within one."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    return [part.strip() for part in parts if part.strip()]


def _text_block(text: str) -> dict[str, Any]:
    if text.startswith(HEADING) and "\n" not in text and text.strip(HEADING).strip():
        return {"type": "heading", "text": text.lstrip(HEADING).strip()}
    return {"type": "paragraph", "text": text}


def _delivery(
    title: str, recipient: RecipientFacts | None, *, own_hands: bool
) -> DeliveryFacts | None:
    if recipient is None:
        return None
    subject = title[:LONGEST_SUBJECT]
    return DeliveryFacts(recipient=recipient, subject=subject, own_hands=own_hands)


def corrected(document: Document, title: str, texts: list[str]) -> DocumentFacts:
    """Return the correction of a document: other texts in the same form, the same signers.

    Raises:
        TooManyTexts, TextsMissing: the texts do not fit the form.
    """
    content = rewritten(document.content, texts)
    return DocumentFacts(
        kind=document.kind,
        layout=document.layout,
        language=document.language,
        title=title,
        content=content_of(content),
        raw_content=content,
        facts={"corrected": document.facts},
        signers=tuple(
            SignerSlot(s.position, s.person_id, s.name, s.function) for s in document.signatures
        ),
        case_id=document.case_id,
        call_id=document.call_id,
        delivery=_same_delivery(document, title),
        corrects_id=document.id,
    )


def _same_delivery(document: Document, title: str) -> DeliveryFacts | None:
    old = document.delivery
    if old is None:
        return None
    recipient = RecipientFacts(old.recipient_name, tuple(old.address), old.data_box_id, old.ic)
    return _delivery(title, recipient, own_hands=old.own_hands)
