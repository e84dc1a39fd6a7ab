"""Control of boxes and messages: entering them, paying, and playing the recipient."""

from flask import request
from marshmallow import ValidationError

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.states import Event
from services.isds_simulator.ledger import boxes, messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Box
from services.isds_simulator.service import progress
from services.isds_simulator.service.directory import enter_box, enter_login
from services.isds_simulator.web import schemas, shapes
from services.isds_simulator.web.control import CONTROL, Json, Unknown, json_body


def _existing(connection: Connection, box_id: str) -> Box:
    box = boxes.find_box(connection, box_id)
    if box is None:
        raise Unknown(box_id)
    return box


@CONTROL.get("/boxes")
def list_boxes() -> Json:
    """List the directory."""
    with current_office().ledger.reading() as connection:
        return {"boxes": [shapes.box_json(box) for box in boxes.all_boxes(connection)]}


@CONTROL.post("/boxes")
def add_box() -> tuple[Json, int]:
    """Enter a box with its logins."""
    draft = json_body(schemas.BoxIn())
    with current_office().ledger.writing() as connection:
        return shapes.box_json(enter_box(connection, draft)), 201


@CONTROL.get("/boxes/<box_id>")
def show_box(box_id: str) -> Json:
    """Show a box."""
    with current_office().ledger.reading() as connection:
        return shapes.box_json(_existing(connection, box_id))


@CONTROL.post("/boxes/<box_id>/logins")
def add_login(box_id: str) -> tuple[str, int]:
    """Enter a login of a box, or replace it."""
    draft = json_body(schemas.LoginIn())
    with current_office().ledger.writing() as connection:
        enter_login(connection, _existing(connection, box_id).id, draft)
    return "", 204


@CONTROL.post("/boxes/<box_id>/state")
def set_state(box_id: str) -> Json:
    """Open or close a box."""
    wanted = json_body(schemas.BoxStateIn())
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        boxes.set_box_state(connection, box_id, wanted["state"])
    return show_box(box_id)


@CONTROL.post("/boxes/<box_id>/credit")
def add_credit(box_id: str) -> Json:
    """Pay into the credit of a box."""
    wanted = json_body(schemas.CreditIn())
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        if not boxes.change_credit(connection, box_id, wanted["amount"], at=now):
            raise ValidationError({"amount": ["The credit would fall below zero."]})
    return show_box(box_id)


@CONTROL.post("/boxes/<box_id>/recipient-login")
def recipient_login(box_id: str) -> Json:
    """Let the holder log in, which delivers what waits in the box."""
    wanted = json_body(schemas.RecipientLoginIn())
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        delivered = progress.log_recipient_in(
            connection,
            box_id,
            kind=Event(wanted["event"]),
            at=now,
            reads_all=wanted["reads_all"],
        )
    return {"delivered": delivered}


@CONTROL.get("/messages")
def list_messages() -> Json:
    """List messages of the ledger, oldest first."""
    query = schemas.MessageQuery().load(request.args.to_dict())
    current_office().now()
    with current_office().ledger.reading() as connection:
        found = messages.search_messages(connection, **query)
        return {"messages": [shapes.message_json(connection, message) for message in found]}


@CONTROL.get("/messages/<message_id>")
def show_message(message_id: str) -> Json:
    """Show a message with its files and events."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        message = messages.find_message(connection, message_id)
        if message is None:
            raise Unknown(message_id)
        return shapes.message_json(connection, message)


@CONTROL.post("/messages/<message_id>/reading")
def read_message(message_id: str) -> Json:
    """Let the recipient read a message, which the sender does not learn."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        progress.mark_read(connection, message_id, at=now)
    return show_message(message_id)


@CONTROL.post("/messages/<message_id>/closure")
def close_message(message_id: str) -> Json:
    """Close the recipient's box retroactively for a message (EV3 instead of EV2)."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        progress.close_retroactively(connection, message_id, at=now)
    return show_message(message_id)
