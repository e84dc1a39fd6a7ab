"""The dashboard, and returning from the signing page."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.registry.desk import looking, pull_documents_feed, working
from services.registry.service.calls import calls
from services.registry.service.loading import documents_named
from services.registry.service.published import decided_calls
from services.registry.service.stuck import count_stuck, stuck_messages, try_again
from services.registry.service.waiting import waiting_for
from services.registry.tasks import task_of
from services.registry.web.forms_calls import ActForm
from shared.auth import SIGNED_IN, access, is_local_path, roles
from shared.db import mark_reading
from shared.web.tasks import by_deadline

blueprint = Blueprint("office", __name__, url_prefix="/office")


@blueprint.get("")
@access(SIGNED_IN)
def dashboard() -> str:
    """Show what waits for the person, by deadline."""
    work = looking()
    tasks = by_deadline(task_of(item) for item in waiting_for(work))
    newest = calls(work, heads_only=True)[:8]
    return render_template(
        "office/dashboard.html",
        tasks=tasks,
        calls=newest,
        stuck=count_stuck(work),
        decided=decided_calls(work, [call.id for call in newest]),
    )


@blueprint.get("/returned")
@access(SIGNED_IN)
def returned() -> Response:
    """Take over fresh signatures when the person returns from signing, then go on."""
    mark_reading(False)
    pull_documents_feed()
    for said in _what_was_signed(request.args.get("ids", "")):
        flash(said, "good")
    target = request.args.get("next", "")
    return redirect(target if is_local_path(target) else url_for("office.dashboard"))


def _what_was_signed(ids: str) -> list[str]:
    """Say what the signatures brought, and name what bears them."""
    refs = [ref for ref in documents_named(looking(), ids) if ref.state in ("signed", "issued")]
    kinds = {ref.kind: ref for ref in refs}
    said = []
    if "intake_record" in kinds:
        said.append(gettext("Žádost je zaregistrovaná a má svou složku."))
    if "refusal" in kinds:
        said.append(gettext("Registrace je odmítnutá; dopis žadateli odchází."))
    if "received_list" in kinds:
        said.append(gettext("Seznam je podepsaný. Teď jej zveřejněte."))
    if refs:
        said.append(gettext("Podepsáno: %(titles)s.", titles=", ".join(ref.title for ref in refs)))
    return said


@blueprint.get("/stuck")
@access(roles("director", "operator"))
def stuck() -> str:
    """Show what could not be handed over."""
    messages = stuck_messages(looking())
    return render_template(
        "office/stuck.html",
        messages=messages,
        act=ActForm(),
        address=lambda key: url_for("office.retry", message_id=key),
    )


@blueprint.post("/stuck/<uuid:message_id>")
@access(roles("director", "operator"))
def retry(message_id: UUID) -> Response:
    """Try a message again."""
    with working() as work:
        try_again(work, message_id)
    flash(gettext("Zkusíme to hned znovu."), "good")
    return redirect(url_for("office.stuck"), 303)
