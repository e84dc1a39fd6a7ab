"""Errors as words: problem+json for programs, pages for people, never a stack trace."""

import logging
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from shared.actors import Actor
from shared.errors import DomainError
from shared.field_errors import field_errors
from shared.http import ClientError, Conflict, NotFound, Refused, Unavailable
from shared.problems import answer, fill, problem_of
from tests.shared.toy import person

Bearer = Callable[[Actor], dict[str, str]]
THING = f"/api/v1/things/{uuid4()}"
LANGUAGES = {
    "en": {"Taková stránka nebo záznam tu není.": "There is no such page or record."},
    "de": {"Taková stránka nebo záznam tu není.": "Diese Seite gibt es nicht."},
}


def check_problem(reply: object, status: int, slug: str) -> dict[str, object]:
    body: dict[str, object] = reply.get_json()  # type: ignore[attr-defined]
    assert (reply.status_code, reply.mimetype) == (status, "application/problem+json")  # type: ignore[attr-defined]
    assert (body["status"], body["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert body["title"]
    assert body["detail"]
    return body


def test_every_http_error_of_the_api_is_a_problem(
    app: Flask, client: FlaskClient, bearer: Bearer
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2000
    someone = bearer(person())
    wrong_type = {**someone, "Content-Type": "text/plain"}
    json = {**someone, "Content-Type": "application/json"}
    cases = [
        (client.get("/api/v1/nowhere"), 404, "not-found"),
        (client.delete(THING), 405, "method-not-allowed"),
        (client.get(THING), 401, "not-signed-in"),
        (client.get(THING, headers=someone), 403, "not-allowed"),
        (client.put(THING, json={}, headers=someone), 422, "invalid"),
        (client.put(THING, data="{", headers=json), 400, "bad-request"),
        (client.put(THING, data="x" * 3000, headers=json), 413, "too-large"),
        (client.put(THING, data="x", headers=wrong_type), 422, "invalid"),
        (client.get("/api/v1/broken"), 500, "internal"),
        (client.get("/api/v1/unheard"), 500, "internal"),
    ]
    for reply, status, slug in cases:
        check_problem(reply, status, slug)


def test_method_that_is_not_allowed_names_those_that_are(client: FlaskClient) -> None:
    assert {"GET", "PUT"} <= set(client.delete(THING).headers["Allow"].split(", "))


@pytest.mark.parametrize("place", ["/api/v1/broken", "/broken", "/api/v1/unheard"])
def test_inner_error_shows_nothing_of_the_inside(
    client: FlaskClient, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = client.get(place)

    text = reply.get_data(as_text=True)
    assert reply.status_code == 500
    for inside in ("hunter2", "Traceback", "RuntimeError", "Unheard", ".py"):
        assert inside not in text
    assert caplog.records, "what people do not see must be in the log"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cs", "Taková stránka nebo záznam tu není."),
        ("en", "There is no such page or record."),
        ("de-AT,de;q=0.9", "Diese Seite gibt es nicht."),
        ("fr", "Taková stránka nebo záznam tu není."),
        ("*;;q=x,\x7f", "Taková stránka nebo záznam tu není."),
    ],
)
def test_problem_speaks_the_readers_language(
    app: Flask, client: FlaskClient, tmp_path: Path, language: str, words: str
) -> None:
    for code, texts in LANGUAGES.items():
        folder = tmp_path / "words" / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        entries = "".join(f'msgid "{k}"\nmsgstr "{v}"\n\n' for k, v in texts.items())
        lines = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n{entries}'
        with (folder / "messages.mo").open("wb") as file:
            write_mo(file, read_po(lines.splitlines(keepends=True), locale=code))
    babel = app.extensions["babel"]
    babel.translation_directories = [str(tmp_path / "words")]
    with app.app_context():
        babel.instance.domain_instance.cache.clear()

    for place in ("/api/v1/nowhere", "/nowhere"):
        reply = client.get(place, headers={"Accept-Language": language})
        text = reply.get_json()["detail"] if reply.is_json else reply.get_data(as_text=True)
        assert words in text


def test_wrong_values_are_listed_by_field_and_in_czech(client: FlaskClient, bearer: Bearer) -> None:
    body = {"name": "", "size": "big", "price": {"amount": 1.5, "currency": "CZK"}, "extra": 1}

    reply = client.put(THING, json=body, headers=bearer(person()))

    problem = check_problem(reply, 422, "invalid")
    rows = {row["field"]: row["detail"] for row in problem["errors"]}  # type: ignore[attr-defined]
    assert rows == {
        "name": "Počet znaků či prvků: od 1 do 20.",
        "size": "Napište číslo.",
        "price": "Napište částku jako desetinné číslo v uvozovkách a měnu.",
        "extra": "Takový údaj neznáme.",
    }


def test_unknown_argument_of_the_address_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/v1/list?name=a").status_code == 200

    problem = check_problem(client.get("/api/v1/list?name=a&nmae=b"), 422, "invalid")

    assert [row["field"] for row in problem["errors"]] == ["nmae"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "nul \\u0000"}',
        '{"name": "half \\ud83d"}',
        '{"name": "x", "\\ud83d": 1}',
        '["name"]',
        "null",
        "[" * 3000,
        '{"name": "x", "size": 1e999}',
        '{"name": "x", "size": NaN}',
        b"\xff\xfe{}",
    ],
)
def test_hostile_json_is_refused_in_words(
    client: FlaskClient, bearer: Bearer, body: str | bytes
) -> None:
    headers = {**bearer(person()), "Content-Type": "application/json"}

    reply = client.put(THING, data=body, headers=headers)

    assert reply.status_code in (400, 422)
    assert reply.mimetype == "application/problem+json"


