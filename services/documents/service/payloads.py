"""What events tell: ids, kind and times. Never content."""

from typing import Any

from services.documents.models import Delivery, Document


def document_payload(document: Document) -> dict[str, Any]:
    """Return what an event about a document tells."""
    return {
        "document_id": document.id,
        "number": document.number,
        "kind": document.kind,
        "state": document.state,
        "case_id": document.case_id,
        "call_id": document.call_id,
        "sha256": document.sha256,
        "signed_at": document.signed_at,
        "issued_at": document.issued_at,
        "signers": [
            {"person_id": item.person_id, "name": item.name, "signed_at": item.signed_at}
            for item in document.signatures
        ],
    }


def delivery_payload(delivery: Delivery) -> dict[str, Any]:
    """Return what an event about a delivery tells."""
    document = delivery.document
    return {
        "delivery_id": delivery.id,
        "document_id": document.id,
        "number": document.number,
        "kind": document.kind,
        "case_id": document.case_id,
        "call_id": document.call_id,
        "state": delivery.state,
        "channel": delivery.channel,
        "reason": delivery.reason,
        "message_id": delivery.message_id,
        "dispatched_at": delivery.dispatched_at,
        "delivered_on": delivery.delivered_on,
        "delivery_basis": delivery.delivery_basis,
    }
