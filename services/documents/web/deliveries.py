"""Lists and pages of deliveries, with the forms of their proofs."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, case, or_, select
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import (
    PDF,
    RECEIPT,
    file_answer,
    gate,
    looking,
    press,
    read_scan,
    signed_scan,
    tools,
    working,
)
from services.documents.domain.channels import POST
from services.documents.domain.deliveries import (
    CANCELLED,
    DELIVERED,
    DELIVERY,
    SENT,
    end_is_allowed,
    retry_is_allowed,
)
from services.documents.hindrances import shown_outage
from services.documents.models import BatchItem, Delivery
from services.documents.proof_verdicts import judge_proofs
from services.documents.service import paper
from services.documents.service.dispatches import stop_of
from services.documents.service.ending import end_delivery
from services.documents.service.loading import delivery_of, proof_of, visible_deliveries
from services.documents.service.looking import retry_delivery
from services.documents.service.paper import Posting, awaits_advice, is_presumed
from services.documents.service.posted_items import items_of
from services.documents.service.receipts import HandOver, Signed, print_receipt
from services.documents.service.unknown import look_again, may_look
from services.documents.service.work import Work
from services.documents.web import pages, proof_words
from services.documents.web.answer_words import answer_words
from services.documents.web.forms import (
    AdviceForm,
    EndForm,
    HandOverForm,
    LookForm,
    PostingForm,
    ProofPaperForm,
    RetryForm,
    ReturnForm,
    SlipForm,
)
from services.documents.web.frame import OFFICE, READERS, page
from services.documents.web.hindered import hindered
from services.documents.web.history import history_of
from services.documents.web.hold_words import HOLD_NAMES
from services.documents.web.message_words import obstacles
from services.documents.web.paper_ways import can_switch, channel_is_open, paper_closed
from services.documents.web.words import CHANNELS, DELIVERY_STATES
from shared.auth import access, current_actor
from shared.clock import PRAGUE
from shared.web.attempts import attempt
from shared.web.csv_files import csv_response
from shared.web.forms import PageForm
from shared.web.tables import Column, Filter, Listing, matching, read_page

LEAVING = ("posting", "hand_over")
"""Acts by which a letter leaves on paper."""


OVER = (SENT, DELIVERED, CANCELLED)
IS_OVER = case((Delivery.state.in_(OVER), 1), else_=0)
DEADLINE = case((Delivery.state.in_(OVER), None), else_=Delivery.dispatch_by)
"""What has left, or never will, has no deadline of dispatch any more."""


def _by_state(text: str) -> ColumnElement[bool] | None:
    return Delivery.state == text if text in DELIVERY_STATES else None


def _by_hold(text: str) -> ColumnElement[bool] | None:
    return Delivery.hold == text if text in HOLD_NAMES else None


def _by_dispatch(text: str) -> ColumnElement[bool] | None:
    try:
        return Delivery.dispatch_id == UUID(text)
    except ValueError:
        return None


def _by_batch(text: str) -> ColumnElement[bool] | None:
    try:
        of_batch = select(BatchItem.id).where(BatchItem.batch_id == UUID(text))
    except ValueError:
        return None
    return Delivery.document_id.in_(of_batch)


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
        Column("due", N_("Odeslat do"), DEADLINE),
        Column("dispatched", N_("Odesláno"), Delivery.dispatched_at),
        Column("delivered", N_("Doručeno"), Delivery.delivered_on),
        Column("state", N_("Stav"), Delivery.state),
    ),
    default_sort="due",
    tie=(IS_OVER, Delivery.sender_reference.desc(), Delivery.id),
    filters=(
        Filter("q", N_("Hledat adresáta, číslo nebo zprávu"), _by_words),
        Filter("state", N_("Stav"), _by_state, [(k, w[0]) for k, w in DELIVERY_STATES.items()]),
        Filter("hold", N_("Na co čeká"), _by_hold, list(HOLD_NAMES.items())),
        Filter("channel", N_("Jak"), _by_channel, list(CHANNELS.items())),
        Filter("dispatch", N_("Odeslání"), _by_dispatch, is_hidden=True),
        Filter("batch", N_("Dávka"), _by_batch, is_hidden=True),
    ),
)


@pages.get("/deliveries")
@access(READERS)
def deliveries() -> str:
    """Show the deliveries of the organisation."""
    work = looking()
    found = visible_deliveries(work)
    listed = read_page(work.session, found, LISTING, request.args)
    return page("deliveries.html", listed=listed, stop=stop_of(work), away=shown_outage(work))


@pages.get("/deliveries.csv")
@access(READERS)
def deliveries_table() -> Response:
    """Give the deliveries as a file: exactly what the filters leave, on all pages."""
    work = looking()
    rows = [
        (
            row.document.number,
            row.recipient_name,
            str(CHANNELS[row.channel]),
            _day(row.dispatch_by),
            f"{row.dispatched_at.astimezone(PRAGUE):%Y-%m-%d %H:%M}" if row.dispatched_at else "",
            _day(row.delivered_on),
            str(DELIVERY_STATES[row.state][0]),
        )
        for row in work.session.scalars(matching(visible_deliveries(work), LISTING, request.args))
    ]
    return csv_response("doruceni", [str(column.label) for column in LISTING.columns], rows)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


@pages.get("/deliveries/<uuid:delivery_id>")
@access(READERS)
def delivery(delivery_id: UUID) -> str:
    """Show one delivery: where it stands, its proofs, and what a person can do."""
    return _delivery_page(looking(), delivery_id)


def _delivery_page(work: Work, delivery_id: UUID, **given: Any) -> str:
    found = delivery_of(work, delivery_id)
    is_office = OFFICE.admits(work.actor)
    days = dict.fromkeys(("posted_on", "handed_over_on", "returned_on"), work.today)
    forms = {name: kind(formdata=None, **days) for name, kind in _forms().items()} | given
    for name in _forms():
        forms[name].version.data = forms[name].version.data or str(found.version)
    is_posted = found.state == SENT and found.channel == POST
    return page(
        "delivery.html",
        delivery=found,
        history=history_of(work, found),
        posted_items=items_of(work, delivery_id),
        verdicts=judge_proofs(work, tools(), found),
        proof_words=proof_words,
        last_answer=answer_words(found.last_error),
        rules=tools().settings.post_rules,
        can_use_paper=is_office and channel_is_open(found) and found.file_fault is None,
        paper_closed=paper_closed(work, found),
        can_switch=is_office and can_switch(found),
        hindered=hindered(work, found),
        awaits_advice=is_office and (awaits_advice(found) or is_presumed(found)),
        is_presumed=is_presumed(found),
        can_read_out=is_office and found.state == DELIVERED and bool(found.proofs),
        proof_form=ProofPaperForm(formdata=None),
        can_check_file=is_office and found.file_fault is not None,
        can_return=is_office and (is_posted or is_presumed(found)),
        is_unclear=may_look(found),
        can_look=is_office and may_look(found),
        matches=obstacles(found),
        can_end=is_office and end_is_allowed(found.state, found.reason),
        look_until=found.lost_at + tools().settings.look_up_rules.window if found.lost_at else None,
        can_retry=is_office
        and DELIVERY.allows(found.state, "retry")
        and retry_is_allowed(found.reason, found.message_id),
        **{"sentence": "", "tried": None, **forms},
    )


def _forms() -> dict[str, type[PageForm]]:
    needs_slip = tools().settings.post_rules.needs_slip
    return {
        "posting": SlipForm if needs_slip else PostingForm,
        "hand_over": HandOverForm,
        "advice": AdviceForm,
        "returned": ReturnForm,
        "retry": RetryForm,
        "look": LookForm,
        "end": EndForm,
    }


@pages.post("/deliveries/<uuid:delivery_id>/posting")
@access(OFFICE)
def posting(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record that the document was posted."""

    def post(work: Work, form: Any) -> Delivery:
        slip = read_scan(form.slip.data) if form.slip.data else None
        given = Posting(form.posted_on.data, form.tracking_number.data, slip)
        rules, version = tools().settings.post_rules, form.expected_version()
        return paper.record_posting(work, tools().files, rules, delivery_id, given, version)

    return _act(delivery_id, "posting", gettext("Podání na poště je zapsané."), post)


