"""The project folder: the timeline of acts, ours and other services'."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from services.registry.models import Application, Decision, DocumentRef, FolderEntryRow
from services.registry.service.loading import application_of, own
from services.registry.service.work import Work
from shared.clock import SystemClock
from shared.contracts.registry import FolderEntry

OURS = "registry"


def add_entry(
    work: Work,
    application: Application,
    *,
    kind: str,
    text: str,
    happened_at: datetime,
    state: str,
    document_id: UUID | None = None,
    service: str = OURS,
) -> FolderEntryRow:
    """Add an act that registry knows of to the timeline."""
    row = FolderEntryRow(
        id=uuid4(),
        organisation_id=work.organisation_id,
        application_id=application.id,
        service=service,
        kind=kind,
        text=text,
        actor_name=work.actor.name,
        happened_at=happened_at,
        state=state,
        document_id=document_id,
        recorded_at=SystemClock().now(),
    )
    work.session.add(row)
    return row


def put_entry(
    work: Work, application_id: UUID, entry_id: UUID, entry: FolderEntry, service: str
) -> FolderEntryRow:
    """Take over an act of another service; the same entry twice is one entry.

    Raises:
        RecordUnknown (application), IdReused.
    """
    application = application_of(work, application_id)
    if not work.creates(entry_id, "folder_entry", (application_id, entry)):
        return own(work, FolderEntryRow, entry_id)
    row = FolderEntryRow(
        id=entry_id,
        organisation_id=work.organisation_id,
        application_id=application.id,
        service=service,
        kind=entry.kind,
        text=entry.text,
        actor_name=entry.actor_name,
        happened_at=entry.happened_at,
        state=entry.state,
        document_id=entry.document_id,
        recorded_at=SystemClock().now(),
    )
    # Entries may come late and out of order; the case stands where its newest act left it.
    newest = _newest_of(work, application, service)
    if entry.state and (newest is None or entry.happened_at >= newest):
        application.case_state = entry.state
    work.session.add(row)
    return row


def entries(work: Work, application: Application) -> list[FolderEntryRow]:
    """Return the timeline, the oldest act first."""
    query = select(FolderEntryRow).where(FolderEntryRow.application_id == application.id)
    order = (FolderEntryRow.happened_at, FolderEntryRow.recorded_at, FolderEntryRow.id)
    return list(work.session.scalars(query.order_by(*order)))


def decisions(work: Work, application: Application) -> list[Decision]:
    """Return registration, refusals and withdrawal, the oldest first."""
    query = select(Decision).where(Decision.application_id == application.id)
    return list(work.session.scalars(query.order_by(Decision.at, Decision.id)))


def document_refs(work: Work, application: Application) -> list[DocumentRef]:
    """Return the documents that registry asked for in this case."""
    query = select(DocumentRef).where(DocumentRef.application_id == application.id)
    return list(work.session.scalars(query.order_by(DocumentRef.requested_at, DocumentRef.kind)))


def _newest_of(work: Work, application: Application, service: str) -> datetime | None:
    query = select(FolderEntryRow.happened_at).where(
        FolderEntryRow.application_id == application.id, FolderEntryRow.service == service
    )
    return work.session.scalar(query.order_by(FolderEntryRow.happened_at.desc()).limit(1))
