"""Errors as words: RFC 9457 problems for programs, a page for people, one table for both.

A service's ``problems.py`` maps each ``DomainError`` class to a :class:`Problem`. The sentence
is a Czech msgid with ``%(name)s`` places for the error's params.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    has_app_context,
    jsonify,
    render_template,
    request,
)
from flask_babel import get_locale, gettext, lazy_gettext
from jinja2 import Template
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from shared.auth import rules_of, visitor
from shared.calendar_cz import DayOutsideCalendar
from shared.dates import day_text, moment_text
from shared.deadlines import (
    DeadlineRulesNotReadable,
    NotWorkingDay,
    Period,
    PeriodNotAllowed,
    TooEarly,
    TooLate,
    period_words,
)
from shared.errors import DomainError, remembered
from shared.field_errors import field_errors
from shared.http import ClientError, Unavailable
from shared.money import (
    AmountNotReadable,
    AmountOutOfRange,
    AmountTooPrecise,
    CurrencyNotKnown,
    MixedCurrencies,
    Money,
)
from shared.states import ActNotAllowed
from shared.uploads import FileEmpty, FileTooLarge, FileTypeMismatch, FileTypeNotAllowed

log = logging.getLogger(__name__)
N_ = lazy_gettext

PLACE = re.compile(r"%\((\w+)\)[sd]|%%")
LAYOUTS = ("layout.html", "office.html", "documents/frame.html", "base.html")
TYPE_BASE = "urn:vyzva:problem:"


@dataclass(frozen=True)
class Problem:
    """How an error is told."""

    status: int
    slug: str
    sentence: Any
    """Czech msgid (``N_``), with places such as ``%(earliest)s``."""


Problems = Mapping[type[DomainError], Problem]

HTTP_PROBLEMS = {
    400: Problem(400, "bad-request", N_("Požadavek nelze přečíst. Zkontrolujte jeho zápis.")),
    401: Problem(401, "not-signed-in", N_("Nejste přihlášeni nebo přihlášení vypršelo.")),
    403: Problem(403, "not-allowed", N_("K tomuto úkonu nemáte oprávnění.")),
    404: Problem(404, "not-found", N_("Taková stránka nebo záznam tu není.")),
    405: Problem(405, "method-not-allowed", N_("Takto se tato adresa použít nedá.")),
    409: Problem(409, "conflict", N_("Záznam se mezitím změnil. Načtěte jej znovu.")),
    413: Problem(413, "too-large", N_("Soubor nebo požadavek je příliš velký.")),
    415: Problem(415, "unsupported-type", N_("Takový druh obsahu tu nelze přijmout.")),
    422: Problem(422, "invalid", N_("Některé údaje chybějí nebo jsou chybné.")),
    429: Problem(429, "too-many", N_("Příliš mnoho pokusů. Zkuste to za chvíli znovu.")),
    500: Problem(500, "internal", N_("Na naší straně nastala chyba. Nic se nezměnilo.")),
    503: Problem(503, "unavailable", N_("Služba teď neodpovídá. Zkuste to za chvíli znovu.")),
}
FULL = Problem(
    507,
    "database-full",
    N_(
        "V databázi došlo místo. Nic se nezměnilo. Řekněte to správci; až místo uvolní, pokračujte."
    ),
)
NO_ROOM = re.compile(r"disk is full|No space left|DiskFull")
"""What SQLite and PostgreSQL say when they cannot write any more."""
PAUSE = {503: "5", 507: "60"}
"""Seconds after which it makes sense to ask again, by status."""
STALE = Problem(
    409,
    "stale",
    N_("Záznam mezitím změnil někdo jiný. Načtěte stránku znovu a úpravu zopakujte."),
)

SHARED_PROBLEMS: Problems = {
    AmountNotReadable: Problem(422, "amount-not-readable", N_("Částku „%(text)s“ nelze přečíst.")),
    AmountTooPrecise: Problem(
        422, "amount-too-precise", N_("Částka %(amount)s má víc než dvě desetinná místa.")
    ),
    AmountOutOfRange: Problem(422, "amount-out-of-range", N_("Částka %(amount)s je příliš velká.")),
    CurrencyNotKnown: Problem(422, "currency-not-known", N_("Měnu %(currency)s neznáme.")),
    MixedCurrencies: Problem(
        422, "mixed-currencies", N_("Nelze počítat dohromady %(left)s a %(right)s.")
    ),
    DayOutsideCalendar: Problem(
        422,
        "day-outside-calendar",
        N_("Den %(day)s je mimo kalendář, který sahá od %(first)s do %(last)s."),
    ),
    PeriodNotAllowed: Problem(422, "period-not-allowed", N_("Takovou délku lhůty nelze nastavit.")),
    DeadlineRulesNotReadable: Problem(
        422, "deadline-rules-not-readable", N_("Nastavení lhůt nelze přečíst.")
    ),
    TooEarly: Problem(409, "too-early", N_("Nejdříve to jde %(earliest)s, zvolili jste %(day)s.")),
    TooLate: Problem(409, "too-late", N_("Nejpozději to šlo %(latest)s, zvolili jste %(day)s.")),
    ActNotAllowed: Problem(
        409, "act-not-allowed", N_("V tomto stavu to nejde. Načtěte záznam znovu.")
    ),
    FileEmpty: Problem(422, "file-empty", N_("Soubor „%(name)s“ je prázdný.")),
    FileTooLarge: Problem(
        413, "file-too-large", N_("Soubor „%(name)s“ je větší než %(limit_mb)s MB.")
    ),
    FileTypeNotAllowed: Problem(
        415,
        "file-type-not-allowed",
        N_("Soubor „%(name)s“ není v povoleném formátu. Povolené jsou: %(allowed)s."),
    ),
    FileTypeMismatch: Problem(
        415,
        "file-type-mismatch",
        N_("Obsah souboru „%(name)s“ neodpovídá příponě, ve skutečnosti je to %(found)s."),
    ),
    NotWorkingDay: Problem(
        422, "not-working-day", N_("%(day)s není pracovní den. Nejbližší je %(next_day)s.")
    ),
}


def install(app: Flask, problems: Problems) -> None:
    """Answer every error of *app* with a problem (``/api/``) or a page."""
    app.extensions["vyzva-problems"] = {**SHARED_PROBLEMS, **problems}
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(StaleDataError, lambda _e: answer(STALE))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ClientError, _client_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(PoolTimeout, _database_error)
    app.register_error_handler(IntegrityError, _integrity_error)
    app.register_error_handler(DataError, _data_error)
    app.register_error_handler(RecursionError, _too_deep)
    app.register_error_handler(Exception, _unexpected)


def add_words(app: Flask, **words: Mapping[Any, Any]) -> None:
    """Give *app* words for codes: name of an error's param -> code -> Czech msgid."""
    app.extensions["vyzva-words"] = words


