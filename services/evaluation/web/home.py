"""The dashboard, and the return from signing."""

from contextlib import suppress

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.feeds import documents_feed
from services.evaluation.tasks import waiting_tasks
from services.evaluation.web.pages import view
from shared.auth import SIGNED_IN, access, is_local_path
from shared.db import mark_reading
from shared.http import ClientError

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@access(SIGNED_IN)
def dashboard() -> str:
    """Show what waits for the person, by deadline."""
    session, acting = desk.looking()
    return view("dashboard.html", tasks=waiting_tasks(session, acting))


@blueprint.get("/returned")
@access(SIGNED_IN)
def returned() -> Response:
    """Take over fresh signatures when the person returns from signing, then go on."""
    mark_reading(False)
    with suppress(ClientError):  # the worker reads the feed later; nobody need wait for it
        documents_feed(current_app._get_current_object()).run_once()  # type: ignore[attr-defined]  # the app behind the proxy
    target = request.args.get("next", "")
    return redirect(target if is_local_path(target) else url_for("home.dashboard"))
