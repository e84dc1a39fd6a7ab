"""What others hand in for publication: results and changes of presentations."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from services.registry.domain.presentations import check_change, check_notice_period, check_owner
from services.registry.domain.roles import Act
from services.registry.domain.states import CALL
from services.registry.models import Application, Call, PresentationChangeRow, ResultsRow
from services.registry.service.announcing import (
    add_news,
    close_if_due,
    mail_members,
    publish_snapshot,
)
from services.registry.service.loading import locked_call, own
from services.registry.service.settings import rules_of
from services.registry.service.work import Work
from shared.contracts.codec import to_json
from shared.contracts.registry import PresentationChange, Results


def publish_results(work: Work, call_id: UUID, resolution_id: UUID, results: Results) -> ResultsRow:
    """Publish the results that the general assembly resolved (R68).

    Raises:
        RecordUnknown, ActNotAllowed (intake still open), IdReused.
    """
    if not work.creates(resolution_id, "results", (call_id, results)):
        return own(work, ResultsRow, resolution_id)
    call = locked_call(work, call_id)
    close_if_due(work, call)
    CALL.apply(call.state, "publish_results")
    row = ResultsRow(
        id=resolution_id,
        organisation_id=work.organisation_id,
        call_id=call.id,
        resolution_id=resolution_id,
        content=to_json(results),
        published_at=work.now,
    )
    work.session.add(row)
    publish_snapshot(work, call, "results", row.content)
    add_news(work, call, "results", resolution=results.resolution_number)
    work.audit("publish_results", ("call", call.id), rows=len(results.rows))
    return row


def decided_calls(work: Work, among: Collection[UUID]) -> set[UUID]:
    """Return those of the calls whose results are published."""
    mine = ResultsRow.organisation_id == work.organisation_id
    query = select(ResultsRow.call_id).where(mine, ResultsRow.call_id.in_(among))
    return set(work.session.scalars(query.distinct()))


def change_presentation(
    work: Work,
    call_id: UUID,
    change_id: UUID,
    change: PresentationChange,
    *,
    override_reason: str = "",
) -> PresentationChangeRow:
    """Change the presentation and publish the change in the same act (R58-R60).

    A person of the office has to keep the week's notice or say why not, and may do it only while
    nobody is registered; evaluation is told. A change that evaluation hands over was decided
    there, and is published as it is with the notice it gives.

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, PresentationsUnderway, PresentationUnchanged,
        ChangeReasonMissing, PresentationChangeTooLate, IdReused.
    """
    is_ours = work.actor.service is None
    if is_ours:
        work.entitled(Act.CHANGE_PRESENTATION)
    if not work.creates(change_id, "presentation_change", (call_id, change)):
        return own(work, PresentationChangeRow, change_id)
    # Numbers are given under the same lock, so nobody is registered meanwhile.
    call = locked_call(work, call_id)
    CALL.apply(call.state, "change_presentation")
    if is_ours:
        check_owner(registered=registered_in(work, call))
    old_at, old_place = _present(call), call.presentation_place
    is_place_same = change.new_place == old_place
    check_change(
        old_at=old_at, new_at=change.new_at, is_place_same=is_place_same, reason=change.reason
    )
    override = override_reason or ("" if is_ours else change.reason)
    is_kept = check_notice_period(
        change.new_at,
        announced_on=work.today,
        override_reason=override,
        rules=rules_of(work, call),
    )
    row = PresentationChangeRow(
        id=change_id,
        organisation_id=work.organisation_id,
        call_id=call.id,
        old_at=old_at,
        new_at=change.new_at,
        old_place=old_place,
        new_place=change.new_place,
        reason=change.reason,
        override_reason="" if is_kept else override,
        is_notice_kept=is_kept,
        actor_name=change.actor_name,
        at=work.now,
    )
    call.presentation_at, call.presentation_place = change.new_at, change.new_place
    work.session.add(row)
    publish_snapshot(work, call, "presentation_change", to_json(change))
    add_news(work, call, "presentation_change", new_at=change.new_at, new_place=change.new_place)
    mail_members(work, call, f"presentation_change:{change_id}")
    if is_ours:
        facts = {"call_id": call.id, "change_id": change_id, **to_json(change)}
        work.tell("call.presentation_changed", call.id, facts)
    work.audit("change_presentation", ("call", call.id), is_notice_kept=is_kept)
    return row


def registered_in(work: Work, call: Call) -> int:
    """Return how many applications of the call were registered, withdrawn ones too."""
    query = select(func.count()).where(
        Application.call_id == call.id, Application.number.is_not(None)
    )
    return work.session.scalar(query) or 0


def presentation_changes(work: Work, call: Call) -> list[PresentationChangeRow]:
    """Return every change, the oldest first."""
    query = select(PresentationChangeRow).where(PresentationChangeRow.call_id == call.id)
    return list(work.session.scalars(query.order_by(PresentationChangeRow.at)))


def _present(call: Call) -> datetime:
    if call.presentation_at is None:
        raise ValueError("A published call has no presentation.")
    return call.presentation_at
