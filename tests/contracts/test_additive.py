"""An API only grows: nothing that the last release promised is taken away."""

import json
from copy import deepcopy
from typing import Any

import pytest

from tests.contracts.additive import broken_promises
from tests.house.releases import latest_release, released_text
from tests.house.tree import ROOT, SERVICES

pytestmark = pytest.mark.one_database

BEFORE: dict[str, Any] = {
    "paths": {
        "/calls": {
            "get": {
                "parameters": [
                    {"in": "query", "name": "state", "schema": {"enum": ["open", "closed"]}},
                    {"in": "query", "name": "page", "schema": {"type": "integer", "maximum": 9}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/s/CallOut"}}}}
                },
            },
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/s/CallIn"}}},
                },
                "responses": {"204": {"description": "Done"}},
            },
        },
        "/people": {"get": {"responses": {"200": {"description": "OK"}}}},
    },
    "s": {
        "CallIn": {
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": {"type": "string", "maxLength": 200},
                "note": {"type": ["string", "null"]},
                "kind": {"type": "string", "enum": ["big", "small"]},
                "code": {"type": "string", "pattern": "^[a-z]+$"},
            },
        },
        "CallOut": {
            "type": "object",
            "required": ["id", "state", "fiches"],
            "properties": {
                "id": {"type": "string", "format": "uuid"},
                "state": {"type": "string", "enum": ["open", "closed"]},
                "amount": {"type": "string"},
                "parent": {"anyOf": [{"$ref": "#/s/CallOut"}, {"type": "null"}]},
                "fiches": {"type": "array", "items": {"$ref": "#/s/FicheOut"}},
            },
        },
        "FicheOut": {"type": "object", "properties": {"code": {"type": "string"}}},
    },
}
CALL_IN, CALL_OUT = ("s", "CallIn"), ("s", "CallOut")
GET = ("paths", "/calls", "get")
GONE = object()