def first_words(states: Mapping[Any, tuple[Any, str]]) -> dict[Any, Any]:
    """Return the words of a table of states that holds word and tone."""
    return {code: word for code, (word, _tone) in states.items()}


def problem_of(error: DomainError) -> Problem:
    """Return how this app tells *error*; a class without an entry is an internal error."""
    problems: Problems = current_app.extensions["vyzva-problems"]
    for kind in type(error).__mro__:
        if kind in problems:
            return problems[kind]
    return HTTP_PROBLEMS[500]


def sentence(error: DomainError) -> str:
    """Return the error as a sentence in the user's language."""
    return fill(problem_of(error).sentence, error.params)


def retold(note: Mapping[str, Any]) -> str:
    """Return an error that was kept (``shared.errors.noted``) in the user's language."""
    problems: Problems = current_app.extensions["vyzva-problems"]
    known = (found for kind, found in problems.items() if kind.__name__ == note["error"])
    params = {name: remembered(value) for name, value in note["params"].items()}
    return fill(next(known, HTTP_PROBLEMS[500]).sentence, params)


def fill(text: Any, params: Mapping[str, Any]) -> str:
    """Put values into a translated sentence, written as people write them.

    A place without a value stays as it is: telling one error must not raise another. Codes of
    states and roles become words where the app has words for them.
    """

    known = current_app.extensions if has_app_context() else {}
    words: Mapping[str, Mapping[Any, Any]] = known.get("vyzva-words", {})

    def value_of(place: re.Match[str]) -> str:
        name = place.group(1)
        if name is None:
            return "%"
        if name not in params:
            return place.group()
        value = params[name]
        word = words.get(name, {}).get(value) if isinstance(value, str) else None
        return show(value) if word is None else str(word)

    return PLACE.sub(value_of, str(text))


def show(value: Any) -> str:
    """Write a value as a person of the present language would."""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, Period):
        return period_words(value, gettext)
    if isinstance(value, Money):
        return value.formatted(str(get_locale() or "cs"))
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(show(item) for item in value)
    return str(value)


