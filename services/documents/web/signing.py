"""Signing: the documents as they are, one secret, all or none; and the person's own key."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from services.documents.acts import Wanted, make_key, sign_documents
from services.documents.desk import bench, looking, working
from services.documents.domain.documents import DOCUMENT, MOST_SIGNERS
from services.documents.models import Document
from services.documents.service.loading import current_key, document_of
from services.documents.service.signing import retire_key
from services.documents.service.work import Work
from services.documents.signing.certificates import facts_of
from services.documents.web import pages
from services.documents.web.forms import NewKeyForm, RetireKeyForm, SignForm
from services.documents.web.frame import page
from shared.auth import SIGNED_IN, access, is_local_path
from shared.web.attempts import attempt

MOST_AT_ONCE = 50


@pages.route("/sign", methods=["GET", "POST"])
@access(SIGNED_IN)
def sign() -> Response | str | tuple[str, int]:
    """Show documents and sign them all with one secret, then return to where one came from."""
    work = looking()
    documents = [document_of(work, key) for key in _asked_ids()]
    to_sign = [item for item in documents if _waits_for(work, item)]
    if not to_sign:
        if documents:
            flash(gettext("Tyto dokumenty už na váš podpis nečekají."), "good")
        return redirect(_back(), 303)
    if current_key(work) is None:
        here = url_for("pages.sign", ids=request.args.get("ids", ""), next=_back())
        return redirect(url_for("pages.my_signature", next=here), 303)
    form = SignForm()
    shown = _shown(form) if form.is_submitted() else [(d.id, d.sha256) for d in to_sign]
    wanted = [Wanted(key, sha256) for key, sha256 in shown]
    tried = attempt(form, lambda: sign_documents(bench(), wanted, form.signing_secret.data))
    if not tried.is_done:
        return _sign_page(form, tried.sentence), tried.status
    count = len(shown)
    flash(ngettext("Dokument je podepsaný.", "Podepsáno dokumentů: %(num)s.", count), "good")
    return redirect(_back(), 303)


def _sign_page(form: SignForm, sentence: str) -> str:
    """Show the documents as they are now; what is shown is what the next click signs."""
    work = looking()
    fresh = [document_of(work, key) for key in _asked_ids()]
    to_sign = [item for item in fresh if _waits_for(work, item)]
    form.shown.data = ",".join(f"{item.id}:{item.sha256}" for item in to_sign)
    return page("sign.html", documents=to_sign, form=form, sentence=sentence, back=_back())


def _waits_for(work: Work, document: Document) -> bool:
    if not DOCUMENT.allows(document.state, "sign"):
        return False
    mine = [s for s in document.signatures if s.person_id == work.actor.person_id]
    return any(s.signed_at is None for s in mine)


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
        return page("my_signature.html", key=key, facts=facts, retire=RetireKeyForm())
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
    if RetireKeyForm().validate_on_submit():
        with working() as work:
            retire_key(work)
        flash(gettext("Dosavadní podpis je odložený. Zvolte nové podpisové heslo."), "good")
    return redirect(url_for("pages.my_signature"), 303)
