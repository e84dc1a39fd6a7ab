"""Control lists of a call: prepare from the call, change, freeze."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from services.evaluation import desk
from services.evaluation.domain.controls import ControlItem, ItemKind
from services.evaluation.models import Call
from services.evaluation.service import controls
from services.evaluation.service.errors import UnknownFiche
from services.evaluation.web.pages import Page, attempt, page, this_call, view
from shared.auth import access, roles
from shared.contracts.registry import FicheView
from shared.web.forms import PageForm

blueprint = Blueprint("control_lists", __name__)

KINDS = [
    (ItemKind.ACCEPTABILITY.value, N_("kritérium přijatelnosti")),
    (ItemKind.ATTACHMENT.value, N_("příloha")),
]
SPARE_LINES = 3


class ItemForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One line; a line without text is left out."""

    code = StringField(N_("Značka"), [Length(max=40)])
    kind = SelectField(N_("Druh"), choices=KINDS)
    attachment_code = SelectField(N_("Příloha"), [Optional()])
    text = TextAreaField(N_("Co se kontroluje"), [Length(max=1000)])
    is_repairable = BooleanField(N_("lze odstranit"))


class ListForm(PageForm):
    """The control list of a fiche."""

    items = FieldList(FormField(ItemForm), max_entries=200)

    def values(self) -> list[ControlItem]:
        """Return the filled lines."""
        return [
            ControlItem(
                code=line.code.data.strip(),
                kind=ItemKind(line.kind.data),
                text=line.text.data.strip(),
                is_repairable=line.is_repairable.data,
                attachment_code=(line.attachment_code.data or "").strip() or None,
            )
            for line in self.items
            if (line.text.data or "").strip()
        ]


@blueprint.get("/calls/<uuid:call_id>/control-lists")
@access(roles(*desk.READERS))
def index(call_id: UUID) -> str:
    """Show the control lists of a call, prepared and missing."""
    session, _ = desk.looking()
    call = this_call(call_id)
    return view(
        "lists/index.html",
        call=call,
        fiches=call.view.fiches,
        templates=controls.templates_of(session, call),
        form=PageForm(),
    )


def _fiche(call: Call, number: str) -> FicheView:
    fiche = call.fiche(number)
    if fiche is None:
        raise UnknownFiche(fiche=number)
    return fiche


@blueprint.route("/calls/<uuid:call_id>/control-lists/<fiche>", methods=["GET", "POST"])
@access(roles("assistant"))
def edit(call_id: UUID, fiche: str) -> Response | Page:
    """Prepare the control list of a fiche."""
    session, _ = desk.looking()
    call = this_call(call_id)
    opened = _fiche(call, fiche)
    template = controls.find_template(session, call, fiche)
    items = template.control_items if template else controls.proposed_items(opened)
    form = ListForm(data=_shown(items, template.version if template else None))
    attachments = [(kind.code, kind.text) for kind in opened.attachments]
    for line in form["items"]:
        line.form.attachment_code.choices = [("", gettext("žádná")), *attachments]

    def act() -> Any:
        with desk.working() as (writing, acting):
            return controls.prepare_template(
                writing,
                acting=acting,
                call_id=call_id,
                fiche=fiche,
                items=form.values(),
                version=form.expected_version(),
            )

    tried = attempt(form, act)
    if not tried.is_done:
        frozen = template.frozen_at if template else None
        return page("lists/edit.html", tried, form, call=call, fiche=opened, frozen_at=frozen)
    flash(gettext("Kontrolní list fiche %(fiche)s je připravený.", fiche=fiche), "good")
    return redirect(url_for("control_lists.index", call_id=call_id), 303)


def _shown(items: list[ControlItem], version: int | None) -> dict[str, Any]:
    lines = [
        {
            "code": item.code,
            "kind": item.kind.value,
            "attachment_code": item.attachment_code or "",
            "text": item.text,
            "is_repairable": item.is_repairable,
        }
        for item in items
    ]
    spare = [{"kind": ItemKind.ACCEPTABILITY.value, "is_repairable": True}] * SPARE_LINES
    return {"items": [*lines, *spare], "version": version}


@blueprint.get("/calls/<uuid:call_id>/control-lists/<fiche>/items")
@access(roles(*desk.READERS))
def show(call_id: UUID, fiche: str) -> str:
    """Show the control list of a fiche as it stands."""
    session, _ = desk.looking()
    call = this_call(call_id)
    opened = _fiche(call, fiche)
    template = controls.find_template(session, call, fiche)
    names = {kind.code: kind.text for kind in opened.attachments}
    return view(
        "lists/show.html",
        call=call,
        fiche=opened,
        prepared=template,
        kinds=dict(KINDS),
        names=names,
    )


@blueprint.post("/calls/<uuid:call_id>/control-lists/prepare")
@access(roles("assistant"))
def prepare_all(call_id: UUID) -> Response:
    """Prepare the missing control lists straight from the call."""
    call = this_call(call_id)
    fiches = call.view.fiches
    with desk.working() as (session, acting):
        known = controls.templates_of(session, this_call(call_id))
        for fiche in fiches:
            if fiche.number not in known:
                controls.prepare_template(
                    session,
                    acting=acting,
                    call_id=call_id,
                    fiche=fiche.number,
                    items=controls.proposed_items(fiche),
                )
    flash(
        gettext("Kontrolní listy jsou připravené podle výzvy. Zkontrolujte je a uzamkněte."), "good"
    )
    return redirect(url_for("control_lists.index", call_id=call_id), 303)


@blueprint.post("/calls/<uuid:call_id>/control-lists/<fiche>/freeze")
@access(roles("assistant"))
def freeze(call_id: UUID, fiche: str) -> Response:
    """Freeze the control list of a fiche."""
    with desk.working() as (session, acting):
        controls.freeze_template(session, acting=acting, call_id=call_id, fiche=fiche)
    flash(
        gettext("Kontrolní list fiche %(fiche)s je uzamčený, kontrola může začít.", fiche=fiche),
        "good",
    )
    return redirect(url_for("control_lists.index", call_id=call_id), 303)


@blueprint.post("/calls/<uuid:call_id>/control-lists/freeze")
@access(roles("assistant"))
def freeze_all(call_id: UUID) -> Response:
    """Freeze every prepared control list of the call."""
    with desk.working() as (session, acting):
        found = controls.templates_of(session, this_call(call_id))
        for fiche in sorted(found):
            if found[fiche].frozen_at is None:
                controls.freeze_template(session, acting=acting, call_id=call_id, fiche=fiche)
    flash(gettext("Všechny připravené kontrolní listy jsou uzamčené."), "good")
    return redirect(url_for("control_lists.index", call_id=call_id), 303)
