"""Keeping the register of recipients right: who is new, and what the directory says of them."""

import logging
from uuid import UUID

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.finding import ask_directory
from services.documents.dispatch.outage import NotNow
from services.documents.domain.deliveries import READY
from services.documents.domain.recipients import Answer
from services.documents.failpoints import hit
from services.documents.models import Recipient
from services.documents.service import box_answers
from services.documents.service.work import Work, worker_actor
from shared.clock import SystemClock
from shared.db import is_conflict, read_only, transaction

log = logging.getLogger(__name__)

NO_ANSWER = (GatewayUnavailable, GatewayRefused)


def keep_recipients(desk: DispatchDesk) -> int:
    """Enter new recipients, then ask about those that are due; return how many were touched."""
    with read_only(desk.session()) as session:
        work = desk.everywhere(session)
        due = box_answers.recipients_due(work, desk.latest(READY, SystemClock().now()))
        unknown = box_answers.unknown_recipients(work)
    entered = enter(desk, unknown)
    for recipient_id in due:
        _ask(desk, recipient_id)
    return entered + len(due)


def enter(desk: DispatchDesk, delivery_ids: list[UUID]) -> int:
    """Enter the recipients of deliveries that lack one; return how many did."""
    if not delivery_ids:
        return 0
    with transaction(desk.session()) as session:
        count = box_answers.enter_recipients(desk.everywhere(session), delivery_ids)
        hit("recipients.written")
    hit("recipients.committed")
    return count


def _ask(desk: DispatchDesk, recipient_id: UUID) -> None:
    """Ask about one recipient; whatever is wrong with him keeps no other one from being asked."""
    try:
        _ask_and_note(desk, recipient_id)
    except Exception as error:
        log.exception("a recipient is left alone", extra={"recipient_id": str(recipient_id)})
        if not is_conflict(error):
            _note(desk, recipient_id, None, None)


def _ask_and_note(desk: DispatchDesk, recipient_id: UUID) -> None:
    with read_only(desk.session()) as session:
        recipient = session.get_one(Recipient, recipient_id)
        wanted, version = box_answers.wanted_of(recipient), recipient.version
    answer: Answer | NotNow | None = None
    try:
        answer = ask_directory(desk, wanted)
    except NotNow as kept:
        answer = kept
    except NO_ANSWER as error:
        log.warning("the directory of data boxes does not answer")
        desk.heed(getattr(error, "code", None))
    _note(desk, recipient_id, version, answer)


def _note(
    desk: DispatchDesk, recipient_id: UUID, version: int | None, answer: Answer | NotNow | None
) -> None:
    """Write an answer down, or that there is none; not if somebody decided meanwhile.

    Args:
        version: Of the recipient who was asked about; ``None`` where nothing could be asked.
    """
    holds_for = desk.tools.settings.lookup_holds
    with transaction(desk.session()) as session:
        row = session.get_one(Recipient, recipient_id, with_for_update=True, populate_existing=True)
        work = Work(session, worker_actor(row.organisation_id), desk.tools.clock)
        if row.version == version and isinstance(answer, Answer):
            box_answers.note_answer(work, row, answer, holds_for)
        elif version in (None, row.version):
            box_answers.note_silence(
                work, row, answer.until if isinstance(answer, NotNow) else None
            )
        hit("recipient.noted.written")
    hit("recipient.noted.committed")
