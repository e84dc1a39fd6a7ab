"""What the directory of data boxes says of recipients, as the worker writes it down."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from services.documents.domain import channels, deliveries
from services.documents.domain.deliveries import DELIVERY
from services.documents.domain.outages import rest_after
from services.documents.domain.recipients import (
    BY_BOX,
    BY_PERSON,
    Answer,
    BadIc,
    Wanted,
    check_ic,
    recipient_key,
)
from services.documents.models import BoxLookup, Delivery, Recipient
from services.documents.service.loading import ALONE
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.contracts.codec import to_json
from shared.db import table_of

AT_ONCE = 50
"""Deliveries that are entered in one look of the worker."""
ASKED_AT_ONCE = 20
"""Recipients that are asked about in one look; the others wait for the next."""
NAMED_KEY = "box:"
OPEN_STATES = (deliveries.WAITING, deliveries.NEEDS_PERSON)
"""States in which the worker keeps what is known of a recipient right; a ready one is asked about
right before it leaves."""


def unknown_recipients(work: Work) -> list[UUID]:
    """Return open deliveries of all organisations whose recipient is not in the register."""
    query = select(Delivery.id).where(
        Delivery.recipient_id.is_(None), Delivery.state.in_(OPEN_STATES)
    )
    return list(work.session.scalars(query.order_by(Delivery.id).limit(AT_ONCE)))


def enter_recipients(work: Work, delivery_ids: Sequence[UUID]) -> int:
    """Enter the recipients of deliveries into the register; return how many deliveries lacked one.

    Nobody's form becomes stale by it: the version of the delivery stays. What others hold is left
    for later.
    """
    lacking = select(Delivery).where(Delivery.id.in_(delivery_ids), Delivery.recipient_id.is_(None))
    lacking = lacking.options(ALONE, lazyload(Delivery.proofs)).order_by(Delivery.id)
    free = lacking.with_for_update(of=Delivery, skip_locked=True)
    found = work.session.scalars(free).all()
    for delivery in found:
        _set_past_version(work, delivery, {"recipient_id": _entered(work, delivery)})
    return len(found)


def _set_past_version(work: Work, row: Delivery | Recipient, values: dict[str, Any]) -> None:
    """Write columns of a row, in the database and here; its version stays.

    Raises:
        StaleDataError: it is no more as it was read; what a person decided is not overwritten.
    """
    table = table_of(type(row))
    as_read = update(table).where(table.c.id == row.id, table.c.version == row.version)
    if work.session.scalar(as_read.values(values).returning(table.c.id)) is None:
        raise StaleDataError("The row has changed since it was read.")
    for name, value in values.items():
        set_committed_value(row, name, value)


def _entered(work: Work, delivery: Delivery) -> UUID:
    """Return the id of the delivery's recipient, entered now if it has to be."""
    named, ic = named_box(delivery), _ic(delivery.ic)
    key = recipient_key(delivery.recipient_name, delivery.address, ic, named)
    known = _known(work, delivery.organisation_id, key, ic)
    if known is not None:
        return known
    made = Recipient(
        id=uuid4(),
        organisation_id=delivery.organisation_id,
        key=key,
        name=delivery.recipient_name,
        address=list(delivery.address),
        ic=ic,
        outcome=channels.NOT_ASKED,
    )
    try:
        with work.session.begin_nested():
            work.session.add(made)
    except IntegrityError:
        # Another worker entered the same one since the question.
        return _known(work, delivery.organisation_id, key, ic) or made.id
    return made.id


def _known(work: Work, organisation_id: UUID, key: str, ic: str | None) -> UUID | None:
    """Return the recipient with a key, or one to whom a person gave the IČO later."""
    own = select(Recipient.id).where(Recipient.organisation_id == organisation_id)
    found = work.session.scalar(own.where(Recipient.key == key))
    if found is None and ic is not None:
        found = work.session.scalar(own.where(Recipient.ic == ic).order_by(Recipient.id).limit(1))
    return found


def named_box(delivery: Delivery) -> str | None:
    """Return the box that was named when the document was made, which is printed on it."""
    addressee = delivery.document.printing.get("addressee")
    named: str | None = addressee[2] if addressee else delivery.data_box_id
    return named.strip().lower() if named else None


