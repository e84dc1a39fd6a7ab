"""What waits in the final selection."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.evaluation.domain import states
from services.evaluation.models import (
    AllocationRun,
    Call,
    Case,
    Meeting,
    Resolution,
)
from services.evaluation.service.acting import Acting
from services.evaluation.service.records import has_live_record
from shared.web.tasks import WaitingTask

from .controlling import WAITING, call_subject

OPEN = (
    states.REGISTERED,
    states.ADMIN_CONTROL,
    states.DEFICIENCY_OPEN,
    states.CONTROL_PASSED,
    states.NOTIFIED,
    states.ASSIGNED,
    states.EVALUATED,
    states.EX_ANTE_DONE,
)
DECIDED = (states.APPROVED, states.REJECTED, states.RESERVE)


def tasks(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Return the tasks of each role that the person has."""
    actor = acting.actor
    if actor.has_role("committee", "assistant"):
        yield from _meetings(session, acting)
    if actor.has_role("director", "assistant", "committee"):
        yield from _runs(session, acting)
    if actor.has_role("assembly"):
        yield from _resolutions(session, acting)
    if actor.has_role("director", "assistant"):
        yield from _results(session, acting)


def _calls(session: Session, acting: Acting, *conditions: object) -> list[Call]:
    query = select(Call).where(Call.organisation_id == acting.organisation_id, *conditions)  # type: ignore[arg-type]  # conditions are column expressions
    return list(session.scalars(query.order_by(Call.number)))


def _task(call: Call, what: str, endpoint: str, button: str) -> WaitingTask:
    return WaitingTask(
        what=what,
        subject=gettext("%(number)s. výzva", number=call.number),
        url=url_for(endpoint, call_id=call.id),
        button=button,
    )


def _meetings(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    closed = select(Meeting.call_id).where(Meeting.closed_at.is_not(None))
    ready = select(Case.call_id).where(Case.state == states.PRESENTED)
    still_open = select(Case.call_id).where(Case.state.in_(OPEN))
    conditions = (Call.id.in_(ready), Call.id.not_in(still_open), Call.id.not_in(closed))
    for call in _calls(session, acting, *conditions):
        yield _task(
            call,
            gettext("Projednat projekty ve výběrové komisi"),
            "meetings.show",
            gettext("Otevřít jednání"),
        )


def _runs(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    signed = select(Meeting.call_id).where(Meeting.signed_at.is_not(None))
    run = select(AllocationRun.call_id)
    for call in _calls(session, acting, Call.id.in_(signed), Call.id.not_in(run)):
        yield _task(
            call,
            gettext("Rozdělit prostředky podle pravidla výzvy"),
            "allocations.index",
            gettext("Spočítat návrh"),
        )


def _resolutions(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    run, decided = select(AllocationRun.call_id), select(Resolution.call_id)
    for call in _calls(session, acting, Call.id.in_(run), Call.id.not_in(decided)):
        yield _task(
            call,
            gettext("Zapsat usnesení valné hromady"),
            "resolutions.show",
            gettext("Zapsat usnesení"),
        )


def _results(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    waiting = (
        select(Call.id, Call.number, func.count())
        .join(Case, Case.call_id == Call.id)
        .where(
            Case.organisation_id == acting.organisation_id,
            Case.state.in_(DECIDED),
            ~has_live_record("result_notice"),
        )
        .group_by(Call.id, Call.number)
        .order_by(Call.number)
    )
    for call_id, number, count in session.execute(waiting):
        yield WaitingTask(
            what=gettext("Oznámit výsledek žadatelům"),
            subject=call_subject(number, count),
            url=url_for("results.edit", call_id=call_id, state=WAITING),
            button=gettext("Připravit oznámení výsledku"),
        )
