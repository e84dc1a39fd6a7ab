"""States of a data message, their transitions and the events that record them."""

from enum import IntEnum, StrEnum

MOST_DAYS_OF_CHANGES = 15
ALL_STATES = -1


class State(IntEnum):
    """States of a message. Only ``READ`` is hidden from the sender."""

    SUBMITTED = 1
    STAMPED = 2
    INFECTED = 3
    DELIVERED = 4
    FICTION = 5
    LOGIN = 6
    READ = 7
    UNDELIVERABLE = 8
    ERASED = 9
    VAULT = 10


class Event(StrEnum):
    """Kinds of events; a description begins with the kind and a colon."""

    SUBMITTED = "EV0"
    FICTION = "EV2"
    UNDELIVERABLE = "EV3"
    DELIVERED = "EV5"
    FICTION_NO_USER = "EV6"
    INFECTED = "EV8"
    LOGIN_PRIMARY = "EV11"
    LOGIN_ENTRUSTED = "EV12"
    LOGIN_APPLICATION = "EV13"


TRANSITIONS: dict[State, frozenset[State]] = {
    State.SUBMITTED: frozenset({State.STAMPED}),
    State.STAMPED: frozenset({State.INFECTED, State.DELIVERED}),
    State.INFECTED: frozenset({State.ERASED}),
    State.DELIVERED: frozenset(
        {State.FICTION, State.LOGIN, State.UNDELIVERABLE, State.ERASED, State.VAULT}
    ),
    State.FICTION: frozenset({State.LOGIN, State.UNDELIVERABLE, State.ERASED, State.VAULT}),
    State.LOGIN: frozenset({State.READ, State.ERASED, State.VAULT}),
    State.READ: frozenset({State.ERASED, State.VAULT}),
    State.UNDELIVERABLE: frozenset({State.ERASED}),
    State.ERASED: frozenset(),
    State.VAULT: frozenset({State.ERASED}),
}
WAITING_FOR_RECIPIENT = frozenset({State.DELIVERED, State.FICTION})
CONTENT_FOR_SENDER = frozenset(
    {State.DELIVERED, State.FICTION, State.LOGIN, State.READ, State.UNDELIVERABLE, State.VAULT}
)
LISTED_FOR_RECIPIENT = frozenset(
    {State.DELIVERED, State.FICTION, State.LOGIN, State.READ, State.VAULT}
)
REPORTED_CHANGES = frozenset({State.DELIVERED, State.FICTION, State.LOGIN, State.UNDELIVERABLE})
LOGIN_EVENTS = frozenset({Event.LOGIN_PRIMARY, Event.LOGIN_ENTRUSTED, Event.LOGIN_APPLICATION})


def may_follow(state: State, following: State) -> bool:
    """Tell whether a message may pass from one state directly to another.

    Args:
        state: Present state.
        following: State to come.

    Returns:
        ``True`` if the step is one of ``TRANSITIONS``.

    Source:
        ISDS Operating Rules, manual of data messages, states of a message.
    """
    return following in TRANSITIONS[state]


def as_sender_sees(state: State) -> State:
    """Return the state that the sender is told.

    Args:
        state: State in the ledger.

    Returns:
        The same, except that the sender never learns that the message was read.

    Source:
        ISDS Operating Rules, manual of data messages: since 2019 the sender keeps
        seeing 6.
    """
    return State.LOGIN if state is State.READ else state


def filter_admits(status_filter: int, state: State) -> bool:
    """Tell whether a list's ``dmStatusFilter`` lets a message through.

    Args:
        status_filter: -1 for all, otherwise the sum of 2**state.
        state: State as the caller sees it.

    Returns:
        ``True`` if the state's bit is set.

    Source:
        ISDS Operating Rules, manual of data messages, section 2.7.
    """
    return status_filter == ALL_STATES or bool(status_filter & (1 << state))
