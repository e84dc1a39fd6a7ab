"""Which way a delivery goes: what follows from the directory, and what a person changes."""

from datetime import date, timedelta
from uuid import UUID

from services.documents.domain import channels, deliveries
from services.documents.domain.channels import Answered, Known
from services.documents.domain.recipients import Answer
from services.documents.domain.records import check_named_version
from services.documents.models import Delivery, Recipient
from services.documents.service import box_answers
from services.documents.service.deliveries import ask_person
from services.documents.service.epochs import is_certain
from services.documents.service.loading import delivery_of
from services.documents.service.work import Work

REASONS = {
    channels.AMBIGUOUS: deliveries.AMBIGUOUS,
    channels.UNUSABLE: deliveries.BOX_UNUSABLE,
    channels.NO_SENDER: deliveries.NO_SENDER,
}
"""Why a person must act after an answer; after ``none`` it depends on what was asked for."""


def aim(delivery: Delivery, answer: Answer) -> bool:
    """Take over box and channel; tell whether the letter can go to that box (R38, R39).

    It does the same to a row and to a copy of it that was read before.
    """
    if answer.box_id is not None:
        delivery.data_box_id, delivery.recipient_type = answer.box_id, answer.box_type
    is_usable = answer.outcome == channels.USABLE
    # A usable box wins over whatever the caller asked for.
    requested = channels.AUTO if is_usable else delivery.requested
    delivery.channel = channels.choose_channel(requested, answer.outcome) or channels.DATA_BOX
    return is_usable and box_answers.named_box(delivery) in (None, answer.box_id)


def take_answer(work: Work, delivery: Delivery, answer: Answer, holds_for: timedelta) -> bool:
    """Write down what the directory says of a letter's recipient; tell whether it can go there."""
    if delivery.recipient is not None:
        box_answers.note_answer(work, delivery.recipient, answer, holds_for)
    return aim(delivery, answer)


def keep_here(work: Work, delivery: Delivery, answer: Answer, holds_for: timedelta) -> None:
    """Have a person decide about what cannot leave by our data box, and write down why."""
    if take_answer(work, delivery, answer, holds_for):
        ask_person(work, delivery, deliveries.FOREIGN_BOX)
    elif answer.outcome == channels.USABLE:
        ask_person(work, delivery, deliveries.WRONG_BOX)
    else:
        ask_person(work, delivery, REASONS.get(answer.outcome) or _without_box(delivery))


def _without_box(delivery: Delivery) -> str:
    is_free = delivery.requested == channels.AUTO
    return deliveries.NO_BOX if is_free else deliveries.REQUESTED


def known_of(recipient: Recipient | None) -> Known:
    """Return what the register knows of a recipient's box."""
    if recipient is None:
        return Known()
    return Known(recipient.outcome, recipient.box_id, recipient.holds_until)


def check_paper_now(work: Work, delivery: Delivery) -> None:
    """Refuse paper that would leave now although the data box can be used, or nobody knows.

    Raises:
        SwitchFirst: nobody has decided to leave the data box.
        DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst: see ``domain.channels.check_paper``.
    """
    _check_left_box(delivery)
    _check_known(work, delivery)


def _check_known(work: Work, delivery: Delivery) -> None:
    channels.check_paper(known_of(delivery.recipient), reason=delivery.reason, now=work.now)


def check_paper_on(work: Work, delivery: Delivery, day: date) -> None:
    """Refuse to write down paper that left on a day on which the data box could be used.

    Raises:
        SwitchFirst: nobody has decided to leave the data box.
        DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst, BoxUnknownThatDay: see
            ``domain.channels.check_paper_on``.
    """
    _check_left_box(delivery)
    recipient = delivery.recipient
    channels.check_paper_on(
        _answers(work, recipient) if recipient else frozenset(),
        day,
        known_of(recipient),
        reason=delivery.reason,
        now=work.now,
    )


def _check_left_box(delivery: Delivery) -> None:
    if delivery.channel == channels.DATA_BOX:
        raise channels.SwitchFirst()


def _answers(work: Work, recipient: Recipient) -> frozenset[Answered]:
    held = recipient.holds_until or work.now
    return frozenset(
        Answered(one.outcome, one.first_at, one.until or held) for one in recipient.lookups
    )


def switch_channel(
    work: Work, delivery_id: UUID, to: str, reason: str, version: int | None
) -> Delivery:
    """Leave the data box for post or handing over, by a named person's decision.

    Raises:
        RecordUnknown: no such delivery.
        RecordChanged: it is no more as the person saw it.
        SwitchNotAllowed, SwitchPointless: the rule does not allow it.
        DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst: the data box may be usable.
        ReasonMissing: nobody stands behind it.
    """
    why = channels.check_reason(reason)
    delivery = delivery_of(work, delivery_id)
    check_named_version(shown=version, present=delivery.version)
    before = delivery.channel
    channels.check_switch(state=delivery.state, reason=delivery.reason, channel=before, to=to)
    if not is_certain(work, delivery):
        raise channels.SwitchNotAllowed(state=deliveries.UNKNOWN, reason="")
    _check_known(work, delivery)
    delivery.channel = to
    work.session.flush()  # whoever was faster has raised the version
    about = ("delivery", delivery.id)
    work.audit("switch_channel", about, before=before, after=to, why=why)
    return delivery
