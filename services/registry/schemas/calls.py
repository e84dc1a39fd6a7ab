"""Calls: plan, fiches, rule, money, and the call as others see it."""

from marshmallow import Schema, fields, validate

from services.registry.domain.applicants import ApplicantKind
from services.registry.domain.states import CallState
from shared.contracts.allocation import (
    AmountKind,
    OnMisfit,
    Ranking,
    TieBreak,
    TransferMode,
    UnderdrawnMechanism,
)
from shared.openapi import Day, Instant, MoneyJson, Strict

CODE = validate.Regexp(r"[A-Za-z0-9_.-]{1,60}\Z")
FICHE = validate.Regexp(r"[A-Za-z0-9]{1,10}\Z")
TEXT = validate.Length(min=1, max=1000)
PLACE = validate.Length(max=300)
VERSION = validate.Range(min=1)


class NewCallIn(Strict):
    """A call at its beginning."""

    number = fields.Integer(required=True, strict=True)
    title = fields.String(required=True, validate=validate.Length(min=1, max=200))


class PlanIn(Strict):
    """Dates, places and texts of a call."""

    title = fields.String(required=True, validate=validate.Length(min=1, max=200))
    opens_at = Instant(load_default=None, allow_none=True)
    closes_at = Instant(load_default=None, allow_none=True)
    intake_place = fields.String(load_default="", validate=PLACE)
    presentation_at = Instant(load_default=None, allow_none=True)
    presentation_place = fields.String(load_default="", validate=PLACE)
    regulation_version_id = fields.UUID(load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=4000))
    how_to_apply = fields.String(load_default="", validate=validate.Length(max=4000))
    version = fields.Integer(required=True, validate=VERSION)


class AttachmentIn(Strict):
    """An attachment that the fiche knows."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=TEXT)
    is_mandatory = fields.Boolean(load_default=True)


class CriterionIn(Strict):
    """A condition of acceptability."""

    code = fields.String(required=True, validate=CODE)
    text = fields.String(required=True, validate=TEXT)


class ScoringIn(CriterionIn):
    """A criterion with points."""

    max_points = fields.Integer(required=True, strict=True, validate=validate.Range(max=1000))
    spl_goal = fields.String(load_default="", validate=validate.Length(max=300))


class FicheIn(Strict):
    """A fiche as the call opens it."""

    code = fields.String(required=True, validate=FICHE)
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    allocation = MoneyJson(load_default=None, allow_none=True)
    attachments = fields.List(
        fields.Nested(AttachmentIn), load_default=list, validate=validate.Length(max=60)
    )
    acceptability = fields.List(
        fields.Nested(CriterionIn), load_default=list, validate=validate.Length(max=60)
    )
    scoring = fields.List(
        fields.Nested(ScoringIn), load_default=list, validate=validate.Length(max=60)
    )


class PreferenceIn(Strict):
    """In one fiche, applicants of one kind come first."""

    fiche = fields.String(required=True, validate=FICHE)
    applicant_kind = fields.Enum(ApplicantKind, by_value=True, required=True)


class SpillOverIn(Strict):
    """What some fiches do not use goes to others."""

    from_fiches = fields.List(fields.String(validate=FICHE), required=True)
    to_fiches = fields.List(fields.String(validate=FICHE), required=True)


class RuleIn(Strict):
    """The declared allocation rule."""

    ranking = fields.Enum(Ranking, by_value=True, required=True)
    on_misfit = fields.Enum(OnMisfit, by_value=True, required=True)
    amount_kind = fields.Enum(AmountKind, by_value=True, load_default=AmountKind.MAXIMUM)
    tiers = fields.List(fields.List(fields.String(validate=FICHE)), load_default=list)
    others_last = fields.Boolean(load_default=False)
    spill_over = fields.Nested(SpillOverIn, load_default=None, allow_none=True)
    preferences = fields.List(fields.Nested(PreferenceIn), load_default=list)
    transfer = fields.Enum(TransferMode, by_value=True, load_default=TransferMode.NONE)
    consider_underdrawn = fields.List(fields.String(validate=FICHE), load_default=list)
    underdrawn_mechanism = fields.Enum(
        UnderdrawnMechanism, by_value=True, load_default=None, allow_none=True
    )
    tie_break = fields.List(
        fields.Enum(TieBreak, by_value=True), load_default=lambda: [TieBreak.RECEIVED_ORDER]
    )
    min_points = fields.Decimal(load_default=None, allow_none=True, as_string=True, allow_nan=False)


class FichesIn(Strict):
    """Fiches, rule and formal lines of a draft."""

    fiches = fields.List(fields.Nested(FicheIn), required=True, validate=validate.Length(max=30))
    rule = fields.Nested(RuleIn, load_default=None, allow_none=True)
    formal_items = fields.List(
        fields.Nested(CriterionIn),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=60),
    )
    version = fields.Integer(required=True, validate=VERSION)


class LimitIn(Strict):
    """What the director recommends for one fiche; ``null`` when it has no purse of its own."""

    code = fields.String(required=True, validate=FICHE)
    allocation = MoneyJson(required=True, allow_none=True)


class RecommendationIn(Strict):
    """What the director recommends; fiches that are not named keep their allocation."""

    amount = MoneyJson(required=True)
    fiches = fields.List(
        fields.Nested(LimitIn), load_default=list, validate=validate.Length(max=30)
    )
    reason = fields.String(required=True, validate=validate.Length(min=1, max=4000))
    version = fields.Integer(required=True, validate=VERSION)


class AllocationDecisionIn(Strict):
    """What the programme committee decided."""

    outcome = fields.String(required=True, validate=validate.OneOf(["approved", "returned"]))
    decided_on = Day(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=4000))
    version = fields.Integer(required=True, validate=VERSION)


class CriterionOut(Schema):
    """A criterion; ``maximum`` only for points."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    maximum = fields.Integer(allow_none=True)
    spl_goal = fields.String(required=True)


