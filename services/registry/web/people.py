"""Pages about people, their roles, delegations and the members who get mail."""

from datetime import date, timedelta
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from services.registry.desk import looking, working
from services.registry.service import people
from services.registry.service.loading import person_of
from services.registry.service.people import DelegationFacts, PersonFacts
from services.registry.web.forms_calls import ActForm
from services.registry.web.office_lists import (
    MEMBERS,
    PEOPLE,
    delegation_list,
    delegations_of,
    members_of,
    people_of,
)
from services.registry.web.pages import Attempt, attempt, page
from services.registry.web.words import ACTS, choices
from shared.auth import access, roles
from shared.web.forms import DayField, FreshIdField, PageForm, required
from shared.web.role_words import ROLES
from shared.web.tables import read_page

blueprint = Blueprint("people", __name__, url_prefix="/office/people")
MANAGES = roles("director", "operator")
DELEGATES = roles("director")


class RolesField(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """Roles as a list of boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PersonForm(PageForm):
    """What is said about a person."""

    name = StringField(N_("Jméno"), [required, Length(max=120)])
    function = StringField(
        N_("Funkce"), [Optional(), Length(max=120)], description=N_("Tiskne se pod podpis.")
    )
    email = StringField(N_("E-mail"), [Optional(), Length(max=254)])
    roles = RolesField(N_("Role"), choices=choices(ROLES))

    def facts(self) -> PersonFacts:
        """Return what was typed."""
        return PersonFacts(
            name=self.name.data.strip(),
            function=(self.function.data or "").strip(),
            email=(self.email.data or "").strip() or None,
            roles=tuple(self.roles.data or ()),
        )


class NewPersonForm(PersonForm):
    """A person and the account."""

    person_id = FreshIdField()
    login = StringField(
        N_("Přihlašovací jméno"),
        [required, Length(max=60)],
        description=N_("Malá písmena bez diakritiky, číslice, tečka, pomlčka."),
        render_kw={"autocomplete": "off"},
    )
    password = PasswordField(
        N_("První heslo"),
        [required, Length(max=200)],
        description=N_("Aspoň 12 znaků. Předejte je osobě a požádejte ji o změnu."),
        render_kw={"autocomplete": "new-password"},
    )


class ChangePersonForm(PersonForm):
    """A change of a person."""

    is_active = BooleanField(N_("Smí se přihlašovat"))


class DelegationForm(PageForm):
    """Who may do what, and when."""

    delegation_id = FreshIdField()
    delegate_id = SelectField(N_("Koho pověřujete"), [required])
    act = SelectField(N_("Co smí"), [required], choices=choices(ACTS))
    valid_from = DayField(N_("Od"), [required])
    valid_to = DayField(N_("Do"), [required])


class MemberForm(PageForm):
    """A member who is told about calls."""

    member_id = FreshIdField()
    name = StringField(N_("Název nebo jméno"), [required, Length(max=200)])
    email = StringField(N_("E-mail"), [required, Length(max=254)])


@blueprint.get("")
@access(MANAGES)
def index() -> str:
    """List people with their roles, sorted, filtered and paged in the database."""
    work = looking()
    listed = read_page(work.session, people_of(work), PEOPLE, request.args)
    return render_template("people/index.html", listed=listed)


@blueprint.route("/new", methods=["GET", "POST"])
@access(MANAGES)
def new() -> Response | tuple[str, int]:
    """Give a person an account."""
    form = NewPersonForm()
    tried = attempt(form, lambda: _add(form))
    if not tried.is_done:
        return page("people/new.html", tried, form)
    flash(gettext("%(name)s se může přihlásit.", name=form.name.data), "good")
    return redirect(url_for("people.index"), 303)


@blueprint.route("/<uuid:person_id>", methods=["GET", "POST"])
@access(MANAGES)
def edit(person_id: UUID) -> Response | tuple[str, int]:
    """Change a person."""
    person = person_of(looking(), person_id)
    form = ChangePersonForm(obj=person)
    tried = attempt(form, lambda: _change(form, person_id))
    if not tried.is_done:
        return page("people/edit.html", tried, form, person=person, act=ActForm())
    flash(gettext("Údaje o osobě %(name)s jsou změněné.", name=form.name.data), "good")
    return redirect(url_for("people.index"), 303)


@blueprint.post("/<uuid:person_id>/password-link")
@access(MANAGES)
def send_password_link(person_id: UUID) -> Response | tuple[str, int]:
    """Send a link with which the person sets a new password."""
    person = person_of(looking(), person_id)
    tried = attempt(ActForm(), lambda: _send_link(person_id))
    if not tried.is_done:
        form = ChangePersonForm(formdata=None, obj=person)
        return page("people/edit.html", tried, form, person=person, act=ActForm())
    flash(gettext("Odkaz k nastavení hesla jsme poslali na e-mail osoby."), "good")
    return redirect(url_for("people.edit", person_id=person_id), 303)


@blueprint.route("/delegations", methods=["GET", "POST"])
@access(DELEGATES)
def delegations() -> Response | tuple[str, int]:
    """List delegations and give a new one."""
    work = looking()
    form = DelegationForm()
    me = work.actor.person_id
    form.delegate_id.choices = choices(
        (str(p.id), p.name) for p in people.people(work) if p.id != me
    )
    if not form.is_submitted():
        form.valid_from.data = work.today
        form.valid_to.data = work.today + timedelta(days=90)
    tried = attempt(form, lambda: _delegate(form))
    if not tried.is_done:
        listed = read_page(
            work.session, delegations_of(work), delegation_list(work.today), request.args
        )
        names = people.names(work, [item.delegate_id for item in listed.items])
        context = {"listed": listed, "names": names, "act": ActForm()}
        return page("people/delegations.html", tried, form, **context)
    flash(gettext("Pověření platí."), "good")
    return redirect(url_for("people.delegations"), 303)


@blueprint.post("/delegations/<uuid:delegation_id>/revocation")
@access(DELEGATES)
def revoke(delegation_id: UUID) -> Response:
    """Take a delegation back."""
    tried = attempt(ActForm(), lambda: _revoke(delegation_id))
    if tried.is_done:
        flash(gettext("Pověření je odvolané."), "good")
    return _back_to_list("people.delegations", tried)


@blueprint.route("/members", methods=["GET", "POST"])
@access(MANAGES)
def members() -> Response | tuple[str, int]:
    """List members who get mail, and add one."""
    form = MemberForm()
    tried = attempt(form, lambda: _add_member(form))
    if not tried.is_done:
        work = looking()
        listed = read_page(work.session, members_of(work), MEMBERS, request.args)
        return page("people/members.html", tried, form, listed=listed, act=ActForm())
    flash(gettext("Člen %(name)s bude dostávat oznámení.", name=form.name.data), "good")
    return redirect(url_for("people.members"), 303)


@blueprint.post("/members/<uuid:member_id>/<any(leave, join):change>")
@access(MANAGES)
def change_member(member_id: UUID, change: str) -> Response:
    """Stop or resume telling a member."""
    tried = attempt(ActForm(), lambda: _set_member(member_id, is_active=change == "join"))
    return _back_to_list("people.members", tried)


def _add(form: NewPersonForm) -> bool:
    with working() as work:
        people.add_person(
            work,
            form.person_id.id_value,
            form.facts(),
            login=form.login.data,
            password=form.password.data,
        )
    return True


def _change(form: ChangePersonForm, person_id: UUID) -> bool:
    with working() as work:
        people.change_person(
            work,
            person_id,
            form.facts(),
            is_active=form.is_active.data,
            version=form.expected_version(),
        )
    return True


def _send_link(person_id: UUID) -> bool:
    with working() as work:
        people.send_password_link(work, person_id)
    return True


def _delegate(form: DelegationForm) -> bool:
    facts = DelegationFacts(
        act=form.act.data,
        delegate_id=UUID(form.delegate_id.data),
        valid_from=cast("date", form.valid_from.data),
        valid_to=cast("date", form.valid_to.data),
    )
    with working() as work:
        people.delegate(work, form.delegation_id.id_value, facts)
    return True


def _revoke(delegation_id: UUID) -> bool:
    with working() as work:
        people.revoke_delegation(work, delegation_id)
    return True


def _add_member(form: MemberForm) -> bool:
    with working() as work:
        people.put_member(
            work, form.member_id.id_value, name=form.name.data.strip(), email=form.email.data
        )
    return True


def _set_member(member_id: UUID, *, is_active: bool) -> bool:
    with working() as work:
        people.set_member_active(work, member_id, is_active=is_active)
    return True


def _back_to_list(endpoint: str, tried: Attempt[bool]) -> Response:
    """Lead back to the page of the list on which the button stood, and say what was refused."""
    for text in (tried.sentence, *tried.details):
        if text:
            flash(text, "error")
    asked = urlencode(request.args.to_dict())
    return redirect(url_for(endpoint) + (f"?{asked}" if asked else ""), 303)
