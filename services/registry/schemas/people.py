"""Sessions, people, delegations, members, the plan and regulations."""

from marshmallow import Schema, fields, validate

from services.registry.domain.roles import DELEGABLE_ACTS, Role
from shared.openapi import Day, MoneyJson, Strict

NAME = validate.Length(min=1, max=120)
LONG_NAME = validate.Length(min=1, max=200)


class SignInIn(Strict):
    """Sign-in name and password."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=60))
    password = fields.String(
        required=True, load_only=True, validate=validate.Length(min=1, max=200)
    )


class RenewIn(Strict):
    """The secret of a session."""

    session = fields.String(required=True, validate=validate.Length(min=1, max=100))


class TokenOut(Schema):
    """A person token; ``session`` renews it for as long as the session lives."""

    token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    session = fields.String()


class VersionIn(Strict):
    """The version of the record that the caller saw."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))


class PersonFactsIn(Strict):
    """What is said about a person."""

    name = fields.String(required=True, validate=NAME)
    function = fields.String(load_default="", validate=validate.Length(max=120))
    email = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))
    roles = fields.List(
        fields.String(validate=validate.OneOf([role.value for role in Role])),
        required=True,
        validate=validate.Length(max=len(Role)),
    )


class NewPersonIn(PersonFactsIn):
    """A person and the account."""

    login = fields.String(required=True, validate=validate.Length(min=1, max=60))
    password = fields.String(
        required=True, load_only=True, validate=validate.Length(min=1, max=200)
    )


class ChangePersonIn(PersonFactsIn):
    """A change of a person."""

    is_active = fields.Boolean(load_default=True)
    version = fields.Integer(required=True, validate=validate.Range(min=1))


class PasswordIn(Strict):
    """A new password, and the present one that it replaces."""

    present = fields.String(required=True, load_only=True, validate=validate.Length(min=1, max=200))
    password = fields.String(
        required=True, load_only=True, validate=validate.Length(min=1, max=200)
    )


class PersonOut(Schema):
    """A person of the organisation."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    function = fields.String(required=True)
    email = fields.String(allow_none=True)
    roles = fields.List(fields.String(), required=True)


class LivingDelegationOut(Schema):
    """A delegation that is neither over nor taken back."""

    id = fields.UUID(required=True)
    act = fields.String(required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)


class ColleagueOut(PersonOut):
    """A person of the organisation with what the director has delegated to him."""

    delegations = fields.List(fields.Nested(LivingDelegationOut), required=True)


class FullPersonOut(PersonOut):
    """A person as those see who manage people."""

    login = fields.String(required=True)
    is_active = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class RoleQuery(Strict):
    """Filter of people."""

    role = fields.String(validate=validate.OneOf([role.value for role in Role]))


class DelegationIn(Strict):
    """Who may do what, and when."""

    act = fields.String(
        required=True, validate=validate.OneOf(sorted(act.value for act in DELEGABLE_ACTS))
    )
    delegate_id = fields.UUID(required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)


class DelegationOut(Schema):
    """A delegation."""

    id = fields.UUID(required=True)
    act = fields.String(required=True)
    delegator_id = fields.UUID(required=True)
    delegate_id = fields.UUID(required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    revoked_on = Day(allow_none=True)


class MemberIn(Strict):
    """A member who is told about calls."""

    name = fields.String(required=True, validate=LONG_NAME)
    email = fields.String(required=True, validate=validate.Length(max=254))
    is_active = fields.Boolean(load_default=True)


class MemberOut(Schema):
    """A member."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    is_active = fields.Boolean(required=True)


class ShareIn(Strict):
    """Planned share of one fiche."""

    fiche = fields.String(required=True, validate=validate.Length(min=1, max=10))
    name = fields.String(required=True, validate=LONG_NAME)
    percent = fields.Decimal(required=True, places=2, as_string=True, allow_nan=False)


class StrategyIn(Strict):
    """Planned shares of all fiches, together 100 per cent, and the whole amount of the plan."""

    shares = fields.List(fields.Nested(ShareIn), required=True, validate=validate.Length(max=60))
    total = MoneyJson(load_default=None, allow_none=True)


class ShareOut(Schema):
    """Planned share of one fiche."""

    fiche = fields.String(required=True)
    name = fields.String(required=True)
    percent = fields.Decimal(required=True, places=2, as_string=True)


class StrategyOut(Schema):
    """Planned shares of all fiches and the whole amount of the plan."""

    shares = fields.List(fields.Nested(ShareOut), required=True)
    total = MoneyJson(allow_none=True)


class RegulationIn(Strict):
    """A version of the regulation on transparency."""

    title = fields.String(required=True, validate=LONG_NAME)
    label = fields.String(required=True, validate=validate.Length(min=1, max=40))
    valid_from = Day(required=True)
    text = fields.String(required=True, validate=validate.Length(min=1, max=200_000))


class RegulationOut(Schema):
    """A version of the regulation."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    label = fields.String(required=True)
    valid_from = Day(required=True)
    text = fields.String(required=True)
    sha256 = fields.String(required=True)
