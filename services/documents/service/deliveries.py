"""Deliveries: what the worker writes down about them; paper is in ``paper.py``."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from services.documents.delivery.proofs import SentProof
from services.documents.domain import channels, deliveries
from services.documents.domain.deliveries import DEFAULT_LOOK_UP, DELIVERY, Moment
from services.documents.domain.isds_outcome import (
    BOX_REFUSALS,
    CREATED,
    LATER,
    NOT_PAID,
    SENDER_REFUSALS,
    UNKNOWN,
    Outcome,
)
from services.documents.domain.outages import rest_after
from services.documents.domain.postage import HOLD_CREDIT
from services.documents.domain.records import check_version
from services.documents.models import Delivery, DispatchStop, Document, FilePass, Revision
from services.documents.service.payloads import delivery_payload
from services.documents.service.postage import give_back, hold
from services.documents.service.work import Work
from shared.clock import SystemClock

LEASE = timedelta(minutes=5)
"""Longer than a call of ISDS can last; a sender whose lease is over must not send."""
AT_ONCE = 50
"""Deliveries that one look of the worker takes on; the others wait for the next."""


DUE = select(Delivery.id).where(
    Delivery.state == bindparam("state"),
    or_(
        Delivery.next_at.is_(None),
        Delivery.next_at <= bindparam("now"),
        Delivery.next_at > bindparam("latest"),
    ),
)
LONGEST_DUE = DUE.order_by(Delivery.next_at, Delivery.id).limit(AT_ONCE)
STOPPED = select(DispatchStop.organisation_id).where(DispatchStop.ended_at.is_(None))
MAY_LEAVE = DUE.where(Delivery.organisation_id.not_in(STOPPED))
URGENT = (
    MAY_LEAVE.where(Delivery.dispatch_by.is_not(None))
    .order_by(Delivery.dispatch_by, Delivery.id)
    .limit(AT_ONCE)
)
OTHERS = (
    MAY_LEAVE.where(Delivery.dispatch_by.is_(None)).order_by(Delivery.id).limit(bindparam("left"))
)
"""Questions of every turn, put together once."""
JUDGED_AT_ONCE = 500
UNJUDGED = (
    select(Delivery.id)
    .join(Document, Document.id == Delivery.document_id)
    .where(
        Delivery.state == deliveries.READY,
        ~exists().where(
            FilePass.document_id == Document.id,
            FilePass.sha256 == func.coalesce(Delivery.sha256, Document.sha256),
        ),
    )
    .order_by(Delivery.dispatch_by.desc().nulls_first(), Delivery.id.desc())
    .limit(JUDGED_AT_ONCE)
)


def due_deliveries(work: Work, state: str, now: datetime, latest: datetime) -> list[UUID]:
    """Return deliveries of all organisations in a state whose next step is due.

    Due is also what waits for an instant after *latest*, which nobody can mean. Those that are
    ready come in the order of their legal deadlines.
    """
    told = {"state": state, "now": now, "latest": latest}
    if state != deliveries.READY:
        return list(work.session.scalars(LONGEST_DUE, told))
    # The legal deadline decides who goes first. Two questions, because an index serves each.
    found = list(work.session.scalars(URGENT, told))
    if len(found) < AT_ONCE:
        found += work.session.scalars(OTHERS, {**told, "left": AT_ONCE - len(found)})
    return found


def unjudged_deliveries(work: Work) -> list[UUID]:
    """Return ready deliveries of all organisations whose file nobody judged, the last ones first.

    So many that asking for them costs little beside judging them, however long the queue is.
    """
    return list(work.session.scalars(UNJUDGED))


def begin_sending(work: Work, delivery: Delivery, sha256: str) -> UUID:
    """Write down the intent to send this file; committed before the first byte leaves."""
    delivery.state = DELIVERY.apply(delivery.state, "begin_sending")
    now, token = SystemClock().now(), uuid4()
    delivery.attempts += 1
    delivery.intent_at, delivery.intent_shown_at = now, work.now
    delivery.leased_until, delivery.fencing_token = now + LEASE, token
    begin_search(delivery, None)
    delivery.sha256 = sha256
    work.audit("begin_sending", ("delivery", delivery.id), attempt=delivery.attempts)
    return token


def note_outcome(
    work: Work, delivery: Delivery, outcome: Outcome, isds_now: datetime | None
) -> None:
    """Write down what became of an attempt; *isds_now* is what the clock of ISDS shows."""
    delivery.leased_until, delivery.fencing_token = None, None
    delivery.last_error = f"{outcome.kind} {outcome.code or ''}".strip()
    if outcome.kind == CREATED and outcome.message_id:
        confirm_created(work, delivery, outcome.message_id)
    elif outcome.kind == UNKNOWN:
        lose_answer(work, delivery, isds_now)
    elif outcome.retry == LATER:
        give_back(work, delivery)
        delivery.state = DELIVERY.apply(delivery.state, "put_back")
        rest(delivery)
        work.audit("put_back", ("delivery", delivery.id), code=outcome.code)
    elif outcome.code == NOT_PAID and delivery.attempts < DEFAULT_LOOK_UP.most_attempts:
        # It waits for money as if the box had told before; never for another way (R38).
        give_back(work, delivery)
        delivery.state = DELIVERY.apply(delivery.state, "put_back")
        hold(work, delivery, HOLD_CREDIT)
    else:
        give_back(work, delivery)
        ask_person(work, delivery, _reason_of_refusal(outcome.code))


def _reason_of_refusal(code: str | None) -> str:
    if code in SENDER_REFUSALS:
        return deliveries.SENDER_REFUSED
    return deliveries.BOX_UNUSABLE if code in BOX_REFUSALS else deliveries.REFUSED


def take_over(work: Work, delivery: Delivery, proof: SentProof) -> bool:
    """Tell whether a sealed copy carries our file; then fill in what the database does not know."""
    ours = [one for one in own_files(work, delivery) if one in proof.file_hashes]
    if ours and delivery.sha256 is None:
        delivery.sha256 = ours[0]
        delivery.intent_shown_at = proof.info.stamped_at
    return bool(ours)


def own_files(work: Work, delivery: Delivery) -> list[str]:
    """Return the files of which a message of ours carries one: that of the last attempt if known.

    After a restored backup, or when somebody else may have sent the message, any revision of the
    register counts.
    """
    if delivery.sha256 is not None:
        return [delivery.sha256]
    own = select(Revision.sha256).where(Revision.document_id == delivery.document_id)
    return list(work.session.scalars(own))


def confirm_created(work: Work, delivery: Delivery, message_id: str) -> None:
    """Write down that ISDS holds the message."""
    delivery.state = DELIVERY.apply(delivery.state, "confirm_created")
    delivery.message_id, delivery.channel = message_id, channels.DATA_BOX
    delivery.failures = 0
    delivery.dispatched_at = delivery.intent_shown_at or work.now
    delivery.next_at = None
    work.audit("confirm_created", ("delivery", delivery.id), message_id=message_id)
    work.tell("delivery.dispatched", delivery.id, delivery_payload(delivery))


def lose_answer(work: Work, delivery: Delivery, isds_now: datetime | None) -> None:
    """Write down that nobody knows whether ISDS holds the message.

    Without its clock (*isds_now*) the periods begin with the first look.
    """
    delivery.state = DELIVERY.apply(delivery.state, "lose_answer")
    delivery.leased_until, delivery.fencing_token = None, None
    begin_search(delivery, Moment(SystemClock().now(), isds_now))
    work.session.flush()
    work.audit("lose_answer", ("delivery", delivery.id))


def begin_search(delivery: Delivery, lost: Moment | None) -> None:
    """Forget what earlier searches in the list of sent messages told; the next one is due at once.

    Args:
        lost: From when on no request of the attempt can begin; ``None`` if none is in doubt.
    """
    delivery.lost_at = lost.ours if lost else None
    delivery.lost_isds_at = lost.theirs if lost else None
    delivery.last_look_at, delivery.looked_after, delivery.next_at = None, 0, None
    delivery.matches = []


def give_up_looking(work: Work, delivery: Delivery) -> None:
    """Write down that the message does not exist, so that it is sent again."""
    delivery.state = DELIVERY.apply(delivery.state, "give_up_looking")
    give_back(work, delivery)
    delivery.next_at = None
    work.session.flush()
    work.audit("give_up_looking", ("delivery", delivery.id), attempts=delivery.attempts)


def ask_person(work: Work, delivery: Delivery, reason: str) -> None:
    """Put the delivery on the office's list; the history keeps which messages were found."""
    delivery.state = DELIVERY.apply(delivery.state, "ask_person")
    delivery.reason, delivery.next_at = reason, None
    work.session.flush()
    seen = [one.message_id for one in delivery.matches]
    details = {"reason": reason, "messages": seen} if seen else {"reason": reason}
    work.audit("ask_person", ("delivery", delivery.id), **details)
    work.tell("delivery.needs_person", delivery.id, delivery_payload(delivery))


