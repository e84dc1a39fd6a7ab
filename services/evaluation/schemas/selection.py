"""Meeting, allocation runs and resolution in JSON."""

from marshmallow import Schema, fields, validate

from services.evaluation.domain.resolution import Verdict
from shared.openapi import Day, Instant, MoneyJson, Strict

NAME = validate.Length(min=1, max=300)
LONG = validate.Length(min=1, max=5000)
COUNT = validate.Range(min=0, max=100_000)
PEOPLE = validate.Length(min=1, max=100)


class MeetingIn(Strict):
    """The head of the committee's meeting."""

    held_at = Instant(required=True)
    place = fields.String(required=True, validate=NAME)
    present_ids = fields.List(fields.UUID(), required=True, validate=PEOPLE)
    chair_id = fields.UUID(required=True)
    repeats_votes = fields.Boolean(load_default=False)
    """Drop the votes that do not fit the new head; they must be taken again."""
    version = fields.Integer()


class RecommendationIn(Strict):
    """The committee's vote about one project."""

    is_recommended = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=LONG)
    in_favour = fields.Integer(required=True, validate=COUNT)
    against = fields.Integer(required=True, validate=COUNT)
    abstained = fields.Integer(required=True, validate=COUNT)
    version = fields.Integer(required=True)
    """The version of the recommendation that was seen; 0 before there is one."""
    recused_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=100))


class RecommendationOut(Schema):
    """The committee's recommendation about one project."""

    case_id = fields.UUID(required=True)
    is_recommended = fields.Boolean(required=True)
    reason = fields.String(required=True)
    in_favour = fields.Integer(required=True)
    against = fields.Integer(required=True)
    abstained = fields.Integer(required=True)
    voters = fields.List(fields.Dict(), required=True)
    recused = fields.List(fields.Dict(), required=True)
    version = fields.Integer(required=True)
    points = fields.String(required=True)
    """The exact points, as a fraction such as ``263/3``."""


class TransferIn(Strict):
    """A proposed transfer between fiches; it names the projects."""

    from_fiche = fields.String(required=True, validate=validate.Length(min=1, max=20))
    to_fiche = fields.String(required=True, validate=validate.Length(min=1, max=20))
    application_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(max=1000))
    reason = fields.String(required=True, validate=LONG)


class MinutesIn(Strict):
    """The end of the meeting."""

    transfers = fields.List(
        fields.Nested(TransferIn), load_default=list, validate=validate.Length(max=100)
    )


class MeetingOut(Schema):
    """The committee's meeting."""

    id = fields.UUID(required=True)
    held_at = Instant(required=True)
    place = fields.String(required=True)
    present = fields.List(fields.Dict(), required=True)
    chair_id = fields.UUID(required=True)
    transfers = fields.List(fields.Dict(), required=True)
    closed_at = Instant(allow_none=True)
    signed_at = Instant(allow_none=True)
    version = fields.Integer(required=True)
    recommendations = fields.List(fields.Nested(RecommendationOut))


class AllocationRunIn(Strict):
    """What the run needs beyond the declared rule."""

    named_transfers = fields.List(
        fields.UUID(), load_default=list, validate=validate.Length(max=1000)
    )


class AllocationRunOut(Schema):
    """One run, line by line."""

    id = fields.UUID(required=True)
    call_id = fields.UUID(required=True)
    run_at = Instant(required=True)
    run_by = fields.String(required=True)
    rule = fields.Dict(required=True)
    result = fields.Dict(required=True)
    granted = MoneyJson(required=True)
    left = MoneyJson(required=True)


class AllocationRunsOut(Schema):
    """The runs of a call, newest first."""

    items = fields.List(fields.Nested(AllocationRunOut), required=True)


class VoteIn(Strict):
    """The count of the assembly's vote."""

    entitled = fields.Integer(required=True, validate=COUNT)
    present = fields.Integer(required=True, validate=COUNT)
    in_favour = fields.Integer(required=True, validate=COUNT)
    against = fields.Integer(required=True, validate=COUNT)
    abstained = fields.Integer(required=True, validate=COUNT)


class LineIn(Strict):
    """The decision about one project."""

    application_id = fields.UUID(required=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    amount = MoneyJson(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=2000))


class ResolutionIn(Strict):
    """The assembly's resolution; without lines it follows the run exactly."""

    run_id = fields.UUID(required=True)
    number = fields.String(required=True, validate=validate.Length(min=1, max=60))
    decided_on = Day(required=True)
    vote = fields.Nested(VoteIn, required=True)
    lines = fields.List(fields.Nested(LineIn), validate=validate.Length(max=1000))
    amount_change_reason = fields.String(load_default="", validate=validate.Length(max=5000))


class ResolutionOut(Schema):
    """The assembly's resolution."""

    id = fields.UUID(required=True)
    run_id = fields.UUID(required=True)
    number = fields.String(required=True)
    decided_on = Day(required=True)
    vote = fields.Dict(required=True)
    lines = fields.List(fields.Dict(), required=True)
    by_fiche = fields.Dict(required=True)
    total = MoneyJson(required=True)
    amount_change_reason = fields.String()
    recorded_by = fields.String(required=True)
    signed_at = Instant(allow_none=True)
