"""Settings of the organisation and periods of a call."""

from marshmallow import Schema, fields, validate

from services.registry.domain.settings import MOST_CALLS, PERIODS
from shared.deadlines import Unit
from shared.openapi import Strict


class PeriodIn(Strict):
    """A length of time."""

    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=366))
    unit = fields.String(required=True, validate=validate.OneOf([unit.value for unit in Unit]))


DeadlinesIn = Strict.from_dict(
    {name: fields.Nested(PeriodIn) for name in PERIODS}, name="DeadlinesIn"
)
"""Periods; one that is left out has its default."""


class SettingsIn(Strict):
    """Everything that the director may set."""

    usual_calls = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=MOST_CALLS)
    )
    deadlines = fields.Nested(DeadlinesIn, required=True)
    version = fields.Integer(required=True, validate=validate.Range(min=0))


class SettingsOut(Schema):
    """The settings in force."""

    usual_calls = fields.Integer(required=True)
    deadlines = fields.Dict(required=True)
    version = fields.Integer(required=True)


class CallDeadlinesIn(Strict):
    """Periods of one call."""

    deadlines = fields.Nested(DeadlinesIn, required=True, allow_none=True)
    version = fields.Integer(required=True, validate=validate.Range(min=1))


class CallDeadlinesOut(Schema):
    """Periods that bind the call as it stands."""

    id = fields.UUID(required=True)
    deadlines = fields.Dict(required=True)
    version = fields.Integer(required=True)
