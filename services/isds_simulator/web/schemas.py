"""What the control interface and the seed file take."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from services.isds_simulator.domain.attachments import ORDINARY_LIMIT
from services.isds_simulator.domain.box_id import is_box_id
from services.isds_simulator.domain.box_types import TYPE_NUMBERS
from services.isds_simulator.domain.states import LOGIN_EVENTS, State
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
MESSAGE_STATES = tuple(int(state) for state in State)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
MOST = 2**53


class Strict(Schema):
    """A schema that refuses what it does not know and what the ledger cannot keep."""

    class Meta:
        """Unknown fields are mistakes."""

        unknown = RAISE

    def load(self, data: Any, **options: Any) -> Any:
        """Load; the parser would pass over unknown arguments of an address."""
        return super().load(data, **{**options, "unknown": RAISE})

    @pre_load
    def _refuse_unstorable(self, value: Any, **_: Any) -> Any:
        if _is_unstorable(value):
            raise ValidationError("Half of a character, or NUL.")
        return value

    @pre_load
    def _refuse_fractions(self, value: Any, **_: Any) -> Any:
        """Refuse 1.5 where a whole number is asked for; it would be cut to 1."""
        whole = [name for name, one in self.fields.items() if isinstance(one, fields.Integer)]
        given = value if isinstance(value, Mapping) else {}
        bad = [name for name in whole if isinstance(given.get(name), float)]
        if bad:
            raise ValidationError({name: ["Not a whole number."] for name in bad})
        return value


def _is_unstorable(value: Any) -> bool:
    if isinstance(value, str):
        return UNSTORABLE.search(value) is not None
    if isinstance(value, Mapping):
        return any(_is_unstorable(inner) for pair in value.items() for inner in pair)
    return isinstance(value, list) and any(_is_unstorable(inner) for inner in value)


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
    remaining = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, MOST))
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

    event = fields.String(load_default="EV11", validate=validate.OneOf(sorted(LOGIN_EVENTS)))
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
    every = fields.Integer(load_default=1, validate=validate.Range(1, MOST))
    times = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, MOST))

    @post_load
    def _as_fault(self, values: dict[str, Any], **_: Any) -> Fault:
        times = values.pop("times")
        try:
            checked_params(FaultKind(values["kind"]), values["params"])
        except BadParam as error:
            raise ValidationError({"params": [str(error)]}) from error
        return Fault(id=0, hits=0, remaining=times, **values)


class NothingIn(Strict):
    """What an act takes that needs no details: an empty object."""


class ScenarioIn(Strict):
    """Steps of a scenario; what a step needs beside its time depends on what it does."""

    steps = fields.List(
        fields.Raw(metadata={"type": "object", "required": ["at", "do"]}), required=True
    )


class MessageQueryIn(Strict):
    """Which messages to show."""

    sender = fields.String(load_default=None)
    recipient = fields.String(load_default=None)
    reference = fields.String(load_default=None)
    state = fields.Integer(
        load_default=None, validate=validate.OneOf([int(state) for state in State])
    )
    limit = fields.Integer(load_default=1000, validate=validate.Range(1, 100_000))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, MOST))
