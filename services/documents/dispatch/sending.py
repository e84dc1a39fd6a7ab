"""Sending a ready delivery by data box, exactly one attempt for each committed intent."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from services.documents.adapters.files import FileDamaged, FileMissing, StoreUnavailable
from services.documents.delivery.port import (
    BoxFacts,
    DataBoxGateway,
    GatewayRefused,
    GatewayUnavailable,
    OutgoingMessage,
)
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.paying import payer_for
from services.documents.domain import channels
from services.documents.domain.care import may_leave
from services.documents.domain.deliveries import FOREIGN_BOX, READY, SENDING
from services.documents.domain.isds_outcome import classify
from services.documents.domain.numbering import file_name
from services.documents.domain.records import FileUnsound
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service import deliveries as steps
from services.documents.service.epochs import is_certain
from services.documents.service.postage import Payer, pay_or_hold
from services.documents.service.work import Work
from services.documents.verification.sandbox import Busy
from shared.clock import SystemClock
from shared.db import reading, transaction

log = logging.getLogger(__name__)


class NotReady(Exception):
    """The document's proof is not far enough, or in doubt."""


@dataclass(frozen=True)
class Intent:
    """A committed intent to send."""

    delivery_id: UUID
    token: UUID
    leased_until: datetime | None


CANNOT_SEND = (
    *(GatewayUnavailable, GatewayRefused, FileMissing, FileDamaged, StoreUnavailable),
    Busy,
    NotReady,
)


def send_ready(desk: DispatchDesk) -> int:
    """Send what is ready; return how many deliveries were touched."""
    ids = desk.due(READY)
    hit("send.taken")
    for delivery_id in ids:
        _send(desk, delivery_id)
    return len(ids)


def recover_abandoned(desk: DispatchDesk) -> int:
    """Turn sendings whose worker died into unclear ones; never into ready ones."""
    now = SystemClock().now()
    abandoned = select(Delivery.id).where(Delivery.state == SENDING, Delivery.leased_until < now)
    with reading(), transaction(desk.session()) as session:
        ids = list(session.scalars(abandoned))
    hit("abandoned.found")

    def lose(work: Work, row: Delivery) -> None:
        if row.state == SENDING and _is_over(row.leased_until, now):
            steps.lose_answer(work, row)

    for delivery_id in ids:
        desk.change(delivery_id, lose, "abandoned.lost")
    return len(ids)


def _send(desk: DispatchDesk, delivery_id: UUID) -> None:
    try:
        delivery = desk.peek(delivery_id)
        _check_proof(desk, delivery)
        if not _goes_by_box(desk, delivery):
            return
        # Whatever can fail before the intent is written down must fail here.
        delivery = desk.peek(delivery_id)
        # An attempt of unknown fate is repeated with the same file, so that it can be found.
        sha256 = delivery.sha256 or delivery.document.sha256
        gateway, message = desk.gateway, _message(desk, delivery, sha256)
        payer = payer_for(desk, delivery)
        desk.gate.check(delivery, sha256, message.pdf)
        hit("send.judged")
    except FileUnsound as error:
        _refuse(desk, delivery_id, error)
        return
    except CANNOT_SEND as error:
        log.warning("a delivery cannot be sent now", extra={"delivery_id": str(delivery_id)})
        desk.put_off(delivery_id, error)
        return
    intent = _claim(desk, delivery, sha256, payer)
    if intent is not None:
        _attempt(desk, gateway, message, intent)


def _refuse(desk: DispatchDesk, delivery_id: UUID, error: FileUnsound) -> None:
    log.error("a file is not the issued document", extra={"delivery_id": str(delivery_id)})

    def note(work: Work, row: Delivery) -> None:
        if row.state == READY:
            steps.refuse_file(work, row, f"{error.params.get('code', '')}")

    desk.change(delivery_id, note, "send.refused")


def _check_proof(desk: DispatchDesk, delivery: Delivery) -> None:
    document, wanted = delivery.document, desk.tools.settings.dispatch_level
    if not may_leave(document.level, wanted, document.trouble):
        raise NotReady(f"Level {document.level or 'none'}, trouble {document.trouble}.")


def _goes_by_box(desk: DispatchDesk, delivery: Delivery) -> bool:
    """Ask the directory for the recipient's box and write down the channel that follows."""
    box = _find_box(desk, delivery) if delivery.data_box_id or delivery.ic else None
    is_own_box = desk.sends_for(delivery.organisation_id)
    hit("send.box_found")
    going: list[Delivery] = []

    def note(work: Work, row: Delivery) -> None:
        if row.state != READY or steps.note_box(work, row, box) != channels.DATA_BOX:
            return
        if is_own_box:
            going.append(row)
        else:
            steps.ask_person(work, row, FOREIGN_BOX)

    desk.change(delivery.id, note, "send.channel")
    return bool(going)


def _find_box(desk: DispatchDesk, delivery: Delivery) -> BoxFacts | None:
    found = desk.gateway.find_box(box_id=delivery.data_box_id, ic=delivery.ic)
    if found is None or not found.is_open:
        return found
    # The directory may lag behind; the box itself is asked last.
    is_open = desk.gateway.can_receive(found.box_id)
    return BoxFacts(found.box_id, found.type_number, found.name, is_open)


def _claim(
    desk: DispatchDesk, delivery: Delivery, sha256: str, payer: Payer | None
) -> Intent | None:
    """Write down the intent, and with it the money; a message that must wait has no intent.

    Whoever slept since the delivery was read has read another one: nobody may have changed it.
    """
    intents: list[Intent] = []
    price = desk.tools.settings.paid_price

    def begin(work: Work, row: Delivery) -> None:
        is_same = row.version == delivery.version and row.state == READY
        if is_same and is_certain(work, row) and pay_or_hold(work, row, payer, price):
            token = steps.begin_sending(work, row, sha256)
            intents.append(Intent(row.id, token, row.leased_until))

    desk.change(delivery.id, begin, "send.intent")
    return intents[0] if intents else None


def _attempt(
    desk: DispatchDesk, gateway: DataBoxGateway, message: OutgoingMessage, intent: Intent
) -> None:
    """Send once, while the lease lasts.

    A worker that slept longer must not send: somebody may look for the message already. That is
    asked at the last moment, when the connection stands and nothing but the body is missing.
    """

    def may_start() -> bool:
        hit("send.connected")
        return not _is_over(intent.leased_until, SystemClock().now())

    outcome = classify(gateway.create_message(message, may_start))
    hit("send.classified")
    desk.heed(outcome.code)

    def note(work: Work, row: Delivery) -> None:
        if row.fencing_token == intent.token and row.state == SENDING:
            steps.note_outcome(work, row, outcome)

    desk.change(intent.delivery_id, note, "send.outcome")


def _message(desk: DispatchDesk, delivery: Delivery, sha256: str) -> OutgoingMessage:
    document = delivery.document
    return OutgoingMessage(
        recipient_box=delivery.data_box_id or "",
        subject=delivery.subject,
        sender_reference=delivery.sender_reference,
        sender_mark=document.number,
        recipient_name=delivery.recipient_name,
        file_name=file_name(document.number, document.title),
        pdf=desk.tools.files.get(sha256),
    )


def _is_over(leased_until: datetime | None, now: datetime) -> bool:
    return leased_until is None or leased_until < now
