"""What documents tells us: a document of ours was signed, issued or cancelled."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.registry.models import DocumentRef
from services.registry.service.lists import list_was_cancelled, list_was_signed
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


def handlers(clock: Clock) -> dict[str, EventHandler]:
    """Return what to do with each kind of event of documents' feed."""

    def handle(session: Session, event: Event) -> None:
        note_document(session, event, clock)

    return dict.fromkeys(STATE_OF_KIND, handle)


def note_document(session: Session, event: Event, clock: Clock) -> None:
    """Take over the state of a document that we asked for; others are not ours to note."""
    row = session.get(DocumentRef, event.subject_id)
    if row is None or row.organisation_id != event.organisation_id:
        return
    state = STATE_OF_KIND[event.kind]
    if ORDER.index(state) <= ORDER.index(row.state):
        return
    row.state, row.changed_at = state, event.at
    actor = Actor(organisation_id=row.organisation_id, name="Výzva")
    _pass_on(Work(session, actor, clock), row, state, event.at)


def _pass_on(work: Work, row: DocumentRef, state: str, at: datetime) -> None:
    if row.kind != "received_list":
        return
    if state == "cancelled":
        list_was_cancelled(work, row)
    else:
        list_was_signed(work, row, at)
