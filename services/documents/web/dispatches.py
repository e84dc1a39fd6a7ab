"""Approving the dispatch of one or thousands of paid messages, its progress, and the stop."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, or_, select
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import looking, tools, working
from services.documents.domain.dispatches import DISPATCH
from services.documents.hindrances import shown_outage
from services.documents.models import Delivery, Dispatch
from services.documents.service import dispatches as service
from services.documents.service.postage_panel import postage_panel
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.forms import DispatchForm, HoldForm, StopForm
from services.documents.web.frame import READERS, page
from shared.auth import access, roles
from shared.web.attempts import attempt
from shared.web.tables import Column, Filter, Listing, read_page

LEADERS = roles("director", "assistant")


def _by_words(text: str) -> ColumnElement[bool] | None:
    columns = Delivery.recipient_name, Delivery.sender_reference
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


LISTING = Listing(
    columns=(
        Column("number", N_("Číslo jednací"), Delivery.sender_reference),
        Column("recipient", N_("Adresát"), Delivery.recipient_name),
        Column("box", N_("Datová schránka"), Delivery.data_box_id),
        Column("due", N_("Odeslat do"), Delivery.dispatch_by),
        Column("price", N_("Cena"), Delivery.price, align="right"),
    ),
    default_sort="due",
    tie=Delivery.id,
    filters=(Filter("q", N_("Hledat adresáta nebo číslo"), _by_words),),
)
APPROVALS = Listing(
    columns=(
        Column("approved", N_("Schváleno"), Dispatch.approved_at),
        Column("by", N_("Kdo"), Dispatch.approved_by),
        Column("count", N_("Zpráv"), Dispatch.count, align="right"),
        Column("cost", N_("Dohromady"), align="right"),
        Column("state", N_("Stav"), Dispatch.state),
    ),
    default_sort="-approved",
    tie=Dispatch.id,
)


@pages.get("/dispatches")
@access(READERS)
def dispatches() -> str:
    """Show what was approved before, the newest first."""
    work = looking()
    mine = select(Dispatch).where(Dispatch.organisation_id == work.organisation_id)
    return page("dispatches.html", listed=read_page(work.session, mine, APPROVALS, request.args))


@pages.route("/dispatches/new", methods=["GET", "POST"])
@access(LEADERS)
def new_dispatch() -> AnyResponse | tuple[str, int]:
    """Show what waits for an approval, and approve all of it."""
    work, price = looking(), tools().settings.paid_price
    proposed = service.proposal(work, price)
    form = DispatchForm(digest=proposed.digest)

    def act() -> UUID:
        key, typed, shown = form.dispatch_id.id_value, form.count.data or 0, form.digest.data
        with working() as opened:
            service.approve_dispatch(opened, key, price, typed=typed, shown=shown or "")
        return key

    tried = attempt(form, act)
    if tried.is_done:
        flash(gettext("Odeslání je schválené, zprávy odcházejí."), "good")
        return redirect(url_for("pages.dispatch", dispatch_id=tried.value), 303)
    form.digest.data = proposed.digest
    shown = page(
        "new_dispatch.html",
        form=form,
        sentence=tried.sentence,
        proposed=proposed,
        panel=postage_panel(work, price),
        listed=read_page(work.session, service.awaiting_approval(work), LISTING, request.args),
    )
    return shown, tried.status


@pages.get("/dispatches/<uuid:dispatch_id>")
@access(READERS)
def dispatch(dispatch_id: UUID) -> str:
    """Show how far the sending is."""
    return _page(looking(), dispatch_id)


def _page(work: Work, dispatch_id: UUID, form: Any = None, sentence: str = "") -> str:
    found = service.dispatch_of(work, dispatch_id)
    progress = service.progress_of_dispatch(work, dispatch_id)
    is_leader = LEADERS.admits(work.actor)
    return page(
        "dispatch.html",
        dispatch=found,
        progress=progress,
        acts=DISPATCH.acts_from(found.state) if is_leader and not progress.is_over else (),
        stop=service.stop_of(work),
        away=shown_outage(work),
        panel=postage_panel(work, tools().settings.paid_price),
        form=form or HoldForm(formdata=None, data={"version": found.version}),
        sentence=sentence,
    )


@pages.post("/dispatches/<uuid:dispatch_id>/pause")
@access(LEADERS)
def pause_dispatch(dispatch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Send no further message for now."""
    done = gettext("Odesílání je pozastavené.")
    return _act(dispatch_id, service.pause_dispatch, done)


@pages.post("/dispatches/<uuid:dispatch_id>/resumption")
@access(LEADERS)
def resume_dispatch(dispatch_id: UUID) -> AnyResponse | tuple[str, int]:
    """Go on after a pause."""
    done = gettext("Odesílání pokračuje.")
    return _act(dispatch_id, service.resume_dispatch, done)


def _act(
    dispatch_id: UUID, use_case: Callable[[Work, UUID, str, int | None], object], done: str
) -> AnyResponse | tuple[str, int]:
    form = HoldForm()

    def act() -> None:
        with working() as work:
            use_case(work, dispatch_id, form.why.data, form.expected_version())

    tried = attempt(form, act)
    if not tried.is_done:
        return _page(looking(), dispatch_id, form, tried.sentence), tried.status
    flash(done, "good")
    return redirect(url_for("pages.dispatch", dispatch_id=dispatch_id), 303)


@pages.route("/dispatches/stop", methods=["GET", "POST"])
@access(LEADERS)
def stop_dispatch() -> AnyResponse | tuple[str, int]:
    """Send nothing at all until somebody goes on."""
    form = StopForm()

    def act() -> None:
        with working() as work:
            service.stop_everything(work, form.reason.data)

    tried = attempt(form, act)
    if not tried.is_done:
        return page("stop_dispatch.html", form=form, sentence=tried.sentence), tried.status
    flash(gettext("Odesílání stojí. Co se právě odesílalo, se dokončí."), "good")
    return redirect(url_for("pages.data_box"), 303)


@pages.route("/dispatches/stop/end", methods=["GET", "POST"])
@access(LEADERS)
def end_stop() -> AnyResponse | tuple[str, int]:
    """Go on sending, with a reason and the stop that was seen."""
    stop = service.stop_of(looking())
    if request.method == "GET" and stop is None:
        return redirect(url_for("pages.data_box"), 303)
    form = HoldForm(data={"version": stop.version if stop else None})

    def act() -> None:
        with working() as work:
            service.go_on(work, form.why.data, form.expected_version())

    tried = attempt(form, act)
    if not tried.is_done:
        shown = {"form": form, "sentence": tried.sentence, "stop": service.stop_of(looking())}
        return page("end_stop.html", **shown), tried.status
    flash(gettext("Odesílání pokračuje."), "good")
    return redirect(url_for("pages.data_box"), 303)
