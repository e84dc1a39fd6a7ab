"""Announcing a call: snapshot, home page and mail in one act; and closing it in time."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.domain.calls import check_announcement
from services.registry.domain.roles import Act
from services.registry.domain.states import CALL, CallState
from services.registry.models import Call, MailRow, NewsItem, Snapshot
from services.registry.service.loading import call_of, locked_call
from services.registry.service.people import members
from services.registry.service.settings import plan_in_force
from services.registry.service.views import call_view
from services.registry.service.work import Work, fingerprint
from shared.actors import Actor
from shared.clock import Clock
from shared.contracts.codec import to_json


def announce_call(work: Work, call_id: UUID, version: int | None = None) -> Call:
    """Publish the call: permanent page, line on the home page, one mail per member.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, CallNotReady.

    Source:
        R1 (the director or her delegate), R3, R4 (web), R5 (home page), R6 (mail), R7-R9.
    """
    authority = work.entitled(Act.ANNOUNCE_CALL)
    call = call_of(work, call_id, version)
    target = CALL.apply(call.state, "publish")
    plan = plan_in_force(work, call)
    check_announcement(plan, work.today)
    call.state, call.deadlines = target, plan.deadlines.to_json()
    call.published_at, call.published_by = work.now, work.actor.name
    work.session.flush()
    facts = call_view(work, call)
    snapshot = publish_snapshot(work, call, "call", to_json(facts))
    add_news(work, call, "call")
    mail_members(work, call, "call")
    work.tell("call.published", call.id, facts)
    work.audit(
        "announce_call",
        ("call", call.id),
        sha256=snapshot.sha256,
        delegation_id=authority.delegation_id,
    )
    return call


def publish_snapshot(work: Work, call: Call, kind: str, content: dict[str, Any]) -> Snapshot:
    """Keep exactly what is published now, with its hash."""
    snapshot = Snapshot(
        id=uuid4(),
        organisation_id=call.organisation_id,
        call_id=call.id,
        kind=kind,
        content=content,
        sha256=fingerprint(content),
        published_at=work.now,
        published_by=work.actor.name,
    )
    work.session.add(snapshot)
    return snapshot


def add_news(work: Work, call: Call, kind: str, **details: object) -> None:
    """Add a line to the public home page."""
    work.session.add(
        NewsItem(
            id=uuid4(),
            organisation_id=call.organisation_id,
            kind=kind,
            call_id=call.id,
            details=to_json(details),
            published_at=work.now,
        )
    )


def mail_members(work: Work, call: Call, kind: str) -> None:
    """Queue one message for each member; each once, whatever happens later."""
    for member in members(work):
        row = MailRow(
            id=uuid4(),
            organisation_id=call.organisation_id,
            call_id=call.id,
            member_id=member.id,
            kind=kind,
            address=member.email,
            queued_at=work.now,
        )
        work.session.add(row)
        work.later("mail.send", {"mail_id": row.id}, message_id=row.id)


def close_if_due(work: Work, call: Call) -> bool:
    """Close the call when its intake has ended; tell whether it was closed now.

    Source:
        R10, R22 (everything after the intake counts from its end).
    """
    is_due = call.closes_at is not None and work.now > call.closes_at
    if not is_due or not CALL.allows(call.state, "close"):
        return False
    call.state, call.closed_at = CALL.apply(call.state, "close"), call.closes_at
    facts = {"call_id": call.id, "number": call.number, "closed_at": call.closed_at}
    work.tell("call.closed", call.id, facts, at=call.closed_at)
    work.audit("close_call", ("call", call.id))
    return True


def close_due_calls(session: Session, clock: Clock) -> int:
    """Close every call whose intake has ended; return how many."""
    closed = 0
    for call_id, organisation_id in due_calls(session, clock.now()):
        work = Work(session, Actor(organisation_id=organisation_id, name="Výzva"), clock)
        closed += close_if_due(work, locked_call(work, call_id))
    return closed


def due_calls(session: Session, now: datetime) -> list[tuple[UUID, UUID]]:
    """Return the calls whose intake has ended, with their organisations."""
    query = select(Call.id, Call.organisation_id).where(
        Call.state == CallState.PUBLISHED.value, Call.closes_at < now
    )
    return [(call_id, organisation_id) for call_id, organisation_id in session.execute(query)]