def answer(
    problem: Problem,
    *,
    detail: str | None = None,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the answer: problem+json for programs, a page for people."""
    text = detail or str(problem.sentence)
    if not request.path.startswith("/api/"):
        page = render_template(
            "problem.html",
            problem=problem,
            detail=text,
            errors=errors,
            layout=_layout() if problem.status < 500 else "base.html",
            who=_who_may() if problem.slug == HTTP_PROBLEMS[403].slug else "",
        )
        return Response(page, problem.status, headers=headers, mimetype="text/html")
    body: dict[str, Any] = {
        "type": f"{TYPE_BASE}{problem.slug}",
        "title": str(problem.sentence) if "%(" not in str(problem.sentence) else text,
        "status": problem.status,
        "detail": text,
    }
    if errors:
        body["errors"] = errors
    reply = jsonify(body)
    reply.status_code, reply.mimetype = problem.status, "application/problem+json"
    reply.headers.update(headers or {})
    return reply


def _layout() -> Template:
    """Return the frame of the service's own pages, with its links, for whoever is signed in."""
    names = LAYOUTS if visitor() else LAYOUTS[-1:]
    return current_app.jinja_env.select_template(names)


def _who_may() -> str:
    """Name the roles that may open the page, where its rule and the service know them."""
    view = current_app.view_functions.get(request.endpoint or "")
    words: Mapping[str, Mapping[Any, Any]] = current_app.extensions.get("vyzva-words", {})
    named = {role for rule in (rules_of(view) if view else ()) for role in rule.people or ()}
    return ", ".join(str(word) for role, word in words.get("role", {}).items() if role in named)


def _domain_error(error: DomainError) -> Response:
    problem = problem_of(error)
    if problem.status >= 500:
        log.error("a domain error of our own", extra={"error": type(error).__name__})
    detail = fill(problem.sentence, error.params)
    return answer(problem, detail=detail, headers=pause_of(error))


def pause_of(error: DomainError) -> dict[str, str]:
    """Return the header that tells programs when to ask again; empty where waiting is no use."""
    pause = error.params.get("wait_seconds") or PAUSE.get(problem_of(error).status)
    return {"Retry-After": str(pause)} if pause else {}


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # werkzeug types it wider
    code = error.code or 500
    if code < 400:
        return error.get_response()  # type: ignore[return-value]  # a redirect of the router
    known = HTTP_PROBLEMS.get(code, HTTP_PROBLEMS[500 if code >= 500 else 400])
    messages = getattr(error, "data", {}).get("messages") if code in (400, 422) else None
    return answer(
        replace(known, status=code),
        detail=_too_large() if code == 413 else None,
        errors=field_errors(messages) if messages else None,
        headers=_headers_of(error, code),
    )


def _too_large() -> str:
    limit = current_app.extensions["vyzva-settings"].max_upload_mb
    said = gettext(
        "Soubor je příliš velký. Největší povolená velikost je %(limit)s MB.", limit=limit
    )
    return str(said)


def _headers_of(error: HTTPException, code: int) -> dict[str, str]:
    """Keep what HTTP demands beside the body."""
    names = ("Allow", "Retry-After", "Content-Range")
    headers = {name: value for name, value in error.get_headers() if name in names}
    if code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def _client_error(error: ClientError) -> Response:
    """Another service said no, or could not be reached."""
    # A 401 between services is a fault of their keys; the person is signed in here.
    if isinstance(error, Unavailable) or error.status == 401:
        log.warning("a service is unavailable", extra={"called": error.called})
        return answer(HTTP_PROBLEMS[503], headers={"Retry-After": "5"})
    known = HTTP_PROBLEMS.get(error.status, HTTP_PROBLEMS[400])
    return answer(
        Problem(error.status, error.slug or known.slug, known.sentence), detail=error.detail
    )


def _database_error(error: Exception) -> Response:
    log.error("the database is unavailable", exc_info=error)
    problem = FULL if NO_ROOM.search(str(error)) else HTTP_PROBLEMS[503]
    return answer(problem, headers={"Retry-After": PAUSE[problem.status]})


def _integrity_error(error: IntegrityError) -> Response:
    """Two requests made the same thing at once: the second one lost. The rest is our fault."""
    if not re.search(r"UNIQUE constraint|unique constraint", str(error.orig)):
        return _unexpected(error)
    log.warning("a unique constraint refused a row", exc_info=error)
    return answer(HTTP_PROBLEMS[409])


def _data_error(error: DataError) -> Response:
    """PostgreSQL cannot store the value: a text too long, a number too big, a NUL."""
    log.warning("the database refused a value", exc_info=error)
    return answer(HTTP_PROBLEMS[422])


def _too_deep(error: RecursionError) -> Response:
    """JSON nested so deep that it cannot be read."""
    log.error("too deep", exc_info=error)
    return answer(HTTP_PROBLEMS[400])


def _unexpected(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return answer(HTTP_PROBLEMS[500])