class AttachmentKindOut(Schema):
    """An attachment that the fiche asks for."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    is_mandatory = fields.Boolean(required=True)


class FicheOut(Schema):
    """A fiche as the call opened it."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    name = fields.String(required=True)
    allocation = MoneyJson(allow_none=True)
    attachments = fields.List(fields.Nested(AttachmentKindOut), required=True)
    acceptability = fields.List(fields.Nested(CriterionOut), required=True)
    scoring = fields.List(fields.Nested(CriterionOut), required=True)


class CallOut(Schema):
    """A call; a draft may lack dates."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    amount = MoneyJson(required=True)
    rule = fields.Dict(required=True)
    fiches = fields.List(fields.Nested(FicheOut), required=True)
    published_at = Instant(allow_none=True)
    opens_at = Instant(allow_none=True)
    closes_at = Instant(allow_none=True)
    intake_place = fields.String(required=True)
    presentation_at = Instant(allow_none=True)
    presentation_place = fields.String(required=True)
    regulation_id = fields.UUID(allow_none=True)
    regulation_version = fields.String(required=True)
    note = fields.String(required=True)
    deadlines = fields.Dict(required=True)
    how_to_apply = fields.String(required=True)
    version = fields.Integer(required=True)


class CallListOut(Schema):
    """Calls, the newest number first."""

    items = fields.List(fields.Nested(CallOut), required=True)


class CallQuery(Strict):
    """Filter of calls."""

    state = fields.String(validate=validate.OneOf([state.value for state in CallState]))


class AllocationDecisionOut(Schema):
    """A recommendation, and what was decided about it."""

    id = fields.UUID(required=True)
    call_id = fields.UUID(required=True)
    amount = MoneyJson(required=True)
    fiches = fields.List(fields.Dict(), required=True)
    reason = fields.String(required=True)
    recommended_by = fields.String(required=True)
    recommended_at = Instant(required=True)
    outcome = fields.String(allow_none=True)
    decided_by = fields.String(required=True)
    decided_on = Day(allow_none=True)
    note = fields.String(required=True)
    document_id = fields.UUID(allow_none=True)


class SnapshotOut(Schema):
    """What was published, with its hash."""

    kind = fields.String(required=True)
    content = fields.Dict(required=True)
    sha256 = fields.String(required=True)
    published_at = Instant(required=True)
    published_by = fields.String(required=True)


class CallTextOut(Schema):
    """The text of a call as a document, and whether it is ready for signing."""

    document_id = fields.UUID(required=True)
    is_document_made = fields.Boolean(required=True)
