"""Signing: the documents as they are, one secret, all or none; and the person's own key."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from services.documents.acts import Wanted, make_key, sign_documents
from services.documents.desk import bench, looking, tools, working
from services.documents.domain.documents import MOST_SIGNERS
from services.documents.models import Document
from services.documents.service.certificates import own_certificates
from services.documents.service.estimates import of_documents
from services.documents.service.keys import confirm_key, retire_key, waiting_key
from services.documents.service.loading import current_key, document_of
from services.documents.service.signing import may_sign
from services.documents.signing.certificates import facts_of
from services.documents.web import pages
from services.documents.web.forms import ConfirmKeyForm, NewKeyForm, RetireKeyForm, SignForm
from services.documents.web.frame import page
from shared.auth import (
    SIGNED_IN,
    access,
    current_actor,
    is_local_path,
    roles,
    to_type_password,
    typed_password_lately,
)
from shared.clock import SystemClock
from shared.web.attempts import attempt

MOST_AT_ONCE = 50


@pages.route("/sign", methods=["GET", "POST"])
@access(SIGNED_IN)
def sign() -> Response | str | tuple[str, int]:
    """Show documents and sign them all with one secret, then return to where one came from."""
    work = looking()
    documents = _in_order([document_of(work, key) for key in _asked_ids()])
    to_sign = [item for item in documents if may_sign(work, item)]
    if not to_sign:
        if documents:
            flash(gettext("Tyto dokumenty už na váš podpis nečekají."), "good")
        return redirect(_back(), 303)
    if current_key(work) is None and len(to_sign) == 1 and own_certificates(work):
        return redirect(url_for("pages.sign_elsewhere", document_id=to_sign[0].id), 303)
    if current_key(work) is None:
        here = url_for("pages.sign", ids=request.args.get("ids", ""), next=_back())
        return redirect(url_for("pages.my_signature", next=here), 303)
    form = SignForm()
    shown = _shown(form) if form.is_submitted() else [(d.id, d.sha256) for d in to_sign]
    wanted = [Wanted(key, sha256) for key, sha256 in shown]
    most = form.seen(None).most
    tried = attempt(form, lambda: sign_documents(bench(), wanted, form.signing_secret.data, most))
    if not tried.is_done:
        return _sign_page(form, tried.sentence), tried.status
    count = len(shown)
    flash(ngettext("Dokument je podepsaný.", "Podepsáno dokumentů: %(num)s.", count), "good")
    return redirect(_back(), 303)


def _sign_page(form: SignForm, sentence: str) -> str:
    """Show the documents as they are now; what is shown is what the next click signs."""
    work = looking()
    fresh = _in_order([document_of(work, key) for key in _asked_ids()])
    to_sign = [item for item in fresh if may_sign(work, item)]
    form.shown.data = ",".join(f"{item.id}:{item.sha256}" for item in to_sign)
    told = of_documents(work, to_sign, tools().settings.paid_price)
    form.show(told.estimate)
    shown = {"documents": to_sign, "form": form, "sentence": sentence, "back": _back()}
    return page("sign.html", postage=told.each, estimate=told.estimate, **shown)


def _in_order(documents: list[Document]) -> list[Document]:
    """Sort by kind and by the number of the project in the title: 9/006 before 9/010."""
    return sorted(documents, key=lambda one: (one.kind, one.title, one.number))


def _asked_ids() -> list[UUID]:
    found: list[UUID] = []
    for text in request.args.get("ids", "").split(",")[: MOST_AT_ONCE + MOST_SIGNERS]:
        try:
            key = UUID(text.strip())
        except ValueError:
            continue
        if key not in found:
            found.append(key)
    return found[:MOST_AT_ONCE]


def _shown(form: SignForm) -> list[tuple[UUID, str]]:
    """Read what the page said it showed; a tampered value only makes the hashes differ."""
    pairs = [item.partition(":") for item in (form.shown.data or "").split(",")]
    found: list[tuple[UUID, str]] = []
    for key, _, sha256 in pairs[:MOST_AT_ONCE]:
        try:
            found.append((UUID(key), sha256))
        except ValueError:
            continue
    return found


def _back() -> str:
    target = request.args.get("next", "")
    return target if is_local_path(target) else url_for("pages.waiting")


@pages.route("/my-signature", methods=["GET", "POST"])
@access(SIGNED_IN)
def my_signature() -> Response | str | tuple[str, int]:
    """Make the person's signing key, or show the one that exists."""
    key = current_key(looking())
    if key is not None and not request.form:
        facts = facts_of(key.certificate)
        waits = not key.confirmed_at and key.usable_from and key.usable_from > SystemClock().now()
        until = key.usable_from if waits else None
        return page(
            "my_signature.html", key=key, facts=facts, waits_until=until, retire=RetireKeyForm()
        )
    if not typed_password_lately(current_actor()):
        return to_type_password(request.script_root + request.full_path.rstrip("?"))
    form = NewKeyForm()
    tried = attempt(form, lambda: make_key(bench(), form.signing_secret.data))
    if not tried.is_done:
        return page("new_key.html", form=form, sentence=tried.sentence), tried.status
    flash(gettext("Váš podpis je připravený. Podpisové heslo si dobře uložte."), "good")
    return redirect(_back(), 303)


@pages.post("/my-signature/retirement")
@access(SIGNED_IN)
def retire() -> Response:
    """Put the present key away after a forgotten secret; old signatures stay valid."""
    here = url_for("pages.my_signature")
    if RetireKeyForm().validate_on_submit():
        if not typed_password_lately(current_actor()):
            return to_type_password(here)
        with working() as work:
            retire_key(work)
        flash(gettext("Dosavadní podpis je odložený. Zvolte nové podpisové heslo."), "good")
    return redirect(here, 303)


@pages.route("/signing-keys/<uuid:key_id>", methods=["GET", "POST"])
@access(roles("director", "operator"))
def confirm(key_id: UUID) -> Response | str | tuple[str, int]:
    """Let another person's new key sign before its waiting time is over."""
    key = waiting_key(looking(), key_id)
    if not typed_password_lately(current_actor()):
        return to_type_password(url_for("pages.confirm", key_id=key_id))
    form = ConfirmKeyForm()

    def act() -> None:
        with working() as work:
            confirm_key(work, key_id)

    name = key.name
    tried = attempt(form, act)
    if not tried.is_done:
        shown = {"key": key, "facts": facts_of(key.certificate), "sentence": tried.sentence}
        return page("confirm_key.html", form=form, **shown), tried.status
    flash(gettext("Podpis teď platí: %(name)s.", name=name), "good")
    return redirect(url_for("pages.waiting"), 303)