def changed(place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return the description with one thing put in, changed or left out."""
    after = deepcopy(BEFORE)
    inner: Any = after
    for step in place[:-1]:
        inner = inner[step]
    if value is GONE:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return after


BREAKS = {
    "removed path": (("paths", "/people"), GONE, "/people: removed path"),
    "removed method": (("paths", "/calls", "put"), GONE, "PUT /calls: removed method"),
    "removed answer": ((*GET, "responses"), {}, "GET /calls: removed answer 200"),
    "removed response field": (
        (*CALL_OUT, "properties", "amount"),
        GONE,
        "GET /calls -> 200: removed output field amount",
    ),
    "removed response field of a line": (
        ("s", "FicheOut", "properties", "code"),
        GONE,
        "GET /calls -> 200.fiches[]: removed output field code",
    ),
    "response field no longer always there": (
        (*CALL_OUT, "required"),
        ["id", "fiches"],
        "GET /calls -> 200: field state may now be missing",
    ),
    "removed enum value in output": (
        (*CALL_OUT, "properties", "state", "enum"),
        ["open"],
        "GET /calls -> 200.state: removed output value closed",
    ),
    "new required input field": (
        (*CALL_IN, "required"),
        ["title", "note"],
        "PUT /calls: new required input note",
    ),
    "new required parameter": (
        (*GET, "parameters"),
        [
            *BEFORE["paths"]["/calls"]["get"]["parameters"],
            {"in": "query", "name": "year", "required": True, "schema": {"type": "integer"}},
        ],
        "GET /calls: new required input query year",
    ),
    "new required body": (
        (*GET, "requestBody"),
        {"required": True, "content": {}},
        "GET /calls: new required input (body)",
    ),
    "removed parameter": (
        (*GET, "parameters"),
        BEFORE["paths"]["/calls"]["get"]["parameters"][:1],
        "GET /calls: removed input query page",
    ),
    "removed input field": (
        (*CALL_IN, "properties", "note"),
        GONE,
        "PUT /calls: removed input field note",
    ),
    "narrowed enum in input": (
        (*CALL_IN, "properties", "kind", "enum"),
        ["big"],
        "PUT /calls.kind: removed input value small",
    ),
    "new enum in input": (
        (*CALL_IN, "properties", "title", "enum"),
        ["A"],
        "PUT /calls.title: narrowed to ['A']",
    ),
    "narrowed enum of a parameter": (
        (*GET, "parameters", 0, "schema", "enum"),
        ["open"],
        "GET /calls query state: removed input value closed",
    ),
    "changed type in output": (
        (*CALL_OUT, "properties", "amount", "type"),
        "number",
        "GET /calls -> 200.amount: changed type string -> number",
    ),
    "output may now be null": (
        (*CALL_OUT, "properties", "amount", "type"),
        ["string", "null"],
        "GET /calls -> 200.amount: changed type string -> null|string",
    ),
    "changed type in input": (
        (*CALL_IN, "properties", "title", "type"),
        "integer",
        "PUT /calls.title: changed type string -> integer",
    ),
    "input may no longer be null": (
        (*CALL_IN, "properties", "note", "type"),
        "string",
        "PUT /calls.note: changed type null|string -> string",
    ),
    "changed format": (
        (*CALL_OUT, "properties", "id", "format"),
        GONE,
        "GET /calls -> 200.id: changed format uuid -> None",
    ),
    "shorter text in input": (
        (*CALL_IN, "properties", "title", "maxLength"),
        100,
        "PUT /calls.title: narrowed maxLength 200 -> 100",
    ),
    "longer text asked for in input": (
        (*CALL_IN, "properties", "title", "minLength"),
        5,
        "PUT /calls.title: narrowed minLength None -> 5",
    ),
    "another pattern in input": (
        (*CALL_IN, "properties", "code", "pattern"),
        "^[a-f]+$",
        "PUT /calls.code: changed pattern ^[a-z]+$ -> ^[a-f]+$",
    ),
    "another media type": (
        (*GET, "responses", "200", "content"),
        {"text/html": {}},
        "GET /calls -> 200: removed media type application/json",
    ),
}
GROWTH = {
    "nothing": (("s", "FicheOut"), BEFORE["s"]["FicheOut"]),
    "new path": (("paths", "/new"), {"get": {"responses": {}}}),
    "new method": (("paths", "/people", "post"), {"responses": {}}),
    "new answer": ((*GET, "responses", "202"), {"description": "Later"}),
    "new response field": ((*CALL_OUT, "properties", "note"), {"type": "string"}),
    "new output value": ((*CALL_OUT, "properties", "state", "enum"), ["open", "closed", "new"]),
    "new optional input": ((*CALL_IN, "properties", "place"), {"type": "string"}),
    "input no longer required": ((*CALL_IN, "required"), []),
    "input may now be null": ((*CALL_IN, "properties", "title", "type"), ["string", "null"]),
    "input may be any number": ((*GET, "parameters", 1, "schema", "type"), "number"),
    "wider bound": ((*GET, "parameters", 1, "schema", "maximum"), 99),
    "no bound": ((*GET, "parameters", 1, "schema", "maximum"), GONE),
    "new input value": ((*CALL_IN, "properties", "kind", "enum"), ["big", "small", "any"]),
    "no pattern": ((*CALL_IN, "properties", "code", "pattern"), GONE),
    "output is now always there": ((*CALL_OUT, "required"), ["id", "state", "fiches", "amount"]),
}


@pytest.mark.parametrize(("place", "value", "told"), BREAKS.values(), ids=BREAKS)
def test_what_takes_something_away_is_named(place: tuple[Any, ...], value: Any, told: str) -> None:
    assert broken_promises(BEFORE, changed(place, value)) == [told]


@pytest.mark.parametrize(("place", "value"), GROWTH.values(), ids=GROWTH)
def test_growth_breaks_nothing(place: tuple[Any, ...], value: Any) -> None:
    assert broken_promises(BEFORE, changed(place, value)) == []


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_taken_away_since_the_last_release(name: str) -> None:
    path = f"services/{name}/openapi.json"
    present = (ROOT / path).read_text("utf-8")
    release = latest_release()
    before = released_text(release, path)
    print(f"{name}: compared with {release if before else 'itself, as no release has one yet'}")

    assert broken_promises(json.loads(before or present), json.loads(present)) == []
