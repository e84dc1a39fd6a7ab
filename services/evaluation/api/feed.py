"""The event feed and what waits for the acting person."""

from typing import Any

from flask_smorest import Blueprint

from services.evaluation import desk
from services.evaluation.models import Event, db
from services.evaluation.schemas.cases import TasksOut
from services.evaluation.tasks import waiting_tasks
from shared.auth import SIGNED_IN, access, service
from shared.events import read_feed
from shared.openapi import AfterIn, EventPageOut

blp = Blueprint("feed_api", __name__, url_prefix="/api/v1", description="Events and tasks")


@blp.get("/events")
@blp.arguments(AfterIn, location="query")
@blp.response(200, EventPageOut)
@access(service("registry", "documents"))
def list_events(query: dict[str, Any]) -> Any:
    """Return what happened after the position, oldest first."""
    return read_feed(db.session(), Event, query["after"])


@blp.get("/waiting")
@blp.response(200, TasksOut)
@access(SIGNED_IN)
def list_waiting() -> Any:
    """Return what waits for the acting person, by deadline."""
    session, acting = desk.looking()
    return {"items": waiting_tasks(session, acting)}
