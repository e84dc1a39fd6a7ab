"""The administrative control in JSON."""

from marshmallow import Schema, fields, validate

from services.evaluation.domain.controls import ItemKind, Verdict
from shared.openapi import Day, Instant, Strict

from .cases import CaseIdsIn

TEXT = validate.Length(min=1, max=1000)
LONG = validate.Length(max=5000)


class ControlItemIn(Strict):
    """One line of a control list."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    kind = fields.Enum(ItemKind, by_value=True, required=True)
    text = fields.String(required=True, validate=TEXT)
    is_repairable = fields.Boolean(load_default=True)
    attachment_code = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=40)
    )


class ControlListIn(Strict):
    """The control list of a fiche; without items it is made from the call."""

    items = fields.List(fields.Nested(ControlItemIn), validate=validate.Length(max=200))
    version = fields.Integer()


class ControlItemOut(Schema):
    """One line of a control list."""

    code = fields.String(required=True)
    kind = fields.Enum(ItemKind, by_value=True, required=True)
    text = fields.String(required=True)
    is_repairable = fields.Boolean(required=True)
    attachment_code = fields.String(allow_none=True)


class ControlListOut(Schema):
    """The control list of a fiche."""

    fiche = fields.String(required=True)
    control_items = fields.List(fields.Nested(ControlItemOut), required=True, data_key="items")
    author_name = fields.String(required=True)
    prepared_at = Instant(required=True)
    frozen_at = Instant(allow_none=True)
    version = fields.Integer(required=True)


class ControlListsOut(Schema):
    """The control lists of a call."""

    items = fields.List(fields.Nested(ControlListOut), required=True)


class AppointmentIn(CaseIdsIn):
    """The two controllers of chosen applications."""

    controller_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=10))


class FindingIn(Strict):
    """What was found about one item."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    note = fields.String(load_default="", validate=validate.Length(max=2000))


class FindingsIn(Strict):
    """A half-filled control list."""

    findings = fields.List(
        fields.Nested(FindingIn), required=True, validate=validate.Length(max=200)
    )
    version = fields.Integer()


class ConclusionIn(FindingsIn):
    """A filled control list with its conclusion."""

    is_acceptable = fields.Boolean(required=True)


class ControlOut(Schema):
    """One controller's control."""

    id = fields.UUID(required=True)
    controller_id = fields.UUID(required=True)
    controller_name = fields.String(required=True)
    round = fields.Integer(required=True)
    is_registrar = fields.Boolean(required=True)
    findings = fields.Dict(required=True)
    is_acceptable = fields.Boolean(allow_none=True)
    concluded_at = Instant(allow_none=True)
    signed_at = Instant(allow_none=True)
    version = fields.Integer(required=True)


class ControlsOut(Schema):
    """The controls of the present round."""

    items = fields.List(fields.Nested(ControlOut), required=True)
    next_step = fields.String(required=True)


class ControlDecisionIn(Strict):
    """The director's decision about a disagreement."""

    is_acceptable = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=LONG)


class DeficiencyCallIn(Strict):
    """A call to remove deficiencies."""

    deficiencies = fields.List(
        fields.String(validate=TEXT), required=True, validate=validate.Length(min=1, max=100)
    )
    fixed_date = Day(required=True)


class DeficiencyProposalOut(Schema):
    """What to write in the call."""

    deficiencies = fields.List(fields.String(), required=True)
    fixed_date = Day(required=True)
    explanation = fields.String(required=True)


class RepairIn(Strict):
    """The applicant's repair."""

    repaired_on = Day(required=True)
    note = fields.String(load_default="", validate=LONG)
