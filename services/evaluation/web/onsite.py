"""The record of the ex-ante check."""

from decimal import Decimal
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import (
    FieldList,
    Form,
    FormField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional

from services.evaluation import desk, words
from services.evaluation.domain.onsite import Claim, ClaimVerdict, Effect
from services.evaluation.service import evaluations, interests, visits
from services.evaluation.service.visits import OnsiteInput
from services.evaluation.web.pages import (
    ChoicesField,
    Page,
    attempt,
    filled,
    go_sign,
    page,
    this_case,
)
from services.evaluation.web.scores import PointsField
from shared.auth import access, roles
from shared.web.attempts import Attempt
from shared.web.forms import DayField, PageForm, required

blueprint = Blueprint("onsite", __name__)
LINES, MOST_LINES = 1, 100


class ClaimForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One statement of the application; a line without text is left out."""

    statement = TextAreaField(N_("Údaj v žádosti"), [Optional(), Length(max=5000)])
    verdict = SelectField(N_("Zjištění"), choices=[(k.value, v) for k, v in words.CLAIMS.items()])
    note = TextAreaField(N_("Popis"), [Optional(), Length(max=5000)])
    effect = SelectField(N_("Důsledek"), choices=[(k.value, v) for k, v in words.EFFECTS.items()])
    deduction = PointsField(
        N_("Srážka bodů"), [Optional(), NumberRange(min=0, max=1000)], places=None
    )

    def value(self) -> Claim:
        """Return the claim."""
        return Claim(
            statement=self.statement.data.strip(),
            verdict=ClaimVerdict(self.verdict.data),
            note=(self.note.data or "").strip(),
            effect=Effect(self.effect.data),
            deduction=self.deduction.data or Decimal(0),
        )


class OnsiteForm(PageForm):
    """What was seen on site."""

    visited_on = DayField(N_("Den kontroly"), [required])
    place = StringField(N_("Místo"), [required, Length(max=300)])
    present = ChoicesField(N_("Přítomní členové komise"))
    claims = FieldList(FormField(ClaimForm), min_entries=LINES, max_entries=MOST_LINES)
    add = SubmitField(N_("Přidat údaj"))
    need = TextAreaField(N_("Potřebnost projektu"), [required, Length(max=5000)])
    accord = TextAreaField(
        N_("Soulad se strategickým plánem, jeho cíli a prioritami"), [required, Length(max=5000)]
    )

    def read(self) -> OnsiteInput:
        """Return the visit as the use case takes it."""
        lines = [line.form for line in self.claims]
        return OnsiteInput(
            visited_on=filled(self.visited_on.data),
            place=self.place.data.strip(),
            present_ids=self.present.chosen,
            claims=[line.value() for line in lines if (line.statement.data or "").strip()],
            need=self.need.data.strip(),
            accord=self.accord.data.strip(),
        )


@blueprint.route("/cases/<uuid:case_id>/onsite", methods=["GET", "POST"])
@access(roles("evaluator", "director", "assistant"))
def create(case_id: UUID) -> Response | Page:
    """Record the ex-ante check."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    if not acting_now.actor.has_role("director", "assistant"):
        evaluations.own_assignment(session, acting_now, case)
    members = interests.committee_of(session, case.call)
    assigned = {row.evaluator_id for row in evaluations.assignments_of(session, [case.id])}
    form = OnsiteForm(data={"visited_on": acting_now.today, "place": case.place})
    form.present.choices = [(str(m.person_id), m.name) for m in members]
    if not form.is_submitted():
        form.present.data = [str(key) for key in assigned]

    is_longer = form.is_submitted() and form.add.data
    if is_longer and len(form.claims) < MOST_LINES:
        form.claims.append_entry()

    def act() -> UUID:
        with desk.working() as (writing, acting):
            return visits.record_onsite(writing, acting=acting, case_id=case_id, visit=form.read())

    tried = Attempt[UUID]() if is_longer else attempt(form, act)
    if not tried.is_done:
        return page(
            "onsite/create.html",
            tried,
            form,
            case=case,
            call=case.call,
            members=members,
            criteria=evaluations.criteria_of(case),
            assigned=assigned,
            recorded=visits.onsite_of(session, case),
        )
    back = url_for("cases.show", case_id=case_id)
    return go_sign([tried.value], back, is_own=acting_now.actor.person_id in assigned)
