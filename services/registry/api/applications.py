"""Applications: submission, files, formal check, decision."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import func, select

from services.registry.api.blueprint import (
    EVALUATION,
    INSIDE,
    OFFICE,
    application_json,
    applications_json,
    blp,
)
from services.registry.desk import (
    drop_file,
    keep_files,
    looking,
    make_documents,
    signatures_in,
    working,
)
from services.registry.domain.intake import SheetAnswer
from services.registry.downloads import attachment
from services.registry.models import (
    ApplicantSignatureRow,
    Application,
    IdentityRow,
    PreliminaryCheckRow,
)
from services.registry.schemas import applications as schemas
from services.registry.seeing import DETAIL
from services.registry.service import applications, files, registration, signing_by_applicant
from services.registry.service.applications import (
    ApplicantFacts,
    ApplicationFacts,
    SubmissionFacts,
)
from services.registry.service.loading import application_of, call_of, sheet_of
from services.registry.service.plans import sheet_items_of
from services.registry.service.registration import Decided, IdentityFacts
from services.registry.service.work import Work
from shared.auth import SIGNED_IN, access
from shared.contracts.registry import FileView


@blp.get("/calls/<uuid:call_id>/applications")
@blp.arguments(schemas.ApplicationQuery, location="query")
@blp.response(200, schemas.ApplicationPageOut)
@access(INSIDE, EVALUATION)
def get_applications(query: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Return the applications of a call in the order in which they were received."""
    work = looking()
    found = select(Application).where(Application.call_id == call_of(work, call_id).id)
    if "state" in query:
        found = found.where(Application.state == query["state"])
    total = work.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page, size = query["page"], query["page_size"]
    ordered = found.order_by(Application.received_order).limit(size).offset((page - 1) * size)
    rows = list(work.session.scalars(ordered))
    return {
        "items": applications_json(work, rows),
        "total": total,
        "page": page,
        "page_size": size,
    }


@blp.get("/applications/<uuid:application_id>")
@blp.response(200, schemas.ApplicationOut)
@access(INSIDE, EVALUATION)
def get_application(application_id: UUID) -> dict[str, Any]:
    """Return one application with the files of its present submission."""
    work = looking()
    return application_json(work, application_of(work, application_id))


