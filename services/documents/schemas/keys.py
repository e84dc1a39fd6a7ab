"""Keys and certificates in use, as staff see them."""

from marshmallow import Schema, fields, validate

from services.documents.domain.stamp_faults import FAULTS
from shared.openapi import Day, Instant


class KeyRowOut(Schema):
    """A certificate with which somebody signs or seals."""

    holder = fields.String(required=True)
    use = fields.String(required=True)
    way = fields.String(required=True)
    subject = fields.String(required=True)
    issuer = fields.String(required=True)
    fingerprint = fields.String(required=True)
    valid_to = Instant(required=True)
    left = fields.Integer(required=True)
    warning = fields.Integer(required=True)
    qualified = fields.String(required=True)
    trust_list = fields.String(required=True)
    is_list_stale = fields.Boolean(required=True)
    revocation = fields.String(required=True)
    asked_at = Instant(required=True, allow_none=True)


class StampSourceOut(Schema):
    """A time stamp authority, as the answering process knows it."""

    name = fields.String(required=True)
    state = fields.String(required=True)
    open_until = Instant(required=True, allow_none=True)
    fault = fields.String(required=True, allow_none=True, validate=validate.OneOf(FAULTS))
    failed_at = Instant(required=True, allow_none=True)
    succeeded_at = Instant(required=True, allow_none=True)
    asked = fields.Integer(required=True)
    most = fields.Integer(required=True, allow_none=True)


class EvidenceKeyOut(Schema):
    """A key of the evidence log."""

    fingerprint = fields.String(required=True)
    is_present = fields.Boolean(required=True)


class FormerSealOut(Schema):
    """A certificate that sealed before."""

    subject = fields.String(required=True)
    fingerprint = fields.String(required=True)
    bound_at = Instant(required=True)
    ended_at = Instant(required=True)
    valid_to = Instant(required=True)


class ComingSealOut(Schema):
    """A seal of the settings whose day has not come."""

    subject = fields.String(required=True)
    since = Day(required=True)


class KeyPanelOut(Schema):
    """Every key and certificate in use."""

    keys = fields.List(fields.Nested(KeyRowOut), required=True)
    former_seals = fields.List(fields.Nested(FormerSealOut), required=True)
    coming_seals = fields.List(fields.Nested(ComingSealOut), required=True)
    stamps = fields.List(fields.Nested(StampSourceOut), required=True)
    evidence = fields.List(fields.Nested(EvidenceKeyOut), required=True)
