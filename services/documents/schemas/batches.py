"""Batches: what comes in and what goes out."""

from marshmallow import Schema, fields, validate

from services.documents.domain.batches import ITEM, MOST_ITEMS
from services.documents.schemas.dispatches import ProgressOut
from services.documents.schemas.incoming import PAGE, DocumentIn
from services.documents.schemas.texts import text
from shared.openapi import Instant, MoneyJson, Strict

MOST_IN_A_CALL = 200
"""Documents in one request; a batch is filled by several."""


class BatchIn(Strict):
    """A batch to be filled."""

    title = text(300, shortest=1, required=True)


class BatchItemIn(Strict):
    """A document of a batch, under the id that it will have."""

    document_id = fields.UUID(required=True)
    request = fields.Nested(DocumentIn, required=True)


class BatchItemsIn(Strict):
    """Documents in the order of their numbers."""

    items = fields.List(
        fields.Nested(BatchItemIn),
        required=True,
        validate=validate.Length(min=1, max=MOST_IN_A_CALL),
    )


class ConfirmationIn(Strict):
    """How many documents the caller means."""

    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_ITEMS))
    expected_most = MoneyJson(load_default=None, allow_none=True)


class BatchCountsOut(Schema):
    """How many documents of a batch are in each state."""

    waiting = fields.Integer(required=True)
    made = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    void = fields.Integer(required=True)


class BatchOut(Schema):
    """Where a batch stands."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    created_at = Instant(required=True)
    confirmed_at = Instant(required=True, allow_none=True)
    ended_at = Instant(required=True, allow_none=True)
    trouble = fields.String(required=True, allow_none=True)
    counts = fields.Nested(BatchCountsOut, required=True)
    sending = fields.String(required=True)
    progress = fields.Nested(ProgressOut, required=True)


class BatchItemsQuery(Strict):
    """Which documents of a batch to list."""

    state = fields.String(validate=validate.OneOf(ITEM.states))
    page = fields.Integer(load_default=1, validate=PAGE)
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class BatchItemOut(Schema):
    """A document of a batch."""

    document_id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)


class BatchItemPageOut(Schema):
    """A page of the documents of a batch, in the order of their numbers."""

    items = fields.List(fields.Nested(BatchItemOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
