"""What evaluation hands over to other services after its commits. Every call is idempotent."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.clients import Clients
from services.evaluation.models import Case, LetterBatch, Record
from services.evaluation.service.records import TAKEN_BACK, mark_made
from shared.actors import Actor
from shared.clients.documents import DocumentsClient
from shared.contracts.batches import ITEMS_AT_ONCE
from shared.contracts.codec import from_json
from shared.contracts.documents import DocumentRequest
from shared.contracts.registry import FolderEntry, PresentationChange, Results
from shared.db import transaction
from shared.http import AT_ONCE, ClientError, Conflict, Invalid, NotFound, within
from shared.outbox import SETTLING, Handler, Message, PermanentFailure

SESSIONS = Callable[[], Session]
PLACING = 15.0
"""Seconds in which a page places a batch; the outbox does what is left."""


def handlers(session: SESSIONS, clients: Clients) -> dict[str, Handler]:
    """Return what to do with each kind of outbox message."""

    def document(message: Message) -> None:
        record_id = UUID(message.payload["record_id"])
        with transaction(session()) as opened:
            record = opened.get_one(Record, record_id)
            request, state = from_json(DocumentRequest, record.request), record.state
        if state == "requested":
            _make(session, clients.documents, record_id, request, _actor(message))

    def letter_batch(message: Message) -> None:
        place_batch(session, clients.documents, UUID(message.payload["batch_id"]), _actor(message))

    def cancellation(message: Message) -> None:
        record_id, reason = UUID(message.payload["record_id"]), message.payload["reason"]
        _cancel(clients.documents, record_id, reason, _actor(message))

    def folder_entry(message: Message) -> None:
        entry = from_json(FolderEntry, message.payload["entry"])
        application_id = UUID(message.payload["application_id"])
        clients.registry.put_folder_entry(application_id, message.id, entry, actor=_actor(message))

    def presentation_change(message: Message) -> None:
        change = from_json(PresentationChange, message.payload["change"])
        call_id, change_id = _ids(message, "call_id", "change_id")
        clients.registry.put_presentation_change(call_id, change_id, change, actor=_actor(message))

    def results(message: Message) -> None:
        body = from_json(Results, message.payload["results"])
        call_id, resolution_id = _ids(message, "call_id", "resolution_id")
        clients.registry.put_results(call_id, resolution_id, body, actor=_actor(message))

    found = {
        "document": document,
        "letter_batch": letter_batch,
        "cancellation": cancellation,
        "folder_entry": folder_entry,
        "presentation_change": presentation_change,
        "results": results,
    }
    return {kind: _giving_up(handler) for kind, handler in found.items()}


def put_now(session: Session, documents: DocumentsClient, record_ids: Sequence[UUID]) -> bool:
    """Make documents at once, so that they can be signed; tell whether all are made.

    The outbox holds the same requests: when documents does not answer, or not soon enough, its
    worker makes the rest later.
    """
    query = select(Record).where(Record.id.in_(record_ids), Record.state == "requested")
    waiting = [
        (row.id, from_json(DocumentRequest, row.request), row.organisation_id)
        for row in session.scalars(query.order_by(Record.requested_at, Record.id))
    ]
    session.rollback()
    try:
        with within(AT_ONCE):
            for record_id, request, organisation_id in waiting:
                actor = Actor(organisation_id=organisation_id, name="Výzva")
                _make(lambda: session, documents, record_id, request, actor)
    except ClientError:
        return False
    return True


def place_batch_now(session: Session, documents: DocumentsClient, batch_id: UUID) -> bool:
    """Give documents a batch at once, to be looked at; the outbox does it when this fails."""
    organisation_id = session.get_one(LetterBatch, batch_id).organisation_id
    session.rollback()
    actor = Actor(organisation_id=organisation_id, name="Výzva")
    try:
        with within(PLACING):
            place_batch(lambda: session, documents, batch_id, actor)
    except ClientError:
        return False
    return True


def place_batch(
    session: SESSIONS, documents: DocumentsClient, batch_id: UUID, actor: Actor
) -> None:
    """Give documents the letters of a batch in parts; what it has already stays as it is."""
    with transaction(session()) as opened:
        batch = opened.get_one(LetterBatch, batch_id)
        if batch.is_placed:
            return
        title = batch.title
        query = select(Record.id, Record.request).where(
            Record.batch_id == batch_id, Record.state == "requested"
        )
        ordered = query.join(Case, Case.id == Record.case_id).order_by(Case.received_order)
        wanted = [(row.id, row.request) for row in opened.execute(ordered)]
    documents.put_batch(batch_id, title, actor=actor)
    for start in range(0, len(wanted), ITEMS_AT_ONCE):
        part = wanted[start : start + ITEMS_AT_ONCE]
        asked = [(key, from_json(DocumentRequest, request)) for key, request in part]
        documents.put_batch_items(batch_id, asked, actor=actor)
    with transaction(session()) as opened:
        opened.get_one(LetterBatch, batch_id).is_placed = True


def _make(
    session: SESSIONS,
    documents: DocumentsClient,
    record_id: UUID,
    request: DocumentRequest,
    actor: Actor,
) -> None:
    documents.put_document(record_id, request, actor=actor)
    with transaction(session()) as opened:
        state = mark_made(opened, record_id)
    if state == "cancelled":
        # It was taken back while it was being made.
        _cancel(documents, record_id, TAKEN_BACK, actor)


def _cancel(documents: DocumentsClient, record_id: UUID, reason: str, actor: Actor) -> None:
    # Never made, or signed a moment ago: then the feed tells, and it counts for nothing.
    with suppress(NotFound, Conflict):
        documents.cancel_document(record_id, reason, actor=actor)


def _actor(message: Message) -> Actor:
    return Actor(organisation_id=message.organisation_id, name="Výzva")


def _ids(message: Message, first: str, second: str) -> tuple[UUID, UUID]:
    return UUID(message.payload[first]), UUID(message.payload[second])


def _giving_up(handler: Handler) -> Handler:
    """Give up what repeating cannot mend; a person then finds it among the stuck messages.

    A refusal of the values will not get better. What is missing or in the way may be so for
    some hours only: the other service has yet to learn what this message builds on.
    """

    def handle(message: Message) -> None:
        try:
            handler(message)
        except Invalid as error:
            raise PermanentFailure(str(error)) from error
        except (Conflict, NotFound) as error:
            if message.age >= SETTLING:
                raise PermanentFailure(str(error)) from error
            raise

    return handle
