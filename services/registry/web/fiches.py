"""Pages about the fiches, the rule and the formal lines of a call."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.registry.desk import looking, working
from services.registry.domain.fiches import Fiche
from services.registry.domain.intake import SheetItem
from services.registry.models import Call
from services.registry.service import calls
from services.registry.service.calls import FichesFacts
from services.registry.service.loading import call_of, fiche_of_call
from services.registry.service.plans import fiche_of, plan_of
from services.registry.web.forms_calls import (
    ActForm,
    FicheForm,
    FormalItemsForm,
    RuleForm,
    formal_items,
)
from services.registry.web.pages import attempt, page
from services.registry.web.words import choices
from shared.auth import access, roles

blueprint = Blueprint("fiches", __name__, url_prefix="/office/calls/<uuid:call_id>")
PREPARES = roles("director", "assistant")

Change = Callable[[FichesFacts], FichesFacts]


@blueprint.route("/fiches/new", methods=["GET", "POST"])
@access(PREPARES)
def new(call_id: UUID) -> Response | tuple[str, int]:
    """Add a fiche."""
    return _edit(call_id, None)


@blueprint.route("/fiches/<code>", methods=["GET", "POST"])
@access(PREPARES)
def edit(call_id: UUID, code: str) -> Response | tuple[str, int]:
    """Change a fiche."""
    return _edit(call_id, fiche_of(fiche_of_call(call_of(looking(), call_id), code)))


@blueprint.post("/fiches/<code>/removal")
@access(PREPARES)
def remove(call_id: UUID, code: str) -> Response | tuple[str, int]:
    """Take a fiche out of a draft."""
    form = ActForm()

    def without(facts: FichesFacts) -> FichesFacts:
        kept = tuple(fiche for fiche in facts.fiches if fiche.code != code)
        return FichesFacts(kept, facts.rule, facts.formal_items)

    call = call_of(looking(), call_id)
    tried = attempt(form, lambda: _save(call_id, without, form.expected_version()))
    if not tried.is_done:
        shown = FicheForm(obj=call)
        shown.fill(fiche_of(fiche_of_call(call, code)))
        return page("calls/fiche.html", tried, shown, call=call, code=code)
    flash(gettext("Fiche %(code)s už ve výzvě není.", code=code), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


@blueprint.route("/rule", methods=["GET", "POST"])
@access(PREPARES)
def rule(call_id: UUID) -> Response | tuple[str, int]:
    """Declare the allocation rule."""
    call = call_of(looking(), call_id)
    form = RuleForm(obj=call)
    form.consider_underdrawn.choices = choices((f.code, f"{f.code} {f.name}") for f in call.fiches)
    present = plan_of(call).rule
    if not form.is_submitted() and present:
        form.fill(present)

    def with_rule(facts: FichesFacts) -> FichesFacts:
        return FichesFacts(facts.fiches, form.rule(), facts.formal_items)

    tried = attempt(form, lambda: _save(call_id, with_rule, form.expected_version()))
    if not tried.is_done:
        return page("calls/rule.html", tried, form, call=call, rule=present)
    flash(gettext("Pravidlo výběru je zapsané."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


@blueprint.route("/control-sheet", methods=["GET", "POST"])
@access(PREPARES)
def sheet(call_id: UUID) -> Response | tuple[str, int]:
    """The formal lines of the control sheet."""
    call = call_of(looking(), call_id)
    form = FormalItemsForm(obj=call)
    if not form.is_submitted():
        form.formal_items.data = "\n".join(item["text"] for item in call.formal_items)

    def with_items(facts: FichesFacts) -> FichesFacts:
        items = formal_items(form.formal_items.data, facts.formal_items)
        return FichesFacts(facts.fiches, facts.rule, items)

    tried = attempt(form, lambda: _save(call_id, with_items, form.expected_version()))
    if not tried.is_done:
        return page("calls/sheet.html", tried, form, call=call)
    flash(gettext("Kontrolní arch výzvy je upravený."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


def _edit(call_id: UUID, former: Fiche | None) -> Response | tuple[str, int]:
    call = call_of(looking(), call_id)
    form = FicheForm(obj=call)
    if not form.is_submitted():
        form.fill(former or Fiche("", ""))

    def with_fiche(facts: FichesFacts) -> FichesFacts:
        fiche = form.fiche(former)
        if former is None:
            return FichesFacts((*facts.fiches, fiche), facts.rule, facts.formal_items)
        changed = (fiche if item.code == former.code else item for item in facts.fiches)
        return FichesFacts(tuple(changed), facts.rule, facts.formal_items)

    tried = attempt(form, lambda: _save(call_id, with_fiche, form.expected_version()))
    if not tried.is_done:
        code = former.code if former else ""
        return page("calls/fiche.html", tried, form, call=call, code=code)
    flash(gettext("Fiche %(code)s je zapsaná.", code=form.code.data), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


def _save(call_id: UUID, change: Change, version: int | None) -> bool:
    with working() as work:
        present = _present(call_of(work, call_id))
        calls.edit_fiches(work, call_id, change(present), version)
    return True


def _present(call: Call) -> FichesFacts:
    plan = plan_of(call)
    items = tuple(SheetItem(item["code"], item["text"]) for item in call.formal_items)
    return FichesFacts(plan.fiches, plan.rule, items)
