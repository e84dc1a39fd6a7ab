"""What registry gives to an evidence bundle."""

from marshmallow import Schema, fields, validate

from shared.openapi import Day, Strict

MOST_ENTRIES = 2**62
"""Above it no database counts."""


class EvidenceQuery(Strict):
    """How much to tell."""

    is_brief = fields.Boolean(load_default=False)
    """Only deadlines and expected records, as a page shows them."""
    log_until = fields.Integer(load_default=None, validate=validate.Range(min=0, max=MOST_ENTRIES))
    """Entries of the log to tell of: as many as are proven in time."""


class LogReachOut(Schema):
    """How far the evidence log is proven in time."""

    log = fields.String(required=True)
    until = fields.Integer(required=True, allow_none=True)
    waits_until = fields.AwareDateTime(required=True, allow_none=True)


class PartOut(Schema):
    """A file for the bundle."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    media_type = fields.String(required=True)
    text = fields.String(required=True)


class DeadlineLineOut(Schema):
    """One deadline with what became of it."""

    what = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    about = fields.String(required=True)
    source = fields.String(required=True)
    direction = fields.String(required=True)
    due = Day(required=True)
    done = Day(required=True, allow_none=True)
    note = fields.String(required=True)


class ExpectedRecordOut(Schema):
    """A signed record that should be there."""

    what = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    about = fields.String(required=True)
    requirement = fields.String(required=True)
    document_ids = fields.List(fields.UUID(), required=True)
    missing = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, allow_none=True
    )


class EvidenceOut(Schema):
    """What there is about an application or a call."""

    parts = fields.List(fields.Nested(PartOut), required=True)
    deadlines = fields.List(fields.Nested(DeadlineLineOut), required=True)
    expected = fields.List(fields.Nested(ExpectedRecordOut), required=True)
