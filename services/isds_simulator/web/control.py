"""The control interface: everything that a test may do to the simulator from outside."""

import hmac
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, Unauthorized, UnsupportedMediaType

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.service.directory import BoxIdTaken

CONTROL = Blueprint("control", __name__, url_prefix="/control")
Json = dict[str, Any]
Problem = tuple[Json, int, dict[str, str]]


class Unknown(Exception):
    """There is nothing of that name."""


@CONTROL.before_request
def check_token() -> None:
    """Let nobody in without the token, if there is one."""
    token = current_office().settings.control_token
    if token is None:
        return
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise Unauthorized("The control token is missing or wrong.")


@CONTROL.before_request
def check_type() -> None:
    """Read JSON only: no foreign web page can send it without the browser asking first."""
    if request.method == "POST" and request.mimetype != "application/json":
        raise UnsupportedMediaType("Changes are application/json.")


def done() -> Response:
    """Return the answer of an act that has nothing to say, without any content or its type."""
    answer = Response(status=204)
    del answer.headers["Content-Type"]
    return answer


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


@CONTROL.app_errorhandler(HTTPException)
def _http(error: HTTPException) -> Problem | HTTPException:
    if not request.path.startswith("/control/"):
        return error
    told = getattr(error, "data", {}).get("messages")
    if error.code == 422 and told is not None:
        # The parser says where the value stood; what is wrong is the same everywhere.
        return _problem(422, "invalid", next(iter(told.values())))
    return _problem(error.code or 500, error.name.lower().replace(" ", "-"), error.description)
