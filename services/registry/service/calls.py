"""Preparing a call: its plan, fiches and rule, and the decision about its money."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import flag_modified

from services.registry.domain.allocation_rules import AllocationRule
from services.registry.domain.calls import (
    CallNotReady,
    CallNumberTaken,
    check_call_number,
    check_decision_day,
    recommendation_defects,
)
from services.registry.domain.fiches import Fiche, fiche_defects, repeated_codes
from services.registry.domain.intake import SheetItem, check_reasons
from services.registry.domain.records import RecordUnknown
from services.registry.domain.roles import Act
from services.registry.domain.states import CALL, CallState
from services.registry.models import AllocationDecision, Call, FicheRow, RegulationVersion
from services.registry.service import money_papers
from services.registry.service.loading import call_of, fiche_of_call, own
from services.registry.service.papers import request_document
from services.registry.service.plans import (
    DEFAULT_FORMAL_ITEMS,
    formal_items_json,
    plan_of,
    write_fiche,
)
from services.registry.service.work import Work
from shared.calendar_cz import prague_day
from shared.contracts.codec import to_json
from shared.money import Money


@dataclass(frozen=True)
class PlanFacts:
    """What can be changed until the call is announced."""

    title: str
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    intake_place: str = ""
    presentation_at: datetime | None = None
    presentation_place: str = ""
    regulation_version_id: UUID | None = None
    note: str = ""
    how_to_apply: str = ""


@dataclass(frozen=True)
class FichesFacts:
    """What decides about money and formal control; stands still once recommended."""

    fiches: tuple[Fiche, ...]
    rule: AllocationRule | None
    formal_items: tuple[SheetItem, ...] = DEFAULT_FORMAL_ITEMS


def create_call(work: Work, call_id: UUID, *, number: int, title: str) -> Call:
    """Begin a call as a draft.

    Raises:
        NotEntitled, CallNumberInvalid, CallNumberTaken, IdReused.
    """
    work.entitled(Act.PREPARE_CALL)
    if not work.creates(call_id, "call", (number, title)):
        return call_of(work, call_id)
    check_call_number(number)
    taken = select(Call.id).where(
        Call.organisation_id == work.organisation_id,
        Call.number == number,
        Call.state != CallState.DISCARDED.value,
    )
    if work.session.scalar(taken):
        raise CallNumberTaken(number=number)
    call = Call(
        id=call_id,
        organisation_id=work.organisation_id,
        number=number,
        title=title,
        state=CallState.DRAFT.value,
        rule={},
        formal_items=formal_items_json(),
        created_at=work.now,
    )
    work.session.add(call)
    work.audit("create_call", ("call", call_id), number=number)
    return call


def edit_plan(work: Work, call_id: UUID, facts: PlanFacts, version: int | None) -> Call:
    """Change dates, places and texts of a call that is not announced yet.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed.
    """
    work.entitled(Act.PREPARE_CALL)
    call = call_of(work, call_id, version)
    CALL.apply(call.state, "edit")
    if facts.regulation_version_id is not None:
        own(work, RegulationVersion, facts.regulation_version_id)
    call.title, call.note, call.how_to_apply = facts.title, facts.note, facts.how_to_apply
    call.opens_at, call.closes_at = facts.opens_at, facts.closes_at
    call.intake_place = facts.intake_place
    call.presentation_at = facts.presentation_at
    call.presentation_place = facts.presentation_place
    call.regulation_version_id = facts.regulation_version_id
    work.audit("edit_call", ("call", call.id))
    return call


def edit_fiches(work: Work, call_id: UUID, facts: FichesFacts, version: int | None) -> Call:
    """Replace the fiches, the rule and the formal lines of a draft.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, CallNotReady (defects of
            fiches; what is merely missing is said at announcement).
    """
    work.entitled(Act.PREPARE_CALL)
    call = call_of(work, call_id, version)
    CALL.apply(call.state, "edit_fiches")
    _refuse_broken_fiches(facts)
    present = {row.code: row for row in call.fiches}
    call.fiches = [
        write_fiche(present.get(fiche.code) or _new_fiche(work), fiche, position)
        for position, fiche in enumerate(facts.fiches)
    ]
    call.rule = to_json(facts.rule) if facts.rule else {}
    call.formal_items = formal_items_json(facts.formal_items)
    _touch(call)
    work.audit("edit_fiches", ("call", call.id), fiches=[fiche.code for fiche in facts.fiches])
    return call


def copy_fiches(work: Work, call_id: UUID, source_id: UUID) -> Call:
    """Begin with the fiches, the rule and the formal lines of another call.

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, CallNotReady.
    """
    source = call_of(work, source_id)
    plan = plan_of(source)
    items = tuple(SheetItem(item["code"], item["text"]) for item in source.formal_items)
    return edit_fiches(work, call_id, FichesFacts(plan.fiches, plan.rule, items), None)


def recommend_allocation(
    work: Work,
    call_id: UUID,
    *,
    amount: Money,
    reason: str,
    version: int | None,
    limits: Mapping[str, Money | None] | None = None,
) -> AllocationDecision:
    """Let the director recommend the amount of the call and of its fiches (R65, R70).

    Args:
        limits: allocation by fiche; fiches that are not named keep theirs.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, CallNotReady.
    """
    work.entitled(Act.RECOMMEND_ALLOCATION)
    call = call_of(work, call_id, version)
    target = CALL.apply(call.state, "recommend_allocation")
    for code, limit in (limits or {}).items():
        fiche_of_call(call, code).allocation = limit
    defects = recommendation_defects(plan_of(call), amount)
    if defects:
        raise CallNotReady(defects=defects)
    call.state = target
    decision = AllocationDecision(
        id=uuid4(),
        organisation_id=work.organisation_id,
        call_id=call.id,
        amount=amount,
        fiches=to_json([{"code": f.code, "allocation": f.allocation} for f in call.fiches]),
        reason=check_reasons([reason])[0],
        recommended_by=work.actor.name,
        recommended_at=work.now,
    )
    work.session.add(decision)
    work.audit("recommend_allocation", ("call", call.id), amount=amount)
    return decision


def decide_allocation(
    work: Work,
    call_id: UUID,
    *,
    is_approved: bool,
    decided_on: date,
    note: str = "",
    version: int | None = None,
) -> AllocationDecision:
    """Record what the programme committee decided, on a record for its signature (R65, R66, R97).

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, ReasonMissing (returned
            without a note), DecidedOutOfOrder.
    """
    work.entitled(Act.APPROVE_ALLOCATION)
    call = call_of(work, call_id, version)
    act = "approve_allocation" if is_approved else "return_allocation"
    target = CALL.apply(call.state, act)
    if not is_approved:
        check_reasons([note])
    decision = open_recommendation(work, call)
    recommended_on = prague_day(decision.recommended_at)
    check_decision_day(decided_on, recommended_on=recommended_on, today=work.today)
    call.state = target
    call.approved_amount = decision.amount if is_approved else None
    decision.outcome = "approved" if is_approved else "returned"
    decision.decided_by, decision.decided_at = work.actor.name, work.now
    decision.decided_on, decision.note = decided_on, note.strip()
    record = money_papers.allocation_decision(work, call, decision)
    decision.document_id = request_document(work, uuid4(), record)
    work.audit(act, ("call", call.id), amount=decision.amount)
    return decision


def reopen(work: Work, call_id: UUID, version: int | None = None) -> Call:
    """Take an approved call back to a draft; the money has to be approved again (A22).

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed.
    """
    work.entitled(Act.RECOMMEND_ALLOCATION)
    call = call_of(work, call_id, version)
    call.state = CALL.apply(call.state, "reopen")
    call.approved_amount = None
    work.audit("reopen_call", ("call", call.id))
    return call


def discard(work: Work, call_id: UUID, version: int | None = None) -> Call:
    """Put away a call begun by mistake; the record stays and its number is free again.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed.
    """
    work.entitled(Act.PREPARE_CALL)
    call = call_of(work, call_id, version)
    call.state = CALL.apply(call.state, "discard")
    work.audit("discard_call", ("call", call.id), number=call.number)
    return call


def open_recommendation(work: Work, call: Call) -> AllocationDecision:
    """Return the recommendation that waits for the committee."""
    query = select(AllocationDecision).where(
        AllocationDecision.call_id == call.id, AllocationDecision.outcome.is_(None)
    )
    found = work.session.scalar(query.order_by(AllocationDecision.recommended_at.desc()).limit(1))
    if found is None:
        raise RecordUnknown(kind="AllocationDecision")
    return found


def allocation_decisions(work: Work, call: Call) -> list[AllocationDecision]:
    """Return every recommendation and decision about the call, the oldest first."""
    query = select(AllocationDecision).where(AllocationDecision.call_id == call.id)
    return list(work.session.scalars(query.order_by(AllocationDecision.recommended_at)))


def calls(work: Work, *states: str, heads_only: bool = False) -> list[Call]:
    """Return the calls, the newest number first; with states only those, else all but discarded.

    Args:
        states: The wanted states; none stands for all but the discarded ones.
        heads_only: Whether the fiches are not needed; reading them costs ten times as much.
    """
    query = select(Call).where(Call.organisation_id == work.organisation_id)
    if states:
        query = query.where(Call.state.in_(states))
    else:
        query = query.where(Call.state != CallState.DISCARDED.value)
    if heads_only:
        query = query.options(lazyload(Call.fiches))
    return list(work.session.scalars(query.order_by(Call.number.desc())))


def is_receiving(work: Work, call: Call) -> bool:
    """Tell whether an application that comes now comes in time."""
    if call.published_at is None or call.opens_at is None or call.closes_at is None:
        return False
    return call.opens_at <= work.now <= call.closes_at


def fiche_codes(work: Work) -> list[str]:
    """Return the codes of fiches that any call has."""
    query = select(FicheRow.code).where(FicheRow.organisation_id == work.organisation_id)
    return list(work.session.scalars(query.distinct().order_by(FicheRow.code)))


def _refuse_broken_fiches(facts: FichesFacts) -> None:
    repeated = list(repeated_codes("fiches", (fiche.code for fiche in facts.fiches)))
    repeated += repeated_codes("formal_items", (item.code for item in facts.formal_items))
    broken = [defect for fiche in facts.fiches for defect in fiche_defects(fiche)]
    if repeated or broken:
        raise CallNotReady(defects=(*repeated, *broken))


def _new_fiche(work: Work) -> FicheRow:
    return FicheRow(id=uuid4(), organisation_id=work.organisation_id)


def _touch(call: Call) -> None:
    """Raise the version of the call even when only its fiches changed."""
    flag_modified(call, "rule")
