"""The JSON API's frame: flask-smorest with our problems instead of its own errors."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from apispec import BasePlugin
from flask_smorest import Api
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from shared.errors import DomainError
from shared.money import CZK, Money

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Days outside are slips: nobody was born before, nothing is due after."""
HALF_OR_NUL = re.compile("[\0\ud800-\udfff]")
UNSTORABLE = "Text obsahuje znak, který nelze uložit."


class Strict(Schema):
    """Base of the schemas that come in: an unknown field is an error, never ignored."""

    class Meta:
        """Settings of marshmallow."""

        unknown = RAISE

    def load(self, data: Any, **options: Any) -> Any:
        """Load; the parser would have the arguments of an address ignored when unknown."""
        return super().load(data, **{**options, "unknown": RAISE})

    @pre_load
    def _refuse_unstorable(self, value: Any, **_kwargs: Any) -> Any:
        """Refuse texts that no database can store: JSON may carry a NUL or half a character."""
        bad = list(_unstorable(value, ""))
        if bad:
            raise ValidationError({place: [UNSTORABLE] for place in bad})
        return value

    @pre_load
    def _refuse_fractions(self, value: Any, **_kwargs: Any) -> Any:
        """Refuse 1.5 where a whole number is asked for; the field would cut it to 1."""
        given = value if isinstance(value, Mapping) else {}
        named = {field.data_key or name: field for name, field in self.fields.items()}
        bad = {
            name: field.make_error("invalid").messages
            for name, field in named.items()
            if isinstance(field, fields.Integer) and _is_fraction(given.get(name))
        }
        if bad:
            raise ValidationError(bad)
        return value


def _is_fraction(value: Any) -> bool:
    return isinstance(value, float) and not value.is_integer()


def _unstorable(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, str):
        if HALF_OR_NUL.search(value):
            yield place or "_schema"
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            step = f"{place}.{name}" if place else str(name)
            yield from _unstorable(str(name), "_schema")
            yield from _unstorable(inner, step)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unstorable(inner, f"{place}.{number}" if place else str(number))


class FieldErrorOut(Schema):
    """One wrong value of a request."""

    field = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemOut(Schema):
    """An error by RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldErrorOut))


class MoneyJson(fields.Field[Any]):
    """Crowns as ``{"amount": "1900000.00", "currency": "CZK"}``; the value is ``Money``."""

    default_error_messages = {"invalid": "Napište částku jako desetinné číslo v uvozovkách a měnu."}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value.to_json()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return Money.from_json(value).in_crowns()
        except (DomainError, TypeError, ValueError, KeyError, AttributeError) as error:
            raise self.make_error("invalid") from error


class Day(fields.Date):
    """A day that people can mean; the arithmetic of deadlines ends where dates do."""

    default_error_messages = {"range": "Year out of range."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        found: date = super()._deserialize(value, attr, data, **kwargs)
        if not EARLIEST <= found <= LATEST:
            raise self.make_error("range")
        return found


class Instant(fields.AwareDateTime):
    """An instant with its offset, of a day that people can mean."""

    default_error_messages = {"range": "Year out of range."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        found: datetime = super()._deserialize(value, attr, data, **kwargs)
        # A day off at either end keeps every offset on this side of what a datetime can hold.
        if not EARLIEST < found.date() < LATEST:
            raise self.make_error("range")
        return found


class EventOut(Schema):
    """An entry of an event feed."""

    seq = fields.Integer(required=True)
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    payload = fields.Dict(required=True)
    at = Instant(required=True)


class EventPageOut(Schema):
    """Events after a position."""

    events = fields.List(fields.Nested(EventOut), required=True)
    next = fields.Integer(required=True)


class AfterIn(Strict):
    """Position in an event feed."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**53))


class ServiceApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest without its error answers; errors are told by ``shared.problems``."""

    ERROR_SCHEMA = ProblemOut

    def _init_spec(self, **options: Any) -> None:
        """Describe our own fields and uploads, which the libraries describe wrongly."""
        super()._init_spec(extra_plugins=[Uploads()], **options)
        self.ma_plugin.converter.add_attribute_function(describe_field)

    def _register_error_handlers(self) -> None:
        """Leave errors to the app."""

    def _register_responses(self) -> None:
        """Document the one shape of errors with its media type."""
        components = self.spec.components
        content = {"application/problem+json": {"schema": ProblemOut}}
        errors = [status.name for status in HTTPStatus if status >= 400]
        for name in ("DEFAULT_ERROR", *errors):
            told = {"description": "An error (RFC 9457)", "content": content}
            components.response(name, told, lazy=True)


def describe_field(
    _converter: Any, field: fields.Field[Any], ret: dict[str, Any]
) -> dict[str, Any]:
    """Describe what marshmallow takes and gives where the library's words do not fit."""
    if isinstance(field, MoneyJson):
        return _or_null(field, _MONEY)
    if isinstance(field, fields.Decimal):
        return _decimal(field, ret)
    if isinstance(field, fields.Enum):
        return _or_null(field, {"type": "string"})
    if "pattern" in ret:
        return {"pattern": _ecma(ret["pattern"])}
    return {}


_MONEY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"},
        "currency": {"type": "string", "enum": [CZK]},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}


def _or_null(field: fields.Field[Any], described: dict[str, Any]) -> dict[str, Any]:
    if not field.allow_none:
        return described
    return {**described, "type": [described["type"], "null"]}


def _decimal(field: fields.Decimal, ret: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no ``Decimal``: what the library leaves as one is told as a number."""
    for name in ("minimum", "maximum", "default"):
        if isinstance(ret.get(name), Decimal):
            ret[name] = float(ret[name])
    return _or_null(field, {"type": "string", "format": "decimal"}) if field.as_string else {}


def _ecma(pattern: str) -> str:
    r"""Return a pattern of ``re.match`` as JSON Schema has it: searched, and without ``\Z``."""
    anchored = pattern if pattern.startswith("^") else f"^{pattern}"
    return re.sub(r"\\Z\Z", "$", anchored)


class Uploads(BasePlugin):
    """Describe fields that come along with a file as parts of the same body.

    flask-smorest leaves them as ``formData`` parameters, which OpenAPI 3 does not know.
    """

    def init_spec(self, spec: Any) -> None:
        """Keep the description, to look schemas up in it."""
        self._schemas = spec.components.schemas

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_more: Any
    ) -> None:
        """Move the fields of each operation into its body."""
        for operation in (operations or {}).values():
            parameters = operation.get("parameters", [])
            parts = [p for p in parameters if isinstance(p, dict) and p.get("in") == "formData"]
            if parts:
                self._join(operation["requestBody"]["content"]["multipart/form-data"], parts)
                operation["parameters"] = [p for p in parameters if p not in parts]

    def _join(self, body: dict[str, Any], parts: list[dict[str, Any]]) -> None:
        name = body["schema"]["$ref"].rpartition("/")[2]
        upload = deepcopy(self._schemas[name])
        for part in parts:
            upload["properties"][part["name"]] = part["schema"]
            if part["required"]:
                upload.setdefault("required", []).append(part["name"])
        body["schema"] = upload
