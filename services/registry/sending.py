"""Handing over what the outbox holds: documents to be made, messages to be sent."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.registry.adapters.mail import MailPort
from services.registry.models import Outbox
from services.registry.service.mailings import compose, mark_sent
from services.registry.service.papers import CANCEL_DOCUMENT, PUT_DOCUMENT
from shared.actors import Actor
from shared.clients.documents import DocumentsClient
from shared.clock import Clock, SystemClock
from shared.contracts.codec import from_json
from shared.contracts.documents import DocumentRequest
from shared.db import reading, transaction
from shared.http import AT_ONCE, ClientError, Conflict, Invalid, NotFound, within
from shared.outbox import Handler, Message, PermanentFailure

log = logging.getLogger(__name__)


def handlers(
    session: Callable[[], Session],
    *,
    documents: DocumentsClient,
    mail: MailPort,
    clock: Clock,
    public_url: str,
) -> dict[str, Handler]:
    """Return what to do with each kind of message."""

    def put(message: Message) -> None:
        put_document(documents, message.id, message.organisation_id, message.payload)

    def cancel(message: Message) -> None:
        cancel_document(documents, message)

    def send(message: Message) -> None:
        mail_id = UUID(message.payload["mail_id"])
        with reading():
            letter = compose(session(), mail_id, public_url)
            session().rollback()
        if letter is None:
            return
        mail.send(letter)
        with transaction(session()) as opened:
            mark_sent(opened, mail_id, clock.now())

    return {PUT_DOCUMENT: put, CANCEL_DOCUMENT: cancel, "mail.send": send}


def put_document(
    documents: DocumentsClient, document_id: UUID, organisation_id: UUID, payload: dict[str, Any]
) -> None:
    """Have one document made; asking twice makes one.

    Raises:
        PermanentFailure: documents will never take this request.
    """
    request = from_json(DocumentRequest, payload["request"])
    actor = Actor(organisation_id=organisation_id, name=payload["actor_name"])
    try:
        documents.put_document(document_id, request, actor=actor)
    except (Conflict, Invalid) as error:
        raise PermanentFailure(str(error)) from error


def cancel_document(documents: DocumentsClient, message: Message) -> None:
    """Have a document cancelled; one that was never made needs no cancelling."""
    actor = Actor(organisation_id=message.organisation_id, name="Výzva")
    document_id, reason = UUID(message.payload["document_id"]), message.payload["reason"]
    try:
        documents.cancel_document(document_id, reason, actor=actor)
    except NotFound:
        return
    except (Conflict, Invalid) as error:
        raise PermanentFailure(str(error)) from error


def put_now(session: Session, documents: DocumentsClient, ids: tuple[UUID, ...]) -> bool:
    """Have these documents made without waiting for the worker; tell whether all are made."""
    with reading():
        query = select(Outbox).where(Outbox.id.in_(ids), Outbox.delivered_at.is_(None))
        waiting = [(row.id, row.organisation_id, row.payload) for row in session.scalars(query)]
        session.rollback()
    try:
        with within(AT_ONCE):
            for document_id, organisation_id, payload in waiting:
                put_document(documents, document_id, organisation_id, payload)
    except (ClientError, PermanentFailure):
        log.warning("documents could not be made at once", exc_info=True)
        return False
    if waiting:
        _mark_delivered(session, ids)
    return True


def _mark_delivered(session: Session, ids: tuple[UUID, ...]) -> None:
    mine = update(Outbox).where(Outbox.id.in_(ids), Outbox.delivered_at.is_(None))
    with transaction(session) as opened:
        opened.execute(mine.values(delivered_at=SystemClock().now()))
