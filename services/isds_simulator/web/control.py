"""The control interface: everything that a test may do to the simulator from outside."""

import hmac
from typing import Any

from flask import Blueprint, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, Unauthorized

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.service.directory import BoxIdTaken
from services.isds_simulator.web.schemas import Strict

CONTROL = Blueprint("control", __name__, url_prefix="/control")
Json = dict[str, Any]
Problem = tuple[Json, int, dict[str, str]]


class Unknown(Exception):
    """There is nothing of that name."""


def json_body(schema: Strict) -> Any:
    """Return the checked JSON body.

    Only ``application/json`` is read, so that no foreign web page can send one without
    the browser asking first.
    """
    return schema.load(request.get_json() or {})


@CONTROL.before_request
def check_token() -> None:
    """Let nobody in without the token, if there is one."""
    token = current_office().settings.control_token
    if token is None:
        return
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Unauthorized("The control token is missing or wrong.")


def _problem(status: int, slug: str, detail: Any) -> Problem:
    problem = {"type": f"/problems/{slug}", "title": slug, "status": status, "detail": detail}
    return problem, status, {"Content-Type": "application/problem+json"}


@CONTROL.errorhandler(ValidationError)
def _invalid(error: ValidationError) -> Problem:
    return _problem(422, "invalid", error.messages)


@CONTROL.errorhandler(Unknown)
def _unknown(error: Unknown) -> Problem:
    return _problem(404, "not-found", str(error))


@CONTROL.errorhandler(BoxIdTaken)
def _taken(error: BoxIdTaken) -> Problem:
    return _problem(409, "box-id-taken", str(error))


@CONTROL.errorhandler(Refused)
def _refused(error: Refused) -> Problem:
    return _problem(409, "refused", error.code)


@CONTROL.errorhandler(HTTPException)
def _http(error: HTTPException) -> Problem:
    return _problem(error.code or 500, error.name.lower().replace(" ", "-"), error.description)
