"""Public presentations: order, change of date, record (R56-R60)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import presentations as rules
from services.evaluation.domain.states import IN_EVALUATION, NOTIFIED
from services.evaluation.letters import evaluation as letters
from services.evaluation.models import (
    Call,
    Case,
    Outbox,
    PresentationChange,
    PresentationSession,
)
from shared.calendar_cz import prague_day
from shared.contracts.codec import to_json
from shared.contracts.documents import Signer
from shared.contracts.registry import PresentationChange as PublishedChange
from shared.outbox import enqueue

from .acting import Acting
from .cases import cases_of, check_version, lock_call, tell, trace
from .errors import IdTaken, NothingSelected, SessionClosed
from .records import request_record


@dataclass(frozen=True)
class ChangeInput:
    """A new date of the presentations, as decided."""

    id: UUID
    new_at: datetime
    new_place: str
    reason: str
    override_reason: str = ""
    """Why less than a week must do; empty when it need not."""


@dataclass(frozen=True)
class PresentationEntry:
    """What happened with one project."""

    application_id: UUID
    was_presented: bool
    note: str = ""


def presenting(session: Session, call: Call) -> list[Case]:
    """Return the projects that are to be presented, in the order received."""
    return list(session.scalars(cases_of(call, (NOTIFIED, *IN_EVALUATION))))


def session_of(session: Session, call: Call) -> PresentationSession | None:
    """Return the presentations of a call, once an order or a record exists."""
    query = select(PresentationSession).where(PresentationSession.call_id == call.id)
    return session.scalars(query).first()


def set_order(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    order: Sequence[UUID],
    version: int | None = None,
) -> PresentationSession:
    """Set in which order the projects are presented (R56).

    Raises:
        OrderIncomplete, SessionClosed, StaleVersion: See the classes.
    """
    call = lock_call(session, acting.organisation_id, call_id)
    rules.check_order(order, [case.id for case in presenting(session, call)])
    row = session_of(session, call)
    if row is None:
        row = PresentationSession(organisation_id=call.organisation_id, call_id=call.id, entries=[])
        session.add(row)
    elif row.closed_at is not None:
        raise SessionClosed(closed_at=row.closed_at)
    else:
        check_version(row.version, version)
    row.order = [str(key) for key in order]
    session.flush()
    trace(session, acting, "order_presentations", call)
    return row


def change_date(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    given: ChangeInput,
    signer: Signer,
) -> list[UUID]:
    """Change the date of presentations: publish it and tell every applicant (R58-R60).

    Returns:
        Ids of the letters to applicants.

    Raises:
        ChangeWithoutReason, ChangeToSameDate, ChangeTooLate, SessionClosed, IdTaken: See
            the classes.
    """
    call = lock_call(session, acting.organisation_id, call_id)
    if session.get(PresentationChange, given.id) is not None:
        raise IdTaken(id=given.id)
    held = session_of(session, call)
    if held is not None and held.closed_at is not None:
        raise SessionClosed(closed_at=held.closed_at)
    change = _change(session, acting, call, given)
    call.presentation_at, call.presentation_place = given.new_at, given.new_place
    _publish_change(session, acting, call, change)
    details = {"override": bool(change.override_reason)}
    trace(session, acting, "change_presentation", call, details)
    return [
        request_record(
            session,
            acting,
            letters.presentation_notice(call, case, change, signer=signer),
            subject_id=change.id,
        ).id
        for case in presenting(session, call)
    ]


def _change(session: Session, acting: Acting, call: Call, given: ChangeInput) -> PresentationChange:
    checked = rules.check_change(
        (call.presentation_at, call.presentation_place),
        (given.new_at, given.new_place),
        new_day=prague_day(given.new_at),
        told_on=acting.today,
        reason=given.reason,
        override_reason=given.override_reason,
        deadlines=call.deadlines,
    )
    change = PresentationChange(
        id=given.id,
        organisation_id=call.organisation_id,
        call_id=call.id,
        old_at=call.presentation_at,
        old_place=call.presentation_place,
        new_at=given.new_at,
        new_place=given.new_place,
        reason=given.reason.strip(),
        notice_days=checked.notice_days,
        override_reason=given.override_reason.strip() if checked.is_overridden else "",
        decided_at=acting.now,
        decided_by=acting.actor.name,
    )
    session.add(change)
    return change


def _publish_change(
    session: Session, acting: Acting, call: Call, change: PresentationChange
) -> None:
    """The public learns of it in the same act (R60)."""
    body = PublishedChange(
        new_at=change.new_at,
        new_place=change.new_place,
        reason=change.reason,
        actor_name=acting.actor.name,
    )
    enqueue(
        session,
        Outbox,
        organisation_id=call.organisation_id,
        kind="presentation_change",
        payload={"call_id": str(call.id), "change_id": str(change.id), "change": to_json(body)},
    )
    tell(
        session,
        acting,
        "presentation.changed",
        call,
        {"change_id": str(change.id), "new_at": change.new_at.isoformat()},
    )


def record_presentations(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    entries: Sequence[PresentationEntry],
    public_count: int | None,
    note: str,
    signer: Signer,
) -> UUID:
    """Record the presentations; they count once the record is signed (R56).

    Returns:
        Id of the document to sign.

    Raises:
        NothingSelected, SessionClosed, PresentationNotHeldYet, AttendanceIncomplete: See
            the classes.
    """
    call = lock_call(session, acting.organisation_id, call_id)
    cases = presenting(session, call)
    if not cases:
        raise NothingSelected()
    row = session_of(session, call) or set_order(
        session, acting=acting, call_id=call.id, order=[case.id for case in cases]
    )
    if row.closed_at is not None:
        raise SessionClosed(closed_at=row.closed_at)
    by_id = {entry.application_id: entry for entry in entries}
    present = [case.id for case in cases]
    rules.check_record(
        {entry.application_id: entry.was_presented for entry in entries},
        present,
        held_at=call.presentation_at,
        now=acting.now,
    )
    known = [key for key in map(UUID, row.order) if key in by_id]
    order = known + [key for key in present if key not in known]
    row.order = [str(key) for key in order]
    row.entries = [to_json(by_id[key]) for key in order]
    row.public_count, row.note, row.closed_at = public_count, note.strip(), acting.now
    request = letters.presentation_record(call, row, cases, signer=signer)
    record = request_record(session, acting, request, subject_id=row.id)
    trace(session, acting, "record_presentations", call)
    return record.id


def changes_of(session: Session, call: Call) -> list[PresentationChange]:
    """Return the changes of the date, newest first."""
    query = select(PresentationChange).where(PresentationChange.call_id == call.id)
    return list(session.scalars(query.order_by(PresentationChange.decided_at.desc())))
