"""The formal check and what follows from it: registration or refusal."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from services.registry.domain.identity import (
    IdentityCheck,
    IdentityDocument,
    IdentityMethod,
    Standing,
    check_identity,
)
from services.registry.domain.intake import (
    SheetAnswer,
    check_answers,
    check_reasons,
    check_registration,
)
from services.registry.domain.numbering import next_number
from services.registry.domain.records import check_named_version
from services.registry.domain.roles import Act
from services.registry.domain.states import APPLICATION, ApplicationState
from services.registry.models import Application, ControlSheet, Decision, IdentityRow
from services.registry.service import papers
from services.registry.service.applications import record_decision
from services.registry.service.folder import add_entry, decisions, document_refs
from services.registry.service.intakes import intake_of
from services.registry.service.loading import (
    application_of,
    application_to_change,
    files_of,
    identity_of,
    locked_application,
    locked_call,
    preliminary_check_of,
    present_submission,
    sheet_of,
    signature_of,
)
from services.registry.service.papers import Case, request_document, signer_of
from services.registry.service.plans import sheet_items_of
from services.registry.service.views import application_with_files
from services.registry.service.work import Work
from shared.contracts.codec import to_json
from shared.contracts.documents import DocumentRequest


@dataclass(frozen=True)
class IdentityFacts:
    """How the identity was verified; no number of any document."""

    method: IdentityMethod
    document: IdentityDocument | None
    standing: Standing


@dataclass(frozen=True)
class Decided:
    """A decided application and the documents that wait for a signature."""

    application: Application
    document_ids: tuple[UUID, ...]


def record_identity(work: Work, application_id: UUID, facts: IdentityFacts) -> IdentityRow:
    """Record that the identity of the person submitting was verified (R17).

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, DocumentKindMissing, DocumentKindUnexpected.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_to_change(work, application_id)
    APPLICATION.apply(application.state, "check_identity")
    submission = present_submission(work, application)
    check = check_identity(
        IdentityCheck(facts.method, facts.document, facts.standing, work.now),
        received_at=submission.received_at,
    )
    row = identity_of(work, application) or IdentityRow(
        id=uuid4(),
        organisation_id=work.organisation_id,
        application_id=application.id,
        submission_number=application.submission_count,
    )
    row.method, row.standing = check.method.value, check.standing.value
    row.document = check.document.value if check.document else None
    row.checked_at, row.checked_by = check.checked_at, work.actor.name
    work.session.add(row)
    text = "Ověřena totožnost podávající osoby."
    _note(work, application, "identity_checked", text)
    work.audit("check_identity", ("application", application.id), method=row.method)
    return row


