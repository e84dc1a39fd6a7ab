"""What pages ask about many cases at once: counted and cut by the database, never read whole."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, load_only

from services.evaluation.domain import states
from services.evaluation.models import (
    AllocationRun,
    Assignment,
    Call,
    Case,
    Control,
    Meeting,
    Recommendation,
)

from .allocations import newest_first
from .cases import cases_of
from .evaluations import has_excluded
from .meetings import BEFORE_MEETING

ASSIGNABLE = (states.NOTIFIED, *states.IN_EVALUATION)
REASSIGNABLE = (*ASSIGNABLE, *states.AFTER_MEETING)
BEST_FIRST = (Case.points.desc().nulls_last(), Case.received_order, Case.id)
"""Order of the projects of a fiche before the committee (R63)."""


def count_of(session: Session, call: Call, *conditions: ColumnElement[bool]) -> int:
    """Count the cases of a call for which the conditions hold."""
    query = cases_of(call).where(*conditions).order_by(None)
    return session.scalar(query.with_only_columns(func.count())) or 0


def assignable(session: Session, call: Call) -> tuple[str, ...]:
    """Return the states in which projects are assigned; later ones only after an exclusion."""
    late = cases_of(call, states.AFTER_MEETING).where(has_excluded()).with_only_columns(Case.id)
    return REASSIGNABLE if session.scalars(late.limit(1)).first() else ASSIGNABLE


def is_assigned() -> ColumnElement[bool]:
    """Return the condition that a case has evaluators."""
    return select(Assignment.id).where(Assignment.case_id == Case.id).exists()


def is_decided(verdict: bool | None = None) -> ColumnElement[bool]:
    """Return the condition that the committee decided about a case, or decided so."""
    query = select(Recommendation.id).where(Recommendation.case_id == Case.id)
    if verdict is not None:
        query = query.where(Recommendation.is_recommended.is_(verdict))
    return query.exists()


def controllers_of(session: Session, cases: Sequence[Case]) -> dict[UUID, list[str]]:
    """Return the names of the controllers of cases in their present rounds."""
    names: dict[UUID, list[str]] = {case.id: [] for case in cases}
    query = (
        select(Control.case_id, Control.controller_name)
        .join(Case, Case.id == Control.case_id)
        .where(Control.case_id.in_(names), Control.round == Case.control_round)
        .where(Control.released_at.is_(None))
        .order_by(Control.controller_name, Control.id)
    )
    for case_id, name in session.execute(query):
        names[case_id].append(name)
    return names


def workload_of(session: Session, call: Call) -> dict[UUID, int]:
    """Return how many projects of the call each evaluator has."""
    query = (
        select(Assignment.evaluator_id, func.count())
        .join(Case, Case.id == Assignment.case_id)
        .where(Case.call_id == call.id)
        .group_by(Assignment.evaluator_id)
    )
    return {person_id: number for person_id, number in session.execute(query)}


def open_numbers(session: Session, call: Call, most: int) -> tuple[list[str], int]:
    """Return the first numbers of what keeps the committee from meeting, and how many there are."""
    query = cases_of(call, BEFORE_MEETING).with_only_columns(Case.number).limit(most)
    numbers = list(session.scalars(query))
    if len(numbers) < most:
        return numbers, len(numbers)
    return numbers, count_of(session, call, Case.state.in_(BEFORE_MEETING))


def next_undecided(session: Session, call: Call) -> Case | None:
    """Return the project that the committee takes next: by fiche, the best points first."""
    query = cases_of(call, (states.PRESENTED,)).where(~is_decided())
    return session.scalars(query.order_by(None).order_by(Case.fiche, *BEST_FIRST).limit(1)).first()


def recommended_names(session: Session, meeting: Meeting) -> list[tuple[UUID, str]]:
    """Return the recommended projects of a meeting by number and title, as received."""
    query = (
        select(Case.id, Case.number, Case.title)
        .join(Recommendation, Recommendation.case_id == Case.id)
        .where(Recommendation.meeting_id == meeting.id, Recommendation.is_recommended)
        .order_by(Case.received_order, Case.id)
    )
    return [(key, f"{number} {title}") for key, number, title in session.execute(query)]


def titles_of(
    session: Session, call: Call, case_ids: Collection[UUID] | None = None
) -> dict[str, str]:
    """Return the titles of all or the given cases by their ids, written as in JSON."""
    query = cases_of(call).with_only_columns(Case.id, Case.title)
    if case_ids is not None:
        query = query.where(Case.id.in_(case_ids))
    return {str(case_id): title for case_id, title in session.execute(query)}


def newest_runs(session: Session, call: Call, most: int) -> list[AllocationRun]:
    """Return the heads of the newest runs of a call, without their long results."""
    columns = (AllocationRun.run_at, AllocationRun.run_by, AllocationRun.granted)
    newest = newest_first(call).options(load_only(*columns, AllocationRun.left))
    return list(session.scalars(newest.limit(most)))
