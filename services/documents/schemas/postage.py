"""Money for data messages."""

from marshmallow import Schema, fields, validate

from services.documents.domain.estimates import KINDS
from shared.openapi import Instant, MoneyJson, Strict


class PostageTermsIn(Strict):
    """What a director approves about paid messages."""

    price = MoneyJson(required=True)
    monthly_limit = MoneyJson(load_default=None, allow_none=True)
    asks_each = fields.Boolean(load_default=False)
    version = fields.Integer(required=True, allow_none=True)


class PostageTermsOut(Schema):
    """What is approved, and by whom."""

    price = MoneyJson(required=True)
    monthly_limit = MoneyJson(required=True, allow_none=True)
    asks_each = fields.Boolean(required=True)
    approved_by = fields.String(required=True)
    approved_at = Instant(required=True)
    version = fields.Integer(required=True)


class ExpectedOut(Schema):
    """How a letter would leave by the last answers of ISDS, and what it may cost at most."""

    channel = fields.String(required=True)
    box_id = fields.String(required=True, allow_none=True)
    own_hands = fields.Boolean(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    most = MoneyJson(required=True, allow_none=True)


class DocumentPostageOut(Schema):
    """The same of a document; nothing of one that goes to nobody."""

    postage = fields.Nested(ExpectedOut, required=True, allow_none=True)


class LineOut(Schema):
    """Letters that would leave in one way."""

    channel = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    count = fields.Integer(required=True)
    most = MoneyJson(required=True, allow_none=True)


class EstimateOut(Schema):
    """What an act would let leave, and the money for it."""

    lines = fields.List(fields.Nested(LineOut), required=True)
    price = MoneyJson(required=True, allow_none=True)
    total = MoneyJson(required=True, allow_none=True)
    most = MoneyJson(required=True, allow_none=True)
    left = MoneyJson(required=True, allow_none=True)
    beyond = fields.Integer(required=True)
    own_hands = fields.Integer(required=True)
    waits_for = fields.String(required=True, allow_none=True)


class PostageOut(Schema):
    """Where the money for paid messages stands."""

    price = MoneyJson(required=True, allow_none=True)
    terms = fields.Nested(PostageTermsOut, required=True, allow_none=True)
    spent = MoneyJson(required=True)
    left = MoneyJson(required=True, allow_none=True)
    held = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
