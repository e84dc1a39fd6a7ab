"""What is published, and what other services hand in for it."""

from marshmallow import Schema, fields, validate

from services.registry.schemas.calls import VERSION
from shared.openapi import Day, Instant, MoneyJson, Strict


class MakeListIn(Strict):
    """Which call the list is of."""

    call_id = fields.UUID(required=True)


class PublishListIn(Strict):
    """The version of the list that the caller saw, and why it is late if it is."""

    version = fields.Integer(required=True, validate=VERSION)
    late_reason = fields.String(load_default="", validate=validate.Length(max=1000))


class ReceivedListOut(Schema):
    """A list of received applications."""

    id = fields.UUID(required=True)
    call_id = fields.UUID(required=True)
    state = fields.String(required=True)
    rows = fields.List(fields.Dict(), required=True)
    document_id = fields.UUID(required=True)
    made_at = Instant(required=True)
    made_by = fields.String(required=True)
    due = Day(required=True)
    deadline = fields.Dict(required=True)
    published_at = Instant(allow_none=True)
    late_reason = fields.String(required=True)
    version = fields.Integer(required=True)


class MadeListOut(Schema):
    """A list just made."""

    received_list = fields.Nested(ReceivedListOut, required=True)
    is_document_made = fields.Boolean(required=True)


class FolderEntryIn(Strict):
    """An act of another service."""

    kind = fields.String(required=True, validate=validate.Length(min=1, max=60))
    text = fields.String(required=True, validate=validate.Length(min=1, max=4000))
    actor_name = fields.String(required=True, validate=validate.Length(max=200))
    happened_at = Instant(required=True)
    state = fields.String(required=True, validate=validate.Length(max=40))
    document_id = fields.UUID(load_default=None, allow_none=True)


class AcceptedOut(Schema):
    """The write was taken over, now or by an earlier try with the same id."""

    id = fields.UUID(required=True)


class ResultRowIn(Strict):
    """The outcome of one application."""

    application_id = fields.UUID(required=True)
    points = fields.String(required=True, validate=validate.Length(max=20))
    outcome = fields.String(
        required=True, validate=validate.OneOf(["approved", "reserve", "rejected"])
    )
    amount = MoneyJson(required=True)
    reason = fields.String(required=True, validate=validate.Length(max=4000))


class ResultsIn(Strict):
    """The assembly's resolution."""

    resolution_number = fields.String(required=True, validate=validate.Length(min=1, max=60))
    decided_on = Day(required=True)
    rows = fields.List(
        fields.Nested(ResultRowIn), required=True, validate=validate.Length(max=5000)
    )


class PresentationChangeIn(Strict):
    """A new date of the public presentations."""

    new_at = Instant(required=True)
    new_place = fields.String(required=True, validate=validate.Length(min=1, max=300))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=4000))
    actor_name = fields.String(load_default="", validate=validate.Length(max=200))
    override_reason = fields.String(load_default="", validate=validate.Length(max=4000))
