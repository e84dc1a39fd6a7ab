"""The dashboard, and returning from the signing page."""

from collections.abc import Callable
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response

from services.registry.desk import looking, pull_documents_feed, working
from services.registry.service.calls import calls
from services.registry.service.stuck import count_stuck, stuck_messages, try_again
from services.registry.service.waiting import Waiting, waiting_for
from services.registry.web.forms_calls import ActForm
from shared.auth import SIGNED_IN, access, is_local_path, roles
from shared.db import mark_reading
from shared.web.reasons import why
from shared.web.tasks import WaitingTask, by_deadline

blueprint = Blueprint("office", __name__, url_prefix="/office")


@blueprint.get("")
@access(SIGNED_IN)
def dashboard() -> str:
    """Show what waits for the person, by deadline."""
    work = looking()
    tasks = by_deadline(_task(item) for item in waiting_for(work))
    return render_template(
        "office/dashboard.html",
        tasks=tasks,
        calls=calls(work, heads_only=True)[:8],
        stuck=count_stuck(work),
    )


@blueprint.get("/returned")
@access(SIGNED_IN)
def returned() -> Response:
    """Take over fresh signatures when the person returns from signing, then go on."""
    mark_reading(False)
    pull_documents_feed()
    target = request.args.get("next", "")
    return redirect(target if is_local_path(target) else url_for("office.dashboard"))


@blueprint.get("/stuck")
@access(roles("director", "operator"))
def stuck() -> str:
    """Show what could not be handed over."""
    messages = stuck_messages(looking())
    return render_template("office/stuck.html", messages=messages, act=ActForm())


@blueprint.post("/stuck/<uuid:message_id>")
@access(roles("director", "operator"))
def retry(message_id: UUID) -> Response:
    """Try a message again."""
    with working() as work:
        try_again(work, message_id)
    flash(gettext("Zkusíme to hned znovu."), "good")
    return redirect(url_for("office.stuck"), 303)


def sign_address(document_ids: list[str], back: str) -> str:
    """Return the address where documents are previewed and signed, and which leads back."""
    ids = ",".join(document_ids)
    next_page = url_for("office.returned", next=back)
    return f"/documents/sign?ids={ids}&next={quote(next_page, safe='')}"


def _call_page(item: Waiting) -> str:
    return url_for("calls.show", call_id=item.record_id)


def _in_call(endpoint: str) -> Callable[[Waiting], str]:
    return lambda item: url_for(endpoint, call_id=item.record_id)


def _folder(item: Waiting) -> str:
    return url_for("applications.show", application_id=item.record_id)


def _signing(item: Waiting) -> str:
    ids = [str(document_id) for document_id in item.document_ids]
    return sign_address(ids, url_for("office.dashboard"))


def _list_page(item: Waiting) -> str:
    return url_for("lists.show", list_id=item.record_id)


def _call_lists(item: Waiting) -> str:
    return url_for("lists.of_call", call_id=item.record_id)


_WORDS: dict[str, tuple[object, object, Callable[[Waiting], str]]] = {
    "sign": (N_("Podepsat dokumenty"), N_("Podepsat"), _signing),
    "prepare_call": (N_("Dokončit přípravu výzvy"), N_("Doplnit výzvu"), _call_page),
    "recommend_allocation": (
        N_("Doporučit částku programovému výboru"),
        N_("Doporučit částku"),
        _in_call("allocations.recommend"),
    ),
    "approve_allocation": (
        N_("Rozhodnout o částce výzvy"),
        N_("Rozhodnout"),
        _in_call("allocations.decide"),
    ),
    "announce_call": (N_("Vyhlásit výzvu"), N_("Vyhlásit výzvu"), _in_call("calls.announce")),
    "make_list": (
        N_("Sestavit seznam přijatých žádostí"),
        N_("Sestavit seznam"),
        _call_lists,
    ),
    "publish_list": (
        N_("Zveřejnit seznam přijatých žádostí"),
        N_("Zveřejnit seznam"),
        _list_page,
    ),
    "check": (N_("Zkontrolovat podanou žádost"), N_("Zkontrolovat žádost"), _folder),
    "register": (N_("Zaregistrovat žádost"), N_("Zaregistrovat"), _folder),
}


def _task(item: Waiting) -> WaitingTask:
    what, button, address = _WORDS[item.act]
    reason = why(item.deadline) if item.deadline else ""
    return WaitingTask(str(what), item.subject, address(item), str(button), item.due, reason)
