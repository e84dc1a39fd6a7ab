"""The call to remove deficiencies: its fixed date, and how many there may be."""

from collections.abc import Sequence
from datetime import date

from shared.calendar_cz import is_working_day, next_working_day
from shared.deadlines import Deadline, DeadlineRules, earliest_repair_date, safe_repair_date
from shared.errors import DomainError

DEFAULT_ROUNDS = 1
DEFAULT_RULES = DeadlineRules()


class NoDeficiency(DomainError):
    """The control found nothing that the applicant could repair."""


class NoRoundLeft(DomainError):
    """The applicant has already been called on as many times as allowed."""


class FixedDateTooEarly(DomainError):
    """The fixed date could come less than seven days after delivery."""


class FixedDateNotWorkingDay(DomainError):
    """The fixed date is a Saturday, a Sunday or a public holiday."""


class DeficiencyWithoutText(DomainError):
    """The call does not say what to repair."""


class RepairAfterFixedDate(DomainError):
    """The repair came after the fixed date."""


class NotYetExpired(DomainError):
    """The fixed date has not passed."""


def proposed_date(dispatched_on: date, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return the earliest fixed date that is safe even if nobody opens the message.

    Args:
        dispatched_on: The day on which the call is expected to leave.
        rules: Lengths of the periods.

    Source:
        R34, R35 (a fixed date, at least 7 calendar days), A6 (from delivery, also by
        fiction; a last day that is no working day moves).
    """
    return safe_repair_date(dispatched_on, rules)


def check_call(
    deficiencies: Sequence[str],
    fixed_date: date,
    *,
    dispatched_on: date,
    rounds_used: int,
    rounds_allowed: int = DEFAULT_ROUNDS,
    rules: DeadlineRules = DEFAULT_RULES,
) -> Deadline:
    """Refuse a call that is too short, empty, or one too many.

    Returns:
        The deadline that the fixed date satisfies, with its explanation.

    Raises:
        NoRoundLeft, DeficiencyWithoutText, FixedDateTooEarly, FixedDateNotWorkingDay: See
            the classes.

    Source:
        R33-R35, A6 (rounds are a setting, default 1).
    """
    if rounds_used >= rounds_allowed:
        raise NoRoundLeft(rounds_allowed=rounds_allowed)
    if not deficiencies or any(not text.strip() for text in deficiencies):
        raise DeficiencyWithoutText()
    earliest = proposed_date(dispatched_on, rules)
    if fixed_date < earliest.due:
        raise FixedDateTooEarly(
            fixed_date=fixed_date, earliest=earliest.due, dispatched_on=dispatched_on
        )
    if not is_working_day(fixed_date):
        raise FixedDateNotWorkingDay(
            fixed_date=fixed_date, next_working_day=next_working_day(fixed_date)
        )
    return earliest


def is_long_enough(
    fixed_date: date, delivered_on: date, rules: DeadlineRules = DEFAULT_RULES
) -> bool:
    """Tell whether the fixed date leaves seven days after the real day of delivery.

    It always does when the call left in time; a late dispatch or posting can spoil it, and
    then a new call is needed.

    Source:
        R35, A6.
    """
    return earliest_repair_date(delivered_on, rules).due <= fixed_date


def check_repair(repaired_on: date, fixed_date: date) -> None:
    """Refuse a repair that came late.

    Raises:
        RepairAfterFixedDate: It came after the fixed date.

    Source:
        R34 (until when the deficiencies can be removed).
    """
    if repaired_on > fixed_date:
        raise RepairAfterFixedDate(repaired_on=repaired_on, fixed_date=fixed_date)


def check_expired(today: date, fixed_date: date) -> None:
    """Refuse to close an unrepaired case before its date has passed.

    Raises:
        NotYetExpired: The fixed date is today or later.

    Source:
        R34, R100 (expired: deficiency not repaired).
    """
    if today <= fixed_date:
        raise NotYetExpired(fixed_date=fixed_date)
