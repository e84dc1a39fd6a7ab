"""Certificates: the person's own, and those of everybody for the office."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.documents.desk import bench, looking, tools, working
from services.documents.domain.ways import days_left, warning_for
from services.documents.models import BoundCertificate
from services.documents.other_ways import bind_file, keep_store
from services.documents.service.certificates import (
    end_binding,
    own_certificates,
    peoples_certificates,
)
from services.documents.signing.ways.pkcs12 import MOST_BYTES as LONGEST_STORE
from services.documents.web import pages
from services.documents.web.forms import BindForm, EndBindingForm, KeepStoreForm
from services.documents.web.frame import page
from shared.auth import (
    SIGNED_IN,
    access,
    current_actor,
    roles,
    to_type_password,
    typed_password_lately,
)
from shared.uploads import MEGABYTE
from shared.web.attempts import attempt

MOST_BYTES = MEGABYTE // 16
"""A certificate with its chain is a few kilobytes long."""


@pages.route("/my-certificates", methods=["GET", "POST"])
@access(SIGNED_IN)
def certificates() -> Response | str | tuple[str, int]:
    """Show the person's own certificates, and bind one more."""
    if request.method == "POST" and not typed_password_lately(current_actor()):
        return to_type_password(url_for("pages.certificates"))
    form = BindForm()
    tried = attempt(form, lambda: bind_file(bench(), form.certificate.data.read(MOST_BYTES)))
    if tried.is_done:
        flash(gettext("Certifikát je přiřazený k vám."), "good")
        return redirect(url_for("pages.certificates"), 303)
    rows = [_row(one) for one in own_certificates(looking())]
    shown = {"rows": rows, "sentence": tried.sentence, "end": EndBindingForm(formdata=None)}
    return page("my_certificates.html", form=form, **shown), tried.status


@pages.route("/my-certificates/store", methods=["GET", "POST"])
@access(SIGNED_IN)
def keep_own_store() -> Response | str | tuple[str, int]:
    """Keep the person's PKCS#12 key under a new signing secret."""
    if not typed_password_lately(current_actor()):
        return to_type_password(url_for("pages.keep_own_store"))
    form = KeepStoreForm()

    def act() -> None:
        content = form.store.data.read(LONGEST_STORE + 1)
        keep_store(bench(), content, form.store_password.data or "", form.signing_secret.data)

    tried = attempt(form, act)
    if tried.is_done:
        flash(gettext("Váš podpis je připravený. Podpisové heslo si dobře uložte."), "good")
        return redirect(url_for("pages.certificates"), 303)
    return page("keep_store.html", form=form, sentence=tried.sentence), tried.status


@pages.post("/my-certificates/<uuid:certificate_id>/end")
@access(SIGNED_IN)
def end_certificate(certificate_id: UUID) -> Response:
    """Take a certificate from its holder."""
    is_own = request.args.get("of") != "office"
    here = url_for("pages.certificates" if is_own else "pages.office_certificates")
    if EndBindingForm().validate_on_submit():
        if not typed_password_lately(current_actor()):
            return to_type_password(here)
        with working() as work:
            end_binding(work, certificate_id)
        flash(gettext("Certifikát už k podpisu neplatí. Dřívější podpisy platí dál."), "good")
    return redirect(here, 303)


@pages.get("/certificates")
@access(roles("director", "operator", "auditor"))
def office_certificates() -> str:
    """Show everybody's certificates, those that end first on top."""
    work = looking()
    rows = [_row(one) for one in work.session.scalars(peoples_certificates(work))]
    can_end = work.actor.has_role("director")
    end = EndBindingForm(formdata=None)
    return page("office_certificates.html", rows=rows, can_end=can_end, end=end)


def _row(one: BoundCertificate) -> dict[str, Any]:
    now = tools().clock.now()
    return {
        "certificate": one,
        "left": days_left(one.valid_to, now),
        "warning": warning_for(one.valid_to, now),
    }
