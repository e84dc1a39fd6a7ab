"""Deliveries: reading, and proofs on paper."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import func, select

from services.documents.api.blueprint import CALLERS, OFFICE, READERS, blp
from services.documents.desk import (
    PDF,
    RECEIPT,
    file_answer,
    gate,
    letter_answer,
    looking,
    press,
    read_scan,
    signed_scan,
    tools,
    working,
)
from services.documents.models import Delivery, Document
from services.documents.schemas import incoming, outgoing
from services.documents.service.delivery_papers import make_delivery_proof
from services.documents.service.loading import delivery_of, proof_of, visible_deliveries
from services.documents.service.paper import (
    Posting,
    record_advice,
    record_hand_over,
    record_posting,
    record_return,
)
from services.documents.service.posted_items import posted_on_day
from services.documents.service.posting_sheets import make_posting_sheet
from services.documents.service.receipts import HandOver, print_receipt, signed_there
from shared.auth import access, current_actor


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
    ordered = found.order_by(Delivery.dispatch_by.asc().nulls_last(), Delivery.sender_reference)
    rows = work.session.scalars(ordered.limit(size).offset((page - 1) * size)).all()
    return {"items": rows, "total": total, "page": page, "page_size": size}


@blp.get("/deliveries/<uuid:delivery_id>")
@blp.response(200, outgoing.DeliveryOut)
@access(CALLERS, READERS)
def get_delivery(delivery_id: UUID) -> Delivery:
    """Return one delivery with its proofs."""
    return delivery_of(looking(), delivery_id)


@blp.post("/deliveries/<uuid:delivery_id>/posting")
@blp.arguments(incoming.PostingIn, location="form")
@blp.arguments(incoming.SlipIn, location="files")
@blp.response(200, outgoing.DeliveryOut)
@access(OFFICE)
def post_posting(body: dict[str, Any], upload: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Record that the document was sent demonstrably by post (R39)."""
    slip = read_scan(upload["slip"]) if upload["slip"] else None
    gate().check_paper(current_actor(), delivery_id)
    with working() as work:
        return record_posting(
            work,
            tools().files,
            tools().settings.post_rules,
            delivery_id,
            Posting(**body, slip=slip),
        )


@blp.post("/deliveries/<uuid:delivery_id>/advice")
@blp.arguments(incoming.AdviceIn, location="form")
@blp.arguments(incoming.ScanIn, location="files")
@blp.response(200, outgoing.DeliveryOut)
@access(OFFICE)
def post_advice(body: dict[str, Any], upload: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Record the advice of receipt that the post brought back (A25)."""
    scan = read_scan(upload["scan"])
    with working() as work:
        return record_advice(work, tools().files, delivery_id, body["received_on"], scan)


@blp.post("/deliveries/<uuid:delivery_id>/return")
@blp.arguments(incoming.ReturnIn)
@blp.response(200, outgoing.DeliveryOut)
@access(OFFICE)
def post_return(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Record that the post brought the item back."""
    with working() as work:
        return record_return(work, delivery_id, body["returned_on"])


@blp.post("/deliveries/<uuid:delivery_id>/hand-over")
@blp.arguments(incoming.HandOverIn, location="form")
@blp.arguments(incoming.ScanIn, location="files")
@blp.response(200, outgoing.DeliveryOut)
@access(OFFICE)
def post_hand_over(body: dict[str, Any], upload: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Record that the document was handed over against signature (R39, R97)."""
    scan = read_scan(upload["scan"])
    gate().check_paper(current_actor(), delivery_id)
    signed = signed_scan(scan, delivery_id)
    with working() as work:
        return record_hand_over(work, press(), delivery_id, HandOver(**body), signed)


@blp.post("/deliveries/<uuid:delivery_id>/tablet-hand-over")
@blp.arguments(incoming.TabletHandOverIn)
@blp.response(200, outgoing.DeliveryOut)
@access(OFFICE)
def post_tablet_hand_over(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Record that the document was handed over today, signed on the spot (R39, R97)."""
    gate().check_paper(current_actor(), delivery_id)
    received_by, shown = body["received_by"], body["shown"].lower()
    drawing, name = body["drawing"], body.get("typed", "")
    with working() as work:
        found, given = delivery_of(work, delivery_id), HandOver(work.today, received_by)
        signed = signed_there(work, found, received_by, shown, drawing=drawing, name=name)
        return record_hand_over(work, press(), delivery_id, given, signed, body["version"])


@blp.get("/deliveries/<uuid:delivery_id>/receipt.pdf")
@blp.response(200, content_type="application/pdf")
@access(OFFICE)
def get_receipt(delivery_id: UUID) -> Response:
    """Return the form that the recipient signs by hand."""
    gate().check_paper(current_actor(), delivery_id)
    work = looking()
    return file_answer(print_receipt(work, press(), delivery_of(work, delivery_id)), RECEIPT, PDF)


@blp.get("/deliveries/<uuid:delivery_id>/letter.pdf")
@blp.response(200, content_type="application/pdf")
@access(OFFICE)
def get_letter(delivery_id: UUID) -> Response:
    """Return the document to be printed for the post or for handing over, if it may leave."""
    return letter_answer(delivery_id)


@blp.get("/deliveries/<uuid:delivery_id>/proofs/<uuid:proof_id>")
@blp.response(200, content_type="application/octet-stream")
@access(CALLERS, READERS)
def get_proof(delivery_id: UUID, proof_id: UUID) -> Response:
    """Return the file of a proof as it came."""
    proof = proof_of(looking(), delivery_id, proof_id)
    return file_answer(tools().files.get(proof.sha256), proof.file_name, proof.media_type)


@blp.put("/posting-sheets/<uuid:document_id>")
@blp.arguments(incoming.PostingSheetIn)
@blp.response(200, outgoing.DocumentOut)
@access(OFFICE)
def put_posting_sheet(body: dict[str, Any], document_id: UUID) -> Document:
    """Make the sheet of everything that was posted on a day, to be signed by who asks."""
    gate().check_posted(current_actor(), body["posted_on"])
    with working() as work:
        return make_posting_sheet(work, press(), document_id, body["posted_on"])


@blp.get("/posted-items")
@blp.arguments(incoming.PostedItemQuery, location="query")
@blp.response(200, outgoing.PostedItemPageOut)
@access(READERS)
def get_posted_items(query: dict[str, Any]) -> dict[str, Any]:
    """Return what was posted on a day, as its sheet names it, and what the post told since."""
    work, page, size = looking(), query["page"], query["page_size"]
    found = posted_on_day(work, query["posted_on"])
    counted = select(func.count()).select_from(found.order_by(None).subquery())
    rows = work.session.scalars(found.limit(size).offset((page - 1) * size)).all()
    total = work.session.scalar(counted) or 0
    return {"items": rows, "total": total, "page": page, "page_size": size}


@blp.post("/deliveries/<uuid:delivery_id>/proof-paper")
@blp.response(200, outgoing.DocumentOut)
@access(OFFICE)
def post_proof_paper(delivery_id: UUID) -> Document:
    """Make the readable form of what proves the delivery; asking again returns the same one."""
    with working() as work:
        return make_delivery_proof(work, press(), delivery_id)
