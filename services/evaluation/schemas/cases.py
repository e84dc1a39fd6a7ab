"""Calls, cases and documents as the JSON API gives them."""

from marshmallow import Schema, fields, validate

from shared.openapi import Day, Instant, MoneyJson, Strict


class PageIn(Strict):
    """Which page of a list."""

    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))
    page_size = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class CaseQueryIn(PageIn):
    """Which cases."""

    state = fields.String(validate=validate.Length(max=30))
    fiche = fields.String(validate=validate.Length(max=20))


class CallOut(Schema):
    """A published call."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    amount = MoneyJson(required=True)
    presentation_at = Instant(required=True)
    presentation_place = fields.String(required=True)
    is_closed = fields.Boolean(required=True)
    rules = fields.Dict(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())


class CaseOut(Schema):
    """Where a case stands."""

    id = fields.UUID(required=True)
    call_id = fields.UUID(required=True)
    number = fields.String(required=True)
    fiche = fields.String(required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    applicant_name = fields.String(required=True)
    applicant_kind = fields.String(required=True)
    requested = MoneyJson(required=True)
    received_order = fields.Integer(required=True)
    state = fields.String(required=True)
    state_since = Instant(required=True)
    control_round = fields.Integer(required=True)
    control_ended_at = Instant(allow_none=True)
    notice_due = Day(allow_none=True)
    assignment_version = fields.Integer(required=True)
    version = fields.Integer(required=True)


class CasePageOut(Schema):
    """A page of cases."""

    items = fields.List(fields.Nested(CaseOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class RecordOut(Schema):
    """A document of evaluation, as far as evaluation knows."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    signer_ids = fields.List(fields.UUID(), required=True)
    requested_at = Instant(required=True)
    signed_at = Instant(allow_none=True)
    issued_at = Instant(allow_none=True)
    delivery_state = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)
    dispatched_at = Instant(allow_none=True)
    delivered_on = Day(allow_none=True)
    delivery_basis = fields.String(allow_none=True)
    due = Day(allow_none=True)


class CaseDetailOut(CaseOut):
    """A case with its documents and what can be done next."""

    acts = fields.List(fields.String(), required=True)
    next_step = fields.String(allow_none=True)
    records = fields.List(fields.Nested(RecordOut), required=True)


class DocumentsOut(Schema):
    """Documents that an act made; they wait for signatures."""

    document_ids = fields.List(fields.UUID(), required=True)
    are_made = fields.Boolean(required=True)
    """Whether documents has them already; otherwise it gets them shortly."""


class CasesOut(Schema):
    """Cases that an act touched."""

    items = fields.List(fields.Nested(CaseOut), required=True)


class CaseIdsIn(Strict):
    """Chosen cases."""

    case_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=1000))


class TaskOut(Schema):
    """Something that waits for the acting person."""

    what = fields.String(required=True)
    subject = fields.String(required=True)
    url = fields.String(required=True)
    due = Day(allow_none=True)
    reason = fields.String()


class TasksOut(Schema):
    """What waits for the acting person, by deadline."""

    items = fields.List(fields.Nested(TaskOut), required=True)
