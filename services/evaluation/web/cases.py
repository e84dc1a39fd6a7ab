"""One case: its facts, its acts, its documents, what comes next."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation import desk
from services.evaluation.domain import states
from services.evaluation.domain.controls import NextStep
from services.evaluation.letters.parts import points
from services.evaluation.models import (
    Audit,
    Case,
    ControlDecision,
    DeficiencyCall,
    OnsiteCheck,
    Recommendation,
    ScoreSheet,
)
from services.evaluation.service import (
    control_end,
    exclusions,
    material,
    reviews,
    scoring,
    seeing,
    visits,
)
from services.evaluation.service.acting import Acting
from services.evaluation.tasks.controlling import ENDED
from services.evaluation.web.pages import this_case, view
from shared.audit import AuditMixin
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
    work = seeing.Work.of(session, acting, case)
    sight = seeing.Sight.of(acting, work)
    decision = control_end.decision_of(session, case)
    onsite = visits.onsite_of(session, case)
    deadline = deadline_from_json(case.notice_deadline) if case.notice_deadline else None
    return view(
        "cases/show.html",
        case=case,
        call=case.call,
        application=case.view,
        may_open_files=material.may_ask(session, acting, case),
        rounds=seeing.seen_rounds(work, sight),
        decision=decision,
        deficiency_calls=_deficiency_calls(session, case),
        notice_reason=why(deadline) if deadline else "",
        assignments=work.assignments,
        may_hand_over=acting.actor.has_role("director", "assistant"),
        spread=_spread(session, case, work) if sight.scores else None,
        points_text=points,
        sheets=seeing.seen_sheets(work, sight),
        conflicted=_conflicted(session, acting, case),
        onsite=onsite,
        recommendation=_recommendation(session, case) if sight.scores else None,
        records=seeing.seen_records(session, case, work=work, sight=sight),
        history=_history(session, case),
        reviews=reviews.reviews_of(session, case),
        may_take_in_review=_is_office(acting) and bool(reviews.reviewable(session, case)),
        actions=[
            (offer.address(case), offer.label)
            for offer in (
                *_of_control(case, acting, work, decision),
                *_of_evaluation(case, acting, work, onsite),
            )
            if offer.applies
        ],
    )


def _is_office(acting: Acting) -> bool:
    return acting.actor.has_role("director", "assistant")


def _history(session: Session, case: Case) -> list[AuditMixin]:
    query = select(Audit).where(
        Audit.organisation_id == case.organisation_id,
        Audit.subject_id == case.id,
        Audit.act != "open_file",
    )
    return list(session.scalars(query.order_by(Audit.at, Audit.recorded_at)))


def _deficiency_calls(session: Session, case: Case) -> list[DeficiencyCall]:
    query = select(DeficiencyCall).where(DeficiencyCall.case_id == case.id)
    return list(session.scalars(query.order_by(DeficiencyCall.round)))


def _recommendation(session: Session, case: Case) -> Recommendation | None:
    return session.scalars(select(Recommendation).where(Recommendation.case_id == case.id)).first()


def _spread(session: Session, case: Case, work: seeing.Work) -> scoring.Spread:
    return scoring.spread_among(session, case, work.sheets, work.assignments)


def _conflicted(session: Session, acting: Acting, case: Case) -> list[ScoreSheet]:
    """Return the sheets that count although their evaluators are in conflict."""
    if not acting.actor.has_role("director", "assistant"):
        return []
    return exclusions.conflicted_sheets(session, acting, case.call, [case]).get(case.id, [])


@dataclass(frozen=True)
class Offer:
    """An act that the page offers when it applies."""

    applies: bool
    endpoint: str
    label: str
    of_call: bool = False
    """Whether its page is about the whole call."""

    def address(self, case: Case) -> str:
        """Return where the act is done."""
        if self.of_call:
            return url_for(self.endpoint, call_id=case.call_id)
        return url_for(self.endpoint, case_id=case.id)


def _of_control(
    case: Case, acting: Acting, work: seeing.Work, decision: ControlDecision | None
) -> list[Offer]:
    in_control = case.state == states.ADMIN_CONTROL
    step = control_end.step_of(case, work.rounds[-1], decision) if in_control else None
    office = acting.actor.has_role("director", "assistant")
    return [
        Offer(
            acting.may("appoint_controllers") and case.state == states.REGISTERED,
            "appointments.edit",
            gettext("Pověřit kontrolou"),
            of_call=True,
        ),
        Offer(
            in_control and work.is_controlling,
            "controls.edit",
            gettext("Vyplnit kontrolní list"),
        ),
        Offer(
            office and step is NextStep.DEFICIENCY_CALL,
            "deficiencies.create",
            gettext("Vyzvat k odstranění nedostatků"),
        ),
        Offer(
            acting.actor.has_role("director") and step is NextStep.DIRECTOR_DECISION,
            "decisions.create",
            gettext("Rozhodnout o přijatelnosti"),
        ),
        Offer(
            office and case.state == states.DEFICIENCY_OPEN,
            "deficiencies.finish",
            gettext("Zapsat odstranění nedostatků"),
        ),
        Offer(
            office and case.state in ENDED,
            "notices.edit",
            gettext("Připravit oznámení"),
            of_call=True,
        ),
    ]


def _of_evaluation(
    case: Case, acting: Acting, work: seeing.Work, onsite: OnsiteCheck | None
) -> list[Offer]:
    may_visit = work.is_evaluator or acting.actor.has_role("director", "assistant")
    return [
        Offer(
            acting.may("assign_evaluators") and case.state == states.NOTIFIED,
            "assignments.edit",
            gettext("Přidělit hodnotitelům"),
            of_call=True,
        ),
        Offer(work.is_scoring, "scores.edit", gettext("Bodovat projekt")),
        Offer(
            may_visit and onsite is None and case.state in states.IN_EVALUATION,
            "onsite.create",
            gettext("Zapsat kontrolu ex ante"),
        ),
        Offer(
            acting.actor.has_role("committee", "assistant") and case.state == states.PRESENTED,
            "meetings.show",
            gettext("Otevřít jednání komise"),
            of_call=True,
        ),
    ]
