"""Pages on which a person sees boxes and plays their holders."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale, gettext, ngettext

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.domain.states import LOGIN_EVENTS, Event
from services.isds_simulator.ledger import accounts, boxes, controls, finding, messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Box, Message
from services.isds_simulator.service import progress
from services.isds_simulator.service.clock import read_clock
from services.isds_simulator.web.listing import (
    PAGE_SIZE,
    Listing,
    asked_order,
    asked_page,
    asked_text,
    link,
    offset,
)
from services.isds_simulator.web.words import BOX_STATE_NAMES, LOGIN_NAMES, STATE_NAMES

DAYS = {"cs": "d. M. y", "en": "d MMMM y", "de": "d. MMMM y"}
NO_BREAK = "\u00a0"
NEWEST_SHOWN = 10
MOST_CREDIT_CROWNS = 1_000_000

PAGES = Blueprint("pages", __name__, template_folder="templates", static_folder="static")


@PAGES.context_processor
def surroundings() -> dict[str, Any]:
    """Return what every page shows around its own content."""
    with current_office().ledger.reading() as connection:
        return {
            "clock": read_clock(connection),
            "fault_count": len(controls.all_faults(connection)),
            "states": STATE_NAMES,
            "box_states": BOX_STATE_NAMES,
            "link": link,
        }


def box_or_404(connection: Connection, box_id: str) -> Box:
    """Return a box, or end the request."""
    return boxes.find_box(connection, box_id) or abort(404)


@PAGES.get("/")
def index() -> str:
    """Show the boxes, a page at a time."""
    current_office().now()
    page, order = asked_page(), asked_order(finding.BOX_ORDERS, "name")
    words = finding.words_query(asked_text("q"))
    query = finding.BoxQuery(words=words, order=order, limit=PAGE_SIZE, offset=offset(page))
    with current_office().ledger.reading() as connection:
        rows = finding.find_boxes(connection, query)
        listing = Listing(rows, finding.count_boxes(connection, query), page, order)
        waiting = messages.count_waiting(connection, [box.id for box in rows])
    return render_template(
        "simulator/index.html", listing=listing, waiting=waiting, searched=asked_text("q")
    )


@PAGES.get("/boxes/<box_id>")
def box_page(box_id: str) -> str:
    """Show one box with what came last and what went last."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        box = box_or_404(connection, box_id)
        newest = {
            "recipient": _newest(connection, finding.MessageQuery(recipient=box_id)),
            "sender": _newest(connection, finding.MessageQuery(sender=box_id)),
        }
        return render_template(
            "simulator/box.html",
            box=box,
            waiting=messages.count_waiting(connection, [box_id])[box_id],
            logins=accounts.accounts_of(connection, box_id),
            newest=newest,
            login_names=LOGIN_NAMES,
        )


def _newest(connection: Connection, query: finding.MessageQuery) -> list[Message]:
    newest = replace(query, order="submitted", limit=NEWEST_SHOWN)
    return finding.find_messages(connection, newest)


def back_to_box(box_id: str) -> ResponseReturnValue:
    """Lead back to the page of a box."""
    return redirect(url_for("pages.box_page", box_id=box_id), 303)


@PAGES.post("/boxes/<box_id>/login")
def log_in(box_id: str) -> ResponseReturnValue:
    """Play the recipient who logs in."""
    kind = request.form.get("event", Event.LOGIN_PRIMARY)
    if kind not in LOGIN_EVENTS:
        abort(400)
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        box_or_404(connection, box_id)
        delivered = progress.log_recipient_in(connection, box_id, kind=Event(kind), at=now)
    flash(
        ngettext(
            "Přihlášením se doručila %(num)s zpráva.",
            "Přihlášením se doručilo zpráv: %(num)s.",
            len(delivered),
        )
    )
    return back_to_box(box_id)


@PAGES.post("/boxes/<box_id>/state/<int:state>")
def set_state(box_id: str, state: int) -> ResponseReturnValue:
    """Open or close a box."""
    if state not in BOX_STATE_NAMES:
        abort(404)
    with current_office().ledger.writing() as connection:
        box_or_404(connection, box_id)
        boxes.set_box_state(connection, box_id, state)
    flash(gettext("Schránka je teď %(state)s.", state=str(BOX_STATE_NAMES[state])))
    return back_to_box(box_id)


@PAGES.post("/boxes/<box_id>/closure")
def close_box(box_id: str) -> ResponseReturnValue:
    """Close a box as of a past day."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        box_or_404(connection, box_id)
        closed = progress.close_box_retroactively(connection, box_id, at=now)
    flash(
        ngettext(
            "Schránka je zpětně znepřístupněná, nedoručitelná je %(num)s zpráva.",
            "Schránka je zpětně znepřístupněná, nedoručitelných zpráv: %(num)s.",
            len(closed),
        )
    )
    return back_to_box(box_id)


@PAGES.post("/boxes/<box_id>/credit")
def add_credit(box_id: str) -> ResponseReturnValue:
    """Pay into the credit of a box."""
    text = request.form.get("crowns", "").strip()
    if not text.isdecimal() or not 1 <= int(text) <= MOST_CREDIT_CROWNS:
        flash(gettext("Dobít lze 1 až 1 000 000 Kč, celé koruny."))
        return back_to_box(box_id)
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        box_or_404(connection, box_id)
        boxes.change_credit(connection, box_id, int(text) * 100, at=now)
    flash(gettext("Kredit je vyšší o %(crowns)s Kč.", crowns=text))
    return back_to_box(box_id)


@PAGES.app_template_filter("local_time")
def local_time(instant: datetime | None) -> str:
    """Return an instant as a reader of the language expects it, empty if there is none."""
    if instant is None:
        return ""
    local = instant.astimezone(PRAGUE)
    day = format_date(local.date(), DAYS[str(get_locale() or "cs")])
    return f"{day.replace(' ', NO_BREAK)} {local:%H:%M:%S}"


@PAGES.app_template_filter("crowns")
def crowns(amount: int) -> str:
    """Return an amount in haléře as crowns with thin spaces."""
    whole, part = divmod(amount, 100)
    return f"{whole:,}".replace(",", "\u202f") + f",{part:02}\u00a0Kč"
