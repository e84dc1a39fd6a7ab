"""Reviews in JSON."""

from marshmallow import Schema, fields, validate

from services.evaluation.domain.reviews import REVIEWED, ReviewOutcome
from shared.openapi import Day, Instant, Strict

LONG = validate.Length(min=1, max=5000)


class ReviewIn(Strict):
    """What the applicant asks for."""

    about = fields.String(required=True, validate=validate.OneOf(REVIEWED))
    received_on = Day(required=True)
    grounds = fields.String(required=True, validate=LONG)


class ReviewDecisionIn(Strict):
    """What the reviewing body decided."""

    outcome = fields.Enum(ReviewOutcome, by_value=True, required=True)
    body = fields.String(required=True, validate=validate.Length(min=1, max=200))
    decided_on = Day(required=True)
    reasons = fields.String(required=True, validate=LONG)
    measure = fields.String(load_default="", validate=validate.Length(max=5000))
    version = fields.Integer(required=True)


class ReviewOut(Schema):
    """A review."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    about = fields.String(required=True)
    notice_id = fields.UUID(required=True)
    notice_delivered_on = Day(required=True)
    received_on = Day(required=True)
    grounds = fields.String(required=True)
    deadline = fields.Dict(required=True)
    recorded_by = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    body = fields.String(required=True)
    decided_on = Day(required=True, allow_none=True)
    reasons = fields.String(required=True)
    measure = fields.String(required=True)
    signed_at = Instant(required=True, allow_none=True)
    version = fields.Integer(required=True)


class ReviewsOut(Schema):
    """The reviews of a case."""

    items = fields.List(fields.Nested(ReviewOut), required=True)
