"""The assistant hands printed material over to an evaluator who asked for it."""

from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.service import prints
from services.evaluation.web.pages import ChoicesField, Page, attempt, go_sign, page, this_case
from shared.auth import access, current_actor, roles
from shared.web.forms import PageForm

blueprint = Blueprint("prints", __name__)


class HandOverForm(PageForm):
    """What was printed."""

    files = ChoicesField(N_("Vytištěné podklady"))


@blueprint.route("/cases/<uuid:case_id>/prints/<uuid:evaluator_id>", methods=["GET", "POST"])
@access(roles("assistant", "director"))
def create(case_id: UUID, evaluator_id: UUID) -> Response | Page:
    """Record the hand-over of a print; the evaluator signs the receipt."""
    session, _ = desk.looking()
    case = this_case(case_id)
    assignment = prints.print_of(session, case, evaluator_id)
    files = case.view.files
    form = HandOverForm()
    form.files.choices = [(str(file.id), file.name) for file in files]
    if not form.is_submitted():
        form.files.data = [str(file.id) for file in files]

    def act() -> UUID:
        with desk.working() as (writing, acting):
            return prints.hand_over_print(
                writing,
                acting=acting,
                case_id=case_id,
                evaluator_id=evaluator_id,
                file_ids=form.files.chosen,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "prints/create.html",
            tried,
            form,
            case=case,
            call=case.call,
            assignment=assignment,
            files=files,
        )
    is_own = current_actor().person_id == evaluator_id
    return go_sign([tried.result], url_for("cases.show", case_id=case_id), is_own=is_own)
