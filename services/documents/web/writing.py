"""Pages on which people write documents, correct issued ones, translate and approve them."""

from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import PDF, bench, file_answer, looking, tools, working
from services.documents.domain.content_json import content_of
from services.documents.domain.numbering import file_name
from services.documents.domain.wording import rewritten, wordings
from services.documents.making import make_document, make_translation
from services.documents.service.approving import approve
from services.documents.service.drafting import corrected, drafted
from services.documents.service.loading import document_of
from services.documents.service.translating import (
    TranslatedText,
    newest_translation,
)
from services.documents.web import pages
from services.documents.web.documents import LEADERS, document_page
from services.documents.web.frame import page
from services.documents.web.writing_forms import LANGUAGES, ApproveForm, WriteForm, texts_form
from shared.auth import SIGNED_IN, access, roles
from shared.web.attempts import attempt

Page = AnyResponse | str | tuple[str, int]


@pages.route("/new", methods=["GET", "POST"])
@access(LEADERS)
def write() -> Page:
    """Write a document for which no act of the product stands."""
    form = WriteForm()

    def act() -> UUID:
        facts = drafted(looking(), form.draft())
        return make_document(bench(), form.document_id.id_value, facts).id

    tried = attempt(form, act)
    if not tried.is_done:
        return page("write.html", form=form, sentence=tried.sentence), tried.status
    flash(gettext("Koncept je vysázený. Ředitelka jej schválí, potom jej podepíšete."), "good")
    return redirect(url_for("pages.document", document_id=tried.value), 303)


@pages.post("/<uuid:document_id>/approval")
@access(roles("director"))
def approval(document_id: UUID) -> Page:
    """Approve the bytes that the page showed."""
    form = ApproveForm()

    def act() -> None:
        with working() as work:
            approve(work, document_id, form.shown.data or "", tools().settings.paid_price)

    tried = attempt(form, act)
    if not tried.is_done:
        work = looking()
        return document_page(work, document_of(work, document_id), tried.sentence), tried.status
    flash(gettext("Dokument je schválený a může se podepsat."), "good")
    return redirect(url_for("pages.document", document_id=document_id), 303)


@pages.route("/<uuid:document_id>/correction", methods=["GET", "POST"])
@access(LEADERS)
def correction(document_id: UUID) -> Page:
    """Make a document that corrects an issued one."""
    found = document_of(looking(), document_id)
    form = texts_form(wordings(found.content), found.title)

    def act() -> UUID:
        old = document_of(looking(), document_id)
        facts = corrected(old, form.title.data, form.texts())
        return make_document(bench(), form.document_id.id_value, facts).id

    tried = attempt(form, act)
    if not tried.is_done:
        shown = {"form": form, "document": found, "language": "", "sentence": tried.sentence}
        return page("texts.html", **shown), tried.status
    flash(gettext("Oprava je vysázená jako nový dokument. Původní dokument zůstává."), "good")
    return redirect(url_for("pages.document", document_id=tried.value), 303)


@pages.route("/<uuid:document_id>/translation/<any(en,de):language>", methods=["GET", "POST"])
@access(LEADERS)
def translation(document_id: UUID, language: str) -> Page:
    """Write the document in another language, text by text."""
    found = document_of(looking(), document_id)
    form = texts_form(wordings(found.content), found.title)

    def act() -> None:
        content = rewritten(found.content, form.texts())
        text = TranslatedText(language, form.title.data, content_of(content), content)
        make_translation(bench(), document_id, text)

    tried = attempt(form, act)
    if not tried.is_done:
        name = LANGUAGES[language]
        shown = {"form": form, "document": found, "language": name, "sentence": tried.sentence}
        return page("texts.html", **shown), tried.status
    flash(gettext("Překlad je vysázený. Závazné zůstává původní znění."), "good")
    return redirect(url_for("pages.document", document_id=document_id), 303)


@pages.get("/<uuid:document_id>/translation/<any(cs,en,de):language>.pdf")
@access(SIGNED_IN)
def translated(document_id: UUID, language: str) -> Response:
    """Show the newest translation into a language."""
    found = document_of(looking(), document_id)
    newest = newest_translation(found, language)
    name = file_name(f"{found.number}-{language}", newest.title)
    return file_answer(tools().files.get(newest.sha256), name, PDF, is_shown=True)
