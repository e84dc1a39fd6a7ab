"""The register of recipients, and what a person decides about a delivery."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.documents.api.blueprint import OFFICE, READERS, blp
from services.documents.desk import looking, working
from services.documents.models import Delivery, Recipient
from services.documents.schemas import recipients as schemas
from services.documents.schemas.outgoing import DeliveryOut
from services.documents.service import recipients
from services.documents.service.channelling import switch_channel
from services.documents.service.ending import end_delivery
from services.documents.service.looking import retry_delivery
from services.documents.service.recipients import RecipientEntry
from services.documents.service.unknown import look_again
from shared.auth import access


@blp.get("/recipients")
@blp.arguments(schemas.RecipientQuery, location="query")
@blp.response(200, schemas.RecipientPageOut)
@access(READERS)
def get_recipients(query: dict[str, Any]) -> dict[str, Any]:
    """Return the register of recipients by name."""
    work = looking()
    found = recipients.visible_recipients(work)
    if "outcome" in query:
        found = found.where(Recipient.outcome == query["outcome"])
    if query.get("q"):
        found = found.where(recipients.named_like(query["q"]))
    total = work.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page, size = query["page"], query["page_size"]
    ordered = found.order_by(Recipient.name, Recipient.id)
    rows = work.session.scalars(ordered.limit(size).offset((page - 1) * size)).all()
    return {"items": rows, "total": total, "page": page, "page_size": size}


@blp.get("/recipients/<uuid:recipient_id>")
@blp.response(200, schemas.RecipientWithLookupsOut)
@access(READERS)
def get_recipient(recipient_id: UUID) -> Recipient:
    """Return one recipient with what the directory of data boxes said over time."""
    return recipients.recipient_of(looking(), recipient_id)


@blp.put("/recipients/<uuid:recipient_id>")
@blp.arguments(schemas.RecipientEntryIn)
@blp.response(200, schemas.RecipientOut)
@access(OFFICE)
def put_recipient(body: dict[str, Any], recipient_id: UUID) -> Recipient:
    """Enter a recipient, or complete one that is known; the directory is asked afresh."""
    version = body.pop("version")
    entry = RecipientEntry(**{**body, "address": tuple(body["address"])})
    with working() as work:
        return recipients.save_recipient(work, recipient_id, entry, version)


@blp.post("/recipients/<uuid:recipient_id>/question")
@blp.response(200, schemas.RecipientOut)
@access(OFFICE)
def post_question(recipient_id: UUID) -> Recipient:
    """Have the worker ask the directory of data boxes now."""
    with working() as work:
        return recipients.ask_again(work, recipient_id)


@blp.post("/recipients/<uuid:recipient_id>/choice")
@blp.arguments(schemas.ChoiceIn)
@blp.response(200, schemas.RecipientOut)
@access(OFFICE)
def post_choice(body: dict[str, Any], recipient_id: UUID) -> Recipient:
    """Say which of the candidates is the recipient's box; letters that waited go on."""
    with working() as work:
        return recipients.choose_box(work, recipient_id, **body)


@blp.post("/recipients/<uuid:recipient_id>/denial")
@blp.arguments(schemas.DenialIn)
@blp.response(200, schemas.RecipientOut)
@access(OFFICE)
def post_denial(body: dict[str, Any], recipient_id: UUID) -> Recipient:
    """Say that none of the candidates is the recipient's box."""
    with working() as work:
        return recipients.deny_candidates(work, recipient_id, **body)


@blp.post("/deliveries/<uuid:delivery_id>/channel")
@blp.arguments(schemas.ChannelIn)
@blp.response(200, DeliveryOut)
@access(OFFICE)
def post_channel(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Leave the data box for post or handing over, by a person's reasoned decision (R38, R39)."""
    with working() as work:
        return switch_channel(work, delivery_id, **body)


@blp.post("/deliveries/<uuid:delivery_id>/retry")
@blp.arguments(schemas.RetryIn)
@blp.response(200, DeliveryOut)
@access(OFFICE)
def post_retry(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Have the data box tried once more, by a person's reasoned decision (R38)."""
    with working() as work:
        return retry_delivery(work, delivery_id, **body)


@blp.post("/deliveries/<uuid:delivery_id>/look")
@blp.arguments(schemas.LookIn)
@blp.response(200, DeliveryOut)
@access(OFFICE)
def post_look(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """Have the list of sent messages read at once; nothing is sent (R38)."""
    reason, named, version = body["reason"], body["message_id"] or "", body["version"]
    with working() as work:
        return look_again(work, delivery_id, reason, named=named, version=version)


@blp.post("/deliveries/<uuid:delivery_id>/end")
@blp.arguments(schemas.EndIn)
@blp.response(200, DeliveryOut)
@access(OFFICE)
def post_end(body: dict[str, Any], delivery_id: UUID) -> Delivery:
    """End a delivery that can lead nowhere; the recipient gets a new document (R38)."""
    with working() as work:
        return end_delivery(work, delivery_id, **body)
