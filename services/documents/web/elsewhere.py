"""Signing with any program or card: download, sign, upload."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.documents.acts import Wanted
from services.documents.desk import bench, looking, read_upload, tools
from services.documents.domain.documents import DOCUMENT
from services.documents.other_ways import (
    AtRemote,
    OnToken,
    sign_with_remote,
    sign_with_store,
    sign_with_token,
    take_upload,
)
from services.documents.service.certificates import own_certificates
from services.documents.service.estimates import of_documents
from services.documents.service.loading import document_of
from services.documents.service.signing import slots_of
from services.documents.signing.remote.csc import Secrets
from services.documents.signing.ways.pkcs12 import MOST_BYTES
from services.documents.web import pages
from services.documents.web.forms import RemoteForm, StoreForm, TokenForm, UploadSignedForm
from services.documents.web.frame import page
from shared.auth import SIGNED_IN, access
from shared.uploads import PDF
from shared.web.attempts import Attempt, attempt
from shared.web.forms import PageForm


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
    return _page(document_id, Forms(upload=form), tried)


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
    return _page(document_id, Forms(store=form), tried)


@pages.post("/<uuid:document_id>/sign-with-token")
@access(SIGNED_IN)
def sign_with_a_token(document_id: UUID) -> Response | str | tuple[str, int]:
    """Sign with a key on a token or in an HSM."""
    form = _token_form()

    def act() -> None:
        wanted = [Wanted(document_id, form.shown.data or "")]
        place = OnToken(form.token.data, form.key_label.data, form.pin.data)
        sign_with_token(bench(), wanted, place)

    tried = attempt(form, act)
    if tried.is_done:
        flash(gettext("Dokument je podepsaný."), "good")
        return redirect(url_for("pages.document", document_id=document_id), 303)
    return _page(document_id, Forms(token=form), tried)


@pages.post("/<uuid:document_id>/sign-remotely")
@access(SIGNED_IN)
def sign_remotely(document_id: UUID) -> Response | str | tuple[str, int]:
    """Sign with a key of a remote service."""
    form = _remote_form()

    def act() -> None:
        secrets = Secrets(form.remote_pin.data or "", form.code.data or "")
        place = AtRemote(form.remote.data, form.credential.data, secrets)
        sign_with_remote(bench(), Wanted(document_id, form.shown.data or ""), place)

    tried = attempt(form, act)
    if tried.is_done:
        flash(gettext("Dokument je podepsaný."), "good")
        return redirect(url_for("pages.document", document_id=document_id), 303)
    return _page(document_id, Forms(remote=form), tried)


def _remote_form(**given: Any) -> RemoteForm:
    form = RemoteForm(**given)
    form.remote.choices = [(name, name) for name in tools().outfit.remotes]
    return form


def _token_form(**given: Any) -> TokenForm:
    form = TokenForm(**given)
    form.token.choices = [(label, label) for label in tools().tokens.labels]
    return form


@dataclass(frozen=True)
class Forms:
    """The ways that the page offers; the one that was sent keeps what was typed."""

    upload: UploadSignedForm | None = None
    store: StoreForm | None = None
    token: TokenForm | None = None
    remote: RemoteForm | None = None

    @property
    def sent(self) -> PageForm:
        """Return the form that was sent, or the first one."""
        return (
            self.store
            or self.token
            or self.remote
            or self.upload
            or UploadSignedForm(formdata=None)
        )


def _page(document_id: UUID, forms: Forms, tried: Attempt[Any]) -> Response | tuple[str, int]:
    work = looking()
    document = document_of(work, document_id)
    person = work.actor.person_id
    mine = [
        one
        for one in slots_of(document.signatures)
        if one.person_id == person and not one.is_signed
    ]
    if (not mine or not DOCUMENT.allows(document.state, "sign")) and not tried.sentence:
        flash(gettext("Tento dokument na váš podpis nečeká."), "good")
        return redirect(url_for("pages.document", document_id=document_id), 303)
    store = forms.store or StoreForm(formdata=None)
    token = forms.token or _token_form(formdata=None, key_label=work.actor.name)
    remote = forms.remote or _remote_form(formdata=None)
    store.shown.data = token.shown.data = remote.shown.data = document.sha256
    shown = {"document": document, "slot": mine[0] if mine else None, "sentence": tried.sentence}
    told = of_documents(work, [document], tools().settings.paid_price)
    rendered = page(
        "sign_elsewhere.html",
        postage=told.each.get(document_id),
        estimate=told.estimate,
        sent=forms.sent,
        form=forms.upload or UploadSignedForm(formdata=None),
        store=store,
        token=token if token.token.choices else None,
        remote=remote if remote.remote.choices else None,
        certificates=own_certificates(work),
        **shown,
    )
    return rendered, tried.status