def test_broken_rule_is_told_with_its_values(client: FlaskClient, bearer: Bearer) -> None:
    reply = client.put(THING, json={"name": "x", "size": -1}, headers=bearer(person()))

    problem = check_problem(reply, 409, "too-small")
    assert problem["detail"] == "Nejméně 1\xa0900\xa0000\xa0Kč, a to dne 2. 3. 2026."


def test_same_record_made_twice_at_once_is_a_conflict(client: FlaskClient, bearer: Bearer) -> None:
    first = client.put(THING, json={"name": "x"}, headers=bearer(person()))
    second = client.put(f"/api/v1/things/{uuid4()}", json={"name": "x"}, headers=bearer(person()))

    assert first.status_code == 200
    check_problem(second, 409, "conflict")


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (Unavailable("documents", 503, "unreachable", "port 5432 refused"), 503, "unavailable"),
        (Unavailable("documents", 500, "internal"), 503, "unavailable"),
        (Refused("documents", 401, "not-signed-in"), 503, "unavailable"),
        (Refused("documents", 403, "not-allowed", "Nesmíte."), 403, "not-allowed"),
        (NotFound("documents", 404, "not-found", "Není."), 404, "not-found"),
        (Conflict("documents", 409, "already-signed", "Už je."), 409, "already-signed"),
        (ClientError("documents", 429), 429, "too-many"),
        (StaleDataError("x"), 409, "stale"),
        (OperationalError("SELECT 1", {}, Exception("host=db1")), 503, "unavailable"),
        (DataError("INSERT", {}, Exception("too long")), 422, "invalid"),
        (IntegrityError("INSERT", {}, Exception("NOT NULL constraint failed")), 500, "internal"),
        (IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed")), 409, "conflict"),
    ],
)
def test_error_of_a_part_has_its_status(
    app: Flask, error: Exception, status: int, slug: str
) -> None:
    def fail() -> None:
        raise error

    fail.__access__ = app.view_functions["healthz"].__access__  # type: ignore[attr-defined]
    app.add_url_rule("/api/v1/fail", "fail", fail)

    reply = app.test_client().get("/api/v1/fail")

    check_problem(reply, status, slug)
    for inside in ("5432", "db1", "constraint", "SELECT", "INSERT"):
        assert inside not in reply.get_data(as_text=True)
    assert ("Retry-After" in reply.headers) == (status == 503)


def test_page_for_people_says_it_in_their_words(client: FlaskClient) -> None:
    reply = client.get("/nowhere")

    assert (reply.status_code, reply.mimetype) == (404, "text/html")
    assert "Taková stránka nebo záznam tu není." in reply.get_data(as_text=True)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("text", "params", "told"),
    [
        ("Bez hodnot, 100 %.", {}, "Bez hodnot, 100 %."),
        ("Jen 100 %% z %(what)s.", {"what": "toho"}, "Jen 100 % z toho."),
        ("Sleva 20 % je %(what)s.", {"what": "moc"}, "Sleva 20 % je moc."),
        ("Chybí %(lost)s.", {"what": "x"}, "Chybí %(lost)s."),
        ("%(what)s", {"what": ["a", 2]}, "a, 2"),
        ("%(what)s", {"what": "%(what)s"}, "%(what)s"),
    ],
)
def test_sentence_is_filled_and_never_breaks(
    text: str, params: dict[str, object], told: str
) -> None:
    assert fill(text, params) == told


@pytest.mark.one_database
def test_nested_messages_become_rows() -> None:
    messages = {"json": {"items": {0: {"name": ["Unknown field."]}}, "_schema": ["Vlastní."]}}

    assert field_errors(messages) == [
        {"field": "items.0.name", "detail": "Takový údaj neznáme."},
        {"field": "", "detail": "Vlastní."},
    ]


def test_error_inherits_the_words_of_its_kind(app: Flask) -> None:
    from tests.shared.toy import TooSmall  # noqa: PLC0415 - its subclass is made here

    class FarTooSmall(TooSmall):
        """A special case."""

    with app.test_request_context("/"):
        assert problem_of(FarTooSmall()).slug == "too-small"
        assert problem_of(DomainError()).status == 500
        assert answer(problem_of(DomainError())).status_code == 500
