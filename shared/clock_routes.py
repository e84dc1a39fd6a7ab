"""Moving the demonstration clock over HTTP; exists in development mode only."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, request
from flask_wtf import CSRFProtect

from shared.auth import SIGNED_IN, access, roles
from shared.clock import ShiftedClock

MAY_MOVE = roles("director", "operator")
EARLIEST, LATEST = 2000, 2100


def install(app: Flask, clock: ShiftedClock) -> None:
    """Add ``/api/v1/clock`` to *app*."""
    blueprint = Blueprint("clock_api", __name__, url_prefix="/api/v1/clock")

    @blueprint.get("")
    @access(SIGNED_IN)
    def show_clock() -> Response:
        return jsonify(now=clock.now().isoformat(), offset_seconds=clock.offset().total_seconds())

    @blueprint.put("")
    @access(MAY_MOVE)
    def move_clock() -> Response:
        clock.move_to(_instant(request.get_json()))
        return show_clock()

    @blueprint.delete("")
    @access(MAY_MOVE)
    def reset_clock() -> Response:
        clock.reset()
        return show_clock()

    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(blueprint)  # bearer tokens only, as everything under /api/
    app.register_blueprint(blueprint)


def _instant(body: Any) -> datetime:
    """Read ``{"at": RFC 3339}``; anything else is a bad request."""
    try:
        at = datetime.fromisoformat(body["at"])
    except (TypeError, KeyError, ValueError):
        abort(400)
    # Near the ends of the calendar the clock could no longer be read.
    if at.tzinfo is None or not EARLIEST <= at.year <= LATEST:
        abort(400)
    return at
