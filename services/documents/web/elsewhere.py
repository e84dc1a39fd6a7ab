"""Signing with any program or card: download, sign, upload."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.documents.desk import bench, looking, read_upload
from services.documents.domain.documents import DOCUMENT
from services.documents.other_ways import take_upload
from services.documents.service.certificates import own_certificates
from services.documents.service.loading import document_of
from services.documents.service.signing import slots_of
from services.documents.web import pages
from services.documents.web.forms import UploadSignedForm
from services.documents.web.frame import page
from shared.auth import SIGNED_IN, access
from shared.uploads import PDF
from shared.web.attempts import attempt


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
    work = looking()
    document = document_of(work, document_id)
    person = work.actor.person_id
    mine = [one for one in slots_of(document) if one.person_id == person and not one.is_signed]
    if (not mine or not DOCUMENT.allows(document.state, "sign")) and not tried.sentence:
        flash(gettext("Tento dokument na váš podpis nečeká."), "good")
        return redirect(here, 303)
    shown = {"document": document, "slot": mine[0] if mine else None, "sentence": tried.sentence}
    own = own_certificates(work)
    return page("sign_elsewhere.html", form=form, certificates=own, **shown), tried.status
