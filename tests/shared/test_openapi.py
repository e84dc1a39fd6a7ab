"""The description says what marshmallow really takes and gives."""

import json
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from flask import Flask
from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate

from shared.field_errors import in_words
from shared.openapi import Day, Instant, MoneyJson, ServiceApi, Strict

pytestmark = pytest.mark.one_database


class Colour(Enum):
    RED = "red"


class ThingIn(Strict):
    price = MoneyJson(required=True)
    limit = MoneyJson(allow_none=True, load_default=None)
    share = fields.Decimal(as_string=True)
    points = fields.Decimal(load_default=Decimal(0), validate=validate.Range(min=Decimal("0.5")))
    colour = fields.Enum(Colour, by_value=True, allow_none=True)
    code = fields.String(validate=validate.Regexp(r"[a-z]{1,3}\Z"))
    kind = fields.String(validate=validate.Regexp(r"^[a-z]+$"))


class FormIn(Strict):
    code = fields.String(required=True)
    note = fields.String()


class UploadIn(Strict):
    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    app = Flask("thing")
    app.config.update(API_TITLE="Thing", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
    api, blueprint = ServiceApi(app), Blueprint("things", "things")

    @blueprint.post("/things")
    @blueprint.arguments(ThingIn)
    @blueprint.response(204)
    def post_thing(body: dict[str, Any]) -> None:
        """Take a thing."""

    @blueprint.post("/files")
    @blueprint.arguments(FormIn, location="form")
    @blueprint.arguments(UploadIn, location="files")
    @blueprint.response(204)
    def post_file(form: dict[str, Any], upload: dict[str, Any]) -> None:
        """Take a file."""

    api.register_blueprint(blueprint)
    with app.app_context():
        # There and back: what is left as a Python value would fail here.
        found: dict[str, Any] = json.loads(json.dumps(api.spec.to_dict()))
    return found


@pytest.fixture
def thing(described: dict[str, Any]) -> Any:
    return described["components"]["schemas"]["ThingIn"]["properties"]


def test_money_is_an_amount_in_words_and_a_currency(thing: Any) -> None:
    assert thing["price"]["type"] == "object"
    assert thing["price"]["properties"]["currency"] == {"type": "string", "enum": ["CZK"]}
    assert thing["limit"]["type"] == ["object", "null"]


@pytest.mark.parametrize("currency", ["EUR", "USD", ""])
def test_only_crowns_are_taken(currency: str) -> None:
    errors = ThingIn().validate({"price": {"amount": "10.00", "currency": currency}})

    assert set(errors) == {"price"}


def test_decimals_are_text_or_numbers_with_plain_bounds(thing: Any) -> None:
    assert thing["share"] == {"type": "string", "format": "decimal"}
    assert (thing["points"]["minimum"], thing["points"]["default"]) == (0.5, 0.0)


def test_choices_have_a_type(thing: Any) -> None:
    assert thing["colour"] == {"type": ["string", "null"], "enum": ["red", None]}


def test_patterns_hold_for_the_whole_text(thing: Any) -> None:
    assert (thing["code"]["pattern"], thing["kind"]["pattern"]) == ("^[a-z]{1,3}$", "^[a-z]+$")


def test_a_file_and_its_fields_are_one_body(described: dict[str, Any]) -> None:
    operation = described["paths"]["/files"]["post"]

    body = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(body["properties"]) == {"code", "note", "file"}
    assert sorted(body["required"]) == ["code", "file"]
    assert not operation.get("parameters")
    assert "code" not in described["components"]["schemas"]["UploadIn"]["properties"]


def test_every_error_is_described_as_a_problem(described: dict[str, Any]) -> None:
    kinds = [list(told["content"]) for told in described["components"]["responses"].values()]

    assert kinds and all(kind == ["application/problem+json"] for kind in kinds)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Day(), "0001-01-01"),
        (Day(), "9999-12-31"),
        (Instant(), "0001-01-01T00:00:00+14:00"),
        (Instant(), "9999-12-31T23:59:59-14:00"),
    ],
)
def test_days_that_nobody_can_mean_are_refused_in_words(field: Any, value: str) -> None:
    with pytest.raises(ValidationError) as refused:
        field.deserialize(value)

    assert in_words(str(refused.value.messages[0])) == "Rok musí být mezi 1900 a 2199."


@pytest.mark.parametrize("text", ["1900-01-01", "2026-04-03", "2199-12-31"])
def test_days_that_people_mean_are_taken(text: str) -> None:
    assert str(Day().deserialize(text)) == text


@pytest.mark.parametrize("number", [1.5, -2.1275476732238604e-308])
def test_a_fraction_is_no_whole_number(number: float) -> None:
    class Counted(Strict):
        version = fields.Integer(required=True, validate=validate.Range(1, 9))

    with pytest.raises(ValidationError) as refused:
        Counted().load({"version": number})

    assert list(refused.value.messages_dict) == ["version"]
    assert Counted().load({"version": 2.0}) == {"version": 2}
