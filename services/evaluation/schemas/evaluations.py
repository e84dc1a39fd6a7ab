"""Committee, interests, assignments, scores, visits and presentations in JSON."""

from decimal import Decimal

from marshmallow import Schema, fields, validate

from services.evaluation.domain.conflicts import LinkSource, LinkType
from services.evaluation.domain.onsite import ClaimVerdict, Effect
from services.evaluation.domain.spread import SpreadOutcome, SpreadStep
from shared.openapi import Day, Instant, Strict

NAME = validate.Length(min=1, max=300)
LONG = validate.Length(min=1, max=5000)
OPTIONAL = validate.Length(max=5000)
PEOPLE = validate.Length(min=1, max=100)


class CommitteeIn(Strict):
    """The members of the committee."""

    member_ids = fields.List(fields.UUID(), required=True, validate=PEOPLE)
    version = fields.Integer(required=True)
    """The version of the committee that was seen; 0 before there is one."""


class MemberOut(Schema):
    """A member of the committee."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    function = fields.String(required=True)


class CommitteeOut(Schema):
    """The committee of a call."""

    items = fields.List(fields.Nested(MemberOut), required=True)
    version = fields.Integer(required=True)


class LinkIn(Strict):
    """A tie of a person to an applicant, a project or a municipality."""

    id = fields.UUID(required=True)
    type = fields.Enum(LinkType, by_value=True, required=True)
    source = fields.Enum(LinkSource, by_value=True, load_default=LinkSource.DECLARATION)
    party_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    party_name = fields.String(load_default="", validate=validate.Length(max=300))
    application_id = fields.UUID(load_default=None, allow_none=True)
    municipality = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=200)
    )
    valid_from = Day(load_default=None, allow_none=True)
    valid_to = Day(load_default=None, allow_none=True)
    evidence = fields.String(load_default="", validate=OPTIONAL)


class PersonLinkIn(LinkIn):
    """A tie of another person."""

    id = fields.UUID(dump_only=True)
    person_id = fields.UUID(required=True)


class LinkEndIn(Strict):
    """The last day of a tie, and what proves it."""

    valid_to = Day(required=True)
    evidence = fields.String(required=True, validate=validate.Length(min=1, max=5000))


class LinkOut(Schema):
    """A tie in the register of interests."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    person_name = fields.String(required=True)
    type = fields.String(required=True)
    source = fields.String(required=True)
    party_key = fields.String(allow_none=True)
    party_name = fields.String()
    application_id = fields.UUID(allow_none=True)
    municipality = fields.String(allow_none=True)
    valid_from = Day(allow_none=True)
    valid_to = Day(allow_none=True)
    evidence = fields.String()


class DeclarationIn(Strict):
    """A member's declaration of interests; an empty list says that there are none."""

    links = fields.List(fields.Nested(LinkIn), required=True, validate=validate.Length(max=50))


DECLARED = ("person_id", "person_name", "has_links", "declared_at")


class DeclarationOut(Schema):
    """A declaration as it was made, and the document to sign."""

    person_id = fields.UUID(required=True)
    person_name = fields.String(required=True)
    has_links = fields.Boolean(required=True)
    declared_at = Instant(required=True)
    document_ids = fields.List(fields.UUID(), required=True)
    are_made = fields.Boolean(required=True)


class ReasonOut(Schema):
    """Why one person may not evaluate one project."""

    rule = fields.Integer(required=True)
    link_id = fields.UUID(required=True)
    link_type = fields.String(required=True)
    because_of = fields.UUID(required=True)


class EligibilityOut(Schema):
    """What the rules say about one pair."""

    person_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    is_eligible = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(ReasonOut), required=True)


class ConflictsOut(Schema):
    """Who may evaluate what."""

    members = fields.List(fields.Nested(MemberOut), required=True)
    declared = fields.List(fields.UUID(), required=True)
    items = fields.List(fields.Nested(EligibilityOut), required=True)


class AssignmentIn(Strict):
    """The evaluators of a project."""

    evaluator_ids = fields.List(fields.UUID(), required=True, validate=PEOPLE)
    version = fields.Integer(required=True)
    """The ``assignment_version`` of the case that was seen; 0 before there is one."""


