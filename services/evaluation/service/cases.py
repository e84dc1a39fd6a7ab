"""Calls and cases: find them, and move a case by a declared act."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.evaluation.domain.states import CASE
from services.evaluation.letters.folder import ACTS, BY_DELEGATION
from services.evaluation.letters.parts import regulation_facts
from services.evaluation.models import (
    AllocationRun,
    Audit,
    Call,
    Case,
    ControlTemplate,
    Event,
    InterestLink,
    Meeting,
    Outbox,
    Resolution,
)
from shared.audit import record_act
from shared.contracts.codec import to_json
from shared.contracts.registry import FolderEntry
from shared.events import publish
from shared.outbox import enqueue

from .acting import Acting
from .errors import NoSuchRow, NothingSelected, StaleVersion

Subject = (
    Call | Case | ControlTemplate | InterestLink | Meeting | AllocationRun | Resolution | Outbox
)
"""What an act can be about."""


def get_call(session: Session, organisation_id: UUID, call_id: UUID) -> Call:
    """Return a call of the organisation.

    Raises:
        NoSuchRow: There is none.
    """
    call = session.get(Call, call_id)
    if call is None or call.organisation_id != organisation_id:
        raise NoSuchRow(id=call_id)
    return call


def lock_call(session: Session, organisation_id: UUID, call_id: UUID) -> Call:
    """Return a call for an act that decides something about the whole of it.

    Raises:
        NoSuchRow: There is none.
    """
    query = select(Call).where(Call.id == call_id, Call.organisation_id == organisation_id)
    fresh = query.execution_options(populate_existing=True)
    call = session.scalars(fresh.with_for_update(key_share=True)).first()
    if call is None:
        raise NoSuchRow(id=call_id)
    return call


def get_case(session: Session, organisation_id: UUID, case_id: UUID) -> Case:
    """Return a case of the organisation.

    Raises:
        NoSuchRow: There is none.
    """
    case = session.get(Case, case_id)
    if case is None or case.organisation_id != organisation_id:
        raise NoSuchRow(id=case_id)
    return case


def lock_case(session: Session, organisation_id: UUID, case_id: UUID) -> Case:
    """Return a case for an act that decides something about it.

    Every such act begins here: whoever comes second waits, and then sees what the first one did.
    SQLite lets only one transaction write at a time anyway.

    Raises:
        NoSuchRow: There is none.
    """
    query = select(Case).where(Case.id == case_id, Case.organisation_id == organisation_id)
    case = session.scalars(_locked(query)).first()
    if case is None:
        raise NoSuchRow(id=case_id)
    return case


def lock_meeting(session: Session, call: Call) -> Meeting | None:
    """Return the meeting for an act that changes it: before any of its cases are locked."""
    query = select(Meeting).where(Meeting.call_id == call.id)
    fresh = query.execution_options(populate_existing=True)
    return session.scalars(fresh.with_for_update(key_share=True)).first()


def lock_cases(session: Session, query: Select[Case]) -> list[Case]:
    """Return the cases of a query for an act that decides about all of them at once.

    All are taken before anything is published, in one order, so that two acts cannot wait for
    each other.
    """
    return list(session.scalars(_locked(query)))


def _locked(query: Select[Case]) -> Select[Case]:
    # FOR NO KEY UPDATE: rows that point to the case may be added meanwhile.
    fresh = query.execution_options(populate_existing=True)
    return fresh.with_for_update(of=Case, key_share=True)


def cases_of(call: Call, states: Sequence[str] | None = None) -> Select[Case]:
    """Return the query of a call's cases in the order they were received."""
    query = select(Case).where(
        Case.organisation_id == call.organisation_id, Case.call_id == call.id
    )
    if states is not None:
        query = query.where(Case.state.in_(states))
    return query.order_by(Case.received_order, Case.id)


