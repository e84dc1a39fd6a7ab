"""Pages of the acts about one application: files, identity, sheet, decision."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from services.registry.defects import OPEN_LINES, SIGNATURE, defect_rows
from services.registry.desk import drop_file, keep_files, looking, make_documents, settings, working
from services.registry.domain.identity import IdentityDocument, IdentityMethod, Standing
from services.registry.domain.intake import APPLICATION_FORM, obstacles_to_registration
from services.registry.models import Application
from services.registry.service import applications, registration
from services.registry.service.intakes import intake_of
from services.registry.service.loading import application_of, files_of, sheet_of
from services.registry.service.plans import sheet_items_of
from services.registry.service.registration import Decided, IdentityFacts
from services.registry.tasks import sign_address
from services.registry.web.applications import OFFICE, file_kinds, folder_context
from services.registry.web.forms_calls import ActForm, lines
from services.registry.web.forms_intake import (
    FilesForm,
    IdentityForm,
    RefusalForm,
    SheetForm,
    SubmissionForm,
    WithdrawalForm,
)
from services.registry.web.pages import attempt, page
from services.registry.web.words import choices
from shared.auth import SIGNED_IN, access

OURS = (OPEN_LINES, "identity", SIGNATURE)
"""Obstacles that the office has to remove; they are no reason to refuse an applicant."""

blueprint = Blueprint("intake", __name__, url_prefix="/office/applications/<uuid:application_id>")


@blueprint.route("/files", methods=["GET", "POST"])
@access(OFFICE)
def files(application_id: UUID) -> Response | tuple[str, int]:
    """Upload files as they came."""
    work = looking()
    application = application_of(work, application_id)
    form = FilesForm()
    form.code.choices = choices(_attachment_choices(application))
    form.files.description = gettext(
        "PDF, obrázky nebo dokumenty kanceláře, každý nejvýš %(limit)s MB.",
        limit=settings().max_upload_mb,
    )
    tried = attempt(form, lambda: _add_files(form, application_id))
    if not tried.is_done:
        present = files_of(work, application)
        return page(
            "applications/files.html",
            tried,
            form,
            application=application,
            files=present,
            file_kinds=file_kinds(application),
        )
    flash(gettext("Soubory jsou uložené v původní podobě."), "good")
    return redirect(url_for("intake.files", application_id=application_id), 303)


@blueprint.post("/files/<uuid:file_id>/removal")
@access(OFFICE)
def remove_file(application_id: UUID, file_id: UUID) -> Response | tuple[str, int]:
    """Take out a file added by mistake."""
    form = ActForm()
    tried = attempt(form, lambda: _remove_file(application_id, file_id))
    if not tried.is_done:
        return _folder_again(application_id, tried, form)
    flash(gettext("Soubor je odebraný."), "good")
    return redirect(url_for("intake.files", application_id=application_id), 303)


@blueprint.route("/identity", methods=["GET", "POST"])
@access(OFFICE)
def identity(application_id: UUID) -> Response | tuple[str, int]:
    """Record how the identity was verified."""
    application = application_of(looking(), application_id)
    form = IdentityForm()
    tried = attempt(form, lambda: _identity(form, application_id))
    if not tried.is_done:
        return page("applications/identity.html", tried, form, application=application)
    flash(gettext("Ověření totožnosti je zaznamenané."), "good")
    return redirect(_folder(application_id), 303)


@blueprint.route("/control-sheet", methods=["GET", "POST"])
@access(OFFICE)
def sheet(application_id: UUID) -> Response | tuple[str, int]:
    """Fill the control sheet."""
    work = looking()
    application = application_of(work, application_id)
    filled = sheet_of(work, application)
    present = {item["code"]: item for item in (filled.answers if filled else [])}
    came = [row.code for row in files_of(work, application)]
    form = SheetForm.for_items(sheet_items_of(application.call, application.fiche), present, came)
    tried = attempt(form, lambda: _fill_sheet(form, application_id))
    if not tried.is_done:
        left = [row for row in form.rows() if row[0].code not in present] if filled else []
        return page("applications/sheet.html", tried, form, application=application, left=left)
    if tried.value:
        said = ngettext(
            "Uloženo, chybí %(num)s odpověď.", "Uloženo, chybí %(num)s odpovědí.", tried.value
        )
        flash(said, "wait")
        return redirect(url_for("intake.sheet", application_id=application_id), 303)
    flash(gettext("Kontrolní arch je vyplněný."), "good")
    return redirect(_folder(application_id), 303)


@blueprint.route("/registration", methods=["GET", "POST"])
@access(SIGNED_IN)
def register(application_id: UUID) -> Response | tuple[str, int]:
    """Register, and go on to sign the records."""
    work = looking()
    application = application_of(work, application_id)
    form = ActForm(obj=application)
    tried = attempt(form, lambda: _register(application_id, form.expected_version()))
    if not tried.is_done:
        context = folder_context(work, application)
        return page("applications/register.html", tried, form, **context)
    return _to_signing(tried.value, application_id)


@blueprint.route("/refusal", methods=["GET", "POST"])
@access(SIGNED_IN)
def refuse(application_id: UUID) -> Response | tuple[str, int]:
    """Refuse to register, and go on to sign the letter."""
    work = looking()
    application = application_of(work, application_id)
    form = RefusalForm(obj=application)
    if not form.is_submitted():
        obstacles = obstacles_to_registration(intake_of(work, application))
        rows = defect_rows(obstacles) if obstacles else []
        faults = [row["detail"] for row in rows if row["field"] not in OURS]
        form.reasons.data = "\n".join(faults)
    tried = attempt(form, lambda: _refuse(form, application_id))
    if not tried.is_done:
        return page("applications/refuse.html", tried, form, application=application)
    return _to_signing(tried.value, application_id)


@blueprint.route("/resubmission", methods=["GET", "POST"])
@access(OFFICE)
def resubmit(application_id: UUID) -> Response | tuple[str, int]:
    """Take over a repaired application."""
    application = application_of(looking(), application_id)
    form = SubmissionForm(obj=None)
    if not form.is_submitted():
        form.version.data = str(application.version)
        form.received_at.data = None
    tried = attempt(form, lambda: _resubmit(form, application_id))
    if not tried.is_done:
        return page("applications/resubmit.html", tried, form, application=application)
    flash(gettext("Žádost je podaná znovu. Nahrajte soubory a projděte kontrolní arch."), "good")
    return redirect(_folder(application_id), 303)


@blueprint.route("/withdrawal", methods=["GET", "POST"])
@access(OFFICE)
def withdraw(application_id: UUID) -> Response | tuple[str, int]:
    """Record that the applicant took the application back."""
    work = looking()
    application = application_of(work, application_id)
    form = WithdrawalForm(obj=application)
    tried = attempt(form, lambda: _withdraw(form, application_id))
    if not tried.is_done:
        decided = applications.decided_state(work, application)
        return page(
            "applications/withdraw.html", tried, form, application=application, decided=decided
        )
    flash(gettext("Stažení žádosti je zaznamenané."), "good")
    return redirect(_folder(application_id), 303)


def _add_files(form: FilesForm, application_id: UUID) -> bool:
    keep_files(application_id, form.code.data, form.files.data)
    return True


def _remove_file(application_id: UUID, file_id: UUID) -> bool:
    drop_file(application_id, file_id)
    return True


def _identity(form: IdentityForm, application_id: UUID) -> bool:
    document = form.document.data
    facts = IdentityFacts(
        method=IdentityMethod(form.method.data),
        document=IdentityDocument(document) if document else None,
        standing=Standing(form.standing.data),
    )
    with working() as work:
        registration.record_identity(work, application_id, facts)
    return True


def _fill_sheet(form: SheetForm, application_id: UUID) -> int:
    """Return how many lines were left open."""
    answers = form.answers()
    with working() as work:
        registration.fill_sheet(work, application_id, answers)
    return len(form.items) - len(answers)


def _register(application_id: UUID, version: int | None) -> tuple[Decided, str]:
    with working() as work:
        decided = registration.register(work, application_id, version)
        return decided, gettext(
            "Žádost %(number)s je zaregistrovaná. Složku založila %(name)s.",
            number=decided.application.number,
            name=work.actor.name,
        )


def _refuse(form: RefusalForm, application_id: UUID) -> tuple[Decided, str]:
    version = form.expected_version()
    with working() as work:
        reasons = tuple(lines(form.reasons.data))
        decided = registration.refuse(work, application_id, reasons, version)
        return decided, gettext("Registrace je odmítnutá.")


def _resubmit(form: SubmissionForm, application_id: UUID) -> bool:
    with working() as work:
        applications.resubmit(work, application_id, form.submission(), form.expected_version())
    return True


def _withdraw(form: WithdrawalForm, application_id: UUID) -> bool:
    with working() as work:
        applications.withdraw(work, application_id, form.reason.data, form.expected_version())
    return True


def _to_signing(done: tuple[Decided, str], application_id: UUID) -> Response:
    decided, words = done
    if make_documents(decided.document_ids):
        # What was done is told when the person returns: another service's page comes first.
        ids = [str(document_id) for document_id in decided.document_ids]
        return redirect(sign_address(ids, _folder(application_id)), 303)
    flash(words, "good")
    flash(
        gettext("Dokumenty k podpisu se právě nedaří vytvořit. Vzniknou, jakmile to půjde."), "wait"
    )
    return redirect(_folder(application_id), 303)


def _folder_again(application_id: UUID, tried: object, form: ActForm) -> tuple[str, int]:
    work = looking()
    context = folder_context(work, application_of(work, application_id))
    return page(
        "applications/show.html",
        tried,  # type: ignore[arg-type]  # whatever the attempt gave is not shown
        form,
        **context,
        documents=[],
        are_documents_known=False,
    )


def _folder(application_id: UUID) -> str:
    return url_for("applications.show", application_id=application_id)


def _attachment_choices(application: Application) -> list[tuple[str, str]]:
    first = (APPLICATION_FORM, gettext("Žádost o dotaci"))
    kinds = [
        (
            item["code"],
            item["name"]
            if item["is_mandatory"]
            else gettext("%(name)s (nepovinná)", name=item["name"]),
        )
        for item in application.fiche.attachments
    ]
    return [first, *kinds]
