"""Messages of unknown fate: looked for in the list of sent ones, one list for all of them."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable, SentRecord
from services.documents.delivery.proofs import BadProof
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain import deliveries
from services.documents.domain.deliveries import CLOCK_SKEW, LookUpPlan, plan_look_up
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service import deliveries as steps
from services.documents.service.work import Work
from shared.clock import SystemClock

log = logging.getLogger(__name__)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def reconcile(desk: DispatchDesk) -> int:
    """Look for unclear messages; return how many deliveries were touched."""
    rows = [desk.peek(delivery_id) for delivery_id in desk.due(deliveries.UNKNOWN)]
    to_look = [row for row in rows if _follow_plan(desk, row, _plan(desk, row)) == "look"]
    if to_look:
        _look(desk, to_look)
    return len(rows)


def _plan(desk: DispatchDesk, row: Delivery) -> LookUpPlan:
    return plan_look_up(
        lost_at=row.lost_at or LONG_AGO,
        last_look_at=row.last_look_at,
        attempts=row.attempts,
        now=SystemClock().now(),
        rules=desk.tools.settings.look_up_rules,
    )


def _follow_plan(desk: DispatchDesk, row: Delivery, plan: LookUpPlan) -> str:
    """Do what the plan says, except looking, and return its action."""

    def act(work: Work, fresh: Delivery) -> None:
        # Others may have gone on while this worker slept; what they wrote may change the plan.
        if fresh.state != deliveries.UNKNOWN or _plan(desk, fresh).action != plan.action:
            return
        if plan.action == "wait":
            fresh.next_at = plan.not_before
        elif plan.action == "resend":
            steps.give_up_looking(work, fresh)
        else:
            steps.ask_person(work, fresh, deliveries.NOT_FOUND)

    if plan.action != "look":
        desk.change(row.id, act, "look_up.planned")
    return plan.action


def _look(desk: DispatchDesk, rows: list[Delivery]) -> None:
    # What counts is when the list was asked for, not when its answer is written down: a worker may
    # sleep between the two, and the message may be listed meanwhile.
    asked_at = SystemClock().now()
    try:
        hit("look_up.due")
        found = _sent_messages(desk, rows)
        hit("look_up.list_read")
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("the list of sent messages cannot be had")
        for row in rows:
            desk.put_off(row.id, error)
        return
    for row in rows:
        matches = [one for one in found[row.sender_reference] if _is_for(row, one)]
        _conclude(desk, row, matches, asked_at)


def _is_for(row: Delivery, record: SentRecord) -> bool:
    """Tell whether a message went to the recipient; in doubt nobody knows to which box."""
    return row.sha256 is None or record.recipient_box == row.data_box_id


def _sent_messages(desk: DispatchDesk, rows: list[Delivery]) -> Mapping[str, list[SentRecord]]:
    """Return the sent messages since the oldest intent by our reference.

    Data boxes run on the process clock; real time decides only when to look.
    """
    intents = [row.intent_shown_at for row in rows if row.intent_shown_at]
    now = desk.tools.clock.now()
    since, until = min([now, *intents]) - CLOCK_SKEW, max([now, *intents]) + CLOCK_SKEW
    found: defaultdict[str, list[SentRecord]] = defaultdict(list)
    for record in desk.gateway.sent_messages(since, until):
        found[record.sender_reference].append(record)
    return found


def _conclude(
    desk: DispatchDesk, row: Delivery, matches: list[SentRecord], asked_at: datetime
) -> None:
    if len(matches) > 1:
        _change_unknown(desk, row.id, deliveries.DUPLICATE)
    elif matches:
        _adopt(desk, row, matches[0])
    else:
        _note_look(desk, row.id, asked_at)


def _adopt(desk: DispatchDesk, row: Delivery, match: SentRecord) -> None:
    """Take over the message once its sealed copy shows that it carries our file."""
    try:
        zfo = desk.gateway.signed_sent_message(match.message_id)
        hit("adopt.fetched")
        proof = desk.read_sent(zfo)
        hit("adopt.verified")
        in_doubt = row.sha256 is None
        box = desk.gateway.find_box(box_id=match.recipient_box) if in_doubt else None
    except (GatewayUnavailable, GatewayRefused, BadProof) as error:
        desk.put_off(row.id, error)
        return

    def confirm(work: Work, fresh: Delivery) -> None:
        if fresh.state != deliveries.UNKNOWN:
            return
        ours = [one for one in steps.files_of(work, fresh) if one in proof.file_hashes]
        if not ours:
            steps.ask_person(work, fresh, deliveries.DUPLICATE)
            return
        if fresh.sha256 is None:
            steps.take_over(fresh, ours[0], proof.info, box)
        steps.confirm_created(work, fresh, match.message_id)

    desk.change(row.id, confirm, "adopt")


def _change_unknown(desk: DispatchDesk, delivery_id: UUID, reason: str) -> None:
    def ask(work: Work, fresh: Delivery) -> None:
        if fresh.state == deliveries.UNKNOWN:
            steps.ask_person(work, fresh, reason)

    desk.change(delivery_id, ask, "look_up.duplicate")


def _note_look(desk: DispatchDesk, delivery_id: UUID, asked_at: datetime) -> None:
    def note(_work: Work, fresh: Delivery) -> None:
        newest = fresh.last_look_at
        if fresh.state == deliveries.UNKNOWN and (newest is None or newest < asked_at):
            fresh.last_look_at, fresh.next_at = asked_at, None

    desk.change(delivery_id, note, "look_up.not_found")
