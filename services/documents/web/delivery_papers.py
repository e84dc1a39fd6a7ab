"""Acts that make papers about deliveries: the posting sheet of a day, the readable proof."""

from datetime import date
from typing import cast
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import gate, letter_answer, looking, press, working
from services.documents.service.delivery_papers import make_delivery_proof, make_posting_sheet
from services.documents.web import pages
from services.documents.web.forms import PostingSheetForm, ProofPaperForm
from services.documents.web.frame import OFFICE, page
from shared.auth import access, current_actor
from shared.web.attempts import attempt


@pages.route("/posting-sheet", methods=["GET", "POST"])
@access(OFFICE)
def posting_sheet() -> AnyResponse | tuple[str, int]:
    """Make the sheet of everything that was posted on a day."""
    form = PostingSheetForm(posted_on=looking().today)

    def act() -> UUID:
        key = form.document_id.id_value
        day = cast("date", form.posted_on.data)  # the field is required
        gate().check_posted(current_actor(), day)
        with working() as work:
            return make_posting_sheet(work, press(), key, day).id

    tried = attempt(form, act)
    if not tried.is_done:
        return page("posting_sheet.html", form=form, sentence=tried.sentence), tried.status
    here = url_for("pages.document", document_id=tried.value)
    return redirect(url_for("pages.sign", ids=tried.value, next=here), 303)


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
