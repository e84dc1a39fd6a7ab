"""Pages about what precedes registration: the preliminary check and the applicant's signature."""

from typing import cast
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.registry.desk import looking, signatures_in, working
from services.registry.domain.intake import APPLICATION_FORM
from services.registry.domain.signatures import Manner
from services.registry.service import signing_by_applicant
from services.registry.service.files import file_of
from services.registry.service.loading import (
    application_of,
    files_of,
    preliminary_check_of,
    signature_of,
)
from services.registry.web.applications import OFFICE
from services.registry.web.forms_intake import ApplicantSignatureForm, PreliminaryCheckForm
from services.registry.web.pages import attempt, page
from services.registry.web.words import choices
from shared.auth import access

blueprint = Blueprint(
    "signatures", __name__, url_prefix="/office/applications/<uuid:application_id>"
)


@blueprint.route("/preliminary-check", methods=["GET", "POST"])
@access(OFFICE)
def preliminary_check(application_id: UUID) -> Response | tuple[str, int]:
    """Note what was found before the applicant signed."""
    work = looking()
    application = application_of(work, application_id)
    present = preliminary_check_of(work, application)
    form = PreliminaryCheckForm()
    if not form.is_submitted():
        form.findings.data = present.findings if present else ""
    tried = attempt(form, lambda: _note(form, application_id))
    if not tried.is_done:
        return page("applications/preliminary_check.html", tried, form, application=application)
    flash(gettext("Předběžná kontrola je zapsaná do složky."), "good")
    return redirect(url_for("applications.show", application_id=application_id), 303)


@blueprint.route("/applicant-signature", methods=["GET", "POST"])
@access(OFFICE)
def applicant_signature(application_id: UUID) -> Response | tuple[str, int]:
    """Record how the applicant signed and which file bears it."""
    work = looking()
    application = application_of(work, application_id)
    present = signature_of(work, application)
    forms = [row for row in files_of(work, application) if row.code == APPLICATION_FORM]
    form = ApplicantSignatureForm()
    form.file_id.choices = choices([(str(row.id), row.name) for row in forms])
    if not form.is_submitted() and present is not None:
        form.manner.data, form.file_id.data = present.manner, str(present.file_id)
    tried = attempt(form, lambda: _record(form, application_id))
    if not tried.is_done:
        return page(
            "applications/applicant_signature.html",
            tried,
            form,
            application=application,
            forms=forms,
        )
    flash(gettext("Podpis žadatele je zaznamenaný."), "good")
    return redirect(url_for("applications.show", application_id=application_id), 303)


def _note(form: PreliminaryCheckForm, application_id: UUID) -> bool:
    with working() as work:
        signing_by_applicant.note_preliminary_check(
            work, application_id, cast("str", form.findings.data)
        )
    return True


def _record(form: ApplicantSignatureForm, application_id: UUID) -> bool:
    file_id = UUID(form.file_id.data)
    found = signatures_in(file_of(looking(), application_id, file_id))
    with working() as work:
        signing_by_applicant.record_signature(
            work, application_id, Manner(form.manner.data), file_id, found
        )
    return True
