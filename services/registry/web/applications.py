"""Pages about applications: the list, a new one, the project folder, corrections."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.orm import raiseload
from werkzeug.wrappers import Response as AnyResponse

from services.registry.desk import clients, looking, settings, working
from services.registry.domain.applicants import InvalidIc, normalise_ic
from services.registry.domain.intake import APPLICATION_FORM
from services.registry.downloads import attachment
from services.registry.models import Application
from services.registry.seeing import DETAIL, sees_details
from services.registry.service import applications, calls, folder
from services.registry.service import files as application_files
from services.registry.service.loading import (
    application_of,
    call_of,
    files_of,
    identity_of,
    preliminary_check_of,
    sheet_of,
    signature_of,
    submissions_of,
)
from services.registry.service.work import Work
from services.registry.tasks import sign_address
from services.registry.web.application_list import (
    as_file,
    shown_state,
    total_requested,
)
from services.registry.web.application_list import listing as listing_of
from services.registry.web.forms_calls import ActForm
from services.registry.web.forms_intake import ApplicationForm, NewApplicationForm
from services.registry.web.next_step import next_step_of
from services.registry.web.pages import attempt, page
from shared.auth import access, roles
from shared.contracts.documents import DocumentView
from shared.http import ClientError
from shared.problems import sentence
from shared.web.tables import Listing, matching, read_page

blueprint = Blueprint("applications", __name__, url_prefix="/office/applications")
IC_SHOWN = 20
OFFICE = roles("director", "assistant", "registrar")
INSIDE = roles(
    "director",
    "assistant",
    "registrar",
    "controller",
    "evaluator",
    "committee",
    "programme_committee",
    "assembly",
    "auditor",
)


@blueprint.get("")
@access(INSIDE)
def index() -> str:
    """List applications of all calls, sorted, filtered and paged in the database."""
    work = looking()
    query, listing = _everything(work)
    found = read_page(work.session, query, listing, request.args)
    total = total_requested(work, matching(query, listing, request.args))
    return render_template(
        "applications/index.html", page=found, total=total, shown_state=shown_state
    )


@blueprint.get("/table.csv")
@access(INSIDE)
def table() -> Response:
    """Give the list as a file: exactly what the filters leave, on all pages."""
    work = looking()
    query, listing = _everything(work)
    return as_file(list(work.session.scalars(matching(query, listing, request.args))))


@blueprint.route("/new/<uuid:call_id>", methods=["GET", "POST"])
@access(OFFICE)
def new(call_id: UUID) -> AnyResponse | tuple[str, int]:
    """Write down an application that has just arrived."""
    work = looking()
    call = call_of(work, call_id)
    form = NewApplicationForm()
    form.open_call(call)
    known_ic = request.args.get("known_ic", "").strip()[:IC_SHOWN]
    said = _prefill(work, form, known_ic) if known_ic and not form.is_submitted() else ""
    tried = attempt(form, lambda: _submit(form, call_id))
    if not tried.is_done:
        context = {"known_ic": known_ic, "said": said, "is_open": calls.is_receiving(work, call)}
        return page("applications/new.html", tried, form, call=call, **context)
    flash(gettext("Žádost je přijatá. Nahrajte soubory a projděte kontrolní arch."), "good")
    return redirect(url_for("applications.show", application_id=tried.value), 303)


@blueprint.get("/<uuid:application_id>")
@access(INSIDE)
def show(application_id: UUID) -> str:
    """The project folder: the home of a case."""
    work = looking()
    application = application_of(work, application_id)
    documents, are_documents_known = _documents(work, application)
    return render_template(
        "applications/show.html",
        **folder_context(work, application),
        documents=documents,
        are_documents_known=are_documents_known,
    )


@blueprint.get("/<uuid:application_id>/cover")
@access(*DETAIL)
def cover(application_id: UUID) -> str:
    """Cover of the paper folder with the register of its contents, for printing (R20)."""
    work = looking()
    application = application_of(work, application_id)
    documents, are_documents_known = _documents(work, application)
    return render_template(
        "applications/cover.html",
        **folder_context(work, application),
        documents=documents,
        are_documents_known=are_documents_known,
    )


@blueprint.route("/<uuid:application_id>/edit", methods=["GET", "POST"])
@access(OFFICE)
def edit(application_id: UUID) -> AnyResponse | tuple[str, int]:
    """Correct what was written down."""
    application = application_of(looking(), application_id)
    form = ApplicationForm(obj=None if request.method == "POST" else application)
    form.open_call(application.call)
    if not form.is_submitted():
        form.fill(application)
    tried = attempt(form, lambda: _edit(form, application_id))
    if not tried.is_done:
        return page("applications/edit.html", tried, form, application=application)
    flash(gettext("Údaje žádosti jsou opravené."), "good")
    return redirect(url_for("applications.show", application_id=application_id), 303)


@blueprint.get("/<uuid:application_id>/files/<uuid:file_id>")
@access(*DETAIL)
def file(application_id: UUID, file_id: UUID) -> Response:
    """Give the original bytes, always as an attachment."""
    return attachment(application_files.file_of(looking(), application_id, file_id))


def folder_context(work: Work, application: Application) -> dict[str, object]:
    """Return what the folder and its acts show."""
    refs = folder.document_refs(work, application)
    step = next_step_of(work, application, refs)
    address = url_for("applications.show", application_id=application.id)
    return {
        "application": application,
        "sees_details": sees_details(work.actor),
        "files": files_of(work, application, every=True),
        "submissions": submissions_of(work, application),
        "identity": identity_of(work, application),
        "sheet": sheet_of(work, application),
        "signature": signature_of(work, application),
        "preliminary": preliminary_check_of(work, application),
        "file_kinds": file_kinds(application),
        "entries": folder.entries(work, application),
        "decisions": folder.decisions(work, application),
        "refs": refs,
        "step": step,
        "signing": sign_address(step.to_sign, address),
        "act": ActForm(obj=application),
        "limit_mb": settings().max_upload_mb,
    }


def file_kinds(application: Application) -> dict[str, str]:
    """Return the words for codes of files."""
    kinds = {item["code"]: item["name"] for item in application.fiche.attachments}
    return {APPLICATION_FORM: gettext("Žádost o dotaci"), **kinds}


def _documents(work: Work, application: Application) -> tuple[list[DocumentView], bool]:
    """Ask documents once for everything in the case; the folder works without the answer."""
    try:
        found = clients().documents.list_documents(
            actor=work.actor, case_id=str(application.id), page_size=100
        )
    except ClientError:
        return [], False
    return found.items, True


def _prefill(work: Work, form: NewApplicationForm, ic: str) -> str:
    """Show the applicant as the last application with this IČO stated him; say what was found."""
    try:
        form.ic.data = normalise_ic(ic)
    except InvalidIc as error:
        return str(sentence(error))
    known = applications.last_applicant(work, form.ic.data)
    if known is None:
        return str(gettext("S tímto IČO u vás zatím nikdo nežádal."))
    form.fill_applicant(known)
    return str(gettext("Údaje žadatele jsou z jeho poslední žádosti. Zkontrolujte je."))


def _everything(work: Work) -> tuple[Select[Any], Listing]:
    mine = Application.organisation_id == work.organisation_id
    # The list shows the row's own columns only; joining the rest would slow down sorting.
    query = select(Application).where(mine).options(raiseload("*"))
    return query, listing_of(calls.calls(work, heads_only=True), calls.fiche_codes(work))


def _submit(form: NewApplicationForm, call_id: UUID) -> UUID:
    is_refusal = form.record_refusal.data
    act = applications.refuse_outside_window if is_refusal else applications.submit
    application_id = form.application_id.id_value
    with working() as work:
        act(work, application_id, call_id, form.facts(), form.submission())
    return application_id


def _edit(form: ApplicationForm, application_id: UUID) -> bool:
    with working() as work:
        applications.edit(work, application_id, form.facts(), form.expected_version())
    return True
