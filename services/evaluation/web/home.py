"""The dashboard, and the return from signing."""

from contextlib import suppress

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.feeds import documents_feed
from services.evaluation.tasks import waiting_tasks
from services.evaluation.web.pages import view
from shared.auth import SIGNED_IN, access, current_actor, is_local_path
from shared.db import mark_reading
from shared.http import ClientError
from shared.waiting import cut
from shared.web.tasks import WaitingTask, by_deadline

blueprint = Blueprint("home", __name__)
MOST_SHOWN = 100
"""As many tasks as a person can look through; the most urgent come first."""


@blueprint.get("/")
@access(SIGNED_IN)
def dashboard() -> str:
    """Show everything that waits for the person, in all three services, by deadline."""
    elsewhere, silent = _tasks_elsewhere()
    session, acting = desk.looking()
    tasks = by_deadline([*waiting_tasks(session, acting), *elsewhere])
    return view("dashboard.html", tasks=list(cut(tasks, MOST_SHOWN)), silent=silent)


def _tasks_elsewhere() -> tuple[list[WaitingTask], list[str]]:
    """Ask the other services; one that does not answer is named, not passed over in silence."""
    clients, actor = desk.clients(), current_actor()
    found: list[WaitingTask] = []
    silent: list[str] = []
    for name, ask in (
        ("registry", clients.registry.list_tasks),
        ("documents", clients.documents.list_tasks),
    ):
        try:
            found += [WaitingTask(**vars(task)) for task in ask(actor=actor).tasks]
        except ClientError:
            current_app.logger.warning("no tasks from %s", name, exc_info=True)
            silent.append(name)
    return found, silent


@blueprint.get("/returned")
@access(SIGNED_IN)
def returned() -> Response:
    """Take over fresh signatures when the person returns from signing, then go on."""
    mark_reading(False)
    with suppress(ClientError):  # the worker reads the feed later; nobody need wait for it
        documents_feed(current_app._get_current_object()).run_once()  # type: ignore[attr-defined]  # the app behind the proxy
    target = request.args.get("next", "")
    return redirect(target if is_local_path(target) else url_for("home.dashboard"))
