"""Pages of messages: the list, one message with its history, its files and proofs."""

import base64

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.domain.states import (
    WAITING_FOR_RECIPIENT,
    State,
    as_sender_sees,
)
from services.isds_simulator.ledger import finding, messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Message
from services.isds_simulator.service import progress
from services.isds_simulator.service.documents import EVENT_TEXTS
from services.isds_simulator.service.sealed import delivery_zfo, files_of, message_zfo
from services.isds_simulator.web.listing import (
    PAGE_SIZE,
    Listing,
    asked_order,
    asked_page,
    asked_text,
    offset,
)
from services.isds_simulator.web.pages import PAGES

ZFO_TYPE = "application/vnd.software602.filler.form-xml-zip"
BINARY = "application/octet-stream"
OPENED = frozenset({State.LOGIN, State.READ, State.VAULT})
"""States in which the recipient may download a message."""
ORDERS = {name: name for name in finding.MESSAGE_ORDERS}


def _message_or_404(connection: Connection, message_id: str) -> Message:
    return messages.find_message(connection, message_id) or abort(404)


@PAGES.get("/messages")
def message_list() -> str:
    """Show messages, a page at a time."""
    current_office().now()
    page, order = asked_page(), asked_order(ORDERS, "submitted")
    state = asked_text("state")
    query = finding.MessageQuery(
        sender=asked_text("sender") or None,
        recipient=asked_text("recipient") or None,
        state=int(state) if state.isdecimal() and int(state) in set(State) else None,
        words=finding.words_query(asked_text("q")),
        order=order,
        limit=PAGE_SIZE,
        offset=offset(page),
    )
    with current_office().ledger.reading() as connection:
        rows = finding.find_messages(connection, query)
        listing = Listing(rows, finding.count_found(connection, query), page, order)
    return render_template("simulator/messages.html", listing=listing, query=query, text=asked_text)


@PAGES.get("/messages/<message_id>")
def message_page(message_id: str) -> str:
    """Show one message with its events, files and proofs."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        message = _message_or_404(connection, message_id)
        return render_template(
            "simulator/message.html",
            message=message,
            files=messages.attachments_of(connection, message_id),
            events=messages.events_of(connection, message_id),
            event_texts=EVENT_TEXTS,
            has_content=message.state is not State.ERASED,
            is_closable=message.state in WAITING_FOR_RECIPIENT,
            is_readable=message.state is State.LOGIN,
            is_opened=message.state in OPENED,
        )


@PAGES.get("/messages/<message_id>/<any(sent,received,delivery):kind>.zfo")
def download_zfo(message_id: str, kind: str) -> Response:
    """Give a proof as the operations of the interface would."""
    office = current_office()
    now = office.now()
    with office.ledger.reading() as connection:
        message = _message_or_404(connection, message_id)
        events = messages.events_of(connection, message_id)
        document = messages.find_document(connection, message_id)
    if kind == "delivery":
        return _file(delivery_zfo(office, message, events, at=now), f"{message_id}-{kind}.zfo")
    if document is None or (kind == "received" and message.state not in OPENED):
        abort(404)
    zfo = message_zfo(office, message, document, is_sent=kind == "sent", at=now)
    return _file(zfo, f"{message_id}-{kind}.zfo")


@PAGES.get("/messages/<message_id>/files/<int:ordinal>")
def download_file(message_id: str, ordinal: int) -> Response:
    """Give one attachment, never to be shown in place."""
    with current_office().ledger.reading() as connection:
        rows = messages.attachments_of(connection, message_id)
        document = messages.find_document(connection, message_id)
    if document is None or not 0 <= ordinal < len(rows):
        abort(404)
    content = base64.b64decode(files_of(document)[ordinal].content)
    return _file(content, f"{message_id}-{ordinal + 1}.{rows[ordinal].name.rpartition('.')[2]}")


def _file(content: bytes, name: str) -> Response:
    response = Response(content, content_type=ZFO_TYPE if name.endswith(".zfo") else BINARY)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _after(message_id: str, done: str) -> ResponseReturnValue:
    flash(done)
    return redirect(url_for("pages.message_page", message_id=message_id), 303)


@PAGES.post("/messages/<message_id>/reading")
def read_message(message_id: str) -> ResponseReturnValue:
    """Play the recipient who reads a message."""
    now = current_office().now()
    try:
        with current_office().ledger.writing() as connection:
            progress.mark_read(connection, message_id, at=now)
    except Refused:
        return _after(message_id, gettext("Číst lze jen zprávu doručenou přihlášením."))
    return _after(message_id, gettext("Příjemce zprávu přečetl. Odesilatel se to nedozví."))


@PAGES.post("/messages/<message_id>/closure")
def close_message(message_id: str) -> ResponseReturnValue:
    """Make a message undeliverable."""
    now = current_office().now()
    try:
        with current_office().ledger.writing() as connection:
            progress.close_retroactively(connection, message_id, at=now)
    except Refused:
        return _after(message_id, gettext("Nedoručitelná může být jen zpráva, která čeká."))
    return _after(message_id, gettext("Zpráva je nedoručitelná (EV3)."))


@PAGES.app_template_filter("sender_state")
def sender_state(state: State) -> State:
    """Return the state that the sender is told."""
    return as_sender_sees(state)
