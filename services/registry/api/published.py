"""Lists, results, changes of presentations, entries of other services, the event feed."""

from typing import Any
from uuid import UUID

from services.registry.api.blueprint import (
    ANY_SERVICE,
    EVALUATION,
    INSIDE,
    OFFICE,
    accepted,
    blp,
    list_json,
)
from services.registry.desk import looking, make_documents, working
from services.registry.domain.records import RecordUnknown
from services.registry.models import EventRow, db
from services.registry.schemas import published as schemas
from services.registry.service import folder, lists, published
from services.registry.service.loading import call_of
from shared.auth import access, current_actor
from shared.contracts.events import EventPage
from shared.contracts.registry import FolderEntry, PresentationChange, ResultRow, Results
from shared.events import read_feed
from shared.openapi import AfterIn, EventPageOut


@blp.put("/received-lists/<uuid:list_id>")
@blp.arguments(schemas.MakeListIn)
@blp.response(200, schemas.MadeListOut)
@access(OFFICE)
def put_list(body: dict[str, UUID], list_id: UUID) -> dict[str, Any]:
    """Make the list of received applications of a call whose intake has ended."""
    with working() as work:
        received = lists.make_list(work, body["call_id"], list_id)
        work.session.flush()
        answer = list_json(received)
    is_made = make_documents((answer["document_id"],))
    return {"received_list": answer, "is_document_made": is_made}


@blp.post("/received-lists/<uuid:list_id>/publication")
@blp.arguments(schemas.PublishListIn)
@blp.response(200, schemas.ReceivedListOut)
@access(OFFICE)
def post_publication(body: dict[str, Any], list_id: UUID) -> dict[str, Any]:
    """Publish the signed list."""
    with working() as work:
        received = lists.publish_list(
            work, list_id, body["version"], late_reason=body["late_reason"]
        )
        work.session.flush()
        return list_json(received)


@blp.get("/calls/<uuid:call_id>/received-list")
@blp.response(200, schemas.ReceivedListOut)
@access(INSIDE, EVALUATION)
def get_list(call_id: UUID) -> dict[str, Any]:
    """Return the list of the call."""
    work = looking()
    received = lists.list_of_call(work, call_of(work, call_id))
    if received is None:
        raise RecordUnknown(kind="ReceivedList")
    return list_json(received)


@blp.put("/applications/<uuid:application_id>/folder-entries/<uuid:entry_id>")
@blp.arguments(schemas.FolderEntryIn)
@blp.response(200, schemas.AcceptedOut)
@access(EVALUATION)
def put_folder_entry(body: dict[str, Any], application_id: UUID, entry_id: UUID) -> dict[str, UUID]:
    """Take over an act of evaluation into the project folder's timeline."""
    with working() as work:
        name = current_actor().service or ""
        folder.put_entry(work, application_id, entry_id, FolderEntry(**body), name)
    return accepted(entry_id)


@blp.put("/calls/<uuid:call_id>/results/<uuid:resolution_id>")
@blp.arguments(schemas.ResultsIn)
@blp.response(200, schemas.AcceptedOut)
@access(EVALUATION)
def put_results(body: dict[str, Any], call_id: UUID, resolution_id: UUID) -> dict[str, UUID]:
    """Publish the results that the general assembly resolved."""
    rows = [ResultRow(**row) for row in body.pop("rows")]
    with working() as work:
        published.publish_results(work, call_id, resolution_id, Results(**body, rows=rows))
    return accepted(resolution_id)


@blp.put("/calls/<uuid:call_id>/presentation-changes/<uuid:change_id>")
@blp.arguments(schemas.PresentationChangeIn)
@blp.response(200, schemas.AcceptedOut)
@access(OFFICE, EVALUATION)
def put_presentation_change(
    body: dict[str, Any], call_id: UUID, change_id: UUID
) -> dict[str, UUID]:
    """Change the public presentations and publish the change in the same act."""
    override_reason = body.pop("override_reason")
    actor = current_actor()
    # Evaluation says whose decision it publishes; a person publishes in no other name.
    is_told = actor.service is not None and body["actor_name"]
    body["actor_name"] = body["actor_name"] if is_told else actor.name
    with working() as work:
        published.change_presentation(
            work,
            call_id,
            change_id,
            PresentationChange(**body),
            override_reason=override_reason,
        )
    return accepted(change_id)


@blp.get("/events")
@blp.arguments(AfterIn, location="query")
@blp.response(200, EventPageOut)
@access(ANY_SERVICE)
def get_events(query: dict[str, int]) -> EventPage:
    """Return what happened after the position, for all organisations."""
    return read_feed(db.session(), EventRow, query["after"])
