"""Pages of signing many documents at once: the list, one secret, the progress, what was refused."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from services.documents.desk import bench, looking, tools, working
from services.documents.domain.estimates import Estimate
from services.documents.domain.records import RecordUnknown
from services.documents.domain.signing_jobs import RUNNING, SIGNING_ITEM, SIGNING_JOB
from services.documents.models import Document, SigningItem, SigningJob
from services.documents.service import signing_jobs as service
from services.documents.service.estimates import of_query
from services.documents.service.work import Work
from services.documents.signing_many import begin, can_sign_many
from services.documents.web import pages
from services.documents.web.forms import (
    BatchActForm,
    BeginSigningForm,
    ResumeSigningForm,
    SignManyForm,
)
from services.documents.web.frame import page
from services.documents.web.words import SIGNING_ITEM_STATES
from shared.auth import SIGNED_IN, access
from shared.db import reading
from shared.problems import retold
from shared.web.attempts import attempt
from shared.web.tables import Column, Filter, Listing, read_page


def _by_item_state(text: str) -> ColumnElement[bool] | None:
    return SigningItem.state == text if text in SIGNING_ITEM.states else None


JOBS = Listing(
    columns=(
        Column("created", N_("Sestaveno"), SigningJob.created_at),
        Column("title", N_("Název"), SigningJob.title),
        Column("state", N_("Stav"), SigningJob.state),
    ),
    default_sort="-created",
    tie=SigningJob.id,
)
ITEMS = Listing(
    columns=(
        Column("position", N_("Pořadí"), SigningItem.position, align="right"),
        Column("number", N_("Číslo jednací"), Document.number),
        Column("title", N_("Název"), Document.title),
        Column("state", N_("Stav"), SigningItem.state),
    ),
    default_sort="position",
    tie=SigningItem.id,
    filters=(
        Filter(
            "state", N_("Stav"), _by_item_state, [(k, w[0]) for k, w in SIGNING_ITEM_STATES.items()]
        ),
    ),
)


@pages.route("/signings", methods=["GET", "POST"])
@access(SIGNED_IN)
def signings() -> Response | str | tuple[str, int]:
    """Show the person's own signing jobs; a posted form lists what waits for the signature."""
    form = SignManyForm()
    tried = attempt(form, lambda: _prepare(form))
    if tried.is_done:
        return redirect(url_for("pages.signing_job", job_id=tried.value), 303)
    work = looking()
    listed = read_page(work.session, service.jobs(work), JOBS, request.args)
    shown = page(
        "signings.html",
        listed=listed,
        form=form,
        sentence=tried.sentence,
        waiting=service.left_to_sign(work),
        can=can_sign_many(work),
    )
    return shown, tried.status


def _prepare(form: SignManyForm) -> UUID:
    try:
        batch_id = UUID(form.batch_id.data) if form.batch_id.data else None
    except ValueError as error:
        raise RecordUnknown() from error
    with working() as work:
        return service.prepare_job(work, form.job_id.id_value, batch_id).id


@pages.get("/signings/<uuid:job_id>")
@access(SIGNED_IN)
def signing_job(job_id: UUID) -> str:
    """Show what will be signed, how far it is, and what was refused."""
    return _job_page(looking(), job_id)


def _job_page(work: Work, job_id: UUID, sentence: str = "", form: Any = None) -> str:
    job = service.job_of(work, job_id)
    query = service.items(work, job_id).join(SigningItem.document)
    whole = query.options(contains_eager(SigningItem.document))
    listed = read_page(work.session, whole, ITEMS, request.args)
    found = service.count_items(work, job_id)
    counts = {state: found.get(state, 0) for state in SIGNING_ITEM.states}
    acts = SIGNING_JOB.acts_from(job.state)
    beginning = form or (ResumeSigningForm if job.begun_at else BeginSigningForm)(formdata=None)
    estimate = _estimate(work, job_id) if "begin" in acts else None
    if estimate is not None:
        beginning.show(estimate)
    return page(
        "signing_job.html",
        job=job,
        listed=listed,
        counts=counts,
        acts=acts,
        beginning=beginning,
        estimate=estimate,
        plain=BatchActForm(formdata=None),
        shown=form,
        sentence=sentence,
        can=can_sign_many(work),
        is_running=job.state == RUNNING,
        retold=retold,
    )


def _estimate(work: Work, job_id: UUID) -> Estimate:
    unsigned = service.documents_of_job(work, job_id)
    return of_query(work, unsigned, tools().settings.paid_price).estimate


@pages.post("/signings/<uuid:job_id>/beginning")
@access(SIGNED_IN)
def begin_signing(job_id: UUID) -> Response | tuple[str, int]:
    """Sign the list: the first time with its count, after a pause with the secret alone."""
    is_first = service.job_of(looking(), job_id).begun_at is None
    form = BeginSigningForm() if is_first else ResumeSigningForm()
    typed = form.count.data if is_first else None
    secret = form.signing_secret.data or ""
    most = form.seen(None).most
    tried = attempt(form, lambda: begin(bench(), job_id, typed, secret, in_background, most))
    if not tried.is_done:
        return _job_page(looking(), job_id, tried.sentence, form), tried.status
    flash(gettext("Podepisování běží. Stránku můžete zavřít."), "good")
    return redirect(url_for("pages.signing_job", job_id=job_id), 303)


@pages.post("/signings/<uuid:job_id>/pause")
@access(SIGNED_IN)
def pause_signing(job_id: UUID) -> Response | tuple[str, int]:
    """Sign nothing more for now; the key is forgotten."""
    done = gettext("Podepisování je pozastavené a klíč je zapomenutý.")
    return _act(job_id, service.pause_job, done)


@pages.post("/signings/<uuid:job_id>/cancellation")
@access(SIGNED_IN)
def cancel_signing(job_id: UUID) -> Response | tuple[str, int]:
    """Leave what is not signed as it is."""
    done = gettext("Zbytek zůstal nepodepsaný a čeká na vás jako dřív.")
    return _act(job_id, service.cancel_job, done)


def _act(
    job_id: UUID, use_case: Callable[[Work, UUID], object], done: str
) -> Response | tuple[str, int]:
    form = BatchActForm()

    def act() -> None:
        with working() as work:
            use_case(work, job_id)

    tried = attempt(form, act)
    if not tried.is_done:
        return _job_page(looking(), job_id, tried.sentence), tried.status
    flash(done, "good")
    return redirect(url_for("pages.signing_job", job_id=job_id), 303)


def in_background(act: Callable[[], None]) -> None:
    """Run something in a thread of this process, within the app."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way

    def run() -> None:
        with app.app_context(), reading():
            act()

    threading.Thread(target=run, name="signing", daemon=True).start()
