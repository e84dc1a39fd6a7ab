"""The director excludes the score sheet of an evaluator whose conflict came out later."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from services.evaluation import desk
from services.evaluation.service import exclusions, interests
from services.evaluation.service.errors import NoSuchRow
from services.evaluation.web.interests import explain
from services.evaluation.web.pages import Page, attempt, page, this_case
from shared.auth import access, roles
from shared.web.forms import PageForm, required

blueprint = Blueprint("exclusions", __name__)


class ExclusionForm(PageForm):
    """Why."""

    reason = TextAreaField(N_("Důvod vyřazení"), [required, Length(max=5000)])


@blueprint.route("/cases/<uuid:case_id>/sheets/<uuid:evaluator_id>", methods=["GET", "POST"])
@access(roles("director"))
def create(case_id: UUID, evaluator_id: UUID) -> Response | Page:
    """Exclude a sheet with a reason; then somebody else is assigned."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    found = exclusions.conflicted_sheets(session, acting_now, case.call, [case]).get(case.id, [])
    sheet = next((one for one in found if one.evaluator_id == evaluator_id), None)
    form = ExclusionForm()
    if sheet is None:
        raise NoSuchRow(id=evaluator_id)
    picture = interests.conflict_picture(session, case.call, acting_now.today, [case])
    why = explain(picture, picture.verdict(evaluator_id, case.id).reasons)

    def act() -> Any:
        with desk.working() as (writing, acting):
            return exclusions.exclude_sheet(
                writing,
                acting=acting,
                case_id=case_id,
                evaluator_id=evaluator_id,
                reason=form.reason.data,
            )

    name = sheet.evaluator_name
    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "scores/exclude.html", tried, form, case=case, call=case.call, name=name, why=why
        )
    flash(gettext("Bodovací list je vyřazený. Přidělte projekt jinému hodnotiteli."), "good")
    return redirect(url_for("assignments.edit", call_id=case.call_id, q=case.number), 303)
