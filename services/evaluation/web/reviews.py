"""The office takes in a request for a review; a body of its own decides it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from services.evaluation import desk, words
from services.evaluation.domain.reviews import ReviewOutcome
from services.evaluation.service import reviews
from services.evaluation.web.pages import Page, attempt, filled, go_sign, page, this_case
from shared.auth import access, roles
from shared.deadlines import deadline_from_json
from shared.web.forms import DayField, FreshIdField, PageForm, required
from shared.web.reasons import why

blueprint = Blueprint("reviews", __name__)


class RequestForm(PageForm):
    """What came from the applicant."""

    review_id = FreshIdField()
    about = SelectField(N_("Co má být přezkoumáno"), [required])
    received_on = DayField(N_("Den, kdy žádost došla"), [required])
    grounds = TextAreaField(
        N_("Co žadatel namítá"),
        [required, Length(max=5000)],
        description=N_("Opište jeho důvody slovo od slova; budou v rozhodnutí."),
    )


@blueprint.route("/cases/<uuid:case_id>/reviews/new", methods=["GET", "POST"])
@access(roles("director", "assistant"))
def create(case_id: UUID) -> Response | Page:
    """Take in a request for a review."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    notices = reviews.reviewable(session, case)
    form = RequestForm(data={"received_on": acting_now.today})
    form.about.choices = [(row.kind, words.REVIEWED[row.kind]) for row in notices]

    def act() -> Any:
        given = reviews.RequestInput(
            form.about.data, filled(form.received_on.data), form.grounds.data
        )
        with desk.working() as (writing, acting):
            return reviews.take_in(
                writing,
                acting=acting,
                case_id=case_id,
                review_id=form.review_id.id_value,
                given=given,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        shown = {"case": case, "call": case.call, "notices": notices}
        return page("reviews/create.html", tried, form, **shown)
    flash(gettext("Žádost o přezkum je zapsaná a čeká na rozhodnutí."), "good")
    return redirect(url_for("cases.show", case_id=case_id), 303)


class DecisionForm(PageForm):
    """What was decided."""

    outcome = RadioField(N_("Rozhodnutí"), [required], choices=list(words.REVIEW_OUTCOMES.items()))
    body = StringField(
        N_("Kdo rozhodl"),
        [required, Length(max=200)],
        description=N_("Orgán, kterému přezkum svěřují pravidla MAS, například programový výbor."),
    )
    decided_on = DayField(N_("Den rozhodnutí"), [required])
    reasons = TextAreaField(N_("Odůvodnění"), [required, Length(max=5000)])
    measure = TextAreaField(
        N_("Opatření"),
        [Optional(), Length(max=5000)],
        description=N_("Vyplňte, jen když se žádosti vyhovuje: co se napraví, kdo a dokdy."),
    )

    def read(self) -> reviews.DecisionInput:
        """Return the decision as the use case takes it."""
        return reviews.DecisionInput(
            outcome=ReviewOutcome(self.outcome.data),
            body=self.body.data,
            decided_on=filled(self.decided_on.data),
            reasons=self.reasons.data,
            measure=self.measure.data or "",
        )


@blueprint.route("/reviews/<uuid:review_id>/decision", methods=["GET", "POST"])
@access(roles("programme_committee", "assembly"))
def decide(review_id: UUID) -> Response | Page:
    """Record the decision; who records it signs it."""
    session, acting_now = desk.looking()
    review = reviews.get_review(session, acting_now.organisation_id, review_id)
    case = this_case(review.case_id)
    due = deadline_from_json(review.deadline)
    is_late = review.received_on > due.due
    start = {"decided_on": acting_now.today, "version": review.version}
    form = DecisionForm(data={**start, **({"outcome": ReviewOutcome.LATE} if is_late else {})})

    def act() -> UUID:
        signer = desk.own_signer()
        with desk.working() as (writing, acting):
            return reviews.decide(
                writing,
                acting=acting,
                review_id=review_id,
                given=form.read(),
                signer=signer,
                version=form.expected_version(),
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "reviews/decide.html",
            tried,
            form,
            case=case,
            call=case.call,
            review=review,
            due=due,
            due_reason=why(due),
            is_late=is_late,
        )
    return go_sign([tried.result], url_for("cases.show", case_id=case.id))
