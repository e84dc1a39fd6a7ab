"""What waits in the administrative control."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.evaluation.domain import states
from services.evaluation.domain.controls import NextStep
from services.evaluation.models import (
    Call,
    Case,
    Control,
    ControlDecision,
    ControlTemplate,
    DeficiencyCall,
)
from services.evaluation.service.acting import Acting
from services.evaluation.service.control_end import next_steps
from services.evaluation.service.records import has_live_record
from shared.calendar_cz import prague_day
from shared.deadlines import deadline_from_json
from shared.waiting import READ_OF_A_KIND, cut
from shared.web.reasons import why
from shared.web.tasks import WaitingTask

WAITING = "waiting"
"""The filter of a page that shows only what waits for the act."""
ENDED = (states.CONTROL_PASSED, states.CONTROL_FAILED, states.EXPIRED)


def tasks(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Return the tasks of each role that the person has."""
    actor = acting.actor
    if actor.has_role("assistant"):
        yield from _control_lists(session, acting)
    if acting.may("appoint_controllers"):
        yield from _appointments(session, acting)
    if actor.has_role("controller"):
        yield from cut(_controls(session, acting))
    if actor.has_role("director", "assistant"):
        yield from cut(_concluded(session, acting))
        yield from cut(_deficiencies(session, acting))
        yield from _notices(session, acting)


def before_presentation(presentation_at: datetime) -> dict[str, Any]:
    """Say by when work that precedes the public presentations must be done."""
    return {
        "due": prague_day(presentation_at),
        "reason": gettext("Má být hotové do dne veřejných prezentací, který určila výzva."),
    }


