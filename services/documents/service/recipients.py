"""The register of recipients: what people look at and decide; the worker's part is elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from services.documents.domain import channels, deliveries
from services.documents.domain.boxes import check_box_id
from services.documents.domain.recipients import (
    RecipientExists,
    check_choice,
    check_ic,
    recipient_key,
)
from services.documents.domain.records import RecordUnknown, check_named_version
from services.documents.models import Audit, Delivery, Recipient
from services.documents.service.box_answers import clear_up, forget_answer
from services.documents.service.loading import visible_deliveries
from services.documents.service.work import Work
from shared.audit import AuditMixin

SHOWN = 100
"""Deliveries and changes of one recipient that are shown at once."""


@dataclass(frozen=True)
class RecipientEntry:
    """What a person enters about a recipient."""

    name: str
    address: tuple[str, ...] = ()
    ic: str | None = None
    box_id: str | None = None


def visible_recipients(work: Work) -> Select[Recipient]:
    """Return the query of the organisation's recipients."""
    return select(Recipient).where(Recipient.organisation_id == work.organisation_id)


def recipient_of(work: Work, recipient_id: UUID, *, lock: bool = False) -> Recipient:
    """Return a recipient.

    Raises:
        RecordUnknown: none in this organisation.
    """
    query = visible_recipients(work).where(Recipient.id == recipient_id)
    found = work.session.scalar(query.with_for_update(of=Recipient) if lock else query)
    if found is None:
        raise RecordUnknown()
    return found


def named_like(text: str) -> ColumnElement[bool]:
    """Return the condition that a recipient's name, IČO or box is what somebody looks for."""
    sought = text.strip()
    return or_(
        Recipient.name.icontains(sought, autoescape=True),
        Recipient.box_name.icontains(sought, autoescape=True),
        Recipient.ic == sought,
        Recipient.box_id == sought.lower(),
    )


def deliveries_to(work: Work, recipient: Recipient) -> Sequence[Delivery]:
    """Return the newest deliveries to a recipient."""
    query = visible_deliveries(work).where(Delivery.recipient_id == recipient.id)
    return work.session.scalars(query.order_by(Delivery.sender_reference.desc()).limit(SHOWN)).all()


def acts_about(work: Work, recipient: Recipient) -> Sequence[AuditMixin]:
    """Return who did what with a recipient, the newest first."""
    query = select(Audit).where(
        Audit.organisation_id == work.organisation_id, Audit.subject_id == recipient.id
    )
    ordered = query.order_by(Audit.recorded_at.desc(), Audit.id).limit(SHOWN)
    return work.session.scalars(ordered).all()


def awaiting_choice(work: Work, most: int) -> Sequence[Row[UUID, str, date | None]]:
    """Return recipients whose box a person has to choose, with the nearest deadline of a letter.

    Only those to whom something waits to be sent.
    """
    due = func.min(Delivery.dispatch_by)
    query = (
        select(Recipient.id, Recipient.name, due)
        .join(Delivery, Delivery.recipient_id == Recipient.id)
        .where(
            Recipient.organisation_id == work.organisation_id,
            Recipient.outcome == channels.AMBIGUOUS,
            Delivery.state.in_((deliveries.WAITING, deliveries.NEEDS_PERSON)),
        )
        .group_by(Recipient.id, Recipient.name)
    )
    ordered = query.order_by(due.asc().nulls_last(), Recipient.name, Recipient.id)
    return work.session.execute(ordered.limit(most)).all()


