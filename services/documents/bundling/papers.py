"""A document in a bundle: its revisions, its facts for machines, the proofs of its delivery."""

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from services.documents.adapters.files import FileDamaged, FileMissing, FileStore
from services.documents.bundling.book import Book, Paper, Trouble
from services.documents.domain.documents import ISSUED
from services.documents.evidence.container_writing import ContainerWriter
from services.documents.evidence.containers import Part
from services.documents.models import CountersignedCopy, Delivery, Document, PostedItem, Proof
from shared.contracts.codec import to_json

JSON, PDF = "application/json", "application/pdf"


def put_paper(
    writer: ContainerWriter, files: FileStore, document: Document, book: Book, verdict: str
) -> None:
    """Write everything that there is of one document, and note it in the book.

    Args:
        verdict: of the verifier; empty where there was nothing to judge.
    """
    names = [
        name
        for name, sha256 in _revisions(document)
        if _put_kept(writer, files, name, sha256, PDF, book)
    ]
    facts = f"documents/{document.number}.json"
    writer.add(Part(facts, JSON, as_json(_facts(document))))
    names += _put_copies(writer, files, document, book)
    if document.delivery is not None:
        names += _put_proofs(writer, files, document.number, document.delivery, book)
        book.subjects.append(document.delivery.id)
        book.deliveries.append(_told_delivery(document.number, document.delivery))
    book.subjects.append(document.id)
    book.papers.append(_line(document, (*names, facts), verdict))


def as_json(value: Any) -> bytes:
    """Return JSON that people can read too: sorted, indented, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _line(document: Document, names: tuple[str, ...], verdict: str) -> Paper:
    delivery = document.delivery
    return Paper(
        number=document.number,
        kind=document.kind,
        title=document.title,
        state=document.state,
        issued_at=document.issued_at,
        delivered_on=delivery.delivered_on if delivery else None,
        names=names,
        verdict=verdict,
    )


def _revisions(document: Document) -> Iterator[tuple[str, str]]:
    """Give the newest revision, and the issued one where proofs were added later.

    What nobody has signed or sealed proves nothing; of it only the facts are given.
    """
    if document.sha256 == document.preview_sha256:
        return
    yield f"documents/{document.number}.pdf", document.sha256
    issued = document.revisions[0].sha256 if document.revisions else document.sha256
    if document.state == ISSUED and issued != document.sha256:
        yield f"documents/{document.number}.issued.pdf", issued


def _put_kept(
    writer: ContainerWriter, files: FileStore, name: str, sha256: str, media_type: str, book: Book
) -> bool:
    try:
        content = files.get(sha256)
    except FileMissing:
        book.troubles.append(Trouble(name, sha256, "missing"))
        return False
    except FileDamaged:
        book.troubles.append(Trouble(name, sha256, "damaged"))
        return False
    writer.add(Part(name, media_type, content))
    book.kept[name] = sha256
    return True


def _put_copies(
    writer: ContainerWriter, files: FileStore, document: Document, book: Book
) -> list[str]:
    named = [(copy_name(document.number, one), one) for one in document.copies]
    return [
        name
        for name, one in named
        if _put_kept(writer, files, name, one.sha256, one.media_type, book)
    ]


def copy_name(number: str, copy: CountersignedCopy) -> str:
    """Return the path of a counter-signed copy in a bundle."""
    return f"countersigned/{number}/{copy.ordinal:02}-{_plain(copy.file_name, 'copy')}"


def _put_proofs(
    writer: ContainerWriter, files: FileStore, number: str, delivery: Delivery, book: Book
) -> list[str]:
    named = [(proof_name(number, proof), proof) for proof in delivery.proofs]
    return [
        name
        for name, proof in named
        if _put_kept(writer, files, name, proof.sha256, proof.media_type, book)
    ]


def proof_name(number: str, proof: Proof) -> str:
    """Return the path of a proof in a bundle: in their order, in plain letters."""
    return f"deliveries/{number}/{proof.ordinal:02}-{_plain(proof.file_name, proof.kind)}"


def _plain(name: str, otherwise: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.") or otherwise


def _facts(document: Document) -> dict[str, Any]:
    """Return what the document says, for machines."""
    told = {
        name: getattr(document, name)
        for name in (
            *("id", "number", "kind", "layout", "language", "title", "state", "case_id"),
            *("call_id", "content", "facts", "preview_sha256", "sha256", "pages", "created_at"),
            *("created_by", "signed_at", "issued_at", "cancelled_at", "cancel_reason", "level"),
        )
    }
    signers = [
        {"name": s.name, "function": s.function, "signed_at": s.signed_at, "sha256": s.sha256}
        for s in document.signatures
    ]
    revisions = [
        {name: getattr(one, name) for name in ("ordinal", "sha256", "level", "reason", "made_at")}
        for one in document.revisions
    ]
    copies = [
        {"name": copy_name(document.number, one)}
        | {name: getattr(one, name) for name in ("sha256", "signed_by", "received_on", "kept_at")}
        | {name: getattr(one, name) for name in ("kept_by", "verdict", "report")}
        for one in document.copies
    ]
    more = {"signers": signers, "revisions": revisions, "countersigned": copies}
    found: dict[str, Any] = to_json({**told, **more})
    return found


def _told_delivery(number: str, delivery: Delivery) -> dict[str, Any]:
    told = {
        name: getattr(delivery, name)
        for name in (
            *("state", "channel", "reason", "recipient_name", "address", "data_box_id", "ic"),
            *("subject", "sender_reference", "dispatch_by", "message_id", "dispatched_at"),
            *("put_in_at", "tracking_number", "received_by", "presumed_on", "delivered_on"),
            "delivery_basis",
        )
    }
    proofs = [
        {
            "kind": proof.kind,
            "name": proof_name(number, proof),
            "sha256": proof.sha256,
            "obtained_at": proof.obtained_at,
            "facts": proof.facts,
        }
        for proof in delivery.proofs
    ]
    more = {"posted_items": [_told_item(one) for one in delivery.posted_items], "proofs": proofs}
    found: dict[str, Any] = to_json({"document": number, **told, **more})
    return found


def _told_item(item: PostedItem) -> dict[str, Any]:
    how = ("ordinal", "posted_on", "tracking_number", "with_advice", "own_hands")
    told = (*how, "recipient_name", "address")
    outcomes = [{"outcome": one.outcome, "day": one.day} for one in item.outcomes]
    return {name: getattr(item, name) for name in told} | {"outcomes": outcomes}
