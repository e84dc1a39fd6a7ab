"""What is at risk, as it comes in and goes out."""

from marshmallow import Schema, fields, validate

from services.documents.domain.risks import DELIVERY, DOCUMENT, PROOF, REASONS
from shared.openapi import Instant, Strict


class AtRiskIn(Strict):
    """Which part of the list."""

    reason = fields.String(validate=validate.OneOf(REASONS))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class RiskOut(Schema):
    """One reason; from ``too_late`` on nothing can be mended."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    too_late = Instant(required=True, allow_none=True)


class AtRiskItemOut(Schema):
    """A document or a proof of delivery, with every reason, the most urgent first."""

    kind = fields.String(required=True, validate=validate.OneOf([DOCUMENT, PROOF, DELIVERY]))
    id = fields.UUID(required=True)
    document_id = fields.UUID(required=True)
    number = fields.String(required=True)
    title = fields.String(required=True)
    too_late = Instant(required=True, allow_none=True)
    risks = fields.List(fields.Nested(RiskOut), required=True)


class AtRiskOut(Schema):
    """One page of what is at risk."""

    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    reasons = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    """How many things each reason concerns, on all pages, unfiltered."""
    checked_at = Instant(required=True, allow_none=True)
    """When all files were last compared with the database."""
    items = fields.List(fields.Nested(AtRiskItemOut), required=True)
