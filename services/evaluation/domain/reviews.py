"""The review of a decision that an applicant asks for: its period, who may decide, what is said."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.deadlines import Deadline, Event, PeriodRule, calendar_days, deadline_after
from shared.errors import DomainError

REVIEW = PeriodRule("review", Event.DELIVERED)
"""From delivery of the notice to the applicant's request; a last day of rest moves."""
CONTROL_NOTICE, RESULT_NOTICE = "control_notice", "result_notice"
REVIEWED = (CONTROL_NOTICE, RESULT_NOTICE)
"""Letters whose decision can be reviewed."""


class ReviewOutcome(StrEnum):
    """What the reviewing body decided."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"
    LATE = "late"


class NotDeliveredYet(DomainError):
    """The notice was not delivered yet, so there is nothing to review. Params: ``number``."""


class ReviewedBefore(DomainError):
    """The applicant has already asked for a review of this notice: once is what the rules give."""


class ReviewBeforeNotice(DomainError):
    """The request cannot be older than the delivery of the notice. Params: ``delivered_on``."""


class ReviewDecided(DomainError):
    """The review was decided before."""


class ReviewDecidedEarly(DomainError):
    """The body cannot have decided before the request came. Params: ``received_on``."""


class LatenessWrong(DomainError):
    """A request is late, and refused for that alone, just when its period has passed.

    Params: ``due``.
    """


class MeasureMissing(DomainError):
    """Whoever upholds a request says what is done about it, and only he does."""


class JudgedBefore(DomainError):
    """Whoever controlled, scored or recommended the project does not decide about the review."""


def review_due(delivered_on: date, days: int) -> Deadline:
    """Return the last day on which the applicant may ask for a review.

    Args:
        delivered_on: Day of delivery of the notice, a calendar day in Europe/Prague.
        days: Length of the period in calendar days, a setting that the call pins.

    Source:
        R98 and 1.13 point 7 of the process (review with its own period); the length is not
        confirmed. Counted by Act No. 89/2012 Coll., ss. 605(1) and 607.
    """
    return deadline_after(delivered_on, calendar_days(days), REVIEW)


def check_request(
    *, delivered_on: date | None, received_on: date, asked_before: bool, number: str
) -> None:
    """Refuse to take in a request that reviews nothing. A late one is taken in and decided.

    Raises:
        NotDeliveredYet, ReviewedBefore, ReviewBeforeNotice: See the classes.

    Source:
        1.13 point 7 of the process; section 2.5 (once, in a period from delivery).
    """
    if delivered_on is None:
        raise NotDeliveredYet(number=number)
    if asked_before:
        raise ReviewedBefore(number=number)
    if received_on < delivered_on:
        raise ReviewBeforeNotice(delivered_on=delivered_on)


def check_decision(
    outcome: ReviewOutcome,
    *,
    received_on: date,
    decided_on: date,
    due: date,
    measure: str,
) -> None:
    """Refuse a decision that contradicts its own facts.

    Args:
        due: Last day of the period, as it was counted when the request came.
        measure: What is done about an upheld request.

    Raises:
        ReviewDecidedEarly, LatenessWrong, MeasureMissing: See the classes.

    Source:
        R98 (review decision), 1.13 point 7 of the process.
    """
    if decided_on < received_on:
        raise ReviewDecidedEarly(received_on=received_on)
    if (outcome is ReviewOutcome.LATE) != (received_on > due):
        raise LatenessWrong(due=due)
    if (outcome is ReviewOutcome.UPHELD) != bool(measure.strip()):
        raise MeasureMissing()


def check_impartial(decider: UUID, took_part: Collection[UUID]) -> None:
    """Refuse a decision by somebody who judged the project before.

    Raises:
        JudgedBefore: He controlled or scored it, or sat on the committee that recommended.

    Source:
        1.13 point 7 of the process (a body of its own); R54 (conflicts of interest).
    """
    if decider in took_part:
        raise JudgedBefore()