def wanted_for(delivery: Delivery) -> Wanted:
    """Return by what the box of a delivery's recipient is looked for."""
    return _wanted(delivery.recipient, named_box(delivery), delivery.recipient_name, delivery.ic)


def wanted_of(recipient: Recipient) -> Wanted:
    """Return by what a recipient's box is looked for when no document is about to leave."""
    named = recipient.box_id if recipient.found_by == BY_BOX else None
    if recipient.key.startswith(NAMED_KEY):
        named = recipient.key.removeprefix(NAMED_KEY)
    return _wanted(recipient, named, recipient.name, recipient.ic)


def _wanted(recipient: Recipient | None, named: str | None, name: str, ic: str | None) -> Wanted:
    known_ic = _ic(ic) or (recipient.ic if recipient else None)
    if recipient is None:
        return Wanted(name, named=named, ic=known_ic)
    return Wanted(
        name,
        tuple(recipient.address),
        named=named,
        chosen=recipient.chosen_box,
        ic=known_ic,
        denied=frozenset(recipient.denied),
    )


def _ic(text: str | None) -> str | None:
    """Return an IČO that can be asked for; a misspelt one is as good as none."""
    try:
        return check_ic(text)
    except BadIc:
        return None


def recipients_due(work: Work, latest: datetime) -> list[UUID]:
    """Return recipients of all organisations about whom the directory is to be asked now.

    Those of whom a person wants to know; those with an open letter that waits for a person, once
    the answer has run out; and those whom a person will have to tell from namesakes, early. Due is
    also what waits for an instant after *latest*, which nobody can mean.
    """
    at = Recipient.next_at
    is_due = or_(at.is_(None), at <= SystemClock().now(), at > latest)
    wanted = select(Recipient.id).where(Recipient.is_wanted, is_due)
    found = list(work.session.scalars(wanted.order_by(Recipient.id).limit(ASKED_AT_ONCE)))
    run_out = or_(Recipient.holds_until.is_(None), Recipient.holds_until <= work.now)
    by_name = and_(Recipient.ic.is_(None), Recipient.key.like("name:%"))
    early = and_(Delivery.state == deliveries.WAITING, Recipient.answered_at.is_(None), by_name)
    waiting = select(Recipient.id).join(Delivery, Delivery.recipient_id == Recipient.id)
    waiting = waiting.where(
        Delivery.state.in_(OPEN_STATES),
        or_(and_(Delivery.state == deliveries.NEEDS_PERSON, run_out), early),
        is_due,
    )
    ordered = waiting.distinct().order_by(Recipient.id).limit(ASKED_AT_ONCE)
    found += [one for one in work.session.scalars(ordered) if one not in found]
    return found[:ASKED_AT_ONCE]


def note_answer(work: Work, recipient: Recipient, answer: Answer, holds_for: timedelta) -> None:
    """Write down what the directory says of a recipient now.

    The same answer once more moves only the times. Another one ends the period of the one before,
    is told in the audit, and lets letters go on that waited for a person's choice.
    """
    until = work.now + holds_for
    times = {"answered_at": work.now, "holds_until": until, "failed_at": None, "failures": 0}
    times |= {"is_wanted": False, "next_at": None}
    if _is_same(recipient, answer):
        _set_past_version(work, recipient, times)
        return
    is_new = _begin_period(work, recipient, answer)
    is_told = _take_over(recipient, answer, work.now)
    for name, value in times.items():
        setattr(recipient, name, value)
    work.session.flush()
    if is_told or is_new:
        told = {"outcome": answer.outcome, "box_id": answer.box_id, "found_by": answer.found_by}
        candidates = [one.box_id for one in answer.candidates]
        about = ("recipient", recipient.id)
        work.audit("look_up_box", about, **told, candidates=candidates)
    if answer.outcome != channels.AMBIGUOUS:
        clear_up(work, recipient)


