"""Money for data messages."""

from marshmallow import Schema, fields

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


class PostageOut(Schema):
    """Where the money for paid messages stands."""

    price = MoneyJson(required=True, allow_none=True)
    terms = fields.Nested(PostageTermsOut, required=True, allow_none=True)
    spent = MoneyJson(required=True)
    left = MoneyJson(required=True, allow_none=True)
    held = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
