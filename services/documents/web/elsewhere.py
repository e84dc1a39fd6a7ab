"""Signing with any program or card: download, sign, upload."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.documents.acts import Wanted
from services.documents.desk import bench, looking, read_upload
from services.documents.domain.documents import DOCUMENT
from services.documents.other_ways import sign_with_store, take_upload
from services.documents.service.certificates import own_certificates
from services.documents.service.loading import document_of
from services.documents.service.signing import slots_of
from services.documents.signing.ways.pkcs12 import MOST_BYTES
from services.documents.web import pages
from services.documents.web.forms import StoreForm, UploadSignedForm
from services.documents.web.frame import page
from shared.auth import SIGNED_IN, access
from shared.uploads import PDF
from shared.web.attempts import Attempt, attempt


@pages.route("/<uuid:document_id>/sign-elsewhere", methods=["GET", "POST"])
@access(SIGNED_IN)
def sign_elsewhere(document_id: UUID) -> Response | str | tuple[str, int]:
    """Hand the document out to be signed elsewhere, and take the signed file over."""
    form = UploadSignedForm()
    here = url_for("pages.document", document_id=document_id)
    tried = attempt(
        form, lambda: take_upload(bench(), document_id, read_upload(form.signed.data, PDF))
    )
    if tried.is_done:
        flash(gettext("Dokument je podepsaný."), "good")
        return redirect(here, 303)
    return _page(document_id, form, StoreForm(formdata=None), tried)


@pages.post("/<uuid:document_id>/sign-with-file")
@access(SIGNED_IN)
def sign_with_file(document_id: UUID) -> Response | str | tuple[str, int]:
    """Sign with a PKCS#12 store that is used once and not kept."""
    form = StoreForm()

    def act() -> None:
        wanted = [Wanted(document_id, form.shown.data or "")]
        content = form.store.data.read(MOST_BYTES + 1)
        sign_with_store(bench(), wanted, content, form.store_password.data or "")

    tried = attempt(form, act)
    if tried.is_done:
        flash(gettext("Dokument je podepsaný."), "good")
        return redirect(url_for("pages.document", document_id=document_id), 303)
    return _page(document_id, UploadSignedForm(formdata=None), form, tried)


def _page(
    document_id: UUID, form: UploadSignedForm, store: StoreForm, tried: Attempt[Any]
) -> Response | tuple[str, int]:
    work = looking()
    document = document_of(work, document_id)
    person = work.actor.person_id
    mine = [one for one in slots_of(document) if one.person_id == person and not one.is_signed]
    if (not mine or not DOCUMENT.allows(document.state, "sign")) and not tried.sentence:
        flash(gettext("Tento dokument na váš podpis nečeká."), "good")
        return redirect(url_for("pages.document", document_id=document_id), 303)
    store.shown.data = document.sha256
    shown = {"document": document, "slot": mine[0] if mine else None, "sentence": tried.sentence}
    own = own_certificates(work)
    return page("sign_elsewhere.html", form=form, store=store, certificates=own, **shown), (
        tried.status
    )
