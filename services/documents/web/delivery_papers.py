"""Acts that make papers about deliveries: the posting sheet of a day, the readable proof."""

from datetime import date
from typing import cast
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import gate, letter_answer, looking, press, working
from services.documents.domain.records import RecordUnknown
from services.documents.service.delivery_papers import make_delivery_proof
from services.documents.service.posted_items import days_of_posting, items_posted_on
from services.documents.service.posting_sheets import (
    TABLE_HEADS,
    make_posting_sheet,
    posting_table,
)
from services.documents.web import pages
from services.documents.web.forms import PostingSheetForm, ProofPaperForm
from services.documents.web.frame import OFFICE, page
from shared.auth import access, current_actor
from shared.web.attempts import attempt
from shared.web.csv_files import csv_response
from shared.web.forms import read_day


@pages.route("/posting-sheet", methods=["GET", "POST"])
@access(OFFICE)
def posting_sheet() -> AnyResponse | tuple[str, int]:
    """Show what was posted on a day, and make the sheet of it."""
    work = looking()
    day = read_day(request.args.get("day", "")) or work.today
    form = PostingSheetForm(posted_on=day)

    def act() -> UUID:
        key = form.document_id.id_value
        posted_on = cast("date", form.posted_on.data)  # the field is required
        gate().check_posted(current_actor(), posted_on)
        with working() as opened:
            return make_posting_sheet(opened, press(), key, posted_on).id

    tried = attempt(form, act)
    if not tried.is_done:
        day = form.posted_on.data or day
        shown = {"items": items_posted_on(work, day), "days": days_of_posting(work)}
        told = {"form": form, "sentence": tried.sentence, "day": day}
        return page("posting_sheet.html", **shown, **told), tried.status
    here = url_for("pages.document", document_id=tried.value)
    return redirect(url_for("pages.sign", ids=tried.value, next=here), 303)


@pages.get("/posting-sheet/<day>.csv")
@access(OFFICE)
def posting_sheet_table(day: str) -> Response:
    """Give the sheet of a day as a table for the post's programs and the office's own."""
    posted_on = read_day(day)
    if posted_on is None:
        raise RecordUnknown()
    gate().check_posted(current_actor(), posted_on)
    rows = posting_table(looking(), posted_on)
    return csv_response(f"podaci-arch-{posted_on.isoformat()}", TABLE_HEADS, rows)


@pages.get("/deliveries/<uuid:delivery_id>/letter.pdf")
@access(OFFICE)
def letter(delivery_id: UUID) -> Response:
    """Download the document to be printed for the post or for handing over, if it may leave."""
    return letter_answer(delivery_id)


@pages.post("/deliveries/<uuid:delivery_id>/proof-paper")
@access(OFFICE)
def proof_paper(delivery_id: UUID) -> AnyResponse:
    """Make the readable form of what proves a delivery, and show it."""

    def act() -> UUID:
        with working() as work:
            return make_delivery_proof(work, press(), delivery_id).id

    tried = attempt(ProofPaperForm(), act)
    if not tried.is_done:
        flash(tried.sentence, "bad")
        return redirect(url_for("pages.delivery", delivery_id=delivery_id), 303)
    flash(gettext("Čitelný doklad je vysázený; pečeť dostane za chvíli."), "good")
    return redirect(url_for("pages.document", document_id=tried.value), 303)
