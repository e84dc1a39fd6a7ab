"""The page behind a link with which a person sets a new password."""

from flask import Blueprint, abort, flash, redirect, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import EqualTo, Length

from services.registry.desk import clock
from services.registry.models import db
from services.registry.service import password_links
from services.registry.web.pages import attempt, page
from shared.auth import PUBLIC, access
from shared.db import transaction
from shared.web.forms import PageForm, required

LONGEST_SECRET = 100

blueprint = Blueprint("passwords", __name__)


class NewPasswordForm(PageForm):
    """A new password of one's own."""

    password = PasswordField(
        lazy_gettext("Nové heslo"),
        [required, Length(max=200)],
        description=lazy_gettext("Aspoň 12 znaků. Nejlepší je několik slov za sebou."),
        render_kw={"autocomplete": "new-password"},
    )
    repeated = PasswordField(
        lazy_gettext("Nové heslo znovu"),
        [required, EqualTo("password", lazy_gettext("Hesla se liší."))],
        render_kw={"autocomplete": "new-password"},
    )


@blueprint.route("/sign-in/password/<secret>", methods=["GET", "POST"])
@access(PUBLIC)
def choose(secret: str) -> Response | tuple[str, int]:
    """Set one's own password, once; mail programs that only look use nothing up."""
    if len(secret) > LONGEST_SECRET:
        abort(404)
    form = NewPasswordForm()
    is_open = password_links.is_link_open(db.session(), secret)
    db.session.rollback()
    tried = attempt(form, lambda: _choose(secret, form.password.data))
    if not tried.is_done:
        return page("sign_in/password.html", tried, form, is_open=is_open)
    flash(gettext("Heslo je nastavené. Přihlaste se prosím."), "good")
    return redirect(url_for("sign_in.show"), 303)


def _choose(secret: str, password: str) -> bool:
    with transaction(db.session()) as session:
        password_links.use_link(session, secret, password, clock().now())
    return True