def _is_same(recipient: Recipient, answer: Answer) -> bool:
    """Tell whether the directory says what it said before; by what it was found matters little."""
    known = (recipient.outcome, recipient.box_id, recipient.box_type, recipient.box_name)
    said = (answer.outcome, answer.box_id, answer.box_type, answer.box_name)
    by_person = (recipient.found_by == BY_PERSON, answer.found_by == BY_PERSON)
    candidates = [to_json(one) for one in answer.candidates]
    return known == said and recipient.candidates == candidates and len({*by_person}) == 1


def _take_over(recipient: Recipient, answer: Answer, now: datetime) -> bool:
    """Let the recipient be as the directory says; tell whether the candidates are others."""
    if answer.box_id != recipient.box_id:
        recipient.found_at = now if answer.box_id else None
    candidates = [to_json(one) for one in answer.candidates]
    are_others = candidates != recipient.candidates
    recipient.outcome, recipient.box_id = answer.outcome, answer.box_id
    recipient.box_type, recipient.box_name = answer.box_type, answer.box_name
    recipient.found_by = answer.found_by
    recipient.candidates, recipient.more_candidates = candidates, answer.more
    return are_others


def _begin_period(work: Work, recipient: Recipient, answer: Answer) -> bool:
    """End the period of the answer before and begin another; tell whether it had to be.

    After a time without any answer the same one goes on.
    """
    in_force = _in_force(work, recipient)
    if in_force is not None:
        if (in_force.outcome, in_force.box_id) == (answer.outcome, answer.box_id):
            return False
        _end_period(work, recipient, in_force)
    work.session.add(
        BoxLookup(
            id=uuid4(),
            organisation_id=recipient.organisation_id,
            recipient_id=recipient.id,
            outcome=answer.outcome,
            box_id=answer.box_id,
            found_by=answer.found_by,
            first_at=work.now,
        )
    )
    return True


def _in_force(work: Work, recipient: Recipient) -> BoxLookup | None:
    periods = select(BoxLookup).where(BoxLookup.recipient_id == recipient.id)
    return work.session.scalar(periods.where(BoxLookup.until.is_(None)))


def _end_period(work: Work, recipient: Recipient, in_force: BoxLookup) -> None:
    """End the period of the answer in force, whose times are still the recipient's."""
    in_force.until = min(recipient.holds_until or work.now, work.now)


def forget_answer(work: Work, recipient: Recipient) -> None:
    """Let the answer in force count no more: a person has changed what the question is.

    A paper that left before is still judged by it.
    """
    in_force = _in_force(work, recipient)
    if in_force is not None:
        _end_period(work, recipient, in_force)
    recipient.outcome, recipient.holds_until = channels.NOT_ASKED, None
    recipient.candidates, recipient.more_candidates = [], 0


def note_silence(work: Work, recipient: Recipient, closed_until: datetime | None) -> None:
    """Write down that ISDS did not answer; that is no answer, and the old one counts to its end.

    Args:
        closed_until: When it is to be tried again (real time), where nobody asked because ISDS is
            known to be away; ``None`` for a question that failed.
    """
    values: dict[str, Any] = {"failed_at": work.now, "next_at": closed_until}
    if closed_until is None:
        failures = recipient.failures + 1
        rest = SystemClock().now() + rest_after(failures, recipient.id)
        values |= {"failures": failures, "next_at": rest}
    if recipient.holds_until is None or recipient.holds_until <= work.now:
        values["outcome"] = channels.UNREACHABLE
    work.session.execute(update(Recipient).where(Recipient.id == recipient.id).values(values))


def clear_up(work: Work, recipient: Recipient) -> int:
    """Let the letters go on that waited until it was known whose box it is; return how many."""
    query = select(Delivery).where(
        Delivery.organisation_id == recipient.organisation_id,
        Delivery.recipient_id == recipient.id,
        Delivery.state == deliveries.NEEDS_PERSON,
        Delivery.reason == deliveries.AMBIGUOUS,
    )
    found = work.session.scalars(query.order_by(Delivery.id)).all()
    for delivery in found:
        delivery.state = DELIVERY.apply(delivery.state, "clear_up")
        delivery.reason, delivery.next_at, delivery.failures = None, None, 0
    work.session.flush()
    for delivery in found:
        work.audit("clear_up", ("delivery", delivery.id), recipient_id=recipient.id)
    return len(found)
