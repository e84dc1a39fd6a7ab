"""The posting sheet of a day: every letter that was posted on it, as a paper and as a table.

The words are the record, so they are Czech whatever language the person reads pages in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.documents.domain.documents import SignerSlot
from services.documents.domain.paper import postal_address
from services.documents.domain.records import NothingPosted
from services.documents.models import Document, PostedItem
from services.documents.rendering.dates import day_in_words
from services.documents.service.creating import DocumentFacts, create_document
from services.documents.service.delivery_papers import paper_facts
from services.documents.service.posted_items import items_posted_on
from services.documents.service.printing import Press
from services.documents.service.work import Work
from shared.contracts.codec import to_json

TABLE_HEADS = (
    "Pořadí",
    "Podací číslo",
    "Služba",
    "Adresát",
    "Ulice a číslo",
    "PSČ",
    "Obec",
    "Číslo jednací",
    "Den podání",
)
WITH_ADVICE, REGISTERED = "doporučeně s dodejkou", "doporučeně"
OWN_HANDS = "do vlastních rukou"


def make_posting_sheet(work: Work, press: Press, document_id: UUID, posted_on: date) -> Document:
    """Make the sheet of everything that was posted on a day, signed by who makes it.

    Raises:
        NothingPosted: no posting of that day is recorded.

    Source:
        R39, A25: sent demonstrably by post.
    """
    found = items_posted_on(work, posted_on)
    if not found:
        raise NothingPosted(day=posted_on)
    return create_document(work, press, document_id, _sheet(work, posted_on, found))


def posting_table(work: Work, posted_on: date) -> list[tuple[object, ...]]:
    """Return the same as rows of a table, under ``TABLE_HEADS``.

    Raises:
        NothingPosted: no posting of that day is recorded.

    Source:
        R39, A25: sent demonstrably by post.
    """
    found = items_posted_on(work, posted_on)
    if not found:
        raise NothingPosted(day=posted_on)
    return [(order, *_cells(item)) for order, item in enumerate(found, 1)]


def _cells(item: PostedItem) -> tuple[str, ...]:
    where = postal_address(item.address)
    service = WITH_ADVICE if item.with_advice else REGISTERED
    service += f" {OWN_HANDS}" if item.own_hands else ""
    day = f"{item.posted_on.day}. {item.posted_on.month}. {item.posted_on.year}"
    place = (where.street, where.postcode, where.town)
    number = item.number or ""
    return (item.tracking_number, service, item.recipient_name, *place, number, day)


def _sheet(work: Work, posted_on: date, found: Sequence[PostedItem]) -> DocumentFacts:
    rows = [
        [
            f"{order}.",
            item.number or "",
            "\n".join([item.recipient_name, *item.address, *([OWN_HANDS] * item.own_hands)]),
            item.tracking_number,
        ]
        for order, item in enumerate(found, 1)
    ]
    columns = [
        {"label": "Č.", "align": "right"},
        {"label": "Číslo jednací", "align": "left"},
        {"label": "Adresát", "align": "left"},
        {"label": "Podací číslo", "align": "left"},
    ]
    blocks: list[dict[str, Any]] = [
        {"type": "table", "columns": columns, "rows": rows, "totals": None},
        {"type": "paragraph", "text": f"Zásilek celkem: {len(rows)}, podáno doporučeně."},
    ]
    signer = SignerSlot(0, work.actor.person_id or UUID(int=0), work.actor.name, "podal(a)")
    items = [
        {"delivery_id": item.delivery_id, "tracking_number": item.tracking_number} for item in found
    ]
    return paper_facts(
        "posting_sheet",
        f"Podací arch – {day_in_words(posted_on, 'cs')}",
        [("Den podání", day_in_words(posted_on, "cs"))],
        blocks,
        signers=(signer,),
        facts=to_json({"posted_on": posted_on, "items": items}),
    )
