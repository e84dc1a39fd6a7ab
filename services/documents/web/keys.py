"""The panel of keys and certificates, and trust lists by which they are called qualified."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.documents.desk import looking, tools, working
from services.documents.key_panel import keep_trust_list, panel_of
from services.documents.service.risks import known_risks
from services.documents.signing.trust_lists import MOST_BYTES
from services.documents.web import pages
from services.documents.web.forms import TrustListForm
from services.documents.web.frame import page
from shared.auth import access, roles
from shared.web.attempts import attempt


@pages.get("/keys")
@access(roles("director", "operator", "auditor"))
def keys() -> str:
    """Show every key and certificate in use with its state."""
    return _page(TrustListForm(formdata=None), "")


@pages.post("/keys")
@access(roles("director", "operator"))
def import_trust_list() -> Response | tuple[str, int]:
    """Keep a trust list that a certificate of the settings has signed."""
    form = TrustListForm()

    def act() -> None:
        with working() as work:
            keep_trust_list(work, tools(), form.trust_list.data.read(MOST_BYTES + 1))

    tried = attempt(form, act)
    if not tried.is_done:
        return _page(form, tried.sentence), tried.status
    flash(gettext("Seznam je přijatý."), "good")
    return redirect(url_for("pages.keys"), 303)


def _page(form: TrustListForm, sentence: str) -> str:
    work = looking()
    may_import = work.actor.has_role("director", "operator") and bool(tools().outfit.list_signers)
    shown = {"panel": panel_of(work, tools()), "lists": tools().shelf.lists(), "now": work.now}
    shown["at_risk"] = known_risks(work)[0]
    return page("keys.html", form=form, sentence=sentence, may_import=may_import, **shown)
