"""What the control interface and the seed file take."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from services.isds_simulator.domain.attachments import ORDINARY_LIMIT
from services.isds_simulator.domain.box_id import is_box_id
from services.isds_simulator.domain.box_types import TYPE_NUMBERS
from services.isds_simulator.ledger.rows import Fault
from services.isds_simulator.service.directory import (
    CREATE_VIEW_SEARCH,
    PRIMARY_USER,
    BoxDraft,
    LoginDraft,
)
from services.isds_simulator.soap.faults import BadParam, FaultKind, checked_params

HALF_A_CENTURY = validate.Range(-1_600_000_000, 1_600_000_000)
MOST_CREDIT = 10**12
LARGEST_LIMIT = 50 * 1024 * 1024
BOX_STATES = (1, 2, 3, 4, 5)
LOGIN_EVENTS = ("EV11", "EV12", "EV13")


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        """Unknown fields are mistakes."""

        unknown = RAISE


def box_id_field(**options: Any) -> fields.String:
    """Return a field for a well-formed box id."""

    def check(value: str) -> None:
        if not is_box_id(value):
            raise ValidationError("Not a box id: seven characters with a check character.")

    return fields.String(validate=check, **options)


def _text() -> fields.String:
    return fields.String(load_default=None, allow_none=True)


class LoginIn(Strict):
    """A login."""

    username = fields.String(required=True, validate=validate.Length(min=3, max=32))
    password = fields.String(required=True, validate=validate.Length(min=1, max=64))
    rights = fields.Integer(load_default=CREATE_VIEW_SEARCH, validate=validate.Range(0, 255))
    user_type = fields.String(load_default=PRIMARY_USER)
    person = fields.String(load_default="Jan Novák")
    password_expires = fields.AwareDateTime(load_default=None, allow_none=True)
    one_time_code = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(r"[0-9]{6}\Z")
    )

    @post_load
    def _as_draft(self, values: dict[str, Any], **_: Any) -> LoginDraft:
        return LoginDraft(**values)


class BoxIn(Strict):
    """A box."""

    id = box_id_field(load_default=None, allow_none=True)
    type = fields.String(required=True, validate=validate.OneOf(sorted(TYPE_NUMBERS)))
    name = fields.String(required=True, validate=validate.Length(min=1, max=255))
    ic = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"[0-9]{8}\Z"))
    given_names = _text()
    last_name = _text()
    street = _text()
    house = _text()
    city = _text()
    zip_code = _text()
    country = fields.String(load_default="CZ")
    state = fields.Integer(load_default=1, validate=validate.OneOf(BOX_STATES))
    accepts_paid = fields.Boolean(load_default=False)
    has_contract = fields.Boolean(load_default=False)
    credit = fields.Integer(load_default=0, validate=validate.Range(0, MOST_CREDIT))
    has_user = fields.Boolean(load_default=True)
    attachment_limit = fields.Integer(
        load_default=ORDINARY_LIMIT, validate=validate.Range(1, LARGEST_LIMIT)
    )
    throttle_ms = fields.Integer(load_default=0, validate=validate.Range(0, 600_000))
    logins = fields.List(fields.Nested(LoginIn), load_default=())

    @post_load
    def _as_draft(self, values: dict[str, Any], **_: Any) -> BoxDraft:
        return BoxDraft(**{**values, "logins": tuple(values["logins"])})


class SubsidyIn(Strict):
    """Somebody pays for paid messages of a box."""

    payer_id = box_id_field(required=True)
    recipient_id = box_id_field(load_default=None, allow_none=True)
    remaining = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1))
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)


class SeedSubsidyIn(SubsidyIn):
    """The same in a seed, which must name the box."""

    box_id = box_id_field(required=True)


class CertificateIn(Strict):
    """A client certificate to be issued."""

    kind = fields.String(
        load_default="system", validate=validate.OneOf(("system", "user", "hosted"))
    )
    username = fields.String(load_default=None, allow_none=True)


class SeedIn(Strict):
    """A seed file."""

    boxes = fields.List(fields.Nested(BoxIn), load_default=())
    subsidies = fields.List(fields.Nested(SeedSubsidyIn), load_default=())
    faults = fields.List(fields.Nested("FaultIn"), load_default=())
    clock = fields.Nested("ClockIn", load_default=None)
    scenario = fields.Dict(load_default=None)


class BoxStateIn(Strict):
    """A new state of a box."""

    state = fields.Integer(required=True, validate=validate.OneOf(BOX_STATES))


class CreditIn(Strict):
    """A payment into, or out of, the credit of a box, in haléře."""

    amount = fields.Integer(required=True, validate=validate.Range(-MOST_CREDIT, MOST_CREDIT))


class ThrottleIn(Strict):
    """How long each watched request of a box is held back."""

    seconds = fields.Float(required=True, validate=validate.Range(0, 600))


class RecipientLoginIn(Strict):
    """A login of the recipient."""

    event = fields.String(load_default="EV11", validate=validate.OneOf(LOGIN_EVENTS))
    reads_all = fields.Boolean(load_default=True)


class ClockIn(Strict):
    """How to set the clock: exactly one of the first four, or how fast it runs."""

    now = fields.AwareDateTime(load_default=None)
    offset_seconds = fields.Float(load_default=None, validate=HALF_A_CENTURY)
    advance_seconds = fields.Float(load_default=None, validate=HALF_A_CENTURY)
    reset = fields.Boolean(load_default=None)
    stopped = fields.Boolean(load_default=None)
    speed = fields.Float(load_default=None, validate=validate.Range(0, 1_000_000))


class FaultIn(Strict):
    """A fault switch."""

    operation = fields.String(load_default="*")
    kind = fields.String(required=True, validate=validate.OneOf([str(kind) for kind in FaultKind]))
    box_id = box_id_field(load_default=None, allow_none=True)
    params = fields.Dict(keys=fields.String(), load_default=dict)
    every = fields.Integer(load_default=1, validate=validate.Range(min=1))
    times = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1))

    @post_load
    def _as_fault(self, values: dict[str, Any], **_: Any) -> Fault:
        times = values.pop("times")
        try:
            checked_params(FaultKind(values["kind"]), values["params"])
        except BadParam as error:
            raise ValidationError({"params": [str(error)]}) from error
        return Fault(id=0, hits=0, remaining=times, **values)


class MessageQueryIn(Strict):
    """Which messages to show."""

    sender = fields.String(load_default=None)
    recipient = fields.String(load_default=None)
    reference = fields.String(load_default=None)
    state = fields.Integer(load_default=None)
    limit = fields.Integer(load_default=1000, validate=validate.Range(1, 100_000))
    offset = fields.Integer(load_default=0, validate=validate.Range(0))
