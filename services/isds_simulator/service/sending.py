"""Accepting a message: everything is checked first, then entered in the same transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.domain.attachments import Attachment, check_attachments, is_infected
from services.isds_simulator.domain.big_messages import check_big
from services.isds_simulator.domain.box_id import is_box_id
from services.isds_simulator.domain.box_types import (
    SYSTEM_BOXES,
    TYPE_NUMBERS,
    BoxState,
    is_public_authority,
)
from services.isds_simulator.domain.postage import (
    INITIATING_SUBSIDISED,
    REPLY,
    SUBSIDISED,
    Payers,
    Postage,
    Prices,
    postage,
)
from services.isds_simulator.domain.refusals import (
    BAD_BOX_ID,
    INVALID_MESSAGE,
    NO_SUCH_BOX,
    OWN_BOX,
    PDZ_NOT_ALLOWED,
    RECIPIENT_INACCESSIBLE,
    SENDER_INACCESSIBLE,
    Refused,
)
from services.isds_simulator.domain.states import Event, State
from services.isds_simulator.ledger import boxes, messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import (
    AttachmentRow,
    Author,
    Box,
    Envelope,
    Message,
    Subsidy,
)
from services.isds_simulator.seal.authority import Authority
from services.isds_simulator.seal.timestamp import time_stamp
from services.isds_simulator.service.documents import message_document
from services.isds_simulator.service.progress import let_time_pass

LONGEST_ANNOTATION = 255
LONGEST_REFERENCE = 50
REFERENCES = ("dmRecipientRefNumber", "dmSenderRefNumber", "dmRecipientIdent", "dmSenderIdent")
BASE64_RATIO = 4 / 3
KIB = 1024
NOBODY = Author("PRIMARY_USER", "")


@dataclass(frozen=True)
class Draft:
    """A message as the sender hands it in."""

    fields: dict[str, str | None]
    """The eighteen elements of the envelope by name, cleaned; ``None`` for an empty one."""
    files: tuple[Attachment, ...]
    requested_kind: str | None
    """``dmType`` of the input."""
    author: Author = NOBODY
    is_big: bool = False
    """Whether it came through the service for big messages (VoDZ)."""
    forced_infection: bool = False
    """Whether a fault switch lets the antivirus check fail."""


@dataclass(frozen=True)
class Checked:
    """A draft that will be accepted, and what was found out about it."""

    sender: Box
    recipient: Box
    postage: Postage
    answers: str | None
    """The initiating message whose prepaid answer this is."""
    subsidy: Subsidy | None
    """Who pays for it, if somebody else does."""


@dataclass(frozen=True)
class Desk:
    """What accepting a message needs."""

    connection: Connection
    """A write transaction."""
    settings: SimulatorSettings
    authority: Authority


def submit(desk: Desk, sender_id: str, draft: Draft, *, now: datetime) -> str:
    """Accept a message and return its id.

    Args:
        desk: Ledger, settings and keys.
        sender_id: Box of the caller.
        draft: The message.
        now: Aware instant of the submission.

    Returns:
        ``dmID``.

    Raises:
        Refused: With the code of the rule that the message breaks; nothing is kept then.
    """
    connection = desk.connection
    checked = _check(desk, sender_id, draft, now)
    message_id = messages.next_message_id(connection)
    envelope = _envelope(checked, draft)
    document = message_document(message_id, envelope, checked.sender.id, draft.files)
    digest = hashlib.sha256(document).digest()
    message = Message(
        id=message_id,
        sender_id=checked.sender.id,
        recipient_id=checked.recipient.id,
        kind=checked.postage.kind,
        state=State.SUBMITTED,
        submitted_at=now,
        delivered_at=None,
        accepted_at=None,
        due_at=now + desk.settings.stamp_delay,
        envelope=envelope,
        digest=digest,
        stamp=time_stamp(digest, desk.authority.stamper, at=now),
        attachment_kb=_size_in_kb(draft.files),
        is_infected=draft.forced_infection or is_infected(draft.files),
        fiction_allowed=_is_fiction_allowed(checked.sender, draft),
        is_big=draft.is_big,
        author=draft.author,
    )
    _pay(connection, checked, message_id, now=now)
    rows = _rows(message_id, draft.files)
    messages.add_message(connection, message, document=document, attachments=rows)
    messages.add_event(connection, message_id, Event.SUBMITTED, at=now)
    let_time_pass(connection, now, desk.settings)
    return message_id


def _check(desk: Desk, sender_id: str, draft: Draft, now: datetime) -> Checked:
    connection = desk.connection
    sender = accessible_sender(connection, sender_id)
    check_fields(draft.fields)
    recipient = _recipient(connection, sender, draft.fields["dbIDRecipient"] or "")
    limit = max(sender.attachment_limit, recipient.attachment_limit)
    if draft.is_big:
        check_big(draft.files, more_than=limit, at_most=desk.settings.big_message_limit)
    else:
        check_attachments(draft.files, limit=limit)
    answers = _prepaid_question(connection, sender, recipient, draft)
    subsidies = boxes.subsidies_of(connection, sender.id, now=now, recipient_id=recipient.id)
    way = postage(
        sender.party,
        recipient.party,
        requested=draft.requested_kind,
        prices=prices_of(desk.settings, is_big=draft.is_big),
        payers=Payers(answers is not None, bool(subsidies)),
    )
    pays = way.kind in {SUBSIDISED, INITIATING_SUBSIDISED}
    return Checked(
        sender,
        recipient,
        way,
        answers if way.kind == REPLY else None,
        subsidies[0] if pays else None,
    )


def prices_of(settings: SimulatorSettings, *, is_big: bool = False) -> Prices:
    """Return what paid messages cost at present."""
    price = settings.big_message_price if is_big else settings.paid_message_price
    return Prices(price, settings.initiating_message_price)


def accessible_sender(connection: Connection, sender_id: str) -> Box:
    """Return the box of a sender.

    Raises:
        Refused: 1201, the box is not accessible.
    """
    sender = boxes.find_box(connection, sender_id)
    if sender is None or sender.state != BoxState.ACCESSIBLE:
        raise Refused(SENDER_INACCESSIBLE)
    return sender


def check_fields(fields: dict[str, str | None]) -> None:
    """Refuse an envelope without a subject or with texts that are too long.

    Raises:
        Refused: 9005 with the name of the element.
    """
    annotation = fields.get("dmAnnotation")
    if not annotation or len(annotation) > LONGEST_ANNOTATION:
        raise Refused(INVALID_MESSAGE, "dmAnnotation")
    for name in REFERENCES:
        if len(fields.get(name) or "") > LONGEST_REFERENCE:
            raise Refused(INVALID_MESSAGE, name)


def _recipient(connection: Connection, sender: Box, box_id: str) -> Box:
    if not is_box_id(box_id):
        raise Refused(BAD_BOX_ID)
    if box_id == sender.id:
        raise Refused(OWN_BOX)
    if box_id in SYSTEM_BOXES:
        raise Refused(RECIPIENT_INACCESSIBLE)
    recipient = boxes.find_box(connection, box_id)
    if recipient is None:
        raise Refused(NO_SUCH_BOX)
    if recipient.state != BoxState.ACCESSIBLE:
        raise Refused(RECIPIENT_INACCESSIBLE)
    return recipient


def _prepaid_question(
    connection: Connection, sender: Box, recipient: Box, draft: Draft
) -> str | None:
    """Return the initiating message of the recipient that this message answers."""
    reference = draft.fields.get("dmRecipientRefNumber")
    if reference is None:
        return None
    return messages.open_initiating_message(
        connection, sender_id=recipient.id, recipient_id=sender.id, reference=reference
    )


def _pay(connection: Connection, checked: Checked, message_id: str, *, now: datetime) -> None:
    """Take the price, or spend the prepaid answer or one message of the subsidy."""
    if checked.answers is not None:
        messages.use_initiating_message(connection, checked.answers, message_id)
    if checked.subsidy is not None:
        boxes.use_subsidy(connection, checked.subsidy.id)
    if checked.postage.price == 0:
        return
    is_paid = boxes.change_credit(
        connection,
        checked.sender.id,
        -checked.postage.price,
        at=now,
        recipient_id=checked.recipient.id,
        message_id=message_id,
    )
    if not is_paid:
        raise Refused(PDZ_NOT_ALLOWED)


def _envelope(checked: Checked, draft: Draft) -> Envelope:
    sender, recipient = checked.sender, checked.recipient
    return Envelope(
        sender_name=sender.name,
        sender_address=sender.address,
        sender_type=TYPE_NUMBERS[sender.type],
        recipient_name=recipient.name,
        recipient_address=recipient.address,
        fields=draft.fields,
    )


def _is_fiction_allowed(sender: Box, draft: Draft) -> bool:
    """Only a public authority may forbid delivery by fiction; others are not heard."""
    forbidden = draft.fields.get("dmAllowSubstDelivery") == "false"
    return not (forbidden and is_public_authority(sender.type))


def _size_in_kb(files: tuple[Attachment, ...]) -> int:
    return max(1, round(sum(len(file.content) for file in files) * BASE64_RATIO / KIB))


def _rows(message_id: str, files: tuple[Attachment, ...]) -> list[AttachmentRow]:
    return [
        AttachmentRow(
            message_id,
            file.name,
            file.mime,
            file.meta,
            len(file.content),
            hashlib.sha256(file.content).hexdigest(),
        )
        for file in files
    ]
