"""The posting sheet of a day: every letter that was posted on it, as a paper and as a table.

The words are the record, so they are Czech whatever language the person reads pages in.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.documents.domain.channels import POST
from services.documents.domain.documents import SignerSlot
from services.documents.domain.paper import postal_address
from services.documents.domain.records import NothingPosted
from services.documents.models import Delivery, Document
from services.documents.rendering.dates import day_in_words
from services.documents.service.creating import DocumentFacts, create_document
from services.documents.service.delivery_papers import paper_facts
from services.documents.service.loading import visible_deliveries
from services.documents.service.printing import Press
from services.documents.service.work import Work
from shared.calendar_cz import prague_day, prague_day_span
from shared.contracts.codec import to_json

LOOK_BACK = timedelta(days=60)
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


def make_posting_sheet(work: Work, press: Press, document_id: UUID, posted_on: date) -> Document:
    """Make the sheet of everything that was posted on a day, signed by who makes it.

    Raises:
        NothingPosted: no posting of that day is recorded.

    Source:
        R39, A25: sent demonstrably by post.
    """
    found = posted_on_day(work, posted_on)
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
    found = posted_on_day(work, posted_on)
    if not found:
        raise NothingPosted(day=posted_on)
    return [(order, *_cells(row, posted_on)) for order, row in enumerate(found, 1)]


def posted_on_day(work: Work, posted_on: date) -> Sequence[Delivery]:
    """Return the deliveries that the sheet of a day names, in the order of their numbers."""
    begins, ends = prague_day_span(posted_on)
    query = visible_deliveries(work).where(
        Delivery.channel == POST,
        Delivery.tracking_number.is_not(None),
        Delivery.dispatched_at >= begins,
        Delivery.dispatched_at < ends,
    )
    return work.session.scalars(query.order_by(Delivery.sender_reference)).all()


def days_of_posting(work: Work) -> list[tuple[date, int]]:
    """Return the newest days on which something was posted, each with how many letters."""
    query = select(Delivery.dispatched_at).where(
        Delivery.organisation_id == work.organisation_id,
        Delivery.channel == POST,
        Delivery.tracking_number.is_not(None),
        Delivery.dispatched_at >= work.now - LOOK_BACK,
    )
    days = Counter(prague_day(at) for at in work.session.scalars(query) if at)
    return sorted(days.items(), reverse=True)


def _cells(row: Delivery, posted_on: date) -> tuple[str, ...]:
    where = postal_address(row.address)
    service = REGISTERED if row.presumed_on else WITH_ADVICE
    name, number = row.recipient_name, row.document.number
    day = f"{posted_on.day}. {posted_on.month}. {posted_on.year}"
    number_of_item = row.tracking_number or ""
    place = (where.street, where.postcode, where.town)
    return (number_of_item, service, name, *place, number, day)


def _sheet(work: Work, posted_on: date, found: Sequence[Delivery]) -> DocumentFacts:
    rows = [
        [
            f"{order}.",
            row.document.number,
            "\n".join([row.recipient_name, *row.address]),
            row.tracking_number or "",
        ]
        for order, row in enumerate(found, 1)
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
    items = [{"delivery_id": row.id, "tracking_number": row.tracking_number} for row in found]
    return paper_facts(
        "posting_sheet",
        f"Podací arch – {day_in_words(posted_on, 'cs')}",
        [("Den podání", day_in_words(posted_on, "cs"))],
        blocks,
        signers=(signer,),
        facts=to_json({"posted_on": posted_on, "items": items}),
    )
