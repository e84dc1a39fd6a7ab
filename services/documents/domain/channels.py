"""Which way a document goes: a data box first, otherwise post or hand; and when it may change."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime

from services.documents.domain import deliveries
from shared.calendar_cz import prague_day
from shared.errors import DomainError

AUTO = "auto"
DATA_BOX = "data_box"
POST = "post"
IN_PERSON = "in_person"
PAPER = (POST, IN_PERSON)

# What is known of the recipient's data box.
USABLE = "usable"
NONE = "none"
UNUSABLE = "unusable"
AMBIGUOUS = "ambiguous"
"""ISDS knows several that may be meant; a person decides."""
UNREACHABLE = "unreachable"
"""ISDS did not answer since the last answer has run out; it says nothing about a box."""
NOT_ASKED = "not_asked"
NO_SENDER = "no_sender"
"""This installation has no data box at all, so nobody can be asked and nothing sent."""
OUTCOMES = (USABLE, UNUSABLE, NONE, AMBIGUOUS, UNREACHABLE, NOT_ASKED, NO_SENDER)
NO_WAY_IN = frozenset({NONE, UNUSABLE, NO_SENDER})
"""Answers by which the data box cannot be used."""
ANSWERS = NO_WAY_IN | {USABLE, AMBIGUOUS}

PAPER_EXCEPTIONS = frozenset({deliveries.REFUSED, deliveries.UNDELIVERABLE})
"""Reasons why this very document cannot go by data box although the recipient may have one: ISDS
refused it for good, or it was put into a box that was closed with effect from a past day.
"""

LEAST_REASON = 5
"""Characters of a reason; less explains nothing."""


class DataBoxMustBeUsed(DomainError):
    """The recipient has a data box, so every other way is refused. Params: ``box_id``."""


class AskDirectoryFirst(DomainError):
    """Whether the recipient has a data box is not known for the day in question."""


class BoxUnknownThatDay(DomainError):
    """Nobody had found out by that day that the recipient has no data box. Params: ``day``."""


class BoxUnclear(DomainError):
    """Several data boxes may be the recipient's; a person has to decide first."""


class SwitchFirst(DomainError):
    """The document is still on its way by data box; leaving that needs a person's reason."""


class SwitchNotAllowed(DomainError):
    """The channel cannot be changed now. Params: ``state``, ``reason``."""


class SwitchPointless(DomainError):
    """The document goes this way already."""


class ReasonMissing(DomainError):
    """A decision without a reason. Params: ``least``."""


@dataclass(frozen=True)
class Known:
    """What the register of recipients knows at some moment."""

    outcome: str = NOT_ASKED
    box_id: str | None = None
    holds_until: datetime | None = None
    """Until then the answer counts (aware UTC, process clock)."""


@dataclass(frozen=True)
class Answered:
    """An answer of the directory and the time in which it held (aware UTC, process clock)."""

    outcome: str
    first_at: datetime
    holds_until: datetime


def choose_channel(requested: str, box: str, box_id: str | None = None) -> str | None:
    """Return the channel to use, or ``None`` when it cannot be told yet.

    Args:
        requested: ``auto``, ``post`` or ``in_person``.
        box: One of ``OUTCOMES``.
        box_id: For the message of the error.

    Raises:
        DataBoxMustBeUsed: another way is asked for although the box is usable.

    Source:
        R38, R39. An outage of ISDS opens no other way (Supreme Administrative Court,
        2 As 96/2016), hence no paper without an answer. R39 does not rank post before
        handing over, so ``auto`` without a box is ``post`` only as a proposal.
    """
    if box == USABLE:
        if requested != AUTO:
            raise DataBoxMustBeUsed(box_id=box_id or "")
        return DATA_BOX
    if box not in NO_WAY_IN:
        return None
    return POST if requested == AUTO else requested


def check_paper(known: Known, *, reason: str | None, now: datetime) -> None:
    """Refuse post and handing over unless the data box cannot be used, as far as is known now.

    Args:
        known: What the register knows of the recipient.
        reason: Why the delivery waits for a person.
        now: Present instant (aware UTC, process clock).

    Raises:
        DataBoxMustBeUsed: the recipient has a usable box.
        BoxUnclear: several boxes may be the recipient's.
        AskDirectoryFirst: nobody asked, ISDS did not answer, or the answer has run out.

    Source:
        R38: what can be sent by data box is sent by data box; R39 opens paper only after it. Its
        exceptions are ``PAPER_EXCEPTIONS``. An outage is none (Supreme Administrative Court,
        2 As 96/2016).
    """
    if reason in PAPER_EXCEPTIONS:
        return
    if known.outcome == AMBIGUOUS:
        raise BoxUnclear()
    if known.outcome not in ANSWERS or known.holds_until is None or known.holds_until < now:
        raise AskDirectoryFirst()
    if known.outcome == USABLE:
        raise DataBoxMustBeUsed(box_id=known.box_id or "")


def check_paper_on(
    answers: Set[Answered], day: date, known: Known, *, reason: str | None, now: datetime
) -> None:
    """Refuse to write down a posting or handing over of a day on which the box could be used.

    An answer that held at any time of the day is enough: the letter may have left before the next
    question, and what has left can only be written down.

    Args:
        answers: What the directory answered over time.
        day: Prague day on which the letter left.
        known: What the register knows now; it tells what is wrong.
        reason: Why the delivery waits for a person.
        now: Present instant (aware UTC, process clock).

    Raises:
        DataBoxMustBeUsed, BoxUnclear, AskDirectoryFirst: as :func:`check_paper`.
        BoxUnknownThatDay: paper is open now, but no answer said so on the day.

    Source:
        R38, R39: what counts is the day of the dispatch.
    """
    held = any(
        one.outcome in NO_WAY_IN and prague_day(one.first_at) <= day <= prague_day(one.holds_until)
        for one in answers
    )
    if not held:
        check_paper(known, reason=reason, now=now)
        if reason not in PAPER_EXCEPTIONS and day != prague_day(now):
            raise BoxUnknownThatDay(day=day)


def check_switch(*, state: str, reason: str | None, channel: str, to: str) -> None:
    """Refuse to change the channel unless the delivery ended, in vain, for a reason that allows it.

    Args:
        state: State of the delivery.
        reason: Why it waits for a person.
        channel: The present channel.
        to: ``post`` or ``in_person``.

    Raises:
        SwitchNotAllowed: the fate of a message is open, or this reason opens no other way.
        SwitchPointless: it goes this way already.

    Source:
        R38, R39; at most one channel is ever live. Never from an unknown outcome, never because of
        an outage (Supreme Administrative Court, 2 As 96/2016).
    """
    if not deliveries.takes_paper(state, reason):
        raise SwitchNotAllowed(state=state, reason=reason or "")
    if channel == to:
        raise SwitchPointless()


def check_reason(text: str) -> str:
    """Return a person's reason without white space around it.

    Raises:
        ReasonMissing: it explains nothing.

    Source:
        Issue of deliveries: a named person's reason stands behind every decision about a channel.
    """
    cleaned = " ".join(text.split())
    if len(cleaned) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    return cleaned