@pages.post("/deliveries/<uuid:delivery_id>/advice")
@access(OFFICE)
def advice(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record the advice of receipt."""

    def receive(work: Work, form: Any) -> Delivery:
        day, scan = form.received_on.data, read_scan(form.scan.data)
        version = form.expected_version()
        return paper.record_advice(work, tools().files, delivery_id, day, scan, version)

    return _act(delivery_id, "advice", gettext("Dodejka je zapsaná."), receive)


@pages.post("/deliveries/<uuid:delivery_id>/return")
@access(OFFICE)
def returned(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record that the post brought the item back."""

    def come_back(work: Work, form: Any) -> Delivery:
        day, version = form.returned_on.data, form.expected_version()
        return paper.record_return(work, delivery_id, day, version)

    done = gettext("Vrácení je zapsané. Zvolte, jak dokument doručit.")
    return _act(delivery_id, "returned", done, come_back)


@pages.post("/deliveries/<uuid:delivery_id>/hand-over")
@access(OFFICE)
def hand_over(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Record that the document was handed over, and go on to sign the record of it."""
    signed: list[Signed] = []

    def read(form: Any) -> None:
        signed.append(signed_scan(read_scan(form.scan.data), delivery_id))

    def hand(work: Work, form: Any) -> Delivery:
        given = HandOver(form.handed_over_on.data, form.received_by.data)
        version = form.expected_version()
        return paper.record_hand_over(work, press(), delivery_id, given, signed[-1], version)

    done = gettext("Osobní předání je zapsané. Podepište o něm záznam.")
    return _act(delivery_id, "hand_over", done, hand, before=read)


@pages.post("/deliveries/<uuid:delivery_id>/retry")
@access(OFFICE)
def retry(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Have the data box tried once more."""

    def again(work: Work, form: Any) -> Delivery:
        return retry_delivery(work, delivery_id, form.why.data, form.expected_version())

    done = gettext("Odeslání datovou schránkou se zkusí znovu.")
    return _act(delivery_id, "retry", done, again)


@pages.post("/deliveries/<uuid:delivery_id>/look")
@access(OFFICE)
def look(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Have the list of sent messages read at once, or a message taken over that a person names."""

    def again(work: Work, form: Any) -> Delivery:
        named = form.message_number.data or ""
        version = form.expected_version()
        return look_again(work, delivery_id, form.why.data, named=named, version=version)

    done = gettext("Výzva se podívá do seznamu odeslaných zpráv. Nic přitom neodešle.")
    return _act(delivery_id, "look", done, again)


@pages.post("/deliveries/<uuid:delivery_id>/end")
@access(OFFICE)
def end(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """End a delivery that can lead nowhere, with a reason."""

    def finish(work: Work, form: Any) -> Delivery:
        return end_delivery(work, delivery_id, form.why.data, form.expected_version())

    done = gettext("Doručování je ukončené. Adresáta vyrozumějte novým dokumentem.")
    return _act(delivery_id, "end", done, finish)


def _act(
    delivery_id: UUID,
    name: str,
    done: str,
    step: Callable[[Work, Any], Delivery],
    *,
    before: Callable[[Any], None] | None = None,
) -> AnyResponse | tuple[str, int]:
    """Do the act of a form; a record that it leaves is signed next.

    Args:
        before: What takes its time, so that no transaction waits for it.
    """
    form = _forms()[name]()
    to_sign: list[UUID] = []

    def act() -> None:
        if name in LEAVING:
            gate().check_paper(current_actor(), delivery_id)
        if before is not None:
            before(form)
        with working() as work:
            found = step(work, form)
            to_sign.extend([found.receipt_id] if found.receipt_id else [])

    tried = attempt(form, act)
    if not tried.is_done:
        shown = {name: form, "tried": form, "sentence": tried.sentence}
        return _delivery_page(looking(), delivery_id, **shown), tried.status
    flash(done, "good")
    here = url_for("pages.delivery", delivery_id=delivery_id)
    if to_sign:
        return redirect(url_for("pages.sign", ids=to_sign[0], next=here), 303)
    return redirect(here, 303)


@pages.get("/deliveries/<uuid:delivery_id>/receipt.pdf")
@access(OFFICE)
def receipt(delivery_id: UUID) -> Response:
    """Show the form that the recipient signs by hand."""
    gate().check_paper(current_actor(), delivery_id)
    work = looking()
    content = print_receipt(work, press(), delivery_of(work, delivery_id))
    return file_answer(content, RECEIPT, PDF, is_shown=True)


@pages.get("/deliveries/<uuid:delivery_id>/proofs/<uuid:proof_id>")
@access(READERS)
def proof(delivery_id: UUID, proof_id: UUID) -> Response:
    """Download the file of a proof as it came."""
    found = proof_of(looking(), delivery_id, proof_id)
    return file_answer(tools().files.get(found.sha256), found.file_name, found.media_type)
