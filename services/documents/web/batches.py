"""Pages of batches: what will be made, one confirmation, then how far it has come."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, or_
from werkzeug.wrappers import Response as AnyResponse

from services.documents.batching import preview_item
from services.documents.desk import PDF, bench, file_answer, looking, tools, working
from services.documents.domain.batches import (
    BATCH,
    CANCELLED,
    DONE,
    FAILED,
    ITEM,
    MADE,
    PREPARED,
    RUNNING,
)
from services.documents.domain.dispatches import DISPATCH
from services.documents.domain.estimates import Estimate
from services.documents.domain.numbering import file_name
from services.documents.domain.records import RecordUnknown
from services.documents.models import Batch, BatchItem
from services.documents.problems import why_not_made
from services.documents.service import batch_sending as letters
from services.documents.service import batches as service
from services.documents.service.batch_approving import approve_batch as approve_all
from services.documents.service.batch_approving import count_to_approve, to_approve
from services.documents.service.dispatches import progress_of_batch
from services.documents.service.estimates import of_batch, of_query
from services.documents.service.signing_jobs import left_to_sign
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.forms import (
    ApproveBatchForm,
    BatchActForm,
    CancelBatchForm,
    ConfirmBatchForm,
    HoldForm,
    HoldSendingForm,
    SignManyForm,
)
from services.documents.web.frame import READERS, page
from services.documents.web.words import BATCH_ITEM_STATES, BATCH_STATES
from shared.auth import access, roles
from shared.web.attempts import attempt
from shared.web.tables import Column, Filter, Listing, read_page

LEADERS = roles("director", "assistant")


def _by_state(text: str) -> ColumnElement[bool] | None:
    return Batch.state == text if text in BATCH.states else None


def _by_item_state(text: str) -> ColumnElement[bool] | None:
    return BatchItem.state == text if text in ITEM.states else None


def _by_words(text: str) -> ColumnElement[bool] | None:
    columns = BatchItem.number, BatchItem.title, BatchItem.recipient
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


LISTING = Listing(
    columns=(
        Column("created", N_("Připravena"), Batch.created_at),
        Column("title", N_("Název"), Batch.title),
        Column("state", N_("Stav"), Batch.state),
        Column("made", N_("Hotovo"), align="right"),
    ),
    default_sort="-created",
    tie=Batch.id,
    filters=(Filter("state", N_("Stav"), _by_state, [(k, w[0]) for k, w in BATCH_STATES.items()]),),
)
ITEMS = Listing(
    columns=(
        Column("position", N_("Pořadí"), BatchItem.position, align="right"),
        Column("number", N_("Číslo jednací"), BatchItem.number),
        Column("title", N_("Název"), BatchItem.title),
        Column("recipient", N_("Adresát"), BatchItem.recipient),
        Column("state", N_("Stav"), BatchItem.state),
        Column("preview", N_("Náhled")),
    ),
    default_sort="position",
    tie=BatchItem.id,
    filters=(
        Filter("q", N_("Číslo, název nebo adresát"), _by_words),
        Filter(
            "state", N_("Stav"), _by_item_state, [(k, w[0]) for k, w in BATCH_ITEM_STATES.items()]
        ),
    ),
)


@pages.get("/batches")
@access(READERS)
def batches() -> str:
    """Show the batches, the newest first."""
    work = looking()
    listed = read_page(work.session, service.batches(work), LISTING, request.args)
    counts = service.states_of(work, [batch.id for batch in listed.items])
    return page("batches.html", listed=listed, counts=counts)


@pages.get("/batches/<uuid:batch_id>")
@access(READERS)
def batch(batch_id: UUID) -> str:
    """Show one batch: how far it is, what can be done, its documents."""
    return _batch_page(looking(), batch_id)


def _counts(work: Work, found: Batch) -> dict[str, int]:
    counts = service.states_of(work, [found.id])[found.id]
    return {state: counts.get(state, 0) for state in ITEM.states}


def _batch_page(work: Work, batch_id: UUID, sentence: str = "", form: Any = None) -> str:
    found = service.batch_of(work, batch_id)
    listed = read_page(work.session, service.items(work, batch_id), ITEMS, request.args)
    failed = service.items(work, batch_id).where(BatchItem.state == FAILED)
    counts = _counts(work, found)
    is_leader = LEADERS.admits(work.actor)
    awaiting = count_to_approve(work, batch_id) if found.state in (DONE, CANCELLED) else 0
    estimate = _estimate(work, found) if awaiting or found.state == PREPARED else None
    approval = form if isinstance(form, ApproveBatchForm) else ApproveBatchForm(formdata=None)
    confirmation = form if isinstance(form, ConfirmBatchForm) else ConfirmBatchForm(formdata=None)
    if estimate is not None:
        approval.show(estimate)
        confirmation.show(estimate)
    sending = progress_of_batch(work, batch_id)
    may_leave = sending.total and not (sending.is_over and found.state in (DONE, CANCELLED))
    return page(
        "batch.html",
        to_approve=awaiting,
        estimate=estimate,
        approval=approval,
        batch=found,
        listed=listed,
        counts=counts,
        failed=list(work.session.scalars(failed.order_by(BatchItem.position).limit(50))),
        acts=BATCH.acts_from(found.state) if is_leader else (),
        confirmation=confirmation,
        cancellation=form if isinstance(form, CancelBatchForm) else CancelBatchForm(formdata=None),
        hold=form
        if isinstance(form, HoldForm)
        else HoldForm(formdata=None, data={"version": found.version}),
        paused=service.pause_of(work, found),
        hold_sending=form
        if isinstance(form, HoldSendingForm)
        else HoldSendingForm(formdata=None, data={"version": found.version}),
        plain=BatchActForm(formdata=None),
        shown=form,
        sentence=sentence,
        to_sign=left_to_sign(work, batch_id),
        signing=SignManyForm(formdata=None, batch_id=str(batch_id)),
        why=why_not_made,
        sending=sending,
        sending_acts=DISPATCH.acts_from(found.sending) if is_leader and may_leave else (),
        sending_paused=letters.sending_pause_of(work, found),
        is_running=found.state == RUNNING,
    )


def _estimate(work: Work, found: Batch) -> Estimate:
    """Return what a confirmation, or the director's approval, would let leave."""
    price = tools().settings.paid_price
    if found.state == PREPARED:
        return of_batch(work, found.id, price).estimate
    return of_query(work, to_approve(work, found.id), price).estimate


