"""What could not be handed over to other services: seen by people, tried again by them."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.models import Outbox
from services.evaluation.service.stuck import try_again
from services.evaluation.web.pages import view
from shared.auth import access, roles
from shared.outbox import stuck_messages
from shared.web.forms import PageForm

blueprint = Blueprint("stuck", __name__)
SEES = roles("director", "operator")


@blueprint.get("/stuck")
@access(SEES)
def index() -> str:
    """Show what could not be handed over."""
    session, acting = desk.looking()
    return view(
        "stuck/index.html",
        messages=stuck_messages(session, Outbox, acting.organisation_id),
        form=PageForm(),
        address=lambda key: url_for("stuck.retry", message_id=key),
    )


@blueprint.post("/stuck/<uuid:message_id>")
@access(SEES)
def retry(message_id: UUID) -> Response:
    """Try a message again."""
    with desk.working() as (session, acting):
        try_again(session, acting, message_id)
    flash(gettext("Zkusíme to hned znovu."), "good")
    return redirect(url_for("stuck.index"), 303)