def _control_lists(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    controlled = select(Case.call_id).where(
        Case.organisation_id == acting.organisation_id,
        Case.state.in_((states.REGISTERED, states.ADMIN_CONTROL)),
    )
    frozen = select(ControlTemplate.call_id, ControlTemplate.fiche).where(
        ControlTemplate.organisation_id == acting.organisation_id,
        ControlTemplate.call_id.in_(controlled),
        ControlTemplate.frozen_at.is_not(None),
    )
    ready = {(call_id, fiche) for call_id, fiche in session.execute(frozen)}
    calls = select(Call).where(
        Call.organisation_id == acting.organisation_id, Call.id.in_(controlled)
    )
    for call in session.scalars(calls.order_by(Call.number)):
        missing = [f.number for f in call.view.fiches if (call.id, f.number) not in ready]
        if missing:
            yield WaitingTask(
                what=gettext("Připravit a uzamknout kontrolní listy"),
                subject=gettext(
                    "%(number)s. výzva: %(fiches)s", number=call.number, fiches=", ".join(missing)
                ),
                url=url_for("control_lists.index", call_id=call.id),
                button=gettext("Připravit kontrolní listy"),
                **before_presentation(call.presentation_at),
            )


def _appointments(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    yield from per_call(
        session,
        acting,
        (states.REGISTERED,),
        what=gettext("Pověřit dvě osoby kontrolou"),
        endpoint="appointments.edit",
        button=gettext("Pověřit kontrolou"),
    )


def per_call(
    session: Session,
    acting: Acting,
    wanted: Iterable[str],
    *,
    what: str,
    endpoint: str,
    button: str,
) -> Iterator[WaitingTask]:
    """Return one task for each call that has cases in the wanted states."""
    query = (
        select(Call.id, Call.number, Call.presentation_at, func.count())
        .join(Case, Case.call_id == Call.id)
        .where(
            Call.organisation_id == acting.organisation_id,
            # Said of both tables, so that the index of the cases by call and state can be used.
            Case.organisation_id == Call.organisation_id,
            Case.state.in_(list(wanted)),
        )
        .group_by(Call.id, Call.number, Call.presentation_at)
        .order_by(Call.number)
    )
    for call_id, number, presentation_at, count in session.execute(query):
        yield WaitingTask(
            **before_presentation(presentation_at),
            what=what,
            subject=call_subject(number, count),
            url=url_for(endpoint, call_id=call_id),
            button=button,
        )


def call_subject(number: int, count: int) -> str:
    """Name a call with the number of applications concerned."""
    call: str = gettext("%(number)s. výzva", number=number)
    applications: str = ngettext("%(num)s žádost", "%(num)s žádostí", count)
    return f"{call}: {applications}"


def _controls(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    query = (
        select(Case)
        .join(Control, Control.case_id == Case.id)
        .join(Call, Call.id == Case.call_id)
        .where(
            Case.organisation_id == acting.organisation_id,
            Case.state == states.ADMIN_CONTROL,
            Control.round == Case.control_round,
            Control.controller_id == acting.actor.person_id,
            Control.concluded_at.is_(None),
            Control.released_at.is_(None),
        )
        .order_by(Call.presentation_at, Case.received_order, Case.id)
    )
    for case in session.scalars(query.limit(READ_OF_A_KIND)):
        yield case_task(
            case,
            what=gettext("Provést administrativní kontrolu"),
            endpoint="controls.edit",
            button=gettext("Vyplnit kontrolní list"),
            **before_presentation(case.call.presentation_at),
        )


def case_task(
    case: Case,
    *,
    what: str,
    endpoint: str,
    button: str,
    due: date | None = None,
    reason: str = "",
) -> WaitingTask:
    """Return a task about one case."""
    return WaitingTask(
        what=what,
        subject=f"{case.number} {case.title}",
        subject_url=url_for("cases.show", case_id=case.id),
        url=url_for(endpoint, case_id=case.id),
        button=button,
        due=due,
        reason=reason,
    )


def _concluded(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Both have signed, and yet the case stands: it needs the director or a call to repair."""
    signed = (
        select(Control.case_id)
        .join(Case, Case.id == Control.case_id)
        .where(
            Case.organisation_id == acting.organisation_id,
            Case.state == states.ADMIN_CONTROL,
            Control.round == Case.control_round,
            Control.released_at.is_(None),
            Control.list_signed_at.is_not(None),
            Control.entry_signed_at.is_not(None),
        )
        .group_by(Control.case_id, Case.control_round)
        .having(func.count() >= 2)
    )
    if not acting.actor.has_role("director"):
        # Only she decides a disagreement, so nobody else need read those that wait for her.
        is_decided = select(ControlDecision.id).where(
            ControlDecision.case_id == Control.case_id,
            ControlDecision.round == Case.control_round,
        )
        agree = func.count(func.distinct(Control.is_acceptable)) == 1
        signed = signed.having(or_(agree, is_decided.exists()))
    query = select(Case).where(
        Case.organisation_id == acting.organisation_id,
        Case.state == states.ADMIN_CONTROL,
        Case.id.in_(signed),
    )
    ordered = query.order_by(Case.received_order, Case.id)
    cases = session.scalars(ordered.limit(READ_OF_A_KIND)).all()
    steps = next_steps(session, cases)
    for case in cases:
        step = steps[case.id]
        if step is NextStep.DEFICIENCY_CALL:
            yield case_task(
                case,
                what=gettext("Vyzvat žadatele k odstranění nedostatků"),
                endpoint="deficiencies.create",
                button=gettext("Připravit výzvu"),
            )
        elif step is NextStep.DIRECTOR_DECISION and acting.actor.has_role("director"):
            yield case_task(
                case,
                what=gettext("Rozhodnout, kontrolující se neshodli"),
                endpoint="decisions.create",
                button=gettext("Rozhodnout o přijatelnosti"),
            )


def _deficiencies(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    query = (
        select(Case, DeficiencyCall)
        .join(DeficiencyCall, DeficiencyCall.case_id == Case.id)
        .where(
            Case.organisation_id == acting.organisation_id,
            Case.state == states.DEFICIENCY_OPEN,
            DeficiencyCall.round == Case.control_round,
            # Before the delivery nobody need look; after the fixed date somebody must.
            or_(
                DeficiencyCall.delivered_on.is_not(None),
                DeficiencyCall.fixed_date < acting.today,
            ),
        )
        .order_by(DeficiencyCall.fixed_date, Case.id)
    )
    for case, call in session.execute(query.limit(READ_OF_A_KIND)):
        yield WaitingTask(
            what=gettext("Zapsat, zda žadatel nedostatky odstranil"),
            subject=f"{case.number} {case.title}",
            subject_url=url_for("cases.show", case_id=case.id),
            url=url_for("deficiencies.finish", case_id=case.id),
            button=gettext("Zapsat odstranění nedostatků"),
            due=call.fixed_date,
            reason=gettext("Pevný termín uvedený ve výzvě k odstranění nedostatků."),
        )


def _notices(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    together = (Case.call_id, Case.notice_due)
    # The database counts the cases of a call with one deadline and gives the first of them.
    waiting = (
        select(
            Case.call_id,
            Case.notice_due,
            Case.notice_deadline,
            func.count().over(partition_by=together).label("count"),
            func.row_number().over(partition_by=together, order_by=Case.id).label("place"),
        )
        .where(
            Case.organisation_id == acting.organisation_id,
            Case.state.in_(ENDED),
            ~has_live_record("control_notice"),
        )
        .subquery()
    )
    query = select(waiting, Call.number).join(Call, Call.id == waiting.c.call_id)
    first = query.where(waiting.c.place == 1).order_by(waiting.c.call_id, waiting.c.notice_due)
    for row in session.execute(first).mappings():
        stored = row["notice_deadline"]
        yield WaitingTask(
            what=gettext("Připravit oznámení o administrativní kontrole"),
            subject=call_subject(row["number"], row["count"]),
            url=url_for("notices.edit", call_id=row["call_id"], state=WAITING),
            button=gettext("Připravit oznámení"),
            due=row["notice_due"],
            reason=why(deadline_from_json(stored)) if stored else "",
        )
