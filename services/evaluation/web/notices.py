"""Notices to applicants: about the administrative control, and about the result."""

from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.domain import states
from services.evaluation.models import Case
from services.evaluation.service import control_end, resolutions
from services.evaluation.service.cases import cases_of
from services.evaluation.service.records import live_records
from services.evaluation.tasks.controlling import ENDED
from services.evaluation.web.pages import (
    ChoicesField,
    Page,
    attempt,
    go_sign,
    page,
    this_call,
)
from shared.auth import access, current_actor, roles
from shared.deadlines import deadline_from_json
from shared.web.forms import PageForm
from shared.web.reasons import why

blueprint = Blueprint("notices", __name__)
results = Blueprint("results", __name__)
OFFICE = roles("director", "assistant")
MOST_SHOWN = 50
"""As many letters as are signed with one secret."""


class NoticesForm(PageForm):
    """For which applications the letters are made."""

    cases = ChoicesField(N_("Žádosti"))


def _at_once(cases: list[Case], waiting: list[Case]) -> tuple[list[Case], list[Case]]:
    """Return the cases to show, in their order, and those of them that wait for a letter.

    All that fit are shown; where there are more, those that wait come before the others.
    """
    first = {case.id for case in waiting[:MOST_SHOWN]}
    others = [case.id for case in cases if case.id not in first]
    chosen = first | set(others[: MOST_SHOWN - len(first)])
    shown = [case for case in cases if case.id in chosen]
    return shown, [case for case in waiting if case.id in chosen]


@blueprint.route("/calls/<uuid:call_id>/notices", methods=["GET", "POST"])
@access(OFFICE)
def edit(call_id: UUID) -> Response | Page:
    """Make the notices about the administrative control."""
    session, _ = desk.looking()
    call = this_call(call_id)
    cases = list(session.scalars(cases_of(call).where(Case.control_ended_at.is_not(None))))
    made = control_end.notices_of(session, call.organisation_id, cases)
    waiting = [case for case in cases if case.state in ENDED and case.id not in made]
    shown, waiting = _at_once(cases, waiting)
    form = NoticesForm()
    form.cases.choices = [(str(case.id), case.number) for case in waiting]
    if not form.is_submitted():
        form.cases.data = [str(case.id) for case in waiting]

    def act() -> list[UUID]:
        signer = desk.signing_director()
        with desk.working() as (writing, acting):
            return control_end.prepare_notices(
                writing, acting=acting, call_id=call_id, case_ids=form.cases.chosen, signer=signer
            )

    tried = attempt(form, act)
    if not tried.is_done:
        reasons = {
            case.id: why(deadline_from_json(case.notice_deadline))
            for case in shown
            if case.notice_deadline
        }
        return page(
            "notices/control.html",
            tried,
            form,
            call=call,
            cases=shown,
            count=len(cases),
            made=made,
            waiting=waiting,
            reasons=reasons,
        )
    back = url_for("notices.edit", call_id=call_id)
    return go_sign(tried.result, back, is_own=current_actor().has_role("director"))


@results.route("/calls/<uuid:call_id>/results", endpoint="edit", methods=["GET", "POST"])
@access(OFFICE)
def edit_results(call_id: UUID) -> Response | Page:
    """Make the notices of the result."""
    session, _ = desk.looking()
    call = this_call(call_id)
    decided = (*resolutions.DECIDED, states.RESULT_NOTIFIED)
    cases = list(session.scalars(cases_of(call, decided)))
    made = live_records(session, call.organisation_id, "result_notice", [case.id for case in cases])
    waiting = [c for c in cases if c.state in resolutions.DECIDED and c.id not in made]
    shown, waiting = _at_once(cases, waiting)
    form = NoticesForm()
    form.cases.choices = [(str(case.id), case.number) for case in waiting]
    if not form.is_submitted():
        form.cases.data = [str(case.id) for case in waiting]
    resolution = resolutions.resolution_of(session, call)
    lines = {line["application_id"]: line for line in resolution.lines} if resolution else {}

    def act() -> list[UUID]:
        signer = desk.signing_director()
        with desk.working() as (writing, acting):
            return resolutions.prepare_result_notices(
                writing, acting=acting, call_id=call_id, case_ids=form.cases.chosen, signer=signer
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "notices/results.html",
            tried,
            form,
            call=call,
            cases=shown,
            count=len(cases),
            made=made,
            waiting=waiting,
            lines=lines,
            resolution=resolution,
        )
    back = url_for("results.edit", call_id=call_id)
    return go_sign(tried.result, back, is_own=current_actor().has_role("director"))
