"""Loading records of the actor's organisation; a foreign or unknown id is the same: unknown."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from services.registry.domain.records import RecordUnknown, check_version
from services.registry.models import (
    ApplicantSignatureRow,
    Application,
    ApplicationFile,
    Call,
    ControlSheet,
    DocumentRef,
    FicheRow,
    IdentityRow,
    Organisation,
    Person,
    PreliminaryCheckRow,
    ReceivedList,
    RegulationVersion,
    Submission,
)
from services.registry.service.work import Work
from shared.db import Owned

Row = TypeVar("Row", bound=Owned)
MOST_IDS = 100


def own(work: Work, kind: type[Row], record_id: UUID) -> Row:
    """Return the record of the actor's organisation.

    Raises:
        RecordUnknown: there is none, or it belongs to somebody else.
    """
    row = work.session.get(kind, record_id)
    if row is None or row.organisation_id != work.organisation_id:
        raise RecordUnknown(kind=kind.__name__)
    return row


def organisation_of(work: Work) -> Organisation:
    """Return the actor's organisation."""
    row = work.session.get(Organisation, work.organisation_id)
    if row is None:
        raise RecordUnknown(kind="Organisation")
    return row


def lock_organisation(work: Work) -> None:
    """Let no other transaction change who is who in the organisation meanwhile.

    Call it first: whoever was read before the lock may have changed while it was waited for.
    """
    query = select(Organisation.id).where(Organisation.id == work.organisation_id)
    work.session.execute(query.with_for_update())


def person_of(work: Work, person_id: UUID, version: int | None = None) -> Person:
    """Return a person of the organisation, as the caller saw him."""
    person = own(work, Person, person_id)
    check_version("Person", shown=version, present=person.version)
    return person


def call_of(work: Work, call_id: UUID, version: int | None = None) -> Call:
    """Return a call of the organisation, as the caller saw it."""
    call = own(work, Call, call_id)
    check_version("Call", shown=version, present=call.version)
    return call


def locked_call(work: Work, call_id: UUID) -> Call:
    """Return the call and let no other transaction number its applications meanwhile."""
    query = select(Call).where(Call.id == call_id, Call.organisation_id == work.organisation_id)
    call = work.session.scalar(
        query.with_for_update(of=Call).execution_options(populate_existing=True)
    )
    if call is None:
        raise RecordUnknown(kind="Call")
    return call


def application_of(work: Work, application_id: UUID, version: int | None = None) -> Application:
    """Return an application of the organisation, as the caller saw it."""
    application = own(work, Application, application_id)
    check_version("Application", shown=version, present=application.version)
    return application


def application_to_change(work: Work, application_id: UUID) -> Application:
    """Return an application whose basis of registration is about to change, as a new version.

    Files, identity check, sheet and signature stand in rows of their own. The application is
    locked and its version raised with each of them, so that a registration judges what it
    decides on, and whoever saw the former basis is told so.
    """
    application = locked_application(work, application_id)
    flag_modified(application, "state")
    return application


def locked_application(work: Work, application_id: UUID) -> Application:
    """Return the application as it is now; nobody changes what it rests on meanwhile."""
    query = select(Application).where(
        Application.id == application_id, Application.organisation_id == work.organisation_id
    )
    application = work.session.scalar(
        query.with_for_update(of=Application).execution_options(populate_existing=True)
    )
    if application is None:
        raise RecordUnknown(kind="Application")
    return application


def list_of(work: Work, list_id: UUID, version: int | None = None) -> ReceivedList:
    """Return a list of received applications, as the caller saw it."""
    received = own(work, ReceivedList, list_id)
    check_version("ReceivedList", shown=version, present=received.version)
    return received


def documents_named(work: Work, ids: str) -> list[DocumentRef]:
    """Return the organisation's documents with these ids, written with commas; others are none."""
    wanted = [key for text in ids.split(",")[:MOST_IDS] if (key := _uuid(text)) is not None]
    query = select(DocumentRef).where(
        DocumentRef.organisation_id == work.organisation_id, DocumentRef.id.in_(wanted)
    )
    return list(work.session.scalars(query.order_by(DocumentRef.requested_at, DocumentRef.kind)))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def fiche_of_call(call: Call, code: str) -> FicheRow:
    """Return the fiche that the call opened under this code."""
    for fiche in call.fiches:
        if fiche.code == code:
            return fiche
    raise RecordUnknown(kind="Fiche")


def regulation_of(work: Work, call: Call) -> RegulationVersion | None:
    """Return the version of the regulation that the call pins."""
    if call.regulation_version_id is None:
        return None
    return own(work, RegulationVersion, call.regulation_version_id)


def present_submission(work: Work, application: Application) -> Submission:
    """Return the last submission of the application."""
    query = select(Submission).where(
        Submission.application_id == application.id,
        Submission.number == application.submission_count,
    )
    return work.session.scalars(query).one()


def submissions_of(work: Work, application: Application) -> list[Submission]:
    """Return every submission, the first one first."""
    query = select(Submission).where(Submission.application_id == application.id)
    return list(work.session.scalars(query.order_by(Submission.number)))


def files_of(work: Work, application: Application, *, every: bool = False) -> list[ApplicationFile]:
    """Return the files of the present submission, or of all, in order of arrival."""
    query = select(ApplicationFile).where(ApplicationFile.application_id == application.id)
    if not every:
        number = application.submission_count
        query = query.where(ApplicationFile.submission_number == number)
    order = (ApplicationFile.submission_number, ApplicationFile.received_at, ApplicationFile.id)
    return list(work.session.scalars(query.order_by(*order)))


def identity_of(work: Work, application: Application) -> IdentityRow | None:
    """Return the identity check of the present submission, if it was done."""
    query = select(IdentityRow).where(
        IdentityRow.application_id == application.id,
        IdentityRow.submission_number == application.submission_count,
    )
    return work.session.scalar(query)


def signature_of(work: Work, application: Application) -> ApplicantSignatureRow | None:
    """Return how the applicant signed the present submission, if it was recorded."""
    query = select(ApplicantSignatureRow).where(
        ApplicantSignatureRow.application_id == application.id,
        ApplicantSignatureRow.submission_number == application.submission_count,
    )
    return work.session.scalar(query)


def preliminary_check_of(work: Work, application: Application) -> PreliminaryCheckRow | None:
    """Return the note of the preliminary check of the present submission, if there is one."""
    query = select(PreliminaryCheckRow).where(
        PreliminaryCheckRow.application_id == application.id,
        PreliminaryCheckRow.submission_number == application.submission_count,
    )
    return work.session.scalar(query)


def sheet_of(work: Work, application: Application) -> ControlSheet | None:
    """Return the control sheet of the present submission, if it was begun."""
    query = select(ControlSheet).where(
        ControlSheet.application_id == application.id,
        ControlSheet.submission_number == application.submission_count,
    )
    return work.session.scalar(query)
