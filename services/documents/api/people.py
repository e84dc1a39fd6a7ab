"""A person's signing key, the letterhead, the feed."""

from typing import Any

from services.documents.acts import make_key
from services.documents.api.blueprint import CALLERS, LEADERS, blp
from services.documents.desk import bench, looking, working
from services.documents.models import EventRow, Letterhead, SigningKey, db
from services.documents.schemas import incoming, outgoing
from services.documents.service.keys import own_key
from services.documents.service.letterheads import set_letterhead
from shared.auth import SIGNED_IN, access
from shared.contracts.events import EventPage
from shared.events import read_feed
from shared.openapi import AfterIn, EventPageOut


@blp.post("/signing-key")
@blp.arguments(incoming.SigningKeyIn)
@blp.response(201, outgoing.SigningKeyOut)
@access(SIGNED_IN)
def post_signing_key(body: dict[str, Any]) -> SigningKey:
    """Make the signed-in person's signing key, locked with the given secret."""
    make_key(bench(), body["signing_secret"])
    return own_key(looking())


@blp.get("/signing-key")
@blp.response(200, outgoing.SigningKeyOut)
@access(SIGNED_IN)
def get_signing_key() -> SigningKey:
    """Return what the signed-in person may know of the own key."""
    return own_key(looking())


@blp.put("/letterhead")
@blp.arguments(incoming.LetterheadIn)
@blp.response(200, outgoing.LetterheadOut)
@access(CALLERS, LEADERS)
def put_letterhead(body: dict[str, Any]) -> Letterhead:
    """Set how the organisation presents itself on documents made from now on."""
    with working() as work:
        return set_letterhead(work, incoming.letterhead_facts(body))


@blp.get("/events")
@blp.arguments(AfterIn, location="query")
@blp.response(200, EventPageOut)
@access(CALLERS)
def get_events(query: dict[str, Any]) -> EventPage:
    """Return what happened after a position, for all organisations."""
    return read_feed(db.session(), EventRow, query["after"])
