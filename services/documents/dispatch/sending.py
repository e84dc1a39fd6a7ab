"""Sending a ready delivery by data box, exactly one attempt for each committed intent."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm.exc import StaleDataError

from services.documents.adapters.files import FileDamaged, FileMissing, StoreUnavailable
from services.documents.delivery.port import (
    DataBoxGateway,
    GatewayRefused,
    GatewayUnavailable,
    OutgoingMessage,
    Permit,
)
from services.documents.dispatch.ahead import FRESH_FOR, Asked, one_ahead
from services.documents.dispatch.asking import enter
from services.documents.dispatch.desk import DispatchDesk, NotReady
from services.documents.dispatch.finding import ask_directory, look_up
from services.documents.dispatch.looking_first import look_first
from services.documents.dispatch.outage import NotNow
from services.documents.dispatch.paying import payer_for
from services.documents.dispatch.reading_ahead import Letter, NextLetters
from services.documents.dispatch.rows import WITHOUT_PROOFS
from services.documents.dispatch.sent_lists import SentList
from services.documents.dispatch.unwritten import Unwritten
from services.documents.domain.care import may_leave
from services.documents.domain.deliveries import READY, SENDING
from services.documents.domain.isds_outcome import CREATED, NOT_PAID, classify
from services.documents.domain.numbering import file_name
from services.documents.domain.recipients import Answer
from services.documents.domain.records import FileUnsound
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service import channelling
from services.documents.service import deliveries as steps
from services.documents.service.box_answers import wanted_for
from services.documents.service.deliveries import LEASE
from services.documents.service.epochs import is_certain
from services.documents.service.looking import is_to_look_for
from services.documents.service.postage import Payer, pay_or_hold
from services.documents.service.work import Work
from services.documents.verification.sandbox import Busy
from shared.clock import SystemClock
from shared.db import read_only

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Intent:
    """A committed intent to send."""

    delivery_id: UUID
    token: UUID
    leased_until: datetime | None
    begun: float
    """On the steady clock: a clock that is set back makes no lease longer."""


@dataclass(frozen=True)
class AskedAhead:
    """A letter that was read, and the directory asked about it, before its turn came."""

    letter: Letter
    asked: Asked

    @property
    def is_known(self) -> bool:
        """Whether the directory has answered, and the verifier has judged the file before."""
        return self.asked.is_here and self.letter.told.passed is not None


@dataclass(frozen=True)
class Claim:
    """What an intent rests on."""

    answer: Answer
    """Of the directory."""
    sha256: str
    """The file."""
    payer: Payer | None
    seen: SentList | None


CANNOT_SEND = (
    *(GatewayUnavailable, GatewayRefused, FileMissing, FileDamaged, StoreUnavailable),
    Busy,
    NotReady,
)


def send_ready(desk: DispatchDesk) -> int:
    """Send what is ready; return how many deliveries were touched."""
    apart = desk.clocks.apart() if desk.tools.gateway is not None else None
    if apart is not None:
        desk.keep_ready(apart)  # all of it is due as soon as the clock is right
        return 0
    ids = desk.due(READY)
    enter(desk, ids)
    hit("send.taken")
    kept = _keeps_all(desk)
    # What was not looked for stays here, even if an outage ends right now.
    may_go = look_first(desk, ids) if kept is None else dict.fromkeys(ids)
    letters, unwritten = NextLetters(desk, may_go), Unwritten(desk)
    try:
        for delivery_id, ahead in one_ahead(may_go, partial(_ask_ahead, desk, letters)):
            if ahead is None or not ahead.is_known:
                unwritten.write()  # the next intent may take its time
            if not desk.has_turn():
                break  # this worker slept, and another one goes on
            kept = kept or _keeps_all(desk)
            if kept is None:
                with desk.apart_from_others(delivery_id):
                    _send(desk, delivery_id, may_go[delivery_id], unwritten, ahead)
            else:
                desk.put_off(delivery_id, kept)
            unwritten.write(but_of=delivery_id)
    finally:
        unwritten.write()
    desk.settle()
    return len(ids)


def _keeps_all(desk: DispatchDesk) -> NotNow | None:
    """Return what is known to keep every letter here; without a box none has to ask anybody."""
    return desk.closed() or desk.clocks.apart() if desk.tools.gateway is not None else None


def recover_abandoned(desk: DispatchDesk) -> int:
    """Turn sendings whose worker died into unclear ones; never into ready ones."""
    now = SystemClock().now()
    # A lease that ends later than any that begins now was given by a clock that was ahead.
    is_over = or_(Delivery.leased_until < now, Delivery.leased_until > now + 2 * LEASE)
    abandoned = select(Delivery.id).where(Delivery.state == SENDING, is_over)
    with read_only(desk.session()) as session:
        ids = list(session.scalars(abandoned))
    hit("abandoned.found")

    def lose(work: Work, row: Delivery) -> None:
        if row.state == SENDING and _is_over(row.leased_until, now):
            steps.lose_answer(work, row, desk.clocks.isds_now())

    for delivery_id in ids:
        with desk.apart_from_others(delivery_id):
            desk.change(delivery_id, lose, "abandoned.lost")
    return len(ids)


def _ask_ahead(desk: DispatchDesk, letters: NextLetters, delivery_id: UUID) -> AskedAhead | None:
    """Begin to ask the directory about a letter that is the next one."""
    if desk.ahead is None or desk.tools.gateway is None or not desk.ahead.may_begin():
        return None
    gateway, letter = desk.gateway, letters.take(delivery_id)
    if letter is None:
        return None
    asked = desk.ahead.begin(partial(look_up, gateway, wanted_for(letter.delivery)))
    return AskedAhead(letter, asked) if asked is not None else None


def _send(
    desk: DispatchDesk,
    delivery_id: UUID,
    seen: SentList | None,
    unwritten: Unwritten,
    ahead: AskedAhead | None,
) -> None:
    fresh = ahead if ahead is not None and _is_fresh(desk, ahead) else None
    try:
        # Whatever can fail before the intent is written down must fail here.
        delivery = fresh.letter.delivery if fresh else desk.peek(delivery_id, WITHOUT_PROOFS)
        if desk.rests(delivery) or not _is_entered(desk, delivery):
            return
        _check_proof(desk, delivery)
        begun = fresh.asked.take(0) if fresh else None
        answer = ask_directory(desk, wanted_for(delivery), begun)
        hit("send.box_found")
        if not channelling.aim(delivery, answer) or not desk.sends_for(delivery.organisation_id):
            _keep_here(desk, delivery, answer)
            return
        desk.clocks.check()
        # An attempt of unknown fate is repeated with the same file, so that it can be found.
        sha256 = delivery.leaving_sha256
        gateway, message = desk.gateway, _message(desk, delivery, sha256)
        payer = payer_for(desk, delivery)
        desk.gate.check(delivery, sha256, message.pdf, fresh.letter.told if fresh else None)
        hit("send.judged")
    except FileUnsound as error:
        _refuse(desk, delivery_id, error)
        return
    except CANNOT_SEND as error:
        desk.put_off(delivery_id, error)
        return
    intent = _claim(desk, unwritten, delivery, Claim(answer, sha256, payer, seen))
    if intent is not None:
        _attempt(desk, unwritten, gateway, message, intent)


def _is_fresh(desk: DispatchDesk, ahead: AskedAhead) -> bool:
    """Tell whether what was read and asked ahead is new; waits for the answer that long."""
    return ahead.asked.is_fresh and desk.steady() - ahead.letter.read_at < FRESH_FOR


def _is_entered(desk: DispatchDesk, delivery: Delivery) -> bool:
    """Tell whether what people decided about the recipient is known.

    Another worker may hold the delivery that very moment, and enter him.
    """
    return delivery.recipient_id is not None or desk.tools.gateway is None


def _refuse(desk: DispatchDesk, delivery_id: UUID, error: FileUnsound) -> None:
    log.error("a file is not the issued document", extra={"delivery_id": str(delivery_id)})

    def note(work: Work, row: Delivery) -> None:
        if row.state == READY:
            steps.refuse_file(work, row, f"{error.params.get('code', '')}")

    desk.change(delivery_id, note, "send.refused")


def _check_proof(desk: DispatchDesk, delivery: Delivery) -> None:
    if not _may_leave(desk, delivery):
        document = delivery.document
        raise NotReady(f"Level {document.level or 'none'}, trouble {document.trouble}.")


def _may_leave(desk: DispatchDesk, delivery: Delivery) -> bool:
    document, wanted = delivery.document, desk.tools.settings.dispatch_level
    return may_leave(document.level, wanted, document.trouble)


def _keep_here(desk: DispatchDesk, delivery: Delivery, answer: Answer) -> None:
    holds_for = desk.tools.settings.lookup_holds

    def note(work: Work, row: Delivery) -> None:
        if _is_as_read(row, delivery):
            channelling.keep_here(work, row, answer, holds_for)

    desk.change(delivery.id, note, "send.channel")


def _is_as_read(row: Delivery, read: Delivery) -> bool:
    """Tell whether nobody changed delivery or recipient since ISDS was asked about what was read.

    An answer about what a person has decided otherwise meanwhile is no answer.
    """
    recipients = [one.recipient.version if one.recipient else None for one in (row, read)]
    files = [one.document.sha256 for one in (row, read)]
    is_same = len({*recipients}) == len({*files}) == 1
    return row.version == read.version and row.state == READY and is_same


def _claim(
    desk: DispatchDesk, unwritten: Unwritten, delivery: Delivery, claim: Claim
) -> Intent | None:
    """Write down box, channel, intent and money; a message that must wait has no intent.

    Whoever slept since the delivery was read has read another one: nobody may have changed it. The
    same with the list of sent messages, or with the reason why none was read: the next round looks.
    """
    intents: list[Intent] = []
    begun = desk.steady()
    price, seen = desk.tools.settings.paid_price, claim.seen

    def begin(work: Work, row: Delivery) -> None:
        if not _is_as_read(row, delivery) or not is_certain(work, row):
            return
        if desk.rests(row) or not _may_leave(desk, row):
            return
        if is_to_look_for(work, row) if seen is None else not seen.is_fresh(desk.steady()):
            return
        channelling.take_answer(work, row, claim.answer, desk.tools.settings.lookup_holds)
        if pay_or_hold(work, row, claim.payer, price):
            token = steps.begin_sending(work, row, claim.sha256)
            intents.append(Intent(row.id, token, row.leased_until, begun))

    try:
        unwritten.write_with(delivery.id, begin)
    except StaleDataError:
        # A person decided about the recipient while the answer was being written down.
        log.warning("a recipient has changed", extra={"delivery_id": str(delivery.id)})
        return None
    return intents[0] if intents else None


def _attempt(
    desk: DispatchDesk,
    unwritten: Unwritten,
    gateway: DataBoxGateway,
    message: OutgoingMessage,
    intent: Intent,
) -> None:
    """Send once, while the lease lasts.

    A worker that slept longer must not send: somebody may look for the message already. That is
    asked at the last moment, when the connection stands and nothing but the body is missing, and
    once more before its last bytes. Then the database is asked too, because all clocks of a machine
    may have stood still with it.
    """

    def is_leased() -> bool:
        is_long_ago = desk.steady() - intent.begun > LEASE.total_seconds()
        return not is_long_ago and not _is_over(intent.leased_until, SystemClock().now())

    def may_start() -> bool:
        hit("send.connected")
        return is_leased()

    def may_end() -> bool:
        return is_leased() and desk.holds(intent.delivery_id, intent.token)

    outcome = classify(gateway.create_message(message, Permit(may_start, may_end)))
    hit("send.classified")
    desk.heed(outcome.code)
    if outcome.code == NOT_PAID:
        desk.payer = None  # what the box said of its credit holds no more

    def note(work: Work, row: Delivery) -> None:
        if row.fencing_token == intent.token and row.state == SENDING:
            steps.note_outcome(work, row, outcome, desk.clocks.isds_now())

    unwritten.hold(intent.delivery_id, note)
    if outcome.kind != CREATED or desk.ahead is None:
        unwritten.write()  # it changes what others may do, or nothing follows at once


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
        is_personal=delivery.own_hands,
    )


def _is_over(leased_until: datetime | None, now: datetime) -> bool:
    return leased_until is None or not now <= leased_until <= now + 2 * LEASE