@pages.post("/batches/<uuid:batch_id>/confirmation")
@access(LEADERS)
def confirm_batch(batch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Have all documents made, after their number was typed."""
    form = ConfirmBatchForm()
    done = gettext("Dávka je potvrzená, dokumenty se připravují.")
    typed, seen = form.count.data or 0, form.seen(tools().settings.paid_price)
    return _act(
        batch_id, form, lambda work: service.confirm_batch(work, batch_id, typed, seen), done
    )


@pages.post("/batches/<uuid:batch_id>/approval")
@access(roles("director"))
def approve_batch(batch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Approve every document of the batch, after their number was typed."""
    form = ApproveBatchForm()
    done = gettext("Dokumenty dávky jsou schválené a mohou se podepsat.")
    typed, seen = form.approved.data or 0, form.seen(tools().settings.paid_price)
    return _act(batch_id, form, lambda work: approve_all(work, batch_id, typed, seen), done)


@pages.post("/batches/<uuid:batch_id>/pause")
@access(LEADERS)
def pause_batch(batch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Make no further document for now."""
    return _hold(batch_id, service.pause_batch, gettext("Dávka je pozastavená."))


@pages.post("/batches/<uuid:batch_id>/resumption")
@access(LEADERS)
def resume_batch(batch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Go on after a pause."""
    return _hold(batch_id, service.resume_batch, gettext("Dávka pokračuje."))


@pages.post("/batches/<uuid:batch_id>/sending/pause")
@access(LEADERS)
def pause_sending(batch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Send no further letter of the batch for now."""
    done = gettext("Odesílání dopisů je pozastavené. Co se právě odesílá, se dokončí.")
    return _hold_sending(batch_id, letters.pause_sending, done)


@pages.post("/batches/<uuid:batch_id>/sending/resumption")
@access(LEADERS)
def resume_sending(batch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Go on sending after a pause."""
    return _hold_sending(batch_id, letters.resume_sending, gettext("Odesílání dopisů pokračuje."))


HoldAct = Callable[[Work, UUID, str, int | None], object]


def _hold_sending(batch_id: UUID, use_case: HoldAct, done: str) -> AnyResponse | tuple[str, int]:
    form = HoldSendingForm()

    def hold(work: Work) -> object:
        return use_case(work, batch_id, form.why_sending.data, form.expected_version())

    return _act(batch_id, form, hold, done)


def _hold(batch_id: UUID, use_case: HoldAct, done: str) -> AnyResponse | tuple[str, int]:
    form = HoldForm()

    def hold(work: Work) -> object:
        return use_case(work, batch_id, form.why.data, form.expected_version())

    return _act(batch_id, form, hold, done)


@pages.post("/batches/<uuid:batch_id>/cancellation")
@access(LEADERS)
def cancel_batch(batch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Give up what is not made."""
    form = CancelBatchForm()
    done = gettext("Zbytek dávky je zrušený. Nepoužitá čísla zůstávají obsazená i s důvodem.")
    reason = form.reason.data
    return _act(batch_id, form, lambda work: service.cancel_rest(work, batch_id, reason), done)


@pages.post("/batches/<uuid:batch_id>/retry")
@pages.post("/batches/<uuid:batch_id>/items/<uuid:item_id>/retry")
@access(LEADERS)
def retry_batch(batch_id: UUID, item_id: UUID | None = None) -> AnyResponse | tuple[str, int]:
    """Try again what failed, all or one."""
    form = BatchActForm()
    done = gettext("Co se nepovedlo, se zkusí znovu.")
    return _act(batch_id, form, lambda work: service.retry_items(work, batch_id, item_id), done)


def _act(
    batch_id: UUID, form: Any, use_case: Callable[[Work], object], done: str
) -> AnyResponse | tuple[str, int]:
    def act() -> None:
        with working() as work:
            use_case(work)

    tried = attempt(form, act)
    if not tried.is_done:
        return _batch_page(looking(), batch_id, tried.sentence, form), tried.status
    flash(done, "good")
    return redirect(url_for("pages.batch", batch_id=batch_id), 303)


@pages.post("/batches/<uuid:batch_id>/items/<uuid:item_id>/preview")
@access(LEADERS)
def make_batch_preview(batch_id: UUID, item_id: UUID) -> AnyResponse | tuple[str, int]:
    """Typeset one document to be looked at; it will be this very file."""
    form = BatchActForm()
    tried = attempt(form, lambda: preview_item(bench(), batch_id, item_id))
    if not tried.is_done:
        return _batch_page(looking(), batch_id, tried.sentence, form), tried.status
    return redirect(url_for("pages.batch_preview", batch_id=batch_id, item_id=item_id), 303)


@pages.get("/batches/<uuid:batch_id>/items/<uuid:item_id>/preview.pdf")
@access(READERS)
def batch_preview(batch_id: UUID, item_id: UUID) -> Response:
    """Show the file that a document will be, or lead to the document."""
    item = service.item_of(looking(), batch_id, item_id)
    if item.state == MADE:
        return redirect(url_for("pages.preview", document_id=item_id), 303)  # type: ignore[return-value]  # both are answers
    if item.preview_sha256 is None:
        raise RecordUnknown()
    content = tools().files.get(item.preview_sha256)
    return file_answer(content, file_name(item.number, item.title), PDF, is_shown=True)
