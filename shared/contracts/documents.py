"""What documents takes and gives: a document made of typed blocks, its signatures, its delivery.

documents knows nothing of points, fiches or law. The caller composes the words of a kind from
the catalogue (``shared/document_kinds.py``); documents typesets, collects signatures, seals,
stamps, delivers and proves.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

LAYOUTS = ("letter", "record", "list", "minutes")
LANGUAGES = ("cs", "en", "de")


@dataclass(frozen=True)
class Content:
    """What is typeset: reference lines on top, then blocks in order (see the block makers)."""

    reference: list[tuple[str, str]] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)


def paragraph(text: str) -> dict[str, Any]:
    """Make a paragraph; the text is data, never markup."""
    return {"type": "paragraph", "text": text}


def heading(text: str) -> dict[str, Any]:
    """Make a heading within the document."""
    return {"type": "heading", "text": text}


def statement(text: str) -> dict[str, Any]:
    """Make the exact wording of an act, such as "PŘÍJEM ŽÁDOSTI"; typeset large."""
    return {"type": "statement", "text": text}


def fact_rows(*rows: tuple[str, str]) -> dict[str, Any]:
    """Make a two-column list of label and value."""
    return {"type": "facts", "rows": [list(row) for row in rows]}


def table(
    columns: list[tuple[str, str]], rows: list[list[str]], totals: list[str] | None = None
) -> dict[str, Any]:
    """Make a table; each column is (label, ``left`` or ``right``)."""
    block: dict[str, Any] = {
        "type": "table",
        "columns": [{"label": label, "align": align} for label, align in columns],
        "rows": rows,
    }
    if totals:
        block["totals"] = totals
    return block


def checklist(*items: tuple[str, str, str]) -> dict[str, Any]:
    """Make a check list of (label, ``yes`` / ``no`` / ``n_a``, note)."""
    rows = [{"label": label, "verdict": verdict, "note": note} for label, verdict, note in items]
    return {"type": "checklist", "items": rows}


@dataclass(frozen=True)
class Signer:
    """A person who has to sign, with the function that is printed under the name."""

    person_id: UUID
    name: str
    function: str


@dataclass(frozen=True)
class Recipient:
    """Whom a document is delivered to."""

    name: str
    address: list[str]
    data_box_id: str | None = None
    ic: str | None = None


@dataclass(frozen=True)
class DeliveryRequest:
    """How the issued document leaves; ``auto`` takes the data box wherever there is one."""

    recipient: Recipient
    subject: str
    channel: str = "auto"
    dispatch_by: date | None = None
    own_hands: bool = False
    """Only the addressee, or who may read everything in the box, may take it over."""


@dataclass(frozen=True)
class DocumentRequest:
    """A document to be made. The caller chooses the id, so asking twice makes one."""

    kind: str
    layout: str
    title: str
    content: Content
    signers: list[Signer]
    language: str = "cs"
    case_id: UUID | None = None
    call_id: UUID | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    delivery: DeliveryRequest | None = None
    corrects_id: UUID | None = None
    """The issued document that this one corrects; it stays as it is."""
    in_order: bool = False
    """The signers sign one after another, as they are named; otherwise side by side."""


@dataclass(frozen=True)
class SignerView:
    """A signature asked for, and when it was given."""

    person_id: UUID
    name: str
    function: str
    signed_at: datetime | None
    role: str = ""
    """In which the person had the right to sign; ``delegate`` by the director's delegation."""


@dataclass(frozen=True)
class DeliveryView:
    """Where the delivery of a document stands."""

    id: UUID
    document_id: UUID
    channel: str
    """``data_box``, ``post`` or ``in_person``."""
    state: str
    message_id: str | None
    dispatched_at: datetime | None
    delivered_on: date | None
    delivery_basis: str | None


@dataclass(frozen=True)
class DocumentView:
    """A document as others see it."""

    id: UUID
    number: str
    kind: str
    title: str
    state: str
    """``draft``, ``signing``, ``signed``, ``issued`` or ``cancelled``."""
    sha256: str
    signers: list[SignerView]
    case_id: UUID | None
    call_id: UUID | None
    created_at: datetime
    issued_at: datetime | None
    delivery: DeliveryView | None = None


@dataclass(frozen=True)
class DocumentPage:
    """One page of a list of documents."""

    items: list[DocumentView]
    total: int
    page: int
    page_size: int
