"""Pages about the list of received applications: made, signed, published in time."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length, Optional

from services.registry.desk import looking, make_documents, working
from services.registry.domain.publication import cells, publication_deadline
from services.registry.models import Call, DocumentRef, ReceivedList
from services.registry.service import lists
from services.registry.service.loading import call_of, list_of
from services.registry.service.settings import rules_of
from services.registry.service.work import Work
from services.registry.tasks import sign_address
from services.registry.web.forms_calls import ActForm
from services.registry.web.pages import Attempt, attempt, page
from services.registry.web.public_lists import received_list
from shared.auth import access, roles
from shared.deadlines import deadline_from_json
from shared.web import select_language
from shared.web.forms import FreshIdField
from shared.web.reasons import why
from shared.web.tables import page_of

blueprint = Blueprint("lists", __name__, url_prefix="/office")
OFFICE = roles("director", "assistant", "registrar")


class MakeListForm(ActForm):
    """Make the list; the id makes a double click one list."""

    list_id = FreshIdField()


class PublishForm(ActForm):
    """Publish the list; asked for a reason only when it is late."""

    late_reason = StringField(
        N_("Proč se seznam zveřejňuje po lhůtě"),
        [Optional(), Length(max=1000)],
        description=N_("Lhůta se tím nemění; důvod se zveřejní se seznamem."),
    )


@blueprint.route("/calls/<uuid:call_id>/received-list", methods=["GET", "POST"])
@access(OFFICE)
def of_call(call_id: UUID) -> Response | tuple[str, int]:
    """Make the list of a call, or go to the one that exists."""
    work = looking()
    call = call_of(work, call_id)
    present = lists.list_of_call(work, call)
    form = MakeListForm()
    if present is not None and not form.is_submitted():
        return redirect(url_for("lists.show", list_id=present.id))
    tried = attempt(form, lambda: _make(form, call_id))
    if not tried.is_done:
        return _make_page(work, call, form, tried)
    document_id = tried.value
    back = url_for("lists.show", list_id=form.list_id.id_value)
    if make_documents((document_id,)):
        return redirect(sign_address([str(document_id)], back), 303)
    flash(gettext("Seznam je sestavený."), "good")
    return redirect(back, 303)


@blueprint.get("/received-lists/<uuid:list_id>")
@access(OFFICE)
def show(list_id: UUID) -> str:
    """One list: its lines, its deadline, what to do next."""
    work = looking()
    received = list_of(work, list_id)
    return render_template("lists/show.html", **_context(work, received), tried=Attempt())


@blueprint.post("/received-lists/<uuid:list_id>/publication")
@access(OFFICE)
def publish(list_id: UUID) -> Response | tuple[str, int]:
    """Publish the signed list; a late one with its reason."""
    form = PublishForm()
    tried = attempt(form, lambda: _publish(list_id, form))
    if not tried.is_done:
        work = looking()
        return page("lists/show.html", tried, form, **_context(work, list_of(work, list_id)))
    flash(gettext("Seznam přijatých žádostí je zveřejněný."), "good")
    return redirect(url_for("lists.show", list_id=list_id), 303)


def _make(form: MakeListForm, call_id: UUID) -> UUID:
    with working() as work:
        return lists.make_list(work, call_id, form.list_id.id_value).document_id


def _publish(list_id: UUID, form: PublishForm) -> bool:
    with working() as work:
        reason = form.late_reason.data or ""
        lists.publish_list(work, list_id, form.expected_version(), late_reason=reason)
    return True


def _make_page(work: Work, call: Call, form: MakeListForm, tried: Attempt[UUID]) -> tuple[str, int]:
    deadline = (
        publication_deadline(call.closes_at, rules_of(work, call)) if call.closes_at else None
    )
    reason = why(deadline) if deadline else ""
    return page("lists/make.html", tried, form, call=call, deadline=deadline, reason=reason)


def _context(work: Work, received: ReceivedList) -> dict[str, object]:
    deadline = deadline_from_json(received.deadline)
    ref = work.session.get(DocumentRef, received.document_id)
    may_sign = ref is not None and ref.signer_id == work.actor.person_id
    every = lists.rows_of(received)
    found = page_of(every, received_list(every), request.args)
    listed = replace(found, address=url_for("lists.show", list_id=received.id))
    return {
        "received": received,
        "call": call_of(work, received.call_id),
        "listed": listed,
        "rows": [cells(row, language=select_language()) for row in listed.items],
        "deadline": deadline,
        "reason": why(deadline),
        "act": PublishForm(obj=received),
        "is_late": received.published_at is None and work.today > received.due,
        "signing": sign_address(
            [str(received.document_id)], url_for("lists.show", list_id=received.id)
        )
        if may_sign and received.state == "made"
        else "",
    }
