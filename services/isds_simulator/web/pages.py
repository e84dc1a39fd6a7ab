"""A plain page on which a person sees the boxes and plays the recipient."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.domain.states import WAITING_FOR_RECIPIENT, Event, State
from services.isds_simulator.ledger import boxes, controls, messages
from services.isds_simulator.ledger.rows import Box
from services.isds_simulator.service import progress
from services.isds_simulator.service.clock import read_clock
from services.isds_simulator.service.documents import EVENT_TEXTS

STATE_NAMES = {
    State.SUBMITTED: "podaná",
    State.STAMPED: "opatřená časovým razítkem",
    State.INFECTED: "odmítnutá antivirem",
    State.DELIVERED: "dodaná",
    State.FICTION: "doručená fikcí",
    State.LOGIN: "doručená přihlášením",
    State.READ: "přečtená",
    State.UNDELIVERABLE: "nedoručitelná",
    State.ERASED: "smazaná",
    State.VAULT: "v Datovém trezoru",
}
SHOWN = messages.ListQuery(states=frozenset(State), limit=200)
BOX_STATE_NAMES = {
    1: "přístupná",
    2: "dočasně znepřístupněná",
    3: "dosud neaktivní",
    4: "trvale znepřístupněná",
    5: "smazaná",
}


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
            waiting=messages.count_waiting(connection),
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
    """Return an instant as a Czech reader expects it, empty if there is none."""
    if instant is None:
        return ""
    local = instant.astimezone(PRAGUE)
    return f"{local.day}.\u00a0{local.month}.\u00a0{local.year} {local:%H:%M:%S}"
