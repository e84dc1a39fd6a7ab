"""Lists and pages of deliveries, with the forms of their proofs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, or_
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import file_answer, looking, tools, working
from services.documents.domain.deliveries import (
    DELIVERY,
    paper_is_allowed,
    retry_is_allowed,
)
from services.documents.models import Delivery
from services.documents.service import deliveries as steps
from services.documents.service.loading import delivery_of, proof_of, visible_deliveries
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.forms import HandOverForm, PostingForm, RetryForm
from services.documents.web.frame import OFFICE, READERS, attempt, page
from services.documents.web.words import CHANNELS, DELIVERY_STATES
from shared.auth import access
from shared.web.tables import Column, Filter, Listing, read_page


def _by_state(text: str) -> ColumnElement[bool] | None:
    return Delivery.state == text if text in DELIVERY_STATES else None


def _by_channel(text: str) -> ColumnElement[bool] | None:
    return Delivery.channel == text if text in CHANNELS else None


def _by_words(text: str) -> ColumnElement[bool] | None:
    return or_(
        Delivery.recipient_name.icontains(text, autoescape=True),
        Delivery.sender_reference.icontains(text, autoescape=True),
        Delivery.message_id == text,
    )


LISTING = Listing(
    columns=(
        Column("number", N_("Číslo jednací"), Delivery.sender_reference),
        Column("recipient", N_("Adresát"), Delivery.recipient_name),
        Column("channel", N_("Jak"), Delivery.channel),
        Column("due", N_("Odeslat do"), Delivery.dispatch_by),
        Column("dispatched", N_("Odesláno"), Delivery.dispatched_at),
        Column("delivered", N_("Doručeno"), Delivery.delivered_on),
        Column("state", N_("Stav"), Delivery.state),
    ),
    default_sort="-number",
    tie=Delivery.id,
    filters=(
        Filter("q", N_("Hledat adresáta, číslo nebo zprávu"), _by_words),
        Filter("state", N_("Stav"), _by_state, [(k, w[0]) for k, w in DELIVERY_STATES.items()]),
        Filter("channel", N_("Jak"), _by_channel, list(CHANNELS.items())),
    ),
)


@pages.get("/deliveries")
@access(READERS)
def deliveries() -> str:
    """Show the deliveries of the organisation."""
    work = looking()
    found = visible_deliveries(work)
    return page("deliveries.html", listed=read_page(work.session, found, LISTING, request.args))


@pages.get("/deliveries/<uuid:delivery_id>")
@access(READERS)
def delivery(delivery_id: UUID) -> str:
    """Show one delivery: where it stands, its proofs, and what a person can do."""
    return _delivery_page(looking(), delivery_id)


def _delivery_page(work: Work, delivery_id: UUID, **given: Any) -> str:
    found = delivery_of(work, delivery_id)
    is_office = OFFICE.admits(work.actor)
    forms: dict[str, Any] = {
        "posting": PostingForm(formdata=None, posted_on=work.today),
        "hand_over": HandOverForm(formdata=None, handed_over_on=work.today),
        "retry": RetryForm(formdata=None),
    }
    forms |= given
    for name in ("posting", "hand_over", "retry"):
        forms[name].version.data = forms[name].version.data or str(found.version)
    return page(
        "delivery.html",
        delivery=found,
        can_use_paper=is_office
        and DELIVERY.allows(found.state, "post")
        and paper_is_allowed(found.reason),
        can_retry=is_office
        and DELIVERY.allows(found.state, "retry")
        and retry_is_allowed(found.reason),
        **{"sentence": "", **forms},
    )


@pages.post("/deliveries/<uuid:delivery_id>/posting")
@access(OFFICE)
def posting(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record that the document was posted."""
    form = PostingForm()
    return _paper(delivery_id, "posting", form, gettext("Podání na poště je zapsané."), _post)


@pages.post("/deliveries/<uuid:delivery_id>/hand-over")
@access(OFFICE)
def hand_over(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record that the document was handed over."""
    form = HandOverForm()
    return _paper(delivery_id, "hand_over", form, gettext("Osobní předání je zapsané."), _hand)


@pages.post("/deliveries/<uuid:delivery_id>/retry")
@access(OFFICE)
def retry(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Have the data box tried once more."""
    form = RetryForm()
    done = gettext("Odeslání datovou schránkou se zkusí znovu.")
    return _paper(delivery_id, "retry", form, done, _retry)


Step = Callable[[Work, UUID, Any], Any]


def _post(work: Work, delivery_id: UUID, form: Any) -> Any:
    return steps.record_posting(
        work, delivery_id, form.posted_on.data, form.tracking_number.data, form.expected_version()
    )


def _hand(work: Work, delivery_id: UUID, form: Any) -> Any:
    return steps.record_hand_over(
        work, delivery_id, form.handed_over_on.data, form.received_by.data, form.expected_version()
    )


def _retry(work: Work, delivery_id: UUID, form: Any) -> Any:
    return steps.retry_delivery(work, delivery_id, form.expected_version())


def _paper(
    delivery_id: UUID, name: str, form: Any, done: str, step: Step
) -> AnyResponse | tuple[str, int]:
    def act() -> None:
        with working() as work:
            step(work, delivery_id, form)

    is_done, sentence, status = attempt(form, act)
    if is_done:
        flash(done, "good")
        return redirect(url_for("pages.delivery", delivery_id=delivery_id), 303)
    return _delivery_page(looking(), delivery_id, **{name: form, "sentence": sentence}), status


@pages.get("/deliveries/<uuid:delivery_id>/proofs/<uuid:proof_id>")
@access(READERS)
def proof(delivery_id: UUID, proof_id: UUID) -> Response:
    """Download the file of a proof as it came."""
    found = proof_of(looking(), delivery_id, proof_id)
    return file_answer(tools().files.get(found.sha256), found.file_name, found.media_type)
