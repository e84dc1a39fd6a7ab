"""Control of messages: the truth of the ledger, and what happens to a message."""

from services.isds_simulator.current import current_office
from services.isds_simulator.ledger import finding, messages
from services.isds_simulator.service import progress
from services.isds_simulator.web import schemas, shapes
from services.isds_simulator.web.control import CONTROL, Json, Unknown


@CONTROL.get("/messages")
@CONTROL.arguments(schemas.MessageQueryIn, location="query")
@CONTROL.response(200, shapes.MessagesOut)
def list_messages(wanted: Json) -> Json:
    """List messages of the ledger, oldest first."""
    query = finding.MessageQuery(**wanted)
    current_office().now()
    with current_office().ledger.reading() as connection:
        found = finding.find_messages(connection, query)
        return {"messages": [shapes.message_json(connection, message) for message in found]}


@CONTROL.get("/messages/<message_id>")
@CONTROL.response(200, shapes.MessageOut)
def show_message(message_id: str) -> Json:
    """Show a message with its files and events."""
    return _shown(message_id)


def _shown(message_id: str) -> Json:
    current_office().now()
    with current_office().ledger.reading() as connection:
        message = messages.find_message(connection, message_id)
        if message is None:
            raise Unknown(message_id)
        return shapes.message_json(connection, message)


@CONTROL.post("/messages/<message_id>/reading")
@CONTROL.arguments(schemas.NothingIn)
@CONTROL.response(200, shapes.MessageOut)
def read_message(_nothing: Json, message_id: str) -> Json:
    """Let the recipient read a message, which the sender does not learn."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        progress.mark_read(connection, message_id, at=now)
    return _shown(message_id)


@CONTROL.post("/messages/<message_id>/closure")
@CONTROL.arguments(schemas.NothingIn)
@CONTROL.response(200, shapes.MessageOut)
def close_message(_nothing: Json, message_id: str) -> Json:
    """Close the recipient's box retroactively for a message (EV3 instead of EV2)."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        progress.close_retroactively(connection, message_id, at=now)
    return _shown(message_id)


@CONTROL.post("/messages/<message_id>/vault")
@CONTROL.arguments(schemas.NothingIn)
@CONTROL.response(200, shapes.MessageOut)
def keep_message(_nothing: Json, message_id: str) -> Json:
    """Let the recipient keep a message in the Data Vault (state 10)."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        progress.move_to_vault(connection, message_id, at=now)
    return _shown(message_id)
