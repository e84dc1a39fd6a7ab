"""What waits in evaluation: committee, declarations, assignments, scores, visits."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.evaluation.domain import states
from services.evaluation.models import (
    Assignment,
    Call,
    Case,
    CommitteeMember,
    Control,
    Declaration,
    OnsiteCheck,
    PresentationSession,
    ScoreSheet,
    SpreadDecision,
)
from services.evaluation.service.acting import Acting
from services.evaluation.service.evaluations import can_be_scored
from shared.calendar_cz import prague_day
from shared.waiting import READ_OF_A_KIND, cut
from shared.web.tasks import WaitingTask

from .controlling import before_presentation, case_task, per_call


def tasks(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Return the tasks of each role that the person has."""
    if acting.actor.has_role("director"):
        yield from _committees(session, acting)
        yield from cut(_spreads(session, acting))
    if acting.may("assign_evaluators"):
        yield from per_call(
            session,
            acting,
            (states.NOTIFIED,),
            what=gettext("Přidělit projekty hodnotitelům"),
            endpoint="assignments.edit",
            button=gettext("Přidělit projekty"),
        )
    if acting.actor.has_role("evaluator", "controller"):
        yield from _declarations(session, acting)
    if acting.actor.has_role("evaluator"):
        yield from cut(_sheets(session, acting))
        yield from cut(_visits(session, acting))
    if acting.actor.has_role("director", "assistant"):
        yield from _presentations(session, acting)
    if acting.actor.has_role("assistant"):
        yield from cut(_prints(session, acting))


def _committees(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    has_members = select(CommitteeMember.call_id)
    running = select(Case.call_id).where(Case.state.in_(states.BEFORE_DECISION))
    query = select(Call).where(
        Call.organisation_id == acting.organisation_id,
        Call.id.not_in(has_members),
        Call.id.in_(running),
    )
    for call in session.scalars(query.order_by(Call.number)):
        if call.view.closes_at > acting.now:
            continue  # who applies, and so who is conflicted, is known when the intake has ended
        yield WaitingTask(
            what=gettext("Ustavit hodnotitelskou komisi"),
            subject=gettext("%(number)s. výzva", number=call.number),
            url=url_for("committees.edit", call_id=call.id),
            button=gettext("Ustavit komisi"),
            **before_presentation(call.presentation_at),
        )


def _declarations(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    mine = select(CommitteeMember.call_id).where(
        CommitteeMember.person_id == acting.actor.person_id
    )
    controlled = (
        select(Case.call_id)
        .join(Control, Control.case_id == Case.id)
        .where(
            Control.controller_id == acting.actor.person_id,
            Control.concluded_at.is_(None),
            Control.released_at.is_(None),
        )
    )
    declared = select(Declaration.call_id).where(Declaration.person_id == acting.actor.person_id)
    query = select(Call).where(
        Call.organisation_id == acting.organisation_id,
        or_(Call.id.in_(mine), Call.id.in_(controlled)),
        Call.id.not_in(declared),
    )
    members = set(session.scalars(mine))
    for call in session.scalars(query.order_by(Call.number)):
        if call.id not in members and not call.rules["staff_declaration"]:
            continue
        yield WaitingTask(
            what=gettext("Prohlásit své zájmy"),
            subject=gettext("%(number)s. výzva", number=call.number),
            url=url_for("declarations.create", call_id=call.id),
            button=gettext("Podat prohlášení"),
        )


def _sheets(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    closed = select(ScoreSheet.case_id).where(
        ScoreSheet.evaluator_id == acting.actor.person_id, ScoreSheet.closed_at.is_not(None)
    )
    query = _assigned(acting).where(Case.id.not_in(closed))
    for case in session.scalars(query.limit(READ_OF_A_KIND)):
        yield case_task(
            case,
            what=gettext("Obodovat projekt"),
            endpoint="scores.edit",
            button=gettext("Bodovat projekt"),
            **before_presentation(case.call.presentation_at),
        )


def _visits(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    visited = select(OnsiteCheck.case_id)
    query = _assigned(acting).where(Case.id.not_in(visited))
    for case in session.scalars(query.limit(READ_OF_A_KIND)):
        yield case_task(
            case,
            what=gettext("Provést a zapsat kontrolu ex ante"),
            endpoint="onsite.create",
            button=gettext("Zapsat kontrolu ex ante"),
            **before_presentation(case.call.presentation_at),
        )


def _spreads(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Return cases that only a difference between evaluators holds back: all have signed (A15)."""
    unsigned = select(Assignment.id).where(
        Assignment.case_id == Case.id,
        ~select(ScoreSheet.id)
        .where(
            ScoreSheet.case_id == Case.id,
            ScoreSheet.evaluator_id == Assignment.evaluator_id,
            ScoreSheet.signed_at.is_not(None),
        )
        .exists(),
    )
    decided = select(SpreadDecision.id).where(SpreadDecision.case_id == Case.id)
    query = select(Case).where(
        Case.organisation_id == acting.organisation_id,
        Case.state == states.ASSIGNED,
        ~unsigned.exists(),
        ~decided.exists(),
    )
    ordered = query.order_by(Case.received_order, Case.id)
    for case in session.scalars(ordered.limit(READ_OF_A_KIND)):
        yield case_task(
            case,
            what=gettext("Rozhodnout o rozdílu bodů hodnotitelů"),
            endpoint="spread.decide",
            button=gettext("Rozhodnout o rozdílu bodů"),
        )


def _prints(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    query = (
        select(Case.number, Assignment)
        .join(Assignment, Assignment.case_id == Case.id)
        .where(
            Case.organisation_id == acting.organisation_id,
            Case.state.in_(states.IN_EVALUATION),
            Assignment.wants_print,
            Assignment.print_handed_at.is_(None),
        )
        .order_by(Case.received_order, Assignment.evaluator_name, Assignment.id)
    )
    for number, row in session.execute(query.limit(READ_OF_A_KIND)):
        yield WaitingTask(
            what=gettext("Předat vytištěné podklady"),
            subject=f"{number}: {row.evaluator_name}",
            url=url_for("prints.create", case_id=row.case_id, evaluator_id=row.evaluator_id),
            button=gettext("Předat podklady"),
        )


def _assigned(acting: Acting):  # type: ignore[no-untyped-def]  # the type of a select is long
    return (
        select(Case)
        .join(Assignment, Assignment.case_id == Case.id)
        .join(Call, Call.id == Case.call_id)
        .where(
            Case.organisation_id == acting.organisation_id,
            can_be_scored(),
            Assignment.evaluator_id == acting.actor.person_id,
        )
        .order_by(Call.presentation_at, Case.received_order, Case.id)
    )


def _presentations(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    recorded = select(PresentationSession.call_id).where(PresentationSession.closed_at.is_not(None))
    running = select(Case.call_id).where(Case.state.in_(states.IN_EVALUATION))
    query = select(Call).where(
        Call.organisation_id == acting.organisation_id,
        Call.id.in_(running),
        Call.id.not_in(recorded),
    )
    for call in session.scalars(query.order_by(Call.number)):
        yield WaitingTask(
            what=gettext("Uspořádat a zapsat veřejné prezentace"),
            subject=gettext("%(number)s. výzva", number=call.number),
            url=url_for("presentations.show", call_id=call.id),
            button=gettext("Otevřít prezentace"),
            due=prague_day(call.presentation_at),
            reason=gettext("Den prezentací určila výzva."),
        )
