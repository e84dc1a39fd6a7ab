"""A delivery's way: from waiting for its document to the proof."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.calendar_cz import prague_day
from shared.errors import DomainError
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
        # The list of sent messages shows our reference: somebody sent it by hand.
        Transition("suspect", (READY,), UNKNOWN, requirement="R38"),
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
        # That a posted item has arrived is presumed only; what the post brings back disproves it.
        Transition("rebut", (DELIVERED,), SENT, requirement="R39"),
        # A person's word is no proof that nothing was sent: what is tried again is looked for.
        Transition("retry", (NEEDS_PERSON,), UNKNOWN, requirement="R38"),
        # What cannot be delivered by this document is ended by a person; another one follows.
        Transition("end", (NEEDS_PERSON,), CANCELLED, requirement="R38"),
        # Whose box it is has been decided, or the directory tells it by itself now.
        Transition("clear_up", (NEEDS_PERSON,), READY, requirement="R38"),
    ),
)

LEAVING = (READY, SENDING, UNKNOWN)
"""States of what is on its way out; attempts lead from one to another."""


def waits_anew(before: str | None, after: str) -> bool:
    """Tell whether a delivery begins to wait for something else with a new state.

    Source:
        No law. Attempts that fail again and again are one wait, about which somebody is told.
    """
    return before != after and not (before in LEAVING and after in LEAVING)


# Reasons why a person must act, kept with the delivery.
NO_BOX = "no_box"
BOX_UNUSABLE = "box_unusable"
REQUESTED = "requested"
REFUSED = "refused"
UNDELIVERABLE = "undeliverable"
INFECTED = "infected"
DUPLICATE = "duplicate"
NOT_FOUND = "not_found"
RETURNED = "returned"
FOREIGN_BOX = "foreign_box"
TOO_EARLY = "too_early"
UNSOUND_FILE = "unsound_file"
MISMATCH = "mismatch"
AMBIGUOUS = "ambiguous"
"""Several boxes may be the recipient's, or the named one is somebody else's."""
WRONG_BOX = "wrong_box"
"""The document names another box than the recipient has; only a corrected one can leave."""
NO_SENDER = "no_sender"
"""This installation has no data box to send from."""
SENDER_REFUSED = "sender_refused"
"""ISDS refuses our own box or program: a fault on this side, which opens no other way."""

# After these reasons, without a message that ISDS holds, the data box may be tried again.
RETRY_REASONS = frozenset(
    {NO_BOX, BOX_UNUSABLE, REQUESTED, REFUSED, NOT_FOUND, RETURNED, FOREIGN_BOX, UNSOUND_FILE}
    | {AMBIGUOUS, WRONG_BOX, NO_SENDER, SENDER_REFUSED}
)

DOUBTED_STATES = (READY, HELD, SENDING, UNKNOWN)
"""A restored backup may lack that a message of a delivery in these states was sent."""
DOUBTED_REASONS = RETRY_REASONS - {RETURNED}
"""The same of a delivery that waits for a person; it may have been tried again since."""

# After these reasons paper is allowed; after the others something must be cleared up first.
PAPER_REASONS = frozenset(
    {NO_BOX, BOX_UNUSABLE, REQUESTED, REFUSED, UNDELIVERABLE, INFECTED, RETURNED, NO_SENDER}
)

# After these reasons another look may still find the message, or tell two apart.
LOOK_REASONS = frozenset({NOT_FOUND, DUPLICATE, MISMATCH, TOO_EARLY})

# After these reasons this very document may never be delivered, whatever anybody tries; a person
# may end its delivery and notify the recipient by a new document.
END_REASONS = frozenset({DUPLICATE, MISMATCH, TOO_EARLY, WRONG_BOX, UNSOUND_FILE})

CLOCK_SKEW = timedelta(minutes=5)
WIDE = timedelta(days=1)
"""So much earlier and later than our clocks say the list of sent messages is read: a message is
known by its reference, and a clock that is off must not hide it."""
LONG_WAIT = timedelta(minutes=10)
"""Whoever sends a letter by hand does not do so right after it was issued."""


def is_before_dispatch(delivered_on: date, dispatched_at: datetime | None) -> bool:
    """Tell whether the day of delivery lies before the dispatch; then one of the clocks is wrong.

    Source:
        Act No. 300/2008 Coll., s. 17(3), (4): nothing is delivered before it was sent.
    """
    return dispatched_at is not None and delivered_on < prague_day(dispatched_at - CLOCK_SKEW)


def dispatched_by_stamp(
    dispatched_at: datetime | None, stamped_at: datetime | None
) -> datetime | None:
    """Return when a message was sent: by its time stamp, where our own clock was ahead of it.

    Args:
        dispatched_at: Instant by our clock (aware).
        stamped_at: Time of the qualified stamp that ISDS puts over each message it takes (aware).

    Source:
        Act No. 300/2008 Coll., s. 20: ISDS marks the moment of sending. A clock of ours that was
        ahead must not keep a proved delivery from being one.
    """
    if dispatched_at is None or stamped_at is None or dispatched_at <= stamped_at + CLOCK_SKEW:
        return dispatched_at
    return stamped_at


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
class Moment:
    """One instant on two clocks."""

    ours: datetime
    """By the clock of the machine, which anybody may set (aware UTC)."""
    theirs: datetime | None
    """By the clock of ISDS (aware UTC); ``None`` if it has told nothing yet."""


def certainly_passed(since: Moment, until: Moment) -> timedelta:
    """Return how much time has passed for certain: what the slower of the two clocks says.

    Returns:
        Never less than zero; zero if the clock of ISDS is not known at either instant, or if one
        of the clocks was set back behind *since*.

    Source:
        No law. A clock that is set, or another machine's clock, must not shorten a period that
        keeps a message from being sent twice; a longer one costs only time.
    """
    if since.theirs is None or until.theirs is None:
        return timedelta(0)
    return max(timedelta(0), min(until.ours - since.ours, until.theirs - since.theirs))


def begun_again(lost: Moment, asked: Moment) -> Moment:
    """Return from when on a period is counted, once a list was asked for.

    It begins anew on the clock of ISDS where that is known first now, and on both clocks if one of
    them was set back behind the loss: nobody can wait for what a wrong clock calls the future.

    Source:
        No law; see :func:`certainly_passed`.
    """
    if lost.theirs is None:
        return Moment(min(lost.ours, asked.ours), asked.theirs)
    is_behind = asked.ours < lost.ours or (asked.theirs is not None and asked.theirs < lost.theirs)
    return asked if is_behind else lost


def are_apart(apart: timedelta, tolerance: timedelta) -> bool:
    """Tell whether our clock differs from that of ISDS so much that nothing may be sent.

    Source:
        No law. Days of delivery, deadlines and every search in a list hang on both clocks; who
        sends with a wrong one cannot tell what came first (C4).
    """
    return abs(apart) > tolerance


@dataclass(frozen=True)
class LookUpPlan:
    """What to do with a message whose fate is unknown."""

    action: str
    """``wait``, ``look``, ``resend`` or ``ask_person``."""
    not_before: datetime | None = None
    """Earliest instant of the next look (aware UTC, real time); ``None`` unless waiting."""


def plan_look_up(
    *,
    lost_at: datetime | None,
    last_look_at: datetime | None,
    looked_after: timedelta,
    attempts: int,
    now: datetime,
    rules: LookUpRules = DEFAULT_LOOK_UP,
) -> LookUpPlan:
    """Tell what to do next with a message that ISDS may or may not hold.

    Args:
        lost_at: Instant from which on no request of the attempt can begin: its call ended
            without an answer, or its lease was over (aware UTC, real time). ``None`` if no
            attempt is in doubt, and only somebody else may have sent the message.
        last_look_at: Instant of the last search without a find; ``None`` before the first, and
            after a person asked for another one.
        looked_after: How long after the loss that search was made, for certain.
        attempts: Number of attempts to send, the unclear one included.
        now: Present instant (aware UTC, real time).
        rules: The periods in force.

    Returns:
        ``wait`` before the quiet period and between looks; ``look`` when a look is due;
        after the whole window, with a look made at its end, ``resend`` once more or, after
        the last attempt, ``ask_person``. Without an attempt in doubt one look is enough. Only
        *looked_after* leads to ``resend``; a clock that was set leads to a look at worst.

    Source:
        ISDS has no idempotency key. A list of sent messages is ordered by the time of
        delivery and may lack a message that still waits for its time stamp, so an early
        "not found" proves nothing.
    """
    if lost_at is None:
        if last_look_at is None:
            return LookUpPlan("look")
        return LookUpPlan("resend" if attempts < rules.most_attempts else "ask_person")
    if last_look_at is None:
        is_quiet = lost_at <= now < lost_at + rules.quiet
        return LookUpPlan("wait", lost_at + rules.quiet) if is_quiet else LookUpPlan("look")
    if looked_after >= rules.window:
        return LookUpPlan("resend" if attempts < rules.most_attempts else "ask_person")
    goal = rules.second_look if looked_after < rules.second_look else rules.window
    next_look = last_look_at + goal - looked_after
    is_waiting = last_look_at <= now < next_look
    return LookUpPlan("wait", next_look) if is_waiting else LookUpPlan("look")


def looks_first(*, was_put_off: bool, waited: timedelta) -> bool:
    """Tell whether the list of sent messages is read before a ready message is sent.

    Args:
        was_put_off: Whether the worker had to put it off: ISDS was out of reach or had an outage,
            the login was refused, the file could not be had, or ISDS asked for patience.
        waited: How long ago its document was issued: it may have been held, its dispatch paused,
            or the worker off.

    Returns:
        ``False`` only for what is sent for the first time right after it was issued. What a
        person has tried again, what a restored backup puts in doubt and what was lost is looked
        for in any case: it is ``unknown`` first.

    Source:
        R38. While a message waits, a person may send it by hand (F10); a second official notice
        is worse than a late one.
    """
    return was_put_off or waited >= LONG_WAIT


def may_be_forgotten(state: str, reason: str | None, message_id: str | None) -> bool:
    """Tell whether a restored backup may lack that a message of the delivery was sent since.

    Args:
        state: State of the delivery by the database.
        reason: Why a person must act, if one must.
        message_id: Number of the message as far as the database knows one.

    Source:
        R38: nothing is sent twice. What ISDS is known to hold, and what left on paper, the data
        box has no more to tell about, so nobody waits for it.
    """
    if state == NEEDS_PERSON:
        return reason in DOUBTED_REASONS and message_id is None
    return state in DOUBTED_STATES


def takes_paper(state: str, reason: str | None) -> bool:
    """Tell whether a delivery in this state, for this reason, may leave the data box for paper.

    Source:
        R38, R39: paper only where no usable box exists or the message was definitely
        refused; never from an unknown outcome.
    """
    return state == NEEDS_PERSON and reason in PAPER_REASONS


def retry_is_allowed(reason: str | None, message_id: str | None) -> bool:
    """Tell whether a person may have the data box tried once more.

    Args:
        reason: Why a person was asked.
        message_id: Number of the data message that ISDS holds, whatever became of it later;
            ``None`` if there is none.

    Source:
        R38: what was sent once is never sent twice; a message that ISDS holds, even an
        undeliverable one, needs a new document.
    """
    return message_id is None and reason in RETRY_REASONS


def end_is_allowed(state: str, reason: str | None) -> bool:
    """Tell whether a person may end a delivery without any proof of it.

    Source:
        R38: what was sent once is never sent twice, and nothing counts as delivered without its
        proof; the recipient is then notified by a new document. Where this document itself can
        still be delivered its delivery goes on.
    """
    return state == NEEDS_PERSON and reason in END_REASONS


class MessageNumberWrong(DomainError):
    """What a person typed is no number of a data message. Params: ``number``."""


class MessageKnown(DomainError):
    """ISDS has sealed our message under another number. Params: ``number``, that of ours."""


def look_is_allowed(state: str, reason: str | None) -> bool:
    """Tell whether a person may have the list of sent messages read again.

    Source:
        R38: what was sent once is never sent twice; a look sends nothing.
    """
    return state == UNKNOWN or (state == NEEDS_PERSON and reason in LOOK_REASONS)


def check_message_number(named: str) -> str | None:
    """Return the number of a data message that a person typed; ``None`` for nothing.

    Raises:
        MessageNumberWrong: it is none.

    Source:
        ISDS: a message is named by digits only.
    """
    cleaned = "".join(named.split())
    if cleaned and not (cleaned.isascii() and cleaned.isdecimal()):
        raise MessageNumberWrong(number=named)
    return cleaned or None
