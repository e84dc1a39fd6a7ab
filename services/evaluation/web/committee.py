"""The committee, and the assignment of projects to its members."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import HiddenField, SubmitField

from services.evaluation import desk
from services.evaluation.domain import states
from services.evaluation.domain.assignments import EvaluatorConflicted, propose
from services.evaluation.models import Call, Case
from services.evaluation.service import evaluations, interests, overviews
from services.evaluation.web.case_lists import (
    PROJECT_COLUMNS,
    ListForm,
    listed_cases,
    page_address,
)
from services.evaluation.web.interests import explain
from services.evaluation.web.pages import (
    ChoicesField,
    Page,
    attempt,
    page,
    this_call,
)
from shared.auth import access, delegates, roles
from shared.web.forms import PageForm, seen_version
from shared.web.tables import Filter

blueprint = Blueprint("committees", __name__)
assignments = Blueprint("assignments", __name__)


class CommitteeForm(PageForm):
    """The members."""

    members = ChoicesField(N_("Členové komise"))


@blueprint.route("/calls/<uuid:call_id>/committee", methods=["GET", "POST"])
@access(roles("director"))
def edit(call_id: UUID) -> Response | Page:
    """Set the evaluation committee of a call."""
    session, _ = desk.looking()
    call = this_call(call_id)
    people = desk.people()
    members = interests.committee_of(session, call)
    form = CommitteeForm(data={"version": call.committee_version})
    evaluators = [p for p in people.values() if "evaluator" in p.roles]
    form.members.choices = [(str(p.id), p.name) for p in evaluators]
    if not form.is_submitted():
        size = call.rules["committee_size"]
        chosen = [m.person_id for m in members]
        if not chosen and len(evaluators) == size:
            chosen = [p.id for p in evaluators]
        form.members.data = [str(key) for key in chosen]

    def act() -> Any:
        with desk.working() as (writing, acting):
            return interests.set_committee(
                writing,
                acting=acting,
                call_id=call_id,
                member_ids=form.members.chosen,
                people=people,
                version=form.expected_version(),
            )

    tried = attempt(form, act)
    if not tried.is_done:
        declared = interests.declarations_of(session, call)
        return page(
            "committee/edit.html",
            tried,
            form,
            call=call,
            evaluators=evaluators,
            members=members,
            declared=declared,
        )
    flash(
        gettext("Hodnotitelská komise %(number)s. výzvy je ustavená.", number=call.number), "good"
    )
    return redirect(url_for("conflicts.show", call_id=call_id), 303)


WAITING, ASSIGNED = "waiting", "assigned"
NOT_YET = (
    states.REGISTERED,
    states.ADMIN_CONTROL,
    states.DEFICIENCY_OPEN,
    states.CONTROL_PASSED,
    states.CONTROL_FAILED,
    states.EXPIRED,
    states.EXCLUDED,
)
BY_ASSIGNMENT = Filter(
    "state",
    N_("Přidělení"),
    lambda text: overviews.is_assigned() if text == ASSIGNED else ~overviews.is_assigned(),
    [(WAITING, N_("čeká na přidělení")), (ASSIGNED, N_("přiděleno"))],
)


@assignments.route("/calls/<uuid:call_id>/assignments", endpoint="edit", methods=["GET", "POST"])
@access(roles("director"), delegates("assign_evaluators"))
def edit_assignments(call_id: UUID) -> Response | Page:
    """Assign the projects of one page to evaluators; a conflicted member cannot be chosen."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    listed = listed_cases(
        session, call, overviews.assignable(session, call), PROJECT_COLUMNS, filters=[BY_ASSIGNMENT]
    )
    cases = listed.items
    picture = interests.conflict_picture(session, call, acting_now.today, cases)
    present: dict[UUID, list[UUID]] = {}
    for row in evaluations.assignments_of(session, [case.id for case in cases]):
        present.setdefault(row.case_id, []).append(row.evaluator_id)
    free = {case.id: _eligible(picture, case.id) for case in cases}
    fresh = {case.id: free[case.id] for case in cases if case.id not in present}
    proposed = propose(
        fresh,
        per_project=call.rules["evaluators_per_project"],
        busy=overviews.workload_of(session, call),
    )
    form = _assignment_form(cases, picture, present, proposed)

    def act() -> int:
        people = desk.people()
        changed = 0
        with desk.working() as (writing, acting):
            for case in cases:
                chosen = form[f"case_{case.id.hex}"].chosen
                # Whom a later conflict took off the form is not unticked by that.
                if set(chosen) == set(present.get(case.id, ())) & set(free[case.id]):
                    continue
                evaluations.assign_evaluators(
                    writing,
                    acting=acting,
                    case_id=case.id,
                    evaluator_ids=chosen,
                    people=people,
                    version=seen_version(form[f"seen_{case.id.hex}"].data),
                )
                changed += 1
        return changed

    tried = attempt(form, act)
    if not tried.is_done:
        details = []
        if isinstance(tried.error, EvaluatorConflicted):
            details = explain(picture, tried.error.params["reasons"])
        return page(
            "committee/assign.html",
            tried,
            form,
            call=call,
            listed=listed,
            picture=picture,
            present=present,
            waiting=overviews.count_of(session, call, *_waiting()),
            details=details,
            elsewhere=_elsewhere(session, call),
            explain=lambda person, case: explain(picture, picture.verdict(person, case).reasons),
        )
    text = ngettext("Přidělen %(num)s projekt.", "Přiděleno %(num)s projektů.", tried.result)
    flash(text, "good")
    # What waited and now is assigned leaves its filter, so the next ones move to the same page.
    stays = not form.go_on.data or listed.chosen(BY_ASSIGNMENT.key) == WAITING
    following = listed.number if stays else listed.number + 1
    return redirect(page_address("assignments.edit", call, listed, following), 303)


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return Case.state.in_(overviews.ASSIGNABLE), ~overviews.is_assigned()


def _elsewhere(session: Session, call: Call) -> int:
    """Count the projects that are not assigned here, because they did not come so far."""
    return overviews.count_of(session, call, Case.state.in_(NOT_YET))


def _eligible(picture: interests.ConflictPicture, case_id: UUID) -> list[UUID]:
    return [
        member.person_id
        for member in picture.members
        if member.person_id in picture.declared
        and picture.verdict(member.person_id, case_id).is_eligible
    ]


class AssignmentForm(ListForm):
    """Ground of the assignments' form; a field for each project shown is added."""

    save = SubmitField(N_("Přidělit projekty hodnotitelům"))
    go_on = SubmitField(N_("Přidělit a přejít na další stranu"))


def _assignment_form(
    cases: list[Any],
    picture: interests.ConflictPicture,
    present: dict[UUID, list[UUID]],
    proposed: dict[UUID, tuple[UUID, ...]],
) -> Any:
    choices = [(str(member.person_id), member.name) for member in picture.members]
    fields: dict[str, Any] = {}
    for case in cases:
        fields[f"case_{case.id.hex}"] = ChoicesField(case.number, choices=choices)
        fields[f"seen_{case.id.hex}"] = HiddenField(default=case.assignment_version)
    form = type("FilledAssignmentForm", (AssignmentForm,), fields)()
    if not form.is_submitted():
        for case in cases:
            shown = present.get(case.id) or proposed.get(case.id, ())
            form[f"case_{case.id.hex}"].data = [str(key) for key in shown]
    return form
