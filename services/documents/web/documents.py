"""Lists and pages of documents."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, false, or_, select
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import (
    PDF,
    RISK_ROLES,
    file_answer,
    looking,
    record_answer,
    tools,
    working,
)
from services.documents.domain.documents import CANCELLED, DOCUMENT, ISSUED, SIGNED
from services.documents.domain.estimates import Expected
from services.documents.domain.numbering import file_name
from services.documents.domain.records import RecordUnknown, check_version
from services.documents.domain.risks import AtRisk
from services.documents.models import Audit, Delivery, Document, Signature
from services.documents.rendering.page_images import NoSuchPage, page_image
from services.documents.service.approving import awaits_approval
from services.documents.service.countersigning import takes_copies
from services.documents.service.estimates import each_of
from services.documents.service.issuing import cancel_document
from services.documents.service.loading import document_of, visible_documents
from services.documents.service.records import proven_since
from services.documents.service.risks import risk_of
from services.documents.service.signing import may_sign
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.forms import CancelForm
from services.documents.web.frame import OFFICE, page
from services.documents.web.words import DOCUMENT_STATES
from services.documents.web.writing_forms import LANGUAGES, ApproveForm
from shared.audit import AuditMixin
from shared.auth import SIGNED_IN, access, roles
from shared.web.attempts import attempt
from shared.web.document_kinds import DOCUMENT_KINDS
from shared.web.tables import Column, Filter, Listing, read_page

LEADERS = roles("director", "assistant")


def _by_state(text: str) -> ColumnElement[bool] | None:
    return Document.state == text if text in DOCUMENT_STATES else None


def _by_kind(text: str) -> ColumnElement[bool] | None:
    return Document.kind == text if text in DOCUMENT_KINDS else None


def _by_words(text: str) -> ColumnElement[bool] | None:
    sent = select(Delivery.document_id).where(
        or_(
            Delivery.recipient_name.icontains(text, autoescape=True),
            Delivery.subject.icontains(text, autoescape=True),
        )
    )
    return or_(
        Document.title.icontains(text, autoescape=True),
        Document.number.icontains(text, autoescape=True),
        Document.id.in_(sent),
    )


def _by_person(text: str) -> ColumnElement[bool] | None:
    signed = select(Signature.document_id).where(Signature.name.icontains(text, autoescape=True))
    return Document.id.in_(signed)


def _by_case(text: str) -> ColumnElement[bool] | None:
    try:
        key = UUID(text)
    except ValueError:
        return false()
    return or_(Document.case_id == key, Document.call_id == key)


LISTING = Listing(
    columns=(
        Column("number", N_("Číslo jednací"), Document.number),
        Column("title", N_("Název"), Document.title),
        Column("kind", N_("Druh"), Document.kind),
        Column("created", N_("Vznikl"), Document.created_at),
        Column("state", N_("Stav"), Document.state),
        Column("signers", N_("Podpisy")),
    ),
    default_sort="-created",
    tie=Document.id,
    filters=(
        Filter("q", N_("Název, číslo, žádost nebo adresát"), _by_words),
        Filter("person", N_("Kdo podepisuje"), _by_person),
        Filter("state", N_("Stav"), _by_state, [(k, w[0]) for k, w in DOCUMENT_STATES.items()]),
        Filter("kind", N_("Druh"), _by_kind, list(DOCUMENT_KINDS.items())),
        Filter("case", N_("Spis"), _by_case, is_hidden=True),
    ),
)


@pages.get("/list")
@access(SIGNED_IN)
def documents() -> str:
    """Show the documents that the person may see."""
    work = looking()
    listed = read_page(work.session, visible_documents(work), LISTING, request.args)
    return page("documents.html", listed=listed)


@pages.get("/<uuid:document_id>")
@access(SIGNED_IN)
def document(document_id: UUID) -> str:
    """Show one document: preview, signers, delivery, history."""
    work = looking()
    return document_page(work, document_of(work, document_id))


def document_page(
    work: Work, found: Document, sentence: str = "", form: CancelForm | None = None
) -> str:
    """Return the page of a document, with what hindered the last act."""
    form = form or CancelForm(formdata=None)
    form.version.data = form.version.data or str(found.version)
    is_leader = LEADERS.admits(work.actor)
    return page(
        "document.html",
        document=found,
        can_sign=may_sign(work, found),
        can_cancel=DOCUMENT.allows(found.state, "cancel") and is_leader,
        can_correct=found.state == ISSUED and is_leader,
        can_attach=found.state == ISSUED and takes_copies(found) and OFFICE.admits(work.actor),
        can_translate=found.state != CANCELLED and is_leader,
        awaits_approval=awaits_approval(found),
        approve=ApproveForm(formdata=None),
        postage=_postage(work, found) if awaits_approval(found) else None,
        languages=LANGUAGES,
        history=_history(work, found),
        risk=_risk(work, found),
        now=work.now,
        proven_since=proven_since(work, found.sha256),
        form=form,
        sentence=sentence,
    )


def _postage(work: Work, found: Document) -> Expected | None:
    return each_of(work, [found.id], tools().settings.paid_price).get(found.id)


def _risk(work: Work, found: Document) -> AtRisk | None:
    """Return why a document is at risk, to those who look after it."""
    if found.state not in (SIGNED, ISSUED) or not work.actor.has_role(*RISK_ROLES):
        return None
    return risk_of(work, tools().risk_rules, found.id)


def _history(work: Work, found: Document) -> list[AuditMixin]:
    subjects = [found.id] + ([found.delivery.id] if found.delivery else [])
    query = select(Audit).where(
        Audit.organisation_id == work.organisation_id, Audit.subject_id.in_(subjects)
    )
    return list(work.session.scalars(query.order_by(Audit.recorded_at, Audit.id)))


@pages.post("/<uuid:document_id>/cancellation")
@access(LEADERS)
def cancel(document_id: UUID) -> AnyResponse | tuple[str, int]:
    """Cancel a document that was not issued."""
    form = CancelForm()

    def act() -> None:
        with working() as work:
            present = document_of(work, document_id).version
            check_version(shown=form.expected_version(), present=present)
            cancel_document(work, document_id, form.reason.data)

    tried = attempt(form, act)
    if tried.is_done:
        flash(gettext("Dokument je zrušený. Jeho číslo zůstává obsazené."), "good")
        return redirect(url_for("pages.document", document_id=document_id), 303)
    work = looking()
    found = document_of(work, document_id)
    return document_page(work, found, tried.sentence, form), tried.status


@pages.get("/<uuid:document_id>/preview.pdf")
@access(SIGNED_IN)
def preview(document_id: UUID) -> Response:
    """Show the present revision within a page."""
    return _file(document_id, is_shown=True)


@pages.get("/<uuid:document_id>/file.pdf")
@access(SIGNED_IN)
def file(document_id: UUID) -> Response:
    """Download the present revision."""
    return _file(document_id, is_shown=False)


@pages.get("/<uuid:document_id>/evidence-record")
@access(SIGNED_IN)
def evidence_record(document_id: UUID) -> Response:
    """Download the evidence record of the present revision."""
    return record_answer(looking(), document_id)


@pages.get("/<uuid:document_id>/pages/<int:number>.png")
@access(SIGNED_IN)
def page_picture(document_id: UUID, number: int) -> Response:
    """Show one page of a revision as a picture."""
    _, content = _revision(document_id)
    try:
        picture = page_image(content, number)
    except NoSuchPage as error:
        raise RecordUnknown() from error
    response = file_answer(picture, f"{number}.png", "image/png", is_shown=True)
    # The address names the bytes by their hash, so the picture never changes.
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _file(document_id: UUID, *, is_shown: bool) -> Response:
    found, content = _revision(document_id)
    return file_answer(content, file_name(found.number, found.title), PDF, is_shown=is_shown)


def _revision(document_id: UUID) -> tuple[Document, bytes]:
    """Return the bytes that the address names by their hash, or the present ones.

    The page shows exactly what it says, even if a colleague signs meanwhile.
    """
    found = document_of(looking(), document_id)
    wanted = request.args.get("sha256", found.sha256)
    known = {found.sha256, found.preview_sha256, *(s.sha256 for s in found.signatures)}
    known |= {revision.sha256 for revision in found.revisions}
    if wanted not in known:
        raise RecordUnknown()
    return found, tools().files.get(wanted)