@blp.put("/applications/<uuid:application_id>")
@blp.arguments(schemas.NewApplicationIn)
@blp.response(200, schemas.ApplicationOut)
@access(OFFICE)
def put_application(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Take over an application; the same request twice makes one."""
    call_id, submission = body.pop("call_id"), SubmissionFacts(**body.pop("submission"))
    is_refusal = body.pop("record_refusal")
    act = applications.refuse_outside_window if is_refusal else applications.submit
    with working() as work:
        application = act(work, application_id, call_id, _facts(body), submission)
        work.session.flush()
        return application_json(work, application)


@blp.patch("/applications/<uuid:application_id>")
@blp.arguments(schemas.EditApplicationIn)
@blp.response(200, schemas.ApplicationOut)
@access(OFFICE)
def patch_application(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Correct what was written down about an undecided application."""
    version = body.pop("version")
    with working() as work:
        application = applications.edit(work, application_id, _facts(body), version)
        work.session.flush()
        return application_json(work, application)


@blp.post("/applications/<uuid:application_id>/files")
@blp.arguments(schemas.FileFormIn, location="form")
@blp.arguments(schemas.FileUploadIn, location="files")
@blp.response(201, schemas.FileOut)
@access(OFFICE)
def post_file(form: dict[str, str], upload: dict[str, Any], application_id: UUID) -> FileView:
    """Keep a file as it came: original bytes, hash, time."""
    (kept,) = keep_files(application_id, form["code"], [upload["file"]])
    return kept


@blp.delete("/applications/<uuid:application_id>/files/<uuid:file_id>")
@blp.response(204)
@access(OFFICE)
def delete_file(application_id: UUID, file_id: UUID) -> None:
    """Take out a file that was added by mistake."""
    drop_file(application_id, file_id)


@blp.get("/applications/<uuid:application_id>/files/<uuid:file_id>")
@blp.response(200, content_type="application/octet-stream")
@access(*DETAIL, EVALUATION)
def get_file(application_id: UUID, file_id: UUID) -> Response:
    """Return the original bytes, always as an attachment."""
    return attachment(files.file_of(looking(), application_id, file_id))


@blp.put("/applications/<uuid:application_id>/identity")
@blp.arguments(schemas.IdentityIn)
@blp.response(200, schemas.IdentityOut)
@access(OFFICE)
def put_identity(body: dict[str, Any], application_id: UUID) -> IdentityRow:
    """Record how the identity of the person submitting was verified."""
    with working() as work:
        return registration.record_identity(work, application_id, IdentityFacts(**body))


@blp.put("/applications/<uuid:application_id>/preliminary-check")
@blp.arguments(schemas.PreliminaryCheckIn)
@blp.response(200, schemas.PreliminaryCheckOut)
@access(OFFICE)
def put_preliminary_check(body: dict[str, Any], application_id: UUID) -> PreliminaryCheckRow:
    """Note what was found before the applicant signed."""
    with working() as work:
        return signing_by_applicant.note_preliminary_check(work, application_id, **body)


@blp.put("/applications/<uuid:application_id>/applicant-signature")
@blp.arguments(schemas.ApplicantSignatureIn)
@blp.response(200, schemas.ApplicantSignatureOut)
@access(OFFICE)
def put_applicant_signature(body: dict[str, Any], application_id: UUID) -> ApplicantSignatureRow:
    """Record how the applicant signed and which file bears it."""
    found = signatures_in(files.file_of(looking(), application_id, body["file_id"]))
    with working() as work:
        return signing_by_applicant.record_signature(work, application_id, **body, found=found)


@blp.get("/applications/<uuid:application_id>/control-sheet")
@blp.response(200, schemas.SheetOut)
@access(*DETAIL, EVALUATION)
def get_sheet(application_id: UUID) -> dict[str, Any]:
    """Return the lines of the control sheet with the answers given so far."""
    work = looking()
    return _sheet(work, application_of(work, application_id))


@blp.put("/applications/<uuid:application_id>/control-sheet")
@blp.arguments(schemas.SheetIn)
@blp.response(200, schemas.SheetOut)
@access(OFFICE)
def put_sheet(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Fill the control sheet."""
    answers = tuple(SheetAnswer(**answer) for answer in body["answers"])
    with working() as work:
        registration.fill_sheet(work, application_id, answers)
        work.session.flush()
        return _sheet(work, application_of(work, application_id))


@blp.post("/applications/<uuid:application_id>/registration")
@blp.arguments(schemas.RegistrationIn)
@blp.response(200, schemas.DecidedOut)
@access(SIGNED_IN)
def post_registration(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Register: the director, or the person whom she delegated."""
    with working() as work:
        decided = registration.register(work, application_id, body["version"])
        answer = _decided(work, decided)
    return {**answer, "are_documents_made": make_documents(decided.document_ids)}


@blp.post("/applications/<uuid:application_id>/refusal")
@blp.arguments(schemas.RefusalIn)
@blp.response(200, schemas.DecidedOut)
@access(SIGNED_IN)
def post_refusal(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Refuse to register, with reasons."""
    with working() as work:
        reasons = tuple(body["reasons"])
        decided = registration.refuse(work, application_id, reasons, body["version"])
        answer = _decided(work, decided)
    return {**answer, "are_documents_made": make_documents(decided.document_ids)}


@blp.post("/applications/<uuid:application_id>/resubmission")
@blp.arguments(schemas.ResubmissionIn)
@blp.response(200, schemas.ApplicationOut)
@access(OFFICE)
def post_resubmission(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Take over a repaired application while the window is open."""
    version = body.pop("version")
    with working() as work:
        application = applications.resubmit(work, application_id, SubmissionFacts(**body), version)
        work.session.flush()
        return application_json(work, application)


@blp.post("/applications/<uuid:application_id>/withdrawal")
@blp.arguments(schemas.WithdrawalIn)
@blp.response(200, schemas.ApplicationOut)
@access(OFFICE)
def post_withdrawal(body: dict[str, Any], application_id: UUID) -> dict[str, Any]:
    """Record that the applicant took the application back."""
    with working() as work:
        application = applications.withdraw(work, application_id, body["reason"], body["version"])
        work.session.flush()
        return application_json(work, application)


def _facts(body: dict[str, Any]) -> ApplicationFacts:
    applicant = body["applicant"]
    who = ApplicantFacts(**{**applicant, "address": tuple(applicant["address"])})
    return ApplicationFacts(**{**body, "applicant": who})


def _decided(work: Work, decided: Decided) -> dict[str, Any]:
    work.session.flush()
    return {
        "application": application_json(work, decided.application),
        "document_ids": list(decided.document_ids),
    }


def _sheet(work: Work, application: Application) -> dict[str, Any]:
    sheet = sheet_of(work, application)
    answers = {item["code"]: item for item in (sheet.answers if sheet else [])}
    items = [
        {
            "code": item.code,
            "text": item.text,
            "attachment": item.attachment,
            "verdict": answers.get(item.code, {}).get("verdict"),
            "note": answers.get(item.code, {}).get("note", ""),
        }
        for item in sheet_items_of(application.call, application.fiche)
    ]
    return {"items": items}
