"""Letters to many applicants with one act: a batch of documents, followed here (R36, R98)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Length

from services.evaluation import desk
from services.evaluation.models import Call, Case, LetterBatch, Record
from services.evaluation.service import control_end, letter_batches, resolutions
from services.evaluation.service.acting import Acting
from services.evaluation.service.cases import cases_of, get_call
from services.evaluation.service.records import has_live_record
from services.evaluation.tasks.controlling import ENDED
from services.evaluation.web.pages import Page, attempt, page, this_call
from shared.auth import access, current_actor, roles
from shared.contracts.batches import MOST_ITEMS, BatchItemView, BatchView
from shared.contracts.documents import Signer
from shared.http import ClientError
from shared.web.attempts import Attempt
from shared.web.forms import FreshIdField, PageForm, required
from shared.web.tables import Column, Listing, read_page

blueprint = Blueprint("letters", __name__)
OFFICE = roles("director", "assistant")
MOST_FAILED = 50
"""Letters that could not be made, of which the page tells why."""


@dataclass(frozen=True)
class Kind:
    """A kind of letters that one act makes for many."""

    title: Any
    endpoint: str
    """The page on which single letters are made."""
    states: Sequence[str]
    """Applications for which it can be made."""
    prepare: Callable[..., list[UUID]]


KINDS = {
    "control_notice": Kind(
        N_("Oznámení o administrativní kontrole"),
        "notices.edit",
        ENDED,
        control_end.prepare_notices,
    ),
    "result_notice": Kind(
        N_("Oznámení výsledku"),
        "results.edit",
        resolutions.DECIDED,
        resolutions.prepare_result_notices,
    ),
}
LETTERS = Listing(
    columns=(
        Column("number", N_("Žádost"), Case.received_order),
        Column("applicant", N_("Žadatel"), Case.applicant_name),
        Column("letter", N_("Dopis")),
        Column("preview", N_("Náhled")),
    ),
    default_sort="number",
    tie=Record.id,
)


class BeginForm(PageForm):
    """All letters that wait, as one batch."""

    batch_id = FreshIdField()


class ConfirmForm(PageForm):
    """How many letters the person means."""

    count = IntegerField(
        N_("Napište počet dopisů"),
        validators=[required],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class HoldForm(PageForm):
    """Why the letters rest, or go on."""

    why = TextAreaField(N_("Proč"), validators=[required, Length(max=1000)], render_kw={"rows": 2})


class ActForm(PageForm):
    """A button."""


def waiting_ids(session: Session, call: Call, kind: str) -> list[UUID]:
    """Return the applications that wait for a letter of the kind, on all pages of the list."""
    query = cases_of(call, KINDS[kind].states).where(~has_live_record(kind))
    ordered = query.order_by(None).order_by(Case.received_order).limit(MOST_ITEMS)
    return list(session.scalars(ordered.with_only_columns(Case.id)))


@blueprint.post("/calls/<uuid:call_id>/letters/<kind>")
@access(OFFICE)
def begin(call_id: UUID, kind: str) -> Response:
    """Make all letters that wait as one batch, to be looked at and confirmed."""
    call, form = this_call(call_id), BeginForm()
    if kind not in KINDS:
        abort(404)
    session, _ = desk.looking()
    case_ids = waiting_ids(session, call, kind)
    tried = attempt(form, lambda: _begin(call_id, kind, form.batch_id.id_value, case_ids))
    if not tried.is_done:
        flash(tried.sentence, "warning")
        return redirect(url_for(KINDS[kind].endpoint, call_id=call_id), 303)
    desk.place_batch(tried.value)
    return redirect(url_for("letters.show", call_id=call_id, batch_id=tried.value), 303)


def _begin(call_id: UUID, kind: str, batch_id: UUID, case_ids: list[UUID]) -> UUID:
    signer = desk.signing_director()
    with desk.working() as (writing, acting):
        return _prepare(writing, acting, (call_id, kind, batch_id), case_ids, signer)


def _prepare(
    session: Session,
    acting: Acting,
    which: tuple[UUID, str, UUID],
    case_ids: list[UUID],
    signer: Signer,
) -> UUID:
    call_id, kind, batch_id = which
    call = get_call(session, acting.organisation_id, call_id)
    if session.get(LetterBatch, batch_id) is not None:  # the form was sent twice
        return letter_batches.get_batch(session, call, batch_id).id
    title = f"{KINDS[kind].title} – {call.number}. výzva"
    letter_batches.begin_batch(session, acting, call, batch_id, kind=kind, title=title)
    KINDS[kind].prepare(
        session,
        acting=acting,
        call_id=call_id,
        case_ids=case_ids,
        signer=signer,
        batch_id=batch_id,
    )
    return batch_id


@blueprint.get("/calls/<uuid:call_id>/letters/<uuid:batch_id>")
@access(OFFICE)
def show(call_id: UUID, batch_id: UUID) -> Page:
    """Show the letters, how far documents is, and what can be done."""
    return _shown(this_call(call_id), batch_id, Attempt(), None)


def _shown(call: Call, batch_id: UUID, tried: Attempt[Any], sent: PageForm | None) -> Page:
    session, _ = desk.looking()
    batch = letter_batches.get_batch(session, call, batch_id)
    query = letter_batches.letters_of(batch).join(Case, Case.id == Record.case_id)
    listed = read_page(session, query, LETTERS, request.args)
    keys = [record.case_id for record in listed.items]
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(keys)))}
    channels = letter_batches.channels_of(session, batch)
    told, failed = _told(batch)
    is_confirming = isinstance(sent, ConfirmForm)
    return page(
        "notices/batch.html",
        tried,
        sent or ActForm(formdata=None),
        call=call,
        batch=batch,
        listed=listed,
        cases=cases,
        channels=channels,
        told=told,
        failed=failed,
        plain=ActForm(formdata=None),
        hold=sent
        if isinstance(sent, HoldForm)
        else HoldForm(formdata=None, data={"version": told.version if told else None}),
        confirmation=sent if is_confirming else ConfirmForm(formdata=None),
        back=url_for(KINDS[batch.kind].endpoint, call_id=call.id),
    )


def _told(batch: LetterBatch) -> tuple[BatchView | None, list[BatchItemView]]:
    """Ask documents where the batch stands; ``None`` when it does not answer or has not got it."""
    documents, actor = desk.clients().documents, current_actor()
    if not batch.is_placed:
        return None, []
    try:
        told = documents.get_batch(batch.id, actor=actor)
        if not told.counts.failed:
            return told, []
        failed = documents.list_batch_items(
            batch.id, actor=actor, state="failed", page_size=MOST_FAILED
        )
    except ClientError:
        return None, []
    return told, failed.items


@blueprint.post("/calls/<uuid:call_id>/letters/<uuid:batch_id>/confirmation")
@access(OFFICE)
def confirm(call_id: UUID, batch_id: UUID) -> Response | Page:
    """Have all letters made, after their number was typed."""
    form = ConfirmForm()
    typed = form.count.data or 0
    documents, actor = desk.clients().documents, current_actor()
    done = gettext("Dávka je potvrzená, dopisy se připravují.")
    act = partial(documents.confirm_batch, batch_id, typed, actor=actor)
    return _act(call_id, batch_id, form, act, done)


@blueprint.post("/calls/<uuid:call_id>/letters/<uuid:batch_id>/pause")
@access(OFFICE)
def pause(call_id: UUID, batch_id: UUID) -> Response | Page:
    """Make no further letter for now."""
    act = desk.clients().documents.pause_batch
    return _hold(call_id, batch_id, act, gettext("Dávka je pozastavená."))


@blueprint.post("/calls/<uuid:call_id>/letters/<uuid:batch_id>/resumption")
@access(OFFICE)
def resume(call_id: UUID, batch_id: UUID) -> Response | Page:
    """Go on after a pause."""
    act = desk.clients().documents.resume_batch
    return _hold(call_id, batch_id, act, gettext("Dávka pokračuje."))


def _hold(
    call_id: UUID, batch_id: UUID, act: Callable[..., BatchView], done: str
) -> Response | Page:
    form = HoldForm()
    why, version = form.why.data or "", form.expected_version()
    return _act(
        call_id, batch_id, form, partial(act, batch_id, why, version, actor=current_actor()), done
    )


@blueprint.post("/calls/<uuid:call_id>/letters/<uuid:batch_id>/letters/<uuid:record_id>/preview")
@access(OFFICE)
def preview(call_id: UUID, batch_id: UUID, record_id: UUID) -> Response | Page:
    """Have one letter typeset and show it; it will be this very file."""
    documents, actor = desk.clients().documents, current_actor()
    target = f"/documents/batches/{batch_id}/items/{record_id}/preview.pdf"
    act = partial(documents.preview_batch_item, batch_id, record_id, actor=actor)
    return _act(call_id, batch_id, ActForm(), act, "", target)


def _act(
    call_id: UUID,
    batch_id: UUID,
    form: PageForm,
    act: Callable[[], object],
    done: str,
    target: str = "",
) -> Response | Page:
    call = this_call(call_id)
    session, _ = desk.looking()
    letter_batches.get_batch(session, call, batch_id)
    session.rollback()
    tried = attempt(form, lambda: _asked(act))
    if not tried.is_done:
        return _shown(call, batch_id, tried, form)
    refused: ClientError | None = tried.result
    if refused is not None:
        told: Attempt[Any] = Attempt(status=refused.status, sentence=refused.detail)
        return _shown(call, batch_id, told, form)
    if done:
        flash(done, "good")
    here = url_for("letters.show", call_id=call_id, batch_id=batch_id)
    return redirect(target or here, 303)


def _asked(act: Callable[[], object]) -> ClientError | None:
    """Ask documents; return its own words when it refuses.

    Raises:
        ClientError: It does not answer.
    """
    try:
        act()
    except ClientError as error:
        if error.status >= 500 or not error.detail:
            raise
        return error
    return None
