"""Generated requests, good and bad, against what each description promises.

No answer may be a fault of the server, every error is a problem, and every answer has a status, a
media type and a shape that the description names. Order and seed are fixed.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, abort

from tests.contracts.hostile import Attack
from tests.contracts.stage import Stage, open_stage
from tests.contracts.three import Everybody, open_evaluation, prepare_evaluation
from tests.house.apps import openapi_of

AS_PERSON, AS_SERVICE = 5, 1
"""Good and bad requests per operation: all three services together take less than a minute."""


@pytest.fixture
def own_stage(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Stage]:
    """A stage of one's own: the requests change whatever they can."""
    with open_stage(tmp_path, new_database(), new_database()) as opened:
        yield opened


def attacked(
    app: Flask, name: str, who: Everybody, caller: str, known: dict[str, list[str]]
) -> Attack:
    made = Attack(app, openapi_of(name), known)
    made.run(who.as_person, AS_PERSON)
    made.run(lambda: who.as_service(caller, name), AS_SERVICE)
    return made


def assert_harmless(made: Attack) -> None:
    print(dict(sorted(made.statuses.items())))
    assert any(status < 300 for status in made.statuses), "nothing got through"
    assert not made.faults, "\n\n".join(f"{place}\n{text}" for place, text in made.faults.items())


def test_registry_takes_whatever_comes(own_stage: Stage) -> None:
    office, who = own_stage.registry, Everybody(own_stage)
    application = office.director.get(f"/applications/{own_stage.application_id}")
    draft = office.draft_call(9)
    known: dict[str, list[Any]] = {
        "call_id": [str(own_stage.call_id), str(draft)],
        "application_id": [str(own_stage.application_id)],
        "file_id": [file["id"] for file in application["files"]],
        "person_id": [str(office.evaluator.actor.person_id)],
    }

    assert_harmless(attacked(office.app, "registry", who, "evaluation", known))


def test_documents_take_whatever_comes(own_stage: Stage) -> None:
    who, app = Everybody(own_stage), own_stage.documents.app
    listed = who.ask(app, "GET", "/documents")["items"]
    recipient = str(uuid4())
    who.ask(app, "PUT", f"/recipients/{recipient}", {"name": "Obec Abertamy", "ic": "00254398"})
    known = {
        "document_id": [one["id"] for one in listed],
        "delivery_id": [one["delivery"]["id"] for one in listed if one["delivery"]],
        "recipient_id": [recipient],
    }
    assert known["delivery_id"]

    assert_harmless(attacked(app, "documents", who, "evaluation", known))


def test_evaluation_takes_whatever_comes(own_stage: Stage, new_database: Callable[[], str]) -> None:
    who = Everybody(own_stage)
    with open_evaluation(own_stage, new_database()) as app:
        known = prepare_evaluation(own_stage, app, who)

        assert_harmless(attacked(app, "evaluation", who, "registry", known))


FAULTS: dict[str, Any] = {
    "Server error": lambda: abort(500),
    "Response violates schema": lambda: {"id": 5},
    "Undocumented Content-Type": lambda: ("no", 200, {"Content-Type": "text/plain"}),
    "Undocumented status code": lambda: ({"id": "a"}, 202),
    "not a problem": lambda: ({"id": "a"}, 422),
}


@pytest.mark.one_database
def test_an_attack_finds_what_takes_anything() -> None:
    app = Flask("toy")
    app.add_url_rule("/thing", view_func=lambda: {}, endpoint="thing", methods=["POST"])
    shape = {
        "type": "object",
        "properties": {"version": {"type": "integer"}},
        "required": ["version"],
        "additionalProperties": False,
    }
    content = {"application/json": {"schema": shape}}
    operation = {
        "requestBody": {"required": True, "content": content},
        "responses": {"200": {"description": "OK"}},
    }
    described = {
        "openapi": "3.1.0",
        "info": {"title": "Toy", "version": "1"},
        "paths": {"/thing": {"post": operation}},
    }
    attack = Attack(app, described, {})

    attack.run(lambda: "Bearer x", 2)

    assert any("Schema-violating request accepted" in place for place in attack.faults)


@pytest.mark.one_database
@pytest.mark.parametrize("title", FAULTS)
def test_an_attack_finds_what_breaks_the_promise(title: str) -> None:
    app = Flask("toy")
    app.add_url_rule("/thing", view_func=FAULTS[title], endpoint="thing")
    answer = {
        "description": "OK",
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"id": {"type": "string"}}}
            }
        },
    }
    described = {
        "openapi": "3.1.0",
        "info": {"title": "Toy", "version": "1"},
        "paths": {"/thing": {"get": {"responses": {"200": answer, "422": answer, "500": answer}}}},
    }
    attack = Attack(app, described, {})

    attack.run(lambda: "Bearer x", 1)

    assert any(title in place for place in attack.faults), attack.faults
