"""What waits for the acting person, with the deadline where there is one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import defer

from services.registry.domain.calls import announcement_defects, recommendation_defects
from services.registry.domain.intake import Intake, obstacles_to_registration
from services.registry.domain.publication import publication_deadline
from services.registry.domain.roles import Act
from services.registry.domain.states import ApplicationState, CallState, ListState
from services.registry.models import Application, Call, DocumentRef, ReceivedList
from services.registry.service.calls import calls
from services.registry.service.intakes import intakes_of
from services.registry.service.plans import plan_of
from services.registry.service.settings import plan_in_force, rules_of
from services.registry.service.work import Work
from shared.deadlines import Deadline, deadline_from_json
from shared.money import Money
from shared.waiting import READ_OF_A_KIND, Waits, cut


@dataclass(frozen=True)
class Waiting(Waits):
    """One act that the person can do now."""

    act: str
    record_id: UUID
    subject: str
    due: date | None = None
    deadline: Deadline | None = None
    document_ids: tuple[UUID, ...] = ()
    """Documents that wait for the person's signature together."""


def waiting_for(work: Work) -> list[Waiting]:
    """Return what the acting person can do now, in no particular order."""
    allowed = work.allowed()
    return [
        *cut(_documents(work)),
        *_call_acts(work, allowed),
        *(_lists(work) if Act.PUBLISH_LIST in allowed else ()),
        *(cut(_applications(work, allowed)) if Act.RECEIVE_APPLICATION in allowed else ()),
    ]


def _documents(work: Work) -> list[Waiting]:
    is_mine = and_(
        DocumentRef.organisation_id == work.organisation_id,
        DocumentRef.signer_id == work.actor.person_id,
        DocumentRef.state.in_(("draft", "signing")),
    )
    behind = func.coalesce(DocumentRef.application_id, DocumentRef.call_id, DocumentRef.id)
    oldest = select(behind).where(is_mine).group_by(behind)
    first = oldest.order_by(func.min(DocumentRef.requested_at), behind).limit(READ_OF_A_KIND)
    query = select(DocumentRef).where(is_mine, behind.in_(first))
    by_case: dict[UUID, list[DocumentRef]] = {}
    for row in work.session.scalars(query.order_by(DocumentRef.requested_at, DocumentRef.kind)):
        by_case.setdefault(row.application_id or row.call_id or row.id, []).append(row)
    names = _names_of(work, by_case)
    return [
        Waiting(
            "sign",
            rows[0].id,
            names.get(case_id, rows[0].title),
            document_ids=tuple(row.id for row in rows),
        )
        for case_id, rows in by_case.items()
    ]


def _names_of(work: Work, case_ids: Collection[UUID]) -> dict[UUID, str]:
    query = select(Application.id, Application.number, Application.title).where(
        Application.id.in_(case_ids)
    )
    rows = work.session.execute(query)
    return {key: f"{number} {title}" if number else title for key, number, title in rows}


def _call_acts(work: Work, allowed: Collection[Act]) -> list[Waiting]:
    found: list[Waiting] = []
    for call in calls(work, "draft", "allocation_recommended", "allocation_approved"):
        if call.state == CallState.DRAFT:
            is_ready = not recommendation_defects(plan_of(call), Money.czk(1))
            if is_ready and Act.RECOMMEND_ALLOCATION in allowed:
                found.append(_of_call("recommend_allocation", call))
            elif Act.PREPARE_CALL in allowed:
                found.append(_of_call("prepare_call", call))
        elif call.state == CallState.ALLOCATION_RECOMMENDED:
            if Act.APPROVE_ALLOCATION in allowed:
                found.append(_of_call("approve_allocation", call))
        elif call.state == CallState.ALLOCATION_APPROVED:
            found += _announcement(work, call, allowed)
    return found


def _announcement(work: Work, call: Call, allowed: Collection[Act]) -> list[Waiting]:
    is_ready = not announcement_defects(plan_in_force(work, call), work.today)
    if is_ready and Act.ANNOUNCE_CALL in allowed:
        return [_of_call("announce_call", call)]
    needs_work = Act.PREPARE_CALL in allowed and not is_ready
    return [_of_call("prepare_call", call)] if needs_work else []


def _lists(work: Work) -> list[Waiting]:
    found: list[Waiting] = []
    lists = _present_lists(work)
    for call in calls(work, "published", "closed", heads_only=True):
        if call.closes_at is None or work.now <= call.closes_at:
            continue
        received = lists.get(call.id)
        if received is None:
            deadline = publication_deadline(call.closes_at, rules_of(work, call))
            found.append(Waiting("make_list", call.id, call.title, deadline.due, deadline))
        elif received.state == ListState.SIGNED:
            found.append(_of_list("publish_list", received, call))
    return found


def _present_lists(work: Work) -> dict[UUID, ReceivedList]:
    """Return the newest list of each call without its lines, the cancelled ones left out."""
    query = select(ReceivedList).where(
        ReceivedList.organisation_id == work.organisation_id,
        ReceivedList.state != ListState.CANCELLED.value,
    )
    rows = work.session.scalars(query.options(defer(ReceivedList.rows)))
    return {row.call_id: row for row in sorted(rows, key=lambda row: row.made_at)}


def _applications(work: Work, allowed: Collection[Act]) -> list[Waiting]:
    may_register = Act.REGISTER_APPLICATION in allowed
    query = (
        select(Application)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.organisation_id == work.organisation_id,
            Application.state == ApplicationState.RECEIVED.value,
        )
        # What has the earlier deadline first: its call closed, or closes, before the others.
        .order_by(Call.closes_at.asc().nulls_last(), Application.received_at, Application.id)
    )
    rows = list(work.session.scalars(query.limit(READ_OF_A_KIND)))
    intakes = intakes_of(work, rows)
    return [_of_application(work, row, intakes[row.id], may_register=may_register) for row in rows]


def _of_application(work: Work, row: Application, intake: Intake, *, may_register: bool) -> Waiting:
    is_complete = obstacles_to_registration(intake) is None
    act = "register" if is_complete and may_register else "check"
    subject = f"{row.applicant_name} – {row.title}"
    closes_at = row.call.closes_at
    if closes_at is None or work.now <= closes_at:
        return Waiting(act, row.id, subject)
    # The list of received applications waits for every decision.
    deadline = publication_deadline(closes_at, rules_of(work, row.call))
    return Waiting(act, row.id, subject, deadline.due, deadline)


def _of_call(act: str, call: Call) -> Waiting:
    return Waiting(act, call.id, call.title)


def _of_list(act: str, received: ReceivedList, call: Call) -> Waiting:
    deadline = deadline_from_json(received.deadline)
    return Waiting(act, received.id, call.title, received.due, deadline)
