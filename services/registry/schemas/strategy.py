"""The drawdown of the strategic plan and what it proposes."""

from marshmallow import Schema, fields, validate

from shared.openapi import Instant, MoneyJson, Strict

LARGEST_AMOUNT = 10**12


class FicheDrawdownOut(Schema):
    """Where one fiche stands against the plan."""

    fiche = fields.String(required=True)
    name = fields.String(required=True)
    planned_percent = fields.Decimal(required=True, places=2, as_string=True)
    planned = MoneyJson(allow_none=True)
    allotted = MoneyJson(required=True)
    in_open_calls = MoneyJson(required=True)
    actual_percent = fields.Decimal(required=True, places=2, as_string=True)
    gap_points = fields.Decimal(required=True, places=2, as_string=True)
    gap = MoneyJson(allow_none=True)


class DrawdownOut(Schema):
    """The whole plan."""

    total = MoneyJson(allow_none=True)
    fiches = fields.List(fields.Nested(FicheDrawdownOut), required=True)
    without_fiche = MoneyJson(required=True)
    allotted = MoneyJson(required=True)
    in_open_calls = MoneyJson(required=True)
    gap = MoneyJson(allow_none=True)


class DrawdownReportOut(Schema):
    """A report: what it says and the document that bears the signature."""

    id = fields.UUID(required=True)
    facts = fields.Dict(required=True)
    document_id = fields.UUID(required=True)
    made_at = Instant(required=True)
    made_by = fields.String(required=True)


class MadeReportOut(Schema):
    """A report just made, and whether its document is ready for signing."""

    report = fields.Nested(DrawdownReportOut, required=True)
    is_document_made = fields.Boolean(required=True)


class AmountQuery(Strict):
    """The amount of the call that is to be divided, in crowns."""

    amount = fields.Decimal(allow_nan=False, validate=validate.Range(min=1, max=LARGEST_AMOUNT))


class LimitOut(Schema):
    """A proposed limit."""

    code = fields.String(required=True)
    allocation = MoneyJson(required=True)


class LimitsOut(Schema):
    """Proposed limits by fiche."""

    limits = fields.List(fields.Nested(LimitOut), required=True)
