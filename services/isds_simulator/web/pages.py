"""A plain page on which a person sees the boxes and plays the recipient."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.domain.states import WAITING_FOR_RECIPIENT, Event, State
from services.isds_simulator.ledger import boxes, controls, messages
from services.isds_simulator.ledger.rows import Box
from services.isds_simulator.service import progress
from services.isds_simulator.service.clock import read_clock
from services.isds_simulator.service.documents import EVENT_TEXTS

STATE_NAMES = {
    State.SUBMITTED: N_("podaná"),
    State.STAMPED: N_("opatřená časovým razítkem"),
    State.INFECTED: N_("odmítnutá antivirem"),
    State.DELIVERED: N_("dodaná"),
    State.FICTION: N_("doručená fikcí"),
    State.LOGIN: N_("doručená přihlášením"),
    State.READ: N_("přečtená"),
    State.UNDELIVERABLE: N_("nedoručitelná"),
    State.ERASED: N_("smazaná"),
    State.VAULT: N_("v Datovém trezoru"),
}
SHOWN = messages.ListQuery(states=frozenset(State), limit=200)
BOX_STATE_NAMES = {
    1: N_("přístupná"),
    2: N_("dočasně znepřístupněná"),
    3: N_("dosud neaktivní"),
    4: N_("trvale znepřístupněná"),
    5: N_("smazaná"),
}
DAYS = {"cs": "d. M. y", "en": "d MMMM y", "de": "d. MMMM y"}

PAGES = Blueprint("pages", __name__, template_folder="templates", static_folder="static")


def _box_or_404(connection: Any, box_id: str) -> Box:
    return boxes.find_box(connection, box_id) or abort(404)


@PAGES.get("/")
def index() -> str:
    """Show every box."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return render_template(
            "simulator/index.html",
            clock=read_clock(connection),
            boxes=boxes.all_boxes(connection),
            waiting=messages.count_waiting(
                connection, [box.id for box in boxes.all_boxes(connection)]
            ),
            faults=controls.all_faults(connection),
            box_states=BOX_STATE_NAMES,
        )


@PAGES.get("/boxes/<box_id>")
def box_page(box_id: str) -> str:
    """Show one box with what came and what went."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return render_template(
            "simulator/box.html",
            clock=read_clock(connection),
            box=_box_or_404(connection, box_id),
            received=messages.received_messages(connection, box_id, SHOWN),
            sent=messages.sent_messages(connection, box_id, SHOWN),
            states=STATE_NAMES,
            box_states=BOX_STATE_NAMES,
            closable=WAITING_FOR_RECIPIENT,
        )


@PAGES.get("/messages/<message_id>")
def message_page(message_id: str) -> str:
    """Show one message with its events."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return render_template(
            "simulator/message.html",
            clock=read_clock(connection),
            message=messages.find_message(connection, message_id) or abort(404),
            files=messages.attachments_of(connection, message_id),
            events=messages.events_of(connection, message_id),
            states=STATE_NAMES,
            event_texts=EVENT_TEXTS,
        )


@PAGES.post("/boxes/<box_id>/login")
def log_in(box_id: str) -> ResponseReturnValue:
    """Play the recipient who logs in."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _box_or_404(connection, box_id)
        progress.log_recipient_in(connection, box_id, kind=Event.LOGIN_PRIMARY, at=now)
    return redirect(url_for("pages.box_page", box_id=box_id), 303)


@PAGES.post("/boxes/<box_id>/state/<int:state>")
def set_state(box_id: str, state: int) -> ResponseReturnValue:
    """Open or close a box."""
    if state not in BOX_STATE_NAMES:
        abort(404)
    with current_office().ledger.writing() as connection:
        _box_or_404(connection, box_id)
        boxes.set_box_state(connection, box_id, state)
    return redirect(url_for("pages.box_page", box_id=box_id), 303)


@PAGES.post("/faults/clearing")
def clear_faults() -> ResponseReturnValue:
    """Take back every fault switch."""
    with current_office().ledger.writing() as connection:
        controls.drop_faults(connection)
    return redirect(url_for("pages.index"), 303)


@PAGES.app_template_filter("local_time")
def _local_time(instant: Any) -> str:
    """Return an instant as a reader of the language expects it, empty if there is none."""
    if instant is None:
        return ""
    local = instant.astimezone(PRAGUE)
    day = format_date(local.date(), DAYS[str(get_locale() or "cs")])
    return f"{day} {local:%H:%M:%S}".replace(" ", "\u00a0")
