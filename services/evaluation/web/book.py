"""The office makes the book for the selection committee."""

from uuid import UUID

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.letters.book import KIND
from services.evaluation.models import Case
from services.evaluation.service import book, meetings, overviews
from services.evaluation.service.records import live_record
from services.evaluation.web.meetings import MOST_NUMBERS
from services.evaluation.web.pages import Page, attempt, go_sign, page, this_call
from shared.auth import access, roles
from shared.web.forms import PageForm

blueprint = Blueprint("book", __name__)


@blueprint.route("/calls/<uuid:call_id>/book", methods=["GET", "POST"])
@access(roles("director", "assistant"))
def create(call_id: UUID) -> Response | Page:
    """Make the book, or make it anew when something changed."""
    session, _ = desk.looking()
    call = this_call(call_id)
    form = PageForm()

    def act() -> UUID:
        signer = desk.own_signer()
        with desk.working() as (writing, acting):
            return book.make_book(writing, acting=acting, call_id=call_id, signer=signer)

    tried = attempt(form, act)
    if not tried.is_done:
        missing, count = overviews.open_numbers(session, call, MOST_NUMBERS)
        return page(
            "meetings/book.html",
            tried,
            form,
            call=call,
            meeting=meetings.meeting_of(session, call),
            total=overviews.count_of(session, call, Case.state.in_(meetings.DISCUSSED)),
            missing=missing,
            missing_count=count,
            made=live_record(session, call.organisation_id, KIND, call.id),
        )
    return go_sign([tried.result], url_for("meetings.show", call_id=call_id))