def save_recipient(
    work: Work, recipient_id: UUID, entry: RecipientEntry, version: int | None = None
) -> Recipient:
    """Enter a recipient, or complete one; the directory is asked afresh.

    The same entry under the same id once more makes nothing new.

    Raises:
        RecordUnknown: the id belongs to another organisation.
        RecordChanged: somebody changed it meanwhile, or it exists and no version was given.
        RecipientExists: another recipient has this IČO, or this name and address.
        BadIc, BadBoxId: misspelt.
    """
    ic, box = check_ic(entry.ic), check_box_id(entry.box_id) if entry.box_id else None
    told = RecipientEntry(entry.name, entry.address, ic, box)
    found = work.session.get(Recipient, recipient_id)
    if found is not None:
        found = recipient_of(work, recipient_id, lock=True)
        if version is None and _entry_of(found) == told:
            return found
        check_named_version(shown=version, present=found.version)
    key = recipient_key(told.name, told.address, ic, box) if found is None else found.key
    _check_alone(work, recipient_id, key, ic)
    act = "complete_recipient"
    if found is None:
        act, found = "enter_recipient", _new_recipient(work, recipient_id, key)
    elif _entry_of(found) != told:
        forget_answer(work, found)
    found.name, found.address = told.name, list(told.address)
    found.ic, found.chosen_box = ic, box
    _want(found)
    work.session.flush()
    work.audit(act, ("recipient", recipient_id), ic=ic, box_id=box)
    return found


def _entry_of(found: Recipient) -> RecipientEntry:
    return RecipientEntry(found.name, tuple(found.address), found.ic, found.chosen_box)


def _new_recipient(work: Work, recipient_id: UUID, key: str) -> Recipient:
    made = Recipient(
        id=recipient_id,
        organisation_id=work.organisation_id,
        key=key,
        outcome=channels.NOT_ASKED,
        box_name="",
        denied=[],
        candidates=[],
    )
    work.session.add(made)
    return made


def ask_again(work: Work, recipient_id: UUID) -> Recipient:
    """Have the worker ask the directory about a recipient now.

    Raises:
        RecordUnknown: no such recipient.
    """
    found = recipient_of(work, recipient_id, lock=True)
    if not found.is_wanted:
        _want(found)
        work.session.flush()
        work.audit("ask_directory", ("recipient", found.id))
    return found


def choose_box(
    work: Work, recipient_id: UUID, box_id: str, reason: str, version: int | None
) -> Recipient:
    """Say which of the candidates is the recipient's box; letters that waited for it go on.

    Raises:
        RecordUnknown: no such recipient.
        RecordChanged: somebody changed it meanwhile.
        NothingToDecide, CandidateUnknown: there is no such choice.
        ReasonMissing: nobody stands behind it.
    """
    why = channels.check_reason(reason)
    found = recipient_of(work, recipient_id, lock=True)
    check_named_version(shown=version, present=found.version)
    chosen = check_choice(box_id, [one["box_id"] for one in found.candidates])
    found.chosen_box = chosen
    _decide(work, found)
    work.audit("choose_box", ("recipient", found.id), box_id=chosen, why=why)
    clear_up(work, found)
    return found


def deny_candidates(work: Work, recipient_id: UUID, reason: str, version: int | None) -> Recipient:
    """Say that none of the candidates is the recipient's box; the directory is asked once more.

    Boxes that were denied do not come back as candidates; a new namesake does.

    Raises:
        RecordUnknown: no such recipient.
        RecordChanged: somebody changed it meanwhile.
        NothingToDecide: there are no candidates.
        ReasonMissing: nobody stands behind it.
    """
    why = channels.check_reason(reason)
    found = recipient_of(work, recipient_id, lock=True)
    check_named_version(shown=version, present=found.version)
    candidates = [one["box_id"] for one in found.candidates]
    if not candidates:
        check_choice("", candidates)
    found.denied = sorted({*found.denied, *candidates})
    _decide(work, found)
    work.audit("deny_candidates", ("recipient", found.id), boxes=candidates, why=why)
    clear_up(work, found)
    return found


def _decide(work: Work, found: Recipient) -> None:
    """Take a decision over: what was known before is to be asked afresh."""
    forget_answer(work, found)
    _want(found)
    work.session.flush()


def _want(found: Recipient) -> None:
    found.is_wanted, found.next_at, found.failures = True, None, 0


def _check_alone(work: Work, recipient_id: UUID, key: str, ic: str | None) -> None:
    is_same = Recipient.key == key if ic is None else or_(Recipient.key == key, Recipient.ic == ic)
    others = visible_recipients(work).where(is_same, Recipient.id != recipient_id)
    other = work.session.scalar(others.limit(1))
    if other is not None:
        raise RecipientExists(name=other.name)