def refuse_file(work: Work, delivery: Delivery, code: str) -> None:
    """Write down that the stored file must not leave, and close the paper with it.

    What left before stays as it is: the post has the letter, and only the office can look into it.
    Why a person was asked is not forgotten: what may be done once the file is sound hangs on it.
    """
    delivery.last_error = code
    if delivery.state == deliveries.NEEDS_PERSON:
        delivery.file_fault = code
        work.session.flush()
        work.audit("refuse_file", ("delivery", delivery.id), code=code)
        work.tell("delivery.needs_person", delivery.id, delivery_payload(delivery))
    elif delivery.state == deliveries.READY:
        ask_person(work, delivery, deliveries.UNSOUND_FILE)
    else:
        work.audit("refuse_file", ("delivery", delivery.id), code=code)


def accept_file(delivery: Delivery) -> None:
    """Write down that the stored file is sound again."""
    delivery.file_fault = None


def postpone(delivery: Delivery, pause: timedelta) -> None:
    """Let the worker come back to the delivery later."""
    delivery.next_at = SystemClock().now() + pause


def rest(delivery: Delivery) -> None:
    """Let the worker come back after a failure, each time later, and not all at once."""
    delivery.failures += 1
    delivery.next_at = SystemClock().now() + rest_after(delivery.failures, delivery.id)