class MaterialIn(Strict):
    """The evaluator takes over the material."""

    wants_print = fields.Boolean(load_default=False)


class AssignmentOut(Schema):
    """A project given to an evaluator."""

    case_id = fields.UUID(required=True)
    evaluator_id = fields.UUID(required=True)
    evaluator_name = fields.String(required=True)
    assigned_at = Instant(required=True)
    opened_at = Instant(allow_none=True)
    wants_print = fields.Boolean(required=True)
    print_handed_at = Instant(allow_none=True)
    print_received_at = Instant(allow_none=True)


class SpreadOut(Schema):
    """How far the evaluators lie apart."""

    points = fields.Decimal(required=True, as_string=True)
    threshold = fields.Decimal(required=True, as_string=True, allow_none=True)
    step = fields.Enum(SpreadStep, by_value=True, required=True)


class SpreadDecisionIn(Strict):
    """What the director decided, and why."""

    outcome = fields.Enum(SpreadOutcome, by_value=True, required=True)
    reason = fields.String(required=True, validate=LONG)


class HandOverIn(Strict):
    """What was handed over on paper, and to whom."""

    evaluator_id = fields.UUID(required=True)
    file_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=200))


class ScoreIn(Strict):
    """Points for one criterion."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    points = fields.Decimal(required=True, allow_nan=False)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class ExclusionIn(Strict):
    """Why a score sheet is excluded."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=5000))


class ScoresIn(Strict):
    """A score sheet."""

    scores = fields.List(fields.Nested(ScoreIn), required=True, validate=validate.Length(max=100))
    note = fields.String(load_default="", validate=OPTIONAL)
    version = fields.Integer()


class ScoreSheetOut(Schema):
    """A score sheet as it stands."""

    id = fields.UUID(required=True)
    evaluator_id = fields.UUID(required=True)
    scores = fields.Dict(required=True)
    note = fields.String(required=True)
    closed_at = Instant(allow_none=True)
    signed_at = Instant(allow_none=True)
    version = fields.Integer(required=True)


class ClaimIn(Strict):
    """A statement of the application and what the visit showed."""

    statement = fields.String(required=True, validate=LONG)
    verdict = fields.Enum(ClaimVerdict, by_value=True, required=True)
    note = fields.String(load_default="", validate=OPTIONAL)
    effect = fields.Enum(Effect, by_value=True, load_default=Effect.NONE)
    deduction = fields.Decimal(load_default=Decimal(0), allow_nan=False)


class OnsiteIn(Strict):
    """The ex-ante check of a project."""

    visited_on = Day(required=True)
    place = fields.String(required=True, validate=NAME)
    present_ids = fields.List(fields.UUID(), required=True, validate=PEOPLE)
    claims = fields.List(
        fields.Nested(ClaimIn), required=True, validate=validate.Length(min=1, max=100)
    )
    need = fields.String(required=True, validate=LONG)
    accord = fields.String(required=True, validate=LONG)


class OrderIn(Strict):
    """The order of presentations."""

    order = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=1000))
    version = fields.Integer()


class PresentationsOut(Schema):
    """The public presentations of a call."""

    presentation_at = Instant(required=True)
    presentation_place = fields.String(required=True)
    order = fields.List(fields.UUID(), required=True)
    entries = fields.List(fields.Dict(), required=True)
    closed_at = Instant(allow_none=True)
    signed_at = Instant(allow_none=True)


class PresentationChangeIn(Strict):
    """A new date of the presentations."""

    new_at = Instant(required=True)
    new_place = fields.String(required=True, validate=NAME)
    reason = fields.String(required=True, validate=LONG)
    override_reason = fields.String(load_default="", validate=OPTIONAL)


class PresentationEntryIn(Strict):
    """What happened with one project."""

    application_id = fields.UUID(required=True)
    was_presented = fields.Boolean(required=True)
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class PresentationRecordIn(Strict):
    """The record of the presentations."""

    entries = fields.List(
        fields.Nested(PresentationEntryIn), required=True, validate=validate.Length(max=1000)
    )
    public_count = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=0, max=100_000)
    )
    note = fields.String(load_default="", validate=OPTIONAL)
