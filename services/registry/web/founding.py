"""The first page of an empty installation: a person founds the organisation."""

from flask import Blueprint, abort, current_app, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField, TextAreaField
from wtforms.validators import EqualTo, Length, Optional

from services.registry.desk import clock
from services.registry.domain.accounts import WrongFoundingCode
from services.registry.domain.applicants import check_data_box_id, normalise_ic
from services.registry.founding import FoundingOffer, present_offer
from services.registry.models import db
from services.registry.service import attempts
from services.registry.service.bootstrap import (
    NewOrganisation,
    found_first_organisation,
    is_founded,
)
from services.registry.signing_in import address_mark
from services.registry.web.pages import attempt, page
from shared.auth import PUBLIC, access
from shared.clock import SystemClock
from shared.db import transaction
from shared.errors import DomainError
from shared.web.forms import PageForm, required

NAME_OF_FAILURES = "founding code"
"""Wrong codes are counted under it, like wrong passwords under a name; none has a blank in it."""

blueprint = Blueprint("founding", __name__)


class FoundingForm(PageForm):
    """The organisation, its director, and the code from the terminal."""

    code = StringField(
        N_("Kód z terminálu"),
        [required, Length(max=60)],
        description=N_("Výzva jej vypsala při startu. Platí jednou a jen dokud je prázdná."),
        render_kw={"autocomplete": "off", "autofocus": True},
    )
    name = StringField(N_("Název organizace"), [required, Length(max=200)])
    slug = StringField(
        N_("Zkratka do veřejné adresy"),
        [required, Length(max=40)],
        description=N_("Malá písmena, číslice a pomlčky, například szk."),
    )
    ic = StringField(N_("IČO"), [Optional(), Length(max=20)])
    address = TextAreaField(N_("Adresa"), [Optional(), Length(max=400)], render_kw={"rows": 3})
    data_box_id = StringField(N_("Datová schránka"), [Optional(), Length(max=20)])
    director_name = StringField(N_("Jméno ředitelky nebo ředitele"), [required, Length(max=120)])
    function = StringField(
        N_("Funkce"), [required, Length(max=120)], default=lambda: gettext("ředitelka")
    )
    email = StringField(N_("E-mail"), [required, Length(max=254)])
    login = StringField(
        N_("Přihlašovací jméno"), [required, Length(max=60)], render_kw={"autocomplete": "username"}
    )
    password = PasswordField(
        N_("Heslo"),
        [required, Length(max=200)],
        description=N_("Aspoň 12 znaků. Nejlepší je několik slov za sebou."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        N_("Heslo ještě jednou"),
        [required, EqualTo("password", N_("Hesla se liší."))],
        render_kw={"autocomplete": "new-password"},
    )

    def organisation(self) -> NewOrganisation:
        """Return what was typed.

        Raises:
            InvalidIc, InvalidDataBoxId.
        """
        ic, box = (self.ic.data or "").strip(), (self.data_box_id.data or "").strip()
        return NewOrganisation(
            name=(self.name.data or "").strip(),
            slug=(self.slug.data or "").strip(),
            login=self.login.data or "",
            director_name=(self.director_name.data or "").strip(),
            password=self.password.data or "",
            email=self.email.data or "",
            function=(self.function.data or "").strip(),
            ic=normalise_ic(ic) if ic else None,
            address=(self.address.data or "").strip(),
            data_box_id=check_data_box_id(box) if box else None,
        )


@blueprint.route("/setup", methods=["GET", "POST"])
@access(PUBLIC)
def setup() -> Response | tuple[str, int]:
    """Found the first organisation; there is no such page once one exists."""
    offer = present_offer(current_app)
    if offer is None or is_founded(db.session()):
        abort(404)
    db.session.rollback()
    form = FoundingForm()
    tried = attempt(form, lambda: _found(form, offer))
    if not tried.is_done:
        return page("founding/setup.html", tried, form)
    flash(gettext("Organizace je založená. Přihlaste se a založte účty ostatním."), "good")
    return redirect(url_for("sign_in.show", next=url_for("people.index")), 303)


def _found(form: FoundingForm, offer: FoundingOffer) -> bool:
    with transaction(db.session()) as session:
        now = SystemClock().now()
        counted = attempts.reserve(session, NAME_OF_FAILURES, address_mark(), now)
    try:
        attempts.check(db.session(), counted, None)
        db.session.rollback()
        with offer.taken(form.code.data or ""), transaction(db.session()) as session:
            found_first_organisation(session, form.organisation(), clock().now())
    except WrongFoundingCode:
        raise
    except DomainError:
        with transaction(db.session()) as session:
            attempts.withdraw(session, counted)
        raise
    return True
