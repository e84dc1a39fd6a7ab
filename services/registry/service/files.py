"""Files of applications: kept as they came, found again, taken out when added by mistake."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from services.registry.domain.intake import check_attachment_code
from services.registry.domain.records import RecordUnknown
from services.registry.domain.roles import Act
from services.registry.domain.states import APPLICATION
from services.registry.models import Application, ApplicationFile
from services.registry.service.folder import add_entry
from services.registry.service.loading import (
    application_to_change,
    files_of,
    own,
    signature_of,
)
from services.registry.service.plans import fiche_of
from services.registry.service.work import Work
from shared.states import ActNotAllowed


@dataclass(frozen=True)
class FileFacts:
    """A file that is already in the store."""

    code: str
    name: str
    media_type: str
    size: int
    sha256: str
    stored_as: UUID

    @classmethod
    def of(
        cls, content: bytes, *, code: str, name: str, media_type: str, stored_as: UUID
    ) -> "FileFacts":
        """Describe bytes that are in the store."""
        digest = sha256(content).hexdigest()
        return cls(code, name, media_type, len(content), digest, stored_as)


def add_file(work: Work, application_id: UUID, facts: FileFacts) -> ApplicationFile:
    """Keep a file of the present submission as it came (R11).

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, UnknownAttachment.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_to_change(work, application_id)
    APPLICATION.apply(application.state, "add_file")
    check_attachment_code(fiche_of(application.fiche), facts.code)
    same = _same_file(work, application, facts)
    if same is not None:
        return same
    row = ApplicationFile(
        id=uuid4(),
        organisation_id=work.organisation_id,
        application_id=application.id,
        submission_number=application.submission_count,
        code=facts.code,
        name=facts.name,
        media_type=facts.media_type,
        size=facts.size,
        sha256=facts.sha256,
        stored_as=facts.stored_as,
        received_at=work.now,
        added_by=work.actor.name,
    )
    work.session.add(row)
    text = f"Nahrán soubor: {facts.name}"
    add_entry(work, application, kind="file_added", text=text, happened_at=work.now, state="")
    work.audit("add_file", ("application", application.id), code=facts.code, sha256=facts.sha256)
    return row


def remove_file(work: Work, application_id: UUID, file_id: UUID) -> UUID:
    """Take out a file that was added by mistake, and return under which id its bytes are kept.

    The audit entry keeps the hash only: what was not submitted is nobody's record.

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_to_change(work, application_id)
    APPLICATION.apply(application.state, "remove_file")
    row = file_of(work, application_id, file_id)
    if row.submission_number != application.submission_count:
        raise ActNotAllowed(
            machine="application", state="resubmitted", act="remove_file", allowed=()
        )
    signature = signature_of(work, application)
    if signature is not None and signature.file_id == row.id:
        # Without its file nobody could tell what the applicant signed.
        work.session.delete(signature)
        work.session.flush()
    work.session.delete(row)
    text = "Odebrán omylem nahraný soubor."
    add_entry(work, application, kind="file_removed", text=text, happened_at=work.now, state="")
    work.audit("remove_file", ("application", application_id), code=row.code, sha256=row.sha256)
    return row.stored_as


def file_of(work: Work, application_id: UUID, file_id: UUID) -> ApplicationFile:
    """Return one file of one application of the organisation.

    Raises:
        RecordUnknown.
    """
    row = own(work, ApplicationFile, file_id)
    if row.application_id != application_id:
        raise RecordUnknown(kind="ApplicationFile")
    return row


def _same_file(work: Work, application: Application, facts: FileFacts) -> ApplicationFile | None:
    """A double click sends the same bytes twice; they are kept once."""
    for row in files_of(work, application):
        if (row.code, row.sha256, row.name) == (facts.code, facts.sha256, facts.name):
            return row
    return None
