"""Approving the dispatch of many messages, pausing it, going on; stopping all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update

from services.documents.domain.channels import check_reason
from services.documents.domain.deliveries import (
    CANCELLED,
    DELIVERED,
    HELD,
    NEEDS_PERSON,
    READY,
    SENDING,
    SENT,
    UNKNOWN,
    WAITING,
)
from services.documents.domain.dispatches import (
    DISPATCH,
    PAUSED,
    DispatchIdReused,
    PriceUnknown,
    check_dispatch,
    digest_of,
)
from services.documents.domain.postage import HOLD_APPROVAL, HOLD_PAUSE
from services.documents.domain.records import RecordChanged, RecordUnknown, check_named_version
from services.documents.models import Batch, BatchItem, Delivery, Dispatch, DispatchStop
from services.documents.service.portions import in_portions
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.money import Money


@dataclass(frozen=True)
class Proposal:
    """What one approval would let go."""

    count: int
    price: Money | None
    """Of one message; ``None`` while nobody knows."""
    digest: str

    @property
    def total(self) -> Money | None:
        """What all of them cost."""
        if self.price is None:
            return None
        return Money.from_hundredths(self.price.hundredths * self.count)


def awaiting_approval(work: Work) -> Select[Delivery]:
    """Return the query of the messages that wait for an approval of their own."""
    return select(Delivery).where(
        Delivery.organisation_id == work.organisation_id,
        Delivery.state == HELD,
        Delivery.hold == HOLD_APPROVAL,
    )


def proposal(work: Work, price: Money | None) -> Proposal:
    """Return what could be approved now."""
    ids = _ids(work)
    return Proposal(len(ids), price, digest_of(ids, price.hundredths if price else 0))


def _ids(work: Work) -> Sequence[UUID]:
    return work.session.scalars(awaiting_approval(work).with_only_columns(Delivery.id)).all()


def approve_dispatch(
    work: Work, dispatch_id: UUID, price: Money | None, *, typed: int, shown: str
) -> Dispatch:
    """Let all messages go that were shown; the same approval twice is one.

    Raises:
        DispatchEmpty, DispatchChanged, DispatchCountDiffers: it is something else now.
        DispatchIdReused: the id belongs to another approval.
        PriceUnknown: nobody can say what they cost.
        RecordChanged: one of them left the list just now.
    """
    existing = work.session.get(Dispatch, dispatch_id)
    if existing is not None:
        if (existing.organisation_id, existing.digest) != (work.organisation_id, shown):
            raise DispatchIdReused()
        return existing
    if price is None:
        raise PriceUnknown()
    ids = _ids(work)
    digest = digest_of(ids, price.hundredths)
    check_dispatch(count=len(ids), typed=typed, digest=digest, shown=shown)
    made = Dispatch(
        id=dispatch_id,
        organisation_id=work.organisation_id,
        state=DISPATCH.initial,
        digest=digest,
        count=len(ids),
        price=price,
        approved_by=work.actor.name,
        approved_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    # Those that were shown, and no other that came meanwhile.
    waiting = (Delivery.state == HELD, Delivery.hold == HOLD_APPROVAL)
    values = {"state": READY, "hold": None, "agreed_price": price, "dispatch_id": dispatch_id}
    changed = [
        change_many(work, (*waiting, Delivery.id.in_(some)), values) for some in in_portions(ids)
    ]
    if sum(changed) != len(ids):
        raise RecordChanged()
    details = {"count": made.count, "price": price, "digest": digest}
    work.audit("approve_dispatch", ("dispatch", dispatch_id), **details)
    return made


def pause_dispatch(work: Work, dispatch_id: UUID, reason: str, version: int | None) -> Dispatch:
    """Send no further message of the approval for now.

    Raises:
        RecordUnknown: no such approval.
        RecordChanged: it is no more as the person saw it.
        ReasonMissing: nobody stands behind it.
        ActNotAllowed: it is paused.
    """
    why = check_reason(reason)
    found = dispatch_of(work, dispatch_id, lock=True)
    check_named_version(shown=version, present=found.version)
    found.state = DISPATCH.apply(found.state, "pause")
    mine = (Delivery.dispatch_id == dispatch_id, Delivery.state.in_((READY, HELD)))
    count = change_many(work, mine, {"state": HELD, "hold": HOLD_PAUSE})
    work.audit("pause_dispatch", ("dispatch", dispatch_id), count=count, why=why)
    return found


def resume_dispatch(work: Work, dispatch_id: UUID, reason: str, version: int | None) -> Dispatch:
    """Go on after a pause.

    Raises:
        RecordUnknown: no such approval.
        RecordChanged: it is no more as the person saw it.
        ReasonMissing: nobody stands behind it.
        ActNotAllowed: it is not paused.
    """
    why = check_reason(reason)
    found = dispatch_of(work, dispatch_id, lock=True)
    check_named_version(shown=version, present=found.version)
    found.state = DISPATCH.apply(found.state, "resume")
    count = end_pauses(work, Delivery.dispatch_id == dispatch_id)
    work.audit("resume_dispatch", ("dispatch", dispatch_id), count=count, why=why)
    return found


def stop_everything(work: Work, reason: str) -> DispatchStop:
    """Send nothing of the organisation until somebody goes on; what is under way ends.

    Asking again changes nothing, and nobody has to have seen anything first: it stops in time or
    not at all.

    Raises:
        ReasonMissing: nobody stands behind it.
    """
    why = check_reason(reason)
    found = _locked_stop(work)
    if found is not None and found.ended_at is None:
        return found
    if found is None:
        found = DispatchStop(organisation_id=work.organisation_id)
        work.session.add(found)
    found.reason, found.ended_at = why, None
    found.stopped_by, found.stopped_at = work.actor.name, work.now
    work.session.flush()
    work.audit("stop_dispatch", ("dispatch_stop", work.organisation_id), why=why)
    return found


def go_on(work: Work, reason: str, version: int | None) -> None:
    """End the stop that the person saw; if there is none any more, nothing changes.

    Raises:
        RecordChanged: it is another stop, or its version is not named.
        ReasonMissing: nobody stands behind it.
    """
    why = check_reason(reason)
    found = _locked_stop(work)
    if found is None or found.ended_at is not None:
        return
    check_named_version(shown=version, present=found.version)
    found.ended_at = work.now
    work.session.flush()
    work.audit("end_stop", ("dispatch_stop", work.organisation_id), why=why)


def _locked_stop(work: Work) -> DispatchStop | None:
    return work.session.get(DispatchStop, work.organisation_id, with_for_update=True)


def stop_of(work: Work) -> DispatchStop | None:
    """Return the stop of everything, if it lasts."""
    found = work.session.get(DispatchStop, work.organisation_id)
    return found if found is not None and found.ended_at is None else None


def dispatch_of(work: Work, dispatch_id: UUID, *, lock: bool = False) -> Dispatch:
    """Return an approval; locked, it stays as it is until the transaction ends.

    Raises:
        RecordUnknown: none in this organisation.
    """
    query = select(Dispatch).where(
        Dispatch.id == dispatch_id, Dispatch.organisation_id == work.organisation_id
    )
    found = work.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise RecordUnknown()
    return found


@dataclass(frozen=True)
class Progress:
    """How far the sending of some messages is."""

    waiting: int
    """Not sent yet, held ones included."""
    paused: int
    """Of those, held by a person's pause."""
    under_way: int
    """Being sent, or of unknown fate."""
    sent: int
    """Sent or delivered."""
    delivered: int
    for_person: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.under_way + self.sent + self.for_person

    @property
    def is_over(self) -> bool:
        """Whether the worker has nothing more to send."""
        return not (self.waiting or self.under_way)


