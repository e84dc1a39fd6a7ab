"""What documents tells us: a document of ours was signed, issued, cancelled, sent, delivered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.registry.models import Application, DocumentRef
from services.registry.service.folder import add_entry
from services.registry.service.key_notices import (
    ENDS_SOON,
    KEY_NOTICES,
    LOGIN_ENDS_SOON,
    tell_about_key,
    tell_of_login,
)
from services.registry.service.lists import list_was_cancelled, list_was_signed
from services.registry.service.risk_notices import AT_RISK, tell_of_risks
from services.registry.service.work import Work
from shared.actors import Actor
from shared.clock import Clock
from shared.contracts.events import Event
from shared.events import EventHandler

STATE_OF_KIND = {
    "document.signed": "signed",
    "document.issued": "issued",
    "document.cancelled": "cancelled",
}
# An event may be read again or late; a document never goes back along this order.
ORDER = ("draft", "signing", "signed", "issued", "cancelled")
DELIVERY_TEXTS = {
    "delivery.dispatched": "Odesláno: {title}",
    "delivery.delivered": "Doručeno: {title}",
    "delivery.needs_person": "Doručení čeká na zásah: {title}",
    "delivery.ended": "Doručování skončilo bez doručení: {title}",
    "delivery.overturned": "Doručení zpětně padlo a čeká na zásah: {title}",
}


def handlers(clock: Clock) -> dict[str, EventHandler]:
    """Return what to do with each kind of event of documents' feed."""

    def document(session: Session, event: Event) -> None:
        note_document(session, event, clock)

    def delivery(session: Session, event: Event) -> None:
        note_delivery(session, event, clock)

    def key(session: Session, event: Event) -> None:
        tell_about_key(session, event, clock)

    def login(session: Session, event: Event) -> None:
        tell_of_login(session, event, clock)

    def risks(session: Session, event: Event) -> None:
        tell_of_risks(session, event, clock)

    return {
        AT_RISK: risks,
        LOGIN_ENDS_SOON: login,
        **dict.fromkeys((*KEY_NOTICES, ENDS_SOON), key),
        **dict.fromkeys(STATE_OF_KIND, document),
        **dict.fromkeys(DELIVERY_TEXTS, delivery),
    }


def note_document(session: Session, event: Event, clock: Clock) -> None:
    """Take over the state of a document that we asked for; others are not ours to note."""
    row = _ours(session, event, event.subject_id)
    if row is None:
        return
    state = STATE_OF_KIND[event.kind]
    if ORDER.index(state) <= ORDER.index(row.state):
        return
    was_signed = row.state in ("signed", "issued")
    row.state, row.changed_at = state, event.at
    work = Work(session, _actor(row, _signers(event.payload)), clock)
    _pass_on(work, row, state, event.at)
    if state == "cancelled":
        _tell_folder(work, row, event, f"Zrušeno: {row.title}")
    elif not was_signed:
        _tell_folder(work, row, event, f"Podepsáno: {row.title}")


def note_delivery(session: Session, event: Event, clock: Clock) -> None:
    """Show in the folder how a document of ours was sent and delivered."""
    document_id = event.payload.get("document_id")
    row = _ours(session, event, UUID(document_id)) if document_id else None
    if row is not None:
        text = DELIVERY_TEXTS[event.kind].format(title=row.title)
        _tell_folder(Work(session, _actor(row, "Dokumenty"), clock), row, event, text)


def _ours(session: Session, event: Event, document_id: UUID) -> DocumentRef | None:
    row = session.get(DocumentRef, document_id)
    is_ours = row is not None and row.organisation_id == event.organisation_id
    return row if is_ours else None


def _pass_on(work: Work, row: DocumentRef, state: str, at: datetime) -> None:
    if row.kind != "received_list":
        return
    if state == "cancelled":
        list_was_cancelled(work, row)
    else:
        list_was_signed(work, row, at)


def _tell_folder(work: Work, row: DocumentRef, event: Event, text: str) -> None:
    if row.application_id is None:
        return
    add_entry(
        work,
        work.session.get_one(Application, row.application_id),
        kind=event.kind,
        text=text,
        happened_at=event.at,
        state="",
        document_id=row.id,
        service="documents",
    )


def _actor(row: DocumentRef, name: str) -> Actor:
    return Actor(organisation_id=row.organisation_id, name=name)


def _signers(payload: dict[str, Any]) -> str:
    names = [str(signer.get("name", "")) for signer in payload.get("signers", [])]
    return ", ".join(name for name in names if name) or "Dokumenty"
