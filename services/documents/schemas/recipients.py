"""Recipients: what people enter and decide, and what the register tells."""

from marshmallow import Schema, fields, validate

from services.documents.domain.channels import OUTCOMES, PAPER
from services.documents.schemas.incoming import PAGE
from services.documents.schemas.texts import optional_text, text
from shared.openapi import Instant, Strict

VERSION = validate.Range(1, 2**31 - 1)


class RecipientEntryIn(Strict):
    """What is known of somebody to whom letters go."""

    name = text(200, shortest=1, required=True)
    address = fields.List(text(120), load_default=list, validate=validate.Length(max=8))
    ic = optional_text(20)
    box_id = optional_text(20)
    version = fields.Integer(load_default=None, allow_none=True, validate=VERSION)


class RecipientQuery(Strict):
    """Which recipients to list."""

    outcome = fields.String(validate=validate.OneOf(OUTCOMES))
    q = text(200)
    page = fields.Integer(load_default=1, validate=PAGE)
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class ChoiceIn(Strict):
    """Which of the candidates it is, and why."""

    box_id = text(7, shortest=7, required=True)
    reason = text(500, shortest=1, required=True)
    version = fields.Integer(required=True, validate=VERSION)


class DenialIn(Strict):
    """Why none of the candidates is the recipient."""

    reason = text(500, shortest=1, required=True)
    version = fields.Integer(required=True, validate=VERSION)


class ChannelIn(Strict):
    """Which way a letter goes instead of the data box, and why."""

    to = fields.String(required=True, validate=validate.OneOf(PAPER))
    reason = text(500, shortest=1, required=True)
    version = fields.Integer(required=True, validate=VERSION)


class RetryIn(Strict):
    """Why the data box is tried once more."""

    reason = text(500, shortest=1, required=True)
    version = fields.Integer(required=True, validate=VERSION)


class EndIn(Strict):
    """Why the delivery of a document is ended."""

    reason = text(500, shortest=1, required=True)
    version = fields.Integer(required=True, validate=VERSION)


class LookIn(Strict):
    """Why the list of sent messages is read again, and which message a person found in it."""

    reason = text(1000, shortest=1, required=True)
    message_id = optional_text(20)
    version = fields.Integer(required=True, validate=VERSION)


class CandidateOut(Schema):
    """A box that may be the recipient's."""

    box_id = fields.String(required=True)
    type_number = fields.Integer(required=True)
    name = fields.String(required=True)
    address = fields.String(required=True)
    ic = fields.String(required=True)


class LookupOut(Schema):
    """An answer of the directory and the time in which it was given."""

    outcome = fields.String(required=True)
    box_id = fields.String(required=True, allow_none=True)
    found_by = fields.String(required=True, allow_none=True)
    first_at = Instant(required=True)
    until = Instant(required=True, allow_none=True)


class RecipientOut(Schema):
    """Somebody to whom the organisation writes, and what is known of the data box."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    address = fields.List(fields.String(), required=True)
    ic = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    box_id = fields.String(required=True, allow_none=True)
    box_name = fields.String(required=True)
    found_by = fields.String(required=True, allow_none=True)
    found_at = Instant(required=True, allow_none=True)
    answered_at = Instant(required=True, allow_none=True)
    holds_until = Instant(required=True, allow_none=True)
    failed_at = Instant(required=True, allow_none=True)
    is_wanted = fields.Boolean(required=True)
    candidates = fields.List(fields.Nested(CandidateOut), required=True)
    more_candidates = fields.Integer(required=True)
    version = fields.Integer(required=True)


class RecipientWithLookupsOut(RecipientOut):
    """The same with what the directory said over time, the newest first."""

    lookups = fields.List(fields.Nested(LookupOut), required=True)


class RecipientPageOut(Schema):
    """One page of the register."""

    items = fields.List(fields.Nested(RecipientOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)
