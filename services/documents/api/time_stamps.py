"""Time stamps for the evidence logs of the services that have no authority of their own."""

from base64 import b64encode
from typing import Any

from flask import abort, current_app

from services.documents.api.blueprint import CALLERS, blp
from services.documents.schemas import incoming, outgoing
from services.documents.stamping import DeskStamper
from services.documents.tools import Tools
from shared.auth import access, current_actor
from shared.evidence.anchoring import StampUnavailable


@blp.post("/time-stamps")
@blp.arguments(incoming.DigestIn)
@blp.response(200, outgoing.TimeStampOut)
@access(CALLERS)
def post_time_stamp(body: dict[str, Any]) -> dict[str, str]:
    """Have a digest stamped by the first authority that answers; 503 when none does."""
    tools: Tools = current_app.extensions["documents-tools"]
    digest = bytes.fromhex(body["sha256"])
    try:
        stamp = DeskStamper(tools.stamps).stamp(current_actor().organisation_id, digest)
    except StampUnavailable:
        abort(503)
    return {"token": b64encode(stamp.token).decode(), "roots": stamp.roots}