def progress_of_dispatch(work: Work, dispatch_id: UUID) -> Progress:
    """Return how far the messages of an approval are."""
    return _progress(work, Delivery.dispatch_id == dispatch_id)


def progress_of_batch(work: Work, batch_id: UUID) -> Progress:
    """Return how far the letters of a batch are."""
    return _progress(work, of_batch(batch_id))


def of_batch(batch_id: UUID) -> ColumnElement[bool]:
    """Return which deliveries are those of a batch's documents."""
    made = select(BatchItem.id).where(BatchItem.batch_id == batch_id)
    return Delivery.document_id.in_(made)


def _progress(work: Work, mine: ColumnElement[bool]) -> Progress:
    is_paused = case((Delivery.hold == HOLD_PAUSE, PAUSED), else_="")
    query = select(Delivery.state, is_paused, func.count()).where(
        Delivery.organisation_id == work.organisation_id,
        Delivery.state != CANCELLED,
        mine,
    )
    rows = work.session.execute(query.group_by(Delivery.state, is_paused)).all()

    def sum_of(*states: str) -> int:
        return sum(count for state, _, count in rows if state in states)

    return Progress(
        waiting=sum_of(WAITING, READY, HELD),
        paused=sum(count for state, why, count in rows if state == HELD and why == PAUSED),
        under_way=sum_of(SENDING, UNKNOWN),
        sent=sum_of(SENT, DELIVERED),
        delivered=sum_of(DELIVERED),
        for_person=sum_of(NEEDS_PERSON),
    )


def end_pauses(work: Work, mine: ColumnElement[bool]) -> int:
    """Let go what waits for no pause any more, neither of its approval nor of its batch."""
    paused_dispatch = select(Dispatch.id).where(
        Dispatch.organisation_id == work.organisation_id, Dispatch.state == PAUSED
    )
    paused_batch = (
        select(BatchItem.id)
        .join(Batch, Batch.id == BatchItem.batch_id)
        .where(Batch.organisation_id == work.organisation_id, Batch.sending == PAUSED)
    )
    work.session.flush()
    over = (
        *(Delivery.state == HELD, Delivery.hold == HOLD_PAUSE),
        or_(Delivery.dispatch_id.is_(None), Delivery.dispatch_id.not_in(paused_dispatch)),
        Delivery.document_id.not_in(paused_batch),
    )
    return change_many(work, (mine, *over), {"state": READY, "hold": None})


def change_many(
    work: Work, which: tuple[ColumnElement[bool], ...], values: Mapping[str, object]
) -> int:
    """Change many deliveries at once; whoever looks at one of them sees that it changed."""
    since = {"waits_since": SystemClock().now()} if "state" in values else {}
    found = work.session.execute(
        update(Delivery)
        .where(Delivery.organisation_id == work.organisation_id, *which)
        .values(version=Delivery.version + 1, next_at=None, **since, **values)
        .execution_options(synchronize_session=False)
    )
    return int(found.rowcount)  # type: ignore[attr-defined]  # of an update
