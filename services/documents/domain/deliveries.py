"""A delivery's way: from waiting for its document to the proof."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.calendar_cz import prague_day
from shared.states import StateMachine, Transition

WAITING = "waiting_for_issue"
READY = "ready"
HELD = "held"
SENDING = "sending"
UNKNOWN = "unknown"
SENT = "sent"
DELIVERED = "delivered"
NEEDS_PERSON = "needs_person"
CANCELLED = "cancelled"

SENT_MESSAGE, DELIVERY_INFO = "sent_message", "delivery_info"
"""Kinds of proof that ISDS seals: the message as sent, and what became of it."""

DELIVERY = StateMachine(
    name="delivery",
    states=(WAITING, READY, HELD, SENDING, UNKNOWN, SENT, DELIVERED, NEEDS_PERSON, CANCELLED),
    initial=WAITING,
    transitions=(
        Transition("release", (WAITING,), READY),
        Transition("cancel", (WAITING,), CANCELLED),
        # A paid message waits for money or a person's word; never for another way (R38).
        Transition("hold", (READY,), HELD),
        Transition("let_go", (HELD,), READY),
        # The intent is committed before the first byte leaves.
        Transition("begin_sending", (READY,), SENDING, requirement="R38"),
        Transition("confirm_created", (SENDING, UNKNOWN), SENT, requirement="R38"),
        Transition("put_back", (SENDING,), READY),
        Transition("lose_answer", (SENDING,), UNKNOWN),
        # Only after the look-up window has passed without a trace of the message.
        Transition("give_up_looking", (UNKNOWN,), READY),
        # After a restored backup nobody knows what was sent since (ADR 29).
        Transition("doubt", (READY, HELD, SENDING, UNKNOWN, NEEDS_PERSON), UNKNOWN),
        Transition("ask_person", (READY, SENDING, UNKNOWN, SENT), NEEDS_PERSON, requirement="R39"),
        Transition("post", (NEEDS_PERSON,), SENT, requirement="R39"),
        Transition("hand_over", (NEEDS_PERSON,), DELIVERED, requirement="R39"),
        Transition("prove_delivery", (SENT,), DELIVERED),
        # A box closed with effect from a past day takes a delivery by fiction back.
        Transition("overturn", (DELIVERED,), NEEDS_PERSON, requirement="R39"),
        Transition("retry", (NEEDS_PERSON,), READY),
    ),
)

# Reasons why a person must act, kept with the delivery.
NO_BOX = "no_box"
BOX_UNUSABLE = "box_unusable"
REQUESTED = "requested"
REFUSED = "refused"
UNDELIVERABLE = "undeliverable"
DUPLICATE = "duplicate"
NOT_FOUND = "not_found"
RETURNED = "returned"
FOREIGN_BOX = "foreign_box"
TOO_EARLY = "too_early"
UNSOUND_FILE = "unsound_file"

# After these reasons another try by data box makes no second message.
RETRY_REASONS = frozenset(
    {NO_BOX, BOX_UNUSABLE, REQUESTED, REFUSED, NOT_FOUND, RETURNED, FOREIGN_BOX, UNSOUND_FILE}
)

DOUBTED_STATES = (READY, HELD, SENDING, UNKNOWN)
"""A restored backup may lack that a message of a delivery in these states was sent."""
DOUBTED_REASONS = RETRY_REASONS - {RETURNED}
"""The same of a delivery that waits for a person; it may have been tried again since."""

# After these reasons paper is allowed; after the others something must be cleared up first.
PAPER_REASONS = frozenset({NO_BOX, BOX_UNUSABLE, REQUESTED, REFUSED, UNDELIVERABLE, RETURNED})

CLOCK_SKEW = timedelta(minutes=5)


def is_before_dispatch(delivered_on: date, dispatched_at: datetime | None) -> bool:
    """Tell whether the day of delivery lies before the dispatch; then one of the clocks is wrong.

    Source:
        Act No. 300/2008 Coll., s. 17(3), (4): nothing is delivered before it was sent.
    """
    return dispatched_at is not None and delivered_on < prague_day(dispatched_at - CLOCK_SKEW)


@dataclass(frozen=True)
class LookUpRules:
    """How long a message of unknown fate is looked for before anything else is done."""

    quiet: timedelta = timedelta(minutes=3)
    """No look before this: the list may lack a message that waits for its time stamp."""
    second_look: timedelta = timedelta(minutes=15)
    window: timedelta = timedelta(minutes=30)
    """Only a look made after this says that the message does not exist."""
    most_attempts: int = 3


DEFAULT_LOOK_UP = LookUpRules()


@dataclass(frozen=True)
class LookUpPlan:
    """What to do with a message whose fate is unknown."""

    action: str
    """``wait``, ``look``, ``resend`` or ``ask_person``."""
    not_before: datetime | None = None
    """Earliest instant of the next look (aware UTC, real time); ``None`` unless waiting."""


def plan_look_up(
    *,
    lost_at: datetime,
    last_look_at: datetime | None,
    attempts: int,
    now: datetime,
    rules: LookUpRules = DEFAULT_LOOK_UP,
) -> LookUpPlan:
    """Tell what to do next with a message that ISDS may or may not hold.

    Args:
        lost_at: Instant from which on no request of the attempt can begin: its call ended
            without an answer, or its lease was over (aware UTC, real time).
        last_look_at: Instant of the last search without a find; ``None`` before the first.
        attempts: Number of attempts to send, the unclear one included.
        now: Present instant (aware UTC, real time).
        rules: The periods in force.

    Returns:
        ``wait`` before the quiet period and between looks; ``look`` when a look is due;
        after the whole window, with a look made at its end, ``resend`` once more or, after
        the last attempt, ``ask_person``.

    Source:
        ISDS has no idempotency key. A list of sent messages is ordered by the time of
        delivery and may lack a message that still waits for its time stamp, so an early
        "not found" proves nothing.
    """
    if now - lost_at < rules.quiet:
        return LookUpPlan("wait", lost_at + rules.quiet)
    if last_look_at is None:
        return LookUpPlan("look")
    looked_after = last_look_at - lost_at
    if looked_after >= rules.window:
        return LookUpPlan("resend" if attempts < rules.most_attempts else "ask_person")
    pause = rules.second_look if looked_after < rules.second_look else rules.window
    next_look = lost_at + pause
    return LookUpPlan("look") if now >= next_look else LookUpPlan("wait", next_look)


def paper_is_allowed(reason: str | None) -> bool:
    """Tell whether the delivery may leave the data box for paper.

    Source:
        R38, R39: paper only where no usable box exists or the message was definitely
        refused; never from an unknown outcome.
    """
    return reason in PAPER_REASONS


def retry_is_allowed(reason: str | None) -> bool:
    """Tell whether a person may have the data box tried once more.

    Source:
        R38: what was sent once is never sent twice; a message that ISDS holds, even an
        undeliverable one, needs a new document.
    """
    return reason in RETRY_REASONS
