"""Deliveries: reading, proofs on paper, trying again."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import func, select

from services.documents.api.blueprint import CALLERS, OFFICE, READERS, blp
from services.documents.desk import file_answer, looking, tools, working
from services.documents.models import Delivery
from services.documents.schemas import incoming, outgoing
from services.documents.service.deliveries import (
    record_hand_over,
    record_posting,
    retry_delivery,
)
from services.documents.service.loading import delivery_of, proof_of, visible_deliveries
from shared.auth import access


@blp.get("/deliveries")
@blp.arguments(incoming.DeliveryQuery, location="query")
@blp.response(200, outgoing.DeliveryPageOut)
@access(CALLERS, READERS)
def get_deliveries(query: dict[str, Any]) -> dict[str, Any]:
    """Return deliveries, those to be dispatched first on top."""
    work = looking()
    found = visible_deliveries(work)
    if "state" in query:
        found = found.where(Delivery.state == query["state"])
    total = work.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page, size = query["page"], query["page_size"]
    ordered = found.order_by(Delivery.dispatch_by, Delivery.sender_reference)
    rows = work.session.scalars(ordered.limit(size).offset((page - 1) * size)).all()
    return {"items": rows, "total": total, "page": page, "page_size": size}


@blp.get("/deliveries/<uuid:delivery_id>")
@blp.response(200, outgoing.DeliveryOut)
@access(CALLERS, READERS)
def get_delivery(delivery_id: UUID) -> Delivery:
    """Return one delivery with its proofs."""
    return delivery_of(looking(), delivery_id)


@blp.post("/deliveries/<uuid:delivery_id>/posting")
@blp.arguments(incoming.PostingIn)
@blp.response(200, outgoing.DeliveryOut)
@access(CALLERS, OFFICE)
def post_posting(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Record that the document was sent demonstrably by post (R39)."""
    with working() as work:
        return record_posting(work, delivery_id, body["posted_on"], body["tracking_number"])


@blp.post("/deliveries/<uuid:delivery_id>/hand-over")
@blp.arguments(incoming.HandOverIn)
@blp.response(200, outgoing.DeliveryOut)
@access(CALLERS, OFFICE)
def post_hand_over(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Record that the document was handed over against signature (R39)."""
    with working() as work:
        return record_hand_over(work, delivery_id, body["handed_over_on"], body["received_by"])


@blp.post("/deliveries/<uuid:delivery_id>/retry")
@blp.response(200, outgoing.DeliveryOut)
@access(OFFICE)
def post_retry(delivery_id: UUID) -> Delivery:
    """Have the data box tried once more, by a person's decision."""
    with working() as work:
        return retry_delivery(work, delivery_id)


@blp.get("/deliveries/<uuid:delivery_id>/proofs/<uuid:proof_id>")
@blp.response(200, content_type="application/octet-stream")
@access(CALLERS, READERS)
def get_proof(delivery_id: UUID, proof_id: UUID) -> Response:
    """Return the file of a proof as it came."""
    proof = proof_of(looking(), delivery_id, proof_id)
    return file_answer(tools().files.get(proof.sha256), proof.file_name, proof.media_type)
