"""Before registration: what the office found, and how the applicant signed (R12, R13)."""

from uuid import UUID, uuid4

from services.registry.domain.roles import Act
from services.registry.domain.signatures import (
    Manner,
    SignedFile,
    check_findings,
    check_signature,
)
from services.registry.domain.states import APPLICATION
from services.registry.models import ApplicantSignatureRow, Application, PreliminaryCheckRow
from services.registry.service.files import file_of
from services.registry.service.folder import add_entry
from services.registry.service.loading import (
    application_to_change,
    preliminary_check_of,
    signature_of,
)
from services.registry.service.work import Work
from shared.states import ActNotAllowed


def note_preliminary_check(work: Work, application_id: UUID, findings: str) -> PreliminaryCheckRow:
    """Note what the office found before the applicant signed; the step is optional (R12).

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, FindingsMissing.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_to_change(work, application_id)
    APPLICATION.apply(application.state, "check_preliminarily")
    stated = check_findings(findings)
    row = preliminary_check_of(work, application) or PreliminaryCheckRow(
        id=uuid4(),
        organisation_id=work.organisation_id,
        application_id=application.id,
        submission_number=application.submission_count,
    )
    row.findings, row.checked_at, row.checked_by = stated, work.now, work.actor.name
    work.session.add(row)
    _tell_folder(work, application, "checked_preliminarily", f"Předběžná kontrola: {stated}")
    work.audit("check_preliminarily", ("application", application.id))
    return row


def record_signature(
    work: Work, application_id: UUID, manner: Manner, file_id: UUID, found: int | None
) -> ApplicantSignatureRow:
    """Record how the applicant signed and which file bears it (R13).

    Args:
        found: signatures that were found in the file; ``None`` when it is no PDF.

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, SignedFileNotApplication,
        SignatureNotFound.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_to_change(work, application_id)
    target = APPLICATION.apply(application.state, "record_signature")
    file = file_of(work, application_id, file_id)
    if file.submission_number != application.submission_count:
        raise ActNotAllowed(machine="application", state=target, act="record_signature", allowed=())
    counted = check_signature(manner, SignedFile(file.code, file.name, found))
    row = signature_of(work, application) or ApplicantSignatureRow(
        id=uuid4(),
        organisation_id=work.organisation_id,
        application_id=application.id,
        submission_number=application.submission_count,
    )
    row.manner, row.file_id, row.file_sha256 = manner.value, file.id, file.sha256
    row.found, row.recorded_at, row.recorded_by = counted, work.now, work.actor.name
    work.session.add(row)
    _tell_folder(work, application, "signed_by_applicant", f"Žadatel podepsal žádost: {file.name}")
    work.audit(
        "record_signature",
        ("application", application.id),
        manner=row.manner,
        sha256=row.file_sha256,
        found=counted,
    )
    return row


def _tell_folder(work: Work, application: Application, kind: str, text: str) -> None:
    add_entry(work, application, kind=kind, text=text, happened_at=work.now, state="")