def chosen_cases(session: Session, call: Call, case_ids: Sequence[UUID]) -> list[Case]:
    """Return the named cases of the call for an act about them, in the order received.

    Raises:
        NothingSelected: None is named.
        NoSuchRow: One is not of this call.
    """
    if not case_ids:
        raise NothingSelected()
    wanted = set(case_ids)
    cases = lock_cases(session, cases_of(call).where(Case.id.in_(wanted)))
    missing = wanted - {case.id for case in cases}
    if missing:
        raise NoSuchRow(id=sorted(missing)[0])
    return cases


def check_version(version: int | None, shown: int | None) -> None:
    """Refuse to overwrite what somebody else changed meanwhile.

    Raises:
        StaleVersion: The shown version is not the present one.
    """
    if shown is not None and version != shown:
        raise StaleVersion(present=version, shown=shown)


def check_seen(version: int, seen: int | None) -> None:
    """Refuse an act that does not say, or says wrongly, what the person saw before it.

    Raises:
        StaleVersion: The version that was seen is missing, or not the present one.
    """
    if version != seen:
        raise StaleVersion(present=version, shown=seen)


def trace(
    session: Session,
    acting: Acting,
    act: str,
    subject: Subject,
    details: dict[str, Any] | None = None,
) -> None:
    """Leave the audit entry of an act, with the version of the regulation behind it (R55, R100)."""
    kind = "case" if isinstance(subject, Case) else subject.__tablename__
    record_act(
        session,
        Audit,
        actor=acting.actor,
        act=act,
        subject=(kind, subject.id),
        at=acting.now,
        details={
            **regulation_of(session, acting, subject),
            **_ground(acting),
            **(details or {}),
        },
    )


def _ground(acting: Acting) -> dict[str, str]:
    """Name the delegation by which somebody acts for the director (R14, A2)."""
    return {"delegation_id": str(acting.delegation_id)} if acting.delegation_id else {}


def tell(
    session: Session, acting: Acting, kind: str, subject: Call | Case, payload: dict[str, Any]
) -> None:
    """Publish what happened in the feed, with the version of the regulation behind it (R100)."""
    publish(
        session,
        Event,
        organisation_id=subject.organisation_id,
        kind=kind,
        subject_id=subject.id,
        payload={**regulation_of(session, acting, subject), **payload},
        at=acting.now,
    )


def regulation_of(session: Session, acting: Acting, subject: Subject) -> dict[str, str | None]:
    """Return the version of the regulation under which an act about the subject is done.

    It is the one of the subject's call. The register of interests is kept over calls, and so
    is the outbox; they go by the newest call.
    """
    if isinstance(subject, (InterestLink, Outbox)):
        newest = select(Call).where(Call.organisation_id == acting.organisation_id)
        call = session.scalars(newest.order_by(Call.number.desc()).limit(1)).first()
    else:
        call = subject if isinstance(subject, Call) else session.get_one(Call, subject.call_id)
    return regulation_facts(call) if call else {}


def advance(
    session: Session,
    acting: Acting,
    case: Case,
    act: str,
    *,
    document_id: UUID | None = None,
    details: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Move the case by an act: new state, audit, event, line in the project folder.

    Raises:
        ActNotAllowed: The act is not possible in the present state.
    """
    before = case.state
    case.state = CASE.apply(case.state, act)
    case.state_since = at or acting.now
    moved = {**(details or {}), "from": before, "to": case.state}
    trace(session, acting, act, case, moved)
    tell(
        session,
        acting,
        f"case.{case.state}",
        case,
        {
            "case_id": str(case.id),
            "call_id": str(case.call_id),
            "act": act,
            "state": case.state,
        },
    )
    entry = FolderEntry(
        kind=act,
        text=ACTS[act] + (BY_DELEGATION if acting.delegation_id else ""),
        actor_name=acting.actor.name,
        happened_at=case.state_since,
        state=case.state,
        document_id=document_id,
    )
    add_folder_entry(session, case, entry)


def add_folder_entry(session: Session, case: Case, entry: FolderEntry) -> None:
    """Hand a line of the project folder to registry after the commit."""
    entry_id = uuid4()
    enqueue(
        session,
        Outbox,
        organisation_id=case.organisation_id,
        kind="folder_entry",
        payload={"application_id": str(case.id), "entry": to_json(entry)},
        message_id=entry_id,
    )
