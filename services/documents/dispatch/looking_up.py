"""Messages of unknown fate: looked for in the list of sent ones, one list for all of them."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from services.documents.delivery.port import (
    BoxFacts,
    GatewayRefused,
    GatewayUnavailable,
    SentRecord,
)
from services.documents.delivery.proofs import BadProof
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.finding import is_of
from services.documents.dispatch.matching import Listed
from services.documents.dispatch.paying import payer_for
from services.documents.domain import deliveries
from services.documents.domain.agreement import may_be_to
from services.documents.domain.deliveries import WIDE, LookUpPlan, Moment, plan_look_up
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service import deliveries as steps
from services.documents.service.concluding import has_own_copy
from services.documents.service.looking import note_look
from services.documents.service.postage import charge_adopted
from services.documents.service.work import Work
from shared.clock import SystemClock

log = logging.getLogger(__name__)


def reconcile(desk: DispatchDesk) -> int:
    """Look for unclear messages; return how many deliveries were touched."""
    rows = [desk.peek(delivery_id) for delivery_id in desk.due(deliveries.UNKNOWN)]
    holders = {one: desk.sends_for(one) for one in {row.organisation_id for row in rows}}
    to_look = list[Delivery]()
    for row in rows:
        with desk.apart_from_others(row.id):
            if _is_to_be_looked_for(desk, row, is_ours=holders[row.organisation_id]):
                to_look.append(row)
    if to_look:
        _look(desk, to_look)
    desk.settle()
    return len(rows)


def _is_to_be_looked_for(desk: DispatchDesk, row: Delivery, *, is_ours: bool) -> bool:
    """Tell whether the list of sent messages is wanted; do what can be done without it."""
    if row.lost_at is None and not (is_ours and desk.tools.gateway is not None):
        # There is no list in which it could be. A message that a person named exists: whoever
        # cannot find it asks, and sends nothing.
        _follow_plan(desk, row, LookUpPlan("ask_person" if row.message_id else "resend"))
        return False
    if not is_ours:
        # Another organisation's box may hold an equal reference, which tells nothing of ours.
        desk.put_off(row.id, GatewayUnavailable("The data box is another organisation's."))
        return False
    return _follow_plan(desk, row, _plan(desk, row)) == "look"


def _plan(desk: DispatchDesk, row: Delivery) -> LookUpPlan:
    rules = desk.tools.settings.look_up_rules
    return plan_look_up(
        lost_at=row.lost_at,
        last_look_at=row.last_look_at,
        looked_after=timedelta(seconds=row.looked_after),
        # A person who names the message says that it exists: then nothing is ever sent again.
        attempts=rules.most_attempts if row.message_id else row.attempts,
        now=SystemClock().now(),
        rules=rules,
    )


def _follow_plan(desk: DispatchDesk, row: Delivery, plan: LookUpPlan) -> str:
    """Do what the plan says, except looking, and return its action."""

    def act(work: Work, fresh: Delivery) -> None:
        # Others may have gone on while this worker slept; what they wrote may change the plan.
        if fresh.state != deliveries.UNKNOWN or fresh.version != row.version:
            return
        if plan.action == "wait":
            fresh.next_at = plan.not_before
        elif has_own_copy(fresh):
            # ISDS sealed this very message once; that it is not listed is no reason to send it.
            steps.ask_person(work, fresh, deliveries.TOO_EARLY)
        elif plan.action == "resend":
            steps.give_up_looking(work, fresh)
        else:
            fresh.message_id = None
            steps.ask_person(work, fresh, deliveries.NOT_FOUND)

    if plan.action != "look":
        desk.change(row.id, act, "look_up.planned")
    return plan.action


def _look(desk: DispatchDesk, rows: list[Delivery]) -> None:
    # What counts is when the list was asked for, not when its answer is written down: a worker may
    # sleep between the two, and the message may be listed meanwhile.
    asked_at, steady = SystemClock().now(), desk.steady()
    try:
        hit("look_up.due")
        found = _sent_messages(desk, rows)
        hit("look_up.list_read")
    except (GatewayUnavailable, GatewayRefused) as error:
        log.warning("the list of sent messages cannot be had")
        for row in rows:
            desk.put_off(row.id, error)
        return
    asked = desk.clocks.moment(asked_at, steady)
    for row in rows:
        listed = Listed(found[row.sender_reference], asked_at)
        with desk.apart_from_others(row.id):
            _conclude(desk, row, listed, asked)


def _may_be(row: Delivery, record: SentRecord) -> bool:
    """Where a person named a message, it is that one or none."""
    return row.message_id is None or record.message_id == row.message_id


def _sent_messages(desk: DispatchDesk, rows: list[Delivery]) -> Mapping[str, list[SentRecord]]:
    """Return the sent messages since the oldest intent by our reference.

    Data boxes run on the process clock; real time decides only when to look. Both ends are wide:
    what was sent by a clock that was off, or is listed by one that is, must be found.
    """
    intents = [row.intent_shown_at for row in rows if row.intent_shown_at]
    now = desk.tools.clock.now()
    since, until = min([now, *intents]) - WIDE, max([now, *intents]) + WIDE
    found: defaultdict[str, list[SentRecord]] = defaultdict(list)
    with desk.hearing() as gateway:
        records = gateway.sent_messages(since, until)
    for record in records:
        found[record.sender_reference].append(record)
    return found


def _conclude(desk: DispatchDesk, row: Delivery, listed: Listed, asked: Moment) -> None:
    matches = [one for one in listed.records if _may_be(row, one)]
    if len(matches) > 1:
        _change_unknown(desk, row, deliveries.DUPLICATE, listed)
    elif not matches:
        _note_look(desk, row, listed, asked)
    elif may_be_to(
        matches[0].recipient_box, known=row.data_box_id, chosen=row.chosen_box, ic=row.known_ic
    ):
        _adopt(desk, row, matches[0], listed)
    else:
        _change_unknown(desk, row, deliveries.MISMATCH, listed)


def _adopt(desk: DispatchDesk, row: Delivery, match: SentRecord, listed: Listed) -> None:
    """Take over the message once its sealed copy shows that it carries our file.

    One that the antivirus stopped has no copy for anybody and is taken over without it: it reaches
    nobody, and the next step is a person's.
    """
    try:
        proof = listed.read_copy(desk, match.message_id)
        box = _recipient_box(desk, row, match)
        payer = payer_for(desk, row) if row.charged_on is None else None
    except (GatewayUnavailable, GatewayRefused, BadProof) as error:
        desk.put_off(row.id, error, listed.note)
        return

    def confirm(work: Work, fresh: Delivery) -> None:
        if fresh.state != deliveries.UNKNOWN:
            return
        listed.note(work, fresh)
        if proof is not None and not steps.take_over(work, fresh, proof):
            fresh.message_id = None
            steps.ask_person(work, fresh, deliveries.DUPLICATE)
            return
        if proof is None and fresh.sha256 is None:
            fresh.intent_shown_at = None  # nobody knows when it was sent
        if box is not None:
            fresh.data_box_id, fresh.recipient_type = box.box_id, box.type_number
        if match.recipient_box == fresh.data_box_id:
            charge_adopted(work, fresh, payer, desk.tools.settings.paid_price)
            steps.confirm_created(work, fresh, match.message_id)
        else:
            fresh.message_id = None
            steps.ask_person(work, fresh, deliveries.MISMATCH)

    desk.change(row.id, confirm, "adopt")


def _recipient_box(desk: DispatchDesk, row: Delivery, match: SentRecord) -> BoxFacts | None:
    """Return the recipient's box where a restored database may not know it.

    One IČO may hold several boxes; whichever of them the message went to is the recipient's. So is
    the one that a person chose.
    """
    if row.sha256 is not None:
        return None
    is_chosen = match.recipient_box == row.chosen_box
    known = match.recipient_box if is_chosen else row.data_box_id
    found = desk.gateway.find_box(box_id=known or match.recipient_box)
    if known or found is None:
        return found
    return found if is_of(found, row.known_ic) else None


def _change_unknown(desk: DispatchDesk, row: Delivery, reason: str, listed: Listed) -> None:
    """Ask a person, who is told what each of the messages carries."""
    listed.read_copies(desk)

    def ask(work: Work, fresh: Delivery) -> None:
        # What a person has named since is looked for first.
        if fresh.state == deliveries.UNKNOWN and fresh.version == row.version:
            fresh.message_id = None
            listed.note(work, fresh)
            steps.ask_person(work, fresh, reason)

    desk.change(row.id, ask, "look_up.duplicate")


def _note_look(desk: DispatchDesk, row: Delivery, listed: Listed, asked: Moment) -> None:
    def note(work: Work, fresh: Delivery) -> None:
        # Whoever slept over the answer may come back to another attempt, or to a person's wish
        # for another look.
        if fresh.state == deliveries.UNKNOWN and fresh.version == row.version:
            note_look(fresh, asked)
            listed.note(work, fresh)
            plan = _plan(desk, fresh)
            fresh.next_at = plan.not_before

    desk.change(row.id, note, "look_up.not_found")
