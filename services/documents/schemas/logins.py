"""The login of the data box."""

from marshmallow import Schema, fields

from shared.openapi import Instant


class RefusedLoginOut(Schema):
    """ISDS refused the login; nothing is sent until it is accepted again."""

    code = fields.String(required=True)
    refusals = fields.Integer(required=True)
    refused_at = Instant(required=True)
    next_trial_at = Instant(required=True)


class LoginOut(Schema):
    """Whether the worker may log in to the data box."""

    refused = fields.Nested(RefusedLoginOut, required=True, allow_none=True)
