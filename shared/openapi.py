"""The JSON API's frame: flask-smorest with our problems instead of its own errors."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_smorest import Api
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from shared.errors import DomainError
from shared.money import Money

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


def _unstorable(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, str):
        if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
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
    """An amount as ``{"amount": "1900000.00", "currency": "CZK"}``; the value is ``Money``."""

    default_error_messages = {"invalid": "Napište částku jako desetinné číslo v uvozovkách a měnu."}

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value.to_json()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return Money.from_json(value)
        except (DomainError, TypeError, ValueError, KeyError, AttributeError) as error:
            raise self.make_error("invalid") from error


class EventOut(Schema):
    """An entry of an event feed."""

    seq = fields.Integer(required=True)
    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    payload = fields.Dict(required=True)
    at = fields.AwareDateTime(required=True)


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

    def _register_error_handlers(self) -> None:
        """Leave errors to the app."""

    def _register_responses(self) -> None:
        """Document the one shape of errors with its media type."""
        reference = self.spec.components
        super()._register_responses()
        content = {"application/problem+json": {"schema": ProblemOut}}
        reference.responses.pop("DEFAULT_ERROR", None)
        reference.responses_lazy.pop("DEFAULT_ERROR", None)
        reference.response(
            "DEFAULT_ERROR", {"description": "An error (RFC 9457)", "content": content}, lazy=True
        )
