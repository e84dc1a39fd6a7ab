"""A delivery's proof made readable.

The words are the record, so they are Czech whatever language the person reads pages in.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from services.documents.domain.content_json import content_of
from services.documents.domain.deliveries import DELIVERED, DELIVERY_INFO, SENT_MESSAGE
from services.documents.domain.documents import SignerSlot
from services.documents.domain.records import NotDelivered
from services.documents.models import Delivery, Document, PostedItem
from services.documents.rendering.dates import day_in_words, exact_time
from services.documents.service.creating import DocumentFacts, create_document
from services.documents.service.loading import delivery_of
from services.documents.service.printing import Press
from services.documents.service.work import Work
from shared.contracts.codec import to_json
from shared.document_kinds import layout_of

BASES = {
    "login": "přihlášením oprávněné osoby do datové schránky",
    "fiction": "uplynutím desátého dne od dodání do datové schránky (fikcí)",
    "ovm": "dodáním do datové schránky orgánu veřejné moci",
    "posted": "dnem, kdy se zásilka pokládá za došlou (§ 573 občanského zákoníku)",
    "advice": "dnem převzetí podle dodejky",
    "hand_over": "osobním předáním proti podpisu",
}
PROOFS = {
    SENT_MESSAGE: "odeslaná datová zpráva (ZFO)",
    DELIVERY_INFO: "doručenka (ZFO)",
    "posting_slip": "podací lístek",
    "advice": "dodejka",
    "hand_over": "převzetí s podpisem příjemce",
}
OUTCOMES = {"received": "příjemce převzal", "returned": "pošta vrátila"}
CHANNELS = {"data_box": "datovou schránkou", "post": "poštou", "in_person": "osobně"}


def make_delivery_proof(work: Work, press: Press, delivery_id: UUID) -> Document:
    """Make the readable form of what proves a delivery; asking again returns the same one.

    Raises:
        RecordUnknown: no such delivery.
        NotDelivered: nothing proves that it was delivered.

    Source:
        R38, R39: the proof itself (ZFO, scan) stays the proof; this paper only reads it out.
    """
    delivery = delivery_of(work, delivery_id)
    if delivery.state != DELIVERED or delivery.delivered_on is None or not delivery.proofs:
        raise NotDelivered(number=delivery.document.number)
    grounds = f"{delivery.proofs[-1].sha256}/{len(delivery.posted_items)}"
    document_id = uuid5(delivery.id, grounds)
    return create_document(work, press, document_id, _proof(delivery, delivery.delivered_on))


def _proof(delivery: Delivery, delivered_on: date) -> DocumentFacts:
    document = delivery.document
    rows = [
        ("Doručený dokument", f"{document.number} – {document.title}"),
        ("Otisk souboru (SHA-256)", _in_lines(delivery.leaving_sha256, 32)),
        ("Adresát", "\n".join([delivery.recipient_name, *delivery.address])),
        ("Způsob", CHANNELS[delivery.channel]),
        *_numbers(delivery),
        ("Doručeno dne", day_in_words(delivered_on, "cs")),
        ("Doručeno jak", BASES[delivery.delivery_basis or "posted"]),
    ]
    columns = [{"label": name, "align": "left"} for name in ("Doklad", "Získán", "SHA-256")]
    proofs = [
        [PROOFS[p.kind], exact_time(p.obtained_at, "cs"), _in_lines(p.sha256, 16)]
        for p in delivery.proofs
    ]
    note = (
        "Tento dokument je čitelný výpis. Důkazem zůstávají uvedené doklady, uložené u doručení "
        "pod uvedenými otisky."
    )
    blocks: list[dict[str, Any]] = [
        {"type": "facts", "rows": [list(row) for row in rows]},
        {"type": "heading", "text": "Doklady"},
        {"type": "table", "columns": columns, "rows": proofs, "totals": None},
        {"type": "paragraph", "text": note},
    ]
    made = paper_facts(
        "delivery_proof",
        f"Doklad o doručení dokumentu {document.number}",
        [],
        blocks,
        signers=(),
        facts=to_json(
            {
                "delivery_id": delivery.id,
                "document_id": document.id,
                "document_sha256": delivery.sha256,
                "delivered_on": delivered_on,
                "basis": delivery.delivery_basis,
                "posted_items": [_item_facts(item) for item in delivery.posted_items],
                "proofs": [{"kind": p.kind, "sha256": p.sha256} for p in delivery.proofs],
            }
        ),
        of=document,
    )
    return made


def _item_facts(item: PostedItem) -> dict[str, Any]:
    return {
        "posted_on": item.posted_on,
        "tracking_number": item.tracking_number,
        "outcomes": [{"outcome": one.outcome, "day": one.day} for one in item.outcomes],
    }


def _numbers(delivery: Delivery) -> list[tuple[str, str]]:
    found = []
    if delivery.message_id:
        found.append(("Číslo datové zprávy", delivery.message_id))
    found += [("Podáno na poště", _posted(item)) for item in delivery.posted_items]
    if delivery.received_by:
        found.append(("Převzal(a)", delivery.received_by))
    if delivery.dispatched_at:
        found.append(("Odesláno", exact_time(delivery.dispatched_at, "cs")))
    if delivery.put_in_at:
        found.append(("Dodáno do schránky", exact_time(delivery.put_in_at, "cs")))
    return found


def _posted(item: PostedItem) -> str:
    came = [f"{OUTCOMES[one.outcome]} {day_in_words(one.day, 'cs')}" for one in item.outcomes]
    posted = f"{day_in_words(item.posted_on, 'cs')}, podací číslo {item.tracking_number}"
    return "\n".join([posted, *came])


def _in_lines(sha256: str, length: int) -> str:
    """Break the hash where the column wants it: a hash has no place to be hyphenated."""
    return "\n".join(sha256[at : at + length] for at in range(0, len(sha256), length))


def paper_facts(
    kind: str,
    title: str,
    reference: list[tuple[str, str]],
    blocks: list[dict[str, Any]],
    *,
    signers: tuple[SignerSlot, ...],
    facts: dict[str, Any],
    of: Document | None = None,
) -> DocumentFacts:
    """Return what a paper about deliveries is made of."""
    content = {"reference": [list(pair) for pair in reference], "blocks": blocks}
    return DocumentFacts(
        kind=kind,
        layout=layout_of(kind),
        language="cs",
        title=title,
        content=content_of(content),
        raw_content=content,
        facts=facts,
        signers=signers,
        case_id=of.case_id if of else None,
        call_id=of.call_id if of else None,
    )