def keep_until(session: Session, ids: Sequence[UUID], until: datetime) -> None:
    """Let deliveries of all organisations wait for what keeps them all; none of them has failed.

    What ISDS answered last about each stays. Nobody's form becomes stale by it: the versions stay.
    What another worker holds is left to it.
    """
    waiting = (deliveries.READY, deliveries.UNKNOWN, deliveries.SENT)
    free = select(Delivery.id).where(Delivery.id.in_(ids), Delivery.state.in_(waiting))
    free = free.order_by(Delivery.id).with_for_update(skip_locked=True)
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(free.scalar_subquery()))
        .values(next_at=until)
        .execution_options(synchronize_session=False)
    )


UNTOUCHED = select(Delivery.id).where(
    Delivery.state == deliveries.READY, Delivery.next_at.is_(None)
)
"""Letters that nobody has taken on yet."""


def keep_all_ready(session: Session, until: datetime) -> None:
    """Write down of every letter that is ready that it has had to wait (until the instant).

    Only some are taken on at once; the others are to be looked for before they are sent, too.
    """
    free = UNTOUCHED.order_by(Delivery.id).with_for_update(skip_locked=True)
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(free.scalar_subquery()))
        .values(next_at=until)
        .execution_options(synchronize_session=False)
    )


def at_version(delivery: Delivery, version: int | None) -> Delivery:
    """Return the delivery if it is still as it was shown.

    Raises:
        RecordChanged: somebody changed it meanwhile.
    """
    check_version(shown=version, present=delivery.version)
    return delivery
