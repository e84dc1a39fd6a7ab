"""One case: its facts, its acts, its documents, what comes next."""

from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy import select

from services.evaluation import desk
from services.evaluation.domain import states
from services.evaluation.domain.controls import NextStep
from services.evaluation.letters.parts import points
from services.evaluation.models import Audit, Case, DeficiencyCall, Recommendation, ScoreSheet
from services.evaluation.service import (
    control_end,
    controls,
    evaluations,
    exclusions,
    material,
    scoring,
    seeing,
    visits,
)
from services.evaluation.service.acting import Acting
from services.evaluation.tasks.controlling import ENDED
from services.evaluation.web.pages import this_case, view
from shared.auth import access, roles
from shared.deadlines import deadline_from_json
from shared.web.reasons import why

blueprint = Blueprint("cases", __name__)


@blueprint.get("/cases/<uuid:case_id>")
@access(roles(*desk.READERS))
def show(case_id: UUID) -> str:
    """Show everything evaluation knows about a case."""
    session, acting = desk.looking()
    case = this_case(case_id)
    history = session.scalars(
        select(Audit)
        .where(
            Audit.organisation_id == case.organisation_id,
            Audit.subject_id == case.id,
            Audit.act != "open_file",
        )
        .order_by(Audit.at, Audit.recorded_at)
    )
    calls = session.scalars(
        select(DeficiencyCall)
        .where(DeficiencyCall.case_id == case.id)
        .order_by(DeficiencyCall.round)
    )
    recommended = session.scalars(select(Recommendation).where(Recommendation.case_id == case.id))
    step = control_end.next_step(session, case) if case.state == states.ADMIN_CONTROL else None
    deadline = deadline_from_json(case.notice_deadline) if case.notice_deadline else None
    sees_scores = seeing.Sight.of(session, acting, case).scores
    return view(
        "cases/show.html",
        case=case,
        call=case.call,
        application=case.view,
        may_open_files=material.may_ask(session, acting, case),
        rounds=[
            seeing.seen_controls(session, acting, case, of_round=number)
            for number in range(1, case.control_round + 1)
        ],
        step=step,
        decision=control_end.decision_of(session, case),
        deficiency_calls=list(calls),
        notice_reason=why(deadline) if deadline else "",
        assignments=evaluations.assignments_of(session, [case.id]),
        may_hand_over=acting.actor.has_role("director", "assistant"),
        spread=scoring.spread_of(session, case) if sees_scores else None,
        points_text=points,
        sheets=seeing.seen_sheets(session, acting, case),
        conflicted=_conflicted(session, acting, case),
        onsite=visits.onsite_of(session, case),
        recommendation=recommended.first() if sees_scores else None,
        records=seeing.seen_records(session, acting, case),
        history=list(history),
        actions=_actions(case, step, acting, _own(session, acting, case)),
    )


def _conflicted(session: Any, acting: Acting, case: Case) -> list[ScoreSheet]:
    """Return the sheets that count although their evaluators are in conflict."""
    if not acting.actor.has_role("director", "assistant"):
        return []
    return exclusions.conflicted_sheets(session, acting, case.call, [case]).get(case.id, [])


def _own(session: Any, acting: Any, case: Case) -> set[str]:
    """Return what the acting person is to this case, and which of it is still to be done."""
    mine = set()
    me = acting.actor.person_id
    open_controls = [c for c in controls.controls_of(session, case) if c.concluded_at is None]
    if any(control.controller_id == me for control in open_controls):
        mine.add("controller")
    assigned = evaluations.assignments_of(session, [case.id])
    if any(row.evaluator_id == me for row in assigned):
        mine.add("evaluator")
        sheet = evaluations.own_sheet(session, acting, case)
        if sheet is None or sheet.closed_at is None:
            mine.add("scoring")
    if visits.onsite_of(session, case) is None:
        mine.add("visit")
    return mine


def _actions(
    case: Case, step: NextStep | None, acting: Acting, own: set[str]
) -> list[tuple[str, str]]:
    """Return the acts that the person can do now: address and words of the button."""
    held = acting.actor.roles
    office = bool(held & {"director", "assistant"})
    director = "director" in held

    def one(endpoint: str) -> str:
        return url_for(endpoint, case_id=case.id)

    def whole(endpoint: str) -> str:
        return url_for(endpoint, call_id=case.call_id)

    in_control = case.state == states.ADMIN_CONTROL
    offered = [
        (
            acting.may("appoint_controllers") and case.state == states.REGISTERED,
            whole("appointments.edit"),
            gettext("Pověřit kontrolou"),
        ),
        (
            in_control and "controller" in own,
            one("controls.edit"),
            gettext("Vyplnit kontrolní list"),
        ),
        (
            office and step is NextStep.DEFICIENCY_CALL,
            one("deficiencies.create"),
            gettext("Vyzvat k odstranění nedostatků"),
        ),
        (
            director and step is NextStep.DIRECTOR_DECISION,
            one("decisions.create"),
            gettext("Rozhodnout o přijatelnosti"),
        ),
        (
            office and case.state == states.DEFICIENCY_OPEN,
            one("deficiencies.finish"),
            gettext("Zapsat odstranění nedostatků"),
        ),
        (
            office and case.state in ENDED,
            whole("notices.edit"),
            gettext("Připravit oznámení"),
        ),
        (
            acting.may("assign_evaluators") and case.state == states.NOTIFIED,
            whole("assignments.edit"),
            gettext("Přidělit hodnotitelům"),
        ),
        (
            "scoring" in own and evaluations.is_scorable(desk.looking()[0], case),
            one("scores.edit"),
            gettext("Bodovat projekt"),
        ),
        (
            "visit" in own
            and ("evaluator" in own or office)
            and case.state in states.IN_EVALUATION,
            one("onsite.create"),
            gettext("Zapsat kontrolu ex ante"),
        ),
        (
            bool(held & {"committee", "assistant"}) and case.state == states.PRESENTED,
            whole("meetings.show"),
            gettext("Otevřít jednání komise"),
        ),
    ]
    return [(address, label) for applies, address, label in offered if applies]
