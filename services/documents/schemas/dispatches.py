"""Approvals of dispatch."""

from marshmallow import Schema, fields, validate

from services.documents.schemas.incoming import PAGE, SHA256
from services.documents.schemas.recipients import VERSION
from services.documents.schemas.texts import text
from shared.openapi import Instant, MoneyJson, Strict


class DispatchIn(Strict):
    """Which messages are meant, and how many the person counts."""

    digest = fields.String(required=True, validate=SHA256)
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**31 - 1))


class HoldIn(Strict):
    """Why something rests or goes on, and which version of it the author saw."""

    version = fields.Integer(required=True, strict=True, validate=VERSION)
    reason = text(1000, shortest=1, required=True)


class StopIn(Strict):
    """Why nothing is to leave."""

    reason = text(1000, shortest=1, required=True)


class LastingStopOut(Schema):
    """Nothing of the organisation leaves its data box until somebody ends this."""

    version = fields.Integer(required=True)
    reason = fields.String(required=True)
    stopped_by = fields.String(required=True)
    stopped_at = Instant(required=True)


class StopOut(Schema):
    """Whether everything is stopped."""

    stop = fields.Nested(LastingStopOut, required=True, allow_none=True)


class DispatchQuery(Strict):
    """Which page of the approvals."""

    page = fields.Integer(load_default=1, validate=PAGE)
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class ProposalOut(Schema):
    """What one approval would let go now, and what it would cost."""

    count = fields.Integer(required=True)
    price = MoneyJson(required=True, allow_none=True)
    total = MoneyJson(required=True, allow_none=True)
    digest = fields.String(required=True)


class ProgressOut(Schema):
    """How far the sending is."""

    waiting = fields.Integer(required=True)
    paused = fields.Integer(
        required=True, metadata={"description": "Of those that wait: held by a person's pause."}
    )
    under_way = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    delivered = fields.Integer(required=True)
    for_person = fields.Integer(required=True)


class DispatchOut(Schema):
    """Paid messages that somebody let go with one act."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    digest = fields.String(required=True)
    count = fields.Integer(required=True)
    price = MoneyJson(required=True)
    total = MoneyJson(required=True)
    approved_by = fields.String(required=True)
    approved_at = Instant(required=True)
    version = fields.Integer(required=True)


class DispatchWithProgressOut(DispatchOut):
    """The same with how far it is."""

    progress = fields.Nested(ProgressOut, required=True)


class DispatchPageOut(Schema):
    """One page of the approvals, the newest first."""

    items = fields.List(fields.Nested(DispatchOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
