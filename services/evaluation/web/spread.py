"""The director decides about evaluators whose points lie far apart."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from services.evaluation import desk, words
from services.evaluation.domain.spread import SpreadOutcome
from services.evaluation.letters.parts import points
from services.evaluation.service import evaluations, scoring, spread
from services.evaluation.web.pages import Page, attempt, page, this_case
from shared.auth import access, roles
from shared.web.forms import PageForm, required

blueprint = Blueprint("spread", __name__)


class SpreadForm(PageForm):
    """The director's decision."""

    outcome = RadioField(
        N_("Rozhodnutí"),
        [required],
        choices=[(outcome.value, text) for outcome, text in words.SPREAD_OUTCOMES.items()],
    )
    reason = TextAreaField(N_("Odůvodnění"), [required, Length(max=5000)])


@blueprint.route("/cases/<uuid:case_id>/spread", methods=["GET", "POST"])
@access(roles("director"))
def decide(case_id: UUID) -> Response | Page:
    """Decide about a difference above the threshold of the call."""
    session, _ = desk.looking()
    case = this_case(case_id)
    form = SpreadForm()

    def act() -> Any:
        with desk.working() as (writing, acting):
            return spread.decide_spread(
                writing,
                acting=acting,
                case_id=case_id,
                outcome=SpreadOutcome(form.outcome.data),
                reason=form.reason.data,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "spread/decide.html",
            tried,
            form,
            case=case,
            call=case.call,
            sheets=evaluations.sheets_of(session, case),
            spread=scoring.spread_of(session, case),
            points_text=points,
        )
    flash(gettext("Rozhodnutí o rozdílu bodů %(number)s je zapsané.", number=case.number), "good")
    third = form.outcome.data == SpreadOutcome.THIRD.value
    if third:
        return redirect(url_for("assignments.edit", call_id=case.call_id, q=case.number), 303)
    return redirect(url_for("cases.show", case_id=case_id), 303)