def fill_sheet(work: Work, application_id: UUID, answers: tuple[SheetAnswer, ...]) -> ControlSheet:
    """Fill the control sheet of the present submission (R15).

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, UnknownSheetItem, NoteMissing,
        MandatoryNotApplicable, VerdictAgainstFiles.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_to_change(work, application_id)
    APPLICATION.apply(application.state, "fill_control_sheet")
    items = sheet_items_of(application.call, application.fiche)
    check_answers(items, answers, {row.code for row in files_of(work, application)})
    row = sheet_of(work, application) or ControlSheet(
        id=uuid4(),
        organisation_id=work.organisation_id,
        application_id=application.id,
        submission_number=application.submission_count,
    )
    row.answers = to_json(list(answers))
    row.filled_at, row.filled_by = work.now, work.actor.name
    work.session.add(row)
    missing = len(items) - len({answer.code for answer in answers})
    done = f"Kontrolní arch uložen, chybí odpovědi: {missing}." if missing else ""
    _note(work, application, "sheet_filled", done or "Kontrolní arch vyplněn.")
    work.audit("fill_control_sheet", ("application", application.id))
    return row


def register(work: Work, application_id: UUID, version: int | None) -> Decided:
    """Register an application: number, folder, control sheet and signed intake record.

    A second click finds the application registered by the same person and changes nothing.
    Who registers names the version that he saw: it changes with every file, check and sheet.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, NotRegistrable.

    Source:
        R14 (who), R18 (only with every mandatory attachment), R19 (folder), R16, R21 (records).
    """
    authority = work.entitled(Act.REGISTER_APPLICATION)
    application = locked_application(work, application_id)
    if _was_decided_by_me(work, application, ApplicationState.REGISTERED, "register"):
        return Decided(application, _documents_to_sign(work, application))
    target = APPLICATION.apply(application.state, "register")
    check_named_version("Application", shown=version, present=application.version)
    check_registration(intake_of(work, application))
    _give_number(work, application, target)
    record_decision(work, application, "register", delegation_id=authority.delegation_id)
    documents = _registration_papers(work, application)
    work.session.flush()
    work.tell("application.registered", application.id, application_with_files(work, application))
    work.audit(
        "register",
        ("application", application.id),
        number=application.number,
        delegation_id=authority.delegation_id,
    )
    return Decided(application, documents)


def refuse(
    work: Work, application_id: UUID, reasons: tuple[str, ...], version: int | None = None
) -> Decided:
    """Refuse to register, with reasons, on a record that is signed and delivered (R18, A3).

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, ReasonMissing.
    """
    authority = work.entitled(Act.REGISTER_APPLICATION)
    application = application_of(work, application_id, version)
    target = APPLICATION.apply(application.state, "refuse")
    stated = check_reasons(reasons)
    application.state = target
    record_decision(work, application, "refuse", stated, authority.delegation_id)
    case = case_of(work, application)
    signer = signer_of(work)
    sheet = _ask(work, papers.control_sheet(work, case, signer))
    letter = _ask(work, papers.refusal(work, case, signer, stated))
    add_entry(
        work,
        application,
        kind="refused",
        text="Registrace odmítnuta: " + "; ".join(stated),
        happened_at=work.now,
        state="refused",
        document_id=letter,
    )
    work.audit("refuse", ("application", application.id), reasons=len(stated))
    return Decided(application, (sheet, letter))


def case_of(work: Work, application: Application) -> Case:
    """Return everything that the papers of the present submission state."""
    return Case(
        application,
        present_submission(work, application),
        files_of(work, application),
        sheet_of(work, application),
        identity_of(work, application),
        signature_of(work, application),
        preliminary_check_of(work, application),
    )


def _give_number(work: Work, application: Application, target: str) -> None:
    call = locked_call(work, application.call_id)
    number = next_number(call.number, call.last_serial)
    call.last_serial = number.serial
    application.state = target
    application.serial, application.number = number.serial, str(number)
    application.registered_at, application.registered_by = work.now, work.actor.name
    application.registered_by_id = work.actor.person_id


def _registration_papers(work: Work, application: Application) -> tuple[UUID, ...]:
    case, signer = case_of(work, application), signer_of(work)
    sheet = _ask(work, papers.control_sheet(work, case, signer))
    record = _ask(work, papers.intake_record(work, case, signer))
    receipt = _ask(work, papers.receipt(work, case, signer))
    add_entry(
        work,
        application,
        kind="registered",
        text=f"Žádost zaregistrována pod číslem {application.number}, založena složka projektu.",
        happened_at=work.now,
        state="registered",
        document_id=record,
    )
    return (sheet, record, receipt)


def _note(work: Work, application: Application, kind: str, text: str) -> None:
    add_entry(work, application, kind=kind, text=text, happened_at=work.now, state="")


def _ask(work: Work, request: DocumentRequest) -> UUID:
    return request_document(work, uuid4(), request)


def _was_decided_by_me(
    work: Work, application: Application, state: ApplicationState, act: str
) -> bool:
    if application.state != state:
        return False
    last: Decision = decisions(work, application)[-1]
    return last.act == act and last.actor_id == work.actor.person_id


def _documents_to_sign(work: Work, application: Application) -> tuple[UUID, ...]:
    return tuple(ref.id for ref in document_refs(work, application) if ref.state == "draft")
